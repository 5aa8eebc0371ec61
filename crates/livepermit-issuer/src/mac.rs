//! HMAC-SHA256 (RFC 2104) with keys of 32 bytes: it cannot fail.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// A key is padded with zeros to the block of the hash (RFC 2104 §2), which has 64 bytes for SHA-1
/// and SHA-256 alike.
pub(crate) fn padded<const LENGTH: usize>(key: &[u8; LENGTH]) -> [u8; 64] {
    const { assert!(LENGTH <= 64, "a longer key is hashed before") };
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(byte, from)| *byte = *from);
    block
}

/// The parts, one behind the other: no length is written between them.
pub(crate) fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> Hmac<Sha256> {
    by_block(&padded(key), parts)
}

/// The same, with a key that was padded.
pub(crate) fn by_block(block: &[u8; 64], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new(block.into());
    for part in parts {
        mac.update(part);
    }
    mac
}

/// The MAC over the parts.
pub(crate) fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    keyed(key, parts).finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::mac;
    use crate::hex::hex;

    /// RFC 4231, test case 1, whose key of 20 bytes is padded as one of 32 is.
    #[test]
    fn it_is_that_of_the_standard() {
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
        assert_eq!(hex(&mac(&key, &[b"Hi ", b"There"])), expected);
    }
}
