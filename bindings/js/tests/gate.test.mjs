// A gate that loads the module for gates alone.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

import * as issuer from "livepermit/issuer";

test("a gate admits codes without the module for issuers", () => {
  const file = join(mkdtempSync(join(tmpdir(), "livepermit-")), "codes.json");
  const program = new URL("exchange.mjs", import.meta.url).pathname;
  for (const word of ["make", "admit"]) execFileSync(process.execPath, [program, word, file]);
});

test("what issuers do asks for the module for issuers", async () => {
  const gate = await import("livepermit/gate");
  for (const name of ["SecretKey", "Holder", "inspect"]) assert.equal(name in gate, false);
  await gate.loadGate();
  const missing = { code: "module-not-loaded" };
  assert.throws(() => issuer.SecretKey.generateEd25519(), missing);
  const loads = (what) => ({ ...missing, instruction: `Await ${what} first.` });
  const issuers = loads("`loadIssuer()` of `livepermit/issuer`");
  assert.throws(() => gate.PublicKey.fromSpkiPem("x"), issuers);
  assert.throws(() => issuer.drawQr("A").toPng(1), missing);
  const wallet = await import("livepermit/holder");
  const device = await wallet.DeviceKey.generate();
  const wallets = loads("`loadHolder()` or `loadIssuer()`");
  assert.throws(() => new wallet.Holder(device.publicKey), wallets);
  await wallet.loadHolder();
  const holder = new wallet.Holder(device.publicKey);

  // What was prepared before is in another module than the key.
  await issuer.loadIssuer();
  const key = issuer.SecretKey.generateEd25519();
  const made = new issuer.Issuer("bj.example", key.publicKey);
  const permit = issuer.permit("BJ-7F3A9C2E", "bj.example:residence");
  const now = issuer.secondsNow();
  const prepared = made.prepareCredential(permit, device.publicKey, issuer.defaultValidity(), now);
  const credential = key.sign(prepared).bytes;
  const trusted = {
    issuer: "bj.example", key: key.publicKey, algorithm: "Ed25519", uses: ["credential"],
    classes: ["bj.example:residence"],
  };
  holder.accept(credential, new gate.Trust([trusted]), now);
  const token = await device.sign(holder.prepare({ kind: "anyone" }, now));
  assert.match(token.qrText, /^LP1:/);
  assert.throws(() => key.sign(holder.prepare({ kind: "anyone" }, now)), missing);
});
