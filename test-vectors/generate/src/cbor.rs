//! A CBOR writer that also writes wrong encodings. Every value is its encoded bytes.

pub(crate) type Item = Vec<u8>;

pub(crate) fn head(major: u8, argument: u64) -> Item {
    let wide = argument.to_be_bytes();
    let (info, width) = match argument {
        0..24 => return vec![major << 5 | wide[7]],
        24..=0xff => (24, 1),
        0x100..=0xffff => (25, 2),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 8),
    };
    join([vec![major << 5 | info], wide[8 - width..].to_vec()])
}

pub(crate) fn join<const N: usize>(parts: [Item; N]) -> Item {
    parts.concat()
}

pub(crate) fn int(value: i64) -> Item {
    if value < 0 { head(1, (-1 - value).unsigned_abs()) } else { head(0, value.unsigned_abs()) }
}

pub(crate) fn uint(value: u64) -> Item {
    head(0, value)
}

pub(crate) fn bytes(value: &[u8]) -> Item {
    join([head(2, value.len() as u64), value.to_vec()])
}

pub(crate) fn text(value: &str) -> Item {
    join([head(3, value.len() as u64), value.as_bytes().to_vec()])
}

pub(crate) fn array(items: &[Item]) -> Item {
    join([head(4, items.len() as u64), items.concat()])
}

/// A map with its pairs in the given order.
pub(crate) fn map(pairs: &[(Item, Item)]) -> Item {
    let body: Vec<u8> =
        pairs.iter().flat_map(|(key, value)| [key.as_slice(), value].concat()).collect();
    join([head(5, pairs.len() as u64), body])
}

/// `levels` arrays. Each is the only element of the next outer array.
pub(crate) fn nested_arrays(levels: usize) -> Item {
    join([vec![0x81; levels.saturating_sub(1)], vec![0x80]])
}

pub(crate) fn unhex(digits: &str) -> Vec<u8> {
    let nibbles: Vec<u8> = digits
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_digit(16).unwrap() as u8)
        .collect();
    nibbles.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A map that can be changed pair by pair.
#[derive(Clone, Default)]
pub(crate) struct Map {
    pub(crate) pairs: Vec<(Item, Item)>,
    /// A head that differs from the number of pairs.
    pub(crate) head: Option<Item>,
    /// Bytes after the map.
    pub(crate) tail: Item,
}

impl Map {
    pub(crate) fn of(pairs: &[(i64, Item)]) -> Self {
        pairs
            .iter()
            .fold(Self::default(), |map, (label, value)| map.with(int(*label), value.clone()))
    }

    /// Inserts a pair in the order of the keys, and replaces a pair with the same key.
    pub(crate) fn with(self, key: Item, value: Item) -> Self {
        let mut map = self.without(&key);
        let place = map.pairs.partition_point(|(other, _)| *other < key);
        map.pairs.insert(place, (key, value));
        map
    }

    pub(crate) fn without(mut self, key: &Item) -> Self {
        self.pairs.retain(|(other, _)| other != key);
        self
    }

    pub(crate) fn get(&self, label: i64) -> Item {
        self.pairs.iter().find(|(key, _)| *key == int(label)).unwrap().1.clone()
    }

    pub(crate) fn encode(&self) -> Item {
        let encoded = map(&self.pairs);
        let body = encoded[head(5, self.pairs.len() as u64).len()..].to_vec();
        join([
            self.head.clone().unwrap_or_else(|| head(5, self.pairs.len() as u64)),
            body,
            self.tail.clone(),
        ])
    }
}
