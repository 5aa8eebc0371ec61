// The wallet as users get it: with its server gone it opens from the service worker's cache, shows a
// code, and opens the camera.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import test from "node:test";

import * as lp from "livepermit/issuer";

import { anOffer, issuerProgram, startIssuer } from "./issuer.mjs";
import { missing, openPage, startBrowser, startServer, target, until } from "./kit.mjs";

const built = resolve(target, "web");
const child = {
  name: "林小雨", born: "1993-04-12",
  document: { kind: "identity-card", number: "000000199304120001" },
};

/** A film of a code that stands still. */
function filmOf(text, pixels) {
  const picture = lp.drawQr(text);
  const { width } = picture;
  const side = (width + 8) * pixels;
  const [w, h] = [640, 480];
  const luma = Buffer.alloc(w * h, 235);
  const modules = picture.modules();
  const [left, top] = [Math.floor((w - side) / 2), Math.floor((h - side) / 2)];
  for (let y = 0; y < width * pixels; y += 1) {
    for (let x = 0; x < width * pixels; x += 1) {
      const dark = modules[Math.floor(y / pixels) * width + Math.floor(x / pixels)] === 1;
      const at = (top + y + 4 * pixels) * w + left + x + 4 * pixels;
      if (dark) luma[at] = 16;
    }
  }
  const head = Buffer.from(`YUV4MPEG2 W${w} H${h} F10:1 Ip A1:1 C420jpeg\n`);
  const frame = [Buffer.from("FRAME\n"), luma, Buffer.alloc((w * h) / 2, 128)];
  return Buffer.concat([head, ...frame, ...frame]);
}

test("the built wallet", { skip: missing("chromium", issuerProgram, `${built}/wallet/index.html`) },
  async (all) => {
    let newer = "";
    // A newer version is another service worker: its text is other.
    const extra = async ({ url }, response) => {
      if (!url.endsWith("/wallet/service-worker.js") || newer === "") return false;
      const text = await readFile(resolve(built, "wallet/service-worker.js"), "utf8");
      const type = { "content-type": "text/javascript" };
      response.writeHead(200, type).end(text.replace(/"([0-9a-f]{16})"/, `"${newer}"`));
      return true;
    };
    const server = await startServer({ root: built, extra });
    const wallet = `${server.address}/wallet/`;
    const issuer = await startIssuer(wallet);
    await Promise.all([lp.loadGate(), lp.loadIssuer()]);
    const now = lp.secondsNow();
    const question = { gate: "gate-3", nonce: new Uint8Array(16).fill(9), expires: now + 3600 };
    const film = resolve(built, "question.y4m");
    await writeFile(film, filmOf(lp.challengeQrText(question), 8));
    const browser = await startBrowser({
      args: [
        "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        `--use-file-for-fake-video-capture=${film}`,
      ],
    });
    let closed = false;
    all.after(async () => {
      await browser.close();
      if (!closed) await server.close();
      await issuer.stop();
    });
    const codeOf = (page) =>
      until(page, () => document.querySelector("permit-code")?.state.token?.qrText);
    const press = (page, name) =>
      page.locator(`::-p-xpath(//*[self::button or self::a][normalize-space()="${name}"])`).click();

    const offer = await anOffer(issuer, child);
    const allowed = [issuer.address];
    const page = await openPage(browser, `${wallet}?lang=en&${offer.uri.split("?")[1]}`, { allowed });

    await all.test("it enrols, and keeps every file", async () => {
      await page.locator('[name="digits"]').fill(offer.digits);
      await press(page, "Bind the permit to this phone");
      await codeOf(page);
      await until(page, () => navigator.serviceWorker.controller !== null);
      const asked = new Set(server.state.asked);
      for (const file of ["wasm/gate.wasm", "wasm/holder.wasm", "main.js", "icons/icon.svg"]) {
        assert.ok(asked.has(`/wallet/${file}`), file);
      }
      page.check();
    });

    await all.test("a browser can install it", async () => {
      const session = await page.createCDPSession();
      const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
      const errors = installabilityErrors.map(({ errorId }) => errorId);
      // A window without a profile of its own installs nothing.
      assert.deepEqual(errors.filter((error) => error !== "in-incognito"), []);
      const paint = await page.evaluate(
        () => performance.getEntriesByName("first-contentful-paint")[0].startTime,
      );
      console.log(`first contentful paint, on this machine: ${Math.round(paint)} ms`);
    });

    await all.test("a newer version waits until the person loads it", async () => {
      const kept = () => page.evaluate(() => caches.keys());
      const [before] = await kept();
      newer = "fedcba9876543210";
      await page.reload();
      await press(page, "Load it");
      await until(page, () => caches.keys().then((all) => all.length === 1 && all[0]), {});
      await until(page, (before) => caches.keys().then(([now]) => now !== before), before);
      assert.deepEqual(await kept(), [`livepermit-wallet-${newer}`]);
      await codeOf(page);
      page.check();
    });

    await all.test("without its server it opens, and a gate admits its code", async () => {
      await server.close();
      closed = true;
      await page.reload();
      const rules = lp.policy("gate-3", ["bj.example:residence"], { kind: "not-checked" });
      const store = lp.Store.inMemoryForTheFirstTime(10, lp.defaultRetention());
      const gate = new lp.Gate(lp.gateSettings(rules), issuer.trust, [], store);
      assert.equal(gate.admit(await codeOf(page), lp.secondsNow()).kind, "admitted");
    });

    await all.test("it reads a gate's question by the camera, and answers", async () => {
      await press(page, "Answer a gate's question");
      await press(page, "Scan the gate's code");
      await press(page, "Yes, answer this gate");
      await until(page, () => document.body.textContent.includes("answers the question of the gate"));
      const rules = {
        ...lp.policy("gate-3", ["bj.example:residence"], { kind: "not-checked" }),
        challenge: "required",
      };
      const store = lp.Store.inMemoryForTheFirstTime(10, lp.defaultRetention());
      const gate = new lp.Gate(lp.gateSettings(rules), issuer.trust, [], store);
      const at = lp.secondsNow();
      gate.openChallenge({ ...question, expires: at + 60 }, at);
      const admission = gate.admit(await codeOf(page), lp.secondsNow());
      assert.equal(admission.kind, "admitted", admission.rejection?.reason);
      assert.equal(admission.verified.challengeAnswered, true);
    });
  },
);
