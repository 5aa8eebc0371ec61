//! Signatures of another token, of other bytes, or in forms that less strict verifiers accept.

use livepermit::RejectionCode;
use livepermit::rejection::{Flaw, Layer as Place};
use sha2::{Digest as _, Sha512};

use super::super::cbor::{Map, array, bytes, int, map, text, uint, unhex};
use super::super::crypto::{Key, cofactor_only, cose_ed25519, mixed_order_point, small_order_r_as};
use super::super::json::{Case, case};
use super::super::token::{
    ALG, CNF, IAT, KID, Layer, NBF, NOT_BEFORE, SHOWN, SUB, cnf, credential, pass, present,
    presentation, presentation_p256, presented,
};
use super::{good, malformed};

pub(super) fn cases() -> Vec<Case> {
    elsewhere().into_iter().chain(other_messages()).chain(lax()).collect()
}

fn by_issuer(flag: &'static str, comment: &str, token: &Layer) -> Case {
    case(flag, comment).token(token).refused(RejectionCode::BadSignature)
}

fn by_device(flag: &'static str, comment: &str, token: &Layer) -> Case {
    case(flag, comment).token(token).refused(RejectionCode::BadDeviceSignature)
}

/// Replaces the last 64 bytes.
fn with_signature(token: &Layer, signature: &[u8]) -> Vec<u8> {
    let whole = token.encode();
    [&whole[..whole.len() - 64], signature].concat()
}

fn signature_of(token: &Layer) -> Vec<u8> {
    let whole = token.encode();
    whole[whole.len() - 64..].to_vec()
}

fn elsewhere() -> Vec<Case> {
    let other_pass = pass().claim(SUB, text("BJ-00000000"));
    let swapped = |credential: Vec<u8>, signature: &[u8]| {
        let outer = presentation();
        let mut header = outer.header.clone();
        header = header.with(int(13), credential);
        with_signature(&outer.edit(|layer| layer.header = header), signature)
    };
    let outer = signature_of(&presentation());
    let earlier = presentation().claim(IAT, uint(SHOWN - 30));
    let (mine, other) = (good(), good().claim(SUB, text("BJ-00000000")));
    vec![
        case("Signature", "pass: the signature of another pass")
            .bytes(with_signature(&pass(), &signature_of(&other_pass)))
            .refused(RejectionCode::BadSignature),
        case("Signature", "pass: the signature of a credential")
            .bytes(with_signature(&pass(), &signature_of(&good())))
            .refused(RejectionCode::BadSignature),
        case("Signature", "credential: the signature of another credential")
            .bytes(present_bytes(with_signature(&mine, &signature_of(&other))))
            .refused(RejectionCode::BadSignature),
        case("Signature", "the signatures of presentation and credential exchanged")
            .bytes(swapped(with_signature(&good(), &outer), &signature_of(&good())))
            .refused(RejectionCode::BadSignature),
        case("Signature", "the device's signature in both places")
            .bytes(swapped(with_signature(&good(), &outer), &outer))
            .refused(RejectionCode::BadSignature),
        case("Signature", "presentation: the signature of an earlier one")
            .bytes(with_signature(&presentation(), &signature_of(&earlier)))
            .refused(RejectionCode::BadDeviceSignature),
        case("Signature", "presentation: the signature of one by a P-256 device")
            .bytes(with_signature(&presentation(), &signature_of(&presentation_p256())))
            .refused(RejectionCode::BadDeviceSignature),
        case("Signature", "presentation: a credential of another permit of the same device put in")
            .bytes(swapped(other.encode(), &outer))
            .refused(RejectionCode::BadDeviceSignature),
        case("Key", "self-made chain: the credential's key id is that of the device key in it")
            .token(&{
                let device = Key::OtherDeviceEd25519;
                let own = credential(device).header(KID, bytes(&device.id())).signed_by(device);
                present(&own, device)
            })
            .refused(RejectionCode::UnknownKey),
        case("Key", "self-made chain: the credential's key id is the device key")
            .token(&{
                let device = Key::OtherDeviceEd25519;
                let own = credential(device).header(KID, bytes(&device.point())).signed_by(device);
                present(&own, device)
            })
            .refused(RejectionCode::UnknownKey),
        by_device("Signature", "signed by a device that the credential inside does not name", &{
            present(&good(), Key::OtherDeviceEd25519)
        }),
        case("Key", "P-256 device, though the credential inside names an Ed25519 one")
            .token(&present(&good(), Key::DeviceP256))
            .refused(RejectionCode::AlgorithmMismatch),
        case("Key", "algorithm 5, and a code by the issuer's public key (HMAC)")
            .token(&pass().header(ALG, int(5)).signed(|key, message| hmac(&key.point(), message)))
            .refused(RejectionCode::AlgorithmMismatch),
        case("Key", "presentation: algorithm 5, and a code by the device's public key (HMAC)")
            .token(
                &presentation()
                    .header(ALG, int(5))
                    .signed(|key, message| hmac(&key.point(), message)),
            )
            .refused(RejectionCode::AlgorithmMismatch),
    ]
}

