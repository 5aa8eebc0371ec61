"""Every test vector through the public API of this package."""

import json
import pathlib

import livepermit as lp

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "test-vectors"

# With the number of tests, so that a file that is left out is noticed.
FILES = {
    "acting": 19, "admission": 241, "credential-and-presentation": 31, "gate-codes": 102,
    "keys": 75, "memory": 201, "pass": 113, "rejections": 938, "setups": 253, "slip": 60,
    "status-lists": 379, "status": 75, "trust-list-expiry": 6, "trust-lists": 378,
}

FORMS = {form.name.lower(): form for form in lp.Form}
USES = {use.name.lower(): use for use in lp.Use}
ALGORITHMS = {
    "Ed25519": lp.Algorithm.ED25519, "EdDSA": lp.Algorithm.ED_DSA, "ESP256": lp.Algorithm.ESP256,
}


def name_of(table, value):
    return next(name for name, known in table.items() if known == value)


def same(what, found, wanted):
    assert found == wanted, f"{what}: {found!r}, not {wanted!r}"


# What a group needs.


def trusted_key(entry):
    return lp.TrustedKey(
        issuer=entry["issuer"],
        key=lp.PublicKey.from_cose_key(bytes.fromhex(entry["key"])),
        key_id=bytes.fromhex(entry["keyId"]),
        algorithm=ALGORITHMS[entry["algorithm"]],
        uses=[USES[word] for word in entry["uses"]],
        classes=entry["classes"],
        not_before=entry["notBefore"],
        sign_until=entry["signUntil"],
        expires=entry["expires"],
    )


def describe_key(key):
    return {
        "issuer": key.issuer,
        "keyId": key.key_id.hex(),
        "key": key.key.to_cose_key().hex(),
        "algorithm": name_of(ALGORITHMS, key.algorithm),
        "uses": [name_of(USES, use) for use in key.uses],
        "classes": key.classes,
        "notBefore": key.not_before,
        "signUntil": key.sign_until,
        "expires": key.expires,
    }


def trust_of(group):
    trust = lp.Trust([trusted_key(entry) for entry in group["trust"]])
    signed = group.get("trustList")
    if signed is None:
        return trust
    root = lp.PublicKey.from_cose_key(bytes.fromhex(signed["root"]))
    anchor = lp.TrustAnchor(signed["name"], [root], 0)
    skew = group["policy"]["skew"]
    taken = anchor.accept(bytes.fromhex(signed["list"]), signed["accepted"], skew)
    same("trust", [*map(describe_key, taken.trust.keys())], [*map(describe_key, trust.keys())])
    same("end", taken.expires, signed["expires"])
    return taken.trust


def lists_of(group, trust):
    skew = group["policy"]["skew"]
    return [
        lp.StatusList.accept(
            bytes.fromhex(signed["list"]), trust, signed["accepted"], skew, [],
            lp.default_status_limits(),
        )
        for signed in group.get("statusLists", [])
    ]


def policy_of(rules):
    revocation = lp.RevocationPolicy.NOT_CHECKED()
    if rules["revocation"] != "not-checked":
        revocation = lp.RevocationPolicy.REQUIRED(
            rules["revocation"]["maxAge"], rules["revocation"]["grace"]
        )
    policy = lp.policy(rules["gate"], rules["classes"], revocation)
    if rules["audience"] == "own":
        policy.audience = lp.AudiencePolicy.OWN
    policy.forms = [FORMS[word] for word in rules["forms"]]
    if rules["challenge"] == "required":
        policy.challenge = lp.ChallengePolicy.REQUIRED
    if rules["acting"] == "accepted":
        policy.acting = lp.ActingPolicy.ACCEPTED
    policy.dangerous_status_exempt = rules.get("statusExempt", [])
    policy.window, policy.skew = rules["window"], rules["skew"]
    policy.max_credential_age = rules["maxCredentialAge"]
    return policy


def challenge_of(question):
    return lp.Challenge(
        gate=question["gate"], nonce=bytes.fromhex(question["nonce"]), expires=question["expires"]
    )


# Tokens.


