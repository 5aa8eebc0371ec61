//! The codes of errors, which programs compare: each variant has the code that stands here, for
//! ever.

use livepermit_qr::draw::QrError;

/// Each code is the code expected, and in kebab-case.
fn hold<const N: usize>(cases: [(&'static str, &str); N]) {
    for (code, expected) in cases {
        assert_eq!(code, expected);
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
        assert!(code.split('-').all(is_word), "{code:?}");
    }
}

#[test]
fn drawing() {
    hold([
        (QrError::Empty.code(), "qr-empty"),
        (QrError::Character { position: 4, character: 'a' }.code(), "qr-character"),
        (QrError::TooLong { characters: 2, capacity: 1 }.code(), "qr-too-long"),
        (QrError::Encoder.code(), "qr-encoder"),
    ]);
}

#[cfg(feature = "read")]
#[test]
fn frames() {
    use livepermit_qr::read::FrameError;

    let side = FrameError::SideTooLong { width: 2, height: 1, limit: 1 };
    hold([
        (FrameError::Empty.code(), "frame-empty"),
        (side.code(), "frame-side-too-long"),
        (FrameError::StrideTooShort { stride: 1, width: 2 }.code(), "frame-stride-too-short"),
        (FrameError::TooFewPixels { pixels: 1, needed: 2 }.code(), "frame-too-few-pixels"),
        (FrameError::ReaderPanicked.code(), "reader-panicked"),
    ]);
}

#[cfg(feature = "read")]
#[test]
fn pictures() {
    use livepermit_qr::read::{OtherFormat, PictureError, PictureFormat};

    use crate::kinds;

    let format = PictureFormat::Jpeg;
    let other = PictureError::OtherFormat { format: OtherFormat::Pdf };
    let side = PictureError::SideTooLong { width: 2, height: 1, limit: 1 };
    // Nobody outside the crate can make a part, so a picture has to tell of a part.
    let one_part = kinds::read_one(&kinds::drawn(&kinds::part(1, 3, 0x57, "HELLO"))).unwrap_err();
    assert!(matches!(one_part, PictureError::OnePart { .. }), "{one_part:?}");
    hold([
        (PictureError::UnknownFormat.code(), "picture-unknown-format"),
        (other.code(), "picture-other-format"),
        (PictureError::FileTooLarge { bytes: 2, limit: 1 }.code(), "picture-file-too-large"),
        (side.code(), "picture-side-too-long"),
        (PictureError::TooManyPixels { pixels: 2, limit: 1 }.code(), "picture-too-many-pixels"),
        (PictureError::TooMuchMemory { bytes: 2, limit: 1 }.code(), "picture-too-much-memory"),
        (PictureError::Damaged { format }.code(), "picture-damaged"),
        (PictureError::Unsupported { format }.code(), "picture-unsupported"),
        (
            PictureError::WrongPixelCount { pixels: 1, expected: 2 }.code(),
            "picture-wrong-pixel-count",
        ),
        (PictureError::NoCode.code(), "picture-no-code"),
        (PictureError::SeveralCodes { count: 2 }.code(), "picture-several-codes"),
        (PictureError::NotText.code(), "picture-not-text"),
        (one_part.code(), "picture-one-part"),
        (PictureError::ReaderPanicked.code(), "reader-panicked"),
    ]);
}
