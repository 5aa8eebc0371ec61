import { DeviceKey } from "livepermit/holder";

import { toBase64url } from "./protocol/base64url.js";
import type { JwtSigner, PublicJwk } from "./protocol/jwt.js";

/**
 * The keys of one permit on this phone: one signs codes and is bound by the issuer, the other signs
 * requests to the issuer. Both are of WebCrypto, and no script can read them.
 */
export interface Keys {
  readonly device: CryptoKeyPair;
  readonly session: CryptoKeyPair;
}

const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Makes both keys. P-256, because every WebCrypto has it. */
export async function newKeys(): Promise<Keys> {
  const one = () => crypto.subtle.generateKey(ECDSA, false, ["sign", "verify"]);
  const [device, session] = await Promise.all([one(), one()]);
  return { device, session };
}

/** The key that signs codes. Throws what is wrong with a key that came from the storage. */
export function deviceKeyOf(keys: Keys): Promise<DeviceKey> {
  return DeviceKey.of(keys.device);
}

/** What signs JWTs with a key. */
export async function jwtSigner(pair: CryptoKeyPair): Promise<JwtSigner> {
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  // An uncompressed point: 4, x, y.
  const [x, y] = [toBase64url(point.slice(1, 33)), toBase64url(point.slice(33))];
  const jwk: PublicJwk = { crv: "P-256", kty: "EC", x, y };
  const sign = async (message: Uint8Array) =>
    new Uint8Array(await crypto.subtle.sign(ECDSA, pair.privateKey, message as BufferSource));
  return { jwk, sign };
}
