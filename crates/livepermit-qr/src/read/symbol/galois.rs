//! Arithmetic with bytes as elements of GF(2⁸), with the polynomial x⁸ + x⁴ + x³ + x² + 1 and the
//! generator 2 (ISO/IEC 18004:2015, 7.5.2). Sums are exclusive or.

/// Elements other than 0, all of which are powers of the generator.
const ORDER: usize = 255;

struct Tables {
    /// The powers of the generator, twice in a row, so that the sum of two logarithms is an index.
    powers: [u8; 2 * ORDER],
    /// The logarithm of each element; of 0, nothing.
    logarithms: [u8; 256],
}

static TABLES: Tables = tables();

#[expect(clippy::as_conversions, reason = "bytes, in constant code")]
#[expect(clippy::cast_possible_truncation, reason = "elements are below 256, powers below 255")]
#[cfg_attr(
    not(test),
    expect(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        reason = "constant code: an error would be one of the compiler"
    )
)]
const fn tables() -> Tables {
    let mut tables = Tables { powers: [0; 2 * ORDER], logarithms: [0; 256] };
    let (mut element, mut power) = (1_u16, 0);
    while power < ORDER {
        tables.powers[power] = element as u8;
        tables.powers[power + ORDER] = element as u8;
        tables.logarithms[element as usize] = power as u8;
        element <<= 1;
        if element > 255 {
            element ^= 0b1_0001_1101;
        }
        power += 1;
    }
    tables
}

/// The generator to this power. The power is taken modulo 255.
pub(super) fn power(exponent: usize) -> u8 {
    TABLES.powers.get(exponent % ORDER).copied().unwrap_or(0)
}

pub(super) fn product(left: u8, right: u8) -> u8 {
    if left == 0 || right == 0 {
        return 0;
    }
    TABLES.powers.get(logarithm(left).saturating_add(logarithm(right))).copied().unwrap_or(0)
}

/// `None` for a divisor of 0.
pub(super) fn quotient(dividend: u8, divisor: u8) -> Option<u8> {
    match (dividend, divisor) {
        (_, 0) => None,
        (0, _) => Some(0),
        _ => {
            let exponent =
                ORDER.checked_add(logarithm(dividend))?.checked_sub(logarithm(divisor))?;
            TABLES.powers.get(exponent).copied()
        }
    }
}

fn logarithm(element: u8) -> usize {
    TABLES.logarithms.get(usize::from(element)).copied().map_or(0, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Multiplication as the standard defines it: of polynomials, bit by bit.
    fn by_hand(left: u8, right: u8) -> u8 {
        let mut product = 0_u16;
        for bit in (0..8).rev() {
            product <<= 1;
            if product > 255 {
                product ^= 0b1_0001_1101;
            }
            if right >> bit & 1 == 1 {
                product ^= u16::from(left);
            }
        }
        u8::try_from(product).unwrap()
    }

    #[test]
    fn products_and_quotients_of_all_elements() {
        for left in 0..=u8::MAX {
            for right in 0..=u8::MAX {
                let both = product(left, right);
                assert_eq!(both, by_hand(left, right), "{left} {right}");
                let back = quotient(both, right);
                assert_eq!(back, (right != 0).then_some(left), "{left} {right}");
            }
        }
    }

    #[test]
    fn powers_of_the_generator() {
        let mut element = 1;
        for exponent in 0..1000 {
            assert_eq!(power(exponent), element, "{exponent}");
            element = by_hand(element, 2);
        }
    }
}
