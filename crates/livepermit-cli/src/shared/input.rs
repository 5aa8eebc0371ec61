//! A scanned code from an argument, standard input, a file or a picture.

use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use livepermit::verify::{Input, MAX_TEXT_CHARS};
use livepermit::{RejectionCode, Token};
use livepermit_gate::wedge;
use livepermit_qr::read::{FileFormat, Part, PictureLimits, read_picture};

use super::failure::Failure;
use super::pictures::{self, Kind};
use super::texts;
use super::{files, output};

/// A token begins with tag 18; no text of a token begins with this byte.
const TOKEN_TAG: u8 = 0xD2;

/// What is read.
#[derive(Debug, Args)]
#[group(required = true, multiple = false, id = "input")]
pub(crate) struct InputArgs {
    /// The text of the code, or - for standard input
    pub(crate) text: Option<String>,
    /// A file: text, raw token, or a picture (PNG, JPEG, WebP, GIF, BMP, TIFF, PNM)
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

/// Input that may contain a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Material {
    /// A text, as a hand scanner types it.
    Text(String),
    /// The bytes of a token, or unknown bytes.
    Bytes(Vec<u8>),
    /// A picture file.
    Picture(Vec<u8>),
}

/// The QR codes of a picture, sorted into permits and others.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    /// Texts that are tokens, or claim to be. The same text twice counts once.
    pub(crate) permits: Vec<String>,
    /// Texts of other codes.
    pub(crate) foreign: Vec<String>,
    /// Codes that are one part of a longer text.
    pub(crate) parts: Vec<Part>,
    /// The number of other codes without text.
    pub(crate) not_text: usize,
}

pub(crate) fn read(input: &InputArgs) -> Result<Material, Failure> {
    match (&input.text, &input.file) {
        (Some(text), _) if text == "-" => {
            if io::stdin().is_terminal() {
                output::note(&texts::waiting_for_text());
            }
            sort(io::stdin().lock(), "standard input")
        }
        (Some(text), _) if pictures::is_data_url(text.as_bytes()) => {
            pictures::from_data_url(text.as_bytes()).map(Material::Picture)
        }
        (Some(text), _) => Ok(Material::Text(wedge::trim(text).to_owned())),
        (None, Some(path)) => read_file(path),
        (None, None) => Err(texts::nothing_given()),
    }
}

/// Reads the only code of the input. A file that cannot be a code is a failure, not a verdict about
/// a visitor.
pub(crate) fn read_code(input: &InputArgs) -> Result<Material, Failure> {
    let material = read(input)?.one()?;
    if let Some(path) = &input.file {
        if matches!(&material, Material::Text(text) if text.trim().is_empty()) {
            return Err(texts::nothing_in(path.display()));
        }
        let is_code = match &material {
            // A text with zeros is a file of a program.
            Material::Text(text) => text.len() <= MAX_TEXT_CHARS && !text.contains('\0'),
            Material::Bytes(bytes) => bytes.first() == Some(&TOKEN_TAG),
            Material::Picture(_) => true,
        };
        if !is_code {
            return Err(texts::not_a_code(path.display()));
        }
    }
    Ok(material)
}

pub(crate) fn read_file(path: &Path) -> Result<Material, Failure> {
    sort(files::open(path)?, &path.display().to_string())
}

