//! Device keys in another form than the only valid form.

use livepermit::rejection::{Flaw, Layer as Place};

use super::super::cbor::{Item, array, bytes, int, map, text, uint};
use super::super::crypto::{Key, cose_ed25519, cose_p256};
use super::super::json::{Case, case};
use super::super::token::{CNF, cnf, presented};

pub(super) fn cases() -> Vec<Case> {
    let confirmed = |flaw, comment: &str, value: Item| {
        case("DeviceKey", comment)
            .token(&presented(|credential| credential.claim(CNF, value)))
            .malformed(Place::CredentialPayload, flaw)
    };
    let key = |flaw, comment: &str, key: Item| confirmed(flaw, comment, cnf(&key));
    let ed25519 = Key::DeviceEd25519.cose();
    let mut cases = vec![
        key(Flaw::WrongType, "key in a byte string", bytes(&ed25519)),
        key(
            Flaw::WrongType,
            "key as array",
            array(&[uint(1), uint(6), bytes(&Key::DeviceEd25519.point())]),
        ),
        key(Flaw::WrongType, "key null", vec![0xf6]),
        confirmed(Flaw::WrongType, "confirmation null", vec![0xf6]),
        confirmed(
            Flaw::WrongType,
            "true in place of the label 1",
            map(&[(vec![0xf5], ed25519.clone())]),
        ),
        confirmed(Flaw::WrongType, "confirmation in a text label", map(&[(text("jwk"), ed25519)])),
    ];
    cases.extend(forms().into_iter().map(|(flaw, comment, odd)| key(flaw, comment, odd)));
    cases
}

/// Keys in refused forms, and the flaw that a token with the key has.
pub(crate) fn forms() -> Vec<(Flaw, &'static str, Item)> {
    let (x, p256) = (Key::DeviceEd25519.point(), Key::DeviceP256.point());
    let (x1, y1) = (&p256[1..33], vec![if p256[64] & 1 == 1 { 0xf5 } else { 0xf4 }]);
    let okp =
        |kty: Item, curve: Item, x: Item| map(&[(int(1), kty), (int(-1), curve), (int(-2), x)]);
    let ec2 = |kty: Item, curve: Item, x: Item, y: Item| {
        map(&[(int(1), kty), (int(-1), curve), (int(-2), x), (int(-3), y)])
    };
    let letters = "x".repeat(32);
    vec![
        (Flaw::WrongType, "Ed25519: x as text of 32 bytes", okp(uint(1), uint(6), text(&letters))),
        (
            Flaw::WrongType,
            "P-256: x as text of 32 bytes",
            ec2(uint(2), uint(1), text(&letters), y1.clone()),
        ),
        (Flaw::WrongType, "Ed25519: key type true", okp(vec![0xf5], uint(6), bytes(&x))),
        (Flaw::WrongType, "Ed25519: curve true", okp(uint(1), vec![0xf5], bytes(&x))),
        (Flaw::WrongType, "P-256: curve true", ec2(uint(2), vec![0xf5], bytes(x1), y1.clone())),
        (Flaw::WrongType, "Ed25519: curve as text", okp(uint(1), text("Ed25519"), bytes(&x))),
        (Flaw::InvalidKey, "Ed25519: x under the label of y", {
            map(&[(int(1), uint(1)), (int(-1), uint(6)), (int(-3), bytes(&x))])
        }),
        (Flaw::InvalidKey, "Ed25519: key type under the label of key ids", {
            map(&[(int(2), uint(1)), (int(-1), uint(6)), (int(-2), bytes(&x))])
        }),
        (Flaw::InvalidKey, "P-256: y under the label of private keys", {
            map(&[
                (int(1), uint(2)),
                (int(-1), uint(1)),
                (int(-2), bytes(x1)),
                (int(-4), y1.clone()),
            ])
        }),
        (Flaw::InvalidKey, "the Ed448 curve", okp(uint(1), uint(7), bytes(&x))),
        (Flaw::InvalidKey, "OKP with the curve P-256", okp(uint(1), uint(1), bytes(&x))),
        (Flaw::InvalidKey, "the secp256k1 curve", ec2(uint(2), uint(8), bytes(x1), y1.clone())),
        (
            Flaw::InvalidKey,
            "EC2 with the curve Ed25519",
            ec2(uint(2), uint(6), bytes(x1), y1.clone()),
        ),
        (
            Flaw::WrongCount,
            "OKP in the form of P-256",
            ec2(uint(1), uint(1), bytes(x1), y1.clone()),
        ),
        (Flaw::WrongCount, "EC2 in the form of Ed25519", okp(uint(2), uint(6), bytes(&x))),
        (Flaw::LengthOutOfRange, "Ed25519: x of 33 bytes", cose_ed25519(&[&x[..], &[0]].concat())),
        (Flaw::LengthOutOfRange, "Ed25519: x of no bytes", cose_ed25519(&[])),
        (Flaw::LengthOutOfRange, "P-256: x of 31 bytes", cose_p256(&x1[1..], true)),
        (Flaw::LengthOutOfRange, "P-256: x of 33 bytes", cose_p256(&[&[0], x1].concat(), true)),
        (
            Flaw::LengthOutOfRange,
            "P-256: x as a compressed point",
            cose_p256(&[&[2], x1].concat(), true),
        ),
        (Flaw::WrongType, "P-256: y as number", ec2(uint(2), uint(1), bytes(x1), uint(1))),
        (Flaw::WrongCount, "P-256 with a fifth parameter", {
            let mut key = ec2(uint(2), uint(1), bytes(x1), y1);
            key[0] = 0xa5;
            [key, int(-4), bytes(&[0; 32])].concat()
        }),
        (Flaw::WrongCount, "Ed25519 with its private half", {
            let mut key = cose_ed25519(&x);
            key[0] = 0xa4;
            [key, int(-4), bytes(&[0; 32])].concat()
        }),
    ]
}
