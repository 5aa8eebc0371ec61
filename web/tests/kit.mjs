// What the tests of pages begin with: a server of static files with the headers that pages need, a
// headless browser, the clock.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, extname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import puppeteer from "puppeteer-core";

const here = dirname(fileURLToPath(import.meta.url));
export const target = resolve(here, "../..", process.env.CARGO_TARGET_DIR ?? "target");
/** What `web/build test` made. */
export const tested = join(target, "web/tested");
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/** Where the built programs of Rust are: `program("livepermit-issuer")`. */
export const program = (name) => join(target, "debug", name);

const browsers = {
  chromium: ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
  firefox: ["/usr/bin/firefox-esr", "/usr/bin/firefox"],
};

/**
 * For `test(…, { skip: missing("chromium") })`: says what is missing, or false. What is missing is
 * a failure with LIVEPERMIT_REQUIRE_ALL=1.
 */
export function missing(...needs) {
  const absent = needs.filter((need) => {
    const places = browsers[need] ?? [need];
    return !places.some((place) => existsSync(place));
  });
  if (absent.length === 0) return false;
  const said = `skipped: no ${absent.join(", no ")} here`;
  console.log(said);
  assert.notEqual(process.env.LIVEPERMIT_REQUIRE_ALL, "1", said);
  return said;
}

/** The time of tests: 2026-09-21 14:13:20 UTC, and a phone that runs for a minute. */
export const START = { wall: 1_790_000_000_000, uptime: 60_000, runs: false };

/**
 * A server for the built pages: `/wallet/`, `/gate/`, `/try/`, and `/tests/NAME.html`, a page with
 * the script `tests/pages/NAME.ts`. `extra(request, response)` may answer first, and then gives
 * true. `root` is another folder than that of `web/build test`.
 */
export async function startServer({ root = tested, extra, headers: more = {} } = {}) {
  const headers = {
    ...JSON.parse(await readFile(join(root, "headers.json"), "utf8")),
    "cache-control": "no-cache",
    ...more,
  };
  const state = { clock: { ...START, said: Date.now() }, asked: [] };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    state.asked.push(pathname);
    if (extra !== undefined && (await extra(request, response))) return;
    const send = (status, type, body) =>
      response.writeHead(status, { ...headers, "content-type": type }).end(body);
    if (pathname === "/test-clock.js") {
      return send(200, TYPES[".js"], `export const start = ${JSON.stringify(state.clock)};`);
    }
    if (pathname === "/favicon.ico") return send(204, "image/svg+xml", "");
    const name = /^\/tests\/([\w-]+)\.html$/.exec(pathname)?.[1];
    if (name !== undefined) return send(200, TYPES[".html"], testPage(name));
    const file = join(root, normalize(pathname), pathname.endsWith("/") ? "index.html" : "");
    try {
      const bytes = await readFile(file);
      return send(200, TYPES[extname(file)] ?? "application/octet-stream", bytes);
    } catch {
      return send(404, "text/plain", "not found");
    }
  });
  await new Promise((listening) => server.listen(0, "localhost", listening));
  const address = `http://localhost:${server.address().port}`;
  const close = () =>
    new Promise((closed) => {
      server.close(closed);
      server.closeAllConnections();
    });
  return { address, state, close };
}

