//! What a document is, by its bytes, and whether it does more than show something.

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::super::problem::Problem;
use crate::domain::MediaType;

/// Names in a PDF that stand for programs, forms that send themselves, and files within the file
/// (ISO 32000-2, 12.6 and 7.11). Names of two letters are met by chance in packed pictures: behind
/// them has to be a value.
const ACTIVE: [&[u8]; 14] = [
    b"JavaScript",
    b"OpenAction",
    b"Launch",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"RichMedia",
    b"RichMediaContent",
    b"XFA",
    b"SubmitForm",
    b"ImportData",
    b"GoToE",
    b"GoToR",
    b"Rendition",
    b"Encrypt",
];
const SHORT: [&[u8]; 2] = [b"JS", b"AA"];
/// The most that a packed part of a PDF is unpacked to.
const LARGEST_PART: usize = 16 * 1024 * 1024;
/// How far before a stream its dictionary is looked for.
const LONGEST_DICTIONARY: usize = 4_096;

/// The type of a document, if it is one that is taken and has no active content.
///
/// A PDF with programs, actions, files in it, or a password is refused, also if these stand in
/// packed objects. This finds what readers of PDF would run; it is no virus scanner.
pub(crate) fn media_type(bytes: &[u8]) -> Result<MediaType, Problem> {
    if bytes.starts_with(b"%PDF-") {
        return inert(bytes).map(|()| MediaType::Pdf);
    }
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) && has(bytes, &[0xff, 0xd9]) {
        return Ok(MediaType::Jpeg);
    }
    let png = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
    if bytes.starts_with(&png) && bytes.get(12..16) == Some(b"IHDR") && has(bytes, b"IEND") {
        return Ok(MediaType::Png);
    }
    let detail = "The bytes are neither a PDF, nor a whole JPEG or PNG picture.";
    let status = axum::http::StatusCode::UNSUPPORTED_MEDIA_TYPE;
    Err(Problem::new(status, "document-type", detail))
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn inert(pdf: &[u8]) -> Result<(), Problem> {
    refuse_active(pdf)?;
    let mut from = 0;
    while let Some(found) = find(pdf, from, b"stream") {
        from = found + b"stream".len();
        // `endstream` has it too.
        let (before, behind) = (pdf.get(..found), pdf.get(from..));
        let (Some(before), Some(behind)) = (before, behind) else { break };
        if before.ends_with(b"end") {
            continue;
        }
        let start = before.len().saturating_sub(LONGEST_DICTIONARY);
        let near = before.get(start..).unwrap_or_default();
        let begins = near.windows(3).rposition(|window| window == b"obj").unwrap_or_default();
        let dictionary: Vec<_> = names(near.get(begins..).unwrap_or_default()).collect();
        let is = |name: &[u8]| dictionary.iter().any(|(known, _)| known == name);
        // Objects in packed streams are objects: all other streams are data.
        if !is(b"ObjStm") {
            continue;
        }
        let packed = behind.strip_prefix(b"\r\n").or_else(|| behind.strip_prefix(b"\n"));
        let plain = is(b"FlateDecode") && !is(b"Crypt") && !is(b"DecodeParms");
        let unpacked = packed
            .filter(|_| plain)
            .and_then(|packed| decompress_to_vec_zlib_with_limit(packed, LARGEST_PART).ok());
        refuse_active(&unpacked.ok_or_else(unreadable)?)?;
    }
    Ok(())
}

fn unreadable() -> Problem {
    let detail = "The PDF has packed objects that cannot be looked into. Print it to a new PDF, or \
                  send a picture.";
    Problem::malformed("document-unreadable", detail)
}

fn refuse_active(bytes: &[u8]) -> Result<(), Problem> {
    let is_value = |next: Option<&u8>| {
        next.is_some_and(|next| b"(<[%".contains(next) || next.is_ascii_digit())
    };
    for (name, rest) in names(bytes) {
        let next = bytes.get(rest..).unwrap_or_default();
        let next = next.iter().find(|byte| !byte.is_ascii_whitespace() && **byte != 0);
        let short = SHORT.contains(&name.as_slice()) && is_value(next);
        if short || ACTIVE.contains(&name.as_slice()) {
            let name = String::from_utf8_lossy(&name).into_owned();
            let detail = format!(
                "The PDF has active content (/{name}). Print it to a new PDF, or send a picture."
            );
            return Err(Problem::malformed("document-active", detail).with("found", name));
        }
    }
    Ok(())
}