def run_token(group, test):
    trust = trust_of(group)
    verifier = lp.Verifier(trust, policy_of(group["policy"]), lists_of(group, trust))
    now = test["now"]
    challenge = challenge_of(test["challenge"]) if "challenge" in test else None
    verdicts = []
    if "text" in test:
        verdicts.append(verifier.verify(test["text"], now, challenge))
    if "token" in test:
        token = bytes.fromhex(test["token"])
        verdicts.append(verifier.verify_bytes(token, now, challenge))
        if test["result"] == "valid":
            token = lp.read_token(token)
            for text in (token.qr_text, token.link_text):
                verdicts.append(verifier.verify(text, now, challenge))
    assert verdicts, "there is neither token nor text"
    for verdict in verdicts:
        if verdict.is_accepted():
            same("result", "valid", test["result"])
            same("verdict", describe(verdict.verified), test.get("verdict", {}))
        else:
            same("result", "invalid", test["result"])
            refused(test, verdict.rejection)


def refused(test, rejection):
    same("code", rejection.code, test["code"])
    same("stage", rejection.stage, test["stage"])
    malformed(test, rejection.evidence)


def malformed(test, evidence):
    if "malformed" in test and evidence.is_malformed():
        same("layer", evidence.layer, test["malformed"]["layer"])
        same("flaw", evidence.flaw, test["malformed"]["flaw"])


def describe(verified):
    out = {
        "form": name_of(FORMS, verified.form),
        "issuer": verified.issuer,
        "subject": verified.subject,
        "class": verified.permit_class,
        "keyId": verified.key_id.hex(),
        "audience": verified.audience,
        "challengeAnswered": verified.challenge_answered,
        "issuedAt": verified.issued_at,
        "liveUntil": verified.live_until,
        "window": verified.window,
        "checkNumber": verified.check_number,
        "application": verified.application.hex(),
        "cautions": [caution.code for caution in verified.cautions],
        "permitId": verified.permit_id.hex(),
        "keepUntil": verified.keep_until,
    }
    if verified.credential is not None:
        out["credential"] = {
            "notBefore": verified.credential.not_before,
            "expires": verified.credential.expires,
            "deviceKey": verified.credential.device_key.hex(),
        }
    if verified.person is not None:
        person = {"fullName": verified.person.full_name, "birthDate": verified.person.birth_date}
        out["person"] = {name: value for name, value in person.items() if value is not None}
    if verified.status is not None:
        out["status"] = {"uri": verified.status.uri, "index": str(verified.status.index)}
    if verified.acting is not None:
        out["acting"] = {
            "role": verified.acting.role, "representative": verified.acting.representative,
        }
    return {name: value for name, value in out.items() if value is not None}


def run_gate_code(_, test):
    try:
        code = lp.read_gate_code(test["text"])
    except lp.LivepermitError.Failed as error:
        same("result", "invalid", test["result"])
        same("code", error.code, test["code"])
        return
    same("result", "valid", test["result"])
    if code.is_of_gate():
        same("gate code", {"gate": code.gate}, test["gateCode"])
        again = lp.gate_name_qr_text(code.gate)
    else:
        asked = code.challenge
        found = {"gate": asked.gate, "nonce": asked.nonce.hex(), "expires": asked.expires}
        same("gate code", found, test["gateCode"])
        again = lp.challenge_qr_text(asked)
    same("text", again, test["text"])


def run_key(_, test):
    cose = bytes.fromhex(test["coseKey"])
    try:
        key = lp.PublicKey.from_cose_key(cose)
    except lp.LivepermitError.Failed:
        same("result", "invalid", test["result"])
        return
    same("result", "valid", test["result"])
    wanted = test["key"]
    same("again", key.to_cose_key(), cose)
    same("algorithm", name_of(ALGORITHMS, key.algorithm()), wanted["algorithm"])
    same("point", key.to_point().hex(), wanted["point"])
    same("thumbprint", key.thumbprint().hex(), wanted["thumbprint"])
    same("key id", key.thumbprint()[:8].hex(), wanted["keyId"])
    same("spki", key.to_spki_der().hex(), wanted["spki"])
    for other in (
        lp.PublicKey.from_spki_der(bytes.fromhex(wanted["spki"])),
        lp.PublicKey.from_spki_pem(key.to_spki_pem()),
        lp.PublicKey.from_point(bytes.fromhex(wanted["point"])),
    ):
        same("another way", other.to_cose_key(), cose)
    if "private" in wanted:
        private = bytes.fromhex(wanted["private"])
        is_ed25519 = wanted["algorithm"] == "Ed25519"
        make = lp.SecretKey.from_ed25519_seed if is_ed25519 else lp.SecretKey.from_p256_scalar
        same("the public half", make(private).public_key().to_cose_key(), cose)


