"""Section 9.5: the setup of a gate."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Callable, Optional, Tuple

from . import fields
from .cbor import Item, Kind, decode
from .cose import Envelope, Header, read_envelope, read_header
from .keys import ED25519, Ed25519Key, default_key_id
from .policy import LookUp, Policy
from .refusal import BadSignature, ConfigurationError, EntrySkipped, Malformed, SetupRefused
from .store import Settings
from .text import LINK_START, base45, base64url
from .trust import Entry, read_entries, read_root, read_roots, require_distinct

MAX_BYTES = 2048
MAX_TEXT_BYTES = 3077
MAX_LINK_BYTES = 2731
MAX_NAMES = 16
SETUP_PREFIX = "LPG1:"
SETUP_TYPE = "application/vnd.lpg+cwt"
SUB, IAT, VERSION, KEYS = 2, 6, -65541, -65542
OPERATOR, PLACE, POLICY, TRUST_LIST, STATUS_LISTS, RELAY, SETTINGS = range(-65545, -65552, -1)


@dataclass(frozen=True)
class TrustListSource:
    name: str
    lowest_version: int
    roots: Tuple[Ed25519Key, ...]
    address: str


@dataclass(frozen=True)
class Relay:
    address: str
    key: bytes


@dataclass(frozen=True)
class GateRules:
    """What of the policy is a gate's alone (section 13)."""

    cool_down: Optional[int]
    """None: the window; 0: none."""
    leads_out: bool
    debounce: int


@dataclass(frozen=True)
class Setup:
    data: bytes
    gate: str
    issued_at: int
    version: int
    entries: Optional[Tuple[Entry, ...]]
    operator: Ed25519Key
    place: Tuple[str, str]
    policy: Policy
    rules: GateRules
    trust_list: Optional[TrustListSource]
    status_lists: Tuple[str, ...]
    relay: Optional[Relay]
    settings: Settings


def setup_of_text(text: str) -> bytes:
    size = len(text.encode("utf-8"))
    if size > MAX_TEXT_BYTES:
        raise SetupRefused("setup-too-long")
    try:
        if text.startswith(SETUP_PREFIX):
            return base45(text[len(SETUP_PREFIX):]) if text != SETUP_PREFIX else b""
        if text.startswith(LINK_START):
            if size > MAX_LINK_BYTES:
                raise SetupRefused("setup-too-long")
            return base64url(text)
    except Malformed as error:
        raise SetupRefused("setup-malformed", str(error)) from error
    raise SetupRefused("setup-not-ours")


def check_number(data: bytes) -> str:
    first = hashlib.pbkdf2_hmac("sha256", data, b"livepermit setup", 100_000, 8)
    return f"{int.from_bytes(first, 'big') % 10 ** 12:012}"


def read_setup(data: bytes) -> Tuple[Setup, Envelope, Header]:
    """Steps 1 and 2 of the acceptance."""
    if len(data) > MAX_BYTES:
        raise SetupRefused("setup-too-long")
    try:
        envelope = read_envelope(data)
        header = read_header(envelope.protected)
        if header.typ != SETUP_TYPE:
            raise SetupRefused("setup-unknown-type")
        if header.kid is None:
            raise Malformed("no key id")
        if header.kcwt is not None:
            raise Malformed("a credential in the header")
        return _read_claims(data, envelope.payload), envelope, header
    except (Malformed, ConfigurationError) as error:
        raise SetupRefused("setup-malformed", str(error)) from error


def accept_setup(data: bytes, held: Optional[Setup], compared: Optional[str], now: int, skew: int) -> Setup:
    setup, envelope, header = read_setup(data)
    if held is None or data != held.data:
        _require_signed(envelope, header, setup.operator if held is None else held.operator)
    if held is None:
        written = (compared or "").replace(" ", "").replace("-", "")
        if written != check_number(data):
            raise SetupRefused("setup-other-number")
    elif setup.gate != held.gate:
        raise SetupRefused("setup-wrong-gate")
    if setup.issued_at > fields.later(now, skew):
        raise SetupRefused("setup-from-the-future")
    if held is not None:
        if setup.version < held.version:
            raise SetupRefused("setup-older")
        if setup.version == held.version and data != held.data:
            raise SetupRefused("setup-reused")
    return setup


def _require_signed(envelope: Envelope, header: Header, signer: Ed25519Key) -> None:
    if header.kid != default_key_id(signer):
        raise SetupRefused("setup-unknown-key")
    if header.alg != ED25519:
        raise SetupRefused("setup-algorithm-mismatch")
    try:
        signer.verify(envelope.signature, envelope.signed())
    except BadSignature as error:
        raise SetupRefused("setup-bad-signature") from error


