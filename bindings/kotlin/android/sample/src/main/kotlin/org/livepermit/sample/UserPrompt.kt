package org.livepermit.sample

import android.app.Activity
import android.hardware.biometrics.BiometricManager.Authenticators.BIOMETRIC_STRONG
import android.hardware.biometrics.BiometricManager.Authenticators.DEVICE_CREDENTIAL
import android.hardware.biometrics.BiometricPrompt
import android.os.Build
import android.os.CancellationSignal
import android.os.Handler
import android.os.Looper
import java.security.Signature
import java.util.concurrent.Executor
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Asks the user to confirm with a finger, a face or the screen lock. It needs Android 11; on older
 * phones use `androidx.biometric`, which has the same calls.
 */
object UserPrompt {
    /** The user did not confirm. The message is Android's, in the user's language. */
    class Refused(message: String) : Exception(message)

    /**
     * Returns when the user has confirmed. A key of [UserCheck.EachUse] needs its [signer] here; a
     * key of [UserCheck.AfterUnlock] needs none.
     *
     * @throws Refused if the user does not confirm, or the phone has no screen lock
     */
    suspend fun confirm(activity: Activity, title: String, signer: Signature?) {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.R) {
            throw Refused("This phone is too old to ask you. Lock it, and unlock it again.")
        }
        val executor = Executor { Handler(Looper.getMainLooper()).post(it) }
        val prompt = BiometricPrompt.Builder(activity)
            .setTitle(title)
            .setAllowedAuthenticators(BIOMETRIC_STRONG or DEVICE_CREDENTIAL)
            .build()
        suspendCancellableCoroutine { waiting ->
            val cancel = CancellationSignal()
            waiting.invokeOnCancellation { cancel.cancel() }
            val answer = object : BiometricPrompt.AuthenticationCallback() {
                override fun onAuthenticationSucceeded(
                    result: BiometricPrompt.AuthenticationResult?,
                ) {
                    if (waiting.isActive) waiting.resume(Unit)
                }

                // A finger that is not known is no end: the prompt stays.
                override fun onAuthenticationError(code: Int, message: CharSequence?) {
                    if (waiting.isActive) waiting.resumeWithException(Refused("$message"))
                }
            }
            if (signer == null) {
                prompt.authenticate(cancel, executor, answer)
            } else {
                val locked = BiometricPrompt.CryptoObject(signer)
                prompt.authenticate(locked, cancel, executor, answer)
            }
        }
    }
}
