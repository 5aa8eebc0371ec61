// The same in Firefox, shorter: the element, the wallet's way by an offer, its key after a reload.

import assert from "node:assert/strict";
import test from "node:test";

import { anOffer, issuerProgram, startIssuer } from "./issuer.mjs";
import { missing, setClock, startBrowser, startServer, until } from "./kit.mjs";

const applicant = {
  name: "赵桂兰", born: "1948-09-03",
  document: { kind: "identity-card", number: "000000194809030002" },
};

test("Firefox", { skip: missing("firefox", issuerProgram) }, async (all) => {
  const server = await startServer();
  const wallet = `${server.address}/wallet/`;
  const issuer = await startIssuer(wallet);
  await setClock(server, undefined, { wall: Date.now(), uptime: 60_000, runs: true });
  const browser = await startBrowser({ kind: "firefox" });
  all.after(async () => {
    await browser.close();
    await server.close();
    await issuer.stop();
  });
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  const codeOf = () =>
    until(page, () => document.querySelector("permit-code")?.state.token?.qrText);

  await all.test("a gate admits the code on the screen", async () => {
    await page.goto(`${server.address}/tests/code.html`);
    await until(page, () => window.page !== undefined);
    await page.evaluate(() => {
      window.page.renew();
      window.page.show();
    });
    await codeOf();
    assert.equal(await page.evaluate(() => window.page.admit()), "admitted");
  });

  await all.test("the wallet enrols, and has its key after a reload", async () => {
    const offer = await anOffer(issuer, applicant);
    await page.goto(`${wallet}?lang=en&${offer.uri.split("?")[1]}`);
    await page.locator('[name="digits"]').fill(offer.digits);
    const bind = `//button[normalize-space()="Bind the permit to this phone"]`;
    await page.locator(`::-p-xpath(${bind})`).click();
    const first = await codeOf();
    await until(page, () => navigator.serviceWorker.controller !== null);
    await page.reload();
    assert.notEqual(await codeOf(), first);
    assert.deepEqual(errors, []);
  });
});