fn present_bytes(credential: Vec<u8>) -> Vec<u8> {
    let outer = presentation();
    let header = Map::with(outer.header.clone(), int(13), credential);
    outer.edit(|layer| layer.header = header).encode()
}

/// HMAC with SHA-512 (RFC 2104).
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let pad = |with: u8| -> Vec<u8> {
        (0..128).map(|at| key.get(at).copied().unwrap_or(0) ^ with).collect()
    };
    let inner = Sha512::digest([pad(0x36), message.to_vec()].concat());
    Sha512::digest([pad(0x5c), inner.to_vec()].concat()).to_vec()
}

/// Other byte strings that could have been signed: another arrangement of context, protected header
/// and payload.
fn other_messages() -> Vec<Case> {
    type Message = fn(&[u8], &[u8]) -> Vec<u8>;
    let messages: [(&str, Message); 7] = [
        ("over a Sig_structure of COSE_Sign", |header, payload| {
            array(&[text("Signature"), bytes(header), bytes(&[]), bytes(&[]), bytes(payload)])
        }),
        ("over a Mac_structure", |header, payload| {
            array(&[text("MAC0"), bytes(header), bytes(&[]), bytes(payload)])
        }),
        ("with external data", |header, payload| {
            array(&[text("Signature1"), bytes(header), bytes(b"gate-3"), bytes(payload)])
        }),
        ("without external data in the structure", |header, payload| {
            array(&[text("Signature1"), bytes(header), bytes(payload)])
        }),
        ("over an empty header", |_, payload| {
            array(&[text("Signature1"), bytes(&[]), bytes(&[]), bytes(payload)])
        }),
        ("over the payload alone", |_, payload| payload.to_vec()),
        ("over a digest of the structure", |header, payload| {
            let whole = array(&[text("Signature1"), bytes(header), bytes(&[]), bytes(payload)]);
            Sha512::digest(whole).to_vec()
        }),
    ];
    let mut cases = Vec::new();
    for (comment, message) in messages {
        let signed = |layer: &Layer, key: Key| {
            with_signature(
                layer,
                &key.sign(&message(&layer.header.encode(), &layer.claims.encode())),
            )
        };
        cases.extend([
            case("Signature", format!("pass: signed {comment}"))
                .bytes(signed(&pass(), Key::Issuer))
                .refused(RejectionCode::BadSignature),
            case("Signature", format!("presentation: signed {comment}"))
                .bytes(signed(&presentation(), Key::DeviceEd25519))
                .refused(RejectionCode::BadDeviceSignature),
            case("Signature", format!("presentation by a P-256 device: signed {comment}"))
                .bytes(signed(&presentation_p256(), Key::DeviceP256))
                .refused(RejectionCode::BadDeviceSignature),
        ]);
    }
    cases
}

/// The neutral element with y = p + 1, and with the sign of an x that is 0.
const NEUTRAL_ABOVE_P: &str = "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
const NEUTRAL_NEGATIVE: &str = "0100000000000000000000000000000000000000000000000000000000000080";

