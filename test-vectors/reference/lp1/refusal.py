"""Section 14: why something is refused."""

from __future__ import annotations

from typing import Optional

STAGES = {
    "structure": ("empty", "too-long", "not-ours", "other-version", "malformed", "unknown-type", "credential-alone"),
    "key": ("trust-list-expired", "unknown-key", "algorithm-mismatch"),
    "signature": (
        "bad-signature", "bad-device-key", "bad-device-signature", "issuer-mismatch", "class-not-granted",
        "use-not-granted", "key-not-yet-valid", "key-retired", "key-expired",
    ),
    "credential": ("not-yet-valid", "expired", "credential-too-old", "times-out-of-order"),
    "freshness": (
        "from-the-future", "stale", "wrong-audience", "challenge-missing", "challenge-unexpected",
        "challenge-mismatch", "challenge-expired", "challenge-not-supplied",
    ),
    "policy": ("form-not-accepted", "class-not-accepted", "acting-not-accepted"),
    "status": (
        "status-missing", "status-list-unknown", "status-list-expired", "status-list-too-old",
        "status-index-out-of-range", "revoked", "suspended", "status-not-valid",
    ),
    "admission": (
        "clock-below-floor", "clock-suspect", "challenge-unknown", "already-accepted-here", "already-used",
        "superseded", "cooling-down", "memory-ahead", "forgotten", "store-full", "store-unreachable",
    ),
}

STAGE_OF = {code: stage for stage, codes in STAGES.items() for code in codes}

LIST_CODES = (
    "list-too-long", "list-malformed", "list-unknown-type", "list-unknown-key", "list-algorithm-mismatch",
    "list-bad-signature", "list-use-not-granted", "list-key-not-current", "list-wrong-name", "list-from-the-future",
    "list-expired", "list-older", "list-reused", "list-compression", "list-too-large", "list-nothing-trusted",
)

SETUP_CODES = (
    "setup-not-ours", "setup-too-long", "setup-malformed", "setup-unknown-type", "setup-unknown-key",
    "setup-algorithm-mismatch", "setup-bad-signature", "setup-other-number", "setup-wrong-gate",
    "setup-from-the-future", "setup-older", "setup-reused",
)


class Malformed(Exception):
    """A rule of sections 2 to 7 that has no code of its own. Who reads a token makes it the code `malformed`, who reads
    a list `list-malformed`."""


class Refused(Exception):
    """Section 14.1: a token is refused, with a code and the stage at which it was given. `names` is the time that the
    answer of a store carries (section 13.2)."""

    def __init__(self, code: str, why: str = "", names: Optional[int] = None) -> None:
        super().__init__(why or code)
        self.code = code
        self.names = names
        self.stage = STAGE_OF[code]


class ListRefused(Exception):
    """Section 14.2: a list is not taken in."""

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(why or code)
        if code not in LIST_CODES:
            raise ValueError(f"no such code: {code}")
        self.code = code


class SetupRefused(Exception):
    """Section 14.3: a setup is not accepted."""

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(why or code)
        if code not in SETUP_CODES:
            raise ValueError(f"no such code: {code}")
        self.code = code


class EntrySkipped(Exception):
    """Section 9.2: an entry of a trust list that does not count, while the others do."""


class ChallengeRefused(Exception):
    """Section 13.5: a gate does not open this challenge."""


class BadKey(Exception):
    """Section 7: a key that has the right form but is not good."""


class BadSignature(Exception):
    """Section 8: a signature that does not verify."""


class ConfigurationError(Exception):
    """Section 10: a policy or a trust entry that breaks its rules. Nothing is verified with it."""
