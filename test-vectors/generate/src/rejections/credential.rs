//! Credentials inside presentations.

use livepermit::rejection::{Flaw, Layer as Place};

use super::super::cbor::{Item, array, bytes, int, join, map, text, uint, unhex};
use super::super::crypto::{Key, cose_ed25519};
use super::super::json::Case;
use super::super::token::{
    ALG, AUD, CNF, CNONCE, EXP, EXPIRES, IAT, ISS, KCWT, KID, Layer, NBF, NONCE, SHOWN,
    SIGNED_WINDOW, SUB, TYP, TYP_PASS, VCT, cnf, pass, presentation, presented,
};
use super::{good, long_form, malformed};

pub(crate) fn credential() -> Vec<Case> {
    let bad = |place, flaw, comment: &str, change: &dyn Fn(Layer) -> Layer| {
        malformed("Claim", place, flaw, comment, &presented(change))
    };
    let claims = |flaw, comment: &str, change: &dyn Fn(Layer) -> Layer| {
        bad(Place::CredentialPayload, flaw, comment, change)
    };
    let header = |flaw, comment: &str, change: &dyn Fn(Layer) -> Layer| {
        bad(Place::CredentialHeader, flaw, comment, change).flag("Header")
    };
    let envelope = |flaw, comment: &str, change: &dyn Fn(&mut Layer)| {
        bad(Place::CredentialEnvelope, flaw, comment, &|credential| {
            credential.edit(|layer| change(layer))
        })
        .flag("Envelope")
    };
    let confirmed = |flaw, comment: &str, value: Item| {
        claims(flaw, comment, &|credential| credential.claim(CNF, value.clone())).flag("DeviceKey")
    };
    let key = Key::DeviceEd25519.cose();
    let (x, p256) = (Key::DeviceEd25519.point(), Key::DeviceP256.point());
    let with = |label: i64, value: Item| {
        let mut pairs = vec![(int(1), uint(1)), (int(-1), uint(6)), (int(-2), bytes(&x))];
        pairs.insert(1, (int(label), value));
        cnf(&map(&pairs))
    };
    let ec2 = |curve: u64, y: Item| {
        cnf(&map(&[
            (int(1), uint(2)),
            (int(-1), uint(curve)),
            (int(-2), bytes(&p256[1..33])),
            (int(-3), y),
        ]))
    };
    let kcwt = |flaw, comment: &str, item: Item| {
        let place = Place::CredentialEnvelope;
        malformed("Envelope", place, flaw, comment, &presentation().header(KCWT, item))
    };
    vec![
        kcwt(Flaw::WrongTag, "credential as byte string", bytes(&good().encode())),
        kcwt(Flaw::WrongTag, "credential without tag", good().encode()[1..].to_vec()),
        kcwt(Flaw::WrongTag, "credential tagged 61", join([unhex("d83d"), good().encode()])),
        kcwt(Flaw::UnexpectedTag, "credential tagged twice", join([vec![0xd2], good().encode()])),
        envelope(Flaw::UnprotectedHeader, "disclosures, unprotected", &|layer| {
            layer.unprotected = map(&[(int(17), array(&[]))]);
        }),
        envelope(Flaw::LengthOutOfRange, "signature stripped", &|layer| {
            layer.signature_item = Some(|_| vec![0x40])
        }),
        envelope(Flaw::WrongCount, "array of three", &|layer| layer.head = unhex("d283")),
        envelope(Flaw::WrongType, "payload null", &|layer| layer.payload_item = Some(vec![0xf6])),
        envelope(Flaw::LongForm, "head of its header too long", &|layer| {
            layer.protected_item = Some(long_form)
        }),
        header(Flaw::MissingHeader, "no key id", &|credential| credential.no_header(KID)),
        header(Flaw::MissingHeader, "no algorithm", &|credential| credential.no_header(ALG)),
        header(Flaw::MissingHeader, "no type", &|credential| credential.no_header(TYP)),
        header(Flaw::UnexpectedHeader, "type of a pass", &|credential| {
            credential.header(TYP, text(TYP_PASS))
        }),
        header(Flaw::UnexpectedHeader, "type of a presentation", &|credential| {
            credential.header(TYP, uint(294))
        }),
        header(Flaw::UnexpectedHeader, "unknown type", &|credential| {
            credential.header(TYP, uint(0))
        }),
        header(Flaw::UnexpectedHeader, "critical parameters", &|credential| {
            credential.header(2, array(&[int(1)]))
        }),
        header(Flaw::UnexpectedHeader, "a credential of its own", &|credential| {
            credential.header(KCWT, good().encode())
        }),
        header(Flaw::UnexpectedHeader, "a presentation in place of the credential", &|_| {
            presentation()
        }),
        header(Flaw::UnexpectedHeader, "a pass in place of the credential", &|_| pass()),
        header(Flaw::UnsortedKeys, "header unsorted", &|credential| {
            credential.edit(|layer| layer.header.pairs.swap(0, 1))
        }),
        claims(Flaw::MissingClaim, "no issuer", &|credential| credential.no_claim(ISS)),
        claims(Flaw::MissingClaim, "no subject", &|credential| credential.no_claim(SUB)),
        claims(Flaw::MissingClaim, "no expiry", &|credential| credential.no_claim(EXP)),
        claims(Flaw::MissingClaim, "no beginning", &|credential| credential.no_claim(NBF)),
        claims(Flaw::MissingClaim, "no device key", &|credential| credential.no_claim(CNF)),
        claims(Flaw::MissingClaim, "no class", &|credential| credential.no_claim(VCT)),
        claims(Flaw::MissingClaim, "no window", &|credential| credential.no_claim(SIGNED_WINDOW)),
        claims(Flaw::UnexpectedClaim, "time of issue", &|credential| {
            credential.claim(IAT, uint(SHOWN))
        }),
        claims(Flaw::UnexpectedClaim, "audience", &|credential| {
            credential.claim(AUD, text("gate-3"))
        }),
        claims(Flaw::UnexpectedClaim, "nonce", &|credential| {
            credential.claim(CNONCE, bytes(&NONCE))
        }),
        claims(Flaw::UnexpectedClaim, "reserved label -65540", &|credential| {
            credential.claim(-65540, uint(1))
        }),
        claims(Flaw::NumberOutOfRange, "window of 0 seconds", &|credential| {
            credential.claim(SIGNED_WINDOW, uint(0))
        }),
        claims(Flaw::NumberOutOfRange, "window of 86401 seconds", &|credential| {
            credential.claim(SIGNED_WINDOW, uint(86_401))
        }),
        claims(Flaw::WrongType, "window is negative", &|credential| {
            credential.claim(SIGNED_WINDOW, int(-30))
        }),
        claims(Flaw::NumberOutOfRange, "ends when it begins", &|credential| {
            credential.claim(NBF, uint(EXPIRES))
        }),
        claims(Flaw::NumberOutOfRange, "ends before it begins", &|credential| {
            credential.claim(NBF, uint(EXPIRES + 1))
        }),
        claims(Flaw::TrailingBytes, "a byte behind the claims", &|credential| {
            credential.edit(|layer| layer.claims.tail = vec![0])
        }),
        claims(Flaw::DuplicateKey, "device key twice", &|credential| {
            credential.edit(|layer| {
                let place =
                    layer.claims.pairs.iter().position(|(key, _)| *key == int(CNF)).unwrap();
                let stranger = (int(CNF), cnf(&Key::OtherDeviceEd25519.cose()));
                layer.claims.pairs.insert(place + 1, stranger);
            })
        })
        .flag("DeviceKey"),
        confirmed(
            Flaw::WrongType,
            "key not in a map",
            key.clone()[1..].to_vec().splice(..0, [0x81]).collect(),
        ),
        confirmed(Flaw::UnexpectedClaim, "confirmation by key id", map(&[(int(3), bytes(b"k"))])),
        confirmed(
            Flaw::WrongCount,
            "key and key id",
            map(&[(int(1), key.clone()), (int(3), bytes(b"k"))]),
        ),
        confirmed(Flaw::WrongCount, "no confirmation", map(&[])),
        confirmed(Flaw::WrongCount, "key with a key id", with(2, bytes(b"k"))),
        confirmed(Flaw::WrongCount, "key with an algorithm", with(3, int(-19))),
        confirmed(Flaw::WrongCount, "key with key operations", with(4, array(&[uint(2)]))),
        confirmed(
            Flaw::InvalidKey,
            "key of another type",
            cnf(&map(&[(int(1), uint(4)), (int(-1), bytes(&x))])),
        ),
        confirmed(Flaw::InvalidKey, "the X25519 curve", {
            cnf(&map(&[(int(1), uint(1)), (int(-1), uint(4)), (int(-2), bytes(&x))]))
        }),
        confirmed(Flaw::InvalidKey, "the P-384 curve", ec2(2, vec![0xf4])),
        confirmed(Flaw::WrongType, "P-256 with y written out", ec2(1, bytes(&p256[33..]))),
        confirmed(Flaw::WrongType, "P-256 with y null", ec2(1, vec![0xf6])),
        confirmed(Flaw::LengthOutOfRange, "Ed25519 key of 31 bytes", cnf(&cose_ed25519(&x[..31]))),
    ]
}
