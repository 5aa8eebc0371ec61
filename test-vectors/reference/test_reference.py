"""What test vectors cannot show of the verifier in lp1/: `python3 -m unittest` in this directory."""

from __future__ import annotations

import ast
import hashlib
import random
import sys
import unittest
import zlib
from pathlib import Path
from typing import Optional

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

sys.path.insert(0, str(Path(__file__).resolve().parent))

import mutate
from lp1 import cbor, ed25519, fields, p256, running, status, text
from lp1.clock import Clock
from lp1.policy import LookUp, Policy
from lp1.refusal import BadKey, BadSignature, ConfigurationError, ListRefused, Malformed, Refused
from lp1.gate import AdmissionPolicy, require_within
from lp1.memory import Question, Server, Witness
from lp1.policy import Verifier
from lp1.store import Claim, Settings, Store
from lp1.trust import TrustAnchor, accept_trust_list
from lp1.vectors import GROUPS

# RFC 8032, section 7.1: public key, message, signature.
RFC_8032 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
)


class Cbor(unittest.TestCase):
    def test_what_is_not_deterministic_is_malformed(self) -> None:
        for item in (
            "", "1817", "1900ff", "1a0000ffff", "1b00000000ffffffff", "3800", "5800", "7817" + "61" * 23, "9800", "b800",
            "5f4161ff", "7f6161ff", "9fff", "bfff", "ff", "1c" + "ff" * 16, "1d", "1e", "3c", "5c", "7e", "9d", "be", "fc",
            "a202000100", "a201000100", "a1", "a101", "82", "8201", "616100", "61ff", "62c080", "63eda080", "64f4908080",
            "61c3", "f90000", "fa00000000", "fb0000000000000000", "f97e00", "f7", "e0", "f3",
            "f814", "f818", "f8ff", "c000", "d200", "d81200", "3b8000000000000000", "3bffffffffffffffff",
            "5bffffffffffffffff", "7bffffffffffffffff", "9bffffffffffffffff", "bbffffffffffffffff", "81" * 9 + "80",
            "0000",
        ):
            with self.subTest(item), self.assertRaises(Malformed):
                cbor.decode(bytes.fromhex(item))

    def test_what_is_deterministic_comes_back_as_it_was(self) -> None:
        for item in (
            "00", "17", "1818", "18ff", "190100", "1a00010000", "1b0000000100000000", "1bffffffffffffffff", "20",
            "3b7fffffffffffffff", "40", "60", "64f09f9880", "80", "a0", "f4", "f5", "f6", "a3010020008101" + "02",
            "81" * 8 + "80", "a1a1010203", "a2f400f500",
        ):
            with self.subTest(item):
                data = bytes.fromhex(item)
                read = cbor.decode(data)
                self.assertEqual(read.raw, data)
                self.assertEqual(cbor.canonical(read), data)

    def test_tag_18_is_read_only_where_it_is_asked_for(self) -> None:
        self.assertIs(cbor.decode(b"\xd2\x80", sign1=True).kind, cbor.Kind.TAG)
        for item in (b"\xd2\x80", b"\xd3\x80"):
            with self.assertRaises(Malformed):
                cbor.decode(item)
        with self.assertRaises(Malformed):
            cbor.decode(b"\xd3\x80", sign1=True)

    def test_lax_reading_finds_equal_keys_in_other_encodings(self) -> None:
        cbor.decode(bytes.fromhex("a20200180100"), lax=True)
        for item in ("a20100180100", "a2a20102020300a20203010200"):
            with self.subTest(item), self.assertRaises(Malformed):
                cbor.decode(bytes.fromhex(item), lax=True)

    def test_lax_reading_bounds_a_map(self) -> None:
        def with_keys(count: int) -> bytes:
            return cbor.encode({key: 0 for key in range(count)})

        cbor.decode(with_keys(64), lax=True)
        with self.assertRaises(Malformed):
            cbor.decode(with_keys(65), lax=True)


