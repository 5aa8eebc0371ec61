// A gate that asks: the wallet answers by its camera, or by six digits that a person types.

import assert from "node:assert/strict";
import test from "node:test";

import { issuerProgram } from "./issuer.mjs";
import {
  accessible, fits, missing, pass, picture, program, setClock, startBrowser, until,
} from "./kit.mjs";
import { accept, gatePage, stage } from "./stage.mjs";
import { filmOf, open, play, prepare, showQuestion, verdicts } from "./studio.mjs";

const absent = missing("chromium", issuerProgram, program("livepermit"));
/** Longer than the cool-down of the zone: the same visitor is a new one. */
const NEXT_VISIT = 45_000;

const press = (page, name) =>
  page.locator(`::-p-xpath(//*[self::button or self::a][normalize-space()="${name}"])`).click();
const says = (page, part) =>
  until(page, (part) => document.body.textContent.includes(part), part);
const asks = (page) =>
  until(page, () => document.querySelector("permit-challenge")?.state === "open");
const codes = async (page) => (await verdicts(page)).map(({ code }) => code);

/** The operator chooses how the gate asks. */
async function choose(gate, asking) {
  await press(gate, "Details");
  await gate.locator("#asking").wait();
  await gate.select("#asking", asking);
  await press(gate, "Details");
}

/** A gate that is set up and looks. */
async function openGate(server, browser, issuer, setup) {
  const gate = await gatePage(browser, server, issuer);
  await prepare(gate);
  await gate.evaluate((text) => {
    document.querySelector("#setup").value = text;
  }, setup.text);
  await gate.locator("button[type=submit]").click();
  await accept(server, gate, setup);
  await open(gate);
  return gate;
}

/** A holder comes who did not hear the question. */
async function unasked(server, gate, phone) {
  await play(server, gate, await filmOf(server, phone));
  assert.deepEqual(await codes(gate), ["challenge-missing"]);
  await goneOut(server, gate);
}

/** The light of the last visitor goes out, and the question is seen again. */
async function goneOut(server, gate) {
  await pass(server, gate, 5000);
  await until(gate, () => document.querySelector("permit-challenge")?.offsetHeight > 0);
}

test("a gate whose setup says that it asks", { skip: absent }, async (all) => {
  const { server, issuer, phones, setup, end } = await stage(1, ["--challenge"]);
  const browser = await startBrowser();
  all.after(async () => {
    await browser.close();
    await end();
  });
  const [{ page: phone }] = phones;
  const gate = await openGate(server, browser, issuer, setup);
  await prepare(phone);

  await all.test("a code that answers nothing is refused", async () => {
    await asks(gate);
    await unasked(server, gate, phone);
  });

  await all.test("the wallet reads the question by its camera, and answers", async () => {
    await asks(gate);
    await press(phone, "Answer a gate's question");
    await press(phone, "Scan the gate's code");
    await showQuestion(gate, phone);
    await says(phone, "it is of the gate gate-3");
    await accessible(phone, "the gate's name");
    await picture(phone, "questions-confirm");
    await press(phone, "Yes, answer this gate");
    await says(phone, "This answers the question of the gate gate-3");
    await picture(phone, "questions-answer");
    const answer = await filmOf(server, phone, { millis: 2000 });
    await play(server, gate, answer, { during: () => picture(gate, "questions-accepted") });
    assert.deepEqual(await codes(gate), ["accepted"]);
  });

  await all.test("an answer is good once: the gate asks the next visitor anew", async () => {
    await goneOut(server, gate);
    await phone.locator('::-p-xpath(//button[contains(., "every gate")])').click();
    await pass(server, phone, NEXT_VISIT);
    await unasked(server, gate, phone);
  });

  await all.test("six digits, which the person types", async () => {
    await choose(gate, "digits");
    const digits = await until(gate, () => {
      const question = document.querySelector("permit-challenge");
      return question?.shadowRoot.querySelector("[part=digits]")?.textContent;
    });
    assert.match(digits, /^\d{6}$/);
    await picture(gate, "questions-digits");
    await press(phone, "Answer a gate's question");
    await phone.locator('[name="gate"]').fill("gate-3");
    await phone.locator('[name="digits"]').fill(digits);
    await press(phone, "Show the answer");
    await says(phone, "This answers the question of the gate gate-3");
    await play(server, gate, await filmOf(server, phone, { millis: 1000 }));
    assert.deepEqual(await codes(gate), ["accepted"]);
    gate.check();
    phone.check();
  });

  await all.test("who set the gate up said that it asks: that cannot be chosen away", async () => {
    await press(gate, "Details");
    await gate.locator("#asking").wait();
    const isOffered = await gate.evaluate(() => {
      return !document.querySelector("#asking option[value=not]").disabled;
    });
    assert.equal(isOffered, false);
    // Somebody who changes the page gets no further.
    await gate.select("#asking", "not");
    const chosen = await gate.evaluate(() => document.querySelector("#asking").value);
    assert.equal(chosen, "code");
    await asks(gate);
  });
});

test("an operator lets a gate ask", { skip: absent }, async () => {
  const { server, issuer, phones, setup, end } = await stage(1);
  const browser = await startBrowser();
  try {
    const [{ page: phone }] = phones;
    const gate = await openGate(server, browser, issuer, setup);
    assert.equal(await gate.evaluate(() => document.querySelector("permit-challenge")), null);
    await choose(gate, "code");
    await asks(gate);
    await unasked(server, gate, phone);

    // A question is followed by another before it is over.
    const expires = () =>
      gate.evaluate(() => document.querySelector("permit-challenge").question.expires);
    const before = await expires();
    await pass(server, gate, 46_000);
    await until(gate, (before) => {
      return document.querySelector("permit-challenge").question.expires > before;
    }, before);

    // The choice outlives the page.
    await gate.reload();
    await asks(gate);
    for (const [language, width, height, dark] of [
      ["en", 320, 640, false], ["zh", 320, 640, true], ["zh", 1920, 1080, false],
      ["en", 1920, 1080, true],
    ]) {
      const scheme = { name: "prefers-color-scheme", value: dark ? "dark" : "light" };
      await gate.emulateMediaFeatures([scheme]);
      await gate.setViewport({ width, height });
      await gate.goto(`${server.address}/gate/?lang=${language}`);
      await asks(gate);
      const name = `questions-${language}-${width}`;
      await accessible(gate, name);
      await fits(gate, name);
      await picture(gate, name);
    }
    await setClock(server, gate, {});
    await gate.goto(`${server.address}/gate/?lang=en`);
    await asks(gate);
    await choose(gate, "not");
    await until(gate, () => document.querySelector("permit-challenge") === null);
    gate.check();
  } finally {
    await browser.close();
    await end();
  }
});
