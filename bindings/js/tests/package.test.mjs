// What a user of the package does, and what goes wrong.

import assert from "node:assert/strict";
import test, { before } from "node:test";

import * as lp from "livepermit/issuer";

import {
  aGate, aHolder, ANYONE, aPass, CLASS, frameOf, issuerAndTrust, NOW, rules, thrown, trusted,
} from "./setup.mjs";

before(() => Promise.all([lp.loadGate(), lp.loadIssuer()]));

for (const make of [lp.SecretKey.generateEd25519, lp.SecretKey.generateP256]) {
  test(`a live code is admitted once and goes stale (${make.name})`, () => {
    const device = make();
    const { holder, trust } = aHolder(device.publicKey);
    const code = device.sign(holder.prepare(ANYONE, NOW)).qrText;
    const gate = aGate(trust);
    const stale = gate.admit(code, NOW + 36);
    assert.equal(stale.kind, "refused");
    assert.equal(stale.rejection.code, "stale");
    assert.equal(stale.rejection.fault, "not-live");
    assert.deepEqual(stale.rejection.evidence, { kind: "times", found: NOW + 36, limit: NOW + 30 });
    const admitted = gate.admit(code, NOW + 1);
    assert.equal(admitted.kind, "admitted");
    assert.equal(admitted.verified.subject, "BJ-7F3A9C2E");
    assert.equal(gate.admit(code, NOW + 10).rejection.code, "already-used");
  });
}

test("an attempt is finished once and by its own lane", () => {
  const side = issuerAndTrust();
  const store = lp.Store.inMemoryForTheFirstTime(100, lp.defaultRetention());
  const [gate, other] = [1, 2].map(
    () => new lp.Gate(lp.gateSettings(rules()), side.trust, [], store),
  );
  const { pending } = gate.begin(aPass(side).qrText, NOW);
  const answer = store.admit(pending.attempt);
  assert.equal(thrown(() => other.finish(pending, answer, NOW)).code, "other-gate");
  assert.equal(gate.finish(pending, answer, NOW).kind, "admitted");
  assert.equal(thrown(() => gate.finish(pending, answer, NOW)).code, "finished-before");
});

test("a challenge of the gate is answered", () => {
  const device = lp.SecretKey.generateP256();
  const { holder, trust } = aHolder(device.publicKey);
  const gate = aGate(trust, { ...rules(), challenge: "required" });
  const asked = lp.readGateCode(lp.challengeQrText(gate.ask(30, NOW))).challenge;
  const unasked = device.sign(holder.prepare(ANYONE, NOW));
  assert.equal(gate.admit(unasked.qrText, NOW).kind, "refused");
  const recipient = { kind: "asked", gate: asked.gate, nonce: asked.nonce };
  const admitted = gate.admit(device.sign(holder.prepare(recipient, NOW)).qrText, NOW);
  assert.equal(admitted.kind, "admitted");
  assert.ok(admitted.verified.challengeAnswered);
});

test("errors carry code, reason, instruction and values", () => {
  const negative = thrown(() => new lp.Trust([]).withTables(-1));
  assert.equal(negative.code, "number-negative");
  assert.deepEqual(negative.evidence, { kind: "counts", found: -1, limit: 0 });
  const { issuer, key } = issuerAndTrust();
  const prepared = issuer.preparePass(lp.permit("BJ-1", CLASS), undefined, NOW);
  const zeros = thrown(() => prepared.attach(new Uint8Array(64)));
  assert.equal(zeros.code, "signature-zeros");
  assert.match(zeros.instruction, /signer/);
  assert.ok(zeros.reason.length > 0 && zeros.message.startsWith("signature-zeros: "));
  assert.equal(thrown(() => lp.SecretKey.generateEd25519().sign(prepared)).code, "other-key");
  assert.equal(key.sign(prepared).form, "pass");
});

test("numbers that JavaScript does not hold exactly are refused, and so are other types", () => {
  const { trust } = issuerAndTrust();
  const verifier = new lp.Verifier(trust, rules());
  for (const now of [NaN, Infinity, 1.5, 2 ** 53, -(2 ** 53)]) {
    const error = thrown(() => verifier.verify("LP1:", now));
    assert.equal(error.code, "number-unsafe");
    assert.ok(error.instruction.length > 0);
  }
  assert.equal(thrown(() => verifier.verify("LP1:", -1)).code, "time-out-of-range");
  assert.equal(thrown(() => verifier.verify("LP1:", 2 ** 40)).code, "time-out-of-range");
  for (const [work, reason] of [
    [() => verifier.verify("LP1:", 5n), "now is not a number"],
    [() => verifier.verify(5, NOW), "the code is not a string"],
    [() => verifier.verifyBytes([1], NOW), "the token is not a Uint8Array"],
    [() => new lp.Verifier({}, rules()), "the trust is not a Trust"],
    [() => new lp.Verifier(trust, { ...rules(), forms: ["ticket"] }),
      "forms is not one of pass credential presentation slip"],
    [() => new lp.Verifier(trust, { ...rules(), classes: "x" }), "classes is not an array"],
    [() => new lp.Verifier(trust, { ...rules(), gate: "\ud800" }), "gate is not Unicode text"],
    [() => new lp.Trust([{ ...trusted(new Uint8Array(3)) }]), "key is not a PublicKey"],
    [() => lp.drawQr("A", "most"), "the level is not one of low medium quartile high"],
  ]) {
    const error = thrown(work);
    assert.equal(error.code, "argument");
    assert.equal(error.reason, reason);
  }
  const long = thrown(() => new lp.Verifier(trust, { ...rules(), window: 2 ** 53 }));
  assert.equal(long.code, "number-unsafe");
  assert.match(long.reason, /^window is /);
});

