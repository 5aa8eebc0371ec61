//! zlib streams (RFC 1950, RFC 1951) assembled by hand: with one fault, or with very much data in
//! few bytes.

/// A complete stream around the blocks, with the checksum of their decompressed data.
pub(crate) fn zlib(blocks: &[u8], inflated: &[u8]) -> Vec<u8> {
    [&[0x78, 0x01], blocks, &adler(inflated).to_be_bytes()[..]].concat()
}

pub(crate) fn adler(inflated: &[u8]) -> u32 {
    let (low, high) = inflated.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    high << 16 | low
}

/// One stored block, the last one or not.
pub(crate) fn stored_block(content: &[u8], last: bool) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    [&[u8::from(last)][..], &length.to_le_bytes(), &(!length).to_le_bytes(), content].concat()
}

/// Bits in the order of RFC 1951 §3.1.1.
#[derive(Default)]
pub(crate) struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    /// A number, its least significant bit first.
    pub(crate) fn number(mut self, value: u32, width: u32) -> Self {
        for place in 0..width {
            if self.used == 0 {
                self.bytes.push(0);
            }
            *self.bytes.last_mut().unwrap() |= ((value >> place & 1) as u8) << self.used;
            self.used = (self.used + 1) % 8;
        }
        self
    }

    /// A Huffman code, its most significant bit first.
    pub(crate) fn code(self, code: u32, width: u32) -> Self {
        (0..width).rev().fold(self, |bits, place| bits.number(code >> place & 1, 1))
    }

    /// A literal or length symbol by the fixed code of RFC 1951 §3.2.6.
    pub(crate) fn symbol(self, symbol: u32) -> Self {
        match symbol {
            0..=143 => self.code(0x30 + symbol, 8),
            144..=255 => self.code(0x190 + symbol - 144, 9),
            256..=279 => self.code(symbol - 256, 7),
            _ => self.code(0xc0 + symbol - 280, 8),
        }
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// The start of a last block with the fixed code.
pub(crate) fn fixed_block() -> Bits {
    Bits::default().number(1, 1).number(1, 2)
}

/// The end of a block.
pub(crate) const END: u32 = 256;

/// One block of 1 + 258 · `copies` zeros, in 13 bits for each 258.
pub(crate) fn zeros_block(copies: usize) -> Vec<u8> {
    let copied = (0..copies).fold(fixed_block().symbol(0), |bits, _| bits.symbol(285).code(0, 5));
    copied.symbol(END).bytes()
}

pub(crate) fn zeros(copies: usize) -> Vec<u8> {
    vec![0; 1 + 258 * copies]
}
