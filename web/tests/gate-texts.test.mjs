// What the gate says is what the library and the command say.

import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

import { build } from "esbuild";
import * as lp from "livepermit/issuer";

await lp.loadIssuer();

/** A module of the element, or of another folder, as Node can load it. */
async function loaded(name, folder = "components/src/gate") {
  const place = folder.replaceAll("/", "-");
  const outfile = join(tmpdir(), `livepermit-${process.pid}-${place}-${name}.mjs`);
  const source = new URL(`../${folder}/${name}.ts`, import.meta.url).pathname;
  await build({ entryPoints: [source], outfile, bundle: true, format: "esm", logLevel: "error" });
  return import(outfile).finally(() => rm(outfile));
}

/** A table of the command: names and texts. */
async function table(language) {
  const file = new URL(`../../crates/livepermit-cli/languages/${language}.ftl`, import.meta.url);
  const lines = (await readFile(file, "utf8")).matchAll(/^([\w-]+) = (.*)$/gm);
  const plain = (text) => text.replaceAll(/\{ \$(\w+) \}/g, "{$1}");
  return new Map([...lines].map(([, name, text]) => [name, plain(text)]));
}

test("every rejection and caution says in both languages what to do", async () => {
  const { REJECTIONS, CAUTIONS } = await loaded("rejections");
  const chinese = await table("zh");
  for (const [ours, theirs, kind] of [
    [REJECTIONS, lp.rejectionCodes(), "rejection"], [CAUTIONS, lp.cautionCodes(), "caution"],
  ]) {
    assert.deepEqual(Object.keys(ours), theirs.map(({ code }) => code));
    for (const { code, instruction } of theirs) {
      assert.equal(ours[code].en, instruction);
      assert.equal(ours[code].zh, chinese.get(`${kind}-${code}`), code);
    }
  }
});

test("the lights have the words of the command's gate", async () => {
  const { GATE, DETAILS } = await loaded("texts");
  const same = {
    "gate-green": GATE.green, "gate-yellow": GATE.yellow, "gate-red": GATE.red,
    "gate-out-of-order": GATE["out-of-order"], "gate-neutral": GATE.neutral,
    "gate-let-in": GATE.letIn, "gate-let-in-and": GATE.letInAnd,
    "gate-show-your-code": GATE.showCode, "gate-hold-still": GATE.holdStill,
    "gate-permit": GATE.permit, "gate-shown-by": GATE.shownBy,
    "form-pass": GATE.pass, "form-presentation": GATE.presentation, "form-slip": GATE.slip,
    "gate-phone-ahead": DETAILS.phoneAhead, "gate-stale": DETAILS.stale,
    "gate-forgotten": DETAILS.forgotten, "gate-phones-agree": DETAILS.phonesAgree,
    "gate-free-in": DETAILS.freeIn, "gate-ago": DETAILS.ago, "gate-let-in-at": DETAILS.letInAt,
    "gate-ended": DETAILS.ended, "gate-begins": DETAILS.begins,
    "gate-beyond-limit": DETAILS.beyond,
  };
  for (const language of ["zh", "en"]) {
    const words = await table(language);
    for (const [name, text] of Object.entries(same)) {
      assert.equal(text[language], words.get(name), name);
    }
  }
});

test("names of persons are shown as written, and nothing hides in them", async () => {
  const { shown } = await loaded("words");
  for (const name of ["张伟", "Zoë Müller-O'Neill", "نور", "Nguyễn Thị Hồng", "<b>A&B</b>"]) {
    assert.equal(shown(name), name);
  }
  assert.equal(shown("Anna\u202eklat\u200b"), "Anna\\u{202e}klat\\u{200b}");
});

