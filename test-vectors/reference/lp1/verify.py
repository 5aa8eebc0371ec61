"""Section 11, stages 1 to 7, and section 12."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Callable, List, Optional, Union

from .cbor import encode
from .fields import later
from .keys import PublicKey
from .policy import Challenge, Policy, Verifier, list_of_cautions
from .refusal import BadKey, BadSignature, Malformed, Refused
from .text import MAX_TOKEN_BYTES, token_of_text
from .token import ANYONE, PASS, PRESENTATION, SLIP, Permit, Presentation, Token, read_token
from .trust import Entry


@dataclass(frozen=True)
class Verdict:
    """What an accepted token says. `permit` is the pass, slip or credential."""

    form: str
    permit: Permit
    audience: Optional[str]
    challenge_answered: bool
    issued_at: int
    live_until: int
    window: int
    cautions: List[str]
    permit_id: bytes
    moment: Optional[int]
    keep_until: int


@dataclass(frozen=True)
class Times:
    """Section 11, stage 5."""

    window: int
    skew: int
    live_until: int


def permit_of(token: Token) -> Permit:
    return token.credential if isinstance(token, Presentation) else token


def form_of(token: Token) -> str:
    return PRESENTATION if isinstance(token, Presentation) else token.form


def issued_at_of(token: Token) -> int:
    return token.issued_at if isinstance(token, Presentation) else token.dated


def permit_id_of(token: Token) -> bytes:
    """Section 12."""
    permit = permit_of(token)
    return hashlib.sha256(encode([permit.issuer, permit.subject, permit.permit_class])).digest()


def read(shown: Union[str, bytes]) -> Token:
    """Stage 1, structure."""
    try:
        data = token_of_text(shown) if isinstance(shown, str) else shown
        if not data:
            raise Refused("empty")
        if len(data) > MAX_TOKEN_BYTES:
            raise Refused("too-long")
        return read_token(data)
    except Malformed as error:
        raise Refused("malformed", str(error)) from error


def verify(verifier: Verifier, shown: Union[str, bytes], now: int, challenge: Optional[Challenge]) -> Verdict:
    return judge(verifier, read(shown), now, challenge)


def judge(
    verifier: Verifier,
    token: Token,
    now: int,
    challenge: Optional[Challenge],
    signed: Callable[[Token], None] = lambda token: None,
) -> Verdict:
    """Stages 2 to 7. `signed` is told of a token whose signatures are good, whatever comes after (section 13.4)."""
    candidates = find_key(verifier, token, now)
    entry = check_signatures(candidates, token)
    signed(token)
    check_authority(entry, permit_of(token), now)
    check_credential(verifier.policy, token, now)
    times = check_freshness(verifier.policy, token, now, challenge)
    check_policy(verifier.policy, token)
    cautions = check_status(verifier, token, now)
    return conclude(verifier.policy, token, times, challenge, cautions)


def find_key(verifier: Verifier, token: Token, now: int) -> List[Entry]:
    """Stage 2, key."""
    permit = permit_of(token)
    if verifier.trust_list_expires is not None and now >= verifier.trust_list_expires:
        raise Refused("trust-list-expired")
    same = [entry for entry in verifier.entries if entry.key_id == permit.kid]
    if not same:
        raise Refused("unknown-key")
    candidates = [entry for entry in same if entry.algorithm == permit.alg]
    if not candidates:
        raise Refused("algorithm-mismatch")
    if isinstance(token, Presentation):
        if token.alg != device_key_of(token).algorithm:
            raise Refused("algorithm-mismatch", "of the device key")
    return candidates


def device_key_of(presentation: Presentation) -> PublicKey:
    key = presentation.credential.device_key
    assert key is not None, "a credential without device key is malformed"
    return key


def check_signatures(candidates: List[Entry], token: Token) -> Entry:
    """Stage 3, checks 1 and 2."""
    entry = check_issuer_signature(candidates, permit_of(token))
    if isinstance(token, Presentation):
        check_device_signature(token)
    return entry


def check_issuer_signature(candidates: List[Entry], permit: Permit) -> Entry:
    for entry in candidates:
        try:
            entry.key.verify(permit.envelope.signature, permit.envelope.signed())
            return entry
        except BadSignature:
            continue
    raise Refused("bad-signature")


def check_device_signature(presentation: Presentation) -> None:
    key = device_key_of(presentation)
    try:
        key.require_good()
    except BadKey as error:
        raise Refused("bad-device-key", str(error)) from error
    try:
        key.verify(presentation.envelope.signature, presentation.envelope.signed())
    except BadSignature as error:
        raise Refused("bad-device-signature", str(error)) from error


def check_authority(entry: Entry, permit: Permit, now: int) -> None:
    """Stage 3, checks 3 to 8."""
    if permit.issuer != entry.issuer:
        raise Refused("issuer-mismatch")
    if permit.permit_class not in entry.classes:
        raise Refused("class-not-granted")
    if permit.form not in entry.uses:
        raise Refused("use-not-granted")
    if permit.dated < entry.not_before:
        raise Refused("key-not-yet-valid")
    if permit.dated >= entry.sign_until:
        raise Refused("key-retired")
    if now >= entry.expires:
        raise Refused("key-expired")


def check_credential(policy: Policy, token: Token, now: int) -> None:
    """Stage 4, credential."""
    permit = permit_of(token)
    if permit.form == PASS:
        return
    if now < permit.dated:
        raise Refused("not-yet-valid")
    if now >= permit.expires:
        raise Refused("expired")
    if isinstance(token, Presentation):
        if now - permit.dated > policy.max_credential_age:
            raise Refused("credential-too-old")
        if token.issued_at < permit.dated:
            raise Refused("times-out-of-order", "dated before the credential")
        if token.issued_at >= permit.expires:
            raise Refused("times-out-of-order", "dated after the credential")


def times_of(policy: Policy, token: Token) -> Times:
    permit = permit_of(token)
    if permit.form == SLIP:
        return Times(permit.window, policy.skew, permit.expires)
    window = min(permit.window, policy.window)
    skew = min(policy.skew, window // 2)
    return Times(window, skew, min(later(issued_at_of(token), window), permit.expires))


def check_freshness(policy: Policy, token: Token, now: int, challenge: Optional[Challenge]) -> Times:
    """Stage 5, freshness."""
    times = times_of(policy, token)
    if form_of(token) == SLIP:
        return times
    if issued_at_of(token) > later(now, times.skew):
        raise Refused("from-the-future")
    if now >= times.live_until:
        raise Refused("stale")
    audience = audience_of(token)
    if audience is None and policy.own_name_only:
        raise Refused("wrong-audience", "for anyone")
    if audience is not None and audience != policy.gate:
        raise Refused("wrong-audience", "for another gate")
    check_challenge(policy, token, now, challenge)
    return times


def audience_of(token: Token) -> Optional[str]:
    """The name the token is for, or none if it is for anyone."""
    return None if token.audience == ANYONE else token.audience


def check_challenge(policy: Policy, token: Token, now: int, challenge: Optional[Challenge]) -> None:
    """Stage 5, check 4."""
    cnonce = token.cnonce if isinstance(token, Presentation) else None
    if challenge is None:
        if policy.challenge_required:
            raise Refused("challenge-not-supplied")
        if cnonce is not None:
            raise Refused("challenge-unexpected")
        return
    if challenge.gate != policy.gate:
        raise Refused("challenge-not-supplied", "the challenge is of another gate")
    if cnonce is None:
        raise Refused("challenge-missing")
    if audience_of(token) is None:
        raise Refused("wrong-audience", "an answer for anyone")
    if cnonce != challenge.nonce:
        raise Refused("challenge-mismatch")
    if now >= challenge.expires:
        raise Refused("challenge-expired")


def check_policy(policy: Policy, token: Token) -> None:
    """Stage 6, policy."""
    if form_of(token) not in policy.forms:
        raise Refused("form-not-accepted")
    if permit_of(token).permit_class not in policy.classes:
        raise Refused("class-not-accepted")
    if permit_of(token).acting is not None and not policy.acting_accepted:
        raise Refused("acting-not-accepted")


def check_status(verifier: Verifier, token: Token, now: int) -> List[str]:
    """Stage 7, status: the cautions that come of it."""
    look_up = verifier.policy.look_up
    if look_up is None:
        return ["revocation-not-checked"]
    permit = permit_of(token)
    if permit.status is None:
        if permit.form == PASS or permit.permit_class in verifier.policy.exempt_classes:
            return []
        raise Refused("status-missing")
    status_list = verifier.status_lists.get((permit.issuer, permit.status.uri))
    if status_list is None:
        raise Refused("status-list-unknown")
    too_old_from = later(status_list.issued_at, look_up.max_age)
    ends = status_list.expires is not None and status_list.expires <= too_old_from
    deadline = min(too_old_from, status_list.expires) if status_list.expires is not None else too_old_from
    if now >= later(deadline, look_up.grace):
        raise Refused("status-list-expired" if ends else "status-list-too-old")
    if permit.status.index >= status_list.entries():
        raise Refused("status-index-out-of-range")
    value = status_list.value(permit.status.index)
    if value == 1:
        raise Refused("revoked")
    if value == 2:
        raise Refused("suspended")
    if value != 0:
        raise Refused("status-not-valid")
    return ["status-old"] if now >= deadline else []


def conclude(
    policy: Policy, token: Token, times: Times, challenge: Optional[Challenge], cautions: List[str]
) -> Verdict:
    """Section 12."""
    permit = permit_of(token)
    slip = permit.form == SLIP
    if slip:
        cautions = cautions + ["printed"]
    if permit.acting is not None:
        cautions = cautions + ["acting"]
    return Verdict(
        form=form_of(token),
        permit=permit,
        audience=audience_of(token),
        challenge_answered=challenge is not None and not slip,
        issued_at=issued_at_of(token),
        live_until=times.live_until,
        window=times.window,
        cautions=list_of_cautions(cautions),
        permit_id=permit_id_of(token),
        moment=None if slip else issued_at_of(token),
        keep_until=later(times.live_until, 2 * policy.skew),
    )
