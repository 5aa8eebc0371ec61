package org.livepermit

import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.withContext

/** The two clocks of a phone. */
interface PhoneClock {
    /** Seconds since 1970, as the phone shows the time. */
    fun wall(): Long

    /** Milliseconds of a counter that nobody can set: `SystemClock.elapsedRealtime` on Android. */
    fun uptime(): Long

    /** The clocks of the JVM. */
    object Jvm : PhoneClock {
        override fun wall() = System.currentTimeMillis() / 1000

        override fun uptime() = System.nanoTime() / 1_000_000
    }
}

/** What the screen shows. */
sealed interface LiveScreen {
    /** A code, until another value comes. */
    data class Code(val token: Token, val schedule: CodeSchedule) : LiveScreen

    /** No code is ready: show a spinner. [failure] is why the last signature did not come. */
    data class Waiting(val failure: Throwable?) : LiveScreen

    /** The credential is not valid yet, by this phone's clock. */
    data class NotYetValid(val from: Long) : LiveScreen

    /** The credential has ended: fetch another. The flow ends. */
    data class Ended(val at: Long) : LiveScreen
}

/**
 * The codes of a wallet, each signed shortly before it is shown, replaced every [refresh] seconds.
 * Collect the flow while the screen is visible, and draw each value at once. The flow reads both
 * clocks again whenever it wakes, and goes on with the next credential that the wallet accepted;
 * collect it anew when the app comes to the front.
 *
 * @param signingContext where [DeviceKey.sign] runs, as a keystore may take seconds
 */
fun Holder.liveCodes(
    key: DeviceKey,
    recipient: Recipient = Recipient.Anyone,
    refresh: Long = 10,
    clock: PhoneClock = PhoneClock.Jvm,
    signingContext: CoroutineContext = Dispatchers.Default,
): Flow<LiveScreen> = flow {
    var credential = current(clock.wall()) ?: credentials().lastOrNull()
    if (credential == null) {
        emit(LiveScreen.Ended(clock.wall()))
        return@flow
    }
    fun shorter(window: Long) = refresh.coerceAtMost(window - 1)
    val schedule = credential.run {
        CodeSchedule(notBefore, expires, window, shorter(window))
    }
    // The last two: the one that is shown, and the one that replaces it.
    val signed = ArrayDeque<Pair<Slot, Token>>()
    var failure: Throwable? = null
    while (true) {
        val newest = current(clock.wall())
        if (newest != null && !newest.bytes.contentEquals(credential!!.bytes)) {
            credential = newest
            newest.run { schedule.renew(notBefore, expires, window, shorter(window)) }
        }
        val step = schedule.at(clock.wall(), clock.uptime())
        when (val screen = step.screen) {
            is Screen.Code ->
                signed.firstOrNull { it.first == screen.slot }
                    ?.let { emit(LiveScreen.Code(it.second, schedule)) }
            is Screen.NotYetValid -> emit(LiveScreen.NotYetValid(screen.from))
            is Screen.Ended -> {
                emit(LiveScreen.Ended(screen.at))
                return@flow
            }
            Screen.Waiting -> emit(LiveScreen.Waiting(failure))
        }
        val slot = step.prepare
        if (slot == null) {
            delay((step.wake - clock.uptime()).coerceAtLeast(1))
            continue
        }
        try {
            val token = withContext(signingContext) {
                prepare(recipient, slot.issuedAt).use { key.sign(it) }
            }
            failure = null
            if (schedule.prepared(slot, clock.uptime()) is Arrival.Accepted) {
                signed.addFirst(slot to token)
                while (signed.size > 2) signed.removeLast()
            }
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (refused: Exception) {
            failure = refused
            schedule.failed(slot, clock.uptime())
        }
    }
}.distinctUntilChanged()
