//! The zlib stream of a list, and how many bytes of it a verifier accepts.

use livepermit::rejection::{Flaw, Layer as Place, ListRejectionCode};

use super::super::cbor::unhex;
use super::super::list_case::{ListCase, StatusListGroup};
use super::super::lists::{STATUS_LIST, compressed, stored};
use super::super::token::Layer;
use super::super::zlib::{Bits, END, adler, fixed_block, stored_block, zeros, zeros_block, zlib};
use super::{ENTRIES, Test, case, group, list, says};

/// A list of eight-bit entries in this stream.
fn with(stream: &[u8]) -> Layer {
    list().claim(STATUS_LIST, compressed(8, stream))
}

fn of(comment: &str, stream: &[u8]) -> ListCase {
    case("Compression", comment, &with(stream))
}

pub(super) fn streams() -> Vec<Test> {
    good().into_iter().chain(broken()).collect()
}

/// 200 bytes of four kinds, from a linear congruence.
fn mixed() -> Vec<u8> {
    let mut state = 1_u32;
    (0..200)
        .map(|_| {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7fff_ffff;
            [0xaa, 0xff, 0xea, 0xbb][(state >> 16 & 3) as usize]
        })
        .collect()
}

/// [`mixed`], as zlib 1.3 compresses it at level 9: one block with its own Huffman codes.
const DYNAMIC: &str = "78da1d8e0b1100300842fb57b1028d28813cceedc6948f762459d7f72e6ad95e2b6e03ece49815c82e16944c586550f87a8ab4\
                       b972ad5c3d3aa7b9bb4f6dcb2c1d36de26a722d2c717cec1800c6450cca633f796a9bbc961e3dc030b6fa84c";

fn good() -> Vec<Test> {
    let taken = |comment: &str, stream: &[u8], entries: &[u8]| {
        of(comment, stream).accepted(says(8, entries))
    };
    let fixed = ENTRIES
        .iter()
        .fold(fixed_block(), |bits, byte| bits.symbol(u32::from(*byte)))
        .symbol(END)
        .bytes();
    let opened = |first: u8, second: u8| [&[first, second], &stored(&ENTRIES)[2..]].concat();
    let two = [stored_block(&ENTRIES[..1], false), stored_block(&ENTRIES[1..], true)].concat();
    let empty_last = [stored_block(&ENTRIES, false), stored_block(&[], true)].concat();
    vec![
        taken("one stored block", &stored(&ENTRIES), &ENTRIES),
        taken("two stored blocks", &zlib(&two, &ENTRIES), &ENTRIES),
        taken("an empty block at the end", &zlib(&empty_last, &ENTRIES), &ENTRIES),
        taken("one block with the fixed code", &zlib(&fixed, &ENTRIES), &ENTRIES),
        taken("one block with a code of its own", &unhex(DYNAMIC), &mixed()),
        taken("copies", &zlib(&zeros_block(3), &zeros(3)), &zeros(3)),
        taken("nothing in one block", &zlib(&fixed_block().symbol(END).bytes(), &[]), &[]),
        taken("compression level 1 named", &opened(0x78, 0x5e), &ENTRIES),
        taken("compression level 2 named", &opened(0x78, 0x9c), &ENTRIES),
        taken("compression level 3 named", &opened(0x78, 0xda), &ENTRIES),
        taken("window of 256 bytes named", &opened(0x08, 0x1d), &ENTRIES),
    ]
}

fn broken() -> Vec<Test> {
    let bad =
        |comment: &str, stream: &[u8]| of(comment, stream).refused(ListRejectionCode::Compression);
    let whole = stored(&ENTRIES);
    let cut = |bytes: usize| whole[..whole.len() - bytes].to_vec();
    let opened = |first: u8, second: u8| [&[first, second], &whole[2..]].concat();
    let changed = |at: usize| {
        let mut stream = whole.clone();
        stream[at] ^= 1;
        stream
    };
    let checked = |sum: u32| [&cut(4), &sum.to_be_bytes()[..]].concat();
    let block = |bits: Bits, inflated: &[u8]| zlib(&bits.bytes(), inflated);
    let with_dictionary =
        [&unhex("7820"), &adler(b"dictionary").to_be_bytes()[..], &whole[2..]].concat();
    let gzip =
        [&unhex("1f8b08000000000000ff"), &whole[2..7 + ENTRIES.len()], &unhex("0000000002000000")]
            .concat();
    // A code of code lengths in which all nineteen symbols have one bit.
    let crowded = (0..19).fold(
        Bits::default().number(1, 1).number(2, 2).number(0, 5).number(0, 5).number(15, 4),
        |bits, _| bits.number(1, 3),
    );
    vec![
        bad("no bytes", &[]),
        bad("first byte alone", &whole[..1]),
        bad("header alone", &whole[..2]),
        bad("without header", &whole[2..whole.len() - 4]),
        bad("in the form of gzip", &gzip),
        bad("uncompressed", &ENTRIES),
        bad("check bits of the header wrong", &opened(0x78, 0x02)),
        bad("compression method 9", &opened(0x79, 0x18)),
        bad("window of 65536 bytes named", &opened(0x88, 0x1c)),
        bad("preset dictionary", &with_dictionary),
        bad("preset dictionary named, and none", &opened(0x78, 0x20)),
        bad("checksum: one bit another", &changed(whole.len() - 1)),
        bad("checksum in the other order", &checked(adler(&ENTRIES).swap_bytes())),
        bad("checksum 0", &checked(0)),
        bad("checksum of no entries", &checked(1)),
        bad("entries: one bit another", &changed(7)),
        bad("checksum missing", &cut(4)),
        bad("last byte missing", &cut(1)),
        bad("cut off in the entries", &cut(5)),
        bad("no last block", &zlib(&stored_block(&ENTRIES, false), &ENTRIES)),
        bad("a byte behind", &[&whole[..], &[0]].concat()),
        bad("a second stream behind", &[&whole[..], &whole].concat()),
        bad("stored block: length and its complement differ", &changed(5)),
        bad("block of type 3", &block(Bits::default().number(1, 1).number(3, 2), &[])),
        bad(
            "a copy from before the beginning",
            &block(fixed_block().symbol(285).code(0, 5).symbol(END), &zeros(1)[..0]),
        ),
        bad(
            "length symbol 286",
            &block(fixed_block().symbol(0).symbol(286).code(0, 5).symbol(END), &[0]),
        ),
        bad(
            "distance symbol 30",
            &block(fixed_block().symbol(0).symbol(285).code(30, 5).symbol(END), &[0]),
        ),
        bad("a code with more symbols than it has room for", &block(crowded, &[])),
        bad("one block without its end", &zlib(&fixed_block().symbol(0).bytes(), &[0])),
    ]
}