# Lists.


def run_trust_list(group, test):
    roots = [lp.PublicKey.from_cose_key(bytes.fromhex(root)) for root in group["roots"]]
    anchor = lp.TrustAnchor(group["name"], roots, group["lowestVersion"])
    for held in test.get("held", []):
        anchor.accept(bytes.fromhex(held["list"]), held["accepted"], group["skew"])
    before = describe_state(anchor.state())

    def facts():
        taken = anchor.accept(bytes.fromhex(test["list"]), test["now"], group["skew"])
        return {
            "version": taken.version,
            "issuedAt": taken.issued_at,
            "expires": taken.expires,
            "trust": [describe_key(key) for key in taken.trust.keys()],
            "skipped": len(taken.skipped),
            "roots": [root.to_cose_key().hex() for root in anchor.state().roots],
        }

    check_list(test, facts)
    if test["result"] == "invalid":
        same("the state", describe_state(anchor.state()), before)


def describe_state(state):
    if state is None:
        return None
    roots = [root.to_cose_key() for root in state.roots]
    return (state.version, state.digest, state.issued_at, roots)


def run_status_list(group, test):
    trust = lp.Trust([trusted_key(entry) for entry in group["trust"]])
    limits = lp.StatusLimits(
        list_bytes=group["limits"]["listBytes"], inflated_bytes=group["limits"]["inflatedBytes"]
    )

    def accept(signed, now, held):
        return lp.StatusList.accept(
            bytes.fromhex(signed), trust, now, group["skew"], held, limits
        )

    held = []
    for earlier in test.get("held", []):
        held = [accept(earlier["list"], earlier["accepted"], held).held()]

    def facts():
        taken = accept(test["list"], test["now"], held)
        values = bytes(taken.get(index) for index in range(min(taken.entries(), 64)))
        out = {
            "issuer": taken.issuer(),
            "uri": taken.uri(),
            "bits": taken.bits(),
            "issuedAt": taken.issued_at(),
            "expires": taken.expires(),
            "entries": taken.entries(),
            "values": values.hex(),
        }
        return {name: value for name, value in out.items() if value is not None}

    check_list(test, facts)


def check_list(test, facts):
    try:
        found = facts()
    except lp.LivepermitError.Failed as error:
        same("result", "invalid", test["result"])
        same("code", error.code, test["code"])
        malformed(test, error.evidence)
        return
    same("result", "valid", test["result"])
    same("accepted", found, test["accepted"])


# Setups.


def run_setup(group, test):
    def facts():
        read = lp.read_setup(test["text"]) if "text" in test else lp.read_setup_bytes(
            bytes.fromhex(test["setup"])
        )
        now, skew = test["now"], group["skew"]
        if "held" in test:
            held = bytes.fromhex(test["held"])
            return describe_setup(lp.accept_next_setup(read.bytes, held, now, skew))
        return describe_setup(lp.accept_first_setup(read.bytes, test["compared"], now, skew))

    if "accepted" in test:
        # A policy is compared as a value, so that it is written in one place only.
        test["accepted"]["policy"] = policy_of(test["accepted"]["policy"])
    check_list(test, facts)


def describe_setup(setup):
    settings, retention, trust = setup.settings, setup.retention, setup.trust
    same("from the storage", lp.stored_setup(setup.bytes).settings, settings)
    if settings.cool_down.is_seconds():
        cool_down = settings.cool_down.seconds
    else:
        cool_down = "window" if settings.cool_down.is_window() else "none"
    unbounded = retention.old_master is None
    out = {
        "version": setup.version,
        "issuedAt": setup.issued_at,
        "operator": setup.operator.to_cose_key().hex(),
        "checkNumber": lp.setup_check_number(setup.bytes).replace(" ", ""),
        "lane": settings.lane,
        "zone": settings.zone,
        "policy": settings.policy,
        "passage": settings.passage.name.lower(),
        "debounce": settings.debounce,
        "coolDown": cool_down,
        "statusLists": setup.status_lists,
        "settings": {
            "largestWindow": retention.largest_window,
            "largestSkew": retention.largest_skew,
            "clockDifference": retention.clock_difference,
            "longestCoolDown": retention.longest_cool_down,
            "oldMaster": "unbounded" if unbounded else retention.old_master,
        },
    }
    if trust.is_named():
        out["trust"] = [describe_key(key) for key in trust.keys]
    else:
        out["trustList"] = {
            "name": trust.name,
            "lowestVersion": trust.lowest_version,
            "roots": [root.to_cose_key().hex() for root in trust.roots],
            "address": trust.address,
        }
    if setup.relay is not None:
        out["relay"] = {"address": setup.relay.address, "key": setup.relay.key.hex()}
    return out


