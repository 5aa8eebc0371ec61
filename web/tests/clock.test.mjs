import assert from "node:assert/strict";
import test from "node:test";

import { missing, openPage, pass, setClock, START, startBrowser, startServer, until } from "./kit.mjs";

test("a page takes the time of the test", { skip: missing("chromium") }, async () => {
  const server = await startServer();
  const browser = await startBrowser();
  try {
    const page = await openPage(browser, `${server.address}/tests/clock.html`);
    const shows = (wall, uptime) =>
      until(
        page,
        (text) => document.querySelector("h1").textContent === text,
        `${wall} ${uptime}`,
      );
    await shows(START.wall, START.uptime);
    await setClock(server, page, { wall: 1 });
    await shows(1, START.uptime);
    await pass(server, page, 59_999);
    await shows(60_000, START.uptime + 59_999);
    const woken = () => page.evaluate(() => document.documentElement.matches(".minute"));
    assert.equal(await woken(), false);
    await pass(server, page, 1);
    await until(page, () => document.documentElement.matches(".minute"));
    page.check();
  } finally {
    await browser.close();
    await server.close();
  }
});
