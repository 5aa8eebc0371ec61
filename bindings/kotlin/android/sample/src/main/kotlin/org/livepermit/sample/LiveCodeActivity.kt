package org.livepermit.sample

import android.app.Activity
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import android.os.SystemClock
import android.view.View
import android.view.WindowManager
import android.view.WindowManager.LayoutParams.BRIGHTNESS_OVERRIDE_FULL
import android.widget.Button
import android.widget.LinearLayout
import android.widget.TextView
import java.io.File
import java.util.concurrent.Executor
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import org.livepermit.Holder
import org.livepermit.LiveScreen
import org.livepermit.PhoneClock
import org.livepermit.Trust
import org.livepermit.liveCodes

/** The clocks of an Android phone. The uptime goes on while the phone sleeps. */
object AndroidClock : PhoneClock {
    override fun wall() = System.currentTimeMillis() / 1000

    override fun uptime() = SystemClock.elapsedRealtime()
}

/** The keys of issuers. Your app gets them by a signed trust list: see `TrustAnchor`. */
fun interface IssuerKeys {
    fun trust(): Trust
}

/**
 * Shows the live code while the user looks at it. Give it your issuers: [issuers] of a subclass.
 *
 * - No picture of the screen, and none in the list of recent apps: `FLAG_SECURE`.
 * - Full brightness, and the screen stays on, while the code is visible.
 * - A key that asks its user is told in words, with a button.
 */
abstract class LiveCodeActivity : Activity() {
    /** The keys of the issuers whose permits this app shows. */
    protected abstract val issuers: IssuerKeys

    private val main =
        Executor { Handler(Looper.getMainLooper()).post(it) }.asCoroutineDispatcher()
    private val scope = CoroutineScope(SupervisorJob() + main)
    private var showing: Job? = null
    private lateinit var code: LiveCodeView
    private lateinit var words: TextView
    private lateinit var confirm: Button

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        window.addFlags(
            WindowManager.LayoutParams.FLAG_SECURE or
                WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON,
        )
        window.attributes = window.attributes.apply { screenBrightness = BRIGHTNESS_OVERRIDE_FULL }
        code = LiveCodeView(this, AndroidClock)
        words = TextView(this)
        confirm = Button(this).apply {
            text = "Confirm"
            visibility = View.GONE
            setOnClickListener { askUser() }
        }
        val column = LinearLayout(this).apply {
            orientation = LinearLayout.VERTICAL
            addView(code, LinearLayout.LayoutParams(MATCH, 0, 1f))
            addView(words, LinearLayout.LayoutParams(MATCH, WRAP))
            addView(confirm, LinearLayout.LayoutParams(MATCH, WRAP))
        }
        setContentView(column)
    }

    override fun onStart() {
        super.onStart()
        showing = scope.launch { showCodes() }
    }

    override fun onStop() {
        // A code that nobody looks at is not signed.
        showing?.cancel()
        say("")
        super.onStop()
    }

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }

    private suspend fun showCodes() {
        val key = KeystoreDeviceKey.load(KEY_ALIAS) ?: return say("This phone has no permit yet.")
        Holder(key.deviceKey.publicKey).use { holder ->
            WalletFiles(File(filesDir, "permit"))
                .restore(holder, issuers.trust(), AndroidClock.wall())
            holder.liveCodes(key.deviceKey, clock = AndroidClock).collect(::apply)
        }
    }

    private fun apply(screen: LiveScreen) = when (screen) {
        is LiveScreen.Code -> {
            say("")
            code.show(CodePicture.of(screen.token.qrText), screen.schedule, "Permit code")
        }
        is LiveScreen.Waiting -> {
            val trouble = screen.failure?.let(KeyTrouble::of)
            say(trouble?.words ?: "One moment")
            if (trouble == KeyTrouble.Locked) confirm.visibility = View.VISIBLE
            Unit
        }
        is LiveScreen.NotYetValid -> say("This permit is not valid yet. Check the phone's clock.")
        is LiveScreen.Ended -> say("This permit has ended. Connect to fetch the next one.")
    }

    private fun say(text: String) {
        confirm.visibility = View.GONE
        words.text = text
        code.clear(text)
    }

    /** The flow asks the key again after a second by itself. */
    private fun askUser() {
        scope.launch {
            try {
                UserPrompt.confirm(this@LiveCodeActivity, "Show your permit", signer = null)
            } catch (refused: UserPrompt.Refused) {
                words.text = refused.message
            }
        }
    }

    private companion object {
        const val KEY_ALIAS = "livepermit"
        const val MATCH = LinearLayout.LayoutParams.MATCH_PARENT
        const val WRAP = LinearLayout.LayoutParams.WRAP_CONTENT
    }
}
