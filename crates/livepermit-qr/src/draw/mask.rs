//! Which of the eight masks a symbol gets (ISO/IEC 18004:2015, 7.8).
//!
//! Each mask is tried and gets a penalty by four rules, and the mask with the lowest penalty wins.
//! This is nearly all the work of making a symbol. So a row of modules is kept as bits of integers
//! here, and one operation works on all modules of a row.
#![cfg_attr(
    not(test),
    expect(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::indexing_slicing,
        reason = "bits in arrays of a fixed size, from our own data: all sums are small"
    )
)]

use core::array::from_fn;
use core::ops::{BitAnd, BitOr, BitXor, Not};

use qrcode::canvas::{Canvas, Module};

use super::capacity::ErrorCorrection;
use crate::standard::{MASK_ROWS, format_information, format_places, inverts};

/// Light modules outside the symbol that the rules look at: four before a row or column, and up to
/// ten after it.
const BEFORE: usize = 4;
const AFTER: usize = 10;
const LARGEST: usize = 177;

/// A row of modules: column `x` is bit `x % 64` of word `x / 64`, dark is 1. Columns outside the
/// symbol are 0, which is as light as the quiet zone.
#[derive(Clone, Copy, PartialEq, Eq)]
struct ModuleRow<const WORDS: usize>([u64; WORDS]);

/// The modules of the symbol under the mask with the lowest penalty, row by row; dark is true. If
/// several masks have the same penalty, the first is used. The format information names the mask.
pub(super) fn masked(canvas: &Canvas, width: usize, level: ErrorCorrection) -> Box<[bool]> {
    match width {
        ..=64 => Unmasked::<1>::new(canvas, width, level).best(),
        65..=128 => Unmasked::<2>::new(canvas, width, level).best(),
        _ => Unmasked::<3>::new(canvas, width, level).best(),
    }
}

/// A symbol before it is masked.
struct Unmasked<const WORDS: usize> {
    width: usize,
    level: ErrorCorrection,
    modules: [ModuleRow<WORDS>; LARGEST],
    /// 1 where a mask applies: everywhere except on function patterns.
    free: [ModuleRow<WORDS>; LARGEST],
}

impl<const WORDS: usize> Unmasked<WORDS> {
    fn new(canvas: &Canvas, width: usize, level: ErrorCorrection) -> Self {
        let mut symbol = Self {
            width,
            level,
            modules: [ModuleRow::LIGHT; LARGEST],
            free: [ModuleRow::LIGHT; LARGEST],
        };
        let rows = symbol.modules.iter_mut().zip(&mut symbol.free).take(width);
        for (y, (modules, free)) in (0_i16..).zip(rows) {
            let mut columns = (0_i16..).take(width);
            for (dark, free) in modules.0.iter_mut().zip(&mut free.0) {
                for (bit, x) in (0..64).zip(&mut columns) {
                    let module = canvas.get(x, y);
                    *dark |= u64::from(module.is_dark()) << bit;
                    *free |= u64::from(!matches!(module, Module::Masked(_))) << bit;
                }
            }
        }
        symbol
    }

    fn best(&self) -> Box<[bool]> {
        let mut best = self.under(0);
        let mut lowest = penalty(&best, self.width);
        for mask in 1..8 {
            let candidate = self.under(mask);
            let score = penalty(&candidate, self.width);
            if score < lowest {
                (best, lowest) = (candidate, score);
            }
        }
        let mut modules = Vec::with_capacity(self.width.saturating_mul(self.width));
        for row in best.iter().skip(BEFORE).take(self.width) {
            let mut left = self.width;
            for word in row.0 {
                modules.extend((0..left.min(64)).map(|bit| word >> bit & 1 == 1));
                left = left.saturating_sub(64);
            }
        }
        modules.into_boxed_slice()
    }

    /// The whole symbol under one mask, with light rows above and below.
    fn under(&self, mask: u8) -> [ModuleRow<WORDS>; BEFORE + LARGEST + AFTER] {
        let mut masked = [ModuleRow::LIGHT; BEFORE + LARGEST + AFTER];
        let pattern = MASKS.get(usize::from(mask)).into_iter().flatten().cycle();
        let rows =
            masked.iter_mut().skip(BEFORE).zip(self.modules.iter().zip(&self.free)).zip(pattern);
        for ((row, (modules, free)), pattern) in rows.take(self.width) {
            *row = *modules ^ (*free & ModuleRow::first_words(pattern));
        }
        let width = self.width;
        let mut put = |x: usize, y: usize, dark: bool| {
            if let Some(row) = masked.get_mut(BEFORE.saturating_add(y)) {
                row.put(x, dark);
            }
        };
        let format = format_information(self.level.level(), mask);
        for bit in 0..15_usize {
            let dark = format >> bit & 1 == 1;
            for (x, y) in format_places(bit, width) {
                put(x, y, dark);
            }
        }
        masked
    }
}

/// The rows of each mask until it repeats. A bit is 1 where the mask inverts.
static MASKS: [[[u64; 3]; MASK_ROWS]; 8] = {
    let mut masks = [[[0; 3]; MASK_ROWS]; 8];
    let mut mask: u8 = 0;
    while mask < 8 {
        let mut y = 0;
        while y < MASK_ROWS {
            let mut x = 0;
            while x < LARGEST {
                if inverts(mask, x, y) {
                    masks[mask as usize][y][x / 64] |= 1 << (x % 64);
                }
                x += 1;
            }
            y += 1;
        }
        mask += 1;
    }
    masks
};

