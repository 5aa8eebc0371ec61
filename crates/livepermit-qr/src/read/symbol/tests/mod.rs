//! Symbols that another crate draws, as they are and damaged.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod damage;
mod peer;
mod streams;

use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::ec::construct_codewords;
use qrcode::{Color, EcLevel, Version};
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;

use super::blocks::Blocks;
use super::format::Format;
use super::grid::Grid;
use super::patterns::Patterns;
use super::{Content, decode};
use crate::standard::{ALPHABET, Level, data_codewords};

const MASKS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

/// Bits that become the data of a symbol.
#[derive(Clone)]
struct Stream {
    version: u8,
    bits: Vec<bool>,
}

impl Stream {
    fn new(version: u8) -> Self {
        Self { version, bits: Vec::new() }
    }

    fn push(mut self, value: usize, bits: usize) -> Self {
        self.bits.extend((0..bits).rev().map(|bit| value >> bit & 1 == 1));
        self
    }

    /// A mode and a character count, whose bits depend on the version.
    fn start(self, mode: usize, count: usize, widths: [usize; 3]) -> Self {
        let width = widths[match self.version {
            ..10 => 0,
            10..27 => 1,
            _ => 2,
        }];
        self.push(mode, 4).push(count, width)
    }

    fn numeric(self, digits: &str) -> Self {
        let groups = digits.as_bytes().chunks(3);
        groups.fold(self.start(1, digits.len(), [10, 12, 14]), |stream, group| {
            let number = group.iter().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
            stream.push(number, group.len() * 3 + 1)
        })
    }

    fn alphanumeric(self, text: &str) -> Self {
        let value = |byte: &u8| ALPHABET.iter().position(|known| known == byte).unwrap();
        let pairs = text.as_bytes().chunks(2);
        pairs.fold(self.start(2, text.len(), [9, 11, 13]), |stream, pair| match pair {
            [one, two] => stream.push(value(one) * 45 + value(two), 11),
            [one] => stream.push(value(one), 6),
            _ => stream,
        })
    }

    fn bytes(self, bytes: &[u8]) -> Self {
        let start = self.start(4, bytes.len(), [8, 16, 16]);
        bytes.iter().fold(start, |stream, byte| stream.push(usize::from(*byte), 8))
    }

    /// Characters by their numbers of 13 bits.
    fn kanji(self, numbers: &[usize]) -> Self {
        let start = self.start(8, numbers.len(), [8, 10, 12]);
        numbers.iter().fold(start, |stream, number| stream.push(*number, 13))
    }

    fn hanzi(self, numbers: &[usize]) -> Self {
        let start = self.push(0b1101, 4).push(1, 4);
        let mode = start.bits.len();
        let mut start = start.start(0, numbers.len(), [8, 10, 12]);
        start.bits.drain(mode..mode + 4);
        numbers.iter().fold(start, |stream, number| stream.push(*number, 13))
    }

    /// The data of a symbol at this level, padded as the standard says. `None` if it is too long.
    fn data(&self, level: Level) -> Option<Vec<u8>> {
        let room = usize::from(data_codewords(self.version, level)?);
        let mut bits = self.bits.clone();
        if bits.len() > room * 8 {
            return None;
        }
        bits.resize((bits.len() + 4).min(room * 8).next_multiple_of(8), false);
        let byte = |bits: &[bool]| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
        let data = bits.chunks(8).map(byte).chain([0xEC, 0x11].into_iter().cycle());
        Some(data.take(room).collect())
    }
}

/// A symbol as it was drawn, and its modules as they are seen.
#[derive(Clone)]
struct Drawn {
    version: u8,
    format: Format,
    side: usize,
    dark: Vec<bool>,
    sure: Vec<f32>,
}