# A gate.


def run_admit(group, test):
    trust = trust_of(group)
    lists = lists_of(group, trust)
    settings = group["store"]
    retention = lp.Retention(
        largest_window=settings["largestWindow"],
        largest_skew=settings["largestSkew"],
        clock_difference=settings["clockDifference"],
        longest_cool_down=settings["longestCoolDown"],
        old_master=settings["oldMaster"],
    )
    if "lostAt" in settings:
        store = lp.Store.in_memory(settings["capacity"], retention, settings["lostAt"])
    else:
        store = lp.Store.in_memory_for_the_first_time(settings["capacity"], retention)
    lanes = [
        lp.Gate(lane_settings(lane, group["policy"]), trust, lists, store)
        for lane in group["lanes"]
    ]
    for number, step in enumerate(test["steps"]):
        try:
            run_step(lanes[step["lane"]], store, step)
        except AssertionError as error:
            raise AssertionError(f"step {number}: {error}") from error


def lane_settings(lane, rules):
    settings = lp.gate_settings(policy_of({**rules, "gate": lane["gate"]}))
    settings.lane, settings.zone = lane["lane"], lane["zone"]
    if lane["passage"] == "leave":
        settings.passage = lp.Passage.LEAVE
    settings.debounce, settings.clock_jump = lane["debounce"], lane["clockJump"]
    if lane["coolDown"] == "none":
        settings.cool_down = lp.CoolDownPolicy.DANGEROUS_NONE()
    elif lane["coolDown"] != "window":
        settings.cool_down = lp.CoolDownPolicy.SECONDS(lane["coolDown"])
    if lane["storeFailure"] == "admit":
        settings.store_failure = lp.StoreFailurePolicy.DANGEROUS_ADMIT
    settings.clock = lp.ClockState(
        floor=lane.get("floor", 0), last_admission=lane.get("lastAdmission")
    )
    settings.short_retention = True
    return settings


def run_step(lane, store, step):
    now = step["now"]
    if "ask" in step:
        try:
            lane.open_challenge(challenge_of(step["ask"]), now)
            opened = "valid"
        except lp.LivepermitError.Failed:
            opened = "invalid"
        same("opened", opened, step["result"])
        return
    text, is_away = step["show"], step.get("storeUnreachable", False)
    # Both ways must give the same, so steps go by turns.
    if is_away or len(text) % 2 == 0:
        admission = in_halves(lane, store, text, now, is_away)
    else:
        admission = lane.admit(text, now)
    if admission.is_admitted():
        same("result", "valid", step["result"])
        same("subject", admission.verified.subject, step["subject"])
        same("cautions", [caution.code for caution in admission.cautions], step["cautions"])
    else:
        same("result", "invalid", step["result"])
        refused(step, admission.rejection)


def in_halves(lane, store, text, now, is_away):
    begun = lane.begin(text, now)
    if begun.is_stopped():
        return lp.Admission.REFUSED(begun.rejection)
    if is_away:
        answer = lp.StoreAnswer.NO_ANSWER("away")
    else:
        answer = store.admit(begun.pending.attempt())
    return lane.finish(begun.pending, answer, now)


# The memory of used codes.


