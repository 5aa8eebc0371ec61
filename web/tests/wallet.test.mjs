// The wallet with a real issuer: by an offer, from home, a day without a network, another phone, a
// withdrawn permit, keys that the browser erased. The issuer has the time of the machine, so the
// wallet's clock begins there.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

import * as lp from "livepermit/issuer";

import { another, anOffer, issuerProgram, startIssuer } from "./issuer.mjs";
import {
  accessible, clickAt, fits, missing, openPage, pass, picture, setClock, startBrowser, startServer,
  until,
} from "./kit.mjs";

const HOUR = 3_600_000;
const CLASS = "bj.example:residence";
const grandmother = {
  name: "赵桂兰", born: "1948-09-03",
  document: { kind: "identity-card", number: "000000194809030002" },
};
const PAPER =
  "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" +
  "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
  "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n" +
  "trailer<</Root 1 0 R>>\n%%EOF\n";

test("the wallet", { skip: missing("chromium", issuerProgram) }, async (all) => {
  const server = await startServer();
  const wallet = `${server.address}/wallet/`;
  const issuer = await startIssuer(wallet);
  const browser = await startBrowser();
  all.after(async () => {
    await browser.close();
    await server.close();
    await issuer.stop();
  });
  await lp.loadGate();

  const present = { wall: Date.now(), uptime: 60_000, runs: true };
  await setClock(server, undefined, present);
  const allowed = [issuer.address];
  /** A phone: a browser of its own. */
  const phone = async (query = "?lang=en", given = {}) => {
    const context = await browser.createBrowserContext();
    return openPage(context, `${wallet}${query}`, { allowed, ...given });
  };
  const says = (page, part) =>
    until(page, (part) => document.body.textContent.includes(part), part);
  const codeOf = (page) =>
    until(page, () => document.querySelector("permit-code")?.state.token?.qrText);
  const pressed = "self::button or self::a or self::summary";
  const press = (page, name) =>
    page.locator(`::-p-xpath(//*[${pressed}][normalize-space()="${name}"])`).click();
  /** Asks until the list says so: the issuer signs its list within a second or so. */
  const asksUntilWithdrawn = async (page) => {
    const shown = () => document.body.textContent.includes("Withdrawn");
    for (let tries = 0; tries < 40 && !(await page.evaluate(shown)); tries++) {
      await press(page, "Ask the issuer now");
      await new Promise((later) => setTimeout(later, 500));
    }
    await says(page, "Withdrawn");
  };
  const type = (page, name, value) => page.locator(`[name="${name}"]`).fill(value);
  const now = () => {
    const { wall, said } = server.state.clock;
    return Math.floor((wall + Date.now() - said) / 1000);
  };
  const rules = lp.policy("gate-3", [CLASS], { kind: "not-checked" });
  /** What a gate says of a code that it has to admit. */
  const admitted = (code, gate = aGate()) => {
    const admission = gate.admit(code, now());
    assert.equal(admission.kind, "admitted", admission.rejection?.reason);
    return admission.verified;
  };
  const aGate = (policy = rules) =>
    new lp.Gate(
      lp.gateSettings(policy), issuer.trust, [],
      lp.Store.inMemoryForTheFirstTime(100, lp.defaultRetention()),
    );
  const query = (uri) => `?lang=en&${uri.split("?")[1]}`;

  const offer = await anOffer(issuer, grandmother);
  let page;

  await all.test("an offer of an office, with wrong and with right digits", async () => {
    page = await phone(query(offer.uri));
    await says(page, "The digits that the office said");
    assert.equal(new URL(page.url()).search, "?lang=en");
    await accessible(page, "offer");
    const wrong = String((Number(offer.digits) + 1) % 1_000_000).padStart(6, "0");
    await type(page, "digits", wrong);
    await press(page, "Bind the permit to this phone");
    await says(page, "4 attempts are left");
    await type(page, "digits", offer.digits);
    await press(page, "Bind the permit to this phone");
    const { subject, permitClass } = admitted(await codeOf(page));
    assert.equal(permitClass, CLASS);
    await says(page, subject);
    await accessible(page, "permit");
    // The wrong digits were an error in the console of the browser.
    page.errors.length = 0;
  });

  await all.test("the keys cannot be read, and survive a reload", async () => {
    const read = await page.evaluate(async () => {
      const database = await new Promise((resolve) => {
        const opening = indexedDB.open("livepermit-wallet");
        opening.onsuccess = () => resolve(opening.result);
      });
      const [record] = await new Promise((resolve) => {
        const asked = database.transaction("permits").objectStore("permits").getAll();
        asked.onsuccess = () => resolve(asked.result);
      });
      database.close();
      const tried = [record.keys.device, record.keys.session].flatMap(({ privateKey }) =>
        ["pkcs8", "jwk"].map((format) =>
          crypto.subtle.exportKey(format, privateKey).then(() => "read", () => "refused"),
        ),
      );
      return Promise.all(tried);
    });
    assert.deepEqual(read, ["refused", "refused", "refused", "refused"]);
    await page.reload();
    admitted(await codeOf(page));
  });

  await all.test("a gate's question, typed", async () => {
    const gate = aGate({ ...rules, challenge: "required" });
    const digits = new TextEncoder().encode("042917");
    await press(page, "Answer a gate's question");
    await says(page, "Or type what the guard says");
    await accessible(page, "ask");
    await picture(page, "wallet-ask");
    gate.openChallenge({ gate: "gate-3", nonce: digits, expires: now() + 25 }, now());
    await type(page, "gate", "gate-3");
    await type(page, "digits", "042917");
    await press(page, "Show the answer");
    await says(page, "This answers the question of the gate gate-3");
    const verified = admitted(await codeOf(page), gate);
    assert.equal(verified.challengeAnswered, true);
    await press(page, "Show the code for every gate");
    await until(page, () => !document.body.textContent.includes("This answers"));
    page.check();
  });

  await all.test("a day without a network, and then its end", async () => {
    const before = await codeOf(page);
    await page.setOfflineMode(true);
    await setClock(server, page, { wall: present.wall + 20 * HOUR, uptime: 60_000 + 20 * HOUR });
    await until(page, (before) => {
      const { state } = document.querySelector("permit-code");
      return state.kind === "code" && state.token.qrText !== before;
    }, before);
    admitted(await codeOf(page));
    await picture(page, "wallet-ends-soon");
    await pass(server, page, 5 * HOUR);
    await says(page, "Connect to the internet");
    await accessible(page, "ended");
    await picture(page, "wallet-ended");
  });

  await all.test("a phone whose clock is wrong is told so", async () => {
    await page.setOfflineMode(false);
    await page.reload();
    await says(page, "Let the phone set its clock by itself");
    await setClock(server, page, { wall: Date.now(), uptime: 60_000 + 26 * HOUR });
    await page.reload();
    admitted(await codeOf(page));
    page.errors.length = 0;
  });

  await all.test("another phone takes the permit over", async () => {
    const next = await another(issuer, offer.permit);
    const second = await phone(query(next.uri));
    await says(second, "The digits that the office said");
    await type(second, "digits", next.digits);
    await press(second, "Bind the permit to this phone");
    admitted(await codeOf(second));
    second.check();
    await press(page, "About this permit");
    await press(page, "Ask the issuer now");
    await says(page, "The issuer no longer knows this phone");
    await asksUntilWithdrawn(page);
    await accessible(page, "withdrawn");
    await picture(page, "wallet-withdrawn");
    await page.close();
    page = second;
  });

  await all.test("from home: a code of the issuer's page, a wait, the decision", async () => {
    await page.goto(`${wallet}?lang=en`);
    await page.locator("article").wait();
    await press(page, "Add a permit");
    await says(page, "From home");
    await type(page, "issuer", issuer.address);
    await press(page, "Go to the application");
    await page.locator('[name="document_number"]').wait();
    await page.select('[name="class"]', "residence").catch(() => page.click('[value="residence"]'));
    await type(page, "name", "林小雨");
    await type(page, "born", "1993-04-12");
    await page.select('[name="document_kind"]', "identity-card");
    await type(page, "document_number", "000000199304120001");
    await type(page, "address", "海淀区示例路1号");
    const file = join(tmpdir(), `livepermit-${process.pid}.pdf`);
    await writeFile(file, PAPER);
    await (await page.$('[name="identity"]')).uploadFile(file);
    await page.click('form[method="post"] button:not([name])');
    await page.locator("#back").click();
    await says(page, "The office has not decided yet");
    assert.equal(new URL(page.url()).searchParams.get("code"), null);
    await accessible(page, "waiting");
    await picture(page, "wallet-waiting");
    const { json } = await issuer.officer.get("/cases?state=submitted");
    await issuer.officer.approve(json.cases[0].id, issuer.me);
    await press(page, "About this permit");
    await press(page, "Ask the issuer now");
    admitted(await codeOf(page));
  });

  await all.test("two permits, in both languages, light and dark, on 320 pixels", async () => {
    for (const lang of ["en", "zh"]) {
      for (const dark of [false, true]) {
        const scheme = { name: "prefers-color-scheme", value: dark ? "dark" : "light" };
        await page.emulateMediaFeatures([scheme]);
        await page.setViewport({ width: 320, height: 720, deviceScaleFactor: 2 });
        const name = `${lang}-${dark ? "dark" : "light"}`;
        for (const [view, hash] of [["home", "#/"], ["add", "#/add"]]) {
          await page.goto(`${wallet}?lang=${lang}${hash}`);
          await page.locator("main > *").wait();
          await accessible(page, `${view} ${name}`);
          await fits(page, `${view} ${name}`);
          await picture(page, `wallet-${view}-${name}`);
        }
        await page.goto(`${wallet}?lang=${lang}#/`);
        await page.locator("article .button").click();
        await codeOf(page);
        await accessible(page, `permit ${name}`);
        await fits(page, `permit ${name}`);
        await picture(page, `wallet-permit-${name}`);
      }
    }
  });

  await all.test("a permit that is cancelled is shown as such", async () => {
    const { permit } = offer;
    await issuer.officer.decide(`/permits/${permit}`, "/cancel", { ground: "untrue" }, 200);
    await page.goto(`${wallet}?lang=en#/`);
    await page.locator("article .button").click();
    await press(page, "About this permit");
    await asksUntilWithdrawn(page);
    await page.goto(`${wallet}?lang=en#/`);
    await says(page, "Gates refuse it.");
    await picture(page, "wallet-home-withdrawn");
  });

  await all.test("a permit gets a name, and another is removed", async () => {
    const cards = () => page.evaluate(() => document.querySelectorAll("article").length);
    assert.equal(await cards(), 2);
    await clickAt(page, "article .button", 1);
    await codeOf(page);
    if (!(await page.evaluate(() => document.querySelector("details").open))) {
      await press(page, "About this permit");
    }
    await type(page, "label", "<b>小雨</b>");
    await press(page, "Keep the name");
    await until(page, () => document.querySelector(".name")?.textContent === "<b>小雨</b>");
    await accessible(page, "details");
    await fits(page, "details");
    await press(page, "Back");
    await says(page, "<b>小雨</b>");
    await clickAt(page, "article .button", 0);
    await press(page, "Remove from this phone");
    await says(page, "The key is erased");
    await press(page, "Keep");
    await press(page, "Remove from this phone");
    await press(page, "Erase the key and remove");
    await until(page, () => document.querySelectorAll("article").length === 1);
  });

  await all.test("keys that the browser erased are missed", async () => {
    await page.evaluate(
      () => new Promise((done) => {
        const erasing = indexedDB.deleteDatabase("livepermit-wallet");
        // The wallet lets go of its database when somebody wants to change it.
        erasing.onsuccess = done;
      }),
    );
    await page.reload();
    await says(page, "The browser erased your keys");
    await accessible(page, "erased");
    await picture(page, "wallet-erased");
    await press(page, "I understand");
    await until(page, () => !document.body.textContent.includes("The browser erased your keys"));
    await page.reload();
    await says(page, "No permit yet");
    await accessible(page, "empty");
    await picture(page, "wallet-empty");
  });
});
