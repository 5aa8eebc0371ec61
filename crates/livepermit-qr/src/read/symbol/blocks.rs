//! The blocks into which the codewords of a symbol are divided, and their correction.

use super::reed_solomon::Syndromes;
use crate::standard::{Level, data_codewords};

/// Correction codewords that are left over when doubtful codewords are given up. Each of them is
/// right by chance once in 256 times. So something that is no block passes for one with a
/// probability of about 2⁻³² in one attempt, and of less than 2⁻²⁹ in all of [`ERASURE_STEPS`]. A
/// camera makes dozens of attempts a second.
pub(super) const SPARED_AT_ERASURES: usize = 4;
/// Steps in which more and more codewords of a block are given up.
const ERASURE_STEPS: usize = 4;

/// How the codewords of a version and level are divided. The first blocks are short; the others
/// have one data codeword more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Blocks {
    pub(super) count: usize,
    short: usize,
    data_of_short: usize,
    data: usize,
    pub(super) correction: usize,
    /// Correction codewords that serve to detect errors only.
    pub(super) spared: usize,
}

impl Blocks {
    /// `None` for a version that does not exist.
    pub(super) fn of(version: u8, level: Level) -> Option<Self> {
        let row = usize::from(version).checked_sub(1)?;
        let total = usize::from(*CODEWORDS.get(row)?);
        let count = usize::from(level.of(*BLOCKS.get(row)?));
        let data = usize::from(data_codewords(version, level)?);
        let long = data.checked_rem(count)?;
        Some(Self {
            count,
            short: count.checked_sub(long)?,
            data_of_short: data.checked_div(count)?,
            data,
            correction: total.checked_sub(data)?.checked_div(count)?,
            spared: spared(version, level),
        })
    }

    /// The data of a symbol with all errors corrected. `codewords` stand in the order of the
    /// symbol. If this is not enough, `sureness` is asked how sure each of them is, and the least
    /// sure of a block are given up. `None` if any block cannot be corrected.
    pub(super) fn corrected<'a>(
        &self,
        codewords: &[u8],
        sureness: impl Fn() -> Option<&'a [u8]>,
    ) -> Option<Vec<u8>> {
        let mut data = Vec::with_capacity(self.data);
        let mut block = Vec::new();
        for number in 0..self.count {
            block.clear();
            for at in self.places(number) {
                block.push(*codewords.get(at)?);
            }
            let length = block.len().checked_sub(self.correction)?;
            let syndromes = Syndromes::of(&block, self.correction)?;
            if !syndromes.are_zero() {
                block = syndromes
                    .corrected(&block, &[], self.spared)
                    .or_else(|| self.with_erasures(number, &block, &syndromes, sureness()?))?;
            }
            data.extend_from_slice(block.get(..length)?);
        }
        Some(data)
    }

    /// Gives up more and more of the least sure codewords.
    fn with_erasures(
        &self,
        number: usize,
        block: &[u8],
        syndromes: &Syndromes,
        sureness: &[u8],
    ) -> Option<Vec<u8>> {
        let spared = self.spared.max(SPARED_AT_ERASURES);
        let most = self.correction.checked_sub(spared)?;
        let sure = |at: usize| sureness.get(at).copied().unwrap_or(u8::MAX);
        let mut order: Vec<(u8, usize)> = self.places(number).map(sure).zip(0..).collect();
        order.sort_unstable();
        let order: Vec<usize> = order.into_iter().map(|(_, index)| index).collect();
        (1..=ERASURE_STEPS).find_map(|step| {
            let erased = most.checked_mul(step)?.checked_div(ERASURE_STEPS)?;
            syndromes.corrected(block, order.get(..erased)?, spared)
        })
    }

    /// The places of the codewords of a block among those of the symbol, which takes them from each
    /// block in turn (ISO/IEC 18004:2015, 7.6).
    pub(super) fn places(&self, number: usize) -> impl Iterator<Item = usize> + use<> {
        let Self { count, short, data_of_short, data, correction, .. } = *self;
        let in_turn = move |start: usize, turns: usize| {
            (0..turns).map(move |turn| start.saturating_add(turn.saturating_mul(count)))
        };
        let shared = in_turn(number, data_of_short);
        let last = number
            .checked_sub(short)
            .map(|among_long| data_of_short.saturating_mul(count).saturating_add(among_long));
        shared.chain(last).chain(in_turn(data.saturating_add(number), correction))
    }
}

/// ISO/IEC 18004:2015, table 9, footnote b: symbols with so few correction codewords that more
/// errors than these would too often look like fewer.
const fn spared(version: u8, level: Level) -> usize {
    match (version, level) {
        (1, Level::L) => 3,
        (1, Level::M) | (2, Level::L) => 2,
        (1, Level::Q | Level::H) | (3, Level::L) => 1,
        _ => 0,
    }
}

/// Codewords of versions 1 to 40 (ISO/IEC 18004:2015, table 1).
const CODEWORDS: [u16; 40] = [
    26, 44, 70, 100, 134, 172, 196, 242, 292, 346, 404, 466, 532, 581, 655, 733, 815, 901, 991,
    1085, 1156, 1258, 1364, 1474, 1588, 1706, 1828, 1921, 2051, 2185, 2323, 2465, 2611, 2761, 2876,
    3034, 3196, 3362, 3532, 3706,
];

/// Blocks of versions 1 to 40 at levels L, M, Q, H (ISO/IEC 18004:2015, table 9).
#[rustfmt::skip]
const BLOCKS: [[u8; 4]; 40] = [
    [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 2, 2], [1, 2, 2, 4],
    [1, 2, 4, 4], [2, 4, 4, 4], [2, 4, 6, 5], [2, 4, 6, 6],
    [2, 5, 8, 8], [4, 5, 8, 8], [4, 5, 8, 11], [4, 8, 10, 11],
    [4, 9, 12, 16], [4, 9, 16, 16], [6, 10, 12, 18], [6, 10, 17, 16],
    [6, 11, 16, 19], [6, 13, 18, 21], [7, 14, 21, 25], [8, 16, 20, 25],
    [8, 17, 23, 25], [9, 17, 23, 34], [9, 18, 25, 30], [10, 20, 27, 32],
    [12, 21, 29, 35], [12, 23, 34, 37], [12, 25, 34, 40], [13, 26, 35, 42],
    [14, 28, 38, 45], [15, 29, 40, 48], [16, 31, 43, 51], [17, 33, 45, 54],
    [18, 35, 48, 57], [19, 37, 51, 60], [19, 38, 53, 63], [20, 40, 56, 66],
    [21, 43, 59, 70], [22, 45, 62, 74], [24, 47, 65, 77], [25, 49, 68, 81],
];
