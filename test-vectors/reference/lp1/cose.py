"""Sections 4 and 5: the envelope and its header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

from . import fields
from .cbor import Item, Kind, decode, encode
from .refusal import Malformed

ALG, KID, KCWT, TYP = 1, 4, 13, 16


@dataclass(frozen=True)
class Envelope:
    """A COSE_Sign1."""

    protected: bytes
    unprotected: Item
    payload: bytes
    signature: bytes

    def signed(self) -> bytes:
        """The encoding of Sig_structure, which is what the signature is over. Its heads are the shortest ones, also
        where those of a status list are not."""
        return encode(["Signature1", self.protected, b"", self.payload])


def envelope(item: Item) -> Envelope:
    """Section 4, but for the unprotected map."""
    if item.kind is not Kind.TAG:
        raise Malformed("not tagged 18")
    parts = fields.array(item.value)
    if len(parts) != 4:
        raise Malformed("not an array of four")
    protected, unprotected, payload, signature = parts
    if unprotected.kind is not Kind.MAP:
        raise Malformed("the unprotected header is no map")
    found = Envelope(
        fields.byte_string(protected), unprotected, fields.byte_string(payload), fields.byte_string(signature)
    )
    if len(found.signature) != 64:
        raise Malformed("a signature that has not 64 bytes")
    return found


def strict_envelope(item: Item) -> Envelope:
    """Section 4."""
    found = envelope(item)
    if found.unprotected.value:
        raise Malformed("the unprotected header is not empty")
    return found


def read_envelope(data: bytes) -> Envelope:
    return strict_envelope(decode(data, sign1=True))


@dataclass(frozen=True)
class Header:
    alg: int
    kid: Optional[bytes]
    kcwt: Optional[Envelope]
    typ: Union[int, str]


def read_header(protected: bytes) -> Header:
    """Section 5: the header as a whole, before its type is looked at."""
    found = fields.Map(decode(protected, sign1=True))
    header = Header(
        alg=found.required(ALG, fields.algorithm),
        kid=found.optional(KID, fields.key_id),
        kcwt=found.optional(KCWT, strict_envelope),
        typ=found.required(TYP, media_type),
    )
    found.end()
    return header


def media_type(item: Item) -> Union[int, str]:
    if item.kind is Kind.TEXT:
        return item.value
    return fields.unsigned(item)
