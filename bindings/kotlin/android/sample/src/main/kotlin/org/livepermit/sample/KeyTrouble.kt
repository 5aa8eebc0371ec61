package org.livepermit.sample

import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.UserNotAuthenticatedException
import org.livepermit.LivepermitException

/** Why no code can be signed, in the words and with the step that the screen needs. */
sealed interface KeyTrouble {
    val words: String

    /** The user has to confirm who they are. Then go on as before. */
    data object Locked : KeyTrouble {
        override val words = "Confirm that this is you, to show your permit."
    }

    /** The key is gone for ever. Make a new key, and let the issuer bind the permit to it. */
    data object Lost : KeyTrouble {
        override val words =
            "The screen lock of this phone was changed, so your permit has to be fetched again."
    }

    /** Anything else: for a report. */
    data class Other(val cause: Throwable) : KeyTrouble {
        override val words = when (cause) {
            is LivepermitException.Failed -> cause.instruction ?: cause.reason
            else -> "This phone does not sign now. Try again."
        }
    }

    companion object {
        /** Tells what [failure] of a signature means. The keystore wraps its reasons. */
        fun of(failure: Throwable): KeyTrouble {
            // A cause can be a circle.
            for (cause in generateSequence(failure) { it.cause }.take(8)) {
                when (cause) {
                    is UserNotAuthenticatedException -> return Locked
                    is KeyPermanentlyInvalidatedException -> return Lost
                }
            }
            return Other(failure)
        }
    }
}
