//! What was scanned, wherever it comes from: an argument, standard input, a file, a picture.

use std::io::{self, IsTerminal as _, Read};
use std::path::Path;

use livepermit::scan::{PictureError, PictureLimits, read_picture};
use livepermit::{Code, Input, MAX_TEXT_CHARS, Token};

use crate::args::InputArgs;
use crate::failure::Failure;
use crate::files;

/// Something that may hold a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Material {
    /// A text, as a hand scanner types it.
    Text(String),
    /// The bytes of a token, or of nothing we know.
    Bytes(Vec<u8>),
    /// A PNG or JPEG file.
    Picture(Vec<u8>),
}

/// The QR codes of a picture, sorted into permits and others.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    /// Texts that are tokens, or claim to be. The same text twice counts once.
    pub(crate) permits: Vec<String>,
    /// Texts of other codes.
    pub(crate) foreign: Vec<String>,
    /// Codes that hold no text.
    pub(crate) not_text: usize,
}

pub(crate) fn read(input: &InputArgs) -> Result<Material, Failure> {
    match (&input.text, &input.file) {
        (Some(text), _) if text == "-" => {
            if io::stdin().is_terminal() {
                crate::output::note("waiting for the text of a code; end with Ctrl-D");
            }
            sort(io::stdin().lock(), "standard input")
        }
        (Some(text), _) => Ok(Material::Text(text.clone())),
        (None, Some(path)) => read_file(path),
        (None, None) => Err(Failure::new("nothing to look at", "give a text, - or --file FILE")),
    }
}

pub(crate) fn read_file(path: &Path) -> Result<Material, Failure> {
    sort(files::open(path)?, &path.display().to_string())
}

/// Tells pictures, raw tokens and texts apart by their first bytes. Reads no more than the largest
/// of its kind and one byte, so that endless input ends.
fn sort(mut from: impl Read, name: &str) -> Result<Material, Failure> {
    let start = files::read_up_to(from.by_ref(), 15, name)?;
    if let Some(kind) = foreign_format(&start) {
        return Err(Failure::new(
            format!("{name} is a {kind} file, which is not read"),
            "convert it to PNG or JPEG, or take a screenshot of it",
        ));
    }
    let is_picture = start.starts_with(b"\x89PNG") || start.starts_with(&[0xFF, 0xD8, 0xFF]);
    let limit = if is_picture {
        PictureLimits::default().max_file_bytes
    } else {
        // Room for the end of a line.
        u64::try_from(MAX_TEXT_CHARS.saturating_add(2)).unwrap_or(u64::MAX)
    };
    let bytes = files::read_up_to(start.chain(from), limit, name)?;
    if is_picture {
        return Ok(Material::Picture(bytes));
    }
    // A token begins with tag 18 (0xd2); no text that begins so can be one.
    if bytes.first() == Some(&0xD2) {
        return Ok(Material::Bytes(bytes));
    }
    Ok(match String::from_utf8(bytes) {
        Ok(mut text) => {
            // Files and scanners end a line; nothing else is trimmed.
            if text.ends_with('\n') {
                text.pop();
            }
            if text.ends_with('\r') {
                text.pop();
            }
            Material::Text(text)
        }
        Err(error) => Material::Bytes(error.into_bytes()),
    })
}

fn foreign_format(start: &[u8]) -> Option<&'static str> {
    match start {
        [b'G', b'I', b'F', b'8', ..] => Some("GIF"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("WebP"),
        [0, _, _, _, b'f', b't', b'y', b'p', ..] => Some("HEIC, AVIF or video"),
        [b'%', b'P', b'D', b'F', ..] => Some("PDF"),
        _ => None,
    }
}

/// Reads the QR codes of a picture.
pub(crate) fn codes(picture: &[u8]) -> Result<Codes, Failure> {
    let found = read_picture(picture, &PictureLimits::default()).map_err(picture_failure)?;
    let mut codes = Codes::default();
    for code in found {
        let Some(text) = code.text() else {
            codes.not_text = codes.not_text.saturating_add(1);
            continue;
        };
        let list = if is_foreign(text) { &mut codes.foreign } else { &mut codes.permits };
        if !list.iter().any(|other| other == text) {
            list.push(text.to_owned());
        }
    }
    codes.permits.sort();
    codes.foreign.sort();
    Ok(codes)
}

/// Why no code came out of a picture, and what to do.
pub(crate) fn picture_failure(error: PictureError) -> Failure {
    let help = match error {
        PictureError::NoCode => {
            "show the whole code with its white border, sharp and in good light"
        }
        PictureError::UnknownFormat => "name PNG or JPEG files, or a folder with some",
        PictureError::Damaged { .. } => "save or send the picture again",
        PictureError::ReaderPanicked => "take another picture of the code",
        _ => "make the picture smaller, or cut out the code with its white border",
    };
    Failure::new(error, help)
}

/// Whether a text does not even claim to be a token.
pub(crate) fn is_foreign(text: &str) -> bool {
    matches!(Token::from_text(text), Err(no) if matches!(no.code(), Code::NotOurs | Code::Empty | Code::TooLong))
}

impl Material {
    /// The one thing to be looked at. Of a picture: the one permit in it, or, where there is none,
    /// the one other code, so that the verdict can say that it is no permit.
    pub(crate) fn one(self) -> Result<Self, Failure> {
        let Self::Picture(picture) = self else { return Ok(self) };
        let codes = codes(&picture)?;
        let others = codes.foreign.len().saturating_add(codes.not_text);
        let mut permits = codes.permits.into_iter();
        match (permits.next(), permits.next()) {
            (Some(text), None) => {
                if others > 0 {
                    crate::output::note(&format!(
                        "{others} other QR code(s) in the picture ignored"
                    ));
                }
                Ok(Self::Text(text))
            }
            (Some(_), Some(_)) => Err(Failure::new(
                format!(
                    "the picture holds {} different permit codes",
                    permits.len().saturating_add(2)
                ),
                "show one at a time, or cut out one; `livepermit inspect` lists them",
            )),
            (None, _) => match codes.foreign.into_iter().next() {
                Some(text) => Ok(Self::Text(text)),
                None => Err(Failure::new(
                    "the QR code in the picture does not hold text",
                    "this is not a permit code; ask for the permit app",
                )),
            },
        }
    }

    /// In the form the library takes. A picture has been turned into its code before.
    pub(crate) fn as_input(&self) -> Input<'_> {
        match self {
            Self::Text(text) => Input::Text(text),
            Self::Bytes(bytes) | Self::Picture(bytes) => Input::Bytes(bytes),
        }
    }

    /// Reads it as a token, well-formed but unverified.
    pub(crate) fn token(&self) -> Result<Token, Failure> {
        let token = match self.as_input() {
            Input::Text(text) => Token::from_text(text),
            Input::Bytes(bytes) => Token::from_bytes(bytes),
            _ => return Err(Failure::new("this input is not a token", "give a text or a file")),
        };
        token.map_err(|rejection| {
            let mut help = "look at it with `livepermit inspect`".to_owned();
            if let Some(path) = self.forgotten_file() {
                help = format!("to read the file, write --file {path}");
            }
            Failure::new(format!("this is not a token: {rejection}"), help)
        })
    }

    /// The name of a file given where its content was wanted.
    pub(crate) fn forgotten_file(&self) -> Option<&str> {
        match self {
            Self::Text(text) if text.len() < 1024 && Path::new(text).is_file() => Some(text),
            _ => None,
        }
    }
}
