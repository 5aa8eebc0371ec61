//! How many characters a symbol holds, computed without drawing one.

use super::error::QrError;
use crate::standard::{ALPHABET, ALPHANUMERIC_COUNT, Level, count_bits, data_codewords};

/// How much of a symbol may be unreadable and still be restored (ISO/IEC 18004:2015, 7.5.1).
///
/// More correction makes the symbol larger, so its modules are smaller on the same screen. For a
/// clean screen that a gate reads, [`Medium`](Self::Medium) is a good choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum ErrorCorrection {
    /// Level L: about 7 % of the codewords.
    Low,
    /// Level M: about 15 % of the codewords.
    #[default]
    Medium,
    /// Level Q: about 25 % of the codewords.
    Quartile,
    /// Level H: about 30 % of the codewords.
    High,
}

impl ErrorCorrection {
    pub(super) const fn level(self) -> Level {
        match self {
            Self::Low => Level::L,
            Self::Medium => Level::M,
            Self::Quartile => Level::Q,
            Self::High => Level::H,
        }
    }
}

/// The level for a code of some 400 characters on paper, printed [`PAPER_SIDE_MM`] wide, if the text
/// fits at this level. Measured in `docs/scanning.md` of the repository.
pub const PAPER_ERROR_CORRECTION: ErrorCorrection = ErrorCorrection::Quartile;

/// Side of a code on paper with its quiet zone, in millimetres; see [`PAPER_ERROR_CORRECTION`].
pub const PAPER_SIDE_MM: u8 = 62;

/// The smallest version (1 to 40) that holds a text, for each level of error correction. `None` if
/// no version does. A symbol of version `v` is `17 + 4 v` modules wide, without its quiet zone.
///
/// ```
/// use livepermit_qr::draw::versions_for;
/// let versions = versions_for("LP1:HELLO")?;
/// assert_eq!((versions.low, versions.high), (Some(1), Some(1)));
/// # Ok::<(), livepermit_qr::draw::QrError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct QrVersions {
    /// At level L.
    pub low: Option<u8>,
    /// At level M.
    pub medium: Option<u8>,
    /// At level Q.
    pub quartile: Option<u8>,
    /// At level H.
    pub high: Option<u8>,
}

impl QrVersions {
    /// The version at one level.
    #[must_use]
    pub const fn at(&self, level: ErrorCorrection) -> Option<u8> {
        match level {
            ErrorCorrection::Low => self.low,
            ErrorCorrection::Medium => self.medium,
            ErrorCorrection::Quartile => self.quartile,
            ErrorCorrection::High => self.high,
        }
    }
}

/// Returns the versions that a text needs, without encoding the text.
///
/// [`QrCode::encode`](super::QrCode::encode) uses the same versions. If a level is `None` here,
/// `encode` refuses the text at this level.
///
/// # Errors
///
/// [`QrError::Empty`] and [`QrError::Character`]. A text that is too long is no error here: its
/// levels are `None`.
pub fn versions_for(text: &str) -> Result<QrVersions, QrError> {
    Ok(versions_for_length(checked_length(text)?))
}

/// Returns the versions that a text with this number of alphanumeric characters needs. So sizes can
/// be planned before there is a text. `n` bytes in base45 are `n / 2 * 3 + n % 2 * 2` characters.
///
/// ```
/// use livepermit_qr::draw::versions_for_length;
/// // Behind a prefix of 4 characters, version 14 holds at most 349 bytes at level M.
/// assert_eq!(versions_for_length(4 + 349 / 2 * 3 + 349 % 2 * 2).medium, Some(14));
/// assert_eq!(versions_for_length(4 + 350 / 2 * 3).medium, Some(15));
/// ```
#[must_use]
pub fn versions_for_length(characters: usize) -> QrVersions {
    let smallest = |level| smallest_version(characters, level);
    QrVersions {
        low: smallest(ErrorCorrection::Low),
        medium: smallest(ErrorCorrection::Medium),
        quartile: smallest(ErrorCorrection::Quartile),
        high: smallest(ErrorCorrection::High),
    }
}

/// The number of characters in `text`, if alphanumeric mode can hold them all.
pub(super) fn checked_length(text: &str) -> Result<usize, QrError> {
    if text.is_empty() {
        return Err(QrError::Empty);
    }
    match text.char_indices().find(|(_, character)| !is_alphanumeric(*character)) {
        Some((position, character)) => Err(QrError::Character { position, character }),
        None => Ok(text.len()),
    }
}