class Memory:
    def __init__(self, group, test):
        settings = group["settings"]
        old_master = settings["oldMaster"]
        self.retention = lp.Retention(
            largest_window=settings["largestWindow"],
            largest_skew=settings["largestSkew"],
            clock_difference=settings["clockDifference"],
            longest_cool_down=settings["longestCoolDown"],
            old_master=None if old_master == "unbounded" else old_master,
        )
        self.clock = lp.StoreClock.OWN if group["clock"] == "own" else lp.StoreClock.ASKERS
        self.stores = {name: a_store(held) for name, held in test["stores"].items()}
        self.gates = {name: a_witness(held) for name, held in test["gates"].items()}
        self.late = {}

    def step(self, step):
        kinds = {
            "ask": self.ask, "arrive": self.arrive, "copy": self.copy, "start": self.start,
            "goOn": self.go_on, "forget": self.forget,
        }
        next(run for kind, run in kinds.items() if kind in step)(step)

    def copy(self, step):
        self.stores[step["to"]].update(
            state=self.stores[step["copy"]]["state"],
            records=dict(self.stores[step["copy"]]["records"]),
        )

    def start(self, step):
        self.stores[step["start"]]["incarnation"] = step["incarnation"]

    def ask(self, step):
        now, time = step["now"], step["time"]
        is_apart = lp.clocks_apart(now, time, self.retention)
        loss = None
        if self.clock == lp.StoreClock.OWN and is_apart:
            given = (step["gate"], lp.StoreAnswer.CLOCK_APART(time), None)
        else:
            given, loss = self.answer(step)
        same("loss", loss, step.get("loss"))
        self.has_state(step["ask"], step.get("state"))
        if "late" in step:
            self.late[step["late"]] = given
            self.has_witness(step["gate"], step)
        else:
            self.take(given, step)

    def answer(self, step):
        """What a store does in one step."""
        store, time, gate = self.stores[step["ask"]], step["time"], step["gate"]
        fresh = bytes.fromhex(step["fresh"]) if "fresh" in step else store["state"].id
        asked = lp.AskedBy(gate=gate, witness=self.gates[gate], now=step["now"])
        meeting = lp.meet(
            store["state"], fresh, asked, store["incarnation"], time, len(store["records"]),
            self.retention,
        )
        state, answer = meeting.state, None
        if "attempt" in step:
            attempt = an_attempt(step)
            known = store["records"].get(attempt.permit)
            standing = lp.standing_of(state, time, self.clock)
            decision = lp.decide(known, attempt, standing, self.retention)
            if decision.is_write():
                store["records"][attempt.permit] = decision.record
                state = lp.record_admission(state, gate, known is None)
                answer = lp.StoreAnswer.NOT_USED_BEFORE()
            else:
                answer = decision.answer
        store["state"] = state
        return (gate, answer, (lp.known_of(state), state.admissions.get(gate, 0))), meeting.loss

    def arrive(self, step):
        self.take(self.late.pop(step["arrive"]), step)

    def take(self, given, step):
        gate, answer, known = given
        wanted = (step["result"], step.get("code"), step.get("names"))
        same("answer", self.told(gate, answer, known), wanted)
        self.has_witness(gate, step)

    def told(self, gate, answer, known):
        """What a gate makes of an answer."""
        if known is not None:
            witness = lp.take_answer(self.gates[gate], *known)
            if witness is None:
                return ("invalid", "store-unreachable", None)
            self.gates[gate] = witness
        if answer is None or answer.is_not_used_before():
            return ("valid", None, None)
        if answer.is_already_accepted_here():
            return ("invalid", "already-accepted-here", answer.then)
        if answer.is_already_used():
            return ("invalid", "already-used", answer.then)
        if answer.is_superseded():
            return ("invalid", "superseded", answer.newest)
        if answer.is_cooling_down():
            return ("invalid", "cooling-down", answer.until)
        if answer.is_forgotten():
            return ("invalid", "forgotten", answer.until)
        assert answer.is_clock_apart(), answer
        return ("invalid", "clock-suspect", answer.theirs)

    def go_on(self, step):
        words = {
            "cool-downs-lost": lp.GoOn.COOL_DOWNS_LOST,
            "nothing-was-admitted": lp.GoOn.NOTHING_WAS_ADMITTED,
        }
        store = self.stores[step["goOn"]]
        store["state"] = lp.go_on(
            store["state"], words[step["word"]], step["now"], step["time"], self.retention
        )
        self.has_state(step["goOn"], step["state"])

    def forget(self, step):
        store = self.stores[step["forget"]]
        # Before 1970 nothing is over.
        cutoff = max(step["time"] - self.retention.clock_difference, 0)
        for permit, record in list(store["records"].items()):
            if lp.record_is_over(record, cutoff, self.retention):
                store["state"] = lp.forget_record(store["state"], record)
                del store["records"][permit]
        same("left", sorted(permit.hex() for permit in store["records"]), step["left"])
        self.has_state(step["forget"], step["state"])

    def has_state(self, name, wanted):
        state = self.stores[name]["state"]
        same("state", None if state is None else describe_store(state), wanted)

    def has_witness(self, gate, step):
        same("witness", describe_witness(self.gates[gate]), step["witness"])


