"""Sections 9.1 and 9.2: trust entries, and the lists in which they come."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

from . import fields
from .cbor import Item, decode
from .cose import Envelope, Header, read_envelope, read_header
from .keys import ED25519, EDDSA, Ed25519Key, cose_key, default_key_id
from .refusal import BadKey, BadSignature, EntrySkipped, ListRefused, Malformed

MAX_TRUST_LIST_BYTES = 4 * 1024 * 1024
MAX_ENTRIES_OF_KEY_ID = 4
TRUST_LIST_TYPE = "application/vnd.lpt+cwt"
USES = ("credential", "pass", "slip", "status")
SUB, EXP, IAT, VERSION, KEYS, ROOTS = 2, 4, 6, -65541, -65542, -65543


@dataclass(frozen=True)
class Entry:
    key: Ed25519Key
    key_id: bytes
    algorithm: int
    issuer: str
    uses: Tuple[str, ...]
    classes: Tuple[str, ...]
    not_before: int
    sign_until: int
    expires: int


def require_allowed(entry: Entry) -> None:
    """Section 9.1: what one entry has to be."""
    try:
        entry.key.require_good()
    except BadKey as error:
        raise EntrySkipped("a bad key") from error
    if not 1 <= len(entry.key_id) <= 32:
        raise EntrySkipped("a key id that has not 1 to 32 bytes")
    if entry.algorithm not in (ED25519, EDDSA):
        raise EntrySkipped("an unknown algorithm")
    if not entry.uses:
        raise EntrySkipped("no use")
    if any(use not in USES for use in entry.uses):
        raise EntrySkipped("an unknown use")
    if entry.algorithm == EDDSA and "credential" in entry.uses:
        raise EntrySkipped("EdDSA does not sign credentials")
    if not entry.classes:
        raise EntrySkipped("no class")
    if any(":" not in granted for granted in entry.classes):
        raise EntrySkipped("a class without colon")
    if entry.not_before >= entry.sign_until:
        raise EntrySkipped("sign until is not behind not before")
    if entry.sign_until > entry.expires:
        raise EntrySkipped("expires is before sign until")


def require_distinct(entries: Sequence[Entry]) -> None:
    """Section 9.1: what entries have to be together."""
    shared = Counter(entry.key_id for entry in entries)
    if any(count > MAX_ENTRIES_OF_KEY_ID for count in shared.values()):
        raise Malformed("more than four entries share a key id")
    if len({(entry.key_id, entry.key) for entry in entries}) != len(entries):
        raise Malformed("a key stands twice under one key id")


@dataclass(frozen=True)
class _WrittenEntry:
    """An entry as it stands in a list: the shape is right, the rest is not looked at."""

    key: Item
    key_id: bytes
    algorithm: int
    issuer: str
    uses: Tuple[str, ...]
    classes: Tuple[str, ...]
    not_before: int
    sign_until: int
    expires: int

    def entry(self, roots: Sequence[Ed25519Key], signer: bytes) -> Entry:
        try:
            key = cose_key(self.key)
        except Malformed as error:
            raise EntrySkipped("an unknown type of key") from error
        if not isinstance(key, Ed25519Key):
            raise EntrySkipped("a key type that issuers do not have")
        if key in roots or default_key_id(key) == signer:
            raise EntrySkipped("a root key")
        entry = Entry(
            key, self.key_id, self.algorithm, self.issuer, self.uses, self.classes, self.not_before, self.sign_until,
            self.expires,
        )
        require_allowed(entry)
        return entry


@dataclass(frozen=True)
class _Claims:
    name: str
    expires: int
    issued_at: int
    version: int
    entries: Tuple[_WrittenEntry, ...]
    roots: Optional[Tuple[Ed25519Key, ...]]


def _read_claims(payload: bytes) -> _Claims:
    # A key stands in an entry, and that in the array of entries.
    found = fields.Map(decode(payload, around=2))
    claims = _Claims(
        name=found.required(SUB, fields.name),
        expires=found.required(EXP, fields.time),
        issued_at=found.required(IAT, fields.time),
        version=found.required(VERSION, fields.unsigned),
        entries=found.required(KEYS, read_entries),
        roots=found.optional(ROOTS, read_roots),
    )
    found.end()
    if claims.issued_at >= claims.expires:
        raise Malformed("iat is not below exp")
    return claims


def read_entries(item: Item) -> Tuple[_WrittenEntry, ...]:
    return tuple(_read_entry(entry) for entry in fields.array(item))


def _read_entry(item: Item) -> _WrittenEntry:
    found = fields.Map(item)
    entry = _WrittenEntry(
        key=found.required(1, fields.any_value),
        key_id=found.required(2, fields.byte_string),
        algorithm=found.required(3, fields.algorithm),
        issuer=found.required(4, fields.name),
        uses=found.required(5, _names),
        classes=found.required(6, _names),
        not_before=found.required(7, fields.time),
        sign_until=found.required(8, fields.time),
        expires=found.required(9, fields.time),
    )
    found.end()
    return entry


def _names(item: Item) -> Tuple[str, ...]:
    return tuple(fields.name(element) for element in fields.array(item))


def read_roots(item: Item) -> Tuple[Ed25519Key, ...]:
    elements = fields.array(item)
    if not 1 <= len(elements) <= 16:
        raise Malformed("no root, or more than 16")
    return tuple(read_root(element) for element in elements)


def read_root(item: Item) -> Ed25519Key:
    key = cose_key(item)
    if not isinstance(key, Ed25519Key):
        raise Malformed("a root that is no Ed25519 key")
    try:
        key.require_good()
    except BadKey as error:
        raise Malformed("a root that is a bad key") from error
    return key


@dataclass(frozen=True)
class TrustState:
    """What a gate remembers of the list it holds."""

    version: int
    digest: bytes
    issued_at: int
    roots: Tuple[Ed25519Key, ...]


@dataclass(frozen=True)
class TrustList:
    """A list that was accepted."""

    version: int
    issued_at: int
    expires: int
    entries: Tuple[Entry, ...]
    skipped: int
    state: TrustState


@dataclass(frozen=True)
class TrustAnchor:
    """What a gate is built with."""

    name: str
    roots: Tuple[Ed25519Key, ...]
    lowest_version: int


def accept_trust_list(anchor: TrustAnchor, held: Optional[TrustState], data: bytes, now: int, skew: int) -> TrustList:
    """Section 9.2, acceptance. `held` is the state, if there is one."""
    if len(data) > MAX_TRUST_LIST_BYTES:
        raise ListRefused("list-too-long")
    try:
        envelope = read_envelope(data)
        header = read_header(envelope.protected)
    except Malformed as error:
        raise ListRefused("list-malformed", str(error)) from error
    if header.typ != TRUST_LIST_TYPE:
        raise ListRefused("list-unknown-type")
    try:
        _require_list_header(header)
        claims = _read_claims(envelope.payload)
    except Malformed as error:
        raise ListRefused("list-malformed", str(error)) from error
    digest = hashlib.sha256(data).digest()
    signers = anchor.roots if held is None else held.roots
    if held is None or digest != held.digest:
        _require_root_signature(envelope, header, signers)
    if claims.name != anchor.name:
        raise ListRefused("list-wrong-name")
    if claims.issued_at > fields.later(now, skew):
        raise ListRefused("list-from-the-future")
    if now >= claims.expires:
        raise ListRefused("list-expired")
    if claims.version < anchor.lowest_version:
        raise ListRefused("list-older", "below the lowest version")
    if held is not None and claims.version < held.version:
        raise ListRefused("list-older", "below the version held")
    if held is not None and claims.version == held.version and digest != held.digest:
        raise ListRefused("list-reused")
    entries, skipped = _count_entries(claims, anchor.roots + signers + (claims.roots or ()), header.kid)
    state = TrustState(claims.version, digest, claims.issued_at, claims.roots or signers)
    return TrustList(claims.version, claims.issued_at, claims.expires, entries, skipped, state)


def _require_list_header(header: Header) -> None:
    if header.kid is None:
        raise Malformed("no key id")
    if header.kcwt is not None:
        raise Malformed("a credential in a list")


def _require_root_signature(envelope: Envelope, header: Header, roots: Sequence[Ed25519Key]) -> None:
    """Section 9.2, acceptance, check 3."""
    named = [root for root in roots if default_key_id(root) == header.kid]
    if not named:
        raise ListRefused("list-unknown-key")
    if header.alg != ED25519:
        raise ListRefused("list-algorithm-mismatch")
    for root in named:
        try:
            root.verify(envelope.signature, envelope.signed())
            return
        except BadSignature:
            continue
    raise ListRefused("list-bad-signature")


def _count_entries(
    claims: _Claims, roots: Sequence[Ed25519Key], signer: bytes
) -> Tuple[Tuple[Entry, ...], int]:
    """Section 9.2, acceptance, check 9, and which entries are skipped before it."""
    entries: List[Entry] = []
    skipped = 0
    for written in claims.entries:
        try:
            entries.append(written.entry(roots, signer))
        except EntrySkipped:
            skipped += 1
    try:
        require_distinct(entries)
    except Malformed as error:
        raise ListRefused("list-malformed", str(error)) from error
    if not entries:
        raise ListRefused("list-nothing-trusted")
    return tuple(entries), skipped