/// The four rules of ISO/IEC 18004:2015, table 11, with its weights 3, 3, 40 and 10.
fn penalty<const WORDS: usize>(
    rows: &[ModuleRow<WORDS>; BEFORE + LARGEST + AFTER],
    width: usize,
) -> u32 {
    // Columns that have a right neighbour.
    let paired = ModuleRow::first_columns(width.saturating_sub(1));
    let inside = ModuleRow::first_columns(width);
    let (mut runs, mut blocks, mut finders, mut dark) = (0, 0, 0, 0);
    // For the rows above: where a module equals the one below it, and where five in a column are
    // equal.
    let (mut alike_above, mut five_above) = ([ModuleRow::LIGHT; 3], ModuleRow::LIGHT);

    let windows = rows.windows(BEFORE + 1 + AFTER).take(width);
    for (y, window) in (1..).zip(windows) {
        let &[
            up4,
            up3,
            up2,
            up1,
            row,
            down1,
            down2,
            down3,
            down4,
            down5,
            down6,
            down7,
            down8,
            down9,
            down10,
        ] = window
        else {
            continue;
        };
        // Five equal modules begin here. A run of n has n - 4 such places, one of which is the
        // first.
        let alike = !(row ^ row.ahead(1)) & paired;
        let two = alike & alike.ahead(1);
        let five = two & two.ahead(2);
        runs += five.count() + 2 * (five & !five.behind(1)).count();

        let alike_below = if y < width { !(row ^ down1) & inside } else { ModuleRow::LIGHT };
        let [first, second, third] = alike_above;
        let five_down = first & second & third & alike_below;
        runs += five_down.count() + 2 * (five_down & !five_above).count();
        (alike_above, five_above) = ([second, third, alike_below], five_down);

        blocks += (alike & alike_below & alike_below.ahead(1)).count();

        let across = row
            & !row.ahead(1)
            & row.ahead(2)
            & row.ahead(3)
            & row.ahead(4)
            & !row.ahead(5)
            & row.ahead(6);
        let left = row.behind(1) | row.behind(2) | row.behind(3) | row.behind(4);
        let right = row.ahead(7) | row.ahead(8) | row.ahead(9) | row.ahead(10);
        let down = row & !down1 & down2 & down3 & down4 & !down5 & down6;
        let above = up1 | up2 | up3 | up4;
        let below = down7 | down8 | down9 | down10;
        finders += (across & !(left & right)).count_few() + (down & !(above & below)).count_few();

        dark += row.count();
    }
    let modules = u32::try_from(width.saturating_mul(width)).unwrap_or(u32::MAX);
    // Steps of 5 % away from 50 %: 20 d / n is 10 if half of the modules are dark.
    let steps = (20 * dark).abs_diff(10 * modules) / modules;
    runs + 3 * blocks + 40 * finders + 10 * steps
}

impl<const WORDS: usize> ModuleRow<WORDS> {
    const LIGHT: Self = Self([0; WORDS]);

    fn first_words(words: &[u64; 3]) -> Self {
        Self(from_fn(|at| words.get(at).copied().unwrap_or(0)))
    }

    /// Dark in columns 0 to `count - 1`.
    fn first_columns(count: usize) -> Self {
        Self(from_fn(|at| match count.saturating_sub(at.saturating_mul(64)) {
            left @ 0..=63 => !(u64::MAX << left),
            _ => u64::MAX,
        }))
    }

    fn put(&mut self, x: usize, dark: bool) {
        if let Some(word) = self.0.get_mut(x / 64) {
            let bit = 1 << (x % 64);
            *word = if dark { *word | bit } else { *word & !bit };
        }
    }

    /// Each column gets the module that is `by` columns to its right; `by` is 1 to 63.
    fn ahead(self, by: u32) -> Self {
        Self(from_fn(|at| {
            self.word(at) >> by
                | self.word(at.wrapping_add(1)).wrapping_shl(64_u32.wrapping_sub(by))
        }))
    }

    /// Each column gets the module that is `by` columns to its left; `by` is 1 to 63.
    fn behind(self, by: u32) -> Self {
        Self(from_fn(|at| {
            self.word(at) << by
                | self.word(at.wrapping_sub(1)).wrapping_shr(64_u32.wrapping_sub(by))
        }))
    }

    fn word(&self, at: usize) -> u64 {
        self.0.get(at).copied().unwrap_or(0)
    }

    fn count(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// The same number, computed faster for light rows. Most rows are light where this function is
    /// used.
    fn count_few(self) -> u32 {
        if self == Self::LIGHT { 0 } else { self.count() }
    }

    fn with(self, other: Self, operation: impl Fn(u64, u64) -> u64) -> Self {
        Self(from_fn(|at| operation(self.word(at), other.word(at))))
    }
}

impl<const WORDS: usize> BitAnd for ModuleRow<WORDS> {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        self.with(other, |left, right| left & right)
    }
}

impl<const WORDS: usize> BitOr for ModuleRow<WORDS> {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        self.with(other, |left, right| left | right)
    }
}

impl<const WORDS: usize> BitXor for ModuleRow<WORDS> {
    type Output = Self;
    fn bitxor(self, other: Self) -> Self {
        self.with(other, |left, right| left ^ right)
    }
}

impl<const WORDS: usize> Not for ModuleRow<WORDS> {
    type Output = Self;
    fn not(self) -> Self {
        Self(self.0.map(|word| !word))
    }
}
