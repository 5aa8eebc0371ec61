"""What a user of the package does, and what goes wrong."""

import pathlib
import threading

import pytest

import livepermit as lp

NOW = 1_790_000_000
CLASS = "bj.example:residence"


def issuer_and_trust():
    key = lp.SecretKey.generate_ed25519()
    trusted = lp.TrustedKey(
        issuer="bj.example", key=key.public_key(), key_id=None, algorithm=lp.Algorithm.ED25519,
        uses=[lp.Use.CREDENTIAL, lp.Use.PASS, lp.Use.SLIP, lp.Use.STATUS], classes=[CLASS],
        not_before=None, sign_until=None, expires=None,
    )
    return lp.Issuer("bj.example", key.public_key()), key, lp.Trust([trusted])


def rules():
    return lp.policy("gate-3", [CLASS], lp.RevocationPolicy.NOT_CHECKED())


def a_holder(device):
    issuer, key, trust = issuer_and_trust()
    permit = lp.permit("BJ-7F3A9C2E", CLASS)
    prepared = issuer.prepare_credential(permit, device.public_key(), lp.default_validity(), NOW)
    holder = lp.Holder(device.public_key())
    holder.accept(prepared.sign(key).bytes, trust, NOW)
    return holder, trust


@pytest.mark.parametrize("make", [lp.SecretKey.generate_ed25519, lp.SecretKey.generate_p256])
def test_a_live_code_is_admitted_once_and_goes_stale(make):
    device = make()
    holder, trust = a_holder(device)
    code = holder.prepare(lp.Recipient.ANYONE(), NOW).sign(device)
    store = lp.Store.in_memory_for_the_first_time(100, lp.default_retention())
    gate = lp.Gate(lp.gate_settings(rules()), trust, [], store)
    stale = gate.admit(code.qr_text, NOW + 36)
    assert stale.is_refused() and stale.rejection.code == "stale"
    assert stale.rejection.evidence.found == NOW + 36
    assert stale.rejection.fault == "not-live"
    admitted = gate.admit(code.qr_text, NOW + 1)
    assert admitted.is_admitted() and admitted.verified.subject == "BJ-7F3A9C2E"
    again = gate.admit(code.qr_text, NOW + 10)
    assert again.is_refused() and again.rejection.code == "already-used"


def test_eight_threads_at_one_gate_get_one_admission():
    device = lp.SecretKey.generate_ed25519()
    holder, trust = a_holder(device)
    store = lp.Store.in_memory_for_the_first_time(100, lp.default_retention())
    gate = lp.Gate(lp.gate_settings(rules()), trust, [], store)
    verifier = lp.Verifier(trust, rules(), [])
    for moment in range(NOW, NOW + 10):
        code = holder.prepare(lp.Recipient.ANYONE(), moment).sign(device).qr_text
        start, opened, verified = threading.Barrier(8), [], []

        def show():
            start.wait()
            opened.append(gate.admit(code, moment + 60 * (moment - NOW)).is_admitted())
            verified.append(verifier.verify(code, moment, None).is_accepted())

        lanes = [threading.Thread(target=show) for _ in range(8)]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()
        assert verified == [True] * 8
        assert opened.count(True) == (1 if moment == NOW else 0)


def test_an_attempt_is_finished_once_and_by_its_own_lane():
    device = lp.SecretKey.generate_ed25519()
    holder, trust = a_holder(device)
    store = lp.Store.in_memory_for_the_first_time(100, lp.default_retention())
    gate, other = (lp.Gate(lp.gate_settings(rules()), trust, [], store) for _ in range(2))
    code = holder.prepare(lp.Recipient.ANYONE(), NOW).sign(device).qr_text
    pending = gate.begin(code, NOW).pending
    answer = store.admit(pending.attempt())
    with pytest.raises(lp.LivepermitError.Failed) as caught:
        other.finish(pending, answer, NOW)
    assert caught.value.code == "other-gate"
    assert gate.finish(pending, answer, NOW).is_admitted()
    with pytest.raises(lp.LivepermitError.Failed) as caught:
        gate.finish(pending, answer, NOW)
    assert caught.value.code == "finished-before"


def test_a_challenge_of_the_gate_is_answered():
    device = lp.SecretKey.generate_p256()
    holder, trust = a_holder(device)
    policy = rules()
    policy.challenge = lp.ChallengePolicy.REQUIRED
    store = lp.Store.in_memory_for_the_first_time(100, lp.default_retention())
    gate = lp.Gate(lp.gate_settings(policy), trust, [], store)
    asked = lp.read_gate_code(lp.challenge_qr_text(gate.ask(30, NOW))).challenge
    unasked = holder.prepare(lp.Recipient.ANYONE(), NOW).sign(device)
    assert gate.admit(unasked.qr_text, NOW).is_refused()
    answer = holder.prepare(lp.Recipient.ASKED(asked.gate, asked.nonce), NOW).sign(device)
    admitted = gate.admit(answer.qr_text, NOW)
    assert admitted.is_admitted() and admitted.verified.challenge_answered


def test_errors_carry_code_reason_instruction_and_values():
    with pytest.raises(lp.LivepermitError.Failed) as caught:
        lp.Trust([]).with_tables(-1)
    assert caught.value.code == "number-negative"
    assert caught.value.evidence.found == -1
    issuer, key, _ = issuer_and_trust()
    prepared = issuer.prepare_pass(lp.permit("BJ-1", CLASS), None, NOW)
    with pytest.raises(lp.LivepermitError.Failed) as caught:
        prepared.attach(bytes(64))
    assert caught.value.code == "signature-zeros"
    assert "signer" in caught.value.instruction
    with pytest.raises(lp.LivepermitError.Failed) as caught:
        prepared.sign(lp.SecretKey.generate_ed25519())
    assert caught.value.code == "other-key"


