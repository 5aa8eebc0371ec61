package org.livepermit.sample

import org.livepermit.ErrorCorrection
import org.livepermit.drawQr

/** Light modules around a QR code (ISO/IEC 18004). */
private const val QUIET = 4

/**
 * A QR code on a screen, in whole pixels: a module that is not a whole number of pixels is harder
 * to read. It knows nothing of Android.
 */
class CodePicture(private val width: Int, private val modules: ByteArray) {
    /** Where the picture is: its light border has [side] pixels. */
    data class Place(val left: Int, val top: Int, val pixels: Int, val side: Int)

    /** The largest picture within so many pixels, in their middle; nothing if none fits. */
    fun placeWithin(screenWidth: Int, screenHeight: Int): Place? {
        val all = width + 2 * QUIET
        val pixels = minOf(screenWidth, screenHeight) / all
        if (pixels == 0) return null
        val side = pixels * all
        return Place((screenWidth - side) / 2, (screenHeight - side) / 2, pixels, side)
    }

    /** Gives the dark runs of each row as left, top, right and bottom, in pixels. */
    inline fun forEachDark(place: Place, draw: (Int, Int, Int, Int) -> Unit) {
        for (run in darkRuns()) {
            val left = place.left + run.first * place.pixels
            val top = place.top + run.row * place.pixels
            draw(left, top, left + run.length * place.pixels, top + place.pixels)
        }
    }

    /** Dark modules side by side, counted with the light border. */
    data class Run(val row: Int, val first: Int, val length: Int)

    /** The dark runs of all rows. */
    fun darkRuns(): List<Run> = buildList {
        for (row in 0 until width) {
            var column = 0
            while (column < width) {
                val first = column
                while (column < width && isDark(row, column)) column += 1
                if (column > first) add(Run(row + QUIET, first + QUIET, column - first))
                column += 1
            }
        }
    }

    private fun isDark(row: Int, column: Int) = modules[row * width + column] == 1.toByte()

    companion object {
        /** Draws the text of a token. */
        fun of(qrText: String): CodePicture = drawQr(qrText, ErrorCorrection.MEDIUM).use {
            CodePicture(it.width().toInt(), it.modules())
        }
    }
}
