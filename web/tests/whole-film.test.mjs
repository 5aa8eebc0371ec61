// The whole film: wallets of a running issuer, their screens as a camera sees them, and a gate that
// is a page.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

import { y4m } from "./film.mjs";
import { issuerProgram } from "./issuer.mjs";
import { missing, pass, picture, program, setClock, startBrowser, until } from "./kit.mjs";
import { filmed } from "./people.mjs";
import { accept, gatePage, stage } from "./stage.mjs";
import {
  filmOf, filmOfOneCode, leave, looked, open, play, prepare, run, spread, verdicts,
} from "./studio.mjs";

const MINUTE = 60_000;
/** Longer than the cool-down of the zone: the same visitor is a new one. */
const NEXT_VISIT = 45_000;
const VISITS = Number(process.env.LIVEPERMIT_VISITORS ?? 6);
/** Beyond this age of a list the gate lets nobody in. */
const LIST_AGE = 3600;

const absent = missing("chromium", issuerProgram, program("livepermit"));

const codes = async (page) => (await verdicts(page)).map(({ code }) => code);
const listMade = (page) =>
  page.evaluate(() => {
    const { lists } = document.querySelector("permit-gate").health;
    return lists.find(({ kind }) => kind === "status").made;
  });

test("the whole film", { skip: absent }, async (all) => {
  const { server, issuer, phones, setup, end } = await stage(2);
  const browser = await startBrowser();
  all.after(async () => {
    await browser.close();
    await end();
  });
  const [{ page: first, permit }, { page: second }] = phones;
  const gate = await gatePage(browser, server, issuer);
  await prepare(gate);
  let film;

  await all.test("the gate reads its setup, and fetches the issuer's lists", async () => {
    await gate.evaluate((code) => {
      film.show(code, 3, 560);
      document.querySelector("form button").click();
    }, filmed(setup.text));
    await accept(server, gate, setup);
    await gate.evaluate(() => film.show(undefined));
    await open(gate);
    gate.check();
  });

  await all.test("accepted once, and held while the code changes", async () => {
    film = await filmOf(server, first, { millis: 12_000 });
    assert.ok(film.codes >= 2, `${film.codes} codes in the film`);
    await picture(first, "film-wallet");
    await play(server, gate, film, { during: () => picture(gate, "film-accepted") });
    assert.deepEqual(await codes(gate), ["accepted"]);
  });

  await all.test("the same film a minute later: stale", async () => {
    const during = () => picture(gate, "film-stale");
    await play(server, gate, film, { later: MINUTE, during });
    const said = await codes(gate);
    assert.ok(said.length > 0 && said.every((code) => code === "stale"), said.join());
  });

  await all.test("the next visitor is accepted", async () => {
    await play(server, gate, await filmOf(server, second, { millis: 2000, seed: 2 }));
    assert.deepEqual(await codes(gate), ["accepted"]);
  });

  await all.test("figures", async (context) => {
    const visits = [];
    for (let visit = 0; visit < VISITS; visit++) {
      await pass(server, second, NEXT_VISIT);
      const hand = { millis: 200, every: 100, seed: 10 + visit };
      const { frames } = await filmOf(server, second, hand);
      await setClock(server, gate, {}, { worker: true });
      await gate.evaluate(() => film.pace(30));
      const before = await run(gate, frames);
      const [said] = await until(gate, () => globalThis.verdicts.length > 0 && globalThis.verdicts);
      assert.equal(said.code, "accepted");
      visits.push({ after: said.after, frames: said.frames - before });
      await gate.evaluate(() => film.pace(10));
      await leave(gate);
      await verdicts(gate);
    }
    const [median, p95] = spread(visits.map(({ after }) => after));
    const [frames, most] = spread(visits.map((visit) => visit.frames));
    context.diagnostic(
      `${VISITS} visits, film of 30 frames a second: ${median.toFixed(0)} ms from the first ` +
        `frame to the verdict (p95 ${p95.toFixed(0)}), ${frames} frames (p95 ${most})`,
    );
  });

  await all.test("revoked at the issuer: refused within the list's age", async (context) => {
    // A phone that hears nothing of it goes on.
    await first.setOfflineMode(true);
    const before = await listMade(gate);
    await issuer.officer.decide(`/permits/${permit}`, "/cancel", { ground: "untrue" }, 200);
    let waited = 0;
    while ((await listMade(gate)) === before) {
      waited += 20;
      assert.ok(waited < LIST_AGE, "no newer list");
      await pass(server, gate, 20_000);
      await new Promise((later) => setTimeout(later, 200));
    }
    context.diagnostic(`the gate knew it ${waited} s after the officer's word`);
    const during = () => picture(gate, "film-revoked");
    // Each code is refused.
    const film = await filmOfOneCode(server, first, { millis: 1000, seed: 3 });
    await play(server, gate, film, { during });
    assert.deepEqual(await codes(gate), ["revoked"]);
    gate.check();
  });

  await all.test("with the network cut: accepted all the same", async () => {
    await second.setOfflineMode(true);
    await gate.setOfflineMode(true);
    await issuer.stop();
    for (let seconds = 0; seconds < 600; seconds += 60) {
      await pass(server, gate, MINUTE);
      await new Promise((later) => setTimeout(later, 100));
    }
    const isCut = () =>
      document.querySelector("permit-gate").health.fetched
        .every(({ failingSince }) => failingSince !== undefined);
    await until(gate, isCut);
    const during = () => picture(gate, "film-offline");
    await play(server, gate, await filmOf(server, second, { millis: 2000, seed: 4 }), { during });
    assert.deepEqual(await codes(gate), ["accepted"]);
  });
});

test("the film of a wallet through the browser's own camera", { skip: absent }, async () => {
  const { server, issuer, phones, setup, end } = await stage(1);
  const folder = await mkdtemp(join(tmpdir(), "livepermit-film-"));
  let browser;
  try {
    // The film is turned again and again, and a phone never goes back to the code before.
    const how = { millis: 900, every: 100 };
    const { frames } = await filmOfOneCode(server, phones[0].page, how);
    const file = join(folder, "film.y4m");
    await writeFile(file, Buffer.concat(y4m(frames.map(({ luma }) => luma))));
    browser = await startBrowser({
      args: [
        "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        `--use-file-for-fake-video-capture=${file}`,
      ],
    });
    const { wall, uptime } = server.state.clock;
    // The gate warms up, and then it is the time of the film.
    await setClock(server, undefined, { wall: wall - 100_000, uptime: uptime - 100_000 });
    const gate = await gatePage(browser, server, issuer);
    await gate.evaluate((text) => {
      document.querySelector("#setup").value = text;
    }, setup.text);
    await gate.locator("button[type=submit]").click();
    await accept(server, gate, setup);
    await open(gate);
    const said = () => until(gate, () => globalThis.verdicts.length > 0 && globalThis.verdicts);
    assert.deepEqual((await said()).map(({ code }) => code), ["accepted"]);
    // Some turns of the film.
    await looked(gate, 0, 30);
    assert.deepEqual(await codes(gate), ["accepted"]);
    await pass(server, gate, MINUTE);
    await said();
    assert.deepEqual(await codes(gate), ["stale"]);
    gate.check();
  } finally {
    await browser?.close();
    await end();
    await rm(folder, { recursive: true });
  }
});
