//! Camera frames at a gate.

use livepermit_ffi::{Corner, Frame, GateScanner, PixelLayout, ScanEvent};

use crate::buffer::{Arena, give, has_room, is_place, lp_buffer};
use crate::error::{Failure, Outcome, lp_error, lp_result, run};
use crate::gate::lp_gate;
use crate::handle::{free, hand_out};
use crate::text::{lp_bytes, object};
use crate::verdict::{lp_cautions, lp_rejection, lp_verified};

/// How the pixels of a frame are laid out: one of the constants `LP_PIXELS_*`.
pub type lp_pixel_layout = u32;

/// One byte of luma a pixel.
pub const LP_PIXELS_LUMA: u32 = 1;
/// A plane of luma first: NV12, NV21, I420, YV12. The planes of colour may be left out.
pub const LP_PIXELS_YUV420: u32 = 2;
/// Y U Y V for two pixels.
pub const LP_PIXELS_YUYV: u32 = 3;
/// U Y V Y for two pixels.
pub const LP_PIXELS_UYVY: u32 = 4;
/// Red, green, blue.
pub const LP_PIXELS_RGB: u32 = 5;
/// Red, green, blue, and one byte that is ignored.
pub const LP_PIXELS_RGBA: u32 = 6;
/// Blue, green, red.
pub const LP_PIXELS_BGR: u32 = 8;
/// Blue, green, red, and one byte that is ignored.
pub const LP_PIXELS_BGRA: u32 = 7;

/// A frame of a camera. Bytes that are not read need not be there.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_frame {
    /// The pixels.
    pub pixels: lp_bytes,
    /// Pixels of a row.
    pub width: i64,
    /// Rows.
    pub height: i64,
    /// Bytes from the start of one row to the start of the next.
    pub stride: i64,
    /// How the pixels are laid out.
    pub layout: lp_pixel_layout,
}

/// A corner of a code, in pixels from the top left corner of the frame.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_corner {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// What a gate says of a code in a frame: one of the constants `LP_SCAN_*`.
pub type lp_scan_kind = u32;

/// The code was admitted: the door may open. Said once, however long the code is held.
pub const LP_SCAN_ENTERED: u32 = 1;
/// The code was refused.
pub const LP_SCAN_TURNED_AWAY: u32 = 2;
/// A code that is no permit.
pub const LP_SCAN_FOREIGN: u32 = 3;
/// A code of which everything was said before.
pub const LP_SCAN_HELD: u32 = 4;
/// Something looks like a code and cannot be read.
pub const LP_SCAN_UNREADABLE: u32 = 5;

/// What a gate says of a code in a frame.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_scan_event {
    /// What happened.
    pub kind: lp_scan_kind,
    /// With `LP_SCAN_ENTERED` the permit, else NULL.
    pub verified: *const lp_verified,
    /// With `LP_SCAN_ENTERED`: warnings for the person at the gate.
    pub cautions: lp_cautions,
    /// With `LP_SCAN_TURNED_AWAY` why, else NULL.
    pub rejection: *const lp_rejection,
    /// Top left, top right, bottom right, bottom left of the code; zero with `LP_SCAN_UNREADABLE`.
    pub corners: [lp_corner; 4],
}

/// What a gate says of a frame.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_scan_events {
    /// The first event; can be NULL if there is none.
    pub items: *const lp_scan_event,
    /// How many there are.
    pub count: usize,
}

impl lp_frame {
    /// # Safety
    /// Pointers are valid.
    unsafe fn take<'a>(&self) -> Outcome<(&'a [u8], Frame)> {
        let layout = match self.layout {
            LP_PIXELS_LUMA => PixelLayout::Luma,
            LP_PIXELS_YUV420 => PixelLayout::Yuv420,
            LP_PIXELS_YUYV => PixelLayout::Yuyv,
            LP_PIXELS_UYVY => PixelLayout::Uyvy,
            LP_PIXELS_RGB => PixelLayout::Rgb,
            LP_PIXELS_RGBA => PixelLayout::Rgba,
            LP_PIXELS_BGR => PixelLayout::Bgr,
            LP_PIXELS_BGRA => PixelLayout::Bgra,
            other => return Err(Failure::value("the layout of pixels", other)),
        };
        // SAFETY: the caller answers for the pointer.
        let pixels = unsafe { self.pixels.get("the pixels") }?;
        let frame = Frame { width: self.width, height: self.height, stride: self.stride, layout };
        Ok((pixels, frame))
    }
}

impl lp_scan_event {
    fn of(event: &ScanEvent, arena: &mut Arena) -> Self {
        let mut out = Self {
            kind: LP_SCAN_UNREADABLE,
            verified: core::ptr::null(),
            cautions: lp_cautions::of(&[], arena),
            rejection: core::ptr::null(),
            corners: [lp_corner { x: 0.0, y: 0.0 }; 4],
        };
        match event {
            ScanEvent::Entered { verified, cautions, corners } => {
                out.kind = LP_SCAN_ENTERED;
                let verified = lp_verified::of(verified, arena);
                out.verified = arena.one(verified);
                out.cautions = lp_cautions::of(cautions, arena);
                out.place(corners);
            }
            ScanEvent::TurnedAway { rejection, corners } => {
                out.kind = LP_SCAN_TURNED_AWAY;
                let rejection = lp_rejection::of(rejection, arena);
                out.rejection = arena.one(rejection);
                out.place(corners);
            }
            ScanEvent::Foreign { corners } => {
                out.kind = LP_SCAN_FOREIGN;
                out.place(corners);
            }
            ScanEvent::Held { corners } => {
                out.kind = LP_SCAN_HELD;
                out.place(corners);
            }
            ScanEvent::Unreadable => {}
        }
        out
    }

    fn place(&mut self, corners: &[Corner]) {
        for (slot, corner) in self.corners.iter_mut().zip(corners) {
            *slot = lp_corner { x: corner.x, y: corner.y };
        }
    }
}

/// A camera at a lane.
#[derive(Debug)]
pub struct lp_scanner(GateScanner);

/// Room for what a gate says of one frame, in bytes.
pub const LP_SCAN_BYTES: usize = 262_144;

/// Makes a scanner for a lane.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_scanner_new(
    gate: *const lp_gate,
    scanner: *mut *mut lp_scanner,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || hand_out(scanner, lp_scanner(GateScanner::new(&object(gate, "the gate")?.0))))
    }
}

/// Frees a scanner.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_scanner_free(scanner: *mut lp_scanner) {
    // SAFETY: the caller answers for the handle.
    unsafe { free(scanner) }
}

/// Looks at a frame. The buffer has `LP_SCAN_BYTES` or more; with less nothing happens, so no code
/// is used up unseen.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_scanner_scan(
    scanner: *const lp_scanner,
    frame: *const lp_frame,
    now: i64,
    events: *mut lp_scan_events,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            has_room(buffer, LP_SCAN_BYTES)?;
            is_place(events)?;
            let (pixels, frame) = object(frame, "the frame")?.take()?;
            let seen = object(scanner, "the scanner")?.0.scan(pixels, frame, now)?;
            give(events, buffer, |arena| {
                let items: Vec<_> =
                    seen.iter().map(|event| lp_scan_event::of(event, arena)).collect();
                lp_scan_events { items: arena.array(&items), count: items.len() }
            })
        })
    }
}
