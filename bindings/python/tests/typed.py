"""A gate as a program writes it that is checked by `mypy --strict`. It is also run."""

import time
import typing

import livepermit as lp

CLASS = "bj.example:residence"


def instruction(gate: lp.Gate, text: str, now: int) -> str:
    match gate.admit(text, now):
        case lp.Admission.ADMITTED(verified=verified, cautions=cautions):
            return " ".join([verified.subject, *(caution.instruction for caution in cautions)])
        case lp.Admission.REFUSED(rejection=rejection):
            return rejection.instruction
        case other:
            raise TypeError(other)


def code_of(error: lp.LivepermitError) -> str:
    return error.code if isinstance(error, lp.LivepermitError.Failed) else "unknown"


if typing.TYPE_CHECKING:
    # What a checker must find, or it complains about the comments.
    lp.draw_qr("A", lp.ErrorCorrection.LOW).to_sgv()  # type: ignore[attr-defined]
    lp.read_token("LP1:")  # type: ignore[arg-type]
    lp.Validity(0, 1)  # type: ignore[call-arg]


def main() -> None:
    now = int(time.time())
    key = lp.SecretKey.generate_ed25519()
    issuer = lp.Issuer("bj.example", key.public_key())
    token = issuer.prepare_pass(lp.permit("BJ-7F3A9C2E", CLASS), None, now).sign(key)
    trusted = lp.TrustedKey(
        issuer="bj.example", key=key.public_key(), key_id=None, algorithm=lp.Algorithm.ED25519,
        uses=[lp.Use.PASS], classes=[CLASS], not_before=None, sign_until=None, expires=None,
    )
    rules = lp.policy("gate-3", [CLASS], lp.RevocationPolicy.NOT_CHECKED())
    store = lp.Store.in_memory_for_the_first_time(100, lp.default_retention())
    gate = lp.Gate(lp.gate_settings(rules), lp.Trust([trusted]), [], store)
    assert instruction(gate, token.qr_text, now).startswith("BJ-7F3A9C2E ")
    assert instruction(gate, "HTTPS://EXAMPLE.COM", now).startswith("This is not a permit code")
    try:
        lp.read_token(b"")
    except lp.LivepermitError as error:
        assert code_of(error) == "empty"


if __name__ == "__main__":
    main()
