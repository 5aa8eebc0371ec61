"""Section 13.5: challenges, and the codes that show them to phones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Tuple

from . import fields
from .cbor import decode
from .policy import Challenge
from .refusal import ChallengeRefused, Malformed, Refused
from .text import MAX_TEXT_BYTES, base45

MAX_OPEN = 16
GATE_CODE_PREFIX = "LPC1:"

Answer = Tuple[bytes, Optional[int]]
"""Permit id and moment."""


def is_six_digits(nonce: bytes) -> bool:
    return len(nonce) == 6 and all(0x30 <= byte <= 0x39 for byte in nonce)


@dataclass(frozen=True)
class Answered:
    challenge: Challenge
    answer: Answer
    time: int


class Challenges:
    """Those of one gate, the oldest first."""

    def __init__(self, gate: str) -> None:
        self.gate = gate
        self.open: List[Challenge] = []
        self.answered: Optional[Answered] = None

    def ask(self, challenge: Challenge, now: int) -> None:
        if challenge.gate != self.gate:
            raise ChallengeRefused("for another gate")
        if now >= challenge.expires:
            raise ChallengeRefused("it has ended")
        # Those that have ended are open no longer; until now they were still found by their nonce.
        self.open = [other for other in self.open if now < other.expires]
        if any(other.nonce == challenge.nonce for other in self.open):
            raise ChallengeRefused("a nonce that is open")
        if is_six_digits(challenge.nonce):
            if challenge.expires - now > 30:
                raise ChallengeRefused("digits that live more than 30 seconds")
            if any(is_six_digits(other.nonce) for other in self.open):
                raise ChallengeRefused("other digits are open")
        elif len(challenge.nonce) < 16:
            raise ChallengeRefused("a nonce of less than 16 bytes")
        self.open = (self.open + [challenge])[-MAX_OPEN:]

    def choose(self, cnonce: Optional[bytes], now: int) -> Optional[Challenge]:
        """The challenge that a token is verified with."""
        known = self.open + ([self.answered.challenge] if self.answered else [])
        for challenge in known:
            if challenge.nonce == cnonce:
                return challenge
        live = [challenge for challenge in self.open if now < challenge.expires]
        return live[-1] if live else None

    def require_open(self, challenge: Challenge, answer: Answer, now: int, debounce: int) -> None:
        """After the verdict."""
        if challenge in self.open and now < challenge.expires:
            return
        # What is known and open no longer is the one that was answered last.
        last = self.answered
        if last and last.answer == answer and 0 <= now - last.time < debounce:
            raise Refused("already-accepted-here")
        raise Refused("challenge-unknown")

    def use_up(self, challenge: Challenge, answer: Answer, now: int) -> None:
        self.open.remove(challenge)
        self.answered = Answered(challenge, answer, now)


@dataclass(frozen=True)
class GateCode:
    gate: str
    nonce: Optional[bytes]
    expires: Optional[int]


def read_gate_code(text: str) -> GateCode:
    if len(text.encode("utf-8")) > MAX_TEXT_BYTES:
        raise Refused("too-long")
    if not text.startswith(GATE_CODE_PREFIX):
        raise Refused("not-ours")
    try:
        return _read_parts(base45(text[len(GATE_CODE_PREFIX):]))
    except Malformed as error:
        raise Refused("malformed", str(error)) from error


def _read_parts(data: bytes) -> GateCode:
    parts = fields.array(decode(data))
    if len(parts) not in (1, 3):
        raise Malformed("neither a gate nor a challenge")
    gate = fields.gate(parts[0])
    if len(parts) == 1:
        return GateCode(gate, None, None)
    return GateCode(gate, fields.nonce(parts[1]), fields.time(parts[2]))