class Text(unittest.TestCase):
    def test_base45_of_rfc_9285(self) -> None:
        for encoded, data in (("BB8", b"AB"), ("%69 VD92EX0", b"Hello!!"), ("UJCLQE7W581", b"base-45"), ("QED8WEX0", b"ietf!")):
            self.assertEqual(text.base45(encoded), data)

    def test_a_single_character_is_malformed_whatever_its_value(self) -> None:
        for encoded in ("BB80", "BB8A", "0"):
            with self.assertRaises(Malformed):
                text.base45(encoded)

    def test_digits_of_other_scripts_are_no_version(self) -> None:
        for shown in ("LP\u0662:", "LP\u00b2:", "LP2", "LP:", "LP-1:", "LP1000:"):
            with self.subTest(shown), self.assertRaises(Refused) as refused:
                text.token_of_text(shown)
            self.assertEqual(refused.exception.code, "not-ours")


class Ed25519(unittest.TestCase):
    def test_rfc_8032(self) -> None:
        for key, message, signature in RFC_8032:
            signed = bytes.fromhex(signature)
            ed25519.verify(bytes.fromhex(key), signed, bytes.fromhex(message))
            with self.assertRaises(BadSignature):
                ed25519.verify(bytes.fromhex(key), signed, bytes.fromhex(message) + b"\0")

    def test_the_base_point(self) -> None:
        self.assertEqual(ed25519.encode(ed25519.BASE).hex(), "58" + "66" * 31)
        self.assertTrue(ed25519.is_neutral(ed25519.multiply(ed25519.ORDER, ed25519.BASE)))
        self.assertEqual(ed25519.recover_x(ed25519.BASE_Y, 0), ed25519.BASE_X)

    def test_arithmetic_is_a_group(self) -> None:
        chance = random.Random(1)
        for _ in range(5):
            a, b = chance.randrange(1 << 252), chance.randrange(1 << 252)
            sum_of_points = ed25519.add(ed25519.multiply(a, ed25519.BASE), ed25519.multiply(b, ed25519.BASE))
            self.assertEqual(ed25519.encode(sum_of_points), ed25519.encode(ed25519.multiply(a + b, ed25519.BASE)))
            self.assertTrue(ed25519.is_neutral(ed25519.add(sum_of_points, ed25519.negate(sum_of_points))))

    def point_of_order_8(self) -> ed25519.Point:
        encoded = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
        y = int.from_bytes(encoded, "little") & ((1 << 255) - 1)
        x = ed25519.recover_x(y, encoded[31] >> 7) or 0
        return x, y, 1, x * y % ed25519.P

    def test_the_eight_points_of_small_order_are_bad_keys(self) -> None:
        point = self.point_of_order_8()
        encodings = {ed25519.encode(ed25519.multiply(multiple, point)) for multiple in range(8)}
        self.assertEqual(len(encodings), 8)
        for key in encodings:
            with self.assertRaises(BadKey):
                ed25519.good_key(key)

    def test_r_of_small_order_is_refused_though_the_equation_holds(self) -> None:
        torsion, secret = self.point_of_order_8(), 12345
        key = ed25519.encode(ed25519.add(ed25519.multiply(secret, ed25519.BASE), torsion))
        ed25519.good_key(key)
        for attempt in range(100):
            # P = sB - kA with s = k times the secret is -kT; that has to be R, which is hashed into k.
            message = attempt.to_bytes(4, "big")
            for multiple in range(8):
                r = ed25519.encode(ed25519.multiply(multiple, torsion))
                k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % ed25519.ORDER
                s = k * secret % ed25519.ORDER
                if ed25519.encode(ed25519.commitment(key, k, s)) == r:
                    with self.assertRaises(BadSignature) as refused:
                        ed25519.verify(key, r + s.to_bytes(32, "little"), message)
                    self.assertIn("small order", str(refused.exception))
                    return
        self.fail("no such signature was found")

    def test_s_is_below_the_order(self) -> None:
        key, message, signature = RFC_8032[1]
        s = int.from_bytes(bytes.fromhex(signature)[32:], "little") + ed25519.ORDER
        with self.assertRaises(BadSignature):
            ed25519.verify(
                bytes.fromhex(key), bytes.fromhex(signature)[:32] + s.to_bytes(32, "little"), bytes.fromhex(message)
            )

    def test_it_agrees_with_cryptography_on_honest_signatures(self) -> None:
        for seed in range(5):
            private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
            ed25519.verify(private.public_key().public_bytes_raw(), private.sign(b"message"), b"message")


