"""Sections 13, 13.2 and 13.3: the settings of a store, used codes, and the cool-down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Optional, Tuple

from .fields import MAX_TIME, later
from .refusal import Refused

Place = Tuple[str, str]
"""Gate and lane."""


@dataclass(frozen=True)
class Settings:
    """The same for all gates that share a store."""

    largest_window: int
    largest_skew: int
    clock_difference: int
    longest_cool_down: int
    old_master: Optional[int]
    """None: unbounded."""

    def cool_down_limit(self) -> int:
        """C."""
        return max(self.longest_cool_down, self.largest_window + self.largest_skew)


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


@dataclass(frozen=True)
class CoolDown:
    """What a zone has of a permit: until when, by which clock."""

    until: int
    gate: str
    generation: int


@dataclass
class Record:
    """What is known of one permit."""

    newest: Optional[Showing] = None
    slip: Optional[Admission] = None
    cool_downs: Dict[str, CoolDown] = field(default_factory=dict)


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


@dataclass
class Standing:
    """How far a store can trust its memory."""

    generation: int = 0
    forgotten: int = 0
    lost: int = 0
    closed_until: int = 0

    def remembers_from(self) -> int:
        return max(self.forgotten, self.lost)


@dataclass(frozen=True)
class Judge:
    """The rule of 13.2 and 13.3, for one question: `time` is by the clock that counts cool-downs."""

    settings: Settings
    has_clock: bool
    standing: Standing
    now: int
    time: int

    def by_gates_clock(self, time: int) -> int:
        return later(self.now, time - self.time)

    def check(self, claim: Claim, record: Record) -> None:
        """The table of section 13.2: the first line that fits."""
        self.check_memory(claim)
        if claim.moment is None:
            if record.slip is not None and is_reread(claim, record.slip, self.now):
                raise Refused("already-accepted-here", names=record.slip.time)
        elif record.newest is not None:
            self.check_moment(claim, claim.moment, record.newest)
        entry = record.cool_downs.get(claim.zone)
        if claim.enters and entry is not None:
            end = self.end_of(entry, claim.place[0])
            if self.time < end:
                raise Refused("cooling-down", names=self.by_gates_clock(end))

    def check_memory(self, claim: Claim) -> None:
        remembers_from = self.standing.remembers_from() if claim.moment is not None else 0
        closed = claim.enters and self.time < self.standing.closed_until
        opens = self.by_gates_clock(self.standing.closed_until) if closed else 0
        if closed or (claim.moment is not None and claim.moment < remembers_from):
            raise Refused("forgotten", "what was lost looks the same as what never was", max(remembers_from, opens))

    def check_moment(self, claim: Claim, moment: int, newest: Showing) -> None:
        if moment == newest.moment and is_reread(claim, newest.admission, self.now):
            raise Refused("already-accepted-here", names=newest.admission.time)
        if moment == newest.moment:
            raise Refused("already-used", names=newest.admission.time)
        if moment < newest.moment:
            raise Refused("superseded", names=newest.moment)

    def end_of(self, entry: CoolDown, gate: str) -> int:
        """Another clock than the one that counts now may have set it."""
        same_clock = entry.generation == self.standing.generation and (self.has_clock or entry.gate == gate)
        return entry.until if same_clock else later(entry.until, self.settings.clock_difference)

    def record(self, claim: Claim, record: Record) -> None:
        """An admission."""
        admission = Admission(self.now, claim.place)
        if claim.moment is None:
            record.slip = admission
        else:
            record.newest = Showing(claim.moment, admission)
        record.cool_downs = {
            zone: entry
            for zone, entry in record.cool_downs.items()
            if zone != claim.zone and entry.until > self.cutoff()
        }
        if claim.enters and claim.cool_down > 0:
            until = later(self.time, claim.cool_down)
            record.cool_downs[claim.zone] = CoolDown(until, claim.place[0], self.standing.generation)

    def cutoff(self) -> int:
        return max(self.time - self.settings.clock_difference, 0)

    def can_be_forgotten(self, record: Record) -> bool:
        ends = [entry.until for entry in record.cool_downs.values()]
        if record.newest is not None:
            if record.newest.moment == MAX_TIME:
                return False
            ends.append(later(record.newest.moment, self.settings.largest_window))
        if record.slip is not None:
            ends.append(later(record.slip.time, self.settings.largest_window))
        return all(end <= self.cutoff() for end in ends)

    def forget(self, records: Dict[bytes, Record]) -> int:
        """Forgets what can be forgotten; how many records that were."""
        over = [permit_id for permit_id, record in records.items() if self.can_be_forgotten(record)]
        for permit_id in over:
            newest = records.pop(permit_id).newest
            if newest is not None:
                self.standing.forgotten = max(self.standing.forgotten, newest.moment + 1)
        return len(over)


class Store:
    """Used codes of all gates that share it, in memory: it has no clock and no state. `capacity` is the number of
    permits it has room for."""

    def __init__(self, settings: Settings, capacity: int, lost_at: Optional[int]) -> None:
        self.settings = settings
        self.capacity = capacity
        self.records: Dict[bytes, Record] = {}
        self.standing = Standing()
        if lost_at is not None:
            # Section 13.6: a store without a state.
            self.standing.lost = later(lost_at, settings.largest_window // 2 + 1)
            self.standing.closed_until = later(lost_at, settings.cool_down_limit())

    def admit(self, claim: Claim, now: int) -> None:
        """Answers, and records in the same step what it admits."""
        judge = Judge(self.settings, False, self.standing, now, now)
        record = self.records.get(claim.permit_id, Record())
        judge.check(claim, record)
        if claim.permit_id not in self.records:
            self.make_room(judge)
            # Forgetting can have made the moment one that cannot be judged.
            judge.check(claim, record)
            if len(self.records) >= self.capacity:
                raise Refused("store-full")
        self.records[claim.permit_id] = record
        judge.record(claim, record)

    def make_room(self, judge: Judge) -> None:
        if len(self.records) >= self.capacity:
            judge.forget(self.records)


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


def together_of(signed_window: Optional[int], window: int, settings: Settings) -> int:
    """Section 13.3: how long several codes of one phone are live at once. A slip has no signed window."""
    if signed_window is None:
        return min(SLIP_TOGETHER, settings.cool_down_limit())
    return max(min(signed_window, settings.largest_window), window) + settings.largest_skew
