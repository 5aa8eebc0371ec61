import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import test from "node:test";

import {
  accessible, clickAt, fits, missing, openPage, pass, picture, program, setClock, startBrowser,
  startServer, until,
} from "./kit.mjs";
import { filmed, NOW, statusList, visitor } from "./people.mjs";
import { folder, setupBy } from "./setups.mjs";

const absent = missing("chromium", program("livepermit"));

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

/** Gives the text of a setup to the page. */
async function give(page, text) {
  await page.evaluate((text) => {
    document.querySelector("#setup").value = text;
  }, text);
  await page.click("button[type=submit]");
}

/** What the page says against a setup. */
const refusal = (page) =>
  until(page, () => document.querySelector("[role=alert]")?.textContent);

/** A person compares the numbers, and finds them the same. */
async function compare(page, { checkNumber }) {
  const shown = await until(page, () => document.querySelector(".number")?.textContent);
  assert.equal(shown, checkNumber);
  await clickAt(page, ".card button", 0);
  await until(page, () => document.querySelector("permit-gate"));
}

async function setUp(page, setup) {
  await give(page, setup.text);
  await compare(page, setup);
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
  skip: absent,
}, async () => {
  const { state, answer } = lists();
  const server = await startServer({ extra: answer });
  const browser = await startBrowser();
  try {
    const page = await openGate(browser, server, { width: 320, height: 640 });
    await accessible(page, "setup");
    await fits(page, "setup");
    await picture(page, "page-setup-en");
    await setUp(page, setupBy(1, server));

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
    await clickAt(page, "nav button", 1);
    await until(page, () => document.querySelector("tbody tr"));
    const rows = await page.evaluate(() => {
      return [...document.querySelectorAll("tbody tr")].map((row) => row.textContent);
    });
    assert.ok(rows.some((row) => row.includes("GREEN accepted")), rows.join("\n"));
    assert.ok(rows.some((row) => row.includes("RED revoked")), rows.join("\n"));
    await accessible(page, "log");
    await fits(page, "log");
    await picture(page, "page-log-en");
    await clickAt(page, "nav button", 0);
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

test("only the known operator sets a gate up again", { skip: absent }, async () => {
  const { answer } = lists();
  const server = await startServer({ extra: answer });
  const browser = await startBrowser();
  try {
    const page = await openGate(browser, server, { width: 320, height: 640 });
    await give(page, "LP1:NOT A SETUP");
    assert.match(await refusal(page), /This is no setup/);
    const first = setupBy(1, server);
    // One letter of the signature is another: the numbers differ, and a person who does not look
    // gains nothing.
    await give(page, first.text.replace(/.{9}$/, (end) => end.replace(/[A-Z0-9]/, (letter) => {
      return letter === "A" ? "B" : "A";
    })));
    const shown = await until(page, () => document.querySelector(".number")?.textContent);
    assert.notEqual(shown, first.checkNumber);
    await clickAt(page, ".card button", 0);
    assert.match(await refusal(page), /altered or forged/);
    // By camera; and the numbers differ, says the person.
    await page.evaluate((code) => {
      film.show(code, 3, 560);
      [...document.querySelectorAll("form button")][0].click();
    }, filmed(first.text));
    await until(page, () => document.querySelector(".number"));
    await accessible(page, "compare");
    await fits(page, "compare");
    await picture(page, "page-compare-en");
    await clickAt(page, ".card button", 1);
    assert.match(await refusal(page), /Refused/);
    await setUp(page, first);
    await until(page, () => document.querySelector("permit-gate").health?.zone === "hall");

    const again = async (setup) => {
      await clickAt(page, "nav button", 2);
      await until(page, () => document.querySelector("#setup"));
      await give(page, setup.text);
    };
    await again(setupBy(2, server, [], NOW + 1));
    assert.match(await refusal(page), /Another operator/);
    await accessible(page, "refused");
    await give(page, setupBy(1, server, [], NOW - 1).text);
    assert.match(await refusal(page), /older/);
    // The one in use, once more.
    await give(page, first.text);
    await until(page, () => document.querySelector("permit-gate"));
    await again(setupBy(1, server, ["--lane", "2"], NOW + 2));
    await until(page, () => document.querySelector("permit-gate")?.health?.lane === "2");
    page.check();
  } finally {
    await browser.close();
    await server.close();
  }
});

test("a gate that was reloaded goes on as it was, in both languages and shapes", {
  skip: absent,
}, async () => {
  const { answer } = lists();
  const server = await startServer({ extra: answer });
  const browser = await startBrowser();
  try {
    const first = await openGate(browser, server);
    await setUp(first, setupBy(1, server));
    await until(first, () => document.querySelector("permit-gate").health);
    await wait(server, first, 100);
    await until(first, () => document.querySelector("permit-gate").health.inOrder);
    await first.close();
    const shapes = [
      ["zh", 1920, 1080, true], ["zh", 320, 640, false], ["en", 1920, 1080, false],
      ["zh", 1920, 1080, false], ["zh", 320, 640, true], ["en", 320, 640, true],
    ];
    for (const [at, [language, width, height, dark]] of shapes.entries()) {
      const page = await openGate(browser, server, { language, width, height, dark });
      await until(page, () => document.querySelector("permit-gate").health?.inOrder);
      await start(page);
      const code = await (await visitor()).code(NOW + 100);
      await page.evaluate((code, at) => film.show(code, at + 5), filmed(code), at);
      await light(page, { zh: "通行", en: "GREEN" }[language]);
      const seen = async (page, view) => {
        const name = `page-${view}-${language}-${width}-${dark ? "dark" : "light"}`;
        await accessible(page, name);
        await fits(page, name);
        await picture(page, name);
      };
      await seen(page, "green");
      for (const [at, [view, there]] of [["details", "dl dd"], ["log", "tbody tr"]].entries()) {
        await clickAt(page, "nav button", at);
        await until(page, (there) => document.querySelector(there) !== null, there);
        await seen(page, view);
      }
      await clickAt(page, "nav button", 2);
      await until(page, () => document.querySelector("#setup"));
      await give(page, "LP1:NOT A SETUP");
      await refusal(page);
      await seen(page, "refused");
      page.check();
      await page.close();
      // A device that was never set up.
      const context = await browser.createBrowserContext();
      const fresh = await openGate(context, server, { language, width, height, dark });
      await seen(fresh, "first");
      await give(fresh, setupBy(1, server).text);
      await until(fresh, () => document.querySelector(".number"));
      await seen(fresh, "compare");
      fresh.check();
      await context.close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
});

/** The operator's relay, at a port of its own. */
async function startRelay(server, gates, port) {
  const relay = spawn(program("livepermit"), [
    "gate", "relay", "--gates", gates, "--new", "--origin", server.address,
    "--listen", `127.0.0.1:${port}`,
  ], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  await new Promise((listens, ended) => {
    relay.once("exit", () => ended(new Error(said)));
    relay.stderr.on("data", (text) => {
      said += text;
      if (said.includes("gates ask at")) listens();
    });
  });
  return () =>
    new Promise((gone) => {
      relay.removeAllListeners("exit");
      relay.once("exit", gone);
      relay.kill();
    });
}

test("phones that share a relay admit each code once", { skip: absent }, async () => {
  const now = Math.floor(Date.now() / 1000);
  const { state, answer } = lists();
  state.list = statusList([], now);
  const server = await startServer({ extra: answer });
  // The relay takes the time of the machine.
  await setClock(server, undefined, { wall: Date.now(), runs: true });
  const browser = await startBrowser();
  const port = 20_000 + (process.pid % 20_000);
  const gates = join(folder, `relay-${port}.json`);
  const relay = ["--relay", `http://127.0.0.1:${port}/`, "--relay-gates", gates];
  try {
    const pages = [];
    const setups = ["1", "2"].map((lane) => {
      return setupBy(1, server, [...relay, "--lane", lane], now, now);
    });
    let stop = await startRelay(server, gates, port);
    for (const setup of setups) {
      // Another phone: it shares nothing with the first but the relay.
      const phone = await browser.createBrowserContext();
      const page = await openGate(phone, server, { allowed: [`http://127.0.0.1:${port}`] });
      await setUp(page, setup);
      await until(page, () => document.querySelector("permit-gate").health?.inOrder);
      await start(page);
      pages.push(page);
    }
    const notes = await pages[0].evaluate(() => document.querySelector("footer").textContent);
    assert.doesNotMatch(notes, /alone/);
    const code = filmed(await (await visitor({}, now)).code(Math.floor(Date.now() / 1000)));
    const words = [];
    for (const page of pages) {
      await page.bringToFront();
      await page.evaluate((code) => film.show(code, 3), code);
      words.push(await until(page, () => {
        return document.querySelector("permit-gate").health.last?.code;
      }));
    }
    assert.deepEqual(words, ["accepted", "already-used"]);

    // Without the relay nobody is refused: the gate is out of order, until the relay is back.
    await stop();
    await pages[1].evaluate(() => film.show(undefined));
    await light(pages[1], "OUT OF ORDER");
    const warning = await inGate(pages[1], "[part=warning]");
    assert.match(warning, /relay/);
    // A person is not told the name of an error's class.
    assert.doesNotMatch(warning, /Error/);
    await picture(pages[1], "page-relay-away-en");
    stop = await startRelay(server, gates, port);
    await until(pages[1], () => document.querySelector("permit-gate").health.inOrder);
    await stop();
  } finally {
    await browser.close();
    await server.close();
  }
});