class P256(unittest.TestCase):
    private = ec.derive_private_key(7, ec.SECP256R1())

    def key(self) -> "tuple[bytes, bool]":
        numbers = self.private.public_key().public_numbers()
        return numbers.x.to_bytes(32, "big"), numbers.y % 2 == 1

    def signature(self, message: bytes, high: bool) -> bytes:
        r, s = utils.decode_dss_signature(self.private.sign(message, ec.ECDSA(SHA256())))
        if (s > p256.ORDER // 2) != high:
            s = p256.ORDER - s
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def test_the_lower_s_verifies_and_the_higher_does_not(self) -> None:
        p256.verify(*self.key(), self.signature(b"message", False), b"message")
        with self.assertRaises(BadSignature) as refused:
            p256.verify(*self.key(), self.signature(b"message", True), b"message")
        self.assertIn("lower", str(refused.exception))

    def test_other_messages_and_bounds(self) -> None:
        good = self.signature(b"message", False)
        for message, signature in (
            (b"other", good), (b"message", bytes(32) + good[32:]), (b"message", good[:32] + bytes(32)),
            (b"message", b"\xff" * 32 + good[32:]), (b"message", bytes(64)),
        ):
            with self.assertRaises(BadSignature):
                p256.verify(*self.key(), signature, message)

    def test_the_sign_bit_chooses_y(self) -> None:
        x, odd = self.key()
        self.assertEqual(p256.good_y(x, odd) % 2, int(odd))
        self.assertEqual(p256.good_y(x, odd) + p256.good_y(x, not odd), p256.P)

    def test_x_is_reduced(self) -> None:
        for x in (0, 5):
            p256.good_y(x.to_bytes(32, "big"), True)
            with self.assertRaises(BadKey):
                p256.good_y((p256.P + x).to_bytes(32, "big"), True)


class Inflating(unittest.TestCase):
    def code(self, data: bytes, limit: int) -> Optional[str]:
        try:
            status.inflate(data, limit)
        except ListRefused as refusal:
            return refusal.code
        return None

    def test_limits_hold_against_a_bomb(self) -> None:
        bomb = zlib.compress(bytes(50_000_000), 9)
        self.assertEqual(self.code(bomb, 1000), "list-too-large")
        self.assertEqual(self.code(zlib.compress(bytes(1000)), 1000), None)
        self.assertEqual(self.code(zlib.compress(bytes(1001)), 1000), "list-too-large")
        self.assertEqual(self.code(zlib.compress(b""), 0), None)
        self.assertEqual(self.code(zlib.compress(b"a"), 0), "list-too-large")

    def test_a_stream_is_whole_and_alone(self) -> None:
        stream = zlib.compress(b"entries")
        with_dictionary = zlib.compressobj(zdict=b"entries")
        for data in (
            b"", stream[:1], stream[:-1], stream[:4], stream + b"\0", stream + stream, stream[:-1] + b"\0", stream[2:-4],
            with_dictionary.compress(b"entries") + with_dictionary.flush(), b"\x1f\x8b\x08" + bytes(7),
        ):
            with self.subTest(data.hex()):
                self.assertEqual(self.code(data, 1000), "list-compression")

    def test_entries_are_counted_from_the_least_significant_bit(self) -> None:
        state = status.ListState(0, b"")
        for bits, values in ((1, [1, 0, 0, 1, 0, 0, 1, 1]), (2, [1, 2, 0, 3]), (4, [9, 12]), (8, [201])):
            listed = status.StatusList("i", "u", bits, 0, None, b"\xc9", state)
            self.assertEqual([listed.value(index) for index in range(listed.entries())], values)


class TrustLists(unittest.TestCase):
    def test_four_mebibytes_are_read_and_one_byte_more_is_not(self) -> None:
        # As a vector this would be eight megabytes of digits.
        anchor = TrustAnchor("name", (), 0)
        for size, code in ((4 * 1024 * 1024, "list-malformed"), (4 * 1024 * 1024 + 1, "list-too-long")):
            with self.assertRaises(ListRefused) as refused:
                accept_trust_list(anchor, None, bytes(size), 0, 0)
            self.assertEqual(refused.exception.code, code)


class Configuration(unittest.TestCase):
    def policy(self, **other: object) -> Policy:
        values = dict(
            gate="gate", own_name_only=False, classes=("a:b",), forms=("pass",), challenge_required=False, window=30,
            skew=5, max_credential_age=1, acting_accepted=False, look_up=LookUp(0, 0), exempt_classes=(),
        )
        values.update(other)
        return Policy(**values)  # type: ignore[arg-type]

    def test_policies_that_break_a_rule_are_none(self) -> None:
        self.policy()
        for other in (
            {"gate": "*"}, {"gate": ""}, {"gate": "a b"}, {"classes": ()}, {"classes": ("a",)}, {"forms": ()},
            {"forms": ("credential",)}, {"window": 0}, {"window": 86_401}, {"skew": -1}, {"skew": 43_201},
            {"max_credential_age": 0}, {"exempt_classes": ("a",)}, {"challenge_required": True},
        ):
            with self.subTest(other), self.assertRaises(ConfigurationError):
                self.policy(**other)


SETTINGS = Settings(30, 5, 60, 0, 0)


class Remembering(unittest.TestCase):
    def claim(self, permit: bytes, moment: Optional[int]) -> Claim:
        return Claim(permit, moment, ("gate", "lane"), "zone", True, 3, 35)

    def test_no_code_is_admitted_twice_whatever_clocks_do(self) -> None:
        chance = random.Random(2)
        for _ in range(100):
            store, admitted = Store(SETTINGS, 3, None), set()
            for _ in range(200):
                now = 1000 + chance.randrange(500)
                claim = self.claim(bytes([chance.randrange(6)]), now + chance.randrange(-40, 10))
                try:
                    store.admit(claim, now)
                except Refused:
                    continue
                self.assertNotIn((claim.permit_id, claim.moment), admitted)
                admitted.add((claim.permit_id, claim.moment))
            self.assertTrue(admitted)

    def test_a_refusal_records_nothing(self) -> None:
        store = Store(SETTINGS, 1, None)
        store.admit(self.claim(b"a", 1000), 1000)
        before = repr(store.records)
        for claim in (self.claim(b"a", 999), self.claim(b"a", 1000), self.claim(b"a", 1001), self.claim(b"b", 1001)):
            with self.assertRaises(Refused):
                store.admit(claim, 1001)
        self.assertEqual(repr(store.records), before)

    def test_a_gate_keeps_the_limits_of_its_store(self) -> None:
        def gate(skew: int, cool_down: "str | int", settings: Settings) -> None:
            policy = Configuration().policy(skew=skew)
            require_within(Verifier(policy, (), None, ()), AdmissionPolicy(3, cool_down, False, True, 0), settings)

        longer = Settings(30, 5, 60, 100, 0)
        for skew, cool_down, settings in ((5, "window", SETTINGS), (5, 35, SETTINGS), (5, 100, longer)):
            gate(skew, cool_down, settings)
        for skew, cool_down, settings in ((6, "window", SETTINGS), (5, 36, SETTINGS), (5, 101, longer)):
            with self.assertRaises(ConfigurationError):
                gate(skew, cool_down, settings)

    def test_no_code_is_admitted_twice_whatever_fails_over(self) -> None:
        """Three gates and a server that restarts, fails over to an earlier state and is emptied. Clocks are at most 30
        seconds from the server's."""
        chance = random.Random(3)
        settings = Settings(6, 2, 10, 20, 0)
        openings = 0
        for _ in range(60):
            server = Server(settings, True, "0", None, {})
            replica = Server(settings, True, "0", None, {})
            witnesses = [Witness(), Witness(), Witness()]
            admitted, entered, time = set(), {}, 1000
            for life in range(1, 400):
                time += chance.randrange(3)
                event = chance.randrange(60)
                if event == 0:
                    server.incarnation = str(life)
                elif event == 1:
                    replica.copy_to(server)
                    server.incarnation = str(life)
                elif event == 2:
                    server.state, server.records = None, {}
                elif event < 8:
                    server.copy_to(replica)
                gate = chance.randrange(3)
                now = time + (gate - 1) * 5
                moment = now + chance.randrange(-4, 3)
                claim = Claim(bytes([chance.randrange(3)]), moment, (str(gate), "lane"), "zone", True, 3, 20)
                witness = witnesses[gate]
                answer = server.ask(Question(str(gate), witness, now, claim), time, bytes([life % 256, life // 256]))
                if answer.known is not None:
                    witness.take(answer.known, answer.admissions)
                if answer.refusal is not None:
                    continue
                openings += 1
                self.assertNotIn((claim.permit_id, moment), admitted)
                admitted.add((claim.permit_id, moment))
                self.assertGreaterEqual(time - entered.get(claim.permit_id, 0), 20)
                entered[claim.permit_id] = time
        self.assertGreater(openings, 100)

    def test_nine_readings_are_kept_the_last_of_each_permit(self) -> None:
        clock = Clock(0, None, 0)
        for permit in range(9):
            clock.note(bytes([permit]), permit)
        clock.note(bytes([0]), 100)
        clock.note(bytes([9]), 9)
        self.assertEqual(sorted(clock.readings.values()), [2, 3, 4, 5, 6, 7, 8, 9, 100])


class Runner(unittest.TestCase):
    vectors = Path(__file__).resolve().parent.parent

    def group(self, change: "dict[str, object]") -> running.GroupResult:
        content = next(iter(running.load([self.vectors / "pass.json"]).values()))
        group = content["testGroups"][0]
        group["tests"] = [{**group["tests"][0], **change}]
        return running.run_group("pass.json", group)

    def test_agreement_is_agreement(self) -> None:
        self.assertEqual(self.group({}).differences, [])

    def test_an_unexpected_success_fails(self) -> None:
        wrong = self.group({"result": "invalid", "code": "stale", "stage": "freshness", "verdict": {}})
        self.assertTrue(wrong.differences)

    def test_an_unexpected_refusal_another_code_and_another_verdict_fail(self) -> None:
        self.assertTrue(self.group({"now": 0}).differences)
        self.assertTrue(self.group({"now": 0, "result": "invalid", "code": "stale", "stage": "freshness"}).differences)
        self.assertTrue(self.group({"text": "LP2:"}).differences)
        self.assertTrue(self.group({"verdict": {"form": "pass"}}).differences)

    def test_a_group_of_an_unknown_type_is_told(self) -> None:
        self.assertTrue(running.run_group("x", {"type": "New", "comment": "", "tests": [{}]}).unknown)

    def test_each_type_of_group_in_the_schema_is_run(self) -> None:
        schema = (self.vectors / "schema.json").read_text(encoding="utf-8")
        for kind in GROUPS:
            self.assertIn(f'"const": "{kind}"', schema)


class Mutation(unittest.TestCase):
    def test_each_refusal_of_the_verifier_is_left_out_once(self) -> None:
        for path in (Path(__file__).resolve().parent / "lp1").glob("*.py"):
            if path.stem in mutate.HARNESS:
                continue
            raised = sum(mutate.is_refusal(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
            left_out = [mutant for mutant in mutate.mutants_of(path.stem) if mutant.what.startswith("without raise")]
            self.assertEqual(len(left_out), raised, path.stem)


class Trust(unittest.TestCase):
    def test_a_date_that_is_none(self) -> None:
        for date in ("", "20000", "200000", "200013", "200x", "2000022", "200002029", "20000001", "20000100", "20000230", "19000229", "20010229", "20000431"):
            with self.subTest(date), self.assertRaises(Malformed):
                fields.birth_date(cbor.decode(cbor.encode(date)))
        for date in ("0000", "1964", "196404", "200012", "00000229", "20040229", "20000229", "20000101", "20001231"):
            self.assertEqual(fields.birth_date(cbor.decode(cbor.encode(date))), date)


if __name__ == "__main__":
    unittest.main()
