//! The reader of signed statements: what it takes, and that it takes nothing else.

use livepermit_issuer::protocol::{JwsError, LONGEST_JWS, SignedJwt};
use proptest::prelude::*;
use serde_json::json;

use livepermit_testkit::jwt::{Key, base64url};

const TYPE: &str = "dpop+jwt";

fn keys() -> [Key; 2] {
    [Key::ed25519(1), Key::p256(1)]
}

#[test]
fn both_kinds_of_keys_are_read() {
    for key in keys() {
        let jwt = SignedJwt::read(&key.jwt(TYPE, &json!({ "a": 1 })), TYPE).unwrap();
        assert_eq!(jwt.claims.number("a"), Some(1));
        assert_eq!(&jwt.key.to_public_key().unwrap(), key.public());
    }
    // The newer name of the algorithm (RFC 9864).
    let key = Key::ed25519(1);
    let mut header = key.header(TYPE);
    header["alg"] = "Ed25519".into();
    assert!(SignedJwt::read(&key.sign(&header, &json!({})), TYPE).is_ok());
}

/// Browsers write the larger s as often as the smaller one.
#[test]
fn both_forms_of_an_es256_signature_are_read() {
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
        0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    use base64::Engine as _;
    let text = Key::p256(1).jwt(TYPE, &json!({}));
    let (signed, signature) = text.rsplit_once('.').unwrap();
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let mut signature = engine.decode(signature).unwrap();
    let mut borrow = 0;
    for at in (0..32).rev() {
        let difference = i16::from(ORDER[at]) - i16::from(signature[32 + at]) - borrow;
        borrow = i16::from(difference < 0);
        signature[32 + at] = u8::try_from(difference.rem_euclid(256)).unwrap();
    }
    let other = format!("{signed}.{}", base64url(&signature));
    assert_ne!(other, text);
    assert!(SignedJwt::read(&other, TYPE).is_ok());
}

#[test]
fn headers_that_are_not_as_they_have_to_be() {
    let (key, other) = (Key::p256(1), Key::p256(2));
    let with = |name: &str, value: serde_json::Value| {
        let mut header = key.header(TYPE);
        header[name] = value;
        SignedJwt::read(&key.sign(&header, &json!({})), TYPE).unwrap_err()
    };
    for name in ["none", "NONE", "HS256", "RS256", "es256", "ES384", "EdDSA", "Ed25519", ""] {
        assert_eq!(with("alg", name.into()), JwsError::Algorithm, "{name}");
    }
    for name in ["JWT", "DPOP+JWT", "dpop+jwt ", "application/dpop+jwt", ""] {
        assert_eq!(with("typ", name.into()), JwsError::Type { wanted: TYPE }, "{name}");
    }
    assert_eq!(with("crit", json!(["exp"])), JwsError::Critical);
    assert_eq!(with("b64", json!(false)), JwsError::Critical);
    assert_eq!(with("jwk", json!("x")), JwsError::KeyMissing);
    assert_eq!(with("jwk", other.jwk()), JwsError::Signature);
    let mut private = key.jwk();
    private["d"] = "AQ".into();
    assert!(matches!(with("jwk", private), JwsError::Key(_)));
    let ed25519 = Key::ed25519(1).jwk();
    assert_eq!(with("jwk", ed25519), JwsError::Algorithm);
}

#[test]
fn texts_that_are_no_jwt() {
    let good = Key::ed25519(1).jwt(TYPE, &json!({}));
    let parts: Vec<_> = good.split('.').collect();
    let read = |text: &str| SignedJwt::read(text, TYPE).unwrap_err();
    for text in ["", ".", "..", "...", "a.b", &format!("{good}."), &format!(".{good}")] {
        assert!(matches!(read(text), JwsError::Parts | JwsError::Json { .. }), "{text}");
    }
    let long = "a".repeat(LONGEST_JWS + 1);
    assert_eq!(read(&long), JwsError::TooLong { bytes: LONGEST_JWS + 1 });
    for at in 0..3 {
        for bad in ["=", "+", "/", " ", "\n", "é"] {
            let mut parts = parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
            parts[at].push_str(bad);
            assert!(matches!(read(&parts.join(".")), JwsError::Base64 { .. }), "{at} {bad}");
        }
    }
    let twice = base64url(br#"{"typ":"dpop+jwt","typ":"dpop+jwt"}"#);
    let text = format!("{twice}.{}.{}", parts[1], parts[2]);
    assert_eq!(read(&text), JwsError::Json { part: "header" });
    let short = format!("{}.{}.{}", parts[0], parts[1], base64url(&[1; 63]));
    assert_eq!(read(&short), JwsError::Signature);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// No sign can be changed, left out or put in.
    #[test]
    fn a_jwt_has_one_writing(at in 0_usize..400, sign in "[A-Za-z0-9_.-]", how in 0..3) {
        let key = &keys()[at % 2];
        let good = key.jwt(TYPE, &json!({ "jti": "a", "iat": 1 }));
        let at = at % good.len();
        let (before, after) = good.split_at(at);
        let rest = after.get(1..).unwrap_or_default();
        let changed = match how {
            0 => format!("{before}{sign}{rest}"),
            1 => format!("{before}{sign}{after}"),
            _ => format!("{before}{rest}"),
        };
        prop_assert_eq!(SignedJwt::read(&changed, TYPE).is_ok(), changed == good);
    }

    #[test]
    fn anything_is_answered(text in "[A-Za-z0-9_.=-]{0,300}", other in ".{0,100}") {
        prop_assert!(SignedJwt::read(&text, TYPE).is_err());
        prop_assert!(SignedJwt::read(&other, TYPE).is_err());
    }
}
