"""Section 7: public keys."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Union

from . import ed25519, p256
from .cbor import Item, Kind, encode
from .refusal import Malformed

ED25519 = -19
EDDSA = -8
ESP256 = -9


@dataclass(frozen=True)
class Ed25519Key:
    x: bytes
    algorithm = ED25519

    def cose_key(self) -> bytes:
        return encode({1: 1, -1: 6, -2: self.x})

    def thumbprint(self) -> bytes:
        """RFC 9679."""
        return hashlib.sha256(self.cose_key()).digest()

    def require_good(self) -> None:
        ed25519.good_key(self.x)

    def verify(self, signature: bytes, message: bytes) -> None:
        ed25519.verify(self.x, signature, message)

    def point(self) -> bytes:
        return self.x

    def spki(self) -> bytes:
        """SubjectPublicKeyInfo, RFC 8410."""
        return bytes.fromhex("302a300506032b6570032100") + self.x


@dataclass(frozen=True)
class P256Key:
    x: bytes
    odd: bool
    algorithm = ESP256

    def cose_key(self) -> bytes:
        return encode({1: 2, -1: 1, -2: self.x, -3: self.odd})

    def thumbprint(self) -> bytes:
        """RFC 9679 wants y written out. The key has to be good."""
        y = p256.good_y(self.x, self.odd).to_bytes(32, "big")
        return hashlib.sha256(encode({1: 2, -1: 1, -2: self.x, -3: y})).digest()

    def require_good(self) -> None:
        p256.good_y(self.x, self.odd)

    def verify(self, signature: bytes, message: bytes) -> None:
        p256.verify(self.x, self.odd, signature, message)

    def point(self) -> bytes:
        """Uncompressed, SEC 1. The key has to be good."""
        return b"\x04" + self.x + p256.good_y(self.x, self.odd).to_bytes(32, "big")

    def spki(self) -> bytes:
        """SubjectPublicKeyInfo, RFC 5480."""
        return bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + self.point()


PublicKey = Union[Ed25519Key, P256Key]


def default_key_id(key: PublicKey) -> bytes:
    return key.thumbprint()[:8]


def cose_key(item: Item) -> PublicKey:
    """Reads a COSE_Key in its one form. That it is good is another question (`require_good`)."""
    if item.kind is not Kind.MAP:
        raise Malformed("a COSE_Key that is no map")
    pairs = [((key.kind, key.value), value) for key, value in item.value]
    labels = [label for label, _ in pairs]
    values = [value for _, value in pairs]
    integers = [(Kind.INTEGER, label) for label in (1, -1, -2, -3)]
    if labels == integers[:3]:
        kty, crv, x = values
        if not is_integer(kty, 1) or not is_integer(crv, 6):
            raise Malformed("not Ed25519")
        return Ed25519Key(_coordinate(x))
    if labels == integers:
        kty, crv, x, y = values
        if not is_integer(kty, 2) or not is_integer(crv, 1):
            raise Malformed("not P-256")
        if y.kind is not Kind.BOOL:
            raise Malformed("y that is not its sign bit")
        return P256Key(_coordinate(x), y.value)
    raise Malformed("other parameters than those of a key")


def is_integer(item: Item, value: int) -> bool:
    return item.kind is Kind.INTEGER and item.value == value


def _coordinate(item: Item) -> bytes:
    if item.kind is not Kind.BYTES:
        raise Malformed("a coordinate that is no byte string")
    if len(item.value) != 32:
        raise Malformed("a coordinate that has not 32 bytes")
    return item.value
