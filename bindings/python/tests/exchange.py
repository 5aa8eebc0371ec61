"""Makes codes that programs in other languages admit, and admits theirs: `exchange.py make FILE`,
`exchange.py admit FILE`, `exchange.py cost FILE CALLS [KIND]`. KIND is the code that is verified:
`ed25519` (unless said), `p256` or `pass`."""

import json
import pathlib
import statistics
import sys
import time

import livepermit as lp

CLASS = "bj.example:residence"


def trust_of(key):
    return lp.Trust([
        lp.TrustedKey(
            issuer="bj.example", key=key, key_id=None, algorithm=lp.Algorithm.ED25519,
            uses=[lp.Use.CREDENTIAL, lp.Use.PASS], classes=[CLASS],
            not_before=None, sign_until=None, expires=None,
        )
    ])


def make():
    now = int(time.time())
    key = lp.SecretKey.generate_ed25519()
    issuer = lp.Issuer("bj.example", key.public_key())
    codes = {"pass": issuer.prepare_pass(lp.permit("pass", CLASS), None, now).sign(key).qr_text}
    devices = {
        "ed25519": lp.SecretKey.generate_ed25519(), "p256": lp.SecretKey.generate_p256(),
    }
    for name, device in devices.items():
        credential = issuer.prepare_credential(
            lp.permit(name, CLASS), device.public_key(), lp.default_validity(), now
        ).sign(key)
        holder = lp.Holder(device.public_key())
        holder.accept(credential.bytes, trust_of(key.public_key()), now)
        codes[name] = holder.prepare(lp.Recipient.ANYONE(), now).sign(device).qr_text
    return {"issuerKey": key.public_key().to_cose_key().hex(), "now": now, "codes": codes}


def admit(made):
    key = lp.PublicKey.from_cose_key(bytes.fromhex(made["issuerKey"]))
    rules = lp.policy("gate-3", [CLASS], lp.RevocationPolicy.NOT_CHECKED())
    store = lp.Store.in_memory_for_the_first_time(100, lp.default_retention())
    gate = lp.Gate(lp.gate_settings(rules), trust_of(key), [], store)
    assert len(made["codes"]) == 3, made["codes"].keys()
    for name, code in made["codes"].items():
        admission = gate.admit(code, made["now"] + 1)
        assert admission.is_admitted() and admission.verified.subject == name, admission
        again = gate.admit(code, made["now"] + 10)
        assert again.is_refused() and again.rejection.code == "already-used", again


# Calls that are timed together.
TOGETHER = 200


def cost(made, calls, kind="ed25519"):
    """The microseconds of a verdict on a code, the median of many small batches, and by how many
    KiB the process grew in the second half of the calls."""
    key = lp.PublicKey.from_cose_key(bytes.fromhex(made["issuerKey"]))
    rules = lp.policy("gate-3", [CLASS], lp.RevocationPolicy.NOT_CHECKED())
    verifier = lp.Verifier(trust_of(key), rules, [])
    code, now, batches, half = made["codes"][kind], made["now"], [], 0
    for batch in range(calls // TOGETHER):
        if batch == calls // TOGETHER // 2:
            half = resident()
        start = time.perf_counter()
        for _ in range(TOGETHER):
            assert verifier.verify(code, now, None).is_accepted()
        batches.append((time.perf_counter() - start) * 1e6 / TOGETHER)
    print(f"{statistics.median(batches):.1f} {resident() - half}")


def resident():
    """KiB of memory that the process has."""
    status = pathlib.Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))


if __name__ == "__main__":
    word, file = sys.argv[1], pathlib.Path(sys.argv[2])
    if word == "make":
        file.write_text(json.dumps(make()), encoding="utf-8")
    elif word == "admit":
        admit(json.loads(file.read_text(encoding="utf-8")))
    elif word == "cost":
        cost(json.loads(file.read_text(encoding="utf-8")), int(sys.argv[3]), *sys.argv[4:5])
    else:
        sys.exit(__doc__)
