//! What stands where a list should be.

use std::fmt;

/// How far a text is read to tell what it is.
const LOOKED_AT: usize = 4096;
/// A shorter text of hexadecimal digits or Base64 may be a word.
const SHORTEST_CODED: usize = 64;

/// What stands where a list should be. The web sends pages instead of files, and people pack files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Content {
    /// Nothing, or only spaces.
    Empty,
    /// A web page: of a network that wants a login first, or of an error.
    WebPage,
    /// Another XML document.
    Xml,
    /// JSON, such as the error of a server, or the source of a list.
    Json,
    /// A JSON Web Token, the other form of a status list.
    Jwt,
    /// The answer of a server with its headers.
    HttpAnswer,
    /// A compressed file or an archive, with the name of its format.
    Packed(&'static str),
    /// A picture, with the name of its format.
    Picture(&'static str),
    /// A PDF document.
    Pdf,
    /// A key or a certificate in PEM.
    Pem,
    /// The text of a permit's code.
    PermitCode,
    /// Bytes that are written as hexadecimal digits.
    Hexadecimal,
    /// Bytes that are written in Base64.
    Base64,
    /// Another text.
    Text,
}

/// The first bytes of files that people and servers pack.
const PACKED: [(&[u8], &str); 8] = [
    (b"\x1F\x8B", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"BZh", "bzip2"),
    (b"\xFD7zXZ\0", "xz"),
    (b"\x28\xB5\x2F\xFD", "zstd"),
    (b"7z\xBC\xAF\x27\x1C", "7-zip"),
    (b"Rar!\x1A\x07", "rar"),
];

const PICTURES: [(&[u8], &str); 4] =
    [(b"\x89PNG\r\n\x1A\n", "PNG"), (b"\xFF\xD8\xFF", "JPEG"), (b"GIF8", "GIF"), (b"BM", "BMP")];

/// What a web page has near its begin, in small letters.
const OF_A_PAGE: [&str; 9] = [
    "<!doctype html",
    "<html",
    "<head",
    "<body",
    "<script",
    "<meta",
    "<title",
    "<iframe",
    "<noscript",
];

impl Content {
    /// Names bytes that are no list. `None` for what may be a list, however broken: its check says
    /// what is wrong.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        // A list is a tagged COSE_Sign1: tag 18, in its one short form.
        if bytes.first() == Some(&0xD2) {
            return None;
        }
        let named = |table: &[(&[u8], &'static str)]| {
            table.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, name)| *name)
        };
        if let Some(name) = named(&PACKED) {
            return Some(Self::Packed(name));
        }
        if let Some(name) = named(&PICTURES) {
            return Some(Self::Picture(name));
        }
        if bytes.starts_with(b"%PDF-") {
            return Some(Self::Pdf);
        }
        let text = begin_of_text(bytes)?;
        Some(Self::of_text(text.trim()))
    }

    fn of_text(text: &str) -> Self {
        let small = text.to_ascii_lowercase();
        let coded = |is_digit: fn(char) -> bool| {
            text.len() >= SHORTEST_CODED && text.chars().all(|c| is_digit(c) || c == '\n')
        };
        if text.is_empty() {
            Self::Empty
        } else if text.starts_with("LP1:") {
            Self::PermitCode
        } else if text.starts_with("HTTP/") {
            Self::HttpAnswer
        } else if text.contains("-----BEGIN ") {
            Self::Pem
        } else if is_json(text) {
            Self::Json
        } else if OF_A_PAGE.iter().any(|tag| small.contains(tag)) {
            Self::WebPage
        } else if small.starts_with('<') {
            Self::Xml
        } else if text.starts_with("eyJ") && text.contains('.') {
            Self::Jwt
        } else if coded(|c| c.is_ascii_hexdigit()) {
            Self::Hexadecimal
        } else if coded(|c| c.is_ascii_alphanumeric() || "+/-_=".contains(c)) {
            Self::Base64
        } else {
            Self::Text
        }
    }
}

fn is_json(text: &str) -> bool {
    let mut first = text.chars().filter(|c| !c.is_ascii_whitespace());
    match (first.next(), first.next()) {
        (Some('{'), Some('"' | '}')) => true,
        (Some('['), Some(next)) => "{[\"]-0123456789tfn".contains(next),
        _ => false,
    }
}

