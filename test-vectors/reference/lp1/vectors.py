"""Test vectors: what each test hands over, and what this verifier makes of it, in the shape in which the files expect it.
Every outcome is a dict that has to be equal to the expected one, so that a property too many is a difference too."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from .cbor import decode
from .challenges import read_gate_code
from .gate import AdmissionPolicy, Gate
from .keys import ED25519, EDDSA, Ed25519Key, PublicKey, cose_key, default_key_id
from .memory import Answer, Known, Question, Server, State, Witness
from .policy import Challenge, LookUp, Policy, Verifier, require_trust
from .refusal import BadKey, ChallengeRefused, ListRefused, Malformed, Refused, SetupRefused
from .setups import Setup, accept_setup, check_number, read_setup, setup_of_text
from .status import StatusList, accept_status_list
from .store import Admission, Claim, CoolDown, Record, Settings, Showing, Standing, Store
from .trust import Entry, TrustAnchor, TrustList, TrustState, accept_trust_list
from .verify import Verdict, verify

Json = Dict[str, Any]
Outcomes = List[Tuple[str, Any, Any]]
"""What was looked at, expected, got."""

ALGORITHMS = {"Ed25519": ED25519, "EdDSA": EDDSA}
NAMES_OF_ALGORITHMS = {number: name for name, number in ALGORITHMS.items()}


class VectorError(Exception):
    """A group that contradicts itself, so that its tests say nothing."""


def key_of(cose: str) -> PublicKey:
    key = cose_key(decode(bytes.fromhex(cose)))
    key.require_good()
    return key


def issuer_key_of(cose: str) -> Ed25519Key:
    key = key_of(cose)
    if not isinstance(key, Ed25519Key):
        raise VectorError("a key of an issuer that is not Ed25519")
    return key


def entry_of(trusted: Json) -> Entry:
    return Entry(
        issuer_key_of(trusted["key"]), bytes.fromhex(trusted["keyId"]), ALGORITHMS[trusted["algorithm"]],
        trusted["issuer"], tuple(trusted["uses"]), tuple(trusted["classes"]), trusted["notBefore"],
        trusted["signUntil"], trusted["expires"],
    )


def trust_of(group: Json) -> Tuple[Entry, ...]:
    entries = tuple(entry_of(trusted) for trusted in group["trust"])
    require_trust(entries)
    return entries


def policy_of(policy: Json) -> Policy:
    revocation = policy["revocation"]
    return Policy(
        gate=policy["gate"],
        own_name_only={"own": True, "own-or-any": False}[policy["audience"]],
        classes=tuple(policy["classes"]),
        forms=tuple(policy["forms"]),
        challenge_required={"required": True, "not-used": False}[policy["challenge"]],
        window=policy["window"],
        skew=policy["skew"],
        max_credential_age=policy["maxCredentialAge"],
        acting_accepted={"accepted": True, "refused": False}[policy["acting"]],
        look_up=None if revocation == "not-checked" else LookUp(revocation["maxAge"], revocation["grace"]),
        exempt_classes=tuple(policy.get("statusExempt", ())),
    )


def challenge_of(challenge: Json) -> Challenge:
    return Challenge(challenge["gate"], bytes.fromhex(challenge["nonce"]), challenge["expires"])


def verifier_of(group: Json) -> Tuple[Verifier, List[int]]:
    """The verifier of a group, and the dates of its lists."""
    policy, entries = policy_of(group["policy"]), trust_of(group)
    dates: List[int] = []
    expires: Optional[int] = None
    if "trustList" in group:
        signed = group["trustList"]
        anchor = TrustAnchor(signed["name"], (issuer_key_of(signed["root"]),), 0)
        trust_list = accept_trust_list(anchor, None, bytes.fromhex(signed["list"]), signed["accepted"], policy.skew)
        if trust_list.entries != entries or trust_list.expires != signed["expires"]:
            raise VectorError("the trust list says something else than the group")
        expires = trust_list.expires
        dates.append(trust_list.issued_at)
    status_lists = [
        accept_status_list(entries, [], bytes.fromhex(held["list"]), held["accepted"], policy.skew)
        for held in group.get("statusLists", ())
    ]
    dates += [status_list.issued_at for status_list in status_lists]
    return Verifier(policy, entries, expires, status_lists), dates


def verdict_json(verdict: Verdict) -> Json:
    permit = verdict.permit
    said: Json = {
        "form": verdict.form,
        "issuer": permit.issuer,
        "subject": permit.subject,
        "class": permit.permit_class,
        "keyId": permit.kid.hex(),
        "challengeAnswered": verdict.challenge_answered,
        "issuedAt": verdict.issued_at,
        "liveUntil": verdict.live_until,
        "window": verdict.window,
        "application": permit.application.hex(),
        "cautions": verdict.cautions,
        "permitId": verdict.permit_id.hex(),
        "keepUntil": verdict.keep_until,
    }
    if verdict.audience is not None:
        said["audience"] = verdict.audience
    if permit.device_key is not None:
        said["credential"] = {
            "notBefore": permit.dated,
            "expires": permit.expires,
            "deviceKey": permit.device_key.cose_key().hex(),
        }
    if permit.person is not None:
        said["person"] = {"fullName": permit.person.full_name}
        if permit.person.birth_date is not None:
            said["person"]["birthDate"] = permit.person.birth_date
    if permit.status is not None:
        said["status"] = {"uri": permit.status.uri, "index": str(permit.status.index)}
    if permit.acting is not None:
        said["acting"] = {"role": permit.acting.role, "representative": permit.acting.representative}
    if permit.check_number is not None:
        said["checkNumber"] = permit.check_number
    return said


def refusal_json(refusal: Refused) -> Json:
    return {"result": "invalid", "code": refusal.code, "stage": refusal.stage}


def expected(test: Json, *properties: str) -> Json:
    """The part of a test that says what has to come out of it."""
    return {name: test[name] for name in ("result",) + properties if name in test}


def verify_token(group: Json, test: Json, verifier: Verifier) -> Outcomes:
    challenge = challenge_of(test["challenge"]) if "challenge" in test else None
    shown: List[Tuple[str, Any]] = []
    if "token" in test:
        shown.append(("token", bytes.fromhex(test["token"])))
    if "text" in test:
        shown.append(("text", test["text"]))
    outcomes: Outcomes = []
    for kind, value in shown:
        try:
            got = {"result": "valid", "verdict": verdict_json(verify(verifier, value, test["now"], challenge))}
        except Refused as refusal:
            got = refusal_json(refusal)
        outcomes.append((kind, expected(test, "verdict", "code", "stage"), got))
    return outcomes


def admit(group: Json, test: Json, verifier_and_dates: Tuple[Verifier, List[int]]) -> Outcomes:
    verifier, dates = verifier_and_dates
    kept = group["store"]
    store = Store(settings_of(kept), kept["capacity"], kept.get("lostAt"))
    lanes = [gate_of(lane, verifier, store, dates) for lane in group["lanes"]]
    outcomes: Outcomes = []
    for number, step in enumerate(test["steps"]):
        got = step_json(lanes[step["lane"]], step)
        outcomes.append((f"step {number}", expected(step, "code", "stage", "subject", "cautions"), got))
    outcomes.append(("result of the last step", test["result"], outcomes[-1][2]["result"]))
    return outcomes


def settings_of(settings: Json) -> Settings:
    old_master = settings["oldMaster"]
    return Settings(
        largest_window=settings["largestWindow"],
        largest_skew=settings["largestSkew"],
        clock_difference=settings["clockDifference"],
        longest_cool_down=settings["longestCoolDown"],
        old_master=None if old_master == "unbounded" else old_master,
    )


def gate_of(lane: Json, verifier: Verifier, store: Store, dates: Sequence[int]) -> Gate:
    policy = AdmissionPolicy(
        debounce=lane["debounce"],
        cool_down=lane["coolDown"],
        admit_without_store={"admit": True, "refuse": False}[lane["storeFailure"]],
        enters={"enter": True, "leave": False}[lane["passage"]],
        clock_jump=lane["clockJump"],
    )
    floor = max([lane.get("floor", 0), *dates])
    return Gate(
        verifier, store, (lane["gate"], lane["lane"], lane["zone"]), policy, floor, lane.get("lastAdmission")
    )


def step_json(lane: Gate, step: Json) -> Json:
    try:
        if "ask" in step:
            lane.ask(challenge_of(step["ask"]), step["now"])
            return {"result": "valid"}
        admitted = lane.admit(step["show"], step["now"], not step.get("storeUnreachable", False))
        return {"result": "valid", "subject": admitted.verdict.permit.subject, "cautions": admitted.cautions}
    except ChallengeRefused:
        return {"result": "invalid"}
    except Refused as refusal:
        return refusal_json(refusal)


def memory(group: Json, test: Json, _: None) -> Outcomes:
    servers = {name: server_of(group, store) for name, store in test["stores"].items()}
    witnesses = {name: witness_of(witness) for name, witness in test["gates"].items()}
    late: Dict[str, Tuple[str, Answer]] = {}
    outcomes: Outcomes = []
    last: Json = {}
    for number, step in enumerate(test["steps"]):
        wanted, got = memory_step(step, servers, witnesses, late)
        last = got if "result" in got else last
        outcomes.append((f"step {number}", wanted, got))
    outcomes.append(("answers that did not arrive", [], list(late)))
    outcomes.append(("result of the last answer", test["result"], last.get("result")))
    return outcomes


def memory_step(
    step: Json, servers: Dict[str, Server], witnesses: Dict[str, Witness], late: Dict[str, Tuple[str, Answer]]
) -> Tuple[Json, Json]:
    """What is expected of a step, and what came out of it."""
    got: Json = {}
    if "copy" in step:
        servers[step["copy"]].copy_to(servers[step["to"]])
        return {}, got
    if "start" in step:
        servers[step["start"]].incarnation = step["incarnation"]
        return {}, got
    if "goOn" in step:
        server = servers[step["goOn"]]
        nothing = {"nothing-was-admitted": True, "cool-downs-lost": False}[step["word"]]
        server.go_on(state_in(server), nothing, step["now"], step["time"])
        got["state"] = state_json(server)
    elif "forget" in step:
        server = servers[step["forget"]]
        server.forget(state_in(server), step["time"])
        got.update(state=state_json(server), left=sorted(permit.hex() for permit in server.records))
    elif "arrive" in step:
        gate, answer = late.pop(step["arrive"])
        got.update(answer_json(witnesses[gate], answer), witness=witness_json(witnesses[gate]))
    else:
        server, gate = servers[step["ask"]], step["gate"]
        claim = claim_of(gate, step["attempt"]) if "attempt" in step else None
        question = Question(gate, witnesses[gate], step["now"], claim)
        if not server.has_clock and step["time"] != step["now"]:
            raise VectorError("a store without a clock has another time")
        answer = server.ask(question, step["time"], bytes.fromhex(step.get("fresh", "")))
        if answer.loss is not None:
            got["loss"] = answer.loss
        if server.state is not None:
            got["state"] = state_json(server)
        if "late" in step:
            late[step["late"]] = (gate, answer)
        else:
            got.update(answer_json(witnesses[gate], answer))
        got["witness"] = witness_json(witnesses[gate])
    names = ("result", "code", "names", "loss", "state", "witness", "left")
    wanted = {name: step[name] for name in names if name in step}
    if "left" in wanted:
        wanted["left"] = sorted(wanted["left"])
    return wanted, got


def answer_json(witness: Witness, answer: Answer) -> Json:
    """What a gate makes of an answer that arrives now."""
    try:
        if answer.known is not None:
            witness.take(answer.known, answer.admissions)
        if answer.refusal is not None:
            raise answer.refusal
    except Refused as refusal:
        said: Json = {"result": "invalid", "code": refusal.code}
        if refusal.names is not None:
            said["names"] = refusal.names
        return said
    return {"result": "valid"}


def server_of(group: Json, store: Json) -> Server:
    state = store.get("state")
    records = {bytes.fromhex(record["permit"]): record_of(record) for record in store["records"]}
    has_clock = {"own": True, "none": False}[group["clock"]]
    kept = None if state is None else state_of(state)
    return Server(settings_of(group["settings"]), has_clock, store["incarnation"], kept, records)


def state_of(state: Json) -> State:
    standing = Standing(state["generation"], state["forgotten"], state["lost"], state["closedUntil"])
    admissions = dict(state["admissions"])
    return State(bytes.fromhex(state["store"]), state["incarnation"], standing, state["records"], admissions)


def state_in(server: Server) -> State:
    if server.state is None:
        raise VectorError("the store has no state")
    return server.state


def state_json(server: Server) -> Json:
    """A gate without admissions need not be there."""
    state = state_in(server)
    standing = state.standing
    return {
        "store": state.store.hex(),
        "incarnation": state.incarnation,
        "generation": standing.generation,
        "forgotten": standing.forgotten,
        "lost": standing.lost,
        "closedUntil": standing.closed_until,
        "records": state.records,
        "admissions": {gate: count for gate, count in state.admissions.items() if count > 0},
    }


def record_of(record: Json) -> Record:
    kept = Record()
    if "newest" in record:
        newest = record["newest"]
        kept.newest = Showing(newest["moment"], Admission(newest["at"], (newest["gate"], newest["lane"])))
    if "slip" in record:
        slip = record["slip"]
        kept.slip = Admission(slip["at"], (slip["gate"], slip["lane"]))
    for entry in record["coolDowns"]:
        kept.cool_downs[entry["zone"]] = CoolDown(entry["until"], entry["gate"], entry["generation"])
    return kept


def witness_of(witness: Json) -> Witness:
    known = witness.get("known")
    if known is None:
        return Witness(None, witness["admissions"])
    said = Known(bytes.fromhex(known["store"]), known["generation"], known["incarnation"])
    return Witness(said, witness["admissions"])


def witness_json(witness: Witness) -> Json:
    said: Json = {"admissions": witness.admissions}
    if witness.known is not None:
        known = witness.known
        said["known"] = {
            "store": known.store.hex(), "generation": known.generation, "incarnation": known.incarnation,
        }
    return said


def claim_of(gate: str, attempt: Json) -> Claim:
    return Claim(
        permit_id=bytes.fromhex(attempt["permit"]),
        moment=attempt.get("moment"),
        place=(gate, attempt["lane"]),
        zone=attempt["zone"],
        enters={"enter": True, "leave": False}[attempt["passage"]],
        debounce=attempt["debounce"],
        cool_down=attempt["coolDown"],
    )


def accept_trust(group: Json, test: Json, anchor: TrustAnchor) -> Outcomes:
    state: Optional[TrustState] = None
    try:
        for held in test.get("held", ()):
            state = accept_trust_list(
                anchor, state, bytes.fromhex(held["list"]), held["accepted"], group["skew"]
            ).state
    except ListRefused as refusal:
        raise VectorError(f"a list that is held was refused: {refusal.code}") from refusal
    try:
        accepted = accept_trust_list(anchor, state, bytes.fromhex(test["list"]), test["now"], group["skew"])
        got: Json = {"result": "valid", "accepted": in_order(trust_list_json(accepted))}
    except ListRefused as refusal:
        got = {"result": "invalid", "code": refusal.code}
    wanted = expected(test, "accepted", "code")
    if "accepted" in wanted:
        wanted["accepted"] = in_order(wanted["accepted"])
    return [("list", wanted, got)]


def in_order(accepted: Json) -> Json:
    """Entries, uses and classes are sets: in which order they stand, and how often a use, says nothing."""
    trust = [
        {**entry, "uses": sorted(set(entry["uses"])), "classes": sorted(set(entry["classes"]))}
        for entry in accepted["trust"]
    ]
    return {**accepted, "trust": sorted(trust, key=lambda entry: (entry["keyId"], entry["key"]))}


def trust_list_json(accepted: TrustList) -> Json:
    return {
        "version": accepted.version,
        "issuedAt": accepted.issued_at,
        "expires": accepted.expires,
        "trust": [entry_json(entry) for entry in accepted.entries],
        "skipped": accepted.skipped,
        "roots": [root.cose_key().hex() for root in accepted.state.roots],
    }


def entry_json(entry: Entry) -> Json:
    return {
        "issuer": entry.issuer,
        "keyId": entry.key_id.hex(),
        "key": entry.key.cose_key().hex(),
        "algorithm": NAMES_OF_ALGORITHMS[entry.algorithm],
        "uses": list(entry.uses),
        "classes": list(entry.classes),
        "notBefore": entry.not_before,
        "signUntil": entry.sign_until,
        "expires": entry.expires,
    }


def accept_status(group: Json, test: Json, trust: Sequence[Entry]) -> Outcomes:
    limits = group["limits"]

    def accept(data: str, now: int, held: List[StatusList]) -> StatusList:
        return accept_status_list(
            trust, held, bytes.fromhex(data), now, group["skew"], limits["listBytes"], limits["inflatedBytes"]
        )

    held: List[StatusList] = []
    try:
        for known in test.get("held", ()):
            held.append(accept(known["list"], known["accepted"], held))
    except ListRefused as refusal:
        raise VectorError(f"a list that is held was refused: {refusal.code}") from refusal
    try:
        got: Json = {"result": "valid", "accepted": status_list_json(accept(test["list"], test["now"], held))}
    except ListRefused as refusal:
        got = {"result": "invalid", "code": refusal.code}
    return [("list", expected(test, "accepted", "code"), got)]


def status_list_json(accepted: StatusList) -> Json:
    said: Json = {
        "issuer": accepted.issuer,
        "uri": accepted.uri,
        "bits": accepted.bits,
        "issuedAt": accepted.issued_at,
        "entries": accepted.entries(),
        "values": bytes(accepted.value(index) for index in range(min(64, accepted.entries()))).hex(),
    }
    if accepted.expires is not None:
        said["expires"] = accepted.expires
    return said


def gate_code(group: Json, test: Json, _: None) -> Outcomes:
    try:
        code = read_gate_code(test["text"])
    except Refused as refusal:
        got: Json = {"result": "invalid", "code": refusal.code}
    else:
        said: Json = {"gate": code.gate}
        if code.nonce is not None:
            said.update(nonce=code.nonce.hex(), expires=code.expires)
        got = {"result": "valid", "gateCode": said}
    return [("text", expected(test, "gateCode", "code"), got)]


def setup(group: Json, test: Json, _: None) -> Outcomes:
    held = read_setup(bytes.fromhex(test["held"]))[0] if "held" in test else None
    try:
        data = setup_of_text(test["text"]) if "text" in test else bytes.fromhex(test["setup"])
        accepted = accept_setup(data, held, test.get("compared"), test["now"], group["skew"])
        got: Json = {"result": "valid", "accepted": setup_json(accepted)}
        if "trust" in got["accepted"]:
            got["accepted"] = in_order(got["accepted"])
    except SetupRefused as refusal:
        got = {"result": "invalid", "code": refusal.code}
    wanted = expected(test, "accepted", "code")
    if "trust" in wanted.get("accepted", {}):
        wanted["accepted"] = in_order(wanted["accepted"])
    return [("setup", wanted, got)]


def setup_json(accepted: Setup) -> Json:
    rules, settings = accepted.rules, accepted.settings
    said: Json = {
        "version": accepted.version,
        "issuedAt": accepted.issued_at,
        "operator": accepted.operator.cose_key().hex(),
        "checkNumber": check_number(accepted.data),
        "lane": accepted.place[0],
        "zone": accepted.place[1],
        "policy": policy_json(accepted.policy),
        "passage": "leave" if rules.leads_out else "enter",
        "debounce": rules.debounce,
        "coolDown": {None: "window", 0: "none"}.get(rules.cool_down, rules.cool_down),
        "statusLists": list(accepted.status_lists),
        "settings": {
            "largestWindow": settings.largest_window,
            "largestSkew": settings.largest_skew,
            "clockDifference": settings.clock_difference,
            "longestCoolDown": settings.longest_cool_down,
            "oldMaster": "unbounded" if settings.old_master is None else settings.old_master,
        },
    }
    if accepted.entries is not None:
        said["trust"] = [entry_json(entry) for entry in accepted.entries]
    if accepted.trust_list is not None:
        source = accepted.trust_list
        said["trustList"] = {
            "name": source.name,
            "lowestVersion": source.lowest_version,
            "roots": [root.cose_key().hex() for root in source.roots],
            "address": source.address,
        }
    if accepted.relay is not None:
        said["relay"] = {"address": accepted.relay.address, "key": accepted.relay.key.hex()}
    return said


def policy_json(policy: Policy) -> Json:
    look_up = policy.look_up
    said: Json = {
        "gate": policy.gate,
        "audience": "own" if policy.own_name_only else "own-or-any",
        "classes": sorted(policy.classes),
        "forms": list(policy.forms),
        "challenge": "required" if policy.challenge_required else "not-used",
        "window": policy.window,
        "skew": policy.skew,
        "maxCredentialAge": policy.max_credential_age,
        "acting": "accepted" if policy.acting_accepted else "refused",
        "revocation": {"maxAge": look_up.max_age, "grace": look_up.grace} if look_up else "not-checked",
    }
    if policy.exempt_classes:
        said["statusExempt"] = list(policy.exempt_classes)
    return said


def public_key(group: Json, test: Json, _: None) -> Outcomes:
    try:
        key = key_of(test["coseKey"])
    except (Malformed, BadKey):
        got: Json = {"result": "invalid"}
    else:
        said = {
            "algorithm": "Ed25519" if isinstance(key, Ed25519Key) else "ESP256",
            "point": key.point().hex(),
            "thumbprint": key.thumbprint().hex(),
            "keyId": default_key_id(key).hex(),
            "spki": key.spki().hex(),
        }
        if "private" in test.get("key", {}):
            # Not for a verifier to find out.
            said["private"] = test["key"]["private"]
        got = {"result": "valid", "key": said}
    return [("coseKey", expected(test, "key"), got)]


def anchor_of(group: Json) -> TrustAnchor:
    return TrustAnchor(group["name"], tuple(issuer_key_of(root) for root in group["roots"]), group["lowestVersion"])


# By type of group: what its tests share, and how one is run.
GROUPS: Dict[str, Tuple[Callable[[Json], Any], Callable[[Json, Json, Any], Outcomes]]] = {
    "VerifyToken": (lambda group: verifier_of(group)[0], verify_token),
    "Admit": (verifier_of, admit),
    "Memory": (lambda group: None, memory),
    "AcceptTrustList": (anchor_of, accept_trust),
    "AcceptStatusList": (trust_of, accept_status),
    "GateCode": (lambda group: None, gate_code),
    "AcceptSetup": (lambda group: None, setup),
    "PublicKey": (lambda group: None, public_key),
}
