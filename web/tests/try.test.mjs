import assert from "node:assert/strict";
import test from "node:test";

import {
  accessible, fits, missing, openPage, picture, setClock, startBrowser, startServer, until,
} from "./kit.mjs";

/** Each step, and what the gate must say. */
const STEPS = [
  ["live", "green"], ["copy", "red"], ["old", "red"], ["clock", "red"], ["change", "red"],
  ["live", "green"], ["ask", "red"], ["answer", "green"], ["withdraw", "red"], ["live", "green"],
];

for (const kind of ["chromium", "firefox"]) {
  test(`${kind}: each step of the page says what happened and why`, {
    skip: missing(kind),
  }, async () => {
    const server = await startServer();
    // The page waits by itself, as for a person: its clock runs.
    await setClock(server, undefined, { runs: true });
    const browser = await startBrowser({ kind });
    try {
      const shapes = kind === "firefox"
        ? [["en", false, 1280, 900]] : [["zh", false, 320, 640], ["en", true, 1920, 1080]];
      for (const [language, dark, width, height] of shapes) {
        const address = `${server.address}/try/?lang=${language}`;
        const page = await openPage(browser, address, { width, height, dark });
        await until(page, () => document.querySelector(".steps button:not(:disabled)"));
        for (const [at, [step, light]] of STEPS.entries()) {
          const said = await page.evaluate(() => document.querySelector(".outcome").textContent);
          await page.click(`button[data-step="${step}"]`);
          const end = await until(page, (said) => {
            const outcome = document.querySelector(".outcome");
            const isOver = document.querySelector(".steps button:not(:disabled)") !== null;
            return isOver && outcome.textContent !== said &&
              { light: outcome.className, text: outcome.textContent };
          }, said);
          assert.match(end.light, new RegExp(`\\b${light}\\b`), `${step}: ${end.text}`);
          // A sentence of its own, and not the one for what nobody foresaw.
          assert.doesNotMatch(end.text, /[“”]/, `${step}: ${end.text}`);
          if (kind === "chromium") {
            await picture(page, `try-${at}-${step}-${language}-${width}`);
            await fits(page, step);
            if (at < 2) await accessible(page, `${step} ${language}`);
          }
        }
        page.check();
        await page.close();
      }
    } finally {
      await browser.close();
      await server.close();
    }
  });
}
