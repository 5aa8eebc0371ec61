// What it costs to keep a code live: the processor time of the whole browser, with the wallet as it
// is shipped. Nothing here fails because a machine is slow.

import assert from "node:assert/strict";
import { resolve } from "node:path";
import test from "node:test";

import { anOffer, issuerProgram, startIssuer } from "./issuer.mjs";
import { missing, openPage, startBrowser, startServer, target, until } from "./kit.mjs";

const SECONDS = Number(process.env.LIVEPERMIT_SECONDS ?? 24);
/** How often a code is replaced, in seconds. */
const REFRESH = 10;
const HOUR = 3_600_000;
const built = resolve(target, "web");
const visitor = {
  name: "林小雨", born: "1993-04-12",
  document: { kind: "identity-card", number: "000000199304120001" },
};

/**
 * Seconds of a processor that all processes of a browser take in an hour, from about `SECONDS` of
 * it. `look` is called as often as codes are replaced.
 */
async function cost(session, look = () => undefined) {
  const used = async () => {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    return new Map(processInfo.map(({ id, cpuTime }) => [id, cpuTime]));
  };
  const [before, begun] = [await used(), performance.now()];
  for (let left = SECONDS; left > 0; left -= REFRESH) {
    await new Promise((later) => setTimeout(later, Math.min(left, REFRESH) * 1000));
    await look();
  }
  let sum = 0;
  for (const [id, time] of await used()) sum += time - (before.get(id) ?? 0);
  return (sum * HOUR) / (performance.now() - begun);
}

test("a live code for an hour", {
  skip: missing("chromium", issuerProgram, `${built}/wallet/index.html`),
}, async (context) => {
  const server = await startServer({ root: built });
  const wallet = `${server.address}/wallet/`;
  const issuer = await startIssuer(wallet);
  const browser = await startBrowser();
  try {
    const session = await browser.target().createCDPSession();
    const offer = await anOffer(issuer, visitor);
    const address = `${wallet}?lang=en&${offer.uri.split("?")[1]}`;
    const page = await openPage(browser, address, { allowed: [issuer.address] });
    await page.locator('[name="digits"]').fill(offer.digits);
    await page.locator("form button:not([type=button])").click();
    await until(page, () => document.querySelector("permit-code")?.state.token);
    // What the page does once is not what an hour costs.
    await new Promise((later) => setTimeout(later, 5000));
    const codes = new Set();
    const live = await cost(session, async () => {
      codes.add(await page.evaluate(() => {
        return document.querySelector("permit-code").state.token.qrText;
      }));
    });
    assert.ok(codes.size >= Math.floor(SECONDS / REFRESH), `${codes.size} codes`);
    page.check();
    await page.goto("about:blank");
    await new Promise((later) => setTimeout(later, 2000));
    const empty = await cost(session);
    context.diagnostic(
      `measured over ${SECONDS} s and ${codes.size} codes: a live code for an hour takes ` +
        `${live.toFixed(0)} s of a processor, all processes of the browser; ` +
        `an empty page ${empty.toFixed(0)} s`,
    );
  } finally {
    await browser.close();
    await server.close();
    await issuer.stop();
  }
});
