//! Wrong modules: corrected up to the capacity of the standard, and beyond it nothing is read
//! rather than something else.

use rand::SeedableRng as _;

use super::super::blocks::SPARED_AT_ERASURES;
use super::*;
use crate::standard::{FORMAT_MASK, format_information, format_places};

#[test]
fn every_version_level_and_mask_is_read_also_mirrored() {
    let mut random = StdRng::seed_from_u64(1);
    for (version, level, _) in all_sizes() {
        for mask in 0..8 {
            let (text, drawn) = drawn(&mut random, version, level, mask);
            let what = format!("{version} {level:?} {mask}");
            assert_eq!(drawn.read().as_ref(), Some(&text), "{what}");
            assert_eq!(drawn.mirrored().read().as_ref(), Some(&text), "{what}, mirrored");
        }
    }
}

#[test]
fn our_own_symbols_are_read() {
    use crate::draw::{ErrorCorrection, QrCode};
    for length in (1..4000).step_by(97) {
        let text: String =
            (0..length).map(|at| char::from(ALPHABET[(at * at + length) % 45])).collect();
        let Ok(code) = QrCode::encode(&text, ErrorCorrection::Medium) else { continue };
        let grid = Grid::new(code.width(), |x, y| code.is_dark(x, y)).unwrap();
        assert_eq!(decode(&grid), Some(Content { bytes: text.into_bytes(), part: None }));
    }
}

#[test]
fn errors_are_corrected_up_to_capacity() {
    let mut random = StdRng::seed_from_u64(2);
    for (version, level, mask) in all_sizes() {
        let (text, whole) = drawn(&mut random, version, level, mask);
        let blocks = whole.blocks();
        let most = (blocks.correction - blocks.spared) / 2;
        for wrong in [1, most / 2, most] {
            let mut damaged = whole.clone();
            damaged.damage(&mut random, wrong, 1.0);
            let what = format!("{version} {level:?} {wrong}");
            assert_eq!(damaged.read().as_ref(), Some(&text), "{what}");
            assert_eq!(damaged.mirrored().read().as_ref(), Some(&text), "{what}, mirrored");
        }
    }
}

#[test]
fn doubtful_codewords_are_given_up_up_to_the_spared_ones() {
    let mut random = StdRng::seed_from_u64(3);
    for (version, level, mask) in all_sizes() {
        let (text, whole) = drawn(&mut random, version, level, mask);
        let most = whole.blocks().correction - SPARED_AT_ERASURES;
        for wrong in [1, most / 2, most] {
            let mut damaged = whole.clone();
            damaged.damage(&mut random, wrong, 0.1);
            let what = format!("{version} {level:?} {wrong}");
            assert_eq!(damaged.read_with_doubts().as_ref(), Some(&text), "{what}");
            let mirrored = damaged.mirrored().read_with_doubts();
            assert_eq!(mirrored.as_ref(), Some(&text), "{what}, mirrored");
        }
    }
}

#[test]
fn doubtful_and_unnoticed_errors_are_corrected_together() {
    let mut random = StdRng::seed_from_u64(4);
    for (version, level, mask) in all_sizes() {
        let (text, mut damaged) = drawn(&mut random, version, level, mask);
        let correction = damaged.blocks().correction;
        // Half of the usable codewords are given up, a quarter of them is wrong without a doubt.
        let usable = correction - SPARED_AT_ERASURES;
        let (doubtful, unnoticed) = (usable / 2, (usable - usable / 2) / 2);
        damaged.damage(&mut random, unnoticed, 1.0);
        // They may meet, which makes it easier.
        damaged.damage(&mut random, doubtful, 0.1);
        assert_eq!(damaged.read_with_doubts(), Some(text), "{version} {level:?}");
    }
}

