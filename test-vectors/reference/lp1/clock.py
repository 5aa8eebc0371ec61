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
    def __init__(self, floor: int, last_admission: Optional[int], jump: int) -> None:
        self.floor = floor
        self.last_admission = last_admission
        self.jump = jump
        self.readings: Dict[bytes, int] = {}

    def check_floor(self, now: int, skew: int) -> None:
        """The floor: every call begins here."""
        if later(now, skew) < self.floor:
            raise Refused("clock-below-floor")

    def admitted(self, now: int) -> bool:
        """Notes an admission; whether the clock jumped since the one before."""
        before = self.last_admission
        self.last_admission = now if before is None else max(before, now)
        return before is not None and now - before > self.jump

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
