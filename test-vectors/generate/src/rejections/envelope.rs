//! Envelopes that differ from the envelope of the profile.

use livepermit::rejection::{Flaw, Layer as Place};

use super::super::cbor::{Item, bytes, int, join, map, unhex};
use super::super::json::{Case, case};
use super::super::token::{ALG, KID, Layer, pass, qr_text};
use super::{indefinite, long_form, malformed};

pub(crate) fn envelope() -> Vec<Case> {
    let bad = |flaw, comment: &str, change: &dyn Fn(&mut Layer)| {
        malformed("Envelope", Place::Envelope, flaw, comment, &pass().edit(|layer| change(layer)))
    };
    let opened_by =
        |flaw, comment: &str, start: &str| bad(flaw, comment, &|layer| layer.head = unhex(start));
    let unprotected = |flaw, comment: &str, item: Item| {
        bad(flaw, comment, &|layer| layer.unprotected = item.clone())
    };
    let payload = |flaw, comment: &str, item: Item| {
        bad(flaw, comment, &|layer| layer.payload_item = Some(item.clone()))
    };
    let whole = pass().encode();
    let claims = pass().claims.encode();
    vec![
        opened_by(Flaw::WrongTag, "no tag", "84"),
        opened_by(Flaw::WrongTag, "tag 61 around", "d83dd284"),
        opened_by(Flaw::WrongTag, "tag 98, COSE_Sign", "d86284"),
        opened_by(Flaw::WrongTag, "tag 17, COSE_Mac0", "d184"),
        opened_by(Flaw::UnexpectedTag, "tag 18 twice", "d2d284"),
        opened_by(Flaw::LongForm, "tag 18 in two bytes", "d81284").flag("Cbor"),
        opened_by(Flaw::LongForm, "array head in two bytes", "d29804").flag("Cbor"),
        opened_by(Flaw::IndefiniteLength, "array of indefinite length", "d29f").flag("Cbor"),
        opened_by(Flaw::ReservedHead, "reserved additional information", "dc84").flag("Cbor"),
        opened_by(Flaw::WrongCount, "array of three", "d283"),
        opened_by(Flaw::WrongCount, "array of five", "d285"),
        bad(Flaw::WrongCount, "array of three, whole", &|layer| {
            layer.head = unhex("d283");
            layer.signature_item = Some(|_| Vec::new());
        }),
        bad(Flaw::WrongCount, "array of five, whole", &|layer| {
            layer.head = unhex("d285");
            layer.tail = vec![0xf6];
        }),
        opened_by(Flaw::WrongType, "map in place of the array", "d2a4"),
        bad(Flaw::LongForm, "head of the protected header too long", &|layer| {
            layer.protected_item = Some(long_form)
        })
        .flag("Cbor"),
        bad(Flaw::IndefiniteLength, "protected header in chunks", &|layer| {
            layer.protected_item = Some(indefinite)
        })
        .flag("Cbor"),
        bad(Flaw::WrongType, "protected header not wrapped", &|layer| {
            layer.protected_item = Some(|header| header)
        }),
        unprotected(
            Flaw::UnprotectedHeader,
            "key id beside, unprotected",
            map(&[(int(KID), bytes(b"k"))]),
        ),
        unprotected(Flaw::WrongType, "unprotected header null", vec![0xf6]),
        bad(Flaw::UnprotectedHeader, "algorithm unprotected only", &|layer| {
            layer.header = layer.header.clone().without(&int(ALG));
            layer.unprotected = map(&[(int(ALG), int(-19))]);
        })
        .flag("Header"),
        payload(Flaw::WrongType, "payload null", vec![0xf6]),
        payload(Flaw::WrongType, "payload not wrapped", claims.clone()),
        payload(
            Flaw::UnexpectedTag,
            "payload tagged as encoded CBOR",
            join([unhex("d818"), bytes(&claims)]),
        ),
        payload(
            Flaw::LongForm,
            "head of the payload too long",
            join([unhex("5900"), bytes(&claims)[1..].to_vec()]),
        )
        .flag("Cbor"),
        payload(
            Flaw::Truncated,
            "payload of 2^64 - 1 bytes",
            join([unhex("5bffffffffffffffff"), claims.clone()]),
        )
        .flag("Cbor"),
        payload(
            Flaw::Truncated,
            "payload of 2^63 bytes",
            join([unhex("5b8000000000000000"), claims]),
        )
        .flag("Cbor"),
        bad(Flaw::LengthOutOfRange, "signature of 63 bytes", &|layer| {
            layer.signature_item = Some(|signature| bytes(&signature[..63]));
        }),
        bad(Flaw::LengthOutOfRange, "signature of 65 bytes", &|layer| {
            layer.signature_item = Some(|signature| bytes(&[&signature[..], &[0]].concat()));
        }),
        bad(Flaw::LengthOutOfRange, "no signature", &|layer| {
            layer.signature_item = Some(|_| vec![0x40])
        }),
        bad(Flaw::WrongType, "signature null", &|layer| {
            layer.signature_item = Some(|_| vec![0xf6])
        }),
        bad(Flaw::LongForm, "head of the signature too long", &|layer| {
            layer.signature_item = Some(long_form)
        })
        .flag("Cbor"),
        bad(Flaw::TrailingBytes, "a byte behind the token", &|layer| layer.tail = vec![0])
            .flag("Cbor"),
        bad(Flaw::TrailingBytes, "a second token behind the token", &|layer| {
            layer.tail = layer.encode()
        })
        .flag("Cbor"),
        case("Cbor", "last byte missing")
            .bytes(whole[..whole.len() - 1].to_vec())
            .malformed(Place::Envelope, Flaw::Truncated),
        case("Cbor", "first byte alone")
            .bytes(vec![0xd2])
            .malformed(Place::Envelope, Flaw::Truncated),
        case("Envelope", "text of the token as bytes")
            .only_bytes(qr_text(&whole).into_bytes())
            .malformed(Place::Envelope, Flaw::WrongTag),
    ]
}