impl Drawn {
    fn of(stream: &Stream, level: Level, mask: u8) -> Option<Self> {
        let version = Version::Normal(stream.version.into());
        let ec_level = level.of([EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H]);
        let data = stream.data(level)?;
        let (data, check) = construct_codewords(&data, version, ec_level).unwrap();
        let mut canvas = Canvas::new(version, ec_level);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &check);
        canvas.apply_mask(MASKS[usize::from(mask)]);
        let side = usize::from(stream.version) * 4 + 17;
        let dark = canvas.into_colors().into_iter().map(|color| color == Color::Dark).collect();
        let format = Format { level, mask, mirrored: false };
        let sure = vec![1.0; side * side];
        Some(Self { version: stream.version, format, side, dark, sure })
    }

    fn grid(&self) -> Grid {
        Grid::new(self.side, |x, y| self.dark[y * self.side + x]).unwrap()
    }

    fn grid_with_doubts(&self) -> Grid {
        let light = |x: usize, y: usize| {
            let at = y * self.side + x;
            if self.dark[at] { -self.sure[at] } else { self.sure[at] }
        };
        Grid::of_light(self.side, light).unwrap()
    }

    fn mirrored(&self) -> Self {
        let exchanged = |at: usize| at % self.side * self.side + at / self.side;
        let all = 0..self.side * self.side;
        let dark = all.clone().map(|at| self.dark[exchanged(at)]).collect();
        let sure = all.map(|at| self.sure[exchanged(at)]).collect();
        Self { dark, sure, ..self.clone() }
    }

    fn read(&self) -> Option<Vec<u8>> {
        decode(&self.grid()).map(|content| content.bytes)
    }

    fn read_with_doubts(&self) -> Option<Vec<u8>> {
        decode(&self.grid_with_doubts()).map(|content| content.bytes)
    }

    fn blocks(&self) -> Blocks {
        Blocks::of(self.version, self.format.level).unwrap()
    }

    /// The modules of each codeword of a block, in the order of the block.
    fn codewords_of(&self, block: usize) -> Vec<[usize; 8]> {
        let mut modules = Vec::new();
        Patterns::of(&self.grid()).each_of_data(|x, y| modules.push(y * self.side + x));
        let codewords: Vec<[usize; 8]> =
            modules.chunks_exact(8).map(|chunk| chunk.try_into().unwrap()).collect();
        self.blocks().places(block).map(|at| codewords[at]).collect()
    }

    /// Makes so many codewords of each block wrong. `sure` is how sure their modules then are.
    fn damage(&mut self, random: &mut StdRng, wrong: usize, sure: f32) {
        for block in 0..self.blocks().count {
            let mut codewords = self.codewords_of(block);
            codewords.shuffle(random);
            for codeword in codewords.into_iter().take(wrong) {
                let flipped = random.random_range(1..=u8::MAX);
                for (bit, at) in codeword.into_iter().enumerate() {
                    self.dark[at] ^= flipped >> bit & 1 == 1;
                    self.sure[at] = sure;
                }
            }
        }
    }
}

/// A text in one of three modes that fits into the version and level, and its symbol.
fn drawn(random: &mut StdRng, version: u8, level: Level, mask: u8) -> (Vec<u8>, Drawn) {
    let room = usize::from(data_codewords(version, level).unwrap());
    let mode = random.random_range(0..3);
    let most = [room * 12 / 5, room * 16 / 11, room][mode];
    let mut length = random.random_range(1..=most);
    loop {
        let text: Vec<u8> = (0..length)
            .map(|_| match mode {
                0 => random.random_range(b'0'..=b'9'),
                1 => ALPHABET[random.random_range(0..45)],
                _ => random.random_range(0..=u8::MAX),
            })
            .collect();
        let stream = Stream::new(version);
        let stream = match mode {
            0 => stream.numeric(str::from_utf8(&text).unwrap()),
            1 => stream.alphanumeric(str::from_utf8(&text).unwrap()),
            _ => stream.bytes(&text),
        };
        if let Some(drawn) = Drawn::of(&stream, level, mask) {
            return (text, drawn);
        }
        length -= 1;
    }
}

/// Every version at every level, under a mask that changes.
fn all_sizes() -> impl Iterator<Item = (u8, Level, u8)> {
    (1..=40)
        .flat_map(|version| Level::ALL.into_iter().map(move |level| (version, level)))
        .zip(0_u8..)
        .map(|((version, level), number)| (version, level, number % 8))
}
