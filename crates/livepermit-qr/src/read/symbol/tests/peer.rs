//! The decoder of another crate reads the same.

use rand::SeedableRng as _;
use rxing::common::BitMatrix;
use rxing::qrcode::cpp_port::decoder::Decode;

use super::*;

/// What `rxing` reads: the bytes, and the place in a message of several symbols.
fn by_rxing(side: usize, is_dark: impl Fn(usize, usize) -> bool) -> Option<Content> {
    let size = u32::try_from(side).unwrap();
    let mut matrix = BitMatrix::new(size, size).unwrap();
    for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
        if is_dark(x, y) {
            matrix.set(u32::try_from(x).unwrap(), u32::try_from(y).unwrap());
        }
    }
    let result = Decode(&matrix).ok().filter(|result| result.isValid())?;
    let part = result.structuredAppend();
    let part = u8::try_from(part.count).ok().map(|of| super::super::super::code::Part {
        number: u8::try_from(part.index).unwrap() + 1,
        of,
        parity: part.id.parse().unwrap(),
    });
    Some(Content { bytes: result.content().bytes().to_vec(), part })
}

#[test]
fn what_rxing_reads_of_damaged_symbols_is_read() {
    let mut random = StdRng::seed_from_u64(21);
    let (mut both, mut more) = (0, 0);
    for round in 0..12 {
        for (version, level, mask) in all_sizes().filter(|(version, ..)| *version < 20) {
            let (text, whole) = drawn(&mut random, version, level, mask);
            let mut damaged = if round % 2 == 0 { whole } else { whole.mirrored() };
            // Single modules anywhere, also in the format information.
            let flips = random.random_range(0..damaged.dark.len() / 12);
            for _ in 0..flips {
                let at = random.random_range(0..damaged.dark.len());
                damaged.dark[at] ^= true;
            }
            let side = damaged.side;
            let theirs = by_rxing(side, |x, y| damaged.dark[y * side + x]);
            let ours = decode(&damaged.grid());
            assert!(ours.as_ref().is_none_or(|ours| ours.bytes == text), "{version} {level:?}");
            // Of what the standard spares for detection, `rxing` corrects errors nevertheless.
            if theirs.is_some() && damaged.blocks().spared < 2 {
                assert_eq!(ours, theirs, "{version} {level:?}");
            }
            both += u32::from(theirs.is_some() && ours.is_some());
            more += u32::from(theirs.is_none() && ours.is_some());
        }
    }
    assert!(both > 100, "{both} {more}");
}

#[test]
fn what_rxing_reads_of_any_stream_is_read() {
    let mut random = StdRng::seed_from_u64(22);
    let (mut texts, mut nothing) = (0, 0);
    for round in 0..6_000 {
        let version = random.random_range(1..=12);
        let mut stream = Stream::new(version);
        for _ in 0..random.random_range(0..5) {
            let count = random.random_range(0..9);
            stream = match random.random_range(0..9) {
                0 => stream.numeric("9081726354".get(..count).unwrap()),
                // Two percent signs in a row behind FNC1 are an error of `rxing`.
                1 => stream.alphanumeric("%A%BC$Z%:".get(..count).unwrap()),
                2 => stream.bytes(&b"%\0\xC3\xA9ab\xFFcd"[..count]),
                3 => stream.kanji(&[random.random_range(0..1 << 13)]),
                4 => stream.push(0b0111, 4).push(random.random_range(0..1 << 8), 8),
                5 => stream.push(0b0011, 4).push(random.random_range(0..1 << 16), 16),
                6 => stream.push(0b0101, 4),
                7 => stream.push(0b1001, 4).push(random.random_range(0..1 << 8), 8),
                _ => stream.hanzi(&[random.random_range(0..1 << 13)]),
            };
        }
        // Some bits that mean anything.
        if round % 2 == 0 {
            stream = stream.push(random.random_range(0..1 << 20), random.random_range(0..20));
        }
        let Some(drawn) = Drawn::of(&stream, Level::L, 3) else { continue };
        let ours = decode(&drawn.grid());
        let theirs = by_rxing(drawn.side, |x, y| drawn.dark[y * drawn.side + x]);
        assert_eq!(ours, theirs, "{:?}", stream.data(Level::L));
        texts += u32::from(ours.is_some());
        nothing += u32::from(ours.is_none());
    }
    assert!(texts > 1_000 && nothing > 300, "{texts} {nothing}");
}
