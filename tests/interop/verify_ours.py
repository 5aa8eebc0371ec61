"""Verifies tokens that livepermit minted, with cwt, pycose and cbor2, and compares what they say with the manifest.

Usage: verify_ours.py MANIFEST
"""

import base64
import hashlib
import json
import sys

import cbor2
from common import (
    ALG, CNF, COSE_KEY, EDDSA, ESP256, KCWT, KID, P256_ORDER, TYP,
    cwt_device_key, cwt_ed25519, dumps, is_deterministic, join, plain, split,
)
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from cwt import COSE
from cwt.exceptions import CWTError, VerifyError
from pycose.algorithms import EdDSA
from pycose.headers import Algorithm
from pycose.keys import OKPKey
from pycose.messages import Sign1Message

BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

tally = {"tokens": 0, "signatures": 0, "pycose signatures": 0, "layers": 0, "tampered": 0}


def same(what, found, wanted):
    # As text, because to Python 1 is True and 1.0.
    found, wanted = json.dumps(found), json.dumps(wanted)
    assert found == wanted, f"{what}\n   found: {found}\n  wanted: {wanted}"


def base45(text):
    """RFC 9285."""
    out = b""
    for start in range(0, len(text), 3):
        digits = [BASE45.index(character) for character in text[start:start + 3]]
        number = sum(digit * 45**place for place, digit in enumerate(digits))
        out += number.to_bytes(len(digits) - 1, "big")
    return out


def flipped(part):
    """The part once for each of its bytes, with one bit of that byte changed."""
    for at in range(len(part)):
        yield part[:at] + bytes([part[at] ^ 1 << at % 8]) + part[at + 1:]


def refused(token, key, errors):
    try:
        COSE.new().decode(token, key)
    except errors:
        tally["tampered"] += 1
        return
    raise AssertionError(f"accepted, though tampered with: {token.hex()}")


def check_tampering(token, key, other_key):
    protected, payload, signature = split(token)
    # A changed header may no longer be CBOR, or name another key.
    for changed in flipped(protected):
        refused(join(changed, payload, signature), key, (CWTError, ValueError))
    for changed in flipped(payload):
        refused(join(protected, changed, signature), key, VerifyError)
    for changed in flipped(signature):
        refused(join(protected, payload, changed), key, VerifyError)
    refused(join(protected, payload, signature), other_key, VerifyError)


def check_layer(encoded):
    assert is_deterministic(encoded), f"not deterministic: {encoded.hex()}"
    tally["layers"] += 1


def read(token, key, labels):
    """The protected header and the claims, after the signature verified and every layer was found deterministic."""
    protected_bytes, payload_bytes, _ = split(token)
    check_layer(protected_bytes)
    check_layer(payload_bytes)
    protected, unprotected, payload = COSE.new().decode_with_headers(token, key)
    tally["signatures"] += 1
    assert payload == payload_bytes
    assert dumps(protected) == protected_bytes
    assert unprotected == {}, unprotected
    assert list(protected) == labels, protected
    return protected, cbor2.loads(payload)


def check_issued(token, wanted):
    """A pass or a credential; gives its claims."""
    public = load_pem_public_key(wanted["public_key"].encode())
    x = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    kid = bytes.fromhex(wanted["kid"])
    if wanted["kid_is_thumbprint"]:
        assert kid == hashlib.sha256(dumps({1: 1, -1: 6, -2: x})).digest()[:8]
    # Under this kid, or cwt does not try the key at all.
    key = cwt_ed25519(x, kid)
    protected, claims = read(token, key, [ALG, KID, TYP])
    same("header", plain(protected), {"map": [[ALG, wanted["alg"]], [KID, {"bytes": kid.hex()}], [TYP, wanted["typ"]]]})
    same("claims", plain(claims), wanted["claims"])
    if isinstance(token, cbor2.CBORTag):
        token = cbor2.dumps(token)
    check_tampering(token, key, cwt_ed25519(OTHER_ED25519, kid))
    if wanted["alg"] == EDDSA:
        check_with_pycose(token, x)
    return claims


def check_with_pycose(token, x):
    def verifies(token):
        message = Sign1Message.decode(token)
        message.key = OKPKey(crv="ED25519", x=x)
        assert message.phdr[Algorithm] is EdDSA
        return message.verify_signature()

    assert verifies(token) is True
    tally["pycose signatures"] += 1
    protected, payload, signature = split(token)
    for changed in flipped(payload):
        assert verifies(join(protected, changed, signature)) is False
        tally["tampered"] += 1
    for changed in flipped(signature):
        assert verifies(join(protected, payload, changed)) is False
        tally["tampered"] += 1


def check_device_key(cose_key, wanted):
    """The key in the credential is the device's, as cryptography reads it from PEM."""
    public = load_pem_public_key(wanted["public_key"].encode())
    if isinstance(public, ec.EllipticCurvePublicKey):
        point = public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        found = {1: 2, -1: 1, -2: point[1:], -3: point[0] == 3}
    else:
        found = {1: 1, -1: 6, -2: public.public_bytes(Encoding.Raw, PublicFormat.Raw)}
    same("device key", plain(cose_key), plain(found))


def check_token(entry):
    token = bytes.fromhex(entry["bytes"])
    prefix, text = entry["qr_text"][:4], entry["qr_text"][4:]
    assert prefix == "LP1:" and base45(text) == token
    link = entry["link_text"]
    assert "=" not in link and base64.urlsafe_b64decode(link + "=" * (-len(link) % 4)) == token
    check_layer(token)

    shown = entry["shown"]
    if shown is None:
        check_issued(token, entry["issued"])
    else:
        # The credential first, for the device key that is in it.
        header = cbor2.loads(split(token)[0])
        credential = header[KCWT]
        check_layer(cbor2.dumps(credential))
        device = check_issued(credential, entry["issued"])[CNF][COSE_KEY]
        check_device_key(device, shown)

        key = cwt_device_key(device)
        protected, claims = read(token, key, [ALG, KCWT, TYP])
        same("header", plain([protected[ALG], protected[TYP]]), [shown["alg"], shown["typ"]])
        assert cbor2.dumps(protected[KCWT]) in split(token)[0]
        same("claims", plain(claims), shown["claims"])
        other = OTHER_P256 if shown["alg"] == ESP256 else cwt_ed25519(OTHER_ED25519)
        check_tampering(token, key, other)
        if shown["alg"] == ESP256:
            s = int.from_bytes(split(token)[2][32:], "big")
            assert s <= P256_ORDER // 2, "high s"
    tally["tokens"] += 1


def check_the_check():
    """What the comparison of bytes is worth: each of these breaks one rule of RFC 8949 section 4.2.1."""
    assert is_deterministic(bytes.fromhex("a2182702616100"))
    for broken in ["1817", "9f01ff", "5f4100ff", "a2616100182702", "a2616100616100", "c24101"]:
        assert not is_deterministic(bytes.fromhex(broken)), broken


OTHER_ED25519 = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
# The group's generator.
OTHER_P256 = cwt_device_key(
    {1: 2, -2: bytes.fromhex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"), -3: True}
)

check_the_check()
with open(sys.argv[1], encoding="utf-8") as manifest:
    for entry in json.load(manifest):
        try:
            check_token(entry)
        except Exception:
            print(f"in token: {entry['name']}", file=sys.stderr)
            raise
print(", ".join(f"{what}: {count}" for what, count in tally.items()))
