import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

import {
  accessible, fits, missing, openPage, pass, picture, setClock, START, startBrowser, startServer,
  until,
} from "./kit.mjs";
import { filmFrame, pose, y4m } from "./film.mjs";
import { filmed, forged, NOW, setup, slip, statusList, visitor } from "./people.mjs";

/** How many times a tab is killed. */
const KILLS = Number(process.env.LIVEPERMIT_KILLS ?? 20);

/** Waits until the gate's worker has the time. */
const WORKER = { worker: true };

/** A page with a gate before a film. */
async function openGate(browser, server, { query = "", options, again, ...more } = {}) {
  const address = `${server.address}/tests/gate.html?rate=10${query}`;
  const page = await openPage(browser, address, options);
  await until(page, () => "hooks" in globalThis);
  await page.evaluate((told) => hooks.open(told), setup(more));
  if (again !== true) {
    await page.evaluate(() => hooks.goOn());
    await page.evaluate((list) => hooks.list(list), [...statusList()]);
    // A camera that is quicker shows a permit of which the gate cannot know the status.
    await until(page, () => hooks.health()?.lists.length > 0);
  }
  await page.evaluate(() => hooks.start());
  await until(page, () => hooks.health()?.inOrder && hooks.frames() > 0);
  const said = () => page.evaluate(() => hooks.verdicts.map(({ code }) => code));
  const show = (text, seed = 1) =>
    page.evaluate((code, seed) => hooks.show(code, seed), text && filmed(text), seed);
  /** Waits for so many verdicts, and gives the last one. */
  const verdict = (count) =>
    until(page, (count) => hooks.verdicts.length >= count && hooks.verdicts[count - 1], count);
  /** Lets the gate look at so many more frames. */
  const look = async (count) => {
    const seen = await page.evaluate(() => hooks.frames());
    await until(page, (wanted) => hooks.frames() >= wanted, seen + count);
  };
  return { page, said, show, verdict, look };
}

for (const kind of ["chromium", "firefox"]) {
  const ways = kind === "chromium" ? ["track", "video-frame", "canvas"] : ["video-frame", "canvas"];
  for (const way of ways) {
    const name = `${kind}, frames by ${way}: accepted once, held, stale, next accepted`;
    test(name, { skip: missing(kind) }, async () => {
      const server = await startServer();
      const browser = await startBrowser({ kind });
      try {
        const gate = await openGate(browser, server, { query: `&frames=${way}` });
        const [anna, boris] = [await visitor(), await visitor()];
        const code = await anna.code();
        await gate.show(code);
        const first = await gate.verdict(1);
        assert.deepEqual([first.light, first.code, first.opens], ["green", "accepted", true]);
        assert.equal(first.permit.subject, anna.number);
        await gate.look(12);
        assert.deepEqual(await gate.said(), ["accepted"], "held while it is shown");
        // The phone shows its next code: still the same visitor.
        for (let second = 0; second < 10; second++) {
          await pass(server, gate.page, 1000, WORKER);
          await gate.look(2);
        }
        await gate.show(await anna.code(NOW + 10), 1);
        await gate.look(6);
        assert.deepEqual(await gate.said(), ["accepted"]);

        // The same film a minute later.
        await gate.show(undefined);
        await pass(server, gate.page, 60_000, WORKER);
        await gate.look(3);
        await gate.show(code);
        const later = await gate.verdict(2);
        assert.deepEqual([later.light, later.code], ["red", "stale"]);
        await gate.look(4);

        await gate.show(await boris.code(NOW + 70), 5);
        assert.equal((await gate.verdict(3)).code, "accepted");
        await gate.show(forged(await boris.code(NOW + 71)), 5);
        assert.equal((await gate.verdict(4)).code, "bad-device-signature");
        gate.page.check();
      } finally {
        await browser.close();
        await server.close();
      }
    });
  }
}

test("a killed tab admits no code twice", async (all) => {
  for (const kind of ["chromium", "firefox"]) {
    // The storage is the same rule in both; Firefox takes longer to open a tab.
    const kills = kind === "chromium" ? KILLS : Math.ceil(KILLS / 4);
    await all.test(kind, { skip: missing(kind) }, () => killTabs(kind, kills));
  }
});

