//! Headers: parameters missing, foreign, or of another form.

use livepermit::RejectionCode;
use livepermit::rejection::{Flaw, Layer as Place};

use super::super::cbor::{Item, array, bytes, head, int, join, map, text, uint, unhex};
use super::super::crypto::Key;
use super::super::json::{Case, case};
use super::super::token::credential as good_credential;
use super::super::token::{
    ALG, ISS, KCWT, KID, Layer, TYP, TYP_PASS, TYP_SLIP, cnf, pass, presentation, presented,
};
use super::{good, malformed};

pub(crate) fn header() -> Vec<Case> {
    let bad = |flaw, comment: &str, token: Layer| {
        malformed("Header", Place::Header, flaw, comment, &token)
    };
    let foreign = |comment: &str, key: Item, value: Item| {
        bad(Flaw::UnexpectedHeader, comment, pass().raw_header(key, value))
    };
    let of_type = |comment: &str, typ: Item| {
        case("Type", comment).token(&pass().header(TYP, typ)).refused(RejectionCode::UnknownType)
    };
    let kid = bytes(&Key::Issuer.id());
    let twice = |layer: &mut Layer| {
        let pair = layer.header.pairs[0].clone();
        layer.header.pairs.insert(1, pair);
    };
    vec![
        bad(Flaw::MissingHeader, "no algorithm", pass().no_header(ALG)),
        bad(Flaw::MissingHeader, "no key id", pass().no_header(KID)),
        bad(Flaw::MissingHeader, "no type", pass().no_header(TYP)),
        bad(Flaw::MissingHeader, "no credential in a presentation", presentation().no_header(KCWT)),
        bad(Flaw::MissingHeader, "no algorithm in a presentation", presentation().no_header(ALG)),
        bad(
            Flaw::UnexpectedHeader,
            "key id in a presentation",
            presentation().header(KID, kid.clone()),
        ),
        bad(
            Flaw::UnexpectedHeader,
            "credential in the header of a pass",
            pass().header(KCWT, good().encode()),
        ),
        foreign("critical parameters (2)", int(2), array(&[int(1)])),
        foreign("content type (3)", int(3), uint(0)),
        foreign("CWT claims (15)", int(15), map(&[(int(ISS), text("bj.example"))])),
        foreign("certificates (33)", int(33), bytes(b"x")),
        foreign("redacted claims algorithm (18)", int(18), int(-16)),
        foreign("label -1", int(-1), uint(0)),
        foreign("text label", text("alg"), int(-19)),
        bad(Flaw::WrongType, "bytes as label", pass().raw_header(bytes(&[1]), int(-19))),
        bad(Flaw::WrongType, "algorithm as text", pass().header(ALG, text("Ed25519"))),
        bad(Flaw::NumberOutOfRange, "algorithm below -2^63", pass().header(ALG, head(1, 1 << 63))),
        bad(Flaw::FloatNotAllowed, "algorithm as float", pass().header(ALG, unhex("f9ccc0"))),
        bad(Flaw::LengthOutOfRange, "key id of no bytes", pass().header(KID, bytes(&[]))),
        bad(Flaw::LengthOutOfRange, "key id of 33 bytes", pass().header(KID, bytes(&[0xab; 33]))),
        bad(Flaw::WrongType, "key id as text", pass().header(KID, text("../../etc/passwd"))),
        bad(Flaw::WrongType, "type as negative number", pass().header(TYP, int(-1))),
        bad(Flaw::WrongType, "type as bytes", pass().header(TYP, bytes(TYP_PASS.as_bytes()))),
        bad(
            Flaw::UnexpectedTag,
            "type tagged",
            pass().header(TYP, join([unhex("d820"), text(TYP_PASS)])),
        ),
        bad(Flaw::DuplicateKey, "algorithm twice", pass().edit(twice)).flag("Cbor"),
        bad(Flaw::UnsortedKeys, "unsorted", pass().edit(|layer| layer.header.pairs.swap(0, 1)))
            .flag("Cbor"),
        bad(
            Flaw::LongForm,
            "label 1 in two bytes",
            pass().no_header(ALG).raw_header(unhex("1801"), int(-19)),
        )
        .flag("Cbor"),
        bad(
            Flaw::TrailingBytes,
            "a byte behind the header",
            pass().edit(|layer| layer.header.tail = vec![0]),
        )
        .flag("Cbor"),
        bad(
            Flaw::Truncated,
            "header of no bytes",
            pass().edit(|layer| {
                layer.header.pairs.clear();
                layer.header.head = Some(Vec::new());
            }),
        ),
        of_type("typ of any CWT as number", uint(61)),
        of_type("typ of any CWT as media type", text("application/cwt")),
        of_type("typ of a credential as media type", text("application/sd-cwt")),
        of_type("typ of a pass in capitals", text("application/vnd.LPP+cwt")),
        of_type("typ of a pass without its first part", text("vnd.lpp+cwt")),
        of_type("typ 0", uint(0)),
        of_type("typ 2^64 - 1", uint(u64::MAX)),
        of_type("typ of a slip in capitals", text("application/vnd.LPS+cwt")),
        of_type("typ of a trust list", text("application/vnd.lpt+cwt")),
        of_type("typ of a status list", text("application/statuslist+cwt")),
        malformed(
            "Header",
            Place::Payload,
            Flaw::UnexpectedClaim,
            "typ of a slip on the claims of a pass",
            &pass().header(TYP, text(TYP_SLIP)),
        ),
        malformed(
            "Header",
            Place::Payload,
            Flaw::UnexpectedClaim,
            "typ of a credential on the claims of a pass",
            &pass().header(TYP, uint(293)),
        ),
        bad(Flaw::MissingHeader, "typ of a presentation on a pass without key id", {
            pass().header(TYP, uint(294)).no_header(KID)
        }),
        malformed(
            "Header",
            Place::Payload,
            Flaw::UnexpectedClaim,
            "typ of a pass on a credential",
            &good().header(TYP, text(TYP_PASS)),
        ),
        case("Type", "credential alone").token(&good()).refused(RejectionCode::CredentialAlone),
        case("Type", "credential alone, P-256 device")
            .token(&good_credential(Key::DeviceP256))
            .refused(RejectionCode::CredentialAlone),
        case("Order", "unknown type, and a payload that is no CBOR")
            .token(&pass().header(TYP, uint(0)).edit(|layer| layer.claims.head = Some(vec![0xff])))
            .refused(RejectionCode::UnknownType),
        malformed(
            "Order",
            Place::Header,
            Flaw::MissingHeader,
            "unknown type, and no algorithm",
            &{ pass().header(TYP, uint(0)).no_header(ALG) },
        ),
        malformed(
            "Order",
            Place::Payload,
            Flaw::MissingClaim,
            "credential alone, without issuer",
            &{ good().no_claim(ISS) },
        ),
    ]
}

