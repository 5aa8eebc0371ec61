//! What a file is, by its first bytes. File names are not looked at.

/// The kinds of picture that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PictureFormat {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    WebP,
    /// Windows bitmap.
    Bmp,
    /// Windows icon.
    Ico,
    /// Portable anymap: PBM, PGM, PPM or PAM.
    Pnm,
    /// TIFF.
    Tiff,
    /// An SVG that this crate drew; see `QrCode::to_svg`.
    Svg,
}

impl PictureFormat {
    /// The name of the format, such as "PNG".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Gif => "GIF",
            Self::WebP => "WebP",
            Self::Bmp => "BMP",
            Self::Ico => "ICO",
            Self::Pnm => "PNM",
            Self::Tiff => "TIFF",
            Self::Svg => "SVG",
        }
    }
}

/// Kinds of file that people take for a picture of a code, and that are not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OtherFormat {
    /// HEIC or HEIF, as some phones store photos.
    Heic,
    /// AVIF.
    Avif,
    /// JPEG XL.
    JpegXl,
    /// JPEG 2000.
    Jpeg2000,
    /// A photo in the raw format of a camera, or a picture of an editor.
    Editor,
    /// A drawing in SVG that this crate did not draw.
    Svg,
    /// PDF.
    Pdf,
    /// PostScript.
    PostScript,
    /// A video.
    Video,
    /// Sound.
    Audio,
    /// A ZIP archive, or a document of an office program.
    Zip,
    /// An older document of an office program.
    Office,
    /// Another compressed file or archive.
    Archive,
    /// A web page.
    Html,
    /// XML that is neither a drawing nor a web page.
    Xml,
    /// JSON.
    Json,
    /// A key or a certificate as text.
    Pem,
    /// A program.
    Program,
}

impl OtherFormat {
    /// What the file is, such as "a PDF".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Heic => "a HEIC photo",
            Self::Avif => "an AVIF picture",
            Self::JpegXl => "a JPEG XL picture",
            Self::Jpeg2000 => "a JPEG 2000 picture",
            Self::Editor => "a picture of a photo editor",
            Self::Svg => "an SVG drawing",
            Self::Pdf => "a PDF",
            Self::PostScript => "a PostScript file",
            Self::Video => "a video",
            Self::Audio => "a sound",
            Self::Zip => "a ZIP archive or a document of an office program",
            Self::Office => "a document of an office program",
            Self::Archive => "a compressed file",
            Self::Html => "a web page",
            Self::Xml => "an XML file",
            Self::Json => "a JSON file",
            Self::Pem => "a key or a certificate",
            Self::Program => "a program",
        }
    }

    /// Whether people look at such a file as a still picture.
    #[must_use]
    pub const fn is_picture(self) -> bool {
        matches!(
            self,
            Self::Heic | Self::Avif | Self::JpegXl | Self::Jpeg2000 | Self::Editor | Self::Svg
        )
    }
}

/// What a file is, by its first bytes.
///
/// ```
/// use livepermit_qr::read::{FileFormat, OtherFormat, PictureFormat};
/// assert_eq!(FileFormat::of(b"GIF89a"), Some(FileFormat::Picture(PictureFormat::Gif)));
/// assert_eq!(FileFormat::of(b"%PDF-1.7"), Some(FileFormat::Other(OtherFormat::Pdf)));
/// assert_eq!(FileFormat::of(b"LP1:6BF5W0"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileFormat {
    /// A picture that is read. An SVG counts as a picture, because only its whole text tells
    /// whether this crate drew it.
    Picture(PictureFormat),
    /// A file that is not read.
    Other(OtherFormat),
}

impl FileFormat {
    /// Bytes of a file that are enough to tell its format.
    pub const ENOUGH_BYTES: usize = 1024;

