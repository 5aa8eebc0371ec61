//! Bounded inflation of a zlib stream (RFC 1950).

use alloc::vec::Vec;

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_COMPUTE_ADLER32, TINFL_FLAG_PARSE_ZLIB_HEADER,
    TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use crate::rejection::{ListRejection, ListRejectionCode};

/// Memory grows in steps, so that a small list uses little memory under any limit.
const FIRST_STEP: usize = 64 * 1024;

/// Inflates one whole stream to at most `limit` bytes.
pub(super) fn inflate(stream: &[u8], limit: usize) -> Result<Vec<u8>, ListRejection> {
    let broken = ListRejection::plain(ListRejectionCode::Compression);
    // Bit 5 of the second byte asks for a preset dictionary. A status list cannot name a
    // dictionary.
    if stream.get(1).is_none_or(|flags| flags & 0x20 != 0) {
        return Err(broken);
    }
    let flags = TINFL_FLAG_PARSE_ZLIB_HEADER
        | TINFL_FLAG_COMPUTE_ADLER32
        | TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut state = DecompressorOxide::new();
    let mut out = Vec::new();
    let (mut read, mut written) = (0_usize, 0_usize);
    loop {
        if written == out.len() {
            // One byte above the limit shows that a list is too large.
            let most = limit.saturating_add(1);
            if out.len() >= most {
                let limit = u64::try_from(limit).unwrap_or(u64::MAX);
                return Err(ListRejection::counts(
                    ListRejectionCode::TooLarge,
                    limit.saturating_add(1),
                    limit,
                ));
            }
            out.resize(out.len().saturating_mul(2).max(FIRST_STEP).min(most), 0);
        }
        let Some(rest) = stream.get(read..) else { return Err(broken) };
        let (status, consumed, produced) = decompress(&mut state, rest, &mut out, written, flags);
        read = read.saturating_add(consumed);
        written = written.saturating_add(produced);
        match status {
            TINFLStatus::Done if written > limit => {
                let limit = u64::try_from(limit).unwrap_or(u64::MAX);
                return Err(ListRejection::counts(
                    ListRejectionCode::TooLarge,
                    limit.saturating_add(1),
                    limit,
                ));
            }
            // Compare the checksum here too: the inflater ignores wrong checksums when built for
            // fuzzing.
            TINFLStatus::Done
                if read == stream.len() && state.adler32() == state.adler32_header() =>
            {
                out.truncate(written);
                out.shrink_to_fit();
                return Ok(out);
            }
            TINFLStatus::HasMoreOutput if written == out.len() => {}
            // The stream is cut off or broken, its checksum is wrong, or bytes follow the checksum.
            _ => return Err(broken),
        }
    }
}
