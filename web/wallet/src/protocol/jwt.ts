import { sha256, toBase64url } from "./base64url.js";

/** A public key as JWK: the members that its thumbprint has (RFC 7638). */
export type PublicJwk =
  | { readonly crv: "P-256"; readonly kty: "EC"; readonly x: string; readonly y: string }
  | { readonly crv: "Ed25519"; readonly kty: "OKP"; readonly x: string };

/** What signs for a JWT. */
export interface JwtSigner {
  readonly jwk: PublicJwk;
  /** 64 bytes, as JOSE wants them. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** Signs a JWT with the key in its header. */
async function jwt(signer: JwtSigner, type: string, claims: object): Promise<string> {
  const alg = signer.jwk.kty === "EC" ? "ES256" : "EdDSA";
  const header = { typ: type, alg, jwk: signer.jwk };
  const encoder = new TextEncoder();
  const signed = [header, claims]
    .map((part) => toBase64url(encoder.encode(JSON.stringify(part))))
    .join(".");
  return `${signed}.${toBase64url(await signer.sign(encoder.encode(signed)))}`;
}

/** The proof that a request comes from the session's key (RFC 9449 §4.2). */
export async function dpopProof(
  signer: JwtSigner,
  about: { method: string; url: string; now: number; id: string; accessToken?: string },
): Promise<string> {
  const { method, url, now, id, accessToken } = about;
  const { origin, pathname } = new URL(url);
  return jwt(signer, "dpop+jwt", {
    htm: method,
    htu: `${origin}${pathname}`,
    iat: now,
    jti: id,
    ...(accessToken === undefined ? {} : { ath: toBase64url(await sha256(accessToken)) }),
  });
}

/** The proof that the phone has the key for a credential (OpenID4VCI 1.0 appendix F.1). */
export async function keyProof(
  signer: JwtSigner,
  about: { audience: string; nonce: string; now: number; client?: string },
): Promise<string> {
  const { audience, nonce, now, client } = about;
  return jwt(signer, "openid4vci-proof+jwt", {
    ...(client === undefined ? {} : { iss: client }),
    aud: audience,
    iat: now,
    nonce,
  });
}

/** The thumbprint of a key, by which a request names it (RFC 7638). */
export async function thumbprint({ jwk }: JwtSigner): Promise<string> {
  const members =
    jwk.kty === "EC"
      ? { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }
      : { crv: jwk.crv, kty: jwk.kty, x: jwk.x };
  return toBase64url(await sha256(JSON.stringify(members)));
}
