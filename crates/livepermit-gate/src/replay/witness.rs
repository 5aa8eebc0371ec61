//! What one gate knows of its store.

use core::fmt;

/// Which store this is: 16 random bytes, made with the store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreId([u8; 16]);

impl StoreId {
    /// An identity from its stored bytes, or from 16 new random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        self.0.iter().fold(String::with_capacity(32), |mut text, byte| {
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
            }
            text
        })
    }

    /// The identity that [`StoreId::to_hex`] wrote; `None` for any other text.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        let digits = text.as_bytes();
        if digits.len() != 32 || digits.iter().any(u8::is_ascii_uppercase) {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        // `from_str_radix` also reads a sign.
        digits.iter().all(u8::is_ascii_hexdigit).then_some(Self(bytes))
    }
}

impl fmt::Debug for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreId({})", self.to_hex())
    }
}

/// One life of a server, as text of the server. It changes when the server starts, and when another
/// server becomes the master: the `master_replid` of Redis, for example.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Incarnation(Box<str>);

impl Incarnation {
    /// The most bytes of the text.
    pub const MAX_BYTES: usize = 64;

    /// Text of 1 to 64 visible ASCII characters; `None` for any other text.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fits = (1..=Self::MAX_BYTES).contains(&text.len());
        (fits && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| Self(text.into()))
    }

    /// A store without a server has one life: its identity names the life.
    #[must_use]
    pub fn of_store(id: StoreId) -> Self {
        Self(id.to_hex().into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an answer of a store says about the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Which store answered.
    pub store: StoreId,
    /// How many times the store lost its memory.
    pub generation: u64,
    /// The life of the server that answered.
    pub incarnation: Incarnation,
}

/// What one gate knows of its store. The gate sends it with each question, and keeps it where a
/// loss of the store does not reach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Witness {
    known: Option<Known>,
    admissions: u64,
}

/// The answer comes from a server that the gate has left behind, so the answer opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OldAnswer;

impl Witness {
    /// What a gate knows that has never asked a store.
    #[must_use]
    pub const fn new() -> Self {
        Self { known: None, admissions: 0 }
    }

    /// A witness from its stored parts.
    #[must_use]
    pub const fn from_parts(known: Option<Known>, admissions: u64) -> Self {
        Self { known, admissions }
    }

    /// What the last answer said about the store; `None` before the first answer.
    #[must_use]
    pub const fn known(&self) -> Option<&Known> {
        self.known.as_ref()
    }

    /// How many admissions of this gate the store has acknowledged.
    #[must_use]
    pub const fn admissions(&self) -> u64 {
        self.admissions
    }

    /// Takes an answer. `admissions` is the store's count of this gate's admissions.
    ///
    /// Call this when the answer arrives, not when the question is sent: meanwhile another answer
    /// may have shown that the store lost its memory.
    ///
    /// # Errors
    /// [`OldAnswer`] when the answer is of an earlier generation, or of another server or store of
    /// the same generation.
    pub fn take(&mut self, answer: Known, admissions: u64) -> Result<(), OldAnswer> {
        if let Some(known) = &self.known {
            let same = answer.generation == known.generation;
            if answer.generation < known.generation || same && answer != *known {
                return Err(OldAnswer);
            }
        }
        self.known = Some(answer);
        self.admissions = self.admissions.max(admissions);
        Ok(())
    }
}
