//! Base64url without padding (RFC 4648 §5), with the strict engine of the `base64` crate. Each byte
//! string has exactly one text: no padding, no white space, unused bits zero.

use alloc::string::String;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::{DecodeError, DecodeSliceError};

use super::malformed;
use crate::bytes::malformed::{Flaw, Malformed};

/// Writes the decoded bytes to the start of `out` and returns their number.
pub(super) fn decode(input: &[u8], out: &mut [u8]) -> Result<usize, Malformed> {
    let error = match URL_SAFE_NO_PAD.decode_slice(input, out) {
        Ok(length) => return Ok(length),
        Err(DecodeSliceError::DecodeError(error)) => error,
        Err(DecodeSliceError::OutputSliceTooSmall) => {
            return Err(malformed(Flaw::BadLength, input.len()));
        }
    };
    Err(match error {
        DecodeError::InvalidByte(at, _) => malformed(Flaw::BadCharacter, at),
        DecodeError::InvalidLength(_) => malformed(Flaw::BadLength, input.len()),
        DecodeError::InvalidLastSymbol { .. } => {
            malformed(Flaw::PaddingBits, input.len().saturating_sub(1))
        }
        DecodeError::InvalidPadding => malformed(Flaw::BadCharacter, input.len().saturating_sub(1)),
    })
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn decoded(text: &str) -> Result<Vec<u8>, Flaw> {
        let mut out = [0; 512];
        decode(text.as_bytes(), &mut out).map(|n| out[..n].to_vec()).map_err(|m| m.flaw)
    }

    #[test]
    fn refuses_what_is_not_the_one_encoding() {
        assert_eq!(decoded("0oRA").as_deref(), Ok(&[0xd2, 0x84, 0x40][..]));
        assert_eq!(decoded("_-8").as_deref(), Ok(&[0xff, 0xef][..]));
        assert_eq!(decoded("_-9"), Err(Flaw::PaddingBits));
        assert_eq!(decoded("_-8="), Err(Flaw::BadCharacter));
        assert_eq!(decoded("_-8 "), Err(Flaw::BadCharacter));
        assert_eq!(decoded("_-8\n"), Err(Flaw::BadCharacter));
        assert_eq!(decoded("/+8A"), Err(Flaw::BadCharacter), "the other alphabet");
        assert_eq!(decoded("AAAAA"), Err(Flaw::BadLength));
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(decoded(&encode(&bytes)), Ok(bytes));
        }

        #[test]
        fn what_decodes_is_the_one_text(text in "[0-9A-Za-z_=-]{0,60}") {
            if let Ok(bytes) = decoded(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
