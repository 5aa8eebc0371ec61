// Makes codes that programs in other languages admit, and admits theirs: `exchange.mjs make FILE`,
// `exchange.mjs admit FILE`, `exchange.mjs cost FILE CALLS [KIND]`. KIND is the code that is
// verified: `ed25519` (unless said), `p256` or `pass`.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";

import * as lp from "livepermit/issuer";

const CLASS = "bj.example:residence";
const hex = (bytes) => Buffer.from(bytes).toString("hex");

const trustOf = (key) =>
  new lp.Trust([
    {
      issuer: "bj.example", key, algorithm: "Ed25519", uses: ["credential", "pass"],
      classes: [CLASS],
    },
  ]);
const rules = () => lp.policy("gate-3", [CLASS], { kind: "not-checked" });
const issuerKey = (made) =>
  lp.PublicKey.fromCoseKey(Uint8Array.from(Buffer.from(made.issuerKey, "hex")));

async function make() {
  const now = lp.secondsNow();
  const key = lp.SecretKey.generateEd25519();
  const issuer = new lp.Issuer("bj.example", key.publicKey);
  const pass = issuer.preparePass(lp.permit("pass", CLASS), undefined, now);
  const codes = { pass: key.sign(pass).qrText };
  const devices = {
    ed25519: await lp.DeviceKey.generate("Ed25519"), p256: await lp.DeviceKey.generate("ESP256"),
  };
  for (const [name, device] of Object.entries(devices)) {
    const credential = key.sign(
      issuer.prepareCredential(lp.permit(name, CLASS), device.publicKey, lp.defaultValidity(), now),
    );
    const holder = new lp.Holder(device.publicKey);
    holder.accept(credential.bytes, trustOf(key.publicKey), now);
    codes[name] = (await device.sign(holder.prepare({ kind: "anyone" }, now))).qrText;
  }
  return { issuerKey: hex(key.publicKey.coseKey), now, codes };
}

function admit(made) {
  const store = lp.Store.inMemoryForTheFirstTime(100, lp.defaultRetention());
  const gate = new lp.Gate(lp.gateSettings(rules()), trustOf(issuerKey(made)), [], store);
  assert.equal(Object.keys(made.codes).length, 3);
  for (const [name, code] of Object.entries(made.codes)) {
    const admission = gate.admit(code, made.now + 1);
    assert.equal(admission.kind, "admitted", JSON.stringify(admission));
    assert.equal(admission.verified.subject, name);
    assert.equal(gate.admit(code, made.now + 10).rejection.code, "already-used");
  }
}

/** Calls that are timed together. */
const TOGETHER = 200;

/**
 * The microseconds of a verdict on a code, the median of many small batches, and by how many KiB
 * the process grew in the second half of the calls.
 */
function cost(made, calls, kind = "ed25519") {
  const verifier = new lp.Verifier(trustOf(issuerKey(made)), rules());
  const { now, codes: { [kind]: code } } = made;
  const batches = [];
  const all = Math.floor(calls / TOGETHER);
  let half = 0;
  for (let batch = 0; batch < all; batch++) {
    if (batch === Math.floor(all / 2)) half = resident();
    const start = process.hrtime.bigint();
    for (let call = 0; call < TOGETHER; call++) {
      assert.equal(verifier.verify(code, now).kind, "accepted");
    }
    batches.push(Number(process.hrtime.bigint() - start) / 1e3 / TOGETHER);
  }
  batches.sort((one, other) => one - other);
  console.log(`${batches[batches.length >> 1].toFixed(1)} ${resident() - half}`);
}

/** KiB of memory that the process has. */
function resident() {
  globalThis.gc?.();
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync("/proc/self/status", "ascii"))[1]);
}

const [word, file, calls, kind] = process.argv.slice(2);
const read = () => JSON.parse(readFileSync(file, "utf8"));
// A gate admits with its own module alone.
await (word === "make" ? lp.loadIssuer() : lp.loadGate());
if (word === "make") writeFileSync(file, JSON.stringify(await make()));
else if (word === "admit") admit(read());
else if (word === "cost") cost(read(), Number(calls), kind);
else throw new Error("exchange.mjs make FILE, admit FILE, or cost FILE CALLS [KIND]");