/// Recognizes pictures, raw tokens and texts by their first bytes. Reads at most one byte more than
/// the largest valid input of that kind, so that endless input ends.
fn sort(mut from: impl Read, name: &str) -> Result<Material, Failure> {
    let enough = u64::try_from(FileFormat::ENOUGH_BYTES).unwrap_or(0);
    let start = files::read_up_to(from.by_ref(), enough, name)?;
    let kind = Kind::of(&start, name)?;
    // Room for what stands at the ends, and for two bytes a character.
    let most = MAX_TEXT_CHARS.saturating_mul(2).saturating_add(64);
    let text = u64::try_from(most).unwrap_or(u64::MAX);
    let bytes = files::read_up_to(start.chain(from), kind.limit(text), name)?;
    match kind {
        Kind::Picture => return Ok(Material::Picture(bytes)),
        Kind::DataUrl => return pictures::from_data_url(&bytes).map(Material::Picture),
        // An editor or a shell can write UTF-16.
        Kind::WideText => {
            return Ok(Material::Text(wedge::trim(&wedge::decode(&bytes)).to_owned()));
        }
        Kind::Unknown => {}
    }
    if bytes.first() == Some(&TOKEN_TAG) {
        return Ok(Material::Bytes(bytes));
    }
    Ok(match String::from_utf8(bytes) {
        // Remove what editors and scanners add at the ends.
        Ok(text) => Material::Text(wedge::trim(&text).to_owned()),
        Err(error) => Material::Bytes(error.into_bytes()),
    })
}

/// Reads the QR codes of a picture.
pub(crate) fn codes(picture: &[u8]) -> Result<Codes, Failure> {
    let found = read_picture(picture, &PictureLimits::default())
        .map_err(|error| pictures::picture_failure("the picture", error))?;
    let mut codes = Codes::default();
    for code in found {
        if let Some(part) = code.part() {
            codes.parts.push(part);
            continue;
        }
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

/// Whether a text does not even claim to be a token.
pub(crate) fn is_foreign(text: &str) -> bool {
    let is_no_claim = |code| {
        matches!(code, RejectionCode::NotOurs | RejectionCode::Empty | RejectionCode::TooLong)
    };
    Token::from_text(text).is_err_and(|rejection| is_no_claim(rejection.code()))
}

impl Material {
    /// The only code of the input. For a picture, this is the only permit. If there is no permit,
    /// it is the only other code, and the verdict then says that it is no permit.
    pub(crate) fn one(self) -> Result<Self, Failure> {
        let Self::Picture(picture) = self else { return Ok(self) };
        let codes = codes(&picture)?;
        let others: usize = [codes.foreign.len(), codes.parts.len(), codes.not_text].iter().sum();
        let mut permits = codes.permits.into_iter();
        match (permits.next(), permits.next()) {
            (Some(text), None) => {
                if others > 0 {
                    output::note(&texts::other_codes_ignored(others));
                }
                Ok(Self::Text(text))
            }
            (Some(_), Some(_)) => Err(texts::several_permits(permits.len().saturating_add(2))),
            (None, _) => match (codes.foreign.into_iter().next(), codes.parts.first()) {
                (Some(text), _) => Ok(Self::Text(text)),
                (None, Some(part)) => Err(texts::code_is_a_part(part)),
                (None, None) => Err(texts::code_without_text()),
            },
        }
    }

    /// The input for the library. A picture was replaced by its code before.
    pub(crate) fn as_input(&self) -> Input<'_> {
        match self {
            Self::Text(text) => Input::Text(text),
            Self::Bytes(bytes) | Self::Picture(bytes) => Input::Bytes(bytes),
        }
    }

    /// Reads the input as a token, and does not verify the token.
    pub(crate) fn token(&self) -> Result<Token, Failure> {
        let token = match self.as_input() {
            Input::Text(text) => Token::from_text(text),
            Input::Bytes(bytes) => Token::from_bytes(bytes),
            _ => return Err(texts::input_not_a_token()),
        };
        token.map_err(|rejection| match self.forgotten_file() {
            Some(path) => texts::name_of_a_file(rejection, path),
            None => texts::not_a_token(rejection),
        })
    }

    /// If the text is the name of a file, says how to read the file.
    pub(crate) fn hint_at_file(&self) {
        if let Some(path) = self.forgotten_file() {
            output::note(&texts::file_has_this_name(path));
        }
    }

    /// The text, if it is the name of a file: the user wanted the content of the file.
    fn forgotten_file(&self) -> Option<&str> {
        match self {
            Self::Text(text) if text.len() < 1024 && Path::new(text).is_file() => Some(text),
            _ => None,
        }
    }
}
