//! Accepted lists: with additional claims of others, and with encodings that are not deterministic.

use super::super::cbor::{
    Item, array, bytes, head, int, join, map, nested_arrays, text, uint, unhex,
};
use super::super::crypto::Key;
use super::super::list_case::AcceptedStatusList;
use super::super::lists::{
    LIST_ENDS, LISTED, STATUS_LIST, TTL, TYP_STATUS, packed, status_list, stored,
};
use super::super::token::{ALG, EXP, IAT, ISS, ISSUER, KID, Layer, STATUS_URI, SUB, TYP};
use super::{ENTRIES, Test, case, exchange, facts, list, says};

pub(super) fn claims() -> Vec<Test> {
    let with = |comment: &str, key: Item, value: Item| {
        case("Accepted", comment, &list().raw_claim(key, value)).accepted(facts())
    };
    let of = |comment: &str, bits: u8, entries: &[u8]| {
        case("Accepted", comment, &status_list(STATUS_URI, u64::from(bits), entries))
            .accepted(says(bits, entries))
    };
    let member = |comment: &str, key: Item, value: Item| {
        let all =
            map(&[(text("lst"), bytes(&stored(&ENTRIES))), (text("bits"), uint(2)), (key, value)]);
        case("Accepted", comment, &list().claim(STATUS_LIST, all)).accepted(facts())
    };
    let uri = "u".repeat(128);
    let many: Vec<u8> = (0..=255).collect();
    vec![
        case("Accepted", "type as text", &list()).accepted(facts()),
        case("Accepted", "type as number", &list().header(TYP, uint(279))).accepted(facts()),
        case("Accepted", "key id unprotected", &{
            list()
                .no_header(KID)
                .edit(|layer| layer.unprotected = map(&[(int(KID), bytes(&Key::Issuer.id()))]))
        })
        .accepted(facts()),
        case("Accepted", "without end", &list().no_claim(EXP))
            .accepted(AcceptedStatusList { expires: None, ..facts() }),
        with("with its issuer", int(ISS), text(ISSUER)),
        with("with ttl", int(TTL), uint(43_200)),
        with("with ttl 0", int(TTL), uint(0)),
        with("with ttl 2^64 - 1", int(TTL), uint(u64::MAX)),
        case("Accepted", "URI of 128 characters", &list().claim(SUB, text(&uri)))
            .flag("Edge")
            .accepted(AcceptedStatusList { uri, ..facts() }),
        of("entries of one bit", 1, &[0b0000_0010, 0b1000_0001]),
        of("entries of two bits", 2, &[0b1110_0100]),
        of("entries of four bits", 4, &[0x20, 0x3f]),
        of("entries of eight bits", 8, &[0, 1, 2, 3, 255]),
        of("no entries", 1, &[]).edge(),
        of("256 entries of eight bits", 8, &many),
        with("claim 0", int(0), uint(0)),
        with("not before, which lists do not have", int(5), uint(u64::MAX)),
        with("claim 2^63 - 1", int(i64::MAX), uint(0)),
        with("claim -2^63", int(i64::MIN), uint(0)),
        with("claim -65537", int(-65537), uint(0)),
        with("claim with a label of one letter", text("x"), text("y")),
        with("a claim of every type", text("all"), {
            array(&[
                uint(u64::MAX),
                head(1, (1 << 63) - 1),
                bytes(&[0]),
                text("é"),
                vec![0xf4],
                vec![0xf5],
                vec![0xf6],
            ])
        }),
        with("a claim of eight arrays, one in the other", text("deep"), nested_arrays(8)).edge(),
        with("a claim that is a map with keys of every type", text("map"), {
            map(&[
                (bytes(b"z"), uint(0)),
                (uint(1), uint(0)),
                (vec![0xf5], uint(0)),
                (text("1"), uint(0)),
            ])
        }),
        with("a claim that is a map with 1 and true as keys", text("map"), {
            map(&[(uint(1), uint(0)), (vec![0xf5], uint(1))])
        }),
        member(
            "the list has another member",
            text("aggregation_uri"),
            text("https://s.bj.example/all"),
        ),
        member("the list has a member with a number as label", int(1), uint(0)),
        member(
            "the list has a member that is a map",
            text("more"),
            map(&[(text("bits"), uint(3))]),
        ),
        case("Accepted", "64 claims", &numbered(64)).flag("Edge").accepted(facts()),
        with("a claim that is a map of 64 pairs", text("map"), pairs(64)).edge(),
        case("Accepted", "the list is a map of 64 pairs", &list().claim(STATUS_LIST, members(64)))
            .flag("Edge")
            .accepted(facts()),
    ]
}

/// A list with this number of claims, four of which count.
pub(super) fn numbered(count: i64) -> Layer {
    (1000..1000 + count - 4).fold(list(), |list, label| list.claim(label, uint(0)))
}

/// A map with this number of pairs.
pub(super) fn pairs(count: u64) -> Item {
    map(&(0..count).map(|key| (uint(key), uint(0))).collect::<Vec<_>>())
}

/// Claim 65533 with this number of members.
pub(super) fn members(count: u64) -> Item {
    let mut all = vec![(text("lst"), bytes(&stored(&ENTRIES))), (text("bits"), uint(2))];
    all.extend((2..count).map(|key| (uint(key), uint(0))));
    map(&all)
}

