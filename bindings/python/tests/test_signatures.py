"""Signatures as keystores and HSMs really give them: taken, or told apart."""

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import livepermit as lp

NOW = 1_790_000_000
CLASS = "bj.example:residence"
# The order of P-256 (SEC 2).
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Signer:
    """A P-256 key outside the library, and a presentation that it has to sign."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        der = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        device = lp.PublicKey.from_spki_der(der)
        issuer_key = lp.SecretKey.generate_ed25519()
        self.trust = lp.Trust([
            lp.TrustedKey(
                issuer="bj.example", key=issuer_key.public_key(), key_id=None,
                algorithm=lp.Algorithm.ED25519, uses=[lp.Use.CREDENTIAL], classes=[CLASS],
                not_before=None, sign_until=None, expires=None,
            )
        ])
        credential = lp.Issuer("bj.example", issuer_key.public_key()).prepare_credential(
            lp.permit("BJ-1", CLASS), device, lp.default_validity(), NOW
        ).sign(issuer_key)
        holder = lp.Holder(device)
        holder.accept(credential.bytes, self.trust, NOW)
        self.prepared = holder.prepare(lp.Recipient.ANYONE(), NOW)

    def sign(self, message):
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))

    def numbers(self, is_like):
        """r and s of the first signature that is like this."""
        for _ in range(100_000):
            r, s = utils.decode_dss_signature(self.sign(self.prepared.message()))
            if is_like(r, s):
                return r, s
        raise AssertionError("no signature is like this")

    def is_taken(self, signature):
        rules = lp.policy("gate-3", [CLASS], lp.RevocationPolicy.NOT_CHECKED())
        code = self.prepared.attach(signature).qr_text
        assert lp.Verifier(self.trust, rules, []).verify(code, NOW, None).is_accepted()

    def refused(self, signature):
        with pytest.raises(lp.LivepermitError.Failed) as caught:
            self.prepared.attach(signature)
        return caught.value


@pytest.fixture
def signer():
    return Signer()


def short(number):
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


@pytest.mark.parametrize("is_like", [
    lambda r, s: (len(short(r)), len(short(s))) == (31, 32),
    lambda r, s: (len(short(r)), len(short(s))) == (32, 31),
], ids=["r", "s"])
def test_short_numbers_are_taken_in_der_and_raw_without_their_zeros(signer, is_like):
    r, s = signer.numbers(is_like)
    assert len(short(r) + short(s)) == 63
    signer.is_taken(short(r) + short(s))
    signer.is_taken(utils.encode_dss_signature(r, s))
    signer.is_taken(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def test_high_and_low_s_are_taken(signer):
    r, s = signer.numbers(lambda _, s: s > ORDER // 2)
    for number in (s, ORDER - s):
        signer.is_taken(utils.encode_dss_signature(r, number))
        signer.is_taken(r.to_bytes(32, "big") + number.to_bytes(32, "big"))


def test_a_key_that_hashes_by_itself_and_got_the_digest_is_told(signer):
    error = signer.refused(signer.sign(hashlib.sha256(signer.prepared.message()).digest()))
    assert error.code == "hashed-twice"
    assert "Give this signer the message" in error.instruction
    # The same key, told that the input is a digest, is right.
    digest = signer.prepared.digest()
    prehashed = ec.ECDSA(utils.Prehashed(hashes.SHA256()))
    signer.is_taken(signer.key.sign(digest, prehashed))


def test_other_mistakes_are_told_apart(signer):
    r, s = signer.numbers(lambda r, s: True)
    message = signer.prepared.message()
    cases = {
        "signature-encoding": utils.encode_dss_signature(r, s)[:-1],
        "does-not-verify": utils.encode_dss_signature(r, s + 1),
        "other-hash": signer.key.sign(message, ec.ECDSA(hashes.SHA512())),
        "signature-zeros": bytes(64),
    }
    assert {code: signer.refused(bytes_).code for code, bytes_ in cases.items()} == {
        code: code for code in cases
    }