/// Keys and certificates in the header, values that look like other values, and the order in which
/// values are read.
pub(super) fn lookalikes() -> Vec<Case> {
    let bad = |flaw, comment: &str, token: Layer| {
        malformed("Header", Place::Header, flaw, comment, &token)
    };
    let inner = |flaw, comment: &str, change: &dyn Fn(Layer) -> Layer| {
        malformed("Header", Place::CredentialHeader, flaw, comment, &presented(change))
    };
    let foreign = |comment: &str, token: Layer| bad(Flaw::UnexpectedHeader, comment, token);
    let certificates = array(&[bytes(&Key::OtherIssuer.point())]);
    let attacker = || pass().signed_by(Key::OtherIssuer);
    vec![
        bad(Flaw::WrongType, "algorithm null", pass().header(ALG, vec![0xf6])),
        bad(Flaw::WrongType, "algorithm true", pass().header(ALG, vec![0xf5])),
        bad(Flaw::WrongType, "algorithm false", pass().header(ALG, vec![0xf4])),
        bad(Flaw::WrongType, "algorithm as array", pass().header(ALG, array(&[int(-19)]))),
        bad(Flaw::NumberOutOfRange, "algorithm 2^63", pass().header(ALG, uint(1 << 63))),
        bad(Flaw::NumberOutOfRange, "algorithm 2^64 - 1", pass().header(ALG, uint(u64::MAX))),
        bad(Flaw::WrongType, "type true", pass().header(TYP, vec![0xf5])),
        bad(Flaw::WrongType, "type null", pass().header(TYP, vec![0xf6])),
        bad(
            Flaw::FloatNotAllowed,
            "type of a presentation as float",
            presentation().header(TYP, unhex("fa43930000")),
        ),
        bad(Flaw::WrongType, "key id null", pass().header(KID, vec![0xf6])),
        bad(Flaw::WrongType, "key id as number", pass().header(KID, uint(1))),
        bad(Flaw::WrongType, "true as label, beside 1", pass().raw_header(vec![0xf5], int(-8))),
        bad(Flaw::WrongType, "null as label", pass().raw_header(vec![0xf6], int(-8))),
        bad(
            Flaw::FloatNotAllowed,
            "1.0 as label, beside 1",
            pass().raw_header(unhex("f93c00"), int(-8)),
        ),
        bad(
            Flaw::DuplicateKey,
            "key id twice",
            pass().edit(|layer| {
                layer.header.pairs.insert(2, (int(KID), bytes(&Key::OtherIssuer.id())));
            }),
        )
        .flag("Cbor"),
        bad(
            Flaw::DuplicateKey,
            "type twice",
            pass().edit(|layer| layer.header.pairs.push((int(TYP), uint(294)))),
        )
        .flag("Cbor"),
        bad(
            Flaw::IndefiniteLength,
            "header of indefinite length",
            pass().edit(|layer| {
                layer.header.head = Some(vec![0xbf]);
                layer.header.tail = vec![0xff];
            }),
        )
        .flag("Cbor"),
        bad(
            Flaw::LongForm,
            "header: head in two bytes",
            pass().edit(|layer| layer.header.head = Some(unhex("b803"))),
        )
        .flag("Cbor"),
        bad(
            Flaw::LongForm,
            "algorithm in two bytes more than it needs",
            pass().header(ALG, unhex("390012")),
        )
        .flag("Cbor"),
        bad(
            Flaw::WrongType,
            "array in place of the header",
            pass().edit(|layer| layer.header.head = Some(vec![0x86])),
        ),
        foreign("certificate bag (32)", attacker().header(32, certificates.clone())),
        foreign(
            "certificates (33), signed by the key they hold",
            attacker().header(33, certificates.clone()),
        ),
        foreign(
            "certificate digest (34)",
            attacker().header(34, array(&[int(-16), bytes(&[0; 32])])),
        ),
        foreign(
            "certificate by reference (35)",
            attacker().header(35, text("https://evil.example/cert")),
        ),
        foreign("the key that signed (8)", attacker().header(8, cnf(&Key::OtherIssuer.cose()))),
        foreign(
            "the key that signed, as a COSE_Key (-1)",
            attacker().header(-1, Key::OtherIssuer.cose()),
        ),
        foreign("partial nonce (6)", pass().header(6, bytes(&[0; 8]))),
        foreign("critical parameters (2), naming none", pass().header(2, array(&[]))),
        foreign(
            "critical parameters (2) in a presentation",
            presentation().header(2, array(&[int(13)])),
        ),
        foreign(
            "certificates (33) in a presentation",
            presentation().header(33, certificates.clone()),
        ),
        inner(
            Flaw::UnexpectedHeader,
            "credential: certificates (33), signed by the key they hold",
            &|credential| credential.header(33, certificates.clone()).signed_by(Key::OtherIssuer),
        ),
        inner(Flaw::UnexpectedHeader, "credential: the key that signed (8)", &|credential| {
            credential.header(8, cnf(&Key::OtherIssuer.cose())).signed_by(Key::OtherIssuer)
        }),
        inner(Flaw::LengthOutOfRange, "credential: key id of no bytes", &|credential| {
            credential.header(KID, bytes(&[]))
        }),
        inner(Flaw::LengthOutOfRange, "credential: key id of 33 bytes", &|credential| {
            credential.header(KID, bytes(&[7; 33]))
        }),
        inner(Flaw::WrongType, "credential: algorithm null", &|credential| {
            credential.header(ALG, vec![0xf6])
        }),
        inner(Flaw::UnexpectedHeader, "credential: type as media type", &|credential| {
            credential.header(TYP, text("application/sd-cwt"))
        }),
        case("Order", "unknown type, and a credential whose header is no CBOR")
            .token(
                &presented(|credential| {
                    credential.edit(|layer| layer.header.head = Some(vec![0xff]))
                })
                .header(TYP, uint(0)),
            )
            .refused(RejectionCode::UnknownType),
        case("Order", "unknown type, and a key id of the wrong form for it")
            .token(&presentation().header(TYP, uint(295)).no_header(KCWT))
            .refused(RejectionCode::UnknownType),
        malformed(
            "Order",
            Place::CredentialEnvelope,
            Flaw::LengthOutOfRange,
            "unknown type, and a credential with a signature of 63 bytes",
            &{
                presented(|credential| {
                    credential.edit(|layer| {
                        layer.signature_item = Some(|signature| bytes(&signature[..63]));
                    })
                })
                .header(TYP, uint(0))
            },
        ),
    ]
}
