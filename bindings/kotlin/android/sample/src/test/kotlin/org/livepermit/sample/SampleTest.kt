package org.livepermit.sample

import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.security.keystore.UserNotAuthenticatedException
import java.io.File
import java.nio.ByteBuffer
import java.security.InvalidKeyException
import java.security.SignatureException
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.livepermit.Algorithm
import org.livepermit.Frame
import org.livepermit.FrameScanner
import org.livepermit.Holder
import org.livepermit.Issuer
import org.livepermit.LivepermitException
import org.livepermit.PixelLayout
import org.livepermit.PublicKey
import org.livepermit.Recipient
import org.livepermit.SecretKey
import org.livepermit.Trust
import org.livepermit.TrustedKey
import org.livepermit.Use
import org.livepermit.Validity
import org.livepermit.Verdict
import org.livepermit.Verifier
import org.livepermit.RevocationPolicy
import org.livepermit.permit
import org.livepermit.policy

private const val NOW = 1_790_000_000L
private const val CLASS = "bj.example:residence"
private const val ANDROID_8 = 26
private const val ANDROID_9 = 28
private const val ANDROID_14 = 34

/** What the sample does that needs no phone. */
class SampleTest {
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

    private fun credential(device: PublicKey, lifetime: Long, now: Long): ByteArray =
        Issuer("bj.example", issuerKey.publicKey())
            .prepareCredential(permit("BJ-1", CLASS), device, Validity(0, lifetime), now)
            .sign(issuerKey).bytes

    @Test
    fun `StrongBox makes the key, with the issuer's challenge and a check of the user`() {
        val challenge = ByteArray(16) { it.toByte() }
        val orders = FakeKeystore.onAPhone(hasStrongBox = true) {
            val made = KeystoreDeviceKey.make(
                "permit", challenge, UserCheck.AfterUnlock(600), ANDROID_14,
            )
            assertEquals(true, made.isInStrongBox)
            val loaded = KeystoreDeviceKey.load("permit")!!
            val key = loaded.deviceKey.publicKey
            assertArrayEquals(made.deviceKey.publicKey.toCoseKey(), key.toCoseKey())
            val wallet = Holder(key).apply { accept(credential(key, 600, NOW), trust, NOW) }
            val code = loaded.deviceKey.sign(wallet.prepare(Recipient.Anyone, NOW)).qrText
            val rules = policy("gate-3", listOf(CLASS), RevocationPolicy.NotChecked)
            val verdict = Verifier(trust, rules, emptyList()).verify(code, NOW, null)
            assertTrue(verdict is Verdict.Accepted, verdict.toString())
            KeystoreDeviceKey.remove("permit")
            assertNull(KeystoreDeviceKey.load("permit"))
        }
        val order = orders.single()
        assertArrayEquals(challenge, order.attestationChallenge)
        assertTrue(order.isStrongBoxBacked && order.isUserAuthenticationRequired)
        assertTrue(order.isUnlockedDeviceRequired && order.isInvalidatedByBiometricEnrollment)
        assertEquals(KeyProperties.PURPOSE_SIGN, order.purposes)
        assertEquals(listOf(KeyProperties.DIGEST_SHA256), order.digests.toList())
        assertEquals(600, order.userAuthenticationValidityDurationSeconds)
        assertEquals(
            KeyProperties.AUTH_BIOMETRIC_STRONG or KeyProperties.AUTH_DEVICE_CREDENTIAL,
            order.userAuthenticationType,
        )
    }

    @Test
    fun `a phone without StrongBox makes the key elsewhere`() {
        val orders = FakeKeystore.onAPhone(hasStrongBox = false) {
            val made =
                KeystoreDeviceKey.make("permit", ByteArray(16), UserCheck.EachUse, ANDROID_9)
            assertEquals(false, made.isInStrongBox)
        }
        assertEquals(listOf(true, false), orders.map { it.isStrongBoxBacked })
        // The call of Android 9 and 10 means: for each use, by a finger or a face.
        assertEquals(0, orders.last().userAuthenticationValidityDurationSeconds)
        assertEquals(KeyProperties.AUTH_BIOMETRIC_STRONG, orders.last().userAuthenticationType)
    }

    @Test
    fun `Android 8 is not asked for what it does not know`() {
        val orders = FakeKeystore.onAPhone(hasStrongBox = false) {
            KeystoreDeviceKey.make("permit", ByteArray(16), UserCheck.AfterUnlock(30), ANDROID_8)
        }
        assertFalse(orders.single().isStrongBoxBacked || orders.single().isUnlockedDeviceRequired)
        assertEquals(30, orders.single().userAuthenticationValidityDurationSeconds)
    }

