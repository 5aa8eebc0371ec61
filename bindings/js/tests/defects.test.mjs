// A panic and a trap end the instance of the module. Everything goes on, and no code enters twice.

import assert from "node:assert/strict";
import test, { before } from "node:test";

import * as lp from "livepermit/issuer";

import {
  aGate, aHolder, ANYONE, aPass, CLASS, frameOf, issuerAndTrust, NOW, rules, thrown, trusted,
} from "./setup.mjs";

let defects;
before(async () => {
  await Promise.all([lp.loadGate(), lp.loadIssuer()]);
  defects = lp.defectsForTests();
  assert.ok(defects, "this is not the package for tests");
});

const kinds = ["panic", "trap"];

test("a defect is an internal error, and the next call works", () => {
  const panic = thrown(() => defects.panic());
  assert.equal(panic.code, "internal");
  assert.match(panic.reason, /a defect that a test asked for/);
  assert.match(panic.instruction, /defect/);
  const trap = thrown(() => defects.trap());
  assert.equal(trap.code, "internal");
  assert.ok(trap.cause instanceof WebAssembly.RuntimeError);
  assert.equal(lp.rejectionCodes().length, 53);
});

for (const kind of kinds) {
  test(`every object goes on after a ${kind}`, () => {
    const device = lp.SecretKey.generateP256();
    const { holder, trust, side } = aHolder(device.publicKey);
    const prepared = holder.prepare(ANYONE, NOW);
    const verifier = new lp.Verifier(trust.withTables(1 << 17), rules());
    const picture = lp.drawQr("A");
    const svg = picture.toSvg();
    const schedule = new lp.CodeSchedule(NOW - 300, NOW + 86_400, 30, 10);
    const { prepare: slot } = schedule.at(NOW, 0);
    const entries = lp.StatusListBuilder.create("https://s.bj.example/1", 1, 1024);
    const { index } = entries.allocate();
    entries.set(index, 1);
    const list = lp.StatusList.accept(
      side.key.sign(entries.prepare(side.issuer, NOW, NOW + 3600)), trust, NOW,
    );
    const root = lp.SecretKey.generateEd25519();
    const anchor = new lp.TrustAnchor("bj", [root.publicKey], 0);
    const signed = (version) =>
      root.sign(
        lp.prepareTrustList(
          { name: "bj", version, keys: [trusted(side.key.publicKey)] },
          root.publicKey, NOW, NOW + 3600,
        ),
      );
    const taken = anchor.accept(signed(7), NOW, 5);
    thrown(() => defects[kind]());

    const code = device.sign(prepared).qrText;
    assert.equal(verifier.verify(code, NOW).kind, "accepted");
    assert.equal(holder.credentials().length, 1);
    assert.equal(device.sign(holder.prepare(ANYONE, NOW)).form, "presentation");
    assert.equal(picture.toSvg(), svg);
    assert.equal(schedule.prepared(slot, 5).kind, "withdrawn");
    schedule.failed(slot, 5);
    const { prepare: next } = schedule.at(NOW, 10);
    assert.ok(next.number > slot.number, "a number stands for one picture");
    assert.equal(schedule.prepared(next, 11).kind, "accepted");
    assert.equal(entries.get(index), 1);
    assert.equal(entries.markGiven(index), false);
    assert.equal(list.get(index), 1);
    assert.equal(thrown(() => anchor.accept(signed(6), NOW, 5)).code, "list-older");
    assert.equal(taken.trust.keys().length, 1);
    assert.equal(new lp.Verifier(taken.trust, rules()).verify(code, NOW).kind, "accepted");
  });

  test(`no code enters twice after a ${kind}`, () => {
    const side = issuerAndTrust();
    const gate = aGate(side.trust);
    const camera = new lp.GateScanner(gate);
    const code = aPass(side);
    assert.equal(gate.admit(code.qrText, NOW).kind, "admitted");
    const { pending } = gate.begin(aPass(side, "BJ-2").qrText, NOW);
    thrown(() => defects[kind]());
    // The memory is gone, so the gate waits as after a restart.
    const again = gate.admit(code.qrText, NOW + 4);
    assert.equal(again.rejection.code, "forgotten");
    assert.equal(gate.admitBytes(code.bytes, NOW + 5).rejection.code, "forgotten");
    const { luma, frame } = frameOf(code.qrText);
    assert.deepEqual(camera.scan(luma, frame, NOW + 5).map((event) => event.kind), ["turned-away"]);
    const lost = thrown(() => gate.finish(pending, { kind: "not-used-before" }, NOW));
    assert.equal(lost.code, "attempt-lost");
    // It opens again when no old code is live.
    const later = NOW + 300;
    assert.equal(gate.admit(aPass(side, "BJ-3", later).qrText, later).kind, "admitted");
    assert.equal(gate.clockState().lastAdmission, later);
  });

  test(`a kept gate remembers through a ${kind}`, async () => {
    const side = issuerAndTrust();
    const memory = new lp.MemoryStorage();
    const time = { now: NOW };
    let ending = false;
    const storage = {
      async step(wanted, change) {
        const result = await memory.step(wanted, change);
        if (ending) thrown(() => defects[kind]());
        return result;
      },
    };
    const gate = await lp.KeptGate.open({
      storage, settings: lp.gateSettings(rules()), trust: { keys: side.trust },
      clock: () => time.now,
    });
    await gate.goOn("nothing-was-admitted");
    const code = aPass(side).qrText;
    assert.equal((await gate.admit(code)).kind, "admitted");
    thrown(() => defects[kind]());
    time.now += 5;
    assert.equal((await gate.admit(code)).rejection.code, "already-used");
    // In the middle of an admission, after the memory has written.
    const other = aPass(side, "BJ-2", time.now).qrText;
    ending = true;
    await assert.rejects(gate.admit(other), { code: "attempt-lost" });
    ending = false;
    time.now += 5;
    assert.equal((await gate.admit(other)).rejection.code, "already-used");
    const third = aPass(side, "BJ-3", time.now).qrText;
    assert.equal((await gate.admit(third)).kind, "admitted");
  });
}

test("a getter that calls the package is refused, and nothing breaks", () => {
  const { trust } = issuerAndTrust();
  const hostile = { ...rules() };
  Object.defineProperty(hostile, "gate", { enumerable: true, get: () => lp.inspect("LP1:") });
  assert.equal(thrown(() => lp.gateSettings(hostile)).code, "internal");
  assert.equal(new lp.Verifier(trust, rules()).verify("LP1:", NOW).kind, "refused");
  assert.equal(lp.permit("A", CLASS).window, 30);
});
