package org.livepermit

import java.math.BigInteger
import java.security.AlgorithmParameters
import java.security.KeyPairGenerator
import java.security.MessageDigest
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import java.security.spec.ECParameterSpec
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test

private const val NOW = 1_790_000_000L
private const val CLASS = "bj.example:residence"

/** Signatures as keystores and HSMs really give them: taken, or told apart. */
class SignatureTest {
    private val pair = KeyPairGenerator.getInstance("EC")
        .apply { initialize(ECGenParameterSpec("secp256r1")) }
        .generateKeyPair()
    private val issuerKey = SecretKey.generateEd25519()
    private val trust = Trust(
        listOf(
            TrustedKey(
                issuer = "bj.example", key = issuerKey.publicKey(), keyId = null,
                algorithm = Algorithm.ED25519, uses = listOf(Use.CREDENTIAL),
                classes = listOf(CLASS), notBefore = null, signUntil = null, expires = null,
            ),
        ),
    )
    private val prepared = DeviceKey(pair).publicKey.let { device ->
        val credential = Issuer("bj.example", issuerKey.publicKey())
            .prepareCredential(permit("BJ-1", CLASS), device, defaultValidity(), NOW)
            .sign(issuerKey)
        Holder(device).apply { accept(credential.bytes, trust, NOW) }.prepare(Recipient.Anyone, NOW)
    }
    private val order: BigInteger = AlgorithmParameters.getInstance("EC")
        .apply { init(ECGenParameterSpec("secp256r1")) }
        .getParameterSpec(ECParameterSpec::class.java).order

    /** r and s of the first signature of the JCA that is like this. */
    private fun numbers(isLike: (BigInteger, BigInteger) -> Boolean): Pair<BigInteger, BigInteger> {
        val signer = Signature.getInstance("SHA256withECDSAinP1363Format")
        repeat(100_000) {
            signer.initSign(pair.private)
            signer.update(prepared.message())
            val raw = signer.sign()
            val (r, s) = BigInteger(1, raw.copyOf(32)) to BigInteger(1, raw.copyOfRange(32, 64))
            if (isLike(r, s)) return r to s
        }
        error("no signature is like this")
    }

    private fun der(r: BigInteger, s: BigInteger): ByteArray {
        fun part(tag: Byte, content: ByteArray) = byteArrayOf(tag, content.size.toByte()) + content
        return part(0x30, part(2, r.toByteArray()) + part(2, s.toByteArray()))
    }

    /** The bytes of a number without those that are zero at the beginning. */
    private fun short(number: BigInteger) = number.toByteArray().dropWhile { it == 0.toByte() }

    /** All 32 bytes of a number. */
    private fun whole(number: BigInteger) =
        List(32 - short(number).size) { 0.toByte() } + short(number)

    private fun isTaken(signature: ByteArray) {
        val rules = policy("gate-3", listOf(CLASS), RevocationPolicy.NotChecked)
        val code = prepared.attach(signature).qrText
        val verdict = Verifier(trust, rules, emptyList()).verify(code, NOW, null)
        assertInstanceOf(Verdict.Accepted::class.java, verdict)
    }

    private fun refused(signature: ByteArray): LivepermitException.Failed =
        assertThrows(LivepermitException.Failed::class.java) { prepared.attach(signature) }

    @Test
    fun `short numbers are taken, in DER and raw without their zeros`() {
        val shortR = numbers { r, s -> short(r).size == 31 && short(s).size == 32 }
        val shortS = numbers { r, s -> short(r).size == 32 && short(s).size == 31 }
        for ((r, s) in listOf(shortR, shortS)) {
            val lost = (short(r) + short(s)).toByteArray()
            assertEquals(63, lost.size)
            isTaken(lost)
            isTaken(der(r, s))
        }
    }

    @Test
    fun `high and low s are taken`() {
        val (r, s) = numbers { _, s -> s > order.shiftRight(1) }
        for (number in listOf(s, order - s)) {
            isTaken(der(r, number))
            isTaken((whole(r) + whole(number)).toByteArray())
        }
    }

    @Test
    fun `a key that hashes by itself and got the digest is told`() {
        val signer = Signature.getInstance("SHA256withECDSA")
        signer.initSign(pair.private)
        signer.update(MessageDigest.getInstance("SHA-256").digest(prepared.message()))
        val error = refused(signer.sign())
        assertEquals("hashed-twice", error.code)
        assertEquals(
            "Give this signer the message, or tell it that the input is a digest already. An " +
                "Ed25519 signer always gets the message.",
            error.instruction,
        )
    }

    @Test
    fun `DER that is broken is told apart from a signature of something else`() {
        val (r, s) = numbers { _, _ -> true }
        assertEquals("signature-encoding", refused(der(r, s).dropLast(1).toByteArray()).code)
        assertEquals("signature-encoding", refused(byteArrayOf(0x30)).code)
        assertEquals("does-not-verify", refused(der(r, s + BigInteger.ONE)).code)
    }
}
