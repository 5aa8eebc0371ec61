// Films the screen of a wallet, and plays films before a gate. A film has the times at which it was
// made: it may take as long as it likes to make and to play it.

import assert from "node:assert/strict";

import * as lp from "livepermit/issuer";

import { filmScreen, pose, sway } from "./film.mjs";
import { pass, setClock, until } from "./kit.mjs";
import { lumaOfPng } from "./png.mjs";

await lp.loadIssuer();

/** How large the code is in the film, in pixels. */
const SIDE = 380;
/** No wallet shows a code for longer: it replaces the code each 10 seconds. */
const OLDEST = 11_000;

/** Where the code of an element is on the page, once there is one. */
const codeOn = (page, tag) =>
  until(page, (tag) => {
    const element = document.querySelector(tag);
    const drawn = element?.shadowRoot.querySelector("svg");
    if (!drawn) return false;
    const { x, y, width } = drawn.getBoundingClientRect();
    if (width === 0) return false;
    const text = element.state.token?.qrText;
    return { text, x: x + width / 2, y: y + width / 2, side: width };
  }, tag);

/** The page has painted what it knows. */
const painted = (page) =>
  page.evaluate(() => {
    return new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)));
  });

/** When a wallet signed a code, in milliseconds since 1970. */
const signed = (text) => Date.parse(/^ *dated (.*)$/m.exec(lp.inspect(text))[1]);

/** Waits until a wallet shows a code of its time: on a busy machine it hears the time later. */
async function fresh(page, wall) {
  const since = Date.now();
  for (;;) {
    const { text } = await codeOn(page, "permit-code");
    const age = wall - signed(text);
    if (age >= 0 && age <= OLDEST) return;
    assert.ok(Date.now() - since < 20_000, `the wallet shows a code that is ${age} ms old`);
    await new Promise((later) => setTimeout(later, 50));
  }
}

/** The screen of a page as a camera sees it, and the text of the code on it. */
async function filmed(page, tag, how) {
  for (;;) {
    await painted(page);
    const { text, ...code } = await codeOn(page, tag);
    const screen = lumaOfPng(await page.screenshot({ optimizeForSpeed: true }));
    const after = await codeOn(page, tag);
    if (after.text === text) return { text, luma: filmScreen({ ...screen, code }, how) };
  }
}

/**
 * Films a wallet that shows a code, for `millis` of its own clock, a frame every `every`. `seed` is
 * the hand that holds it.
 *
 * A wallet that begins anew, because its page comes to the front, signs at once. While a test's
 * clock stands, that is another text of the same second, which a gate takes for a copy: then the
 * film is made again.
 */
export async function filmOf(server, page, { millis = 0, every = 500, seed = 1 } = {}) {
  await page.bringToFront();
  await setClock(server, page, {});
  const hand = pose(seed, SIDE);
  for (let takes = 0; takes < 5; takes += 1) {
    const frames = [];
    const texts = new Set();
    for (let at = 0; at <= millis; at += every) {
      if (at > 0) await pass(server, page, every);
      await fresh(page, server.state.clock.wall);
      const { text, luma } = await filmed(page, "permit-code", sway(hand, at / 1000));
      const { wall, uptime } = server.state.clock;
      frames.push({ wall, uptime, luma });
      texts.add(text);
    }
    const seconds = new Set([...texts].map(signed));
    if (seconds.size === texts.size) return { frames, codes: texts.size };
  }
  assert.fail("in each of five films the wallet signed twice in a second");
}

/** The same of one code: made again if the wallet has shown its next one meanwhile. */
export async function filmOfOneCode(server, page, how) {
  for (;;) {
    const film = await filmOf(server, page, how);
    if (film.codes === 1) return film;
  }
}

/** Holds a phone before a gate's page that asks: its camera sees the question. */
export async function showQuestion(gate, phone, seed = 1) {
  await gate.bringToFront();
  const { luma } = await filmed(gate, "permit-challenge", pose(seed, SIDE));
  await phone.bringToFront();
  await phone.evaluate((frame) => film.run([frame]), base64(luma));
}

const base64 = (luma) => Buffer.from(luma.buffer).toString("base64");

/** Shows frames to a gate's page from now on. Gives how many it had looked at before. */
export async function run(page, frames) {
  const given = frames.map(({ luma }) => base64(luma));
  return page.evaluate((given) => {
    film.run(given);
    return document.querySelector("permit-gate").frames;
  }, given);
}

/** Waits until a gate has looked at so many frames since it had looked at `before`. */
export const looked = (page, before, count) =>
  until(page, (count) => document.querySelector("permit-gate").frames >= count, before + count);

/**
 * Plays a film before a gate, at the film's own times and `later` milliseconds. `during` is called
 * before it ends, and then nobody is there.
 */
export async function play(server, page, { frames }, { later = 0, during } = {}) {
  await page.bringToFront();
  for (const { wall, uptime, luma } of frames) {
    const now = { wall: wall + later, uptime: uptime + later };
    await setClock(server, page, now, { worker: true });
    // Two may have been on their way.
    await looked(page, await run(page, [{ luma }]), 3);
  }
  await during?.();
  await leave(page);
}

/** Nobody is before a gate any more. */
export async function leave(page) {
  const before = await page.evaluate(() => {
    film.show(undefined);
    return document.querySelector("permit-gate").frames;
  });
  await looked(page, before, 2);
}

/** The verdicts of a gate's page since it was asked last. */
export async function verdicts(page) {
  return page.evaluate(() => globalThis.verdicts.splice(0));
}

/** Puts films in the place of the camera of a page. */
export async function prepare(page) {
  await page.evaluate(async () => {
    const { Film } = await import("/tests/film.js");
    globalThis.film = new Film(10);
  });
}

/** Collects what the gate of a page says, from now on. */
export async function listen(page) {
  await page.evaluate(() => {
    globalThis.verdicts = [];
    const gate = document.querySelector("permit-gate");
    gate.muted = true;
    gate.addEventListener("permit-gate-verdict", ({ detail }) => {
      const after = performance.now() - (globalThis.film?.begun ?? 0);
      globalThis.verdicts.push({ ...detail, after, frames: gate.frames });
    });
  });
}

/** Opens the camera of a gate that is set up. */
export async function open(page) {
  await page.evaluate(() => {
    document.querySelector("permit-gate").shadowRoot.querySelector("[part=start]").click();
  });
  await until(page, () => document.querySelector("permit-gate").frames > 0);
}

/** The middle and the worst in twenty of some values. */
export function spread(values) {
  assert.ok(values.length > 0);
  const sorted = values.toSorted((one, other) => one - other);
  return [0.5, 0.95].map((share) => sorted[Math.floor((sorted.length - 1) * share)]);
}
