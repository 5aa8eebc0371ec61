//! What signers outside hand back: everything that verifies is taken, and the usual mistakes are
//! named.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::Signer as _;
use livepermit::issue::{Prepared, SignatureRefused, SignedBytes};
use livepermit::{Recipient, SecretKey, Token};
use p256::ecdsa::signature::hazmat::PrehashSigner as _;
use p256::ecdsa::{Signature, SigningKey};
use sha2::{Digest as _, Sha256};

use livepermit_testkit::{NOW, at, ed25519_device, holder, p256_device};

fn prepared(device: &SecretKey, second: u64) -> Prepared<Token> {
    holder(device).prepare(Recipient::Anyone, at(NOW + second)).unwrap()
}

/// The private half of [`p256_device`].
fn p256() -> SigningKey {
    SigningKey::from_slice(&[2; 32]).unwrap()
}

/// The private half of [`ed25519_device`].
fn ed25519() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[2; 32])
}

fn sign_prehash(prehash: &[u8]) -> Vec<u8> {
    let signature: Signature = p256().sign_prehash(prehash).unwrap();
    signature.to_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn stripped(half: &[u8]) -> Vec<u8> {
    half.iter().copied().skip_while(|byte| *byte == 0).collect()
}

/// As `BigInteger.toByteArray` of Java has it: with a sign.
fn signed(half: &[u8]) -> Vec<u8> {
    let digits = stripped(half);
    if digits[0] < 0x80 { digits } else { [&[0], &digits[..]].concat() }
}

fn integer(content: &[u8]) -> Vec<u8> {
    [&[2, u8::try_from(content.len()).unwrap()], content].concat()
}

fn sequence(r: &[u8], s: &[u8]) -> Vec<u8> {
    let content = [integer(r), integer(s)].concat();
    [&[0x30, u8::try_from(content.len()).unwrap()], &content[..]].concat()
}

fn two_bytes(half: &[u8]) -> Vec<u8> {
    [&[0, u8::try_from(half.len()).unwrap()], half].concat()
}

/// The forms of one P-256 signature.
fn forms(raw: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let (r, s) = raw.split_at(32);
    let reversed = |half: &[u8]| half.iter().rev().copied().collect::<Vec<u8>>();
    let der = Signature::from_slice(raw).unwrap().to_der().as_bytes().to_vec();
    vec![
        ("raw", raw.to_vec()),
        ("raw without leading zeros", [stripped(r), stripped(s)].concat()),
        ("raw with signs", [signed(r), signed(s)].concat()),
        ("raw, always with a zero", [&[0], r, &[0], s].concat()),
        ("raw, little endian", [reversed(r), reversed(s)].concat()),
        ("raw and a line end", [raw, b"\n"].concat()),
        ("raw behind a byte", [&[27], raw].concat()),
        ("DER", der.clone()),
        ("DER, long length", [&[0x30, 0x81], &der[1..]].concat()),
        ("DER without signs", sequence(&stripped(r), &stripped(s))),
        ("DER with all zeros", sequence(r, s)),
        ("DER with more zeros", sequence(&[&[0, 0], r].concat(), &[&[0], s].concat())),
        (
            "DER in a fixed buffer",
            [&der[..], &vec![0; 72_usize.saturating_sub(der.len())]].concat(),
        ),
        ("DER and a line end", [&der[..], b"\n"].concat()),
        ("TPM", [&[0, 0x18, 0, 0x0b][..], &two_bytes(r), &two_bytes(s)].concat()),
        ("base64", STANDARD.encode(raw).into_bytes()),
        ("base64url and a line end", format!("{}\n", URL_SAFE_NO_PAD.encode(raw)).into_bytes()),
        ("base64 of DER", STANDARD.encode(&der).into_bytes()),
        ("hex", hex(raw).into_bytes()),
        ("hex of DER", hex(&der).to_uppercase().into_bytes()),
    ]
}

#[test]
fn what_verifies_is_taken_in_every_form() {
    let device = p256_device();
    let mut lost = 0;
    for second in 0..40 {
        let prepared = prepared(&device, second);
        let raw = sign_prehash(&prepared.digest().unwrap());
        let token = prepared.sign(&device).unwrap();
        for (name, form) in forms(&raw) {
            assert_eq!(prepared.attach(&form).as_ref(), Ok(&token), "{name} {}", hex(&form));
        }
        let high = Signature::from_slice(&raw).unwrap();
        let high = Signature::from_scalars(high.r().to_bytes(), (-high.s()).to_bytes()).unwrap();
        for (name, form) in forms(&high.to_bytes()) {
            assert_eq!(prepared.attach(&form).as_ref(), Ok(&token), "high s, {name}");
        }
    }
    // Halves that begin with zeros, which are rare.
    for second in 40..1200 {
        let prepared = prepared(&device, second);
        let raw = sign_prehash(&prepared.digest().unwrap());
        if raw[0] == 0 || raw[32] == 0 {
            lost += 1;
            for (name, form) in forms(&raw) {
                let token = prepared.attach(&form);
                assert_eq!(token, prepared.attach(&raw), "{name} {}", hex(&form));
            }
        }
    }
    assert!(lost >= 3, "{lost} of the signatures have a leading zero");
}

#[test]
fn ed25519_signatures_are_taken_as_text_too() {
    let prepared = prepared(&ed25519_device(), 0);
    let raw = ed25519().sign(prepared.message()).to_bytes();
    let token = prepared.attach(&raw).unwrap();
    for form in [
        [&raw[..], b"\n"].concat(),
        [&[4, 0x40], &raw[..]].concat(),
        [&[3, 0x41, 0], &raw[..]].concat(),
        hex(&raw).into_bytes(),
        STANDARD.encode(raw).into_bytes(),
        format!("{}\r\n", URL_SAFE_NO_PAD.encode(raw)).into_bytes(),
    ] {
        assert_eq!(prepared.attach(&form).as_ref(), Ok(&token), "{}", hex(&form));
    }
}

#[test]
fn the_usual_mistakes_are_named() {
    use SignedBytes::{
        Digest, DigestText, Ed25519ph, Empty, LineEnd, MessageText, Payload, Sha384, Sha512,
        Unhashed,
    };
    let (p256_prepared, ed25519_prepared) =
        (prepared(&p256_device(), 0), prepared(&ed25519_device(), 0));
    for (prepared, is_p256) in [(&p256_prepared, true), (&ed25519_prepared, false)] {
        let message = prepared.message();
        let digest: [u8; 32] = Sha256::digest(message).into();
        let sign = |bytes: &[u8]| match is_p256 {
            true => sign_prehash(&Sha256::digest(bytes)),
            false => ed25519().sign(bytes).to_bytes().to_vec(),
        };
        let token = if is_p256 { p256_device() } else { ed25519_device() };
        let token = prepared.sign(&token).unwrap();
        // The payload stands in front of the signature and its two bytes of head.
        let payload = {
            let bytes = token.as_bytes();
            let end = bytes.len() - 66;
            (1..end)
                .map(|from| &bytes[from..end])
                .find(|part| message.ends_with(part) && part.first().is_some_and(|b| b >> 5 == 5))
                .unwrap()
        };
        let mut cases = vec![
            (sign(&digest), Digest),
            (sign(hex(&digest).as_bytes()), DigestText),
            (sign(hex(&digest).to_uppercase().as_bytes()), DigestText),
            (sign(format!("{}\n", hex(&digest)).as_bytes()), DigestText),
            (sign(STANDARD.encode(digest).as_bytes()), DigestText),
            (sign(hex(message).as_bytes()), MessageText),
            (sign(STANDARD.encode(message).as_bytes()), MessageText),
            (sign(URL_SAFE_NO_PAD.encode(message).as_bytes()), MessageText),
            (sign(&[message, b"\n"].concat()), LineEnd),
            (sign(&[]), Empty),
            (sign(payload), Payload),
        ];
        if is_p256 {
            cases.extend([
                (sign_prehash(&sha2::Sha384::digest(message)), Sha384),
                (sign_prehash(&sha2::Sha512::digest(message)), Sha512),
                (sign_prehash(&message[..32]), Unhashed),
            ]);
        } else {
            let hashed = sha2::Sha512::new_with_prefix(message);
            let prehashed = ed25519().sign_prehashed(hashed, None).unwrap();
            cases.extend([
                (sign(&sha2::Sha512::digest(message)), Sha512),
                (sign(&sha2::Sha384::digest(message)), Sha384),
                (prehashed.to_bytes().to_vec(), Ed25519ph),
            ]);
        }
        for (signature, bytes) in cases {
            let refused = Err(SignatureRefused::OtherBytes(bytes));
            assert_eq!(prepared.attach(&signature), refused);
            // In every form.
            assert_eq!(prepared.attach(hex(&signature).as_bytes()), refused);
        }
        let zeros = Err(SignatureRefused::Zeros { length: 64 });
        assert_eq!(prepared.attach(&[0; 64]), zeros);
    }
}

#[test]
fn another_key_is_told_where_it_can_be_told() {
    let prepared = prepared(&p256_device(), 0);
    let other = SigningKey::from_slice(&[3; 32]).unwrap();
    let signature: Signature = other.sign_prehash(&prepared.digest().unwrap()).unwrap();
    let raw = signature.to_bytes();
    assert_eq!(prepared.attach(&raw), Err(SignatureRefused::DoesNotVerify));
    let other = SecretKey::from_p256_scalar(&[3; 32]).unwrap();
    for form in [raw.to_vec(), signature.to_der().as_bytes().to_vec()] {
        let signers = prepared.possible_signers(&form);
        assert!(signers.contains(&other.public_key()), "{signers:?}");
        assert!(signers.len() <= 16);
    }
    // Over another message, the keys that come out are nobody's.
    let signature = sign_prehash(&[9; 32]);
    let signers = prepared.possible_signers(&signature);
    assert!(!signers.contains(&p256_device().public_key()));
    let refused = prepared.sign(&other).unwrap_err();
    let id = |key: &SecretKey| *key.public_key().thumbprint().first_chunk().unwrap();
    let (expected, found) = (id(&p256_device()), id(&other));
    assert_eq!(refused, SignatureRefused::OtherKey { expected, found });
    for id in [hex(&expected), hex(&found)] {
        assert!(refused.to_string().contains(&id), "{refused}");
    }
}

#[test]
fn each_refusal_has_a_code_and_says_what_to_do() {
    use SignatureRefused::{DoesNotVerify, Encoding, OtherBytes, OtherKey, Zeros};
    let mut instructions = std::collections::BTreeSet::new();
    for (refused, code) in [
        (Encoding { length: 3 }, "signature-encoding"),
        (Zeros { length: 64 }, "signature-zeros"),
        (OtherBytes(SignedBytes::Digest), "hashed-twice"),
        (OtherBytes(SignedBytes::Sha384), "other-hash"),
        (OtherBytes(SignedBytes::Ed25519ph), "prehashed"),
        (OtherBytes(SignedBytes::Unhashed), "not-hashed"),
        (OtherBytes(SignedBytes::LineEnd), "other-bytes"),
        (OtherKey { expected: [1; 8], found: [2; 8] }, "other-key"),
        (DoesNotVerify, "does-not-verify"),
    ] {
        assert_eq!(refused.code(), code);
        let instruction = refused.instruction();
        assert!(instruction.ends_with('.') && instruction.len() > 20, "{instruction}");
        assert!(instructions.insert(instruction), "twice: {instruction}");
    }
    assert_eq!(OtherBytes(SignedBytes::Sha512).code(), "other-hash");
    assert_eq!(OtherBytes(SignedBytes::Payload).code(), "other-bytes");
}
