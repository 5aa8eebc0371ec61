// Figures: how long a gate takes, and how its reader does beside another one. Nothing here fails
// because a machine is slow; that too little is read does.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import test from "node:test";

import { missing, openPage, startBrowser, startServer, until } from "./kit.mjs";
import { filmed, setup, statusList, visitor } from "./people.mjs";

const PICTURES = Number(process.env.LIVEPERMIT_PICTURES ?? 24);
const VISITORS = Number(process.env.LIVEPERMIT_VISITORS ?? 12);

const zxing = dirname(createRequire(import.meta.url).resolve("zxing-wasm/reader"));

/** The other reader's module, from its package. */
async function other(request, response) {
  const name = /^\/zxing\/([\w.]+)$/.exec(request.url)?.[1];
  if (name === undefined) return false;
  const places = [join(zxing, name), join(zxing, "../../reader", name)];
  for (const place of places) {
    const bytes = await readFile(place).catch(() => undefined);
    if (bytes === undefined) continue;
    response.writeHead(200, { "content-type": "application/wasm" }).end(bytes);
    return true;
  }
  return false;
}

test("reads at least as many pictures as zxing-wasm", {
  skip: missing("chromium"),
}, async (context) => {
  const server = await startServer({ extra: other });
  const browser = await startBrowser();
  try {
    const page = await openPage(browser, `${server.address}/tests/reading.html`);
    await until(page, () => "hooks" in globalThis);
    const shown = [];
    for (let at = 0; at < PICTURES; at++) {
      const text = await (await visitor()).code();
      // From a phone held close to one at arm's length.
      shown.push({ text, code: filmed(text), side: 220 + (at * 240) / PICTURES });
    }
    const figures = await page.evaluate((shown) => hooks.measure(shown), shown);
    for (const [name, { read, wrong, median, p95, perSecond }] of Object.entries(figures)) {
      context.diagnostic(
        `${name}: read ${read} of ${PICTURES} at 1280x720, wrong ${wrong}, a frame takes ` +
          `${median.toFixed(1)} ms (p95 ${p95.toFixed(1)}), ${perSecond.toFixed(0)} a second`,
      );
      assert.equal(wrong, 0, name);
    }
    const ours = figures["livepermit, rgba"];
    for (const name of ["zxing-wasm, tryHarder on", "zxing-wasm, tryHarder off"]) {
      assert.ok(ours.read >= figures[name].read, name);
    }
    page.check();
  } finally {
    await browser.close();
    await server.close();
  }
});

test("from the first frame of a code to the verdict", {
  skip: missing("chromium"),
}, async (context) => {
  const server = await startServer();
  const browser = await startBrowser();
  try {
    const page = await openPage(browser, `${server.address}/tests/gate.html?rate=30`);
    await until(page, () => "hooks" in globalThis);
    await page.evaluate((told) => hooks.open(told), setup());
    await page.evaluate((list) => {
      hooks.goOn();
      hooks.list(list);
      return hooks.start();
    }, [...statusList()]);
    await until(page, () => hooks.health()?.inOrder && hooks.frames() > 3);
    for (let at = 0; at < VISITORS; at++) {
      const code = filmed(await (await visitor()).code());
      await page.evaluate((code, seed) => hooks.show(code, seed), code, at + 1);
      await until(page, (count) => hooks.verdicts.length >= count, at + 1);
    }
    const verdicts = await page.evaluate(() => hooks.verdicts);
    assert.ok(verdicts.every(({ code }) => code === "accepted"));
    const spread = (values) => {
      const sorted = values.toSorted((one, other) => one - other);
      return [0.5, 0.95].map((share) => sorted[Math.floor((sorted.length - 1) * share)]);
    };
    const [median, p95] = spread(verdicts.map(({ after }) => after));
    const [frames, most] = spread(verdicts.map(({ frames }) => frames));
    context.diagnostic(
      `${VISITORS} visitors, film of 30 frames a second: ${median.toFixed(0)} ms to the verdict ` +
        `(p95 ${p95.toFixed(0)}), ${frames} frames (p95 ${most})`,
    );
    page.check();
  } finally {
    await browser.close();
    await server.close();
  }
});
