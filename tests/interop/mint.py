"""Mints tokens with cwt, cryptography and cbor2, for livepermit to verify; prints them and their keys as JSON.

Usage: mint.py REQUEST
"""

import json
import sys

import cbor2
from common import (
    ALG, ED25519, EDDSA, ESP256, KCWT, KID, P256_ORDER, TYP, TYP_CREDENTIAL, TYP_PASS, TYP_PRESENTATION,
    dumps, in_order,
)
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cwt import COSE, COSEKey


def public_pem(key):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def private_pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def sign(protected, claims, key):
    """The token, its header and claims put in order first: cwt keeps the order it is given."""
    return COSE.new().encode(dumps(claims), key, protected=in_order(protected))


def with_s(token, low):
    """A P-256 token with the smaller or the larger of the two values of s, which both verify."""
    s = int.from_bytes(token[-32:], "big")
    s = (min if low else max)(s, P256_ORDER - s)
    return token[:-32] + s.to_bytes(32, "big")


class Ed25519Key:
    def __init__(self, seed):
        self.key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        self.x = self.key.public_key().public_bytes_raw()
        self.alg = ED25519
        self.public = {1: 1, -1: 6, -2: self.x}

    def sign(self, protected, claims):
        secret = {1: 1, 3: protected[ALG], -1: 6, -2: self.x, -4: self.key.private_bytes_raw()}
        return sign(protected, claims, COSEKey.new(secret))


class P256Key:
    def __init__(self, number):
        self.key = ec.derive_private_key(number, ec.SECP256R1())
        numbers = self.key.private_numbers()
        self.x, self.y, self.d = (
            n.to_bytes(32, "big") for n in (numbers.public_numbers.x, numbers.public_numbers.y, numbers.private_value)
        )
        self.alg = ESP256
        self.public = {1: 2, -1: 1, -2: self.x, -3: self.y[-1] % 2 == 1}

    def sign(self, protected, claims, low=True):
        public = {1: 2, 3: ESP256, -1: 1, -2: self.x, -3: self.y}
        token = with_s(sign(protected, claims, COSEKey.new(public | {-4: self.d})), low)
        # Whoever refuses this token refuses it for its s.
        COSE.new().decode(token, COSEKey.new(public))
        return token


with open(sys.argv[1], encoding="utf-8") as request:
    wanted = json.load(request)
now, kid, nonce = wanted["now"], bytes.fromhex(wanted["kid"]), bytes.fromhex(wanted["nonce"])
issuer = Ed25519Key(bytes(range(32)))

# Written in no order, so that it is the ordering above that counts.
permit = {
    "vehicle": {"axles": 2, -1: None, 1: [True, b"\x00\xff", -(2**63), 2**64 - 1]},
    -70000: "zone 3",
    169: {8: wanted["birth_date"], 4: wanted["full_name"]},
    65535: {"status_list": {"uri": wanted["status_uri"], "idx": wanted["status_index"]}},
    11: wanted["class"],
    2: wanted["subject"],
    1: wanted["issuer"],
}


def mint_pass(alg):
    times = {4: now + wanted["window"], 6: now, 3: wanted["gate"]}
    return issuer.sign({ALG: alg, KID: kid, TYP: TYP_PASS}, permit | times)


tokens = {"pass": mint_pass(ED25519), "pass pinned to -8": mint_pass(EDDSA)}
devices = []
# Both signs of y, which a COSE_Key in a credential holds as a bool.
for name, device in [("Ed25519", Ed25519Key(bytes(32))), ("P-256, y even", P256Key(3)), ("P-256, y odd", P256Key(2))]:
    bound = {5: now - 300, 4: now + 86_400, 8: {1: device.public}, -65537: wanted["window"]}
    credential = issuer.sign({ALG: ED25519, KID: kid, TYP: TYP_CREDENTIAL}, permit | bound)
    header = {ALG: device.alg, KCWT: in_order(cbor2.loads(credential)), TYP: TYP_PRESENTATION}
    to_anyone, to_challenge = {3: "*", 6: now}, {3: wanted["gate"], 6: now, 39: nonce}
    made = {
        "name": name,
        "public_key": public_pem(device.key),
        "private_key": private_pem(device.key),
        "credential": credential.hex(),
        "presentation": device.sign(header, to_anyone).hex(),
        "answer": device.sign(header, to_challenge).hex(),
        "high_s": None,
    }
    if isinstance(device, P256Key):
        made["high_s"] = device.sign(header, to_anyone, low=False).hex()
    devices.append(made)

print(json.dumps({
    "issuer_key": public_pem(issuer.key),
    "passes": {name: token.hex() for name, token in tokens.items()},
    "devices": devices,
}))