test("the details of a refusal name both values in a person's words", async () => {
  const { detailsOf } = await loaded("words");
  const at = 1_790_000_000;
  const said = (code, found, limit, language = "en") =>
    detailsOf(
      { code, at, rejection: { evidence: { kind: "times", found, limit } } }, "2", language,
    );
  assert.equal(said("stale", at, at - 60), "it was live until 1 minute ago");
  assert.equal(said("stale", at, at - 60, "zh"), "此码已于 1分钟前失效");
  const ahead = "this phone's clock is 5 minutes ahead of the gate's";
  assert.equal(said("from-the-future", at + 300, at), ahead);
  assert.equal(said("cooling-down", at, at + 20), "free again in 20 seconds");
  assert.equal(said("already-used", at, at - 7200), "2 hours ago");
  assert.equal(said("already-accepted-here", at, at - 2), "let in 2 seconds ago at lane 2");
  assert.match(said("forgotten", at, at + 60), /accepted again from .*, in 1 minute$/);
  assert.match(said("expired", at, at - 86_400), /^it ended at .*, 1 day ago$/);
  assert.match(said("not-yet-valid", at, at + 86_400), /^it begins at .*, in 1 day$/);
  const counts = { code: "x", at, rejection: { evidence: { kind: "counts", found: 2, limit: 1 } } };
  assert.equal(detailsOf(counts, "1", "en"), "2, limit 1");
  const nothing = { code: "x", at, rejection: { evidence: { kind: "nothing" } } };
  assert.equal(detailsOf(nothing, "1", "en"), undefined);
});

test("a list is told of before it ends, by the rule of the command's gate", async () => {
  const { alarmOf } = await loaded("health");
  const list = { kind: "status", name: "s", made: 1000, tooOld: 2000, expires: 5000 };
  const code = (now) => alarmOf(list, now)?.code;
  assert.equal(code(1499), undefined);
  assert.equal(code(1500), "list-ageing");
  assert.equal(alarmOf(list, 1999).outOfOrder, false);
  assert.equal(alarmOf(list, 2000).outOfOrder, true);
  const own = { kind: "trust", name: "t", made: 1000, expires: 2000 };
  assert.equal(alarmOf(own, 1749), undefined);
  assert.deepEqual(alarmOf(own, 1750), {
    code: "list-expiring", outOfOrder: false, list: own, until: 2000,
  });
  assert.equal(alarmOf(own, 2000).outOfOrder, true);
});

test("the exported log has every scan, no name, and no formula", async () => {
  const { lineOf, toCsv, toJson } = await loaded("log", "gate/src");
  const place = { gate: "gate-3", lane: "=1+1", zone: "hall" };
  const permit = {
    form: "slip", permitClass: "a.example:\"x\",y", id: "00ff", subject: "S-1",
    person: { fullName: "张伟" }, checkNumber: "204718",
  };
  const accepted = {
    light: "yellow", opens: true, code: "accepted", at: 1_790_000_000, cautions: ["printed"],
    permit,
  };
  const rejection = { stage: "s", fault: "f", reason: "@stale: 1, limit 2", evidence: {} };
  const refused = {
    light: "red", opens: false, code: "stale", at: 1_790_000_001, cautions: [], rejection,
  };
  const lines = [lineOf(accepted, place), lineOf(refused, place)];
  const csv = toCsv(lines);
  assert.equal(csv.charCodeAt(0), 0xfeff);
  const [head, first, second, end] = csv.slice(1).split("\r\n");
  assert.equal(head.split(",").length, 12);
  assert.equal(
    first,
    '"2026-09-21T14:13:20.000Z","yellow","accepted","true","gate-3","\'=1+1","hall","00ff",' +
      '"a.example:""x"",y","slip","printed",""',
  );
  assert.match(second, /"'@stale: 1, limit 2"$/);
  assert.equal(end, "");
  const [one] = JSON.parse(toJson(lines));
  assert.equal(one.time, "2026-09-21T14:13:20.000Z");
  assert.equal(one.lane, "=1+1");
  for (const text of [csv, toJson(lines)]) {
    assert.ok(!text.includes("张伟") && !text.includes("204718") && !text.includes("S-1"));
  }
});

test("every refusal of a setup says in both languages what to do", async () => {
  const { SETUPS } = await loaded("texts", "gate/src");
  assert.deepEqual(Object.keys(SETUPS), lp.setupRejectionCodes().map(({ code }) => code));
});
