import assert from "node:assert/strict";
import test from "node:test";

import {
  accessible, fits, missing, openPage, pass, picture, startBrowser, startServer, until,
} from "./kit.mjs";
import { filmed, NOW, setup, statusList, visitor } from "./people.mjs";

const hex = (bytes) => Buffer.from(bytes).toString("hex");

/** A setup as the operator gives it. */
function given(server, more = {}) {
  const { trust, ...rest } = setup(more);
  const keys = trust.keys.map((key) => ({ ...key, key: hex(key.key) }));
  const statusLists = [`${server.address}/lists/status`];
  return JSON.stringify({ version: 1, ...rest, statusLists, trust: { ...trust, keys } });
}

/** A server of lists: with an ETag, and with what was asked. */
function lists() {
  const state = { list: statusList(), tag: '"1"', asked: [], down: false };
  const answer = (request, response) => {
    if (request.url !== "/lists/status") return false;
    const known = request.headers["if-none-match"];
    state.asked.push(known);
    if (state.down) response.writeHead(503).end();
    else if (known === state.tag) response.writeHead(304, { etag: state.tag }).end();
    else response.writeHead(200, { etag: state.tag }).end(state.list);
    return true;
  };
  return { state, answer };
}

/** The gate's page with a film in the place of the camera. */
async function openGate(browser, server, { language = "en", ...options } = {}) {
  const page = await openPage(browser, `${server.address}/gate/?lang=${language}`, options);
  await until(page, () => document.querySelector("h1"));
  await page.evaluate(async () => {
    const { Film } = await import("/tests/film.js");
    globalThis.film = new Film(10);
  });
  return page;
}

async function setUp(page, text) {
  await page.type("#setup", "");
  await page.evaluate((text) => {
    document.querySelector("#setup").value = text;
  }, text);
  await page.click("button[type=submit]");
  const number = await until(page, () => document.querySelector(".number")?.textContent);
  await page.evaluate(() => document.querySelector(".card button").click());
  await until(page, () => document.querySelector("permit-gate"));
  return number;
}

const inGate = (page, selector) =>
  page.evaluate((selector) => {
    return document.querySelector("permit-gate").shadowRoot.querySelector(selector)?.textContent;
  }, selector);

async function start(page) {
  await page.evaluate(() => {
    document.querySelector("permit-gate").shadowRoot.querySelector("[part=start]").click();
  });
  await until(page, () => document.querySelector("permit-gate").frames > 0);
}

const light = (page, word) =>
  until(page, (word) => {
    const { shadowRoot } = document.querySelector("permit-gate");
    return shadowRoot.querySelector("[part=word]")?.textContent === word;
  }, word);

/** Lets so many seconds go by, and the gate look about. */
async function wait(server, page, seconds) {
  for (let second = 0; second < seconds; second++) {
    await pass(server, page, 1000);
    await new Promise((passed) => setTimeout(passed, 60));
  }
}