function testPage(name) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<main id="main"><h1>${name}</h1></main><script type="module" src="${name}.js"></script></html>`;
}

/** A headless browser. Firefox is driven over WebDriver BiDi. */
export async function startBrowser({ kind = "chromium", args = [], ...more } = {}) {
  const executablePath = browsers[kind].find((place) => existsSync(place));
  return puppeteer.launch({
    browser: kind === "firefox" ? "firefox" : "chrome",
    executablePath,
    headless: true,
    args: kind === "firefox" ? args : [...FLAGS, ...args],
    ...more,
  });
}

function isChromium(browser) {
  // A context of a browser has its pages as well.
  const whole = "process" in browser ? browser : browser.browser();
  return whole.process()?.spawnfile.includes("chrom") ?? true;
}

/**
 * A page that fails the test on an error of a script, a refused policy, or a request to a stranger.
 * `errors` collects them; `page.check()` asserts that there are none.
 */
export async function openPage(
  browser,
  address,
  { width = 390, height = 844, dark = false, still = true, allowed = [] } = {},
) {
  const page = await browser.newPage();
  const errors = [];
  const { origin } = new URL(address);
  page.on("pageerror", (error) => errors.push(`error: ${error.stack ?? error}`));
  page.on("console", (message) => {
    // Chromium says so of a frame that was on its way when its track ended.
    if (message.text().startsWith("A VideoFrame was garbage collected")) return;
    if (message.type() === "error") errors.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    const known = [origin, ...allowed, "null"].includes(url.origin);
    if (!known && url.protocol !== "blob:") errors.push(`a request to a stranger: ${url}`);
  });
  await page.setViewport({ width, height, deviceScaleFactor: 1 });
  // Firefox takes these from its preferences.
  if (isChromium(browser)) {
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: dark ? "dark" : "light" },
      { name: "prefers-reduced-motion", value: still ? "reduce" : "no-preference" },
    ]);
  }
  page.errors = errors;
  page.check = () => assert.deepEqual(errors, []);
  await page.goto(address);
  return page;
}

/**
 * Sets the time of a server's pages that are loaded later, and of all open tabs and workers of its
 * origin: `page` is one of them. `{ wall, uptime, runs }`, each as before unless said. `worker` waits
 * until a worker has the time: on a busy machine frames come sooner.
 */
export async function setClock(server, page, change, { worker = false } = {}) {
  const { clock } = server.state;
  const since = clock.runs ? Date.now() - clock.said : 0;
  const now = { ...clock, wall: clock.wall + since, uptime: clock.uptime + since };
  server.state.clock = { ...now, ...change, said: Date.now() };
  await page?.evaluate(async (set, worker) => {
    // A channel does not reach its own page through the same object, but does through another.
    const channel = new BroadcastChannel("livepermit-clock");
    const heard = new BroadcastChannel("livepermit-clock-heard");
    const answered = worker && new Promise((answer, fail) => {
      setTimeout(() => fail(new Error("no worker has heard the time")), 20_000);
      heard.onmessage = ({ data }) => data.isWorker && data.said === set.said && answer();
    });
    channel.postMessage(set);
    setTimeout(() => channel.close(), 500);
    await answered;
    heard.close();
  }, server.state.clock, worker);
}

/** Lets both clocks go on by so many milliseconds. `how` is that of `setClock`. */
export async function pass(server, page, millis, how = {}) {
  const { clock } = server.state;
  const since = clock.runs ? Date.now() - clock.said : 0;
  const later = {
    wall: clock.wall + since + millis,
    uptime: clock.uptime + since + millis,
  };
  await setClock(server, page, later, how);
}

/** Waits until a function of the page gives something true, and gives that. */
export async function until(page, work, ...given) {
  const options = { timeout: 20_000, polling: 50 };
  const handle = await page.waitForFunction(work, options, ...given);
  return handle.jsonValue();
}

/** Clicks the element at a place of what a selector finds, once the element is there. */
export function clickAt(page, selector, at) {
  const click = (selector, at) => {
    const found = document.querySelectorAll(selector)[at];
    found?.click();
    return found !== undefined;
  };
  return until(page, click, selector, at);
}

const axe = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Asserts that axe finds nothing against WCAG 2.2 AA. */
export async function accessible(page, what) {
  await page.evaluate(await axe);
  const found = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await globalThis.axe.run(document, { runOnly: tags });
    return violations.map(({ id, nodes }) => ({
      id, at: nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary}`),
    }));
  });
  assert.deepEqual(found, [], what);
}

/** Asserts that nothing stands beyond the right edge. */
export async function fits(page, what) {
  const { wide, shown } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth, shown: document.documentElement.clientWidth,
  }));
  assert.ok(wide <= shown, `${what}: ${wide} pixels on ${shown}`);
}

/** A picture for a person to look at, in target/web/shots. */
export async function picture(page, name) {
  const folder = join(target, "web/shots");
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
