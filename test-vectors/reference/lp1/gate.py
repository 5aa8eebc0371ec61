"""Section 13.1: admission, in its order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Union

from .challenges import Challenges
from .clock import OF_TIME, Clock
from .fields import later
from .policy import Challenge, Verifier, list_of_cautions, require_place
from .refusal import ConfigurationError, Refused
from .store import Claim, Settings, Store, cool_down_of, together_of
from .token import SLIP, Presentation, Token
from .verify import Verdict, issued_at_of, judge, permit_id_of, read


@dataclass(frozen=True)
class AdmissionPolicy:
    debounce: int
    cool_down: Union[str, int]
    admit_without_store: bool
    enters: bool
    clock_jump: int


@dataclass(frozen=True)
class Admitted:
    verdict: Verdict
    cautions: List[str]


def require_within(verifier: Verifier, policy: AdmissionPolicy, settings: Settings) -> None:
    """Section 13: what a store reckons with. A longer window is allowed here."""
    if verifier.policy.skew > settings.largest_skew:
        raise ConfigurationError("skew")
    if isinstance(policy.cool_down, int) and policy.cool_down > settings.cool_down_limit():
        raise ConfigurationError("cool-down")


class Gate:
    def __init__(
        self,
        verifier: Verifier,
        store: Store,
        place: "tuple[str, str, str]",
        policy: AdmissionPolicy,
        floor: int,
        last_admission: Optional[int],
    ) -> None:
        require_place(place)
        require_within(verifier, policy, store.settings)
        self.verifier = verifier
        self.store = store
        self.gate, self.lane, self.zone = place
        self.policy = policy
        self.clock = Clock(floor, last_admission, policy.clock_jump)
        self.challenges = Challenges(verifier.policy.gate)

    def ask(self, challenge: Challenge, now: int) -> None:
        self.challenges.ask(challenge, now)

    def admit(self, shown: Union[str, bytes], now: int, store_reachable: bool = True) -> Admitted:
        policy = self.verifier.policy
        self.clock.check_floor(now, policy.skew)
        challenge, verdict = self.verify(shown, now)
        answer = (verdict.permit_id, verdict.moment)
        answered = challenge if verdict.challenge_answered else None
        if answered is not None:
            self.challenges.require_open(answered, answer, now, self.policy.debounce)
        if verdict.moment is not None and verdict.moment > now + self.store.settings.largest_window // 2:
            raise Refused("from-the-future")
        cautions = list(verdict.cautions)
        if store_reachable:
            self.ask_store(verdict, now)
        elif self.policy.admit_without_store:
            cautions.append("replay-not-checked")
        else:
            raise Refused("store-unreachable")
        if answered is not None:
            self.challenges.use_up(answered, answer, now)
        if self.clock.admitted(now):
            cautions.append("clock-jumped")
        return Admitted(verdict, list_of_cautions(cautions))

    def ask_store(self, verdict: Verdict, now: int) -> None:
        """Section 13.2, "A time to come": a time that no right clock has given is the gate's own fault."""
        settings = self.store.settings
        most = {"superseded": settings.largest_window, "cooling-down": settings.cool_down_limit()}
        try:
            self.store.admit(self.claim(verdict), now)
        except Refused as refused:
            if refused.code in most and refused.names > later(now, most[refused.code] + 2 * settings.clock_difference):
                raise Refused("memory-ahead", names=refused.names) from None
            raise

    def verify(self, shown: Union[str, bytes], now: int) -> "tuple[Optional[Challenge], Verdict]":
        """Check 2: stages 1 to 7, with the challenge that the token answers."""
        token = read(shown)
        required = self.verifier.policy.challenge_required
        cnonce = token.cnonce if isinstance(token, Presentation) else None
        challenge = self.challenges.choose(cnonce, now) if required else None
        try:
            verdict = judge(self.verifier, token, now, challenge, lambda signed: self.note(signed, now))
        except Refused as refusal:
            if refusal.code in OF_TIME and self.clock.is_suspect(self.verifier.policy):
                raise Refused("clock-suspect", refusal.code) from refusal
            if refusal.code == "challenge-not-supplied":
                raise Refused("challenge-unknown") from refusal
            raise
        return challenge, verdict

    def note(self, token: Token, now: int) -> None:
        if isinstance(token, Presentation) or token.form != SLIP:
            self.clock.note(permit_id_of(token), issued_at_of(token) - now)

    def claim(self, verdict: Verdict) -> Claim:
        """Sections 12 and 13.3."""
        signed_window = None if verdict.form == SLIP else verdict.permit.window
        together = together_of(signed_window, verdict.window, self.store.settings)
        return Claim(
            permit_id=verdict.permit_id,
            moment=verdict.moment,
            place=(self.gate, self.lane),
            zone=self.zone,
            enters=self.policy.enters,
            debounce=self.policy.debounce,
            cool_down=cool_down_of(self.policy.cool_down, together),
        )
