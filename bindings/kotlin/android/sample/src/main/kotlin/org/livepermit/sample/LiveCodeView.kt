package org.livepermit.sample

import android.content.Context
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.Paint
import android.view.View
import org.livepermit.CodeSchedule
import org.livepermit.PhoneClock

/** Draws a live code, and below it the time until the next one. */
class LiveCodeView(context: Context, private val clock: PhoneClock) : View(context) {
    private val paint = Paint()
    private var picture: CodePicture? = null
    private var schedule: CodeSchedule? = null

    /** Shows a code. [words] say to people who cannot see what is on the screen. */
    fun show(picture: CodePicture, schedule: CodeSchedule, words: String) {
        this.picture = picture
        this.schedule = schedule
        contentDescription = words
        invalidate()
    }

    /** Removes the code at once. */
    fun clear(words: String) {
        picture = null
        schedule = null
        contentDescription = words
        invalidate()
    }

    override fun onDraw(canvas: Canvas) {
        // Light around the code in dark mode as well: readers need the border.
        canvas.drawColor(Color.WHITE)
        val picture = picture ?: return
        val place = picture.placeWithin(width, height) ?: return
        paint.color = Color.BLACK
        picture.forEachDark(place) { left, top, right, bottom ->
            canvas.drawRect(
                left.toFloat(), top.toFloat(), right.toFloat(), bottom.toFloat(), paint,
            )
        }
        // The schedule is asked for every frame, and nothing else keeps time.
        val left = schedule?.remaining(clock.wall(), clock.uptime()) ?: return
        val bar = place.side * left.toNext.coerceIn(0, left.refresh) / left.refresh
        val top = (place.top + place.side - place.pixels * 2).toFloat()
        paint.color = Color.DKGRAY
        canvas.drawRect(
            place.left.toFloat(), top, (place.left + bar).toFloat(), top + place.pixels, paint,
        )
        postInvalidateOnAnimation()
    }
}
