//! Pictures: any file gets an answer within its bounds, and every code that is drawn reads back.
#![no_main]

use core::num::NonZeroU8;

use libfuzzer_sys::fuzz_target;
use livepermit::{qr::ErrorCorrection, qr::QrCode};
use livepermit_qr::read::{PictureError, PictureLimits, read_luma, read_one_code, read_picture};

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

fn limits() -> PictureLimits {
    let mut limits = PictureLimits::default();
    limits.max_pixels = 250_000;
    limits
}

fuzz_target!(
    init: {
        // A panic inside the reader is contained by the library, so it must not end the run; one of
        // this target still does, when it reaches libFuzzer's own frame.
        std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    },
    |data: &[u8]| {
        let Some((choice, rest)) = data.split_first() else { return };
        match choice % 3 {
            0 => {
                let codes = read_picture(rest, &limits());
                if let Ok(codes) = &codes {
                    assert!(!codes.is_empty(), "no code is an error");
                }
                assert_eq!(codes, read_picture(rest, &limits()), "the same answer for the same picture");
            }
            1 => {
                let Some((width, pixels)) = rest.split_first() else { return };
                let width = u32::from(*width);
                let height = u32::try_from(pixels.len()).unwrap_or(0).checked_div(width).unwrap_or(0);
                let Some(area) = pixels.get(..(width * height) as usize) else { return };
                if let Ok(codes) = read_luma(area, width, height) {
                    assert!(!codes.is_empty());
                }
                assert!(matches!(read_luma(pixels, width, height + 1), Err(PictureError::WrongPixelCount { .. })));
            }
            _ => {
                let Some((level, rest)) = rest.split_first() else { return };
                let level = [
                    ErrorCorrection::Low,
                    ErrorCorrection::Medium,
                    ErrorCorrection::Quartile,
                    ErrorCorrection::High,
                ][usize::from(level % 4)];
                let text: String =
                    rest.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 45)])).collect();
                let Ok(code) = QrCode::encode(&text, level) else { return };
                let png = code.to_png(NonZeroU8::new(3).expect("not zero")).expect("within bounds");
                let read = read_one_code(&png, &PictureLimits::default());
                assert_eq!(read.as_deref(), Ok(text.as_str()));
            }
        }
    }
);