    @Test
    fun `a key for each use is unlocked between its start and its signature`() = runTest {
        var key: KeystoreDeviceKey? = null
        FakeKeystore.onAPhone(hasStrongBox = true) {
            key = KeystoreDeviceKey.make("permit", ByteArray(16), UserCheck.EachUse, ANDROID_14)
        }
        val device = key!!.deviceKey.publicKey
        val wallet = Holder(device).apply { accept(credential(device, 600, NOW), trust, NOW) }
        val prepared = wallet.prepare(Recipient.Anyone, NOW)
        var asked = 0
        val code = key!!.signUnlocked(prepared) { asked += 1 }
        assertEquals(1, asked)
        assertTrue(code.qrText.startsWith("LP"))
        assertThrows(UserPrompt.Refused::class.java) {
            kotlinx.coroutines.runBlocking {
                key!!.signUnlocked(prepared) { throw UserPrompt.Refused("cancelled") }
            }
        }
    }

    @Test
    fun `what the keystore says is told in words`() {
        assertEquals(KeyTrouble.Locked, KeyTrouble.of(UserNotAuthenticatedException()))
        assertEquals(KeyTrouble.Lost, KeyTrouble.of(KeyPermanentlyInvalidatedException()))
        val wrapped = SignatureException(InvalidKeyException(UserNotAuthenticatedException()))
        assertEquals(KeyTrouble.Locked, KeyTrouble.of(wrapped))
        val other = KeyTrouble.of(SignatureException("the hardware is busy"))
        assertEquals("This phone does not sign now. Try again.", other.words)
        val refused = assertThrows(LivepermitException.Failed::class.java) {
            Holder(issuerKey.publicKey()).prepare(Recipient.Anyone, NOW)
        }
        assertEquals(refused.instruction ?: refused.reason, KeyTrouble.of(refused).words)
    }

    @Test
    fun `the picture is read from the pixels of its place`() {
        val device = SecretKey.generateP256()
        val holder = Holder(device.publicKey())
        holder.accept(credential(device.publicKey(), 600, NOW), trust, NOW)
        val text = holder.prepare(Recipient.Anyone, NOW).sign(device).qrText
        val picture = CodePicture.of(text)
        val (width, height) = 720 to 1100
        val place = picture.placeWithin(width, height)!!
        assertTrue(place.left >= 0 && place.left + place.side <= width)
        assertTrue(place.top >= 0 && place.top + place.side <= height)
        // A row has more bytes than pixels, and the last row ends early: the plane of a camera.
        val stride = 768
        val frame = ByteBuffer.allocateDirect(stride * (height - 1) + width)
        for (at in 0 until frame.capacity()) frame.put(at, -1)
        picture.forEachDark(place) { left, top, right, bottom ->
            for (y in top until bottom) for (x in left until right) frame.put(y * stride + x, 0)
        }
        val sizes = Frame(width.toLong(), height.toLong(), stride.toLong(), PixelLayout.LUMA)
        val read = FrameScanner().read(frame, sizes)
        assertEquals(listOf(text), read.codes.map { it.text })
        assertNull(picture.placeWithin(20, 2000))
    }

    @Test
    fun `credentials are kept, given back, and removed when a later one is there`(
        @TempDir folder: File,
    ) {
        val device = SecretKey.generateP256().publicKey()
        val files = WalletFiles(File(folder, "permit"))
        fun keep(lifetime: Long, now: Long) = Holder(device).use {
            files.keep(it.accept(credential(device, lifetime, now), trust, now))
        }
        keep(600, NOW)
        keep(9000, NOW + 60)
        val again = Holder(device)
        assertEquals(emptyList<String>(), files.restore(again, trust, NOW + 90))
        assertEquals(2, again.credentials().size)
        // A clock that is wrong removes nothing.
        assertEquals(listOf("expired"), files.restore(Holder(device), trust, NOW + 700))
        keep(9000, NOW + 700)
        assertEquals(emptyList<String>(), files.restore(Holder(device), trust, NOW + 700))
        assertEquals(2, File(folder, "permit").listFiles()!!.size)
        val other = Holder(SecretKey.generateP256().publicKey())
        assertEquals(List(2) { "other-device" }, files.restore(other, trust, NOW + 700))
    }
}
