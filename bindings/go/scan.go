package livepermit

// #include <livepermit.h>
import "C"

import (
	"image"
	"time"
	"unsafe"
)

// PixelLayout says how the pixels of a frame are laid out.
type PixelLayout uint32

// The layouts.
const (
	// PixelsLuma: one byte of luma a pixel.
	PixelsLuma PixelLayout = C.LP_PIXELS_LUMA
	// PixelsYUV420: a plane of luma first, as in NV12, NV21, I420, YV12. The planes of colour may
	// be left out.
	PixelsYUV420 PixelLayout = C.LP_PIXELS_YUV420
	// PixelsYUYV: Y U Y V for two pixels.
	PixelsYUYV PixelLayout = C.LP_PIXELS_YUYV
	// PixelsUYVY: U Y V Y for two pixels.
	PixelsUYVY PixelLayout = C.LP_PIXELS_UYVY
	// PixelsRGB: red, green, blue.
	PixelsRGB PixelLayout = C.LP_PIXELS_RGB
	// PixelsRGBA: red, green, blue, and one byte that is ignored.
	PixelsRGBA PixelLayout = C.LP_PIXELS_RGBA
	// PixelsBGR: blue, green, red.
	PixelsBGR PixelLayout = C.LP_PIXELS_BGR
	// PixelsBGRA: blue, green, red, and one byte that is ignored.
	PixelsBGRA PixelLayout = C.LP_PIXELS_BGRA
)

// Frame is a frame of a camera. Bytes that are not read need not be there.
type Frame struct {
	// Pixels are not changed, and not kept.
	Pixels []byte
	// Width counts the pixels of a row.
	Width int
	// Height counts the rows.
	Height int
	// Stride counts the bytes from the start of one row to the start of the next.
	Stride int
	// Layout says how the pixels are laid out.
	Layout PixelLayout
}

// FrameOf takes a picture of the package [image] without a copy: [*image.Gray], [*image.YCbCr],
// [*image.RGBA] or [*image.NRGBA]. Of other pictures isKnown is false: draw them on an
// [*image.Gray].
func FrameOf(picture image.Image) (frame Frame, isKnown bool) {
	at := picture.Bounds()
	frame = Frame{Width: at.Dx(), Height: at.Dy(), Layout: PixelsLuma}
	if at.Empty() {
		return frame, true
	}
	switch picture := picture.(type) {
	case *image.Gray:
		frame.Pixels, frame.Stride = picture.Pix[picture.PixOffset(at.Min.X, at.Min.Y):], picture.Stride
	case *image.YCbCr:
		frame.Pixels, frame.Stride = picture.Y[picture.YOffset(at.Min.X, at.Min.Y):], picture.YStride
	case *image.RGBA:
		frame.Pixels, frame.Stride = picture.Pix[picture.PixOffset(at.Min.X, at.Min.Y):], picture.Stride
		frame.Layout = PixelsRGBA
	case *image.NRGBA:
		frame.Pixels, frame.Stride = picture.Pix[picture.PixOffset(at.Min.X, at.Min.Y):], picture.Stride
		frame.Layout = PixelsRGBA
	default:
		return Frame{}, false
	}
	return frame, true
}

// ScanKind says what happened to a code in a frame.
type ScanKind uint32

// The kinds.
const (
	// ScanEntered: the code was admitted, the door may open. It is said once, however long the
	// code is held.
	ScanEntered ScanKind = C.LP_SCAN_ENTERED
	// ScanTurnedAway: the code was refused.
	ScanTurnedAway ScanKind = C.LP_SCAN_TURNED_AWAY
	// ScanForeign: a code that is no permit.
	ScanForeign ScanKind = C.LP_SCAN_FOREIGN
	// ScanHeld: a code of which everything was said before.
	ScanHeld ScanKind = C.LP_SCAN_HELD
	// ScanUnreadable: something looks like a code and cannot be read.
	ScanUnreadable ScanKind = C.LP_SCAN_UNREADABLE
)

// Corner is a corner of a code, in pixels from the top left corner of the frame.
type Corner struct {
	// X counts to the right.
	X float32
	// Y counts downwards.
	Y float32
}

// ScanEvent is what a gate says of a code in a frame.
type ScanEvent struct {
	// Kind says what happened.
	Kind ScanKind
	// Verified is the permit, with [ScanEntered]; else nil.
	Verified *Verified
	// Cautions are warnings for the person at the gate, with [ScanEntered].
	Cautions []Caution
	// Rejection says why, with [ScanTurnedAway]; else nil.
	Rejection *Rejection
	// Corners are top left, top right, bottom right, bottom left; zeros with [ScanUnreadable].
	Corners [4]Corner
}

// Scanner is a camera at a lane.
type Scanner struct{ *handle }

// NewScanner makes a scanner for a lane. It goes on after the gate is closed.
func NewScanner(gate *Gate) (*Scanner, error) {
	c := begin()
	defer c.end()
	lane, place := c.gate(gate), c.place()
	err := c.run(func() C.lp_result {
		return C.lp_scanner_new(lane, (**C.lp_scanner)(unsafe.Pointer(place)), c.why)
	})
	if err != nil {
		return nil, err
	}
	return &Scanner{newHandle(*place, func(scanner unsafe.Pointer) {
		C.lp_scanner_free((*C.lp_scanner)(scanner))
	})}, nil
}

// Scan looks at a frame, and admits each code in it.
//
// Codes of the error: "frame-too-few-pixels" and others of frames.
func (s *Scanner) Scan(frame Frame, now time.Time) ([]ScanEvent, error) {
	if s == nil {
		s = new(Scanner)
	}
	c := begin()
	defer c.end()
	scanner := (*C.lp_scanner)(c.use(s.handle, "the scanner"))
	in := placed(c, C.lp_frame{
		pixels: c.pinned(frame.Pixels),
		width:  C.int64_t(frame.Width),
		height: C.int64_t(frame.Height),
		stride: C.int64_t(frame.Stride),
		layout: C.lp_pixel_layout(frame.Layout),
	})
	out := one[C.lp_scan_events](c)
	err := c.once(C.LP_SCAN_BYTES, func() C.lp_result {
		return C.lp_scanner_scan(scanner, in, seconds(now), out, c.buffer, c.why)
	})
	if err != nil {
		return nil, err
	}
	events := make([]ScanEvent, out.count)
	for i, event := range unsafe.Slice(out.items, out.count) {
		events[i] = ScanEvent{
			Kind:      ScanKind(event.kind),
			Verified:  verifiedOf(event.verified),
			Cautions:  cautionsOf(event.cautions),
			Rejection: rejectionOf(event.rejection),
		}
		for n, corner := range event.corners {
			events[i].Corners[n] = Corner{X: float32(corner.x), Y: float32(corner.y)}
		}
	}
	return events, nil
}