pub(super) fn limits() -> Vec<StatusListGroup> {
    let size = list().encode().len();
    let up_to = |comment, list_bytes, inflated_bytes, tests| {
        let mut group = group(comment, tests);
        (group.limits.list_bytes, group.limits.inflated_bytes) = (list_bytes, inflated_bytes);
        group
    };
    let four = |comment: &str, entries: &[u8]| case("Limit", comment, &with(&stored(entries)));
    let wrong = |stream: Vec<u8>| {
        let mut stream = stream;
        *stream.last_mut().unwrap() ^= 1;
        stream
    };
    let bomb = zlib(&zeros_block(1000), &zeros(1000));
    vec![
        up_to(
            "a verifier that takes lists as long as the good one",
            size,
            1 << 20,
            vec![
                case("Limit", "the good list", &list()).flag("Edge").accepted(super::facts()),
                case("Limit", "a byte more", &list())
                    .bytes(|list| [&list[..], &[0]].concat())
                    .flag("Edge")
                    .refused(ListRejectionCode::TooLong),
                case("Order", "too long, and no list at all", &list())
                    .bytes(|list| vec![0xff; list.len() + 1])
                    .refused(ListRejectionCode::TooLong),
                case("Order", "as long as is allowed, and no list at all", &list())
                    .bytes(|list| vec![0xff; list.len()])
                    .malformed(Place::Envelope, Flaw::IndefiniteLength),
            ],
        ),
        up_to(
            "a verifier that takes lists a byte shorter than the good one",
            size - 1,
            1 << 20,
            vec![
                case("Limit", "the good list", &list())
                    .flag("Edge")
                    .refused(ListRejectionCode::TooLong),
            ],
        ),
        up_to(
            "a verifier that takes four bytes of entries",
            1 << 20,
            4,
            vec![
                four("four bytes", &[1, 2, 3, 4]).flag("Edge").accepted(says(8, &[1, 2, 3, 4])),
                four("five bytes", &[1, 2, 3, 4, 5])
                    .flag("Edge")
                    .refused(ListRejectionCode::TooLarge),
                four("no bytes", &[]).accepted(says(8, &[])),
                case("Limit", "258001 zeros in one kilobyte and a half", &with(&bomb))
                    .refused(ListRejectionCode::TooLarge),
                case("Limit", "258001 zeros, cut off", &with(&bomb[..bomb.len() / 2]))
                    .flag("Order")
                    .refused(ListRejectionCode::TooLarge),
                case("Limit", "258001 zeros, with a wrong checksum", &with(&wrong(bomb.clone())))
                    .flag("Order")
                    .refused(ListRejectionCode::TooLarge),
                case("Limit", "259 zeros, copied", &with(&zlib(&zeros_block(1), &zeros(1))))
                    .refused(ListRejectionCode::TooLarge),
                case("Limit", "four bytes, and a byte behind the stream", &{
                    with(&[&stored(&[1, 2, 3, 4])[..], &[0]].concat())
                })
                .flag("Order")
                .refused(ListRejectionCode::Compression),
                case(
                    "Limit",
                    "four bytes, with a wrong checksum",
                    &with(&wrong(stored(&[1, 2, 3, 4]))),
                )
                .flag("Order")
                .refused(ListRejectionCode::Compression),
            ],
        ),
        up_to(
            "a verifier that takes no entries",
            1 << 20,
            0,
            vec![
                four("no bytes", &[]).flag("Edge").accepted(says(8, &[])),
                four("one byte", &[0]).flag("Edge").refused(ListRejectionCode::TooLarge),
            ],
        ),
        up_to(
            "a verifier that takes 259 bytes of entries",
            1 << 20,
            259,
            vec![
                case("Limit", "259 zeros, copied", &with(&zlib(&zeros_block(1), &zeros(1))))
                    .flag("Edge")
                    .accepted(says(8, &zeros(1))),
                case("Limit", "517 zeros, copied", &with(&zlib(&zeros_block(2), &zeros(2))))
                    .refused(ListRejectionCode::TooLarge),
            ],
        ),
    ]
}
