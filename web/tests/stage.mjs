// What a film needs: a running issuer, phones with its permits, and a page with a gate that trusts
// it. All pages and workers have the time of the test. It begins at the machine's, which is the
// issuer's, and runs ahead of that: a list is never from the future.

import assert from "node:assert/strict";

import { anOffer, startIssuer } from "./issuer.mjs";
import { openPage, pass, setClock, startBrowser, startServer, until } from "./kit.mjs";
import { setupWith } from "./setups.mjs";
import { listen } from "./studio.mjs";

const MINUTE = 60_000;
/** How far the pages' time runs ahead of the issuer's. */
const AHEAD = 10 * MINUTE;

const visitors = [
  { name: "林小雨", born: "1993-04-12", number: "000000199304120001" },
  { name: "赵桂兰", born: "1948-09-03", number: "000000194809030002" },
];

/** An issuer, phones with a permit each, and the setup of a gate that trusts the issuer. */
export async function stage(count, options = []) {
  const server = await startServer();
  const present = { wall: Date.now(), uptime: MINUTE, runs: true };
  await setClock(server, undefined, present);
  const wallet = `${server.address}/wallet/`;
  const issuer = await startIssuer(wallet);
  const browser = await startBrowser();
  const phones = [];
  for (const { name, born, number } of visitors.slice(0, count)) {
    const document = { kind: "identity-card", number };
    const offer = await anOffer(issuer, { name, born, document });
    const context = await browser.createBrowserContext();
    const address = `${wallet}?lang=en&${offer.uri.split("?")[1]}`;
    const page = await openPage(context, address, { allowed: [issuer.address] });
    await page.locator('[name="digits"]').fill(offer.digits);
    await page.locator('::-p-xpath(//button[normalize-space()="Bind the permit to this phone"])')
      .click();
    await until(page, () => document.querySelector("permit-code")?.state.token);
    phones.push({ page, permit: offer.permit });
  }
  await pass(server, undefined, AHEAD);
  await setClock(server, undefined, { runs: false });
  const list = await (await fetch(`${issuer.address}/status`)).json();
  const setup = setupWith(1, [
    "--class", "bj.example:residence", "--root", issuer.root, "--trust-name", "bj-gates",
    "--trust", `${issuer.address}/trust`, "--status", list.status_lists[0],
    "--at", String(Math.floor((server.state.clock.wall - AHEAD / 2) / 1000)), ...options,
  ]);
  const end = async () => {
    await browser.close();
    await server.close();
    await issuer.stop();
  };
  return { server, issuer, phones, setup, end };
}

/** The page of a gate, in a browser of its own. */
export async function gatePage(browser, server, issuer) {
  const address = `${server.address}/gate/?lang=en`;
  const page = await openPage(browser, address, { allowed: [issuer.address] });
  await until(page, () => document.querySelector("#setup"));
  return page;
}

/** A person compares the numbers; then the gate fetches its lists, and warms up. */
export async function accept(server, page, { checkNumber }) {
  const shown = await until(page, () => document.querySelector(".number")?.textContent);
  assert.equal(shown, checkNumber);
  await page.locator(".card button").click();
  await until(page, () => document.querySelector("permit-gate")?.health);
  for (let second = 0; second < 100; second += 20) {
    await pass(server, page, 20_000);
    await new Promise((later) => setTimeout(later, 200));
  }
  await until(page, () => document.querySelector("permit-gate").health.lists.length === 2);
  await until(page, () => document.querySelector("permit-gate").health.inOrder);
  await listen(page);
}