test("a withdrawn permit is refused", () => {
  const { issuer, key, trust } = issuerAndTrust();
  const entries = lp.StatusListBuilder.create("https://s.bj.example/1", 1, 1024);
  const status = entries.allocate();
  const permit = { ...lp.permit("BJ-7F3A9C2E", CLASS), status };
  const code = key.sign(issuer.preparePass(permit, undefined, NOW)).qrText;
  const verdict = () => {
    const signed = key.sign(entries.prepare(issuer, NOW, NOW + 3600));
    const taken = lp.StatusList.accept(signed, trust, NOW);
    const revocation = { kind: "required", maxAge: 3600, grace: 0 };
    const policy = lp.policy("gate-3", [CLASS], revocation);
    return new lp.Verifier(trust, policy, [taken]).verify(code, NOW);
  };
  assert.equal(verdict().kind, "accepted");
  entries.set(status.index, 1);
  assert.equal(verdict().rejection.code, "revoked");
  const again = lp.StatusListBuilder.restore(
    "https://s.bj.example/1", 1, entries.values(), entries.occupied(),
  );
  assert.equal(again.get(status.index), 1);
  assert.equal(again.markGiven(status.index), false);
  assert.equal(thrown(() => again.get(2 ** 53)).code, "number-unsafe");
});

test("the schedule shows a code and replaces it", () => {
  const schedule = new lp.CodeSchedule(NOW - 300, NOW + 86_400, 30, 10);
  const step = schedule.at(NOW, 0);
  assert.equal(step.screen.kind, "waiting");
  assert.equal(step.prepare.issuedAt, NOW);
  assert.equal(schedule.prepared(step.prepare, 400).kind, "accepted");
  assert.deepEqual(schedule.at(NOW, 400).screen, { kind: "code", slot: step.prepare });
  assert.equal(schedule.remaining(NOW, 400).life, 30_000);
  assert.equal(schedule.at(NOW + 9, 9_700).prepare.number, step.prepare.number + 1);
  const unknown = thrown(() => schedule.prepared({ number: 99, issuedAt: NOW }, 500));
  assert.equal(unknown.code, "slot-unknown");
});

test("a drawn code is read from a frame", () => {
  const side = issuerAndTrust();
  const text = aPass(side).qrText;
  const picture = lp.drawQr(text);
  assert.ok(picture.toSvg().startsWith("<svg"));
  assert.deepEqual([...picture.toPng(4).slice(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  const { luma, frame } = frameOf(text);
  const seen = new lp.FrameScanner().read(luma, frame);
  assert.deepEqual(seen.codes.map((code) => code.text), [text]);
  // As a canvas gives the pixels.
  const canvas = Uint8ClampedArray.from(
    { length: luma.length * 4 }, (_, at) => luma[Math.floor(at / 4)],
  );
  const asCanvas = { ...frame, stride: frame.width * 4, layout: "rgba" };
  assert.equal(new lp.FrameScanner().readAll(canvas, asCanvas).codes[0].text, text);
  const camera = new lp.GateScanner(aGate(side.trust));
  assert.deepEqual(camera.scan(luma, frame, NOW).map(({ kind }) => kind), ["entered"]);
  assert.deepEqual(camera.scan(luma, frame, NOW + 1).map(({ kind }) => kind), ["held"]);
  const short = thrown(() => camera.scan(new Uint8Array(0), frame, NOW));
  assert.equal(short.code, "frame-too-few-pixels");
});

test("lists are fetched in steps", () => {
  const fetching = new lp.ListFetch("https://lists.bj.example/trust", undefined, NOW);
  assert.deepEqual(fetching.ask(NOW), { url: "https://lists.bj.example/trust", headers: [] });
  assert.equal(fetching.ask(NOW), undefined);
  const headers = new Headers({ etag: '"1"', "cache-control": "max-age=60" });
  const step = fetching.came(200, headers, Uint8Array.of(1, 2), NOW);
  assert.deepEqual(step, { kind: "new-list", list: Uint8Array.of(1, 2) });
  assert.ok(fetching.next() > NOW);
  const due = fetching.next();
  assert.deepEqual(fetching.ask(due).headers, [{ name: "If-None-Match", value: '"1"' }]);
  assert.equal(fetching.failed("offline", due).kind, "no-list");
  assert.equal(thrown(() => new lp.ListFetch("http://x", undefined, NOW)).code.length > 0, true);
});

test("the tables of codes are complete", () => {
  assert.equal(lp.rejectionCodes().length, 53);
  assert.equal(lp.listRejectionCodes().length, 16);
  assert.equal(lp.cautionCodes().length, 6);
  for (const facts of lp.rejectionCodes()) {
    assert.ok(facts.instruction && facts.stage && facts.fault && facts.cause);
  }
});

test("what a token says can be read", () => {
  const { qrText, bytes } = aPass(issuerAndTrust());
  assert.match(lp.inspect(qrText), /BJ-7F3A9C2E/);
  assert.deepEqual(lp.readTokenText(qrText).bytes, bytes);
  assert.equal(lp.diagnosticNotation(Uint8Array.of(0xa0)), "{}");
});
