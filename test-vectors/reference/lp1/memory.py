"""Section 13.6: the state of a store, how it notices a loss, and which answers a gate takes."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Dict, Optional

from .fields import MAX_TIME, later
from .refusal import Refused
from .store import Claim, Judge, Record, Settings, Standing


@dataclass(frozen=True)
class Known:
    """What an answer says of the store."""

    store: bytes
    generation: int
    incarnation: str


@dataclass
class Witness:
    """What a gate knows of its store, and how many of its own admissions."""

    known: Optional[Known] = None
    admissions: int = 0

    def take(self, said: Known, admissions: int) -> None:
        """Old answers: one opens nothing and changes nothing."""
        known = self.known
        if known is not None:
            if said.generation < known.generation:
                raise Refused("store-unreachable", "an earlier generation")
            if said.generation == known.generation and said != known:
                raise Refused("store-unreachable", "another store or incarnation")
        self.known = said
        self.admissions = max(self.admissions, admissions)


@dataclass
class State:
    """What a store keeps beside its records."""

    store: bytes
    incarnation: str
    standing: Standing
    records: int = 0
    admissions: Dict[str, int] = field(default_factory=dict)

    def known(self) -> Known:
        return Known(self.store, self.standing.generation, self.incarnation)


@dataclass(frozen=True)
class Question:
    """What a gate sends. Without a claim it asks how the store is."""

    gate: str
    witness: Witness
    now: int
    claim: Optional[Claim]


@dataclass
class Answer:
    """What a store says. `known` is absent if it was said before the check. A refusal of the claim, if any."""

    loss: Optional[str]
    known: Optional[Known]
    admissions: int
    refusal: Optional[Refused]


@dataclass
class Server:
    """A store in a server, which has an incarnation."""

    settings: Settings
    has_clock: bool
    incarnation: str
    state: Optional[State]
    records: Dict[bytes, Record]

    def ask(self, question: Question, time: int, fresh: bytes) -> Answer:
        """The question of a gate, in one step. `time` is that of 13.2, `fresh` the id of a store without a state."""
        if 2 * abs(question.now - time) > self.settings.clock_difference:
            # Without a clock of the store's own, both are the same.
            return Answer(None, None, 0, Refused("clock-suspect", names=time))
        loss = self.loss(question)
        state = self.state if self.state is not None else State(fresh, self.incarnation, Standing())
        self.state = state
        own = max(state.admissions.get(question.gate, 0), question.witness.admissions)
        state.admissions[question.gate] = own
        if loss is not None:
            self.lose(state, question, time)
        refusal = None
        if question.claim is not None:
            try:
                self.admit(state, question, question.claim, time)
            except Refused as refused:
                refusal = refused
        return Answer(loss, state.known(), state.admissions[question.gate], refusal)

    def loss(self, question: Question) -> Optional[str]:
        """Check 3: the first line that fits."""
        state, known = self.state, question.witness.known
        if state is None:
            return "no-state"
        if known is not None and known.store != state.store:
            return "other-store"
        if state.incarnation != self.incarnation:
            return "other-incarnation"
        if known is not None:
            generation = state.standing.generation
            if known.generation > generation:
                return "old-generation"
            if known.generation == generation and known.incarnation != state.incarnation:
                return "old-generation"
            missing = state.admissions.get(question.gate, 0) < question.witness.admissions
            if known.generation == generation and missing:
                return "missing-admissions"
        if len(self.records) != state.records:
            return "other-records"
        return None

    def lose(self, state: State, question: Question, time: int) -> None:
        """Check 4."""
        standing, settings, known = state.standing, self.settings, question.witness.known
        standing.generation = max(standing.generation, known.generation if known is not None else 0) + 1
        state.incarnation = self.incarnation
        state.records = len(self.records)
        old_master = settings.old_master if settings.old_master is not None else MAX_TIME
        lost = later(max(time, question.now), old_master + self.wait())
        standing.lost = max(standing.lost, lost)
        standing.closed_until = max(standing.closed_until, later(time, old_master + settings.cool_down_limit()))

    def wait(self) -> int:
        """How long codes wait that may be lost, without an old master."""
        return self.settings.clock_difference + self.settings.largest_window // 2 + 1

    def admit(self, state: State, question: Question, claim: Claim, time: int) -> None:
        """Checks 6 and 7."""
        judge = Judge(self.settings, self.has_clock, state.standing, question.now, time)
        record = self.records.get(claim.permit_id, Record())
        judge.check(claim, record)
        if claim.permit_id not in self.records:
            state.records += 1
        self.records[claim.permit_id] = record
        judge.record(claim, record)
        state.admissions[question.gate] += 1

    def go_on(self, state: State, nothing_was_admitted: bool, now: int, time: int) -> None:
        """Going on: the two words of an operator."""
        state.standing.closed_until = 0
        old_master = self.settings.old_master if self.settings.old_master is not None else 0
        lost = 0 if nothing_was_admitted else later(max(time, now), old_master + self.wait())
        state.standing.lost = min(state.standing.lost, lost)

    def forget(self, state: State, time: int) -> None:
        judge = Judge(self.settings, self.has_clock, state.standing, time, time)
        state.records -= judge.forget(self.records)

    def copy_to(self, other: "Server") -> None:
        """State and records; the incarnation is the other server's."""
        other.state, other.records = deepcopy(self.state), deepcopy(self.records)
