//! What the drawing and the reading half need of ISO/IEC 18004:2015: its levels, tables and masks.

/// A level of error correction (7.5.1), with its two bits in the format information (table 12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    L = 0b01,
    M = 0b00,
    Q = 0b11,
    H = 0b10,
}

impl Level {
    /// From the least to the most correction, as the tables of the standard list them.
    #[cfg(feature = "read")]
    pub(crate) const ALL: [Self; 4] = [Self::L, Self::M, Self::Q, Self::H];

    /// The entry for this level in a row of a table.
    pub(crate) const fn of<T: Copy>(self, row: [T; 4]) -> T {
        let [low, medium, quartile, high] = row;
        match self {
            Self::L => low,
            Self::M => medium,
            Self::Q => quartile,
            Self::H => high,
        }
    }
}

/// The characters of alphanumeric mode, each at its value (table 5).
pub(crate) const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Bits of the character count in alphanumeric mode: for versions up to 9, up to 26 and up to 40
/// (table 3).
pub(crate) const ALPHANUMERIC_COUNT: [u8; 3] = [9, 11, 13];

/// The entry of a row of table 3 for this version.
pub(crate) const fn count_bits(version: u8, row: [u8; 3]) -> u8 {
    let [small, medium, large] = row;
    match version {
        0..=9 => small,
        10..=26 => medium,
        27.. => large,
    }
}

/// Codewords of a symbol that hold data. `None` for a version that does not exist.
pub(crate) fn data_codewords(version: u8, level: Level) -> Option<u16> {
    let row = usize::from(version).checked_sub(1)?;
    DATA_CODEWORDS.get(row).map(|row| level.of(*row))
}

/// Data codewords of versions 1 to 40 at levels L, M, Q, H (table 7).
#[rustfmt::skip]
const DATA_CODEWORDS: [[u16; 4]; 40] = [
    [19, 16, 13, 9], [34, 28, 22, 16], [55, 44, 34, 26], [80, 64, 48, 36],
    [108, 86, 62, 46], [136, 108, 76, 60], [156, 124, 88, 66], [194, 154, 110, 86],
    [232, 182, 132, 100], [274, 216, 154, 122], [324, 254, 180, 140], [370, 290, 206, 158],
    [428, 334, 244, 180], [461, 365, 261, 197], [523, 415, 295, 223], [589, 453, 325, 253],
    [647, 507, 367, 283], [721, 563, 397, 313], [795, 627, 445, 341], [861, 669, 485, 385],
    [932, 714, 512, 406], [1006, 782, 568, 442], [1094, 860, 614, 464], [1174, 914, 664, 514],
    [1276, 1000, 718, 538], [1370, 1062, 754, 596], [1468, 1128, 808, 628], [1531, 1193, 871, 661],
    [1631, 1267, 911, 701], [1735, 1373, 985, 745], [1843, 1455, 1033, 793], [1955, 1541, 1115, 845],
    [2071, 1631, 1171, 901], [2191, 1725, 1231, 961], [2306, 1812, 1286, 986], [2434, 1914, 1354, 1054],
    [2566, 1992, 1426, 1096], [2702, 2102, 1502, 1142], [2812, 2216, 1582, 1222], [2956, 2334, 1666, 1276],
];

/// What the format information is combined with by exclusive or, so that it is never all light
/// (7.9.1).
pub(crate) const FORMAT_MASK: u16 = 0b101_0100_0001_0010;

/// The 15 bits for level and mask: 5 and the 10 check bits of a BCH code (7.9.1).
#[expect(clippy::as_conversions, reason = "two bits, in constant code")]
#[cfg_attr(
    not(test),
    expect(clippy::arithmetic_side_effects, reason = "shifts by less than 15 bits")
)]
pub(crate) const fn format_information(level: Level, mask: u8) -> u16 {
    let data = (level as u16) << 3 | (mask as u16 & 7);
    let mut remainder = data << 10;
    let mut bit = 14;
    while bit >= 10 {
        if remainder >> bit & 1 == 1 {
            remainder ^= 0b101_0011_0111 << (bit - 10);
        }
        bit -= 1;
    }
    (data << 10 | remainder) ^ FORMAT_MASK
}

/// The columns and rows of the two modules that hold a bit of the format information, in a symbol
/// of so many modules along a side. Bit 0 is the lowest. Both copies leave out the timing patterns
/// (figure 25).
pub(crate) const fn format_places(bit: usize, side: usize) -> [(usize, usize); 2] {
    let first = match bit {
        0..=5 => (8, bit),
        6 | 7 => (8, bit.saturating_add(1)),
        8 => (7, 8),
        _ => (14_usize.saturating_sub(bit), 8),
    };
    let second = match bit {
        0..=7 => (side.saturating_sub(1).saturating_sub(bit), 8),
        _ => (8, side.saturating_sub(15).saturating_add(bit)),
    };
    [first, second]
}

/// Rows and columns after which every mask repeats.
pub(crate) const MASK_ROWS: usize = 12;
#[cfg(feature = "read")]
pub(crate) const MASK_COLUMNS: usize = 6;

/// Whether a mask, 0 to 7, inverts the module in this column and row (table 10).
#[cfg_attr(
    not(test),
    expect(clippy::arithmetic_side_effects, reason = "columns and rows are below 177")
)]
pub(crate) const fn inverts(mask: u8, x: usize, y: usize) -> bool {
    let (sum, product) = (y + x, y * x);
    match mask {
        0 => sum.is_multiple_of(2),
        1 => y.is_multiple_of(2),
        2 => x.is_multiple_of(3),
        3 => sum.is_multiple_of(3),
        4 => (y / 2 + x / 3).is_multiple_of(2),
        5 => product % 2 + product % 3 == 0,
        6 => (product % 2 + product % 3).is_multiple_of(2),
        _ => (sum % 2 + product % 3).is_multiple_of(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_information_is_that_of_the_standard() {
        // ISO/IEC 18004:2015, table C.1.
        assert_eq!(format_information(Level::M, 0), 0x5412);
        assert_eq!(format_information(Level::L, 0), 0x77C4);
        assert_eq!(format_information(Level::H, 7), 0x083B);
        assert_eq!(format_information(Level::Q, 7), 0x2BED);
    }

    #[test]
    fn masks_repeat() {
        for mask in 0..8 {
            for (x, y) in (0..177).flat_map(|x| (0..177).map(move |y| (x, y))) {
                let first = inverts(mask, x % 6, y % MASK_ROWS);
                assert_eq!(inverts(mask, x, y), first, "{mask} {x} {y}");
            }
        }
    }
}
