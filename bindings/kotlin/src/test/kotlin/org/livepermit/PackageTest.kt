package org.livepermit

import java.lang.reflect.InvocationTargetException
import java.nio.ByteBuffer
import java.security.KeyPairGenerator
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.Executors
import java.util.concurrent.Future
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource

private const val NOW = 1_790_000_000L
private const val CLASS = "bj.example:residence"

/** What a user of the package does, and what goes wrong. */
class PackageTest {
    private val issuerKey = SecretKey.generateEd25519()
    private val issuer = Issuer("bj.example", issuerKey.publicKey())
    private val trust = Trust(
        listOf(
            TrustedKey(
                issuer = "bj.example", key = issuerKey.publicKey(), keyId = null,
                algorithm = Algorithm.ED25519, uses = listOf(Use.CREDENTIAL, Use.PASS),
                classes = listOf(CLASS), notBefore = null, signUntil = null, expires = null,
            ),
        ),
    )
    private val rules = policy("gate-3", listOf(CLASS), RevocationPolicy.NotChecked)

    private fun gate() = Gate(
        gateSettings(rules), trust, emptyList(),
        Store.inMemoryForTheFirstTime(100, defaultRetention()),
    )

    private fun deviceKey(algorithm: String): DeviceKey {
        val generator = KeyPairGenerator.getInstance(algorithm)
        if (algorithm == "EC") {
            generator.initialize(java.security.spec.ECGenParameterSpec("secp256r1"))
        }
        return DeviceKey(generator.generateKeyPair())
    }

    private fun holder(key: DeviceKey): Holder {
        val prepared = issuer.prepareCredential(
            permit("BJ-7F3A9C2E", CLASS), key.publicKey, defaultValidity(), NOW,
        )
        return Holder(key.publicKey).apply { accept(prepared.sign(issuerKey).bytes, trust, NOW) }
    }

    @ParameterizedTest
    @ValueSource(strings = ["EC", "Ed25519"])
    fun `a code signed by a key of the JCA is admitted once and goes stale`(algorithm: String) {
        val key = deviceKey(algorithm)
        val holder = holder(key)
        // ECDSA of the JCA is random: half of the signatures have a high s.
        repeat(if (algorithm == "EC") 20 else 1) { number ->
            val now = NOW + 100L * number
            val code = key.sign(holder.prepare(Recipient.Anyone, now)).qrText
            val gate = gate()
            val stale = assertInstanceOf(Admission.Refused::class.java, gate.admit(code, now + 36))
            assertEquals("stale", stale.rejection.code)
            assertEquals(Evidence.Times(now + 36, now + 30), stale.rejection.evidence)
            val admitted = assertInstanceOf(Admission.Admitted::class.java, gate.admit(code, now))
            assertEquals("BJ-7F3A9C2E", admitted.verified.subject)
            val again = assertInstanceOf(Admission.Refused::class.java, gate.admit(code, now + 9))
            assertEquals("already-used", again.rejection.code)
        }
    }

    @Test
    fun `eight threads at one gate get one admission`() {
        val key = deviceKey("Ed25519")
        val code = key.sign(holder(key).prepare(Recipient.Anyone, NOW)).qrText
        val (gate, verifier) = gate() to Verifier(trust, rules, emptyList())
        val start = CyclicBarrier(8)
        val threads = Executors.newFixedThreadPool(8)
        val lanes: List<Future<Pair<Admission, Verdict>>> = (1..8).map {
            threads.submit<Pair<Admission, Verdict>> {
                start.await()
                gate.admit(code, NOW) to verifier.verify(code, NOW, null)
            }
        }
        val seen = lanes.map { it.get() }
        threads.shutdown()
        assertEquals(1, seen.count { it.first is Admission.Admitted })
        assertEquals(8, seen.count { it.second is Verdict.Accepted })
    }

    @OptIn(ExperimentalCoroutinesApi::class)
    @Test
    fun `the flow shows a new code every ten seconds and the gate admits it`() = runTest {
        val key = deviceKey("EC")
        val clock = object : PhoneClock {
            override fun wall() = NOW + currentTime / 1000

            override fun uptime() = currentTime
        }
        val seen = mutableListOf<Pair<Long, LiveScreen>>()
        holder(key).liveCodes(key, clock = clock, signingContext = EmptyCoroutineContext)
            .take(5)
            .collect { seen += currentTime to it }
        assertEquals(LiveScreen.Waiting(null), seen.first().second)
        val codes = seen.drop(1)
        assertEquals(listOf(0L, 10_000L, 20_000L, 30_000L), codes.map { it.first })
        for ((millis, screen) in codes) {
            val code = assertInstanceOf(LiveScreen.Code::class.java, screen)
            val admission = gate().admit(code.token.qrText, NOW + millis / 1000)
            assertInstanceOf(Admission.Admitted::class.java, admission)
        }
        val last = codes.last().second as LiveScreen.Code
        assertEquals(10_000L, last.schedule.remaining(clock.wall(), clock.uptime())!!.refresh)
    }

