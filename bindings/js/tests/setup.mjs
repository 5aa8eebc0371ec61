// What many tests begin with.

import * as lp from "livepermit/issuer";

export const NOW = 1_790_000_000;
export const CLASS = "bj.example:residence";
export const ANYONE = { kind: "anyone" };

export function issuerAndTrust() {
  const key = lp.SecretKey.generateEd25519();
  const trust = new lp.Trust([trusted(key.publicKey)]);
  return { key, issuer: new lp.Issuer("bj.example", key.publicKey), trust };
}

export function trusted(key) {
  return {
    issuer: "bj.example", key, algorithm: "Ed25519",
    uses: ["credential", "pass", "slip", "status"], classes: [CLASS],
  };
}

export const rules = () => lp.policy("gate-3", [CLASS], { kind: "not-checked" });

export function aPass({ issuer, key }, subject = "BJ-7F3A9C2E", now = NOW) {
  return key.sign(issuer.preparePass(lp.permit(subject, CLASS), undefined, now));
}

export function aHolder(deviceKey, side = issuerAndTrust(), now = NOW) {
  const { issuer, key, trust } = side;
  const prepared = issuer.prepareCredential(
    lp.permit("BJ-7F3A9C2E", CLASS), deviceKey, lp.defaultValidity(), now,
  );
  const holder = new lp.Holder(deviceKey);
  holder.accept(key.sign(prepared).bytes, trust, now);
  return { holder, trust, side };
}

export const aGate = (trust, policy = rules()) =>
  new lp.Gate(
    lp.gateSettings(policy), trust, [],
    lp.Store.inMemoryForTheFirstTime(100, lp.defaultRetention()),
  );

/** What a call throws. */
export function thrown(work) {
  try {
    work();
  } catch (error) {
    if (error instanceof lp.LivepermitError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** A drawn code as a frame of luma. */
export function frameOf(text, pixels = 5) {
  const picture = lp.drawQr(text);
  const { width } = picture;
  const modules = picture.modules();
  const quiet = 4;
  const side = (width + 2 * quiet) * pixels;
  const luma = new Uint8Array(side * side).fill(255);
  for (let y = 0; y < width * pixels; y++) {
    for (let x = 0; x < width * pixels; x++) {
      if (modules[Math.floor(y / pixels) * width + Math.floor(x / pixels)]) {
        luma[(y + quiet * pixels) * side + x + quiet * pixels] = 0;
      }
    }
  }
  return { luma, frame: { width: side, height: side, stride: side, layout: "luma" } };
}