def _read_claims(data: bytes, payload: bytes) -> Setup:
    # A key stands in an entry, and that in the array of entries.
    found = fields.Map(decode(payload, around=2))
    gate = found.required(SUB, fields.gate)
    policy, rules = _read_policy(gate, found.required(POLICY, fields.any_value))
    entries = found.optional(KEYS, _entries)
    trust_list = found.optional(TRUST_LIST, _trust_list)
    settings = found.optional(SETTINGS, _settings)
    setup = Setup(
        data=data,
        gate=gate,
        issued_at=found.required(IAT, fields.time),
        version=found.required(VERSION, fields.unsigned),
        entries=entries,
        operator=found.required(OPERATOR, read_root),
        place=found.required(PLACE, _place),
        policy=policy,
        rules=rules,
        trust_list=trust_list,
        status_lists=found.optional(STATUS_LISTS, lambda item: _once(item, fields.address)) or (),
        relay=found.optional(RELAY, _relay),
        settings=settings or Settings(30, 5, 60, 0, 0),
    )
    found.end()
    if (entries is None) == (trust_list is None):
        raise Malformed("neither or both of keys and a trust list")
    _require_fitting(setup)
    return setup


def _require_fitting(setup: Setup) -> None:
    settings, policy = setup.settings, setup.policy
    if policy.window > settings.largest_window:
        raise Malformed("a window above W")
    if policy.skew > settings.largest_skew:
        raise Malformed("a skew above S")
    cool_down = setup.rules.cool_down
    if cool_down is not None and cool_down > settings.cool_down_limit():
        raise Malformed("a cool-down above C")


def _read_policy(gate: str, item: Item) -> Tuple[Policy, GateRules]:
    found = fields.Map(item)
    policy = Policy(
        gate=gate,
        classes=found.required(1, lambda item: _once(item, fields.permit_class)),
        look_up=found.required(2, _look_up),
        forms=found.optional(3, lambda item: _once(item, fields.name)) or ("pass", "presentation"),
        own_name_only=_word(found, 4, "own"),
        challenge_required=_word(found, 5, "required"),
        acting_accepted=_word(found, 6, "accepted"),
        window=_or(found.optional(7, fields.window), 30),
        skew=_or(found.optional(8, fields.unsigned), 5),
        max_credential_age=_or(found.optional(9, fields.time), 86_700),
        exempt_classes=found.optional(10, lambda item: _once(item, fields.permit_class)) or (),
    )
    rules = GateRules(
        cool_down=found.optional(11, fields.time),
        leads_out=_word(found, 12, "leave"),
        debounce=_or(found.optional(13, fields.time), 3),
    )
    found.end()
    return policy, rules


def _or(found: Optional[int], usual: int) -> int:
    return usual if found is None else found


def _word(found: fields.Map, label: int, word: str) -> bool:
    """Whether the word stands there. Another word is refused."""
    there = found.optional(label, fields.text)
    if there is not None and there != word:
        raise Malformed(f"{there} in place of {word}")
    return there is not None


def _once(item: Item, kind: Callable[[Item], str]) -> Tuple[str, ...]:
    """One to sixteen names, none of them twice."""
    names = tuple(kind(element) for element in fields.array(item))
    if not 1 <= len(names) <= MAX_NAMES:
        raise Malformed("no name, or more than sixteen")
    if len(set(names)) != len(names):
        raise Malformed("a name twice")
    return names


def _look_up(item: Item) -> Optional[LookUp]:
    if item.kind is Kind.BOOL and not item.value:
        return None
    max_age, grace = _of(item, 2)
    return LookUp(fields.time(max_age), fields.time(grace))


def _of(item: Item, count: int) -> Tuple[Item, ...]:
    elements = fields.array(item)
    if len(elements) != count:
        raise Malformed(f"not an array of {count}")
    return elements


def _place(item: Item) -> Tuple[str, str]:
    lane, zone = _of(item, 2)
    return fields.name(lane), fields.name(zone)


def _entries(item: Item) -> Tuple[Entry, ...]:
    try:
        entries = tuple(written.entry((), b"") for written in read_entries(item))
    except EntrySkipped as error:
        raise Malformed(f"an entry that does not count: {error}") from error
    if not 1 <= len(entries) <= MAX_NAMES:
        raise Malformed("no entry, or more than sixteen")
    require_distinct(entries)
    return entries


def _trust_list(item: Item) -> TrustListSource:
    name, lowest, roots, address = _of(item, 4)
    return TrustListSource(fields.name(name), fields.unsigned(lowest), read_roots(roots), fields.address(address))


def _relay(item: Item) -> Relay:
    address, key = _of(item, 2)
    if len(fields.byte_string(key)) != 32:
        raise Malformed("a key of a relay that has not 32 bytes")
    return Relay(fields.address(address), key.value)


def _settings(item: Item) -> Settings:
    window, skew, difference, cool_down, old_master = _of(item, 5)
    if fields.unsigned(skew) > 43_200:
        raise Malformed("a skew above 43,200")
    return Settings(
        fields.window(window), skew.value, fields.time(difference), fields.time(cool_down),
        None if old_master.kind is Kind.NULL else fields.time(old_master),
    )