fn find(bytes: &[u8], from: usize, part: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(part.len()).position(|window| window == part).map(|place| from + place)
}

/// The names in a PDF, with `#` and two hexadecimal digits read as a byte (ISO 32000-2, 7.3.5), and
/// where each ends. Names that are longer than any that is looked for are cut.
fn names(bytes: &[u8]) -> impl Iterator<Item = (Vec<u8>, usize)> {
    let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    slashes.map(|(place, _)| {
        let (mut name, mut at) = (Vec::new(), place + 1);
        while name.len() < 24
            && let Some(byte) = bytes.get(at).filter(|byte| !ends_name(**byte))
        {
            let escaped = (*byte == b'#').then(|| bytes.get(at + 1..at + 3)).flatten();
            let escaped = escaped.and_then(|digits| std::str::from_utf8(digits).ok());
            match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                Some(byte) => {
                    name.push(byte);
                    at += 3;
                }
                None => {
                    name.push(*byte);
                    at += 1;
                }
            }
        }
        (name, at)
    })
}

/// White space and delimiters (ISO 32000-2, 7.2.3).
fn ends_name(byte: u8) -> bool {
    byte == 0 || byte.is_ascii_whitespace() || b"()<>[]{}/%".contains(&byte)
}

#[cfg(test)]
mod tests {
    use miniz_oxide::deflate::compress_to_vec_zlib;

    use super::*;

    fn code(bytes: &[u8]) -> Result<MediaType, &'static str> {
        media_type(bytes).map_err(|problem| problem.code())
    }

    fn packed(objects: &[u8]) -> Vec<u8> {
        let mut pdf =
            b"%PDF-1.7\n1 0 obj <</Type/ObjStm/N 1/Filter/FlateDecode>> stream\n".to_vec();
        pdf.extend(compress_to_vec_zlib(objects, 6));
        pdf.extend(b"\nendstream endobj\n%%EOF");
        pdf
    }

    #[test]
    fn types_are_told_by_content() {
        assert_eq!(code(b"%PDF-1.7\n1 0 obj <</Type /Page>> endobj"), Ok(MediaType::Pdf));
        assert_eq!(code(b"\xff\xd8\xff\xe0 picture \xff\xd9"), Ok(MediaType::Jpeg));
        assert_eq!(code(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR data IEND"), Ok(MediaType::Png));
        for other in [
            b"<svg onload='alert(1)'/>".as_slice(),
            b"<html>%PDF-1.7",
            b"\xff\xd8\xff cut",
            b"GIF89a",
            b"PK\x03\x04",
            b"",
        ] {
            assert_eq!(code(other), Err("document-type"), "{other:?}");
        }
    }

    #[test]
    fn active_content_is_refused() {
        for active in [
            "<</S /JavaScript /JS (app.alert(1))>>",
            "<</JS<6170>>>",
            "<</JS 5 0 R>>",
            "<</OpenAction [3 0 R /Fit]>>",
            "<</AA <</O 4 0 R>>>>",
            "<</S/Java#53cript>>",
            "<</S/#4a#61vaScript>>",
            "<</S /Launch /F (cmd.exe)>>",
            "<</Type /EmbeddedFile>>",
            "<</Encrypt 9 0 R>>",
        ] {
            let pdf = format!("%PDF-1.4\n1 0 obj {active} endobj");
            assert_eq!(code(pdf.as_bytes()), Err("document-active"), "{active}");
        }
        // Two letters in a packed picture are no program.
        assert_eq!(code(b"%PDF-1.4\nstream x/JS\xff/AA\xfe endstream"), Ok(MediaType::Pdf));
    }

    #[test]
    fn packed_objects_are_looked_into() {
        assert_eq!(code(&packed(b"3 0 <</Type /Page>>")), Ok(MediaType::Pdf));
        assert_eq!(code(&packed(b"3 0 <</S /JavaScript>>")), Err("document-active"));
        let mut broken = packed(b"3 0 <</Type /Page>>");
        let place = find(&broken, 0, b"stream\n").expect("there is one") + 9;
        broken[place] ^= 0xff;
        assert_eq!(code(&broken), Err("document-unreadable"));
        let other = b"%PDF-1.7\n1 0 obj <</Type/ObjStm/Filter/LZWDecode>> stream\nx endstream";
        assert_eq!(code(other), Err("document-unreadable"));
    }
}
