"""Section 13.4: the clock of a gate."""

from __future__ import annotations

from typing import Dict, Optional

from .fields import later
from .policy import Policy
from .refusal import Refused

READINGS = 9
AGREEING = 5
NEAR = 15

OF_TIME = ("stale", "from-the-future", "not-yet-valid", "expired", "credential-too-old", "key-expired")


class Clock:
    def __init__(self, floor: int, last_seen: Optional[int], jump: int) -> None:
        self.floor = floor
        self.last_seen = last_seen
        self.jump = jump
        self.jumped = False
        self.readings: Dict[bytes, int] = {}

    def see(self, now: int, skew: int) -> None:
        """Floor and jump: every call begins here."""
        if later(now, skew) < self.floor:
            raise Refused("clock-below-floor")
        if self.last_seen is not None and now - self.last_seen > self.jump:
            self.jumped = True
        self.last_seen = now if self.last_seen is None else max(self.last_seen, now)

    def take_jump(self) -> bool:
        """Whether the clock jumped since the admission before; once."""
        jumped, self.jumped = self.jumped, False
        return jumped

    def note(self, permit_id: bytes, offset: int) -> None:
        """One reading for each permit, its last; the last nine permits."""
        self.readings.pop(permit_id, None)
        self.readings[permit_id] = offset
        if len(self.readings) > READINGS:
            del self.readings[next(iter(self.readings))]

    def is_suspect(self, policy: Policy) -> bool:
        offsets = sorted(self.readings.values())
        if not offsets:
            return False
        median = offsets[len(offsets) // 2]
        near = [offset for offset in offsets if abs(offset - median) <= NEAR]
        return len(near) >= AGREEING and (median < -policy.window or median > policy.skew)