fn long(number: u64, width: usize) -> Item {
    let info = match width {
        1 => 0x18,
        2 => 0x19,
        4 => 0x1a,
        _ => 0x1b,
    };
    join([vec![info], number.to_be_bytes()[8 - width..].to_vec()])
}

/// A string whose length has eight bytes.
pub(super) fn long_bytes(content: Vec<u8>) -> Item {
    join([vec![0x5b], (content.len() as u64).to_be_bytes().to_vec(), content])
}

pub(super) fn encodings() -> Vec<Test> {
    let edited = |comment: &str, change: &dyn Fn(&mut Layer)| {
        case("Lax", comment, &list().edit(|layer| change(layer))).accepted(facts())
    };
    let claims = |comment: &str, label: i64, change: &dyn Fn(&mut (Item, Item))| {
        edited(comment, &|layer| exchange(&mut layer.claims.pairs, label, |pair| change(pair)))
    };
    let header = |comment: &str, label: i64, change: &dyn Fn(&mut (Item, Item))| {
        edited(comment, &|layer| exchange(&mut layer.header.pairs, label, |pair| change(pair)))
    };
    let value = |comment: &str, value: Item| {
        case("Lax", comment, &list().raw_claim(text("data"), value)).accepted(facts())
    };
    let stream = stored(&ENTRIES);
    let uri = STATUS_URI.as_bytes();
    vec![
        edited("claims unsorted", &|layer| layer.claims.pairs.reverse()),
        edited("header unsorted", &|layer| layer.header.pairs.reverse()),
        case("Lax", "bits before lst", &{
            list()
                .claim(STATUS_LIST, map(&[(text("bits"), uint(2)), (text("lst"), bytes(&stream))]))
        })
        .accepted(facts()),
        value(
            "a map in a claim, unsorted",
            map(&[(text("b"), uint(0)), (text("a"), uint(0)), (uint(1), uint(0))]),
        ),
        edited("tag in two bytes", &|layer| layer.head = unhex("d81284")),
        edited("tag in nine bytes", &|layer| layer.head = unhex("db000000000000001284")),
        edited("array head in three bytes", &|layer| layer.head = unhex("d2990004")),
        edited("unprotected header: map head in two bytes", &|layer| {
            layer.unprotected = unhex("b800")
        }),
        edited("length of the header in nine bytes", &|layer| {
            layer.protected_item = Some(long_bytes)
        }),
        edited("length of the payload in nine bytes", &|layer| {
            layer.payload_item = Some(long_bytes(layer.claims.encode()));
        }),
        edited("length of the signature in nine bytes", &|layer| {
            layer.signature_item = Some(long_bytes)
        }),
        edited("map of claims: head in five bytes", &|layer| {
            layer.claims.head = Some(unhex("ba00000004"))
        }),
        edited("header map: head in two bytes", &|layer| layer.header.head = Some(unhex("b803"))),
        header("label of the algorithm in two bytes", ALG, &|pair| pair.0 = unhex("1801")),
        header("algorithm in three bytes", ALG, &|pair| pair.1 = unhex("390012")),
        header("length of the key id in two bytes", KID, &|pair| {
            pair.1 = join([unhex("5808"), Key::Issuer.id()])
        }),
        header("type as number in nine bytes", TYP, &|pair| pair.1 = long(279, 8)),
        header("length of the type in three bytes", TYP, &|pair| {
            pair.1 = join([unhex("79001a"), TYP_STATUS.as_bytes().to_vec()]);
        }),
        claims("label of the URI in nine bytes", SUB, &|pair| pair.0 = long(2, 8)),
        claims("length of the URI in five bytes", SUB, &|pair| {
            pair.1 = join([vec![0x7a], (uri.len() as u32).to_be_bytes().to_vec(), uri.to_vec()]);
        }),
        claims("date in nine bytes", IAT, &|pair| pair.1 = long(LISTED, 8)),
        claims("end in nine bytes", EXP, &|pair| pair.1 = long(LIST_ENDS, 8)),
        claims("label of the list in five bytes", STATUS_LIST, &|pair| {
            pair.0 = long(STATUS_LIST as u64, 4)
        }),
        case("Lax", "bits in five bytes", &{
            list().claim(
                STATUS_LIST,
                map(&[(text("lst"), bytes(&stream)), (text("bits"), long(2, 4))]),
            )
        })
        .accepted(facts()),
        case("Lax", "label of the bits: length in two bytes", &{
            let key = join([unhex("7804"), b"bits".to_vec()]);
            list().claim(STATUS_LIST, map(&[(text("lst"), bytes(&stream)), (key, uint(2))]))
        })
        .accepted(facts()),
        case("Lax", "length of the stream in nine bytes", &{
            list().claim(
                STATUS_LIST,
                map(&[(text("lst"), long_bytes(stream.clone())), (text("bits"), uint(2))]),
            )
        })
        .accepted(facts()),
        case("Lax", "ttl in nine bytes", &list().claim(TTL, long(1, 8))).accepted(facts()),
        value("a number in nine bytes", long(1, 8)),
        value("a negative number in five bytes", unhex("3a00000000")),
        value("an array with its head in three bytes", unhex("99000101")),
        value("a map with its head in nine bytes", unhex("bb00000000000000010000")),
        case(
            "Lax",
            "two bits to an entry, everything else as in the first list",
            &list().claim(STATUS_LIST, packed(2, &ENTRIES)),
        )
        .accepted(facts()),
    ]
}
