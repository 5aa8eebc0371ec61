//! The writer, and what only broken tokens need.

mod writer;

pub use writer::{Item, array, bytes, head, int, long_head, map, tag, text, unsigned};

/// `false`.
pub const FALSE: &[u8] = &[0xf4];
/// `true`.
pub const TRUE: &[u8] = &[0xf5];
/// `null`.
pub const NULL: &[u8] = &[0xf6];
/// `undefined`.
pub const UNDEFINED: &[u8] = &[0xf7];

/// Pairs in the order they were given.
#[derive(Debug, Clone, Default)]
pub struct Map(
    /// The pairs.
    pub Vec<(Item, Item)>,
);

impl Map {
    /// A map of these pairs.
    pub fn new(pairs: &[(Item, Item)]) -> Self {
        Self(pairs.to_vec())
    }

    /// Replaces the value of a key, or puts the pair where its key sorts.
    pub fn set(&mut self, key: Item, value: Item) {
        match self.0.binary_search_by(|(own, _)| own.cmp(&key)) {
            Ok(place) => self.0[place].1 = value,
            Err(place) => self.0.insert(place, (key, value)),
        }
    }

    /// Leaves out a key that is there.
    pub fn remove(&mut self, key: &[u8]) {
        let before = self.0.len();
        self.0.retain(|(own, _)| own != key);
        assert_eq!(self.0.len() + 1, before, "the key was there once");
    }

    /// The bytes.
    pub fn encode(&self) -> Item {
        map(&self.0)
    }
}

/// `item` inside so many arrays.
pub fn nested(depth: usize, item: &[u8]) -> Item {
    [vec![0x81; depth].as_slice(), item].concat()
}
