// Device keys of WebCrypto, and signatures as other signers give them.

import assert from "node:assert/strict";
import test, { before } from "node:test";

import { IDBFactory } from "fake-indexeddb";
import * as lp from "livepermit/issuer";

import { aGate, aHolder, ANYONE, NOW, thrown } from "./setup.mjs";

before(() => Promise.all([lp.loadGate(), lp.loadIssuer()]));

for (const algorithm of ["ESP256", "Ed25519"]) {
  test(`a key for ${algorithm} signs, and scripts cannot read it`, async () => {
    const key = await lp.DeviceKey.generate(algorithm);
    assert.equal(key.publicKey.algorithm, algorithm);
    const { holder, trust } = aHolder(key.publicKey);
    // ECDSA of WebCrypto is random: half of the signatures have a high s.
    for (let number = 0; number < (algorithm === "ESP256" ? 20 : 1); number++) {
      const now = NOW + 100 * number;
      const { qrText } = await key.sign(holder.prepare(ANYONE, now));
      assert.equal(aGate(trust).admit(qrText, now).kind, "admitted");
    }
  });
}

test("IndexedDB keeps the key, which stays unreadable", async () => {
  const indexedDB = new IDBFactory();
  const [one, two] = await Promise.all([
    lp.DeviceKey.open("wallet", "ESP256", { indexedDB }),
    lp.DeviceKey.open("wallet", "ESP256", { indexedDB }),
  ]);
  const three = await lp.DeviceKey.open("wallet", "ESP256", { indexedDB });
  assert.ok(one.publicKey.equals(two.publicKey) && two.publicKey.equals(three.publicKey));
  assert.ok(!(await lp.DeviceKey.open("other", "ESP256", { indexedDB })).publicKey
    .equals(one.publicKey));
  const { holder } = aHolder(one.publicKey);
  assert.equal((await three.sign(holder.prepare(ANYONE, NOW))).form, "presentation");
  // What a script finds there.
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open("livepermit-keys", 1);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const pair = await new Promise((resolve) => {
    const asked = database.transaction("keys").objectStore("keys").get("wallet");
    asked.onsuccess = () => resolve(asked.result);
  });
  assert.equal(pair.privateKey.extractable, false);
  for (const format of ["pkcs8", "jwk", "raw"]) {
    await assert.rejects(crypto.subtle.exportKey(format, pair.privateKey));
  }
});

test("a key that scripts can read is refused", async () => {
  const pair = await crypto.subtle.generateKey(
    { name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"],
  );
  await assert.rejects(lp.DeviceKey.of(pair), { code: "key-extractable" });
  const wide = await crypto.subtle.generateKey(
    { name: "ECDSA", namedCurve: "P-384" }, false, ["sign", "verify"],
  );
  await assert.rejects(lp.DeviceKey.of(wide), { code: "key-unsupported-algorithm" });
});

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const number = (bytes) => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
const big = (value) => Buffer.from(value.toString(16).padStart(64, "0"), "hex");
/** As few bytes as the number needs, as some signers give them. */
const few = (value) => {
  const text = value.toString(16);
  return Buffer.from(text.length % 2 ? `0${text}` : text, "hex");
};

function der(r, s) {
  const integer = (value) => {
    const bytes = few(value);
    const padded = bytes[0] > 127 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
    return Buffer.concat([Buffer.of(2, padded.length), padded]);
  };
  const both = Buffer.concat([integer(r), integer(s)]);
  return Uint8Array.from(Buffer.concat([Buffer.of(0x30, both.length), both]));
}

test("signatures in every form are taken, or told apart", async () => {
  const pair = await crypto.subtle.generateKey(
    { name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"],
  );
  const key = await lp.DeviceKey.of(pair);
  const { holder } = aHolder(key.publicKey);
  const prepared = holder.prepare(ANYONE, NOW);
  const sign = async (message, hash = "SHA-256") =>
    new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash }, pair.privateKey, message));
  const taken = (signature) => assert.equal(prepared.attach(signature).form, "presentation");

  const seen = { shortR: 0, shortS: 0, high: 0, low: 0 };
  for (let tries = 0; tries < 20_000 && (seen.shortR < 1 || seen.shortS < 1); tries++) {
    const raw = await sign(prepared.message);
    const [r, s] = [number(raw.slice(0, 32)), number(raw.slice(32))];
    const isShort = { shortR: few(r).length < 32, shortS: few(s).length < 32 };
    const isHigh = s > ORDER / 2n;
    const isNew = (isShort.shortR && !seen.shortR) || (isShort.shortS && !seen.shortS) ||
      (isHigh ? seen.high++ : seen.low++) === 0;
    if (isShort.shortR) seen.shortR++;
    if (isShort.shortS) seen.shortS++;
    if (!isNew) continue;
    taken(raw);
    taken(der(r, s));
    taken(Uint8Array.from(Buffer.concat([big(r), big(ORDER - s)])));
    taken(der(r, ORDER - s));
    // Zeros in front are lost. Where both halves lose some, nobody can tell where one ends.
    if (isShort.shortR !== isShort.shortS) {
      taken(Uint8Array.from(Buffer.concat([few(r), few(s)])));
    }
  }
  for (const [what, times] of Object.entries(seen)) assert.ok(times > 0, what);

  for (const [code, signature] of [
    ["hashed-twice", await sign(prepared.digest)],
    ["other-hash", await sign(prepared.message, "SHA-512")],
    ["does-not-verify", await sign(new TextEncoder().encode("another"))],
    ["signature-zeros", new Uint8Array(64)],
    ["signature-encoding", new Uint8Array(3).fill(7)],
  ]) {
    const error = thrown(() => prepared.attach(signature));
    assert.equal(error.code, code);
    assert.ok(error.instruction.length > 0);
  }
});