/// ISO/IEC 18004:2015, 7.3.4 and table 5.
fn is_alphanumeric(character: char) -> bool {
    u8::try_from(character).is_ok_and(|byte| ALPHABET.contains(&byte))
}

pub(super) fn smallest_version(characters: usize, level: ErrorCorrection) -> Option<u8> {
    (1..=40).find(|version| capacity(*version, level) >= characters)
}

/// Characters in one alphanumeric segment that fills the whole symbol. 0 for a version that does
/// not exist.
///
/// The segment begins with a mode indicator of 4 bits and a character count. Then two characters
/// take 11 bits, and a single one at the end takes 6 (ISO/IEC 18004:2015, 7.4.4). If no bit is left
/// for a terminator, none is needed (7.4.9).
pub(super) fn capacity(version: u8, level: ErrorCorrection) -> usize {
    let Some(codewords) = data_codewords(version, level.level()) else { return 0 };
    let header = usize::from(count_bits(version, ALPHANUMERIC_COUNT)).saturating_add(4);
    let bits = usize::from(codewords).saturating_mul(8).saturating_sub(header);
    (bits / 11).saturating_mul(2).saturating_add(usize::from(bits % 11 >= 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVELS: [ErrorCorrection; 4] = [
        ErrorCorrection::Low,
        ErrorCorrection::Medium,
        ErrorCorrection::Quartile,
        ErrorCorrection::High,
    ];

    #[test]
    fn published_capacities() {
        // ISO/IEC 18004:2015, table 7, column "alphanumeric".
        assert_eq!(LEVELS.map(|level| capacity(1, level)), [25, 20, 16, 10]);
        assert_eq!(LEVELS.map(|level| capacity(9, level)), [335, 262, 189, 143]);
        assert_eq!(LEVELS.map(|level| capacity(10, level)), [395, 311, 221, 174]);
        assert_eq!(LEVELS.map(|level| capacity(26, level)), [1990, 1542, 1094, 864]);
        assert_eq!(LEVELS.map(|level| capacity(27, level)), [2132, 1637, 1172, 910]);
        assert_eq!(LEVELS.map(|level| capacity(40, level)), [4296, 3391, 2420, 1852]);
    }

    #[test]
    fn no_such_version() {
        assert_eq!(capacity(0, ErrorCorrection::Low), 0);
        assert_eq!(capacity(41, ErrorCorrection::Low), 0);
    }

    #[test]
    fn larger_versions_hold_more_and_more_correction_less() {
        for version in 1..40 {
            for level in LEVELS {
                assert!(capacity(version, level) < capacity(version + 1, level));
            }
            let held = LEVELS.map(|level| capacity(version, level));
            assert!(held.is_sorted_by(|left, right| left > right), "{version}: {held:?}");
        }
    }

    /// The encoder is the oracle: at every length, the version chosen here takes the text and the
    /// one below does not. Bits alone decide that, so no symbol is drawn.
    #[test]
    fn agrees_with_the_encoder_at_every_length() {
        for (level, oracle) in LEVELS.into_iter().zip([
            qrcode::EcLevel::L,
            qrcode::EcLevel::M,
            qrcode::EcLevel::Q,
            qrcode::EcLevel::H,
        ]) {
            let fits = |version: u8, characters: usize| {
                let mut bits = qrcode::bits::Bits::new(qrcode::Version::Normal(version.into()));
                bits.push_alphanumeric_data(&vec![b'A'; characters])
                    .and_then(|()| bits.push_terminator(oracle))
                    .is_ok()
            };
            for characters in 1..=4300 {
                match smallest_version(characters, level) {
                    Some(version) => {
                        assert!(fits(version, characters), "{version} {level:?} {characters}");
                        assert!(
                            version == 1 || !fits(version - 1, characters),
                            "{version} {level:?}"
                        );
                    }
                    None => assert!(!fits(40, characters), "{level:?} {characters}"),
                }
            }
        }
    }

    #[test]
    fn the_alphabet_is_45_characters() {
        let held: Vec<char> =
            (0..=0x10_FFFF).filter_map(char::from_u32).filter(|c| is_alphanumeric(*c)).collect();
        assert_eq!(held.len(), 45);
    }
}