def run_memory(group, test):
    memory = Memory(group, test)
    for number, step in enumerate(test["steps"]):
        try:
            memory.step(step)
        except AssertionError as error:
            raise AssertionError(f"step {number}: {error}") from error
    same("late answers", memory.late, {})


def a_store(held):
    state = held.get("state")
    return {
        "incarnation": held["incarnation"],
        "state": None if state is None else lp.StoreState(
            id=bytes.fromhex(state["store"]),
            incarnation=state["incarnation"],
            generation=state["generation"],
            forgotten=state["forgotten"],
            lost=state["lost"],
            closed_until=state["closedUntil"],
            records=state["records"],
            admissions=state["admissions"],
        ),
        "records": {bytes.fromhex(record["permit"]): a_record(record) for record in held["records"]},
    }


def describe_store(state):
    return {
        "store": state.id.hex(),
        "incarnation": state.incarnation,
        "generation": state.generation,
        "forgotten": state.forgotten,
        "lost": state.lost,
        "closedUntil": state.closed_until,
        "records": state.records,
        # A gate without admissions need not be there.
        "admissions": {gate: number for gate, number in state.admissions.items() if number > 0},
    }


def a_witness(held):
    known = held.get("known")
    return lp.Witness(
        known=None if known is None else lp.Known(
            store=bytes.fromhex(known["store"]),
            generation=known["generation"],
            incarnation=known["incarnation"],
        ),
        admissions=held["admissions"],
    )


def describe_witness(witness):
    out = {"admissions": witness.admissions}
    if witness.known is not None:
        out["known"] = {
            "store": witness.known.store.hex(),
            "generation": witness.known.generation,
            "incarnation": witness.known.incarnation,
        }
    return out


def a_sighting(held):
    return lp.Sighting(at=held["at"], gate=held["gate"], lane=held["lane"])


def a_record(held):
    newest, slip = held.get("newest"), held.get("slip")
    return lp.StoreRecord(
        newest=None if newest is None else lp.Newest(
            moment=newest["moment"], sighting=a_sighting(newest)
        ),
        slip=None if slip is None else a_sighting(slip),
        cool_downs=[
            lp.CoolDown(
                zone=entry["zone"], until=entry["until"], gate=entry["gate"],
                generation=entry["generation"],
            )
            for entry in held["coolDowns"]
        ],
    )


def an_attempt(step):
    held, now = step["attempt"], step["now"]
    return lp.Attempt(
        permit=bytes.fromhex(held["permit"]),
        moment=held.get("moment"),
        # No rule of the memory looks at the times until which a code is live and kept.
        live_until=now,
        keep_until=now,
        gate=step["gate"],
        lane=held["lane"],
        zone=held["zone"],
        passage=lp.Passage.LEAVE if held["passage"] == "leave" else lp.Passage.ENTER,
        now=now,
        debounce=held["debounce"],
        cool_down=held["coolDown"],
    )


RUNNERS = {
    "VerifyToken": run_token,
    "GateCode": run_gate_code,
    "AcceptSetup": run_setup,
    "PublicKey": run_key,
    "AcceptTrustList": run_trust_list,
    "AcceptStatusList": run_status_list,
    "Admit": run_admit,
    "Memory": run_memory,
}


def run_file(name):
    """Runs a file of vectors. Gives the number of its tests and what failed."""
    file = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    ran, failures = 0, []
    for group in file["testGroups"]:
        for test in group["tests"]:
            ran += 1
            try:
                RUNNERS[group["type"]](group, test)
            except AssertionError as error:
                failures.append(f"{name} {test['tcId']} ({test['comment']}): {error}")
    return ran, failures
