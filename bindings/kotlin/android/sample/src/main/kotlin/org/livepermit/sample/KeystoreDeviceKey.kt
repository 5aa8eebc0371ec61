package org.livepermit.sample

import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.PrivateKey
import java.security.Signature
import java.security.cert.Certificate
import java.security.spec.ECGenParameterSpec
import org.livepermit.DeviceKey
import org.livepermit.PreparedToken
import org.livepermit.Token

private const val ANDROID_KEYSTORE = "AndroidKeyStore"

/** When the user must show who they are. */
sealed interface UserCheck {
    /**
     * Within so many seconds after the phone was unlocked or the user confirmed: for codes that are
     * replaced every ten seconds.
     */
    data class AfterUnlock(val seconds: Int) : UserCheck

    /** For each signature: for one answer to a gate. Sign with [KeystoreDeviceKey.signUnlocked]. */
    data object EachUse : UserCheck
}

/**
 * A P-256 key of Android Keystore, for one permit. The private key never leaves the phone's
 * hardware; StrongBox keeps the key where the phone has one.
 *
 * @property deviceKey what the wallet signs with
 * @property attestation the chain of certificates that proves to the issuer where the key is: the
 *   first one holds the issuer's challenge, the last one is Google's
 * @property isInStrongBox whether StrongBox made the key; nothing for a key that was made earlier
 */
class KeystoreDeviceKey private constructor(
    private val privateKey: PrivateKey,
    val attestation: List<Certificate>,
    val isInStrongBox: Boolean?,
) {
    val deviceKey = DeviceKey(KeyPair(attestation.first().publicKey, privateKey))

    /**
     * Signs once with a key of [UserCheck.EachUse]. [unlock] shows the prompt for a
     * `CryptoObject(signer)` and returns when the user has confirmed.
     *
     * @throws java.security.GeneralSecurityException see [KeyTrouble.of]
     */
    suspend fun signUnlocked(
        prepared: PreparedToken,
        unlock: suspend (signer: Signature) -> Unit,
    ): Token {
        val signer = Signature.getInstance("SHA256withECDSA")
        signer.initSign(privateKey)
        unlock(signer)
        signer.update(prepared.message())
        return prepared.attach(signer.sign())
    }

    companion object {
        /**
         * Makes a key, and replaces an earlier one of the same [alias]. It can take seconds: call
         * it outside the main thread.
         *
         * @param challenge random bytes of the issuer, used once, so that the attestation is fresh
         * @param apiLevel the version of Android that says what the key can be told
         * @throws java.security.GeneralSecurityException if the phone makes no such key: without a
         *   screen lock there is none that asks its user
         */
        fun make(
            alias: String,
            challenge: ByteArray,
            userCheck: UserCheck,
            apiLevel: Int = Build.VERSION.SDK_INT,
        ): KeystoreDeviceKey {
            val isInStrongBox = apiLevel >= Build.VERSION_CODES.P && try {
                generate(specification(alias, challenge, userCheck, apiLevel, inStrongBox = true))
                true
            } catch (_: StrongBoxUnavailableException) {
                false
            }
            if (!isInStrongBox) {
                generate(specification(alias, challenge, userCheck, apiLevel, inStrongBox = false))
            }
            return checkNotNull(entry(alias, isInStrongBox)) { "the keystore lost the key" }
        }

        /** The key that was made under this [alias]; nothing if there is none. */
        fun load(alias: String): KeystoreDeviceKey? = entry(alias, isInStrongBox = null)

        /** Removes the key: the codes of its credentials cannot be made any more. */
        fun remove(alias: String) = keystore().deleteEntry(alias)

        private fun keystore() = KeyStore.getInstance(ANDROID_KEYSTORE).apply { load(null) }

        private fun entry(alias: String, isInStrongBox: Boolean?): KeystoreDeviceKey? {
            val keystore = keystore()
            val privateKey = keystore.getKey(alias, null) as? PrivateKey ?: return null
            val chain = keystore.getCertificateChain(alias) ?: return null
            return KeystoreDeviceKey(privateKey, chain.toList(), isInStrongBox)
        }

        private fun generate(specification: KeyGenParameterSpec) {
            KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, ANDROID_KEYSTORE)
                .apply { initialize(specification) }
                .generateKeyPair()
        }

        private fun specification(
            alias: String,
            challenge: ByteArray,
            userCheck: UserCheck,
            apiLevel: Int,
            inStrongBox: Boolean,
        ): KeyGenParameterSpec =
            KeyGenParameterSpec.Builder(alias, KeyProperties.PURPOSE_SIGN).run {
                setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
                setDigests(KeyProperties.DIGEST_SHA256)
                setAttestationChallenge(challenge)
                setUserAuthenticationRequired(true)
                // A new finger must not use the permit of the finger that was there before.
                setInvalidatedByBiometricEnrollment(true)
                if (apiLevel >= Build.VERSION_CODES.P) {
                    setUnlockedDeviceRequired(true)
                    setIsStrongBoxBacked(inStrongBox)
                }
                askUser(userCheck, apiLevel)
                build()
            }

        private fun KeyGenParameterSpec.Builder.askUser(userCheck: UserCheck, apiLevel: Int) {
            val seconds = when (userCheck) {
                is UserCheck.AfterUnlock -> userCheck.seconds
                UserCheck.EachUse -> 0
            }
            if (apiLevel >= Build.VERSION_CODES.R) {
                val either =
                    KeyProperties.AUTH_BIOMETRIC_STRONG or KeyProperties.AUTH_DEVICE_CREDENTIAL
                setUserAuthenticationParameters(seconds, either)
            } else {
                // Before Android 11, -1 means each use, and then only by a finger or a face.
                @Suppress("DEPRECATION")
                setUserAuthenticationValidityDurationSeconds(if (seconds == 0) -1 else seconds)
            }
        }
    }
}
