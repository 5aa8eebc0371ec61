//! Streams of bits made by hand.

use super::super::super::code::Part;
use super::super::segments::content;
use super::*;

/// What the data of a symbol of the smallest fitting level says.
fn read(stream: &Stream) -> Option<Content> {
    content(stream.version, &stream.data(Level::L).unwrap())
}

fn bytes(stream: &Stream) -> Option<Vec<u8>> {
    read(stream).map(|content| content.bytes)
}

/// A stream that ends with its last whole byte: nothing pads it.
fn unpadded(stream: &Stream) -> Option<Content> {
    let byte = |bits: &[bool]| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    let data: Vec<u8> = stream.bits.chunks_exact(8).map(byte).collect();
    content(stream.version, &data)
}

#[test]
fn every_mode_in_every_size() {
    for version in [1, 9, 10, 26, 27, 40] {
        let stream = || Stream::new(version);
        assert_eq!(bytes(&stream().numeric("0120340567")).unwrap(), b"0120340567");
        assert_eq!(bytes(&stream().numeric("99")).unwrap(), b"99");
        assert_eq!(bytes(&stream().numeric("")).unwrap(), b"");
        assert_eq!(bytes(&stream().alphanumeric("LP1:A %+")).unwrap(), b"LP1:A %+");
        assert_eq!(bytes(&stream().alphanumeric("A")).unwrap(), b"A");
        assert_eq!(bytes(&stream().bytes(b"\0\xFF\x80a")).unwrap(), b"\0\xFF\x80a");
        // ISO/IEC 18004:2015, 7.4.6: 点 is 935F and becomes D9F₁₆; 茗 is E4AA and becomes 1AAA₁₆.
        let kanji = stream().kanji(&[0xD9F, 0x1AAA]);
        assert_eq!(bytes(&kanji).unwrap(), [0x93, 0x5F, 0xE4, 0xAA]);
        // GB/T 18284: 0 is A1A1, and A00₁₆ / 60₁₆ rows further begins B0A1.
        assert_eq!(bytes(&stream().hanzi(&[0, 0x3C0])).unwrap(), [0xA1, 0xA1, 0xB0, 0xA1]);
        let mixed = stream().numeric("1").bytes(b"ab").alphanumeric("C-").numeric("234");
        assert_eq!(bytes(&mixed).unwrap(), b"1abC-234");
    }
}

#[test]
fn values_that_no_character_has() {
    let stream = |version| Stream::new(version);
    assert_eq!(bytes(&stream(1).start(1, 3, [10; 3]).push(999, 10)).unwrap(), b"999");
    assert_eq!(read(&stream(1).start(1, 3, [10; 3]).push(1000, 10)), None);
    assert_eq!(read(&stream(1).start(1, 2, [10; 3]).push(100, 7)), None);
    assert_eq!(read(&stream(1).start(1, 1, [10; 3]).push(10, 4)), None);
    assert_eq!(bytes(&stream(1).start(2, 2, [9; 3]).push(2024, 11)).unwrap(), b"::");
    assert_eq!(read(&stream(1).start(2, 2, [9; 3]).push(2025, 11)), None);
    assert_eq!(bytes(&stream(1).start(2, 1, [9; 3]).push(44, 6)).unwrap(), b":");
    assert_eq!(read(&stream(1).start(2, 1, [9; 3]).push(45, 6)), None);
    // Modes that are not defined, and a set of Hanzi that is not.
    for mode in [0b0110, 0b1010, 0b1011, 0b1100, 0b1110, 0b1111] {
        assert_eq!(read(&stream(1).bytes(b"a").push(mode, 4).push(0, 20)), None, "{mode}");
    }
    assert_eq!(read(&stream(1).push(0b1101, 4).push(2, 4).push(0, 8)), None);
    // The largest numbers of 13 bits are beyond both sets. They do not overflow.
    assert_eq!(bytes(&stream(1).kanji(&[0x1FFF])).unwrap(), [0xEB, 0xBF]);
    assert_eq!(bytes(&stream(1).hanzi(&[0x1FFF])).unwrap(), [0xFB, 0xC0]);
}

#[test]
fn the_number_of_a_character_set_is_read_over() {
    let stream = || Stream::new(2).push(0b0111, 4);
    for designator in [stream().push(26, 8), stream().push(0x8000 | 1234, 16)] {
        assert_eq!(bytes(&designator.bytes("é".as_bytes())).unwrap(), "é".as_bytes());
    }
    let long = stream().push(0xC0_0000 | 999_999, 24);
    assert_eq!(bytes(&long.numeric("7")).unwrap(), b"7");
    assert_eq!(read(&stream().push(0b1110_0000, 8).push(0, 24)), None);
}