fn lax() -> Vec<Case> {
    let mixed = || {
        let key = cose_ed25519(&mixed_order_point(Key::DeviceEd25519));
        presented(|credential| credential.claim(CNF, cnf(&key)))
    };
    let der =
        |token: &Layer| {
            case("Malleable", "P-256: signature in DER")
                .token(&token.clone().edit(|layer| {
                    layer.signature_item = Some(|signature| bytes(&in_der(&signature)))
                }))
                .malformed(Place::Envelope, Flaw::LengthOutOfRange)
        };
    vec![
        der(&presentation_p256()),
        malformed(
            "Malleable",
            Place::Envelope,
            Flaw::LengthOutOfRange,
            "P-256: r and s with a zero in front",
            &{
                presentation_p256().edit(|layer| {
                    layer.signature_item = Some(|signature| {
                        bytes(&[&[0], &signature[..32], &[0], &signature[32..]].concat())
                    });
                })
            },
        ),
        malformed(
            "Malleable",
            Place::Envelope,
            Flaw::LengthOutOfRange,
            "Ed25519: signature with its message behind",
            &{
                presentation().edit(|layer| {
                    layer.signature_item =
                        Some(|signature| bytes(&[&signature[..], b"message"].concat()));
                })
            },
        ),
        malformed(
            "Malleable",
            Place::Envelope,
            Flaw::WrongType,
            "P-256: signature as array of r and s",
            &{
                presentation_p256().edit(|layer| {
                    layer.signature_item = Some(|signature| {
                        array(&[bytes(&signature[..32]), bytes(&signature[32..])])
                    });
                })
            },
        ),
        malformed(
            "Malleable",
            Place::Envelope,
            Flaw::WrongType,
            "P-256: signature as map of r and s",
            &{
                presentation_p256().edit(|layer| {
                    layer.signature_item = Some(|signature| {
                        map(&[
                            (text("r"), bytes(&signature[..32])),
                            (text("s"), bytes(&signature[32..])),
                        ])
                    });
                })
            },
        ),
        by_device("Malleable", "P-256: 64 bytes that begin like DER", &{
            presentation_p256().signed(|key, message| {
                let mut signature = key.sign(message).to_vec();
                signature[..4].copy_from_slice(&[0x30, 0x3e, 0x02, 0x1d]);
                signature
            })
        }),
        by_device("Malleable", "P-256: r and s exchanged", &{
            presentation_p256().signed(|key, message| {
                let signature = key.sign(message);
                [&signature[32..], &signature[..32]].concat()
            })
        }),
        by_device("Malleable", "P-256: r and s little-endian", &{
            presentation_p256().signed(|key, message| {
                let signature = key.sign(message);
                signature[..32].iter().rev().chain(signature[32..].iter().rev()).copied().collect()
            })
        }),
        by_device("Malleable", "Ed25519: R and s exchanged", &{
            presentation().signed(|key, message| {
                let signature = key.sign(message);
                [&signature[32..], &signature[..32]].concat()
            })
        }),
        by_device(
            "Malleable",
            "Ed25519: holds only with the cofactor, by a key with a part of order 8",
            &{ mixed().signed(|key, message| cofactor_only(key, message).to_vec()) },
        ),
        by_device("Malleable", "Ed25519: R is the neutral element, with y = p + 1", &{
            presentation()
                .signed(|key, message| small_order_r_as(NEUTRAL_ABOVE_P, key, message).to_vec())
        }),
        by_device("Malleable", "Ed25519: R is the neutral element, with a sign", &{
            presentation()
                .signed(|key, message| small_order_r_as(NEUTRAL_NEGATIVE, key, message).to_vec())
        }),
        by_device("Malleable", "Ed25519: R is no point", &{
            presentation().signed(|key, message| {
                [unhex(&format!("02{}", "00".repeat(31))), key.sign(message)[32..].to_vec()]
                    .concat()
            })
        }),
        by_device("Malleable", "Ed25519: s is 0, R is the neutral element", &{
            presentation().signed(|_, _| [unhex(&format!("01{}", "00".repeat(63)))].concat())
        }),
        by_device("Malleable", "Ed25519: s is 2^256 - 1", &{
            presentation().signed(|key, message| [&key.sign(message)[..32], &[0xff; 32]].concat())
        }),
        by_issuer("Malleable", "pass: R is the neutral element, with y = p + 1", &{
            pass().signed(|key, message| small_order_r_as(NEUTRAL_ABOVE_P, key, message).to_vec())
        }),
        by_issuer("Malleable", "pass: R is the neutral element, with a sign", &{
            pass().signed(|key, message| small_order_r_as(NEUTRAL_NEGATIVE, key, message).to_vec())
        }),
        by_issuer("Signature", "pass: one bit of R another", &{
            pass().signed(|key, message| {
                let mut signature = key.sign(message).to_vec();
                signature[0] ^= 1;
                signature
            })
        }),
        by_issuer("Signature", "pass: the last bit of s another", &{
            pass().signed(|key, message| {
                let mut signature = key.sign(message).to_vec();
                signature[63] ^= 0x80;
                signature
            })
        }),
        by_issuer(
            "Signature",
            "pass signed by the device, whose presentation would be good",
            &pass().signed_by(Key::DeviceEd25519),
        ),
        by_issuer("Signature", "credential: beginning exchanged after signing", &{
            presented(|credential| {
                credential.edit(|layer| {
                    let forged = layer.claims.clone().with(int(NBF), uint(NOT_BEFORE + 1));
                    layer.payload_item = Some(bytes(&forged.encode()));
                })
            })
        }),
        by_issuer("Signature", "credential: device key exchanged after signing", &{
            let forged = good().edit(|layer| {
                let own = layer.claims.clone().with(int(CNF), cnf(&Key::OtherDeviceEd25519.cose()));
                layer.payload_item = Some(bytes(&own.encode()));
            });
            present(&forged, Key::OtherDeviceEd25519)
        }),
    ]
}

/// SEQUENCE of two INTEGERs.
fn in_der(signature: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let mut digits: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
        if digits[0] & 0x80 != 0 {
            digits.insert(0, 0);
        }
        [vec![2, u8::try_from(digits.len()).unwrap()], digits].concat()
    };
    let both = [integer(&signature[..32]), integer(&signature[32..])].concat();
    [vec![0x30, u8::try_from(both.len()).unwrap()], both].concat()
}