test("a gate is set up by a person, warms up, and fetches its lists", {
  skip: missing("chromium"),
}, async () => {
  const { state, answer } = lists();
  const server = await startServer({ extra: answer });
  const browser = await startBrowser();
  try {
    const page = await openGate(browser, server, { width: 320, height: 640 });
    await accessible(page, "setup");
    await fits(page, "setup");
    await picture(page, "page-setup-en");
    // What cannot be read, and what a person refuses, sets nothing up.
    await page.type("#setup", "nonsense");
    await page.click("button[type=submit]");
    await until(page, () => document.querySelector("[role=alert]").textContent !== "");
    const number = await setUp(page, given(server));
    assert.match(number, /^\d{4} \d{4} \d{4}$/);

    // A new memory: nobody enters for a while, though nobody came yet.
    await until(page, () => document.querySelector("permit-gate").health);
    await light(page, "OUT OF ORDER");
    await start(page);
    const anna = await visitor();
    await page.evaluate((code) => film.show(code, 3), filmed(await anna.code()));
    await until(page, () => document.querySelector("permit-gate").health.answers > 0 ||
      document.querySelector("permit-gate").frames > 20);
    assert.match(await inGate(page, "[part=health-line]"), /OUT OF ORDER/);
    await picture(page, "page-warms-up-en");
    await page.evaluate(() => film.show(undefined));
    await wait(server, page, 100);
    await until(page, () => document.querySelector("permit-gate").health.inOrder);
    await light(page, "Show your code");
    assert.ok(state.asked.length >= 1);

    const boris = await visitor();
    const code = await boris.code(NOW + 100);
    await page.evaluate((code) => film.show(code, 3), filmed(code));
    await light(page, "GREEN");
    await accessible(page, "gate");
    await fits(page, "gate");
    await picture(page, "page-green-en");

    // Withdrawn at the issuer, and known with the next list.
    Object.assign(state, { list: statusList([boris.index], NOW + 110), tag: '"2"' });
    await page.evaluate(() => film.show(undefined));
    await wait(server, page, 1000);
    await until(page, () => document.querySelector("permit-gate").health.lists[0]?.made > 0);
    assert.ok(state.asked.includes('"1"'), "asked with the ETag");
    await page.evaluate((code) => film.show(code, 4), filmed(await boris.code(NOW + 1100)));
    await light(page, "RED");
    page.check();

    // The log: without names, exported, safe for table programs.
    await page.evaluate(() => [...document.querySelectorAll("nav button")][1].click());
    await until(page, () => document.querySelector("tbody tr"));
    const rows = await page.evaluate(() => {
      return [...document.querySelectorAll("tbody tr")].map((row) => row.textContent);
    });
    assert.ok(rows.some((row) => row.includes("GREEN accepted")), rows.join("\n"));
    assert.ok(rows.some((row) => row.includes("RED revoked")), rows.join("\n"));
    await accessible(page, "log");
    await fits(page, "log");
    await picture(page, "page-log-en");
    await page.evaluate(() => [...document.querySelectorAll("nav button")][0].click());
    await until(page, () => document.querySelector("dl dd"));
    await accessible(page, "details");
    await fits(page, "details");
    await picture(page, "page-details-en");

    // The server of lists is away for longer than a list may be old.
    state.down = true;
    await page.evaluate(() => film.show(undefined));
    await wait(server, page, 5);
    await pass(server, page, 3000_000);
    await wait(server, page, 3);
    await light(page, "OUT OF ORDER");
    assert.match(await inGate(page, "[part=health]"), /status list/);
  } finally {
    await browser.close();
    await server.close();
  }
});

test("a gate that was reloaded goes on as it was, in both languages and shapes", {
  skip: missing("chromium"),
}, async () => {
  const { answer } = lists();
  const server = await startServer({ extra: answer });
  const browser = await startBrowser();
  try {
    const first = await openGate(browser, server);
    await setUp(first, given(server));
    await until(first, () => document.querySelector("permit-gate").health);
    await wait(server, first, 100);
    await until(first, () => document.querySelector("permit-gate").health.inOrder);
    await first.close();
    const shapes = [["zh", 1920, 1080, true], ["zh", 320, 640, false], ["en", 1920, 1080, false]];
    for (const [at, [language, width, height, dark]] of shapes.entries()) {
      const page = await openGate(browser, server, { language, width, height, dark });
      await until(page, () => document.querySelector("permit-gate").health?.inOrder);
      await start(page);
      const code = await (await visitor()).code(NOW + 100);
      await page.evaluate((code, at) => film.show(code, at + 5), filmed(code), at);
      await light(page, { zh: "通行", en: "GREEN" }[language]);
      const name = `page-green-${language}-${width}-${dark ? "dark" : "light"}`;
      await accessible(page, name);
      await fits(page, name);
      await picture(page, name);
      page.check();
      await page.close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
});
