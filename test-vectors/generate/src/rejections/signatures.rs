//! Signatures by the wrong key, or in another form than the only valid form.

use livepermit::RejectionCode;

use super::super::cbor::{bytes, int, text, uint};
use super::super::crypto::{IDENTITY, Key, high_s, mixed_order_r, s_plus_order, small_order_r};
use super::super::json::Case;
use super::super::keys::bad_points;
use super::super::token::{
    CNF, IAT, ISS, Layer, NBF, NOT_BEFORE, SHOWN, SUB, TYP, VCT, cnf, credential, pass, present,
    presentation, presentation_p256, presented,
};
use super::meaning::{OTHER_CLASS, refused};

/// Inverts the first bit of s.
fn flipped(key: Key, message: &[u8]) -> Vec<u8> {
    let mut signature = key.sign(message).to_vec();
    signature[32] ^= 1;
    signature
}

pub(super) fn signatures() -> Vec<Case> {
    let issuer = |flag, comment: &str, token: Layer| {
        [
            refused(
                flag,
                &format!("pass: {comment}"),
                RejectionCode::BadSignature,
                &pass_like(&token),
            ),
            refused(
                flag,
                &format!("credential: {comment}"),
                RejectionCode::BadSignature,
                &token_in_presentation(&token),
            ),
        ]
    };
    let signed = |sign: fn(Key, &[u8]) -> Vec<u8>| credential(Key::DeviceEd25519).signed(sign);
    let device = |flag, comment: &str, token: Layer| {
        refused(flag, comment, RejectionCode::BadDeviceSignature, &token)
    };
    let sign_all_zero = |_: Key, _: &[u8]| vec![0; 64];
    let mut cases: Vec<Case> = [
        issuer(
            "Signature",
            "signed by another issuer",
            credential(Key::DeviceEd25519).signed_by(Key::OtherIssuer),
        ),
        issuer(
            "Signature",
            "signed by the device",
            credential(Key::DeviceEd25519).signed_by(Key::DeviceEd25519),
        ),
        issuer("Signature", "one bit of s another", signed(flipped)),
        issuer("Signature", "all zero", signed(sign_all_zero)),
        issuer(
            "Malleable",
            "s + order",
            signed(|key, message| {
                s_plus_order(key.sign(message).to_vec().try_into().unwrap()).to_vec()
            }),
        ),
        issuer(
            "Malleable",
            "R of small order",
            signed(|key, message| small_order_r(key, message).to_vec()),
        ),
        issuer(
            "Malleable",
            "R of mixed order",
            signed(|key, message| mixed_order_r(key, message).to_vec()),
        ),
        issuer(
            "Signature",
            "over the bare claims, without Sig_structure",
            signed(|key, message| key.sign(&message[message.len() / 2..]).to_vec()),
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    cases.extend([
        refused(
            "Signature",
            "claims exchanged after signing",
            RejectionCode::BadSignature,
            &pass().edit(|layer| {
                let forged = layer.claims.clone().with(int(SUB), text("BJ-00000000"));
                layer.payload_item = Some(bytes(&forged.encode()));
            }),
        ),
        refused(
            "Signature",
            "self-made chain: credential signed by the device key in it",
            RejectionCode::BadSignature,
            &{
                let own = credential(Key::OtherDeviceEd25519).signed_by(Key::OtherDeviceEd25519);
                present(&own, Key::OtherDeviceEd25519)
            },
        ),
        device(
            "Signature",
            "signed by another device",
            presentation().signed_by(Key::OtherDeviceEd25519),
        ),
        device("Signature", "signed by the issuer", presentation().signed_by(Key::Issuer)),
        device(
            "Signature",
            "signed by another P-256 device",
            presentation_p256().signed_by(Key::OtherDeviceP256),
        ),
        device(
            "Signature",
            "signature of the credential in place of the device's",
            presentation().signed(|_, _| {
                let whole = credential(Key::DeviceEd25519).encode();
                whole[whole.len() - 64..].to_vec()
            }),
        ),
        device(
            "Signature",
            "time exchanged after signing",
            presentation().edit(|layer| {
                let forged = layer.claims.clone().with(int(IAT), uint(SHOWN + 1));
                layer.payload_item = Some(bytes(&forged.encode()));
            }),
        ),
        device("Signature", "another credential of the same device put in", {
            let fresh = credential(Key::DeviceEd25519).claim(NBF, uint(NOT_BEFORE + 1)).encode();
            let stale = presentation();
            let signature = Key::DeviceEd25519.sign(&stale.message());
            SIGNATURE.get_or_init(|| signature.to_vec());
            stale.header(13, fresh).signed(|_, _| SIGNATURE.get().unwrap().clone())
        }),
        device("Signature", "one bit of s another", presentation().signed(flipped)),
        device("Signature", "P-256: one bit of s another", presentation_p256().signed(flipped)),
        device(
            "Malleable",
            "Ed25519: s + order",
            presentation().signed(|key, message| s_plus_order(key.sign(message)).to_vec()),
        ),
        device(
            "Malleable",
            "Ed25519: R of small order",
            presentation().signed(|key, message| small_order_r(key, message).to_vec()),
        ),
        device(
            "Malleable",
            "Ed25519: R of mixed order",
            presentation().signed(|key, message| mixed_order_r(key, message).to_vec()),
        ),
        device(
            "Malleable",
            "P-256: high s",
            presentation_p256().signed(|key, message| high_s(key.sign(message)).to_vec()),
        ),
        device("Signature", "P-256: r and s are 0", presentation_p256().signed(|_, _| vec![0; 64])),
        device(
            "Signature",
            "P-256: r is 0",
            presentation_p256()
                .signed(|key, message| [&[0; 32], &key.sign(message)[32..]].concat()),
        ),
        device(
            "Signature",
            "P-256: s is 0",
            presentation_p256()
                .signed(|key, message| [&key.sign(message)[..32], &[0; 32]].concat()),
        ),
        device(
            "Signature",
            "P-256: r not below the order",
            presentation_p256()
                .signed(|key, message| [&[0xff; 32], &key.sign(message)[32..]].concat()),
        ),
        device(
            "Signature",
            "P-256: s not below the order",
            presentation_p256()
                .signed(|key, message| [&key.sign(message)[..32], &[0xff; 32]].concat()),
        ),
    ]);
    cases.extend(bad_points().into_iter().map(|(_, comment, key)| {
        let device =
            if comment.starts_with("P-256") { Key::DeviceP256 } else { Key::DeviceEd25519 };
        let bound = credential(device).claim(CNF, cnf(&key));
        refused("DeviceKey", comment, RejectionCode::BadDeviceKey, &present(&bound, device))
    }));
    cases.extend([
        refused(
            "DeviceKey",
            "the neutral element, with a signature that holds for every message",
            RejectionCode::BadDeviceKey,
            &{
                let key = super::super::crypto::cose_ed25519(&super::super::cbor::unhex(IDENTITY));
                presented(|credential| credential.claim(CNF, cnf(&key)))
                    .signed(|_, _| [super::super::cbor::unhex(IDENTITY), vec![0; 32]].concat())
            },
        ),
        refused(
            "Order",
            "signed by another issuer and by another device",
            RejectionCode::BadSignature,
            &{
                presented(|credential| credential.signed_by(Key::OtherIssuer))
                    .signed_by(Key::OtherDeviceEd25519)
            },
        ),
        refused(
            "Order",
            "signed by another device, for another issuer's name",
            RejectionCode::BadDeviceSignature,
            &{
                presented(|credential| credential.claim(ISS, text("tj.example")))
                    .signed_by(Key::OtherDeviceEd25519)
            },
        ),
        refused(
            "Order",
            "issuer of another name, class not granted",
            RejectionCode::IssuerMismatch,
            &{ pass().claim(ISS, text("tj.example")).claim(VCT, text(OTHER_CLASS)) },
        ),
        refused(
            "Order",
            "class not granted, and stale",
            RejectionCode::ClassNotGranted,
            &pass().claim(VCT, text(OTHER_CLASS)),
        )
        .at(SHOWN + 30),
    ]);
    cases
}

static SIGNATURE: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();

/// A pass that is signed like this credential.
fn pass_like(credential: &Layer) -> Layer {
    let pass = pass();
    credential.clone().header(TYP, pass.header.get(TYP)).edit(|layer| layer.claims = pass.claims)
}

fn token_in_presentation(credential: &Layer) -> Layer {
    present(credential, Key::DeviceEd25519)
}