#[test]
fn function_characters() {
    let first = || Stream::new(3).push(0b0101, 4);
    let group = first().alphanumeric("01%%2%3%%%").bytes(b"%").numeric("4");
    assert_eq!(bytes(&group).unwrap(), b"01%2\x1D3%\x1D%4");
    // Only what stands behind it.
    let behind = Stream::new(3).alphanumeric("1%").push(0b0101, 4).alphanumeric("2%");
    assert_eq!(bytes(&behind).unwrap(), b"1%2\x1D");
    // Over the border of segments nothing is doubled.
    assert_eq!(bytes(&first().alphanumeric("%").alphanumeric("%")).unwrap(), b"\x1D\x1D");

    let second = |indicator| Stream::new(3).push(0b1001, 4).push(indicator, 8).alphanumeric("A%");
    assert_eq!(bytes(&second(7)).unwrap(), b"07A\x1D");
    assert_eq!(bytes(&second(99)).unwrap(), b"99A\x1D");
    assert_eq!(bytes(&second(165)).unwrap(), b"AA\x1D");
    assert_eq!(bytes(&second(222)).unwrap(), b"zA\x1D");
    for indicator in [100, 164, 191, 196, 223, 255] {
        assert_eq!(read(&second(indicator)), None, "{indicator}");
    }
    assert_eq!(read(&Stream::new(3).numeric("1").push(0b1001, 4).push(7, 8)), None);
}

#[test]
fn parts_say_their_place() {
    let stream = |index, last| {
        Stream::new(5).push(0b0011, 4).push(index, 4).push(last, 4).push(0xA5, 8).bytes(b"part")
    };
    let part = |number, of| Some(Part { number, of, parity: 0xA5 });
    for (stream, part) in [
        (stream(0, 1), part(1, 2)),
        (stream(15, 15), part(16, 16)),
        // What the symbol says, however senseless.
        (stream(5, 0), part(6, 1)),
        (Stream::new(5).bytes(b"part"), None),
    ] {
        assert_eq!(read(&stream), Some(Content { bytes: b"part".to_vec(), part }));
    }
    let drawn = Drawn::of(&stream(2, 3), Level::M, 0).unwrap();
    assert_eq!(decode(&drawn.grid()).unwrap().part, part(3, 4));
}

#[test]
fn a_stream_that_breaks_off_has_no_content() {
    for version in [1, 10, 27] {
        let stream = || Stream::new(version);
        for whole in [
            stream().numeric("12345"),
            stream().alphanumeric("ABC"),
            stream().bytes(b"abc"),
            stream().kanji(&[1, 2]),
            stream().hanzi(&[1, 2]),
            stream().push(0b0111, 4).push(26, 8).bytes(b"a"),
            stream().push(0b0111, 4).push(0xC0_0001, 24).bytes(b"a"),
            stream().push(0b0011, 4).push(0xFFFF, 16).bytes(b"a"),
            stream().push(0b1001, 4).push(165, 8).numeric("1"),
        ] {
            // Ends with the segment: no terminator is needed.
            let mut full = whole.clone();
            full.bits.resize(full.bits.len().next_multiple_of(8), false);
            let content = unpadded(&full).unwrap();
            assert_eq!(read(&whole), Some(content.clone()));
            let length = full.bits.len();
            for missing in (8..length).step_by(8) {
                let mut short = full.clone();
                short.bits.truncate(length - missing);
                let read = unpadded(&short);
                // A header alone, before its segment begins, is a whole stream without text.
                assert!(read.is_none_or(|read| read.bytes.is_empty()), "{version} {missing}");
            }
            let mut short = full.clone();
            short.bits.truncate((whole.bits.len() - 1) / 8 * 8);
            assert_eq!(unpadded(&short), None, "{version}");
        }
    }
}

#[test]
fn a_count_beyond_the_end_is_no_shorter_text() {
    for (mode, widths) in [(1, [10, 12, 14]), (2, [9, 11, 13]), (4, [8, 16, 16]), (8, [8, 10, 12])]
    {
        for version in [1, 10, 27, 40] {
            let stream = Stream::new(version).start(mode, 255, widths);
            let mut stream = stream.push(0, 40);
            stream.bits.truncate(stream.bits.len() / 8 * 8);
            assert_eq!(unpadded(&stream), None, "{mode} {version}");
        }
    }
}

#[test]
fn the_end_of_the_data_may_cut_off_the_terminator() {
    // Version 1 at level L has 152 bits: 4 + 8 + 17 * 8 = 148, and 4 are left.
    let full = |behind| Stream::new(1).bytes(&[b'x'; 17]).push(behind, 4);
    assert_eq!(bytes(&full(0)).unwrap(), [b'x'; 17]);
    // Numeric, but without a count.
    assert_eq!(read(&full(1)), None);
    // 4 + 9 + 24 / 2 * 11 + 6 = 151: one bit is left.
    let text = "A".repeat(25);
    assert_eq!(bytes(&Stream::new(1).alphanumeric(&text)).unwrap(), text.as_bytes());
    assert_eq!(read(&Stream::new(1).alphanumeric(&text).push(1, 1)), None);
    // What stands behind a terminator is not looked at.
    let padded = Stream::new(1).bytes(b"x").push(0, 4).push(0xFFFF, 16);
    assert_eq!(bytes(&padded).unwrap(), b"x");
}

#[test]
fn no_data_at_all() {
    for version in [1, 40] {
        assert_eq!(content(version, &[]), Some(Content { bytes: Vec::new(), part: None }));
        assert_eq!(content(version, &[0xFF]), None);
    }
}
