// The pages of a running issuer, as an officer and an applicant see them: nothing for axe to find, on
// a narrow and on a wide screen, in both languages; and each control reached by keyboard alone, with
// a mark that shows where the keyboard is.

import assert from "node:assert/strict";
import test from "node:test";

import { anOffer, issuerProgram, startIssuer } from "./issuer.mjs";
import { accessible, fits, missing, openPage, picture, startBrowser } from "./kit.mjs";

const ROLES = ["intake", "check", "decide", "audit"];
const person = (name, number) => ({
  name, born: "1990-05-17", document: { kind: "identity-card", number },
});

/** Presses Tab until all that can be reached was reached. Names what was not, or had no mark. */
async function missedByKeyboard(page) {
  const count = await page.evaluate(() => {
    document.activeElement?.blur();
    window.scrollTo(0, 0);
    const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
    const reachable = [...document.querySelectorAll(all)].filter((element) => {
      const closed = element.closest("details:not([open])");
      const hidden = closed !== null && element.closest("summary")?.parentElement !== closed;
      return !hidden && !element.disabled && element.tabIndex >= 0 && element.checkVisibility();
    });
    // Of radio buttons with one name the keyboard reaches one.
    const names = new Set();
    window.reachable = new Set(reachable.filter((element) => {
      if (element.type !== "radio") return true;
      const isFirst = !names.has(element.name);
      names.add(element.name);
      return isFirst;
    }));
    // A date has a stop for each of its parts, and one for the calendar: the browser marks those.
    window.marked = new Map();
    const dates = document.querySelectorAll("[type=date], [type=datetime-local]");
    return window.reachable.size + 6 * dates.length;
  });
  for (let pressed = 0; pressed <= count; pressed += 1) {
    await page.keyboard.press("Tab");
    await page.evaluate(() => {
      const { activeElement: element } = document;
      if (element === null || element === document.body) return;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      const isMarked = (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
      window.marked.set(element, isMarked || window.marked.get(element) === true);
      window.reachable.delete(element);
      for (const other of window.reachable) {
        if (other.type === "radio" && other.name === element.name) window.reachable.delete(other);
      }
    });
  }
  return page.evaluate(() => {
    const named = (elements) => elements.map((element) => element.outerHTML.slice(0, 120));
    const unmarked = [...window.marked].filter(([, isMarked]) => !isMarked);
    return {
      unreached: named([...window.reachable]),
      unmarked: named(unmarked.map(([element]) => element)),
    };
  });
}

/** Looks at a page in all its forms. */
async function lookAt(page, address, name) {
  for (const lang of ["en", "zh"]) {
    for (const width of [320, 1280]) {
      await page.setViewport({ width, height: 800 });
      const answer = await page.goto(`${address}${address.includes("?") ? "&" : "?"}lang=${lang}`);
      assert.equal(answer.status(), 200, address);
      await accessible(page, `${name} ${lang} ${width}`);
      await fits(page, `${name} ${lang} ${width}`);
      await picture(page, `issuer-${name}-${lang}-${width}`);
    }
  }
  assert.deepEqual(await missedByKeyboard(page), { unreached: [], unmarked: [] }, name);
}

test("the issuer's pages", { skip: missing("chromium", issuerProgram) }, async (all) => {
  const issuer = await startIssuer("http://localhost/wallet/");
  const browser = await startBrowser();
  all.after(async () => {
    await browser.close();
    await issuer.stop();
  });
  const { officer, desk } = issuer;
  const { permit } = await anOffer(issuer, person("欧阳静", "000000199005170001"));
  const other = await anOffer(issuer, person("Ana María Ñuñez", "000000199005170002"));
  const applicant = person("林小雨", "000000199005170003");
  const open = await officer.post("/cases", { kind: "new", class: "residence", applicant }, 201);
  const clerk = issuer.add("clerk", ROLES);
  const assigned = { office: "haidian", officer: clerk.name };
  await officer.decide(`/cases/${open.id}`, "/assign", assigned, 200);
  const wanted = { permits: [permit, other.permit], reason: { ground: "untrue" } };
  const proposal = await officer.post("/proposals", wanted, 201);
  const page = await openPage(browser, `${desk}/login?lang=en`);

  await all.test("the login, by keyboard alone", async () => {
    await lookAt(page, `${desk}/login`, "login");
    await page.goto(`${desk}/login?lang=en`);
    const focused = () => page.evaluate(() => document.activeElement?.id);
    while ((await focused()) !== "name") await page.keyboard.press("Tab");
    for (const text of [clerk.name, clerk.password, clerk.totp()]) {
      await page.keyboard.type(text);
      await page.keyboard.press("Tab");
    }
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    assert.equal(new URL(page.url()).pathname.replace(/\/$/, ""), new URL(desk).pathname);
  });

  for (const [name, path] of [
    ["queue", ""], ["case", `/cases/${open.id}`], ["permit", `/permits/${permit}`],
    ["follow-ups", "/follow-ups"], ["search", "/search"], ["proposals", "/proposals"],
    ["proposal", `/proposals/${proposal.id}`], ["apply", "/apply"],
    ["change", `/permits/${permit}/apply/change`], ["mandate", `/permits/${permit}/mandate`],
    ["audit", "/audit"], ["verify", "/audit/verify"],
  ]) {
    await all.test(`the desk: ${name}`, () => lookAt(page, `${desk}${path}`, `desk-${name}`));
  }

  await all.test("the desk: what was forgotten in a form", async () => {
    await page.goto(`${desk}/apply?lang=en`);
    await Promise.all([page.waitForNavigation(), page.click("main button[type=submit]")]);
    await accessible(page, "desk-mistakes");
    await picture(page, "issuer-desk-mistakes");
    assert.notEqual(await page.$("[role=alert] a[href^='#']"), null);
    // The browser's console says that the answer was 422.
    page.errors.length = 0;
  });

  for (const [name, path] of [["start", "/"], ["apply", "/apply"], ["state", "/state"]]) {
    await all.test(`applicants: ${name}`, async () => {
      const visitor = await openPage(browser, `${issuer.address}${path}`);
      await lookAt(visitor, `${issuer.address}${path}`, `pages-${name}`);
      visitor.check();
      await visitor.close();
    });
  }
  page.check();
});
