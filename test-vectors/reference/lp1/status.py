"""Section 9.3: status lists."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple, Union

from . import fields
from .cbor import MAX_LEVEL, Item, decode, levels
from .cose import ALG, KID, TYP, Envelope, envelope, media_type
from .refusal import BadSignature, ListRefused, Malformed
from .trust import Entry

MAX_LIST_BYTES = 8 * 1024 * 1024
MAX_INFLATED_BYTES = 16 * 1024 * 1024
STATUS_LIST_TYPES = (279, "application/statuslist+cwt")
ISS, SUB, EXP, IAT, STATUS_LIST, TTL = 1, 2, 4, 6, 65533, 65534


@dataclass(frozen=True)
class ListState:
    """What is remembered of a list, by its issuer and URI."""

    issued_at: int
    digest: bytes


@dataclass(frozen=True)
class StatusList:
    """A list that was accepted. It speaks for permits of this issuer only."""

    issuer: str
    uri: str
    bits: int
    issued_at: int
    expires: Optional[int]
    packed: bytes
    state: ListState

    def entries(self) -> int:
        return len(self.packed) * 8 // self.bits

    def value(self, index: int) -> int:
        at = index * self.bits
        return self.packed[at // 8] >> at % 8 & (1 << self.bits) - 1


@dataclass(frozen=True)
class _Header:
    alg: Optional[int]
    kid: bytes
    typ: Union[int, str]


@dataclass(frozen=True)
class _Claims:
    issuer: Optional[str]
    uri: str
    expires: Optional[int]
    issued_at: int
    bits: int
    compressed: bytes


def _read_header(wrapped: Envelope) -> _Header:
    protected = fields.Map(decode(wrapped.protected, lax=True))
    unprotected = fields.Map(wrapped.unprotected)
    alg = protected.optional(ALG, fields.algorithm)
    typ = protected.required(TYP, media_type)
    kids = [kid for kid in (header.optional(KID, fields.key_id) for header in (protected, unprotected)) if kid]
    protected.end()
    unprotected.end()
    if not kids:
        raise Malformed("no key id")
    if len(kids) > 1:
        raise Malformed("two key ids")
    return _Header(alg, kids[0], typ)


def _read_claims(payload: bytes) -> _Claims:
    # A value that is skipped is at level 1, in the map of the status list too.
    found = fields.Map(decode(payload, lax=True, around=1))
    for label, (_, value) in found.left.items():
        if label != STATUS_LIST and levels(value) > MAX_LEVEL:
            raise Malformed("too many levels")
    bits, compressed = found.required(STATUS_LIST, _read_status_list)
    claims = _Claims(
        issuer=found.optional(ISS, fields.text),
        uri=found.required(SUB, fields.name),
        expires=found.optional(EXP, fields.time),
        issued_at=found.required(IAT, fields.time),
        bits=bits,
        compressed=compressed,
    )
    found.optional(TTL, fields.unsigned)
    return claims


def _read_status_list(item: Item) -> Tuple[int, bytes]:
    found = fields.Map(item)
    bits = found.required("bits", fields.unsigned)
    if bits not in (1, 2, 4, 8):
        raise Malformed("bits that are not 1, 2, 4 or 8")
    return bits, found.required("lst", fields.byte_string)


def accept_status_list(
    trust: Sequence[Entry],
    held: Sequence[StatusList],
    data: bytes,
    now: int,
    skew: int,
    max_bytes: int = MAX_LIST_BYTES,
    max_inflated: int = MAX_INFLATED_BYTES,
) -> StatusList:
    """Section 9.3, acceptance. `held` are the lists whose state is remembered."""
    if len(data) > max_bytes:
        raise ListRefused("list-too-long")
    try:
        wrapped = envelope(decode(data, sign1=True, lax=True))
        header = _read_header(wrapped)
    except Malformed as error:
        raise ListRefused("list-malformed", str(error)) from error
    if header.typ not in STATUS_LIST_TYPES:
        raise ListRefused("list-unknown-type")
    try:
        claims = _read_claims(wrapped.payload)
    except Malformed as error:
        raise ListRefused("list-malformed", str(error)) from error
    if header.alg is None:
        raise ListRefused("list-malformed", "no algorithm")
    entry = _signing_entry(trust, wrapped, header)
    _require_authority(entry, claims, now)
    if claims.issued_at > fields.later(now, skew):
        raise ListRefused("list-from-the-future")
    state = ListState(claims.issued_at, hashlib.sha256(data).digest())
    before = _state_of(held, entry.issuer, claims.uri)
    if claims.expires is not None and now >= claims.expires and state != before:
        raise ListRefused("list-expired")
    if before is not None and state.issued_at < before.issued_at:
        raise ListRefused("list-older")
    if before is not None and state.issued_at == before.issued_at and state != before:
        raise ListRefused("list-reused")
    packed = inflate(claims.compressed, max_inflated)
    return StatusList(entry.issuer, claims.uri, claims.bits, claims.issued_at, claims.expires, packed, state)


def _signing_entry(trust: Sequence[Entry], wrapped: Envelope, header: _Header) -> Entry:
    """Check 3."""
    same = [entry for entry in trust if entry.key_id == header.kid]
    if not same:
        raise ListRefused("list-unknown-key")
    candidates = [entry for entry in same if entry.algorithm == header.alg]
    if not candidates:
        raise ListRefused("list-algorithm-mismatch")
    for entry in candidates:
        try:
            entry.key.verify(wrapped.signature, wrapped.signed())
            return entry
        except BadSignature:
            continue
    raise ListRefused("list-bad-signature")


def _require_authority(entry: Entry, claims: _Claims, now: int) -> None:
    """Checks 4 and 5."""
    if "status" not in entry.uses:
        raise ListRefused("list-use-not-granted")
    if claims.issuer is not None and claims.issuer != entry.issuer:
        raise ListRefused("list-use-not-granted", "the list names another issuer")
    if claims.issued_at < entry.not_before:
        raise ListRefused("list-key-not-current", "dated before the key may sign")
    if claims.issued_at >= entry.sign_until:
        raise ListRefused("list-key-not-current", "dated when the key may sign no more")
    if now >= entry.expires:
        raise ListRefused("list-key-not-current", "the key has expired")


def _state_of(held: Sequence[StatusList], issuer: str, uri: str) -> Optional[ListState]:
    states: List[ListState] = [known.state for known in held if (known.issuer, known.uri) == (issuer, uri)]
    return states[-1] if states else None


def inflate(compressed: bytes, limit: int) -> bytes:
    """Check 10: one whole zlib stream and nothing else, of at most `limit` bytes inflated. Memory is bounded by the
    limit, not by what the stream claims."""
    if len(compressed) > 1 and compressed[1] & 0x20:
        raise ListRefused("list-compression", "a preset dictionary")
    stream = zlib.decompressobj(wbits=15)
    try:
        # A limit of 0 means none to zlib; limit + 1 is never that.
        data = stream.decompress(compressed, limit + 1)
    except zlib.error as error:
        raise ListRefused("list-compression", str(error)) from error
    if len(data) > limit:
        raise ListRefused("list-too-large")
    if not stream.eof:
        raise ListRefused("list-compression", "cut off")
    if stream.unused_data:
        raise ListRefused("list-compression", "bytes behind the stream")
    return data
