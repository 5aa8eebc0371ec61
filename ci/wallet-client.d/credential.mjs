// What a credential is, read by the specification (docs/spec.md) and without the library of this
// tree: a reader of CBOR, the envelope, the issuer's signature, the key to which it is bound.

import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';

/** Reads one item of CBOR (RFC 8949); maps become maps, tags `{ tag, item }`. */
function read(bytes) {
    let at = 0;
    const take = (length) => {
        assert(at + length <= bytes.length, 'CBOR ends too early');
        at += length;
        return bytes.subarray(at - length, at);
    };
    const number = (info) => {
        if (info < 24) return info;
        assert(info <= 27, 'a length of CBOR is not known');
        return Number(BigInt(`0x${take(2 ** (info - 24)).toString('hex')}`));
    };
    const item = () => {
        const [head] = take(1);
        const info = head & 31;
        if (head >> 5 === 7) {
            assert(info === 20 || info === 21, 'a simple value that permits do not have');
            return info === 21;
        }
        const size = number(info);
        switch (head >> 5) {
            case 0:
                return size;
            case 1:
                return -1 - size;
            case 2:
                return take(size);
            case 3:
                return take(size).toString('utf8');
            case 4:
                return Array.from({ length: size }, item);
            case 5:
                return new Map(Array.from({ length: size }, () => [item(), item()]));
            default:
                return { tag: size, item: item() };
        }
    };
    const whole = item();
    assert.equal(at, bytes.length, 'something stands behind the CBOR');
    return whole;
}

/** The parts of a COSE_Sign1. */
function opened(bytes) {
    const { tag, item } = read(bytes);
    assert.equal(tag, 18, 'no COSE_Sign1');
    const [head, unprotected, payload, signature] = item;
    assert.deepEqual([item.length, unprotected.size, signature.length], [4, 0, 64]);
    return { head, header: read(head), payload, claims: read(payload), signature };
}

function headOf(length, major) {
    assert(length < 65_536);
    if (length < 24) return Buffer.from([(major << 5) | length]);
    if (length < 256) return Buffer.from([(major << 5) | 24, length]);
    return Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
}

/** The keys of the trust list that sign credentials. */
export async function trusted(issuer) {
    const answer = await fetch(`${issuer}/trust`);
    assert.equal(answer.headers.get('content-type'), 'application/vnd.lpt+cwt');
    const { claims } = opened(Buffer.from(await answer.arrayBuffer()));
    const entries = claims.get(-65542).filter((entry) => entry.get(5).includes('credential'));
    return entries.map((entry) => ({ kid: entry.get(2), x: entry.get(1).get(-2) }));
}

/** Checks the credential of an answer: who signed, for which device. Tells what it says. */
export async function check(answer, keys, { signer }) {
    assert.equal(answer.credentials.length, 1);
    const encoded = answer.credentials[0].credential;
    assert.match(encoded, /^[\w-]+$/, 'the credential is not base64url');
    const { head, header, payload, claims, signature } = opened(Buffer.from(encoded, 'base64url'));
    assert.equal(header.get(16), 293, 'not the type of a credential');
    assert.equal(header.get(1), -19, 'not signed by Ed25519');
    const entry = keys.find(({ kid }) => kid.equals(header.get(4)));
    assert(entry, 'the key that signed is not in the trust list');
    const key = await webcrypto.subtle.importKey('raw', entry.x, 'Ed25519', false, ['verify']);
    const signed = Buffer.concat([
        Buffer.from('846a5369676e617475726531', 'hex'),
        headOf(head.length, 2),
        head,
        Buffer.from([0x40]),
        headOf(payload.length, 2),
        payload,
    ]);
    assert(await webcrypto.subtle.verify('Ed25519', key, signature, signed), 'not signed by it');
    const bound = claims.get(8).get(1);
    const { x, y } = signer.publicJwk;
    const odd = (Buffer.from(y, 'base64url').at(-1) & 1) === 1;
    assert.deepEqual([...bound.keys()], [1, -1, -2, -3]);
    assert.equal(bound.get(-2).toString('base64url'), x, 'bound to another key');
    assert.equal(bound.get(-3), odd, 'bound to another key');
    const hours = (claims.get(4) - Date.now() / 1000) / 3600;
    assert(hours > 1 && hours <= 25, `the credential is valid for ${hours} hours`);
    return `${claims.get(11)} ${claims.get(2)}`;
}