#[test]
fn beyond_capacity_nothing_else_is_read() {
    let mut random = StdRng::seed_from_u64(5);
    let mut refused = 0;
    for round in 0..60 {
        for (version, level, mask) in all_sizes().filter(|(version, ..)| *version < 12) {
            let (text, mut damaged) = drawn(&mut random, version, level, mask);
            let correction = damaged.blocks().correction;
            let wrong = random.random_range(correction / 2..correction * 2);
            damaged.damage(&mut random, wrong, 1.0);
            for sure in &mut damaged.sure {
                *sure = random.random_range(0.0..1.0);
            }
            let read = if round % 2 == 0 { damaged.read() } else { damaged.read_with_doubts() };
            refused += u32::from(read.is_none());
            assert!(read.is_none_or(|read| read == text), "{version} {level:?} {wrong}");
        }
    }
    assert!(refused > 2_000, "{refused}");
}

#[test]
fn noise_is_not_read() {
    let mut random = StdRng::seed_from_u64(6);
    for _ in 0..3_000 {
        let side = random.random_range(1..=7) * 4 + 17;
        let (_, drawn) = drawn(&mut random, 1, Level::L, 0);
        let grid = Grid::of_light(side, |x, y| match (x, y) {
            // The format information is that of a real symbol.
            (8, 0..9) | (0..9, 8) => {
                if drawn.dark[y * 21 + x] {
                    -1.0
                } else {
                    1.0
                }
            }
            _ => random.random_range(-1.0..1.0),
        });
        assert_eq!(decode(&grid.unwrap()), None);
    }
}

/// Flips modules of one copy of the format information.
fn flip(symbol: &mut Drawn, copy: usize, bits: impl IntoIterator<Item = usize>) {
    for bit in bits {
        let (x, y) = format_places(bit, symbol.side)[copy];
        symbol.dark[y * symbol.side + x] ^= true;
    }
}

#[test]
fn format_information_is_read_with_up_to_three_wrong_modules() {
    let mut random = StdRng::seed_from_u64(7);
    for level in Level::ALL {
        for mask in 0..8 {
            let (text, whole) = drawn(&mut random, 4, level, mask);
            for (first, second, third) in
                (0..15).flat_map(|a| (0..=a).flat_map(move |b| (0..=b).map(move |c| (a, b, c))))
            {
                let mut wrong = vec![first, second, third];
                wrong.dedup();
                let mut damaged = whole.clone();
                flip(&mut damaged, 0, wrong.clone());
                flip(&mut damaged, 1, wrong);
                assert_eq!(damaged.read().as_ref(), Some(&text), "{level:?} {mask} {first}");
            }
            for copy in 0..2 {
                // The other copy is hidden: all dark, or all light.
                for dark in [false, true] {
                    let mut damaged = whole.clone();
                    for bit in 0..15 {
                        let (x, y) = format_places(bit, damaged.side)[1 - copy];
                        damaged.dark[y * damaged.side + x] = dark;
                    }
                    let what = format!("{level:?} {mask} {copy} {dark}");
                    assert_eq!(damaged.read().as_ref(), Some(&text), "{what}");
                    assert_eq!(damaged.mirrored().read().as_ref(), Some(&text), "{what}");
                }
            }
        }
    }
}

#[test]
fn format_information_may_lack_its_mask() {
    let mut random = StdRng::seed_from_u64(8);
    for (version, level, mask) in all_sizes() {
        let (text, mut symbol) = drawn(&mut random, version, level, mask);
        let bits = (0..15).filter(|bit| FORMAT_MASK >> bit & 1 == 1);
        flip(&mut symbol, 0, bits.clone());
        flip(&mut symbol, 1, bits);
        assert_eq!(symbol.read(), Some(text), "{version} {level:?}");
    }
}

#[test]
fn formats_differ_in_seven_modules() {
    let all: Vec<u16> = Level::ALL
        .into_iter()
        .flat_map(|level| (0..8).map(move |mask| format_information(level, mask)))
        .collect();
    for (at, left) in all.iter().enumerate() {
        assert!(all.iter().skip(at + 1).all(|right| (left ^ right).count_ones() >= 7));
    }
}