/// The first characters, if the bytes are text: UTF-8, UTF-16, or an older encoding of a page. Line
/// ends become `\n`.
fn begin_of_text(bytes: &[u8]) -> Option<String> {
    let begin = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let units: Vec<u8> = match begin {
        // UTF-16 with its mark. Where only ASCII is looked for, the other half is enough.
        [0xFF, 0xFE, rest @ ..] => rest.iter().step_by(2).copied().collect(),
        [0xFE, 0xFF, rest @ ..] => rest.iter().skip(1).step_by(2).copied().collect(),
        [0xEF, 0xBB, 0xBF, rest @ ..] => rest.to_vec(),
        other => other.to_vec(),
    };
    let is_control = |byte: &u8| *byte < 0x20 && !b"\t\n\x0C\r".contains(byte) || *byte == 0x7F;
    if units.iter().any(is_control) {
        return None;
    }
    let text = String::from_utf8_lossy(&units).replace("\r\n", "\n");
    // Bytes in no known encoding are a text only if they are marked up as a page.
    let foreign = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let is_page = text.trim_start().starts_with('<');
    (foreign <= 1 || is_page).then_some(text)
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty",
            Self::WebPage => "a web page",
            Self::Xml => "an XML document",
            Self::Json => "JSON",
            Self::Jwt => "a JSON Web Token",
            Self::HttpAnswer => "an answer of a web server with its headers",
            Self::Packed(name) => return write!(f, "a {name} file"),
            Self::Picture(name) => return write!(f, "a {name} picture"),
            Self::Pdf => "a PDF document",
            Self::Pem => "a key or a certificate in PEM",
            Self::PermitCode => "the text of a permit's code",
            Self::Hexadecimal => "a text of hexadecimal digits",
            Self::Base64 => "a text in Base64",
            Self::Text => "a text",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_where_a_list_should_be_is_named() {
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain("<html>".bytes().flat_map(|b| [b, 0])).collect();
        let big: Vec<u8> =
            [0xFE, 0xFF].into_iter().chain("<HTML>".bytes().flat_map(|b| [0, b])).collect();
        let gbk = [b"<p><title>".as_slice(), &[0xB5, 0xC7, 0xC2, 0xBC], b"</title>"].concat();
        let coded = "d28443a10127".repeat(8);
        let cases: [(&[u8], Content); 36] = [
            (b"", Content::Empty),
            (b" \r\n", Content::Empty),
            (b"\xEF\xBB\xBF", Content::Empty),
            (b"<!DOCTYPE html><html>", Content::WebPage),
            (b"\xEF\xBB\xBF\n<HTML lang=de>", Content::WebPage),
            (b"<!-- login -->\n<html>", Content::WebPage),
            (b"<?xml version=\"1.0\"?>\n<html xmlns=\"a\">", Content::WebPage),
            (b"<meta http-equiv=refresh content=0>", Content::WebPage),
            (b"<script>location='/login'</script>", Content::WebPage),
            (b"Please log in <body>", Content::WebPage),
            (&utf16, Content::WebPage),
            (&big, Content::WebPage),
            (&gbk, Content::WebPage),
            (b"<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>", Content::Xml),
            (b"{\"error\":\"not found\"}", Content::Json),
            (b"[ {\"a\": 1} ]", Content::Json),
            (b"{}", Content::Json),
            (b"eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJh.c2ln", Content::Jwt),
            (b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", Content::HttpAnswer),
            (b"\x1F\x8B\x08\x00\x00", Content::Packed("gzip")),
            (b"PK\x03\x04\x14\x00", Content::Packed("zip")),
            (b"BZh91AY", Content::Packed("bzip2")),
            (b"\xFD7zXZ\x00\x00", Content::Packed("xz")),
            (b"\x28\xB5\x2F\xFD\x00", Content::Packed("zstd")),
            (b"7z\xBC\xAF\x27\x1C", Content::Packed("7-zip")),
            (b"\x89PNG\r\n\x1A\n\x00", Content::Picture("PNG")),
            (b"\xFF\xD8\xFF\xE0", Content::Picture("JPEG")),
            (b"%PDF-1.7\n%\xE2\xE3", Content::Pdf),
            (b"-----BEGIN PUBLIC KEY-----\nMCow", Content::Pem),
            (b"Bag Attributes\n-----BEGIN CERTIFICATE-----\n", Content::Pem),
            (b"LP1:6BF.A%Q", Content::PermitCode),
            (coded.as_bytes(), Content::Hexadecimal),
            ("0oRDoQEn".repeat(9).leak().as_bytes(), Content::Base64),
            (b"404 page not found\n", Content::Text),
            // Each has one half of what a JSON Web Token has.
            (b"Not found.", Content::Text),
            (b"eyJhbGciOiJFUzI1NiJ9", Content::Text),
        ];
        for (bytes, content) in cases {
            assert_eq!(Content::of(bytes), Some(content), "{}", String::from_utf8_lossy(bytes));
        }
        // What may be a list, however broken.
        for bytes in [&b"\xD2\x84"[..], b"\xD2<html>", b"\x84\x43\xA1\x01\x27", b"\0\0", b"\x7FELF"]
        {
            assert_eq!(Content::of(bytes), None, "{bytes:?}");
        }
    }
}
