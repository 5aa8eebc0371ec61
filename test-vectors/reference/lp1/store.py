"""Sections 13.2 and 13.3: used codes, and the cool-down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Optional, Tuple

from .refusal import Refused

Place = Tuple[str, str]
"""Gate and lane."""


@dataclass(frozen=True)
class Admission:
    """When and where."""

    time: int
    place: Place


@dataclass(frozen=True)
class Showing:
    """The newest moment that was admitted."""

    moment: int
    admission: Admission


@dataclass
class Record:
    """What is known of one permit."""

    newest: Optional[Showing] = None
    slip: Optional[Admission] = None
    free_from: Dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """One showing: what it is of, where, and what follows if it is admitted. A slip has no moment."""

    permit_id: bytes
    moment: Optional[int]
    place: Place
    zone: str
    enters: bool
    debounce: int
    cool_down: int


class Store:
    """Used codes of all gates that share it. `capacity` is the number of permits it has room for."""

    def __init__(self, largest_window: int, clock_difference: int, capacity: int, lost_at: Optional[int]) -> None:
        self.largest_window = largest_window
        self.clock_difference = clock_difference
        self.capacity = capacity
        self.records: Dict[bytes, Record] = {}
        self.remembers_from = 0 if lost_at is None else lost_at + largest_window // 2 + 1

    def admit(self, claim: Claim, now: int) -> None:
        """Answers, and records in the same step what it admits."""
        record = self.records.get(claim.permit_id, Record())
        self.check(claim, record, now)
        if claim.permit_id not in self.records:
            self.make_room(now)
            # Forgetting can have made the moment one that cannot be judged.
            self.check(claim, record, now)
        self.records[claim.permit_id] = record
        admission = Admission(now, claim.place)
        if claim.moment is None:
            record.slip = admission
        else:
            record.newest = Showing(claim.moment, admission)
        cutoff = now - self.clock_difference
        record.free_from = {zone: time for zone, time in record.free_from.items() if time > cutoff}
        if not claim.enters:
            record.free_from.pop(claim.zone, None)
        elif claim.cool_down > 0:
            record.free_from[claim.zone] = now + claim.cool_down

    def check(self, claim: Claim, record: Record, now: int) -> None:
        """The table of section 13.2: the first line that fits."""
        if claim.moment is None:
            if record.slip is not None and is_reread(claim, record.slip, now):
                raise Refused("already-accepted-here")
        else:
            self.check_moment(claim, claim.moment, record, now)
        if claim.enters and now < record.free_from.get(claim.zone, 0):
            raise Refused("cooling-down")

    def check_moment(self, claim: Claim, moment: int, record: Record, now: int) -> None:
        if moment < self.remembers_from:
            raise Refused("forgotten", "a forgotten code looks the same as a code that was never seen")
        newest = record.newest
        if newest is None:
            return
        if moment == newest.moment and is_reread(claim, newest.admission, now):
            raise Refused("already-accepted-here")
        if moment == newest.moment:
            raise Refused("already-used")
        if moment < newest.moment:
            raise Refused("superseded")

    def make_room(self, now: int) -> None:
        if len(self.records) < self.capacity:
            return
        cutoff = now - self.clock_difference
        for permit_id, record in list(self.records.items()):
            if self.can_be_forgotten(record, cutoff):
                if record.newest is not None:
                    self.remembers_from = max(self.remembers_from, record.newest.moment + 1)
                del self.records[permit_id]
        if len(self.records) >= self.capacity:
            raise Refused("store-full")

    def can_be_forgotten(self, record: Record, cutoff: int) -> bool:
        ends = list(record.free_from.values())
        if record.newest is not None:
            ends.append(record.newest.moment + self.largest_window)
        if record.slip is not None:
            ends.append(record.slip.time + self.largest_window)
        return all(end <= cutoff for end in ends)


def is_reread(claim: Claim, admission: Admission, now: int) -> bool:
    return claim.place == admission.place and now >= admission.time and now - admission.time < claim.debounce


SLIP_TOGETHER = 30


def cool_down_of(setting: object, together: int) -> int:
    """Section 13.3. The setting is `window`, `none`, or a number of seconds."""
    if setting == "none":
        return 0
    if isinstance(setting, int):
        return max(setting, together)
    return together


def together_of(signed_window: Optional[int], largest_window: int, window: int, skew: int) -> int:
    """Section 13.3: how long several codes of one phone are live at once. A slip has no signed window."""
    if signed_window is None:
        return SLIP_TOGETHER
    return max(min(signed_window, largest_window), window) + skew
