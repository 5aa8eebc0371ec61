//! The version that a symbol itself tells (ISO/IEC 18004:2015, 7.10): 18 modules beside two of the
//! finder patterns, for versions 7 and up. On bent paper the distance between finder patterns says
//! little about the number of modules, but these 18 are near a pattern.

use super::grey::GreyLayer;
use super::symbol::Symbol;

/// Versions below have no version information.
const FIRST: usize = 7;
const LAST: usize = 40;
/// Wrong modules of 18 that are corrected. Any two versions differ in eight.
const MOST_WRONG: u32 = 3;

/// The modules along a side that the version information tells. `None` if neither copy is
/// readable.
pub(super) fn modules_told(layer: &GreyLayer<'_>, symbol: &Symbol) -> Option<usize> {
    let versions = [read(layer, symbol, true), read(layer, symbol, false)];
    versions
        .into_iter()
        .flat_map(|bits| (FIRST..=LAST).map(move |version| (wrong(bits, version), version)))
        .min()
        .filter(|(wrong, _)| *wrong <= MOST_WRONG)
        .map(|(_, version)| version * 4 + 17)
}

fn wrong(bits: u32, version: usize) -> u32 {
    (bits ^ information(version as u32)).count_ones()
}

/// The version in six bits, and twelve bits of a code that corrects errors.
fn information(version: u32) -> u32 {
    const GENERATOR: u32 = 0x1F25;
    let mut rest = version << 12;
    for bit in (12..18).rev() {
        if rest >> bit & 1 == 1 {
            rest ^= GENERATOR << (bit - 12);
        }
    }
    version << 12 | rest
}

/// The copy left of the right finder pattern, or the one above the lower one. Modules are compared
/// with the mean of all 18, of which at least four are dark and four light.
fn read(layer: &GreyLayer<'_>, symbol: &Symbol, right: bool) -> u32 {
    let end = symbol.modules as f32 - 11.0;
    let mut levels = [0.0_f32; 18];
    for (level, index) in levels.iter_mut().zip(0_u8..) {
        let (near, far) = (f32::from(index / 3) + 0.5, end + f32::from(index % 3) + 0.5);
        let (x, y) = if right { (far, near) } else { (near, far) };
        let (u, v) = symbol.plane.at(x, y);
        *level = layer.at(u, v);
    }
    let mean = levels.iter().sum::<f32>() / 18.0;
    let bits = levels.iter().zip(0_u32..);
    bits.map(|(level, bit)| u32::from((*level < mean) != symbol.inverted) << bit).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_information_is_that_of_the_standard() {
        assert_eq!(information(7), 0x0_7C94);
        assert_eq!(information(21), 0x1_5683);
        assert_eq!(information(40), 0x2_8C69);
        for left in FIRST..=LAST {
            for right in FIRST..left {
                assert!(wrong(information(left as u32), right) >= 8);
            }
        }
    }
}
