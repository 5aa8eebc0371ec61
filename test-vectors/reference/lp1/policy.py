"""Section 10: the policy, what a verifier holds, and the context of one verification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from . import fields
from .cbor import Item, Kind
from .refusal import ConfigurationError, EntrySkipped, Malformed
from .status import StatusList
from .trust import Entry, require_allowed, require_distinct


@dataclass(frozen=True)
class LookUp:
    """Withdrawn permits are looked up: `required`."""

    max_age: int
    grace: int


@dataclass(frozen=True)
class Policy:
    gate: str
    own_name_only: bool
    classes: Tuple[str, ...]
    forms: Tuple[str, ...]
    challenge_required: bool
    window: int
    skew: int
    max_credential_age: int
    acting_accepted: bool
    look_up: Optional[LookUp]
    exempt_classes: Tuple[str, ...]

    def __post_init__(self) -> None:
        _require_kind(fields.gate, self.gate)
        for permit_class in self.classes + self.exempt_classes:
            _require_kind(fields.permit_class, permit_class)
        if not self.classes:
            raise ConfigurationError("no class")
        if not self.forms or any(form not in ("pass", "presentation", "slip") for form in self.forms):
            raise ConfigurationError("no form, or an unknown one")
        if self.challenge_required and "presentation" not in self.forms:
            raise ConfigurationError("a challenge that no form accepted can answer")
        if not 1 <= self.window <= fields.MAX_WINDOW:
            raise ConfigurationError("window")
        if not 0 <= self.skew <= 43_200:
            raise ConfigurationError("skew")
        if self.max_credential_age < 1:
            raise ConfigurationError("maximal credential age")


@dataclass(frozen=True)
class Challenge:
    """What a gate asked: to be answered before `expires`."""

    gate: str
    nonce: bytes
    expires: int


class Verifier:
    """A policy, trust entries, and the status lists that were taken in."""

    def __init__(
        self,
        policy: Policy,
        entries: Sequence[Entry],
        trust_list_expires: Optional[int],
        status_lists: Sequence[StatusList],
    ) -> None:
        require_trust(entries)
        self.policy = policy
        self.entries = tuple(entries)
        self.trust_list_expires = trust_list_expires
        self.status_lists: Dict[Tuple[str, str], StatusList] = {}
        for status_list in status_lists:
            name = (status_list.issuer, status_list.uri)
            known = self.status_lists.get(name)
            if known is None or status_list.issued_at >= known.issued_at:
                self.status_lists[name] = status_list


def require_trust(entries: Sequence[Entry]) -> None:
    """Section 9.1, for entries that are handed over as they are."""
    try:
        for entry in entries:
            require_allowed(entry)
        require_distinct(entries)
    except (EntrySkipped, Malformed) as error:
        raise ConfigurationError(str(error)) from error


def require_place(names: Sequence[str]) -> None:
    """Section 13: gate, lane and zone are names."""
    for name in names:
        _require_kind(fields.name, name)


def _require_kind(kind: Callable[[Item], str], value: str) -> None:
    try:
        kind(Item(Kind.TEXT, value, b""))
    except Malformed as error:
        raise ConfigurationError(str(error)) from error


def list_of_cautions(present: Sequence[str]) -> List[str]:
    """Section 12: in the order of its table."""
    order = ("revocation-not-checked", "status-old", "printed", "acting", "replay-not-checked", "clock-jumped")
    return [caution for caution in order if caution in present]
