// Drives a headless browser: `drive.mjs BROWSER DIST`.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";

import { chromium } from "playwright-core";

const [executablePath, dist] = process.argv.slice(2);
const here = new URL(".", import.meta.url).pathname;
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  const inPackage = pathname.startsWith("/livepermit/");
  const file = inPackage ? join(dist, pathname.slice(12)) : join(here, pathname.slice(1));
  try {
    const isStart = pathname === "/";
    const bytes = isStart ? "<!doctype html><title>livepermit</title>" : await readFile(file);
    const type = TYPES[extname(file)] ?? "text/html";
    response.writeHead(200, { "content-type": type, "cache-control": "no-store" }).end(bytes);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((listening) => server.listen(0, "localhost", listening));
const address = `http://localhost:${server.address().port}/`;

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  const context = await browser.newContext();
  const asked = [];
  const open = async () => {
    const page = await context.newPage();
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    page.on("pageerror", (error) => console.error(error));
    await page.goto(address);
    return page;
  };
  const call = (page, name, ...given) =>
    page.evaluate(
      async ([name, given]) => (await import("/page.mjs"))[name](...given), [name, given],
    );

  const wallet = await open();
  const first = await wallet.evaluate(async () => (await import("/wallet.mjs")).deviceKey());
  assert.ok(asked.includes("/livepermit/wasm/holder.wasm"));
  assert.deepEqual(asked.filter((path) => path.includes("gate")), []);
  console.log("page: a wallet loads no reader");
  await wallet.reload();
  const again = await wallet.evaluate(async () => (await import("/wallet.mjs")).deviceKey());
  assert.deepEqual(again, first);
  console.log("page: the key of the device survives a reload, and cannot be read");

  const [one, two] = [await open(), await open()];
  const said = { code: "admitted", again: "already-used", frame: ["entered", "held"] };
  assert.deepEqual(await call(one, "madeAndVerified"), said);
  console.log("page: a code was made, drawn, read from a frame and admitted once");
  const inWorker = await one.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker("/worker.mjs", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
      }),
  );
  assert.deepEqual(inWorker, said);
  console.log("worker: the same");

  await call(one, "openLane", true);
  await call(two, "openLane", false);
  let last;
  for (let number = 0; number < 20; number++) {
    last = await call(one, "aPass", `BJ-${number}`);
    const both = await Promise.all([call(one, "admit", last), call(two, "admit", last)]);
    assert.equal(both.filter((end) => end === "admitted").length, 1, both.join());
  }
  console.log("two pages at one gate: each of 20 codes was admitted once");
  await one.reload();
  await call(one, "openLane", false);
  assert.notEqual(await call(one, "admit", last), "admitted");
  assert.equal(await call(one, "admit", await call(one, "aPass", "BJ-99")), "admitted");
  console.log("page: used codes survive a reload");
} finally {
  await browser.close();
  server.close();
}
