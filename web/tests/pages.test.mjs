// What a browser's audit would say of the pages as they are shipped: when something is seen, what
// is loaded, whether the page can be installed and opens without a network. Times are only told.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";

import { missing, openPage, program, startBrowser, startServer, target, until } from "./kit.mjs";
import { statusList } from "./people.mjs";
import { setupBy } from "./setups.mjs";
import { spread } from "./studio.mjs";

const built = resolve(target, "web");
const absent = missing("chromium", program("livepermit"), `${built}/wallet/index.html`);
const LOADS = 5;
/**
 * The most that is loaded beside the modules before a page does what it is for, in bytes after
 * gzip. Modules are as large as their build makes them: tests have others than users.
 */
const MOST = { wallet: 30_000, gate: 45_000, try: 75_000 };
/** What says that a page is there. */
const HERE = { wallet: "article, .permit", gate: "#setup", try: ".steps button:not(:disabled)" };

const here = (page, name) =>
  until(page, (selector) => document.querySelector(selector) !== null, HERE[name]);

/** The built pages as a server sends them to a browser that keeps nothing offline. */
const startPlainServer = (isGone = () => false) =>
  startServer({
    root: built,
    extra: ({ url }, response) => {
      if (url === "/lists/status") response.end(statusList([], Math.floor(Date.now() / 1000)));
      else if (url.endsWith("/service-worker.js") || isGone(url)) response.writeHead(404).end();
      else return false;
      return true;
    },
  });

/** How many bytes after gzip these paths are, each once: all of them, and without the modules. */
async function weight(paths) {
  const sums = { all: 0, besideModules: 0 };
  for (const path of new Set(paths)) {
    const file = join(built, path.endsWith("/") ? `${path}index.html` : path);
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes === undefined) continue;
    const size = gzipSync(bytes, { level: 9 }).length;
    sums.all += size;
    if (!path.endsWith(".wasm")) sums.besideModules += size;
  }
  return sums;
}

test("pages: first paint, and what is loaded", { skip: absent }, async (context) => {
  const server = await startPlainServer();
  const browser = await startBrowser();
  try {
    for (const name of Object.keys(MOST)) {
      const paints = [];
      let page;
      for (let load = 0; load < LOADS; load++) {
        server.state.asked.length = 0;
        const fresh = await browser.createBrowserContext();
        page = await openPage(fresh, `${server.address}/${name}/?lang=en`);
        await here(page, name);
        paints.push(await until(page, () => {
          return performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
        }));
        if (load < LOADS - 1) await fresh.close();
      }
      const first = await weight(server.state.asked);
      if (name === "gate") await openGate(page, server);
      const { all, besideModules } = await weight(server.state.asked);
      const [median, worst] = spread(paints);
      context.diagnostic(
        `${name}: first contentful paint ${median.toFixed(0)} ms (worst ${worst.toFixed(0)}), ` +
          `${first.all} bytes after gzip at first, ${all} until it works, ` +
          `${besideModules} of them beside the modules`,
      );
      assert.ok(besideModules <= MOST[name], `${name}: ${besideModules} bytes`);
    }
  } finally {
    await browser.close();
    await server.close();
  }
});

/** Sets a gate up, and waits until it is open. */
async function openGate(page, server) {
  const now = Math.floor(Date.now() / 1000);
  const setup = setupBy(1, server, [], now, now);
  await page.evaluate((text) => {
    document.querySelector("#setup").value = text;
  }, setup.text);
  await page.locator("button[type=submit]").click();
  await page.locator(".card button").click();
  await until(page, () => document.querySelector("permit-gate")?.health);
}

for (const name of Object.keys(MOST)) {
  test(`${name}: can be installed, and opens without a network`, { skip: absent }, async () => {
    const server = await startServer({ root: built });
    const browser = await startBrowser();
    let isGone = false;
    try {
      const page = await openPage(browser, `${server.address}/${name}/?lang=en`);
      await until(page, () => navigator.serviceWorker.controller !== null);
      const session = await page.createCDPSession();
      const { errors, data } = await session.send("Page.getAppManifest");
      assert.deepEqual(errors, []);
      await icons(page, JSON.parse(data), `${server.address}/${name}/`);
      const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
      const found = installabilityErrors.map(({ errorId }) => errorId);
      // A window without a profile of its own installs nothing.
      assert.deepEqual(found.filter((error) => error !== "in-incognito"), []);
      await server.close();
      isGone = true;
      await page.setOfflineMode(true);
      await page.reload();
      await here(page, name);
      page.check();
    } finally {
      await browser.close();
      if (!isGone) await server.close();
    }
  });
}

test("wallet: says so when what talks to issuers does not load", { skip: absent }, async () => {
  let isGone = false;
  const server = await startPlainServer((url) => isGone && url.endsWith(".js"));
  const browser = await startBrowser();
  try {
    const grant = { "pre-authorized_code": "x", tx_code: { length: 6, input_mode: "numeric" } };
    const offer = JSON.stringify({
      credential_issuer: "https://issuer.example", credential_configuration_ids: ["residence"],
      grants: { "urn:ietf:params:oauth:grant-type:pre-authorized_code": grant },
    });
    const query = `?lang=en&credential_offer=${encodeURIComponent(offer)}`;
    const page = await openPage(browser, `${server.address}/wallet/${query}`);
    await page.locator('[name="digits"]').fill("123456");
    isGone = true;
    await page.locator("form button:not([type=button])").click();
    await until(page, () => document.querySelector("[role=alert]")?.textContent.includes("again"));
    // The form can be sent again.
    await page.locator("form button:not([type=button]):not(:disabled)").wait();
  } finally {
    await browser.close();
    await server.close();
  }
});

/** The icons have the sizes that they are said to have, and show what the drawing shows. */
async function icons(page, manifest, address) {
  const wanted = ["any", "192x192", "512x512", "512x512"];
  assert.deepEqual(manifest.icons.map(({ sizes }) => sizes), wanted);
  const files = ["icons/icon-180.png", "icons/icon-192.png", "icons/icon-512.png"];
  for (const file of files) {
    const [side, apart] = await page.evaluate(async (file, drawing) => {
      const pixels = async (source, side) => {
        const image = new Image(side, side);
        image.src = source;
        await image.decode();
        const width = side ?? image.naturalWidth;
        const paper = new OffscreenCanvas(width, width).getContext("2d");
        paper.drawImage(image, 0, 0, width, width);
        return { width, data: paper.getImageData(0, 0, width, width).data };
      };
      const png = await pixels(file);
      const svg = await pixels(drawing, png.width);
      const apart = png.data.reduce((sum, value, at) => sum + Math.abs(value - svg.data[at]), 0);
      return [png.width, apart / png.data.length];
    }, `${address}${file}`, `${address}icons/icon.svg`);
    assert.equal(`icons/icon-${side}.png`, file);
    assert.ok(apart < 1, `${file} is ${apart} of 255 from the drawing`);
  }
}
