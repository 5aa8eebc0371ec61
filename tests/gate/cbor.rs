//! A CBOR writer that writes whatever it is told, right or wrong. It shares no code with the library's.

/// An encoded item, or what pretends to be one.
pub(crate) type Item = Vec<u8>;

/// A head in its shortest form.
pub(crate) fn head(major: u8, argument: u64) -> Item {
    match argument {
        0..=23 => vec![(major << 5) | u8::try_from(argument).unwrap()],
        24..=0xff => long_head(major, argument, 1),
        0x100..=0xffff => long_head(major, argument, 2),
        0x1_0000..=0xffff_ffff => long_head(major, argument, 4),
        _ => long_head(major, argument, 8),
    }
}

/// A head with its argument in so many bytes (1, 2, 4, 8), needed or not.
pub(crate) fn long_head(major: u8, argument: u64, width: usize) -> Item {
    let info = 24 + u8::try_from(width.trailing_zeros()).unwrap();
    let mut out = vec![(major << 5) | info];
    out.extend_from_slice(&argument.to_be_bytes()[8 - width..]);
    out
}

pub(crate) fn unsigned(value: u64) -> Item {
    head(0, value)
}

pub(crate) fn int(value: i64) -> Item {
    match u64::try_from(value) {
        Ok(value) => head(0, value),
        Err(_) => head(1, u64::try_from(-1 - i128::from(value)).unwrap()),
    }
}

pub(crate) fn bytes(value: &[u8]) -> Item {
    [head(2, value.len() as u64).as_slice(), value].concat()
}

pub(crate) fn text(value: &str) -> Item {
    [head(3, value.len() as u64).as_slice(), value.as_bytes()].concat()
}

pub(crate) fn array(items: &[Item]) -> Item {
    let mut out = head(4, items.len() as u64);
    out.extend(items.concat());
    out
}

/// Pairs in the order given.
pub(crate) fn map(pairs: &[(Item, Item)]) -> Item {
    let mut out = head(5, pairs.len() as u64);
    for (key, value) in pairs {
        out.extend_from_slice(key);
        out.extend_from_slice(value);
    }
    out
}

/// A tagged `COSE_Sign1`, signed by the Ed25519 key of this seed.
pub(crate) fn sign1(seed: u8, protected: &[u8], unprotected: &[u8], payload: &[u8]) -> Item {
    use ed25519_dalek::{Signer as _, SigningKey};
    let message = array(&[text("Signature1"), bytes(protected), bytes(&[]), bytes(payload)]);
    let signature = SigningKey::from_bytes(&[seed; 32]).sign(&message).to_bytes();
    let mut out = head(6, 18);
    out.extend(array(&[bytes(protected), unprotected.to_vec(), bytes(payload), bytes(&signature)]));
    out
}
