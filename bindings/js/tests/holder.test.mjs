// A wallet that loads the module for wallets alone.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";

import * as lp from "livepermit/holder";

/** An issuer in another process. */
const ISSUER = `
  import * as lp from "livepermit/issuer";
  await lp.loadIssuer();
  const key = lp.SecretKey.generateEd25519();
  const issuer = new lp.Issuer("bj.example", key.publicKey);
  const device = lp.PublicKey.fromCoseKey(Uint8Array.from(Buffer.from(process.argv[1], "hex")));
  const permit = lp.permit("BJ-7F3A9C2E", "bj.example:residence");
  const prepared = issuer.prepareCredential(permit, device, lp.defaultValidity(), lp.secondsNow());
  const hex = (bytes) => Buffer.from(bytes).toString("hex");
  console.log(hex(key.sign(prepared).bytes), hex(key.publicKey.coseKey));
`;

test("nothing works before the module is loaded, and loading says why it fails", async () => {
  assert.throws(() => lp.rejectionCodes(), { code: "module-not-loaded" });
  const nowhere = new URL("./nowhere.wasm", import.meta.url);
  await assert.rejects(lp.loadHolder(nowhere), { code: "module-not-loaded" });
  await assert.rejects(lp.loadHolder(Uint8Array.of(1)), { code: "module-not-loaded" });
  await lp.loadHolder();
  await Promise.all([lp.loadHolder(), lp.loadHolder()]);
});

test("a wallet makes a code without the module for gates", async () => {
  await lp.loadHolder();
  const key = await lp.DeviceKey.generate();
  const device = Buffer.from(key.publicKey.coseKey).toString("hex");
  const issued = execFileSync(
    process.execPath, ["--input-type=module", "--eval", ISSUER, device],
    { cwd: new URL(".", import.meta.url), encoding: "utf8" },
  );
  const [credential, issuer] = issued.trim().split(" ")
    .map((text) => Uint8Array.from(Buffer.from(text, "hex")));
  const trust = new lp.Trust([
    {
      issuer: "bj.example", key: lp.PublicKey.fromCoseKey(issuer), algorithm: "Ed25519",
      uses: ["credential"], classes: ["bj.example:residence"],
    },
  ]);
  const wallet = new lp.Holder(key.publicKey);
  const held = wallet.accept(credential, trust, lp.secondsNow());
  assert.equal(held.subject, "BJ-7F3A9C2E");
  const token = await key.sign(wallet.prepare({ kind: "anyone" }, lp.secondsNow()));
  assert.match(token.qrText, /^LP1:/);
  assert.ok(lp.drawQr(token.qrText).toSvgWithCountdown(5_000, 10_000).startsWith("<svg"));
  assert.throws(() => lp.PublicKey.fromSpkiPem("x"), { code: "module-not-loaded" });
  assert.throws(() => lp.drawQr("A").toPng(1), { code: "module-not-loaded" });
  for (const name of ["inspect", "Gate", "FrameScanner", "SecretKey"]) assert.equal(name in lp, false);
  assert.equal(lp.defectsForTests(), undefined);
});
