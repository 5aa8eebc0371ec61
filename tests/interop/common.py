"""What the scripts here share: deterministic CBOR by cbor2, keys for cwt, and values as the test's JSON has them."""

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cwt import COSEKey

# Header parameters: RFC 9052 section 3.1, RFC 9596, draft-ietf-spice-sd-cwt.
ALG, KID, KCWT, TYP = 1, 4, 13, 16
# Claims: RFC 8392, RFC 8747.
CNF, COSE_KEY = 8, 1
# Algorithms: RFC 9864, and the older EdDSA of RFC 9053.
ED25519, ESP256, EDDSA = -19, -9, -8
# Content formats of a credential (SD-CWT) and a presentation (its key-binding token), and the media type of a pass.
TYP_CREDENTIAL, TYP_PRESENTATION, TYP_PASS = 293, 294, "application/vnd.lpp+cwt"
COSE_SIGN1 = 18

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def in_order(value):
    """The value with every map in the bytewise order of its encoded keys (RFC 8949 section 4.2.1).

    cbor2's own `canonical=True` sorts shorter keys first, as RFC 7049 did.
    """
    if isinstance(value, dict):
        items = sorted(value.items(), key=lambda item: cbor2.dumps(item[0]))
        return {key: in_order(item) for key, item in items}
    if isinstance(value, list):
        return [in_order(item) for item in value]
    if isinstance(value, cbor2.CBORTag):
        return cbor2.CBORTag(value.tag, in_order(value.value))
    return value


def dumps(value):
    return cbor2.dumps(in_order(value))


def is_deterministic(encoded):
    return dumps(cbor2.loads(encoded)) == encoded


def split(token):
    """The protected bytes, the payload and the signature of a COSE_Sign1, as bytes or as cbor2 read it."""
    tag = cbor2.loads(token) if isinstance(token, bytes) else token
    assert tag.tag == COSE_SIGN1, tag
    protected, unprotected, payload, signature = tag.value
    assert unprotected == {}, unprotected
    return protected, payload, signature


def join(protected, payload, signature):
    return cbor2.dumps(cbor2.CBORTag(COSE_SIGN1, [protected, {}, payload, signature]))


def cwt_ed25519(x, kid=None):
    return COSEKey.new({1: 1, 3: ED25519, -1: 6, -2: x} | ({2: kid} if kid else {}))


def cwt_device_key(cose_key):
    """The device key of a `cnf` claim for cwt, which takes no compressed point."""
    if cose_key[1] == 1:
        return cwt_ed25519(cose_key[-2])
    compressed = bytes([3 if cose_key[-3] else 2]) + cose_key[-2]
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), compressed).public_numbers()
    return COSEKey.new({1: 2, 3: ESP256, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})


def plain(value):
    """A decoded value as the test's JSON has it: byte strings in hex, maps as lists of pairs in their order."""
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, dict):
        return {"map": [[plain(key), plain(item)] for key, item in value.items()]}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    raise TypeError(f"a token holds no {type(value).__name__}")