    @OptIn(ExperimentalCoroutinesApi::class)
    @Test
    fun `a locked key is told, and asked again after a second`() = runTest {
        val key = deviceKey("EC")
        val locked = DeviceKey(
            object : java.security.PrivateKey {
                override fun getAlgorithm() = "EC"

                override fun getFormat() = null

                override fun getEncoded() = null
            },
            key.publicKey,
        )
        val clock = object : PhoneClock {
            override fun wall() = NOW + currentTime / 1000

            override fun uptime() = currentTime
        }
        val screens = holder(key)
            .liveCodes(locked, clock = clock, signingContext = EmptyCoroutineContext)
            .take(3).toList()
        val failures = screens.drop(1).map { (it as LiveScreen.Waiting).failure }
        failures.forEach { assertInstanceOf(java.security.InvalidKeyException::class.java, it) }
        assertTrue(currentTime >= 1000)
    }

    @OptIn(ExperimentalCoroutinesApi::class)
    @Test
    fun `the flow goes on with the next credential`() = runTest {
        val key = deviceKey("EC")
        val wallet = Holder(key.publicKey)
        fun accept(lifetime: Long, now: Long) = wallet.accept(
            issuer.prepareCredential(
                permit("BJ-7F3A9C2E", CLASS), key.publicKey, Validity(0, lifetime), now,
            ).sign(issuerKey).bytes,
            trust, now,
        )
        accept(25, NOW)
        val clock = object : PhoneClock {
            override fun wall() = NOW + currentTime / 1000

            override fun uptime() = currentTime
        }
        var last = 0L
        wallet.liveCodes(key, clock = clock, signingContext = EmptyCoroutineContext)
            .take(8)
            .collect { screen ->
                val code = screen as? LiveScreen.Code ?: return@collect
                if (last == 0L) accept(86_400, NOW + 1)
                last = currentTime
                assertInstanceOf(
                    Admission.Admitted::class.java,
                    gate().admit(code.token.qrText, NOW + currentTime / 1000),
                )
            }
        assertTrue(last > 25_000, "the last code came after $last ms")
    }

    @Test
    fun `a wallet without a credential shows that it has ended`() = runTest {
        val key = deviceKey("EC")
        assertInstanceOf(LiveScreen.Ended::class.java, Holder(key.publicKey).liveCodes(key).first())
    }

    @Test
    fun `signatures of a signer that is set wrong are told apart`() {
        val generator = KeyPairGenerator.getInstance("EC")
        generator.initialize(java.security.spec.ECGenParameterSpec("secp256r1"))
        val pair = generator.generateKeyPair()
        val key = DeviceKey(pair)
        val prepared = holder(key).prepare(Recipient.Anyone, NOW)
        fun code(algorithm: String, input: ByteArray): String {
            val signer = java.security.Signature.getInstance(algorithm)
            signer.initSign(pair.private)
            signer.update(input)
            val signature = signer.sign()
            return assertThrows(LivepermitException.Failed::class.java) {
                prepared.attach(signature)
            }.also { assertNotNull(it.instruction) }.code
        }
        assertEquals("hashed-twice", code("SHA256withECDSA", prepared.digest()!!))
        assertEquals("other-hash", code("SHA512withECDSA", prepared.message()))
        assertEquals("does-not-verify", code("SHA256withECDSA", "another".toByteArray()))
        val zeros = assertThrows(LivepermitException.Failed::class.java) {
            prepared.attach(ByteArray(64))
        }
        assertEquals("signature-zeros", zeros.code)
        // The digest for a signer that does not hash.
        val raw = java.security.Signature.getInstance("NONEwithECDSAinP1363Format")
        raw.initSign(pair.private)
        raw.update(prepared.digest()!!)
        assertEquals(Form.PRESENTATION, prepared.attach(raw.sign()).form)
    }

    @Test
    fun `a defect of the library is an internal exception`() {
        // Packages for users do not have the function, so nothing here may name it.
        val panic = Class.forName("org.livepermit.LivepermitKt").methods
            .firstOrNull { it.name == "panicForTests" }
        assumeTrue(panic != null, "a package for users")
        val thrown = assertThrows(InvocationTargetException::class.java) { panic!!.invoke(null) }
        val defect = assertInstanceOf(InternalException::class.java, thrown.cause)
        assertTrue(defect.message!!.contains("a defect that a test asked for"))
        assertEquals(53, rejectionCodes().size)
    }

    @Test
    fun `a drawn code is read from a frame of a camera`() {
        val text = issuer.preparePass(permit("BJ-1", CLASS), null, NOW).sign(issuerKey).qrText
        val picture = drawQr(text, ErrorCorrection.MEDIUM)
        val (width, modules) = picture.width().toInt() to picture.modules()
        val (quiet, pixels) = 4 to 5
        val side = (width + 2 * quiet) * pixels
        // What CameraX gives: a direct buffer.
        val frame = ByteBuffer.allocateDirect(side * side)
        for (y in 0 until side) for (x in 0 until side) {
            val (column, row) = (x / pixels - quiet) to (y / pixels - quiet)
            val isDark = column in 0 until width && row in 0 until width &&
                modules[row * width + column] == 1.toByte()
            frame.put(y * side + x, if (isDark) 0 else -1)
        }
        val sizes = Frame(side.toLong(), side.toLong(), side.toLong(), PixelLayout.LUMA)
        val camera = GateScanner(gate())
        assertInstanceOf(ScanEvent.Entered::class.java, camera.scan(frame, sizes, NOW).single())
        assertInstanceOf(ScanEvent.Held::class.java, camera.scan(frame, sizes, NOW + 1).single())
        val short = assertThrows(LivepermitException.Failed::class.java) {
            camera.scan(ByteBuffer.allocateDirect(9), sizes, NOW)
        }
        assertEquals("frame-too-few-pixels", short.code)
    }
}