def test_a_withdrawn_permit_is_refused():
    issuer, key, trust = issuer_and_trust()
    entries = lp.StatusListBuilder("https://s.bj.example/1", 1, 1024)
    permit = lp.permit("BJ-7F3A9C2E", CLASS)
    permit.status = entries.allocate()
    code = issuer.prepare_pass(permit, None, NOW).sign(key)

    def verdict():
        signed = entries.prepare(issuer, NOW, NOW + 3600).sign(key)
        limits = lp.default_status_limits()
        taken = lp.StatusList.accept(signed, trust, NOW, 5, [], limits)
        policy = lp.policy("gate-3", [CLASS], lp.RevocationPolicy.REQUIRED(3600, 0))
        return lp.Verifier(trust, policy, [taken]).verify(code.qr_text, NOW, None)

    assert verdict().is_accepted()
    entries.set(permit.status.index, 1)
    assert verdict().rejection.code == "revoked"


def test_the_schedule_shows_a_code_and_replaces_it():
    schedule = lp.CodeSchedule(NOW - 300, NOW + 86_400, 30, 10)
    step = schedule.at(NOW, 0)
    assert step.screen.is_waiting() and step.prepare.issued_at == NOW
    assert schedule.prepared(step.prepare, 400).is_accepted()
    shown = schedule.at(NOW, 400)
    assert shown.screen.is_code() and shown.screen.slot == step.prepare
    following = schedule.at(NOW + 9, 9_700)
    assert following.prepare.number == step.prepare.number + 1
    with pytest.raises(lp.LivepermitError.Failed) as caught:
        schedule.prepared(lp.Slot(number=99, issued_at=NOW), 500)
    assert caught.value.code == "slot-unknown"


def test_a_drawn_code_is_read_from_a_frame():
    issuer, key, trust = issuer_and_trust()
    text = issuer.prepare_pass(lp.permit("BJ-7F3A9C2E", CLASS), None, NOW).sign(key).qr_text
    picture = lp.draw_qr(text, lp.ErrorCorrection.MEDIUM)
    assert picture.to_svg().startswith("<svg") and picture.to_png(4)[:4] == b"\x89PNG"
    width, modules, quiet, pixels = picture.width(), picture.modules(), 4, 5
    side = (width + 2 * quiet) * pixels
    frame = bytearray(b"\xff" * (side * side))
    for y in range(width * pixels):
        for x in range(width * pixels):
            if modules[(y // pixels) * width + x // pixels]:
                frame[(y + quiet * pixels) * side + x + quiet * pixels] = 0
    sizes = lp.Frame(width=side, height=side, stride=side, layout=lp.PixelLayout.LUMA)
    codes = lp.FrameScanner().read(bytes(frame), sizes)
    assert [code.text for code in codes.codes] == [text]
    store = lp.Store.in_memory_for_the_first_time(100, lp.default_retention())
    camera = lp.GateScanner(lp.Gate(lp.gate_settings(rules()), trust, [], store))
    events = camera.scan(bytes(frame), sizes, NOW)
    assert [event.is_entered() for event in events] == [True]
    assert camera.scan(bytes(frame), sizes, NOW + 1)[0].is_held()
    with pytest.raises(lp.LivepermitError.Failed) as caught:
        camera.scan(b"", sizes, NOW)
    assert caught.value.code == "frame-too-few-pixels"


def test_the_memory_in_a_file_survives(tmp_path):
    issuer, key, trust = issuer_and_trust()
    text = issuer.prepare_pass(lp.permit("BJ-1", CLASS), None, NOW).sign(key).qr_text
    path = str(tmp_path / "used")
    settings = lp.gate_settings(rules())

    store = lp.Store.in_file(path, 100, lp.default_retention())
    store.go_on(lp.GoOn.NOTHING_WAS_ADMITTED, NOW)
    gate = lp.Gate(settings, trust, [], store)
    assert gate.admit(text, NOW).is_admitted()
    with pytest.raises(lp.LivepermitError.Failed) as caught:
        lp.Store.in_file(path, 100, lp.default_retention())
    assert caught.value.code == "store-in-use"
    del store, gate
    again = lp.Store.in_file(path, 100, lp.default_retention())
    refused = lp.Gate(settings, trust, [], again).admit(text, NOW + 10)
    assert refused.rejection.code == "already-used"
    with pytest.raises(lp.LivepermitError.Failed) as caught:
        lp.Store.in_file(str(tmp_path), 100, lp.default_retention())
    assert caught.value.code == "store-setup"


@pytest.mark.skipif(not hasattr(lp, "panic_for_tests"), reason="a package for users")
def test_a_defect_of_the_library_is_an_internal_error():
    with pytest.raises(lp.InternalError, match="a defect that a test asked for"):
        lp.panic_for_tests()
    assert lp.rejection_codes()


def test_the_tables_of_codes_are_complete():
    assert len(lp.rejection_codes()) == 53
    assert len(lp.list_rejection_codes()) == 16
    assert len(lp.setup_rejection_codes()) == 12
    assert len(lp.caution_codes()) == 6
    assert all(facts.instruction for facts in lp.rejection_codes())


def test_the_example_of_the_readme_runs(capsys):
    readme = pathlib.Path(__file__).resolve().parents[1] / "README.md"
    example = readme.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out == "come in\n"
