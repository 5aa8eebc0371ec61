import assert from "node:assert/strict";
import test from "node:test";

import {
  accessible, fits, missing, openPage, pass, picture, setClock, startBrowser, startServer, until,
} from "./kit.mjs";

const skip = missing("chromium");
const DAY = 86_400_000;

test("elements", { skip }, async (all) => {
  const server = await startServer();
  const browser = await startBrowser();
  all.after(async () => {
    await browser.close();
    await server.close();
  });
  let page;
  const fresh = async (given = {}) => {
    await page?.close();
    await setClock(server, undefined, { wall: 1_790_000_000_000, uptime: 60_000, runs: false });
    page = await openPage(browser, `${server.address}/tests/code.html`, given);
    await until(page, () => window.page !== undefined);
    await page.evaluate(() => window.page.renew());
  };
  const state = (kind) =>
    until(page, (kind) => document.querySelector("permit-code")?.state.kind === kind, kind);
  const show = async () => {
    await page.evaluate(() => window.page.show());
    await state("code");
  };
  const qrText = () =>
    page.evaluate(() => document.querySelector("permit-code").state.token.qrText);
  const says = (part) => until(page, (part) => window.page.text().includes(part), part);

  await all.test("a gate admits the code on the screen, and the next one is ready", async () => {
    await fresh();
    // The signer takes a while: so early the next code is ordered.
    await page.evaluate(() => window.page.slow(300));
    await page.evaluate(() => window.page.show());
    await state("waiting");
    await pass(server, page, 300);
    await state("code");
    assert.equal(await page.evaluate(() => window.page.admit()), "admitted");
    const first = await qrText();
    await pass(server, page, 9_750);
    await until(page, () => window.page.asked() === 2);
    await pass(server, page, 300);
    const changed = (first) => document.querySelector("permit-code").state.token?.qrText !== first;
    await until(page, changed, first);
    const events = await page.evaluate(() => window.page.events);
    // No spinner stood between the two.
    assert.deepEqual(
      events.map(({ name, detail }) => `${name} ${detail}`),
      ["empty", "waiting", "code", "code"].map((kind) => `permit-state ${kind}`),
    );
    page.check();
  });

  await all.test("the ring stays clear of the light border", async () => {
    for (const width of [320, 390, 1920]) {
      await fresh({ width });
      await show();
      assert.ok((await page.evaluate(() => window.page.ringGap())) >= 4.5);
      await fits(page, `${width}`);
    }
  });

  await all.test("modules are whole pixels of the screen", async () => {
    await fresh({ width: 320 });
    await show();
    const sizes = await page.evaluate(() => {
      const svg = document.querySelector("permit-code").shadowRoot.querySelector("svg");
      const side = Number(svg.getAttribute("viewBox").split(" ")[2]);
      return [(svg.getBoundingClientRect().width * devicePixelRatio) / side];
    });
    assert.ok(sizes.every((size) => Number.isInteger(size) && size >= 2), sizes.join());
  });

  await all.test("the code goes with the page, and comes back", async () => {
    await fresh();
    await show();
    const first = await qrText();
    const other = await browser.newPage();
    await other.bringToFront();
    await state("hidden");
    const drawn = () =>
      page.evaluate(() => document.querySelector("permit-code").shadowRoot.querySelector("svg"));
    assert.equal(await drawn(), null);
    await setClock(server, other, {});
    await pass(server, page, 25_000);
    await page.bringToFront();
    await state("code");
    assert.notEqual(await qrText(), first);
    await other.close();
  });

  await all.test("the screen stays on, also after the page was away", async () => {
    await fresh();
    await page.evaluate(() => {
      window.locks = [];
      const request = async () => {
        const lock = new EventTarget();
        lock.released = false;
        lock.release = async () => {
          lock.released = true;
          lock.dispatchEvent(new Event("release"));
        };
        window.locks.push(lock);
        return lock;
      };
      Object.defineProperty(navigator, "wakeLock", { value: { request }, configurable: true });
    });
    await show();
    const held = () => page.evaluate(() => window.locks.map(({ released }) => !released));
    assert.deepEqual(await held(), [true]);
    const other = await browser.newPage();
    await other.bringToFront();
    await state("hidden");
    assert.deepEqual(await held(), [false]);
    await page.bringToFront();
    await state("code");
    assert.deepEqual(await held(), [false, true]);
    await other.close();
    await page.evaluate(() => {
      const request = () => Promise.reject(new DOMException("saves power", "NotAllowedError"));
      Object.defineProperty(navigator, "wakeLock", { value: { request } });
      document.querySelector("permit-code").refresh();
    });
    await says("This screen may go dark");
  });

  await all.test("a credential ends: told at half, warned, then said", async () => {
    await fresh();
    await show();
    const told = () =>
      page.evaluate(() => window.page.events.filter(({ name }) => name === "permit-renew").length);
    assert.equal(await told(), 0);
    await pass(server, page, 0.6 * DAY);
    await until(page, () => window.page.events.some(({ name }) => name === "permit-renew"));
    await pass(server, page, 0.36 * DAY);
    await says("The credential ends on");
    await pass(server, page, 0.1 * DAY);
    await state("ended");
    await says("Connect to the internet");
    await accessible(page, "ended");
    assert.equal(await told(), 1);
    await page.evaluate(() => {
      window.page.renew();
      document.querySelector("permit-code").refresh();
    });
    await state("code");
  });

  await all.test("a clock that is set is said, and codes follow it", async () => {
    await fresh();
    await show();
    await setClock(server, page, { wall: 1_790_000_000_000 + 90_000 });
    await says("set forward by 1 minute");
    await setClock(server, page, { wall: 1_790_000_000_000 - 3 * DAY });
    await says("this phone's clock is earlier");
    await state("not-yet-valid");
  });

  await all.test("a key that is locked or gone is said", async () => {
    for (const [how, said] of [
      [{ code: "locked" }, "The key of this permit is locked."],
      [{ code: "does-not-verify" }, "no longer on this phone"],
      [{ name: "InvalidAccessError" }, "no longer on this phone"],
      [{ name: "OperationError" }, "could not be signed"],
    ]) {
      await fresh();
      await page.evaluate((how) => window.page.fail(how), how);
      await page.evaluate(() => window.page.show());
      await says(said);
      await accessible(page, said);
    }
    await page.evaluate(() => window.page.fail(undefined));
    await pass(server, page, 1_100);
    await state("code");
  });

  await all.test("a question as a code and as digits, until it is over", async () => {
    for (const digits of [false, true]) {
      await fresh({ width: 320 });
      await page.evaluate((digits) => window.page.ask(digits), digits);
      // Who types the digits types the gate's name as well.
      await says(digits ? "042917" : "Scan this code");
      if (digits) await says("The gate's name is gate-3.");
      await accessible(page, "question");
      await fits(page, "question");
      await picture(page, `challenge-${digits ? "digits" : "code"}-320`);
      await pass(server, page, 29_000);
      await says("1 s left");
      await pass(server, page, 1_000);
      await says("This question is over.");
      assert.ok(await page.evaluate(() => window.page.events.some(({ name }) => name === "over")));
    }
  });

  await all.test("in both languages, light and dark", async () => {
    for (const lang of ["en", "zh"]) {
      for (const dark of [false, true]) {
        await fresh({ width: 320, height: 640, dark });
        await page.evaluate((lang) => document.documentElement.setAttribute("lang", lang), lang);
        await show();
        await pass(server, page, 3_000);
        await accessible(page, `${lang} ${dark}`);
        await picture(page, `code-${lang}-${dark ? "dark" : "light"}-320`);
      }
    }
    page.check();
  });
});