    /// The format of the file that begins with these bytes; `None` for texts, tokens, and files
    /// that are not known.
    #[must_use]
    pub fn of(start: &[u8]) -> Option<Self> {
        use OtherFormat as Other;
        use PictureFormat as Picture;
        let picture = match start {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Picture::Png,
            // Start of image, then any marker.
            [0xff, 0xd8, 0xff, ..] => Picture::Jpeg,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Picture::Gif,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Picture::WebP,
            // Four reserved bytes are zero, and the header that follows has one of few sizes.
            [b'B', b'M', _, _, _, _, 0, 0, 0, 0, _, _, _, _, 12..=124, 0, 0, 0, ..] => Picture::Bmp,
            [0, 0, 1 | 2, 0, 1..=64, 0, ..] => Picture::Ico,
            [b'P', b'1'..=b'7', b'\n' | b'\r' | b' ' | b'\t', ..] => Picture::Pnm,
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Picture::Tiff,
            _ => {
                return match other(start).or_else(|| other_text(start)) {
                    Some(Other::Svg) => Some(Self::Picture(Picture::Svg)),
                    other => other.map(Self::Other),
                };
            }
        };
        Some(Self::Picture(picture))
    }
}

fn other(start: &[u8]) -> Option<OtherFormat> {
    use OtherFormat as Other;
    Some(match start {
        // The family of MPEG-4 (ISO/IEC 14496-12) says by its brand what it is.
        [0, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.first_chunk::<4>() {
            Some(b"avif" | b"avis") => Other::Avif,
            Some(b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1") => {
                Other::Heic
            }
            Some(b"crx ") => Other::Editor,
            Some(b"jp2 ") => Other::Jpeg2000,
            Some(b"M4A ") => Other::Audio,
            _ => Other::Video,
        },
        [0, _, _, _, b'm' | b'w', b'o' | b'i', b'o' | b'd', b'v' | b'e', ..] => Other::Video,
        [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] => Other::Jpeg2000,
        [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] | [0xff, 0x0a, ..] => Other::JpegXl,
        [b'8', b'B', b'P', b'S', ..] | [b'g', b'i', b'm', b'p', b' ', ..] => Other::Editor,
        [0x1a, 0x45, 0xdf, 0xa3, ..] | [0, 0, 1, 0xb3 | 0xba, ..] => Other::Video,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', ..] => Other::Video,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', ..]
        | [b'I', b'D', b'3', ..]
        | [b'O', b'g', b'g', b'S', ..]
        | [b'f', b'L', b'a', b'C', ..] => Other::Audio,
        [b'%', b'P', b'D', b'F', ..] => Other::Pdf,
        [b'%', b'!', b'P', b'S', ..] => Other::PostScript,
        [b'P', b'K', 3 | 5, 4 | 6, ..] => Other::Zip,
        [0xd0, 0xcf, 0x11, 0xe0, ..] | [b'{', b'\\', b'r', b't', b'f', ..] => Other::Office,
        [0x1f, 0x8b, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', ..]
        | [0xfd, b'7', b'z', b'X', b'Z', ..]
        | [0x28, 0xb5, 0x2f, 0xfd, ..]
        | [b'7', b'z', 0xbc, 0xaf, ..]
        | [b'R', b'a', b'r', b'!', ..] => Other::Archive,
        [0x7f, b'E', b'L', b'F', ..] | [b'M', b'Z', 0x90, 0, ..] => Other::Program,
        _ => return None,
    })
}

fn other_text(start: &[u8]) -> Option<OtherFormat> {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let text = start.trim_ascii_start();
    let begins =
        |word: &[u8]| text.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
    let holds = |word: &[u8]| text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    let is_svg = begins(b"<svg")
        || begins(b"<!doctype svg")
        || ((begins(b"<?xml") || begins(b"<!--")) && holds(b"<svg"));
    if is_svg {
        Some(OtherFormat::Svg)
    } else if begins(b"<!doctype")
        || begins(b"<html")
        || begins(b"<head")
        || begins(b"<body")
        || (text.starts_with(b"<") && holds(b"<html"))
    {
        Some(OtherFormat::Html)
    } else if begins(b"<?xml") {
        Some(OtherFormat::Xml)
    } else if begins(b"-----begin ") {
        Some(OtherFormat::Pem)
    } else {
        // An object or an array, not a text that begins with a bracket.
        let inside = text.split_first().filter(|(first, _)| matches!(first, b'{' | b'['));
        let next = inside.map(|(_, rest)| rest.trim_ascii_start());
        matches!(next, Some([b'"' | b'{' | b'[' | b'}', ..])).then_some(OtherFormat::Json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_texts_are_no_format() {
        for start in [
            b"".as_slice(),
            b"LP1:6BF",
            b"\xd2\x84\x58",
            b"https://example.com",
            b"BM",
            b"P1",
            b"{x",
        ] {
            assert_eq!(FileFormat::of(start), None, "{start:?}");
        }
    }
}