async function killTabs(kind, kills) {
  const server = await startServer();
  const browser = await startBrowser({ kind });
  try {
    let admitted = 0;
    for (let kill = 0; kill < kills; kill++) {
      const code = await (await visitor()).code(NOW + kill * 4);
      let gate = await openGate(browser, server, { again: kill > 0 });
      await gate.show(code, kill + 1);
      // Killed after the verdict, before it, or while the storage writes.
      if (kill % 3 === 0) await gate.verdict(1);
      else await gate.look(kill % 3);
      const before = await gate.said();
      await killed(gate.page, kind);
      await pass(server, undefined, 4000);
      gate = await openGate(browser, server, { again: true });
      await gate.show(code, kill + 1);
      await gate.verdict(1);
      const after = await gate.said();
      const times = [...before, ...after].filter((said) => said === "accepted").length;
      assert.ok(times <= 1, `kill ${kill}: ${before} and ${after}`);
      admitted += times;
      await gate.page.close();
    }
    // Who was let in before a kill is known, so not all were only refused.
    assert.ok(admitted >= kills / 3, `${admitted} of ${kills}`);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Ends a tab as a crash does: nothing of the page runs any more. */
async function killed(page, kind) {
  if (kind === "chromium") {
    const session = await page.createCDPSession();
    // The answer never comes from a dead tab.
    session.send("Page.crash").catch(() => undefined);
    await new Promise((gone) => page.once("error", gone));
  }
  await page.close();
}

test("two pages of one zone admit each code once", { skip: missing("chromium") }, async () => {
  const server = await startServer();
  const browser = await startBrowser();
  try {
    const one = await openGate(browser, server);
    const two = await openGate(browser, server, { again: true, settings: { lane: "2" } });
    const text = await (await visitor()).code();
    // A tab in the background is held back by the browser; codes are asked one after the other.
    await one.page.bringToFront();
    await one.show(text);
    assert.equal((await one.verdict(1)).code, "accepted");
    await two.page.bringToFront();
    await two.show(text);
    assert.equal((await two.verdict(1)).code, "already-used");
  } finally {
    await browser.close();
    await server.close();
  }
});

test("through the browser's own camera: accepted once, held, a minute later stale", {
  skip: missing("chromium"),
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "livepermit-film-"));
  const file = join(folder, "film.y4m");
  const code = filmed(await (await visitor()).code());
  const frames = Array.from({ length: 6 }, (_, at) => filmFrame(code, pose(at + 1, 380)));
  await writeFile(file, Buffer.concat(y4m(frames)));
  const server = await startServer();
  const browser = await startBrowser({
    args: [
      "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
      `--use-file-for-fake-video-capture=${file}`,
    ],
  });
  try {
    const gate = await openGate(browser, server, { query: "&camera" });
    assert.equal((await gate.verdict(1)).code, "accepted");
    // Some turns of the film.
    await gate.look(20);
    assert.deepEqual(await gate.said(), ["accepted"]);
    await pass(server, gate.page, 60_000, WORKER);
    assert.equal((await gate.verdict(2)).code, "stale");
    gate.page.check();
  } finally {
    await browser.close();
    await server.close();
    await rm(folder, { recursive: true });
  }
});

test("without a camera the gate says what to do", { skip: missing("chromium") }, async () => {
  const server = await startServer();
  const browser = await startBrowser({ args: ["--deny-permission-prompts"] });
  try {
    for (const language of ["zh", "en"]) {
      const address = `${server.address}/tests/gate.html?camera&lang=${language}`;
      const page = await openPage(browser, address, { width: 320, height: 640 });
      await until(page, () => "hooks" in globalThis);
      await accessible(page, "no setup");
      await page.evaluate((told) => hooks.open(told), setup());
      await until(page, () => hooks.health());
      await page.evaluate(() => hooks.start());
      const health = await until(page, () => !hooks.health().inOrder && hooks.health());
      const warning = health.warnings.find(({ code }) => code === "camera-missing");
      const word = { zh: "摄像头", en: "camera" }[language];
      assert.ok(warning.outOfOrder && warning.reason.includes(word), warning.reason);
      const light = { zh: "闸机故障", en: "OUT OF ORDER" }[language];
      assert.deepEqual(await page.evaluate(() => hooks.lights()), [light]);
      await fits(page, "no camera");
      await accessible(page, "no camera");
      await picture(page, `gate-no-camera-${language}`);
      page.check();
      await page.close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
});

const shape = (kind) => (kind === "kiosk"
  ? { width: 1920, height: 1080 } : { width: 320, height: 640 });

test("every light in both languages, in the light and in the dark", {
  skip: missing("chromium"),
}, async () => {
  const server = await startServer();
  const browser = await startBrowser();
  try {
    for (const language of ["zh", "en"]) {
      for (const [dark, kind] of [[false, "phone"], [true, "kiosk"]]) {
        await setClock(server, undefined, { wall: START.wall, uptime: START.uptime });
        const options = { ...shape(kind), dark };
        const gate = await openGate(browser, server, {
          query: `&lang=${language}`, options, database: `lights-${language}-${kind}`,
          policy: { forms: ["pass", "presentation", "slip"] },
        });
        const name = (state) => `gate-${state}-${language}-${dark ? "dark" : "light"}-${kind}`;
        const seen = async (state, word) => {
          await until(gate.page, (word) => hooks.lights().includes(word), word[language]);
          await fits(gate.page, name(state));
          await accessible(gate.page, name(state));
          await picture(gate.page, name(state));
        };
        await seen("waiting", { zh: "请出示二维码", en: "Show your code" });
        const anna = await visitor();
        const code = await anna.code();
        await gate.show(code);
        await seen("accepted", { zh: "通行", en: "GREEN" });
        await gate.show(forged(code), 2);
        await seen("refused", { zh: "禁止通行", en: "RED" });
        await gate.show(slip(), 3);
        await seen("slip", { zh: "通行并核对", en: "YELLOW" });
        await setClock(server, gate.page, { wall: START.wall - 86_400_000 });
        await gate.show(await (await visitor()).code(), 4);
        await seen("out-of-order", { zh: "闸机故障", en: "OUT OF ORDER" });
        gate.page.check();
        await gate.page.close();
      }
    }
  } finally {
    await browser.close();
    await server.close();
  }
});
