//! A CBOR writer that writes whatever it is told, right or wrong. It shares no code with the
//! library's.

/// One encoded item, or what pretends to be one.
pub type Item = Vec<u8>;

/// A head in its shortest form.
#[must_use]
pub fn head(major: u8, argument: u64) -> Item {
    match argument {
        0..=23 => vec![major << 5 | u8::try_from(argument).unwrap()],
        24..=0xff => long_head(major, argument, 1),
        0x100..=0xffff => long_head(major, argument, 2),
        0x1_0000..=0xffff_ffff => long_head(major, argument, 4),
        _ => long_head(major, argument, 8),
    }
}

/// A head with its argument in so many bytes (1, 2, 4, 8), needed or not.
#[must_use]
pub fn long_head(major: u8, argument: u64, width: usize) -> Item {
    let info = 24 + u8::try_from(width.trailing_zeros()).unwrap();
    let mut out = vec![major << 5 | info];
    out.extend_from_slice(&argument.to_be_bytes()[8 - width..]);
    out
}

/// An integer.
#[must_use]
pub fn int(value: i64) -> Item {
    match u64::try_from(value) {
        Ok(value) => head(0, value),
        Err(_) => head(1, u64::try_from(-1 - i128::from(value)).unwrap()),
    }
}

/// An integer that is not negative.
#[must_use]
pub fn unsigned(value: u64) -> Item {
    head(0, value)
}

/// A byte string.
#[must_use]
pub fn bytes(value: &[u8]) -> Item {
    [head(2, value.len() as u64).as_slice(), value].concat()
}

/// A text.
#[must_use]
pub fn text(value: &str) -> Item {
    [head(3, value.len() as u64).as_slice(), value.as_bytes()].concat()
}

/// An array of these items.
#[must_use]
pub fn array(items: &[Item]) -> Item {
    [head(4, items.len() as u64), items.concat()].concat()
}

/// A tagged item.
#[must_use]
pub fn tag(number: u64, item: &[u8]) -> Item {
    [head(6, number).as_slice(), item].concat()
}

/// Pairs in the order they are given.
#[must_use]
pub fn map(pairs: &[(Item, Item)]) -> Item {
    let mut out = head(5, pairs.len() as u64);
    for (key, value) in pairs {
        out.extend_from_slice(key);
        out.extend_from_slice(value);
    }
    out
}
