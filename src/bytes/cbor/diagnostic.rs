//! Diagnostic notation (RFC 8949 §8) of strict CBOR.

use alloc::string::String;
use core::fmt::Write as _;

use super::{Reader, major};
use crate::bytes::malformed::{Flaw, Layer, Malformed};
use crate::shown::Shown;

/// The longest run of bytes or text that is written. The rest is only counted.
const MAX_SHOWN: usize = 256;

/// Deep enough for everything that the parsers accept: an application value of full depth inside
/// the claims map.
const MAX_SHOWN_DEPTH: u8 = super::MAX_DEPTH + 1;

/// Writes one item and everything in it on one line. Byte strings are hexadecimal; control
/// characters are escaped, so that the result is safe to print.
pub(crate) fn diagnose(bytes: &[u8], layer: Layer) -> Result<String, Malformed> {
    let mut reader = Reader::new(bytes, 0, layer);
    let mut out = String::new();
    item(&mut reader, &mut out, MAX_SHOWN_DEPTH)?;
    reader.finish()?;
    Ok(out)
}

fn item(reader: &mut Reader<'_>, out: &mut String, depth_left: u8) -> Result<(), Malformed> {
    let Some(first) = reader.peek() else { return Err(reader.flaw(Flaw::Truncated)) };
    let deeper = || depth_left.checked_sub(1).ok_or_else(|| reader.flaw(Flaw::TooDeep));
    // Writing into a String cannot fail.
    let _ = match first >> 5 {
        major::UNSIGNED => write!(out, "{}", reader.unsigned()?),
        major::NEGATIVE => write!(out, "{}", reader.integer()?),
        major::BYTES => {
            let bytes = reader.bytes()?;
            out.push_str("h'");
            for byte in bytes.iter().take(MAX_SHOWN) {
                let _ = write!(out, "{byte:02x}");
            }
            match bytes.len().checked_sub(MAX_SHOWN) {
                Some(more @ 1..) => write!(out, "'/ and {more} more bytes /"),
                _ => write!(out, "'"),
            }
        }
        major::TEXT => {
            let text = reader.text()?;
            let shown: String = text.chars().take(MAX_SHOWN).collect();
            let more = text.chars().count().saturating_sub(MAX_SHOWN);
            let _ = write!(out, "{}", Shown::quoted(&shown));
            if more > 0 { write!(out, "/ and {more} more characters /") } else { Ok(()) }
        }
        major::ARRAY => {
            let depth_left = deeper()?;
            let count = reader.array()?;
            out.push('[');
            for index in 0..count {
                if index > 0 {
                    out.push_str(", ");
                }
                item(reader, out, depth_left)?;
            }
            write!(out, "]")
        }
        major::MAP => {
            let depth_left = deeper()?;
            let mut map = reader.map()?;
            out.push('{');
            let mut first = true;
            loop {
                let start = out.len();
                let key = map.next_key(reader, |reader| item(reader, out, depth_left))?;
                if key.is_none() {
                    break;
                }
                if !first {
                    out.insert_str(start, ", ");
                }
                first = false;
                out.push_str(": ");
                item(reader, out, depth_left)?;
            }
            write!(out, "}}")
        }
        major::TAG => {
            let depth_left = deeper()?;
            let number = reader.tag()?;
            let _ = write!(out, "{number}(");
            item(reader, out, depth_left)?;
            write!(out, ")")
        }
        _ => write!(out, "{}", reader.simple()?),
    };
    Ok(())
}
