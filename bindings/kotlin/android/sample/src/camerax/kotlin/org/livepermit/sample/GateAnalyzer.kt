package org.livepermit.sample

import androidx.camera.core.ImageAnalysis
import androidx.camera.core.ImageProxy
import org.livepermit.Frame
import org.livepermit.GateScanner
import org.livepermit.PixelLayout
import org.livepermit.ScanEvent

/**
 * A gate behind the camera of a phone: `ImageAnalysis.setAnalyzer(executor, GateAnalyzer(…))`,
 * with `STRATEGY_KEEP_ONLY_LATEST`, so that a slow frame delays none after it. The plane of luma
 * goes to the library where it lies; nothing is copied.
 *
 * This file needs CameraX, so it stands in a source set of its own.
 *
 * @param say gets each verdict once, on the analyser's thread
 */
class GateAnalyzer(
    private val scanner: GateScanner,
    private val say: (ScanEvent) -> Unit,
) : ImageAnalysis.Analyzer {
    override fun analyze(image: ImageProxy) = image.use {
        val luma = image.planes[0]
        val frame = Frame(
            width = image.width.toLong(),
            height = image.height.toLong(),
            stride = luma.rowStride.toLong(),
            layout = PixelLayout.LUMA,
        )
        // `YUV_420_888` promises a pixel stride of 1 in this plane, and a direct buffer.
        for (event in scanner.scan(luma.buffer, frame, System.currentTimeMillis() / 1000)) {
            if (event !is ScanEvent.Held) say(event)
        }
    }
}
