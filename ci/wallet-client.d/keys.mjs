// What a wallet gives to the library: keys of Web Crypto (ES256), hashes, randomness.

import { webcrypto } from 'node:crypto';

const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const bytes = (text) => new TextEncoder().encode(text);
const base64url = (data) => Buffer.from(data).toString('base64url');

/** A new key, and a signer of the library for it. */
export async function newKey() {
    const pair = await webcrypto.subtle.generateKey(ES256, false, ['sign', 'verify']);
    const { kty, crv, x, y } = await webcrypto.subtle.exportKey('jwk', pair.publicKey);
    const publicJwk = { kty, crv, x, y };
    return { secret: pair.privateKey, signer: { method: 'jwk', alg: 'ES256', publicJwk } };
}

/** The callbacks of the library. These keys sign; `clientAuthentication` says who asks. */
export function callbacks(keys, clientAuthentication) {
    const notNeeded = (name) => () => {
        throw new Error(`the library calls ${name}, which this wallet does not have`);
    };
    return {
        fetch,
        hash: async (data, algorithm) =>
            new Uint8Array(await webcrypto.subtle.digest(algorithm.toUpperCase(), data)),
        generateRandom: (length) => webcrypto.getRandomValues(new Uint8Array(length)),
        signJwt: async (signer, { header, payload }) => {
            const { publicJwk } = signer;
            const key = keys.find((known) => known.signer.publicJwk.x === publicJwk.x);
            const signed = [header, payload]
                .map((part) => base64url(JSON.stringify(part)))
                .join('.');
            const signature = await webcrypto.subtle.sign(ES256, key.secret, bytes(signed));
            return { jwt: `${signed}.${base64url(signature)}`, signerJwk: publicJwk };
        },
        clientAuthentication,
        verifyJwt: notNeeded('verifyJwt'),
        encryptJwe: notNeeded('encryptJwe'),
        decryptJwe: notNeeded('decryptJwe'),
    };
}
