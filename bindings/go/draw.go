package livepermit

// #include <livepermit.h>
import "C"

import "time"

// ErrorCorrection says how much of a QR code may be unreadable.
type ErrorCorrection uint32

// The levels.
const (
	// CorrectionLow: about 7 %.
	CorrectionLow ErrorCorrection = C.LP_CORRECTION_LOW
	// CorrectionMedium: about 15 %, for screens.
	CorrectionMedium ErrorCorrection = C.LP_CORRECTION_MEDIUM
	// CorrectionQuartile: about 25 %, for paper.
	CorrectionQuartile ErrorCorrection = C.LP_CORRECTION_QUARTILE
	// CorrectionHigh: about 30 %.
	CorrectionHigh ErrorCorrection = C.LP_CORRECTION_HIGH
)

// QRModules are the modules of a QR code.
type QRModules struct {
	// Version is the version of the symbol, 1 to 40.
	Version int
	// Width counts the modules along a side, without the light border of 4 modules, which the
	// program must draw.
	Width int
	// Modules are the modules row by row: 1 is dark, 0 is light.
	Modules []byte
}

// IsDark reports whether a module is dark. Outside of the code everything is light.
func (m QRModules) IsDark(x, y int) bool {
	inside := x >= 0 && y >= 0 && x < m.Width && y < m.Width
	return inside && m.Modules[y*m.Width+x] == 1
}

// DrawModules makes a QR code of a text in alphanumeric mode, such as the QRText of a [Token].
func DrawModules(text string, level ErrorCorrection) (QRModules, error) {
	c := begin()
	defer c.end()
	in, out := c.text(text), one[C.lp_qr_modules](c)
	err := c.run(func() C.lp_result {
		return C.lp_draw_modules(in, C.lp_error_correction(level), out, c.buffer, c.why)
	})
	if err != nil {
		return QRModules{}, err
	}
	return QRModules{
		Version: int(out.version), Width: int(out.width), Modules: bytesOf(out.modules),
	}, nil
}

// DrawSVG makes an SVG picture of a QR code with its light border.
func DrawSVG(text string, level ErrorCorrection) (string, error) {
	return drawSVG(text, level, 0, 0)
}

// DrawSVGWithCountdown makes the same with a bar below the code that becomes shorter: left of
// whole. Milliseconds count, and whole has at least one.
func DrawSVGWithCountdown(
	text string, level ErrorCorrection, left, whole time.Duration,
) (string, error) {
	if whole < time.Millisecond {
		reason := "a countdown has at least a millisecond"
		return "", failure("countdown-empty", reason, "Say how long a code is live.", nil)
	}
	return drawSVG(text, level, millis(left), millis(whole))
}

func drawSVG(text string, level ErrorCorrection, left, whole C.int64_t) (string, error) {
	c := begin()
	defer c.end()
	in, out := c.text(text), one[C.lp_text](c)
	err := c.run(func() C.lp_result {
		correction := C.lp_error_correction(level)
		return C.lp_draw_svg(in, correction, left, whole, out, c.buffer, c.why)
	})
	if err != nil {
		return "", err
	}
	return textOf(*out), nil
}

// DrawPNG makes a PNG picture of a QR code with its light border, with 1 to 255 pixels a module.
func DrawPNG(text string, level ErrorCorrection, pixelsPerModule int) ([]byte, error) {
	c := begin()
	defer c.end()
	in, out := c.text(text), one[C.lp_bytes](c)
	err := c.run(func() C.lp_result {
		correction := C.lp_error_correction(level)
		return C.lp_draw_png(in, correction, C.int64_t(pixelsPerModule), out, c.buffer, c.why)
	})
	if err != nil {
		return nil, err
	}
	return bytesOf(*out), nil
}
