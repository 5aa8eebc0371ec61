//! The application's own claims: typed in, typed out, one encoding between.

use std::collections::{BTreeMap, HashMap};

use livepermit::issue::ApplicationError;
use livepermit::{Token, Validity};
use serde::{Deserialize, Serialize};

use livepermit_testkit::hand::Hand;
use livepermit_testkit::hand::cbor::{self, int, map, text};
use livepermit_testkit::{
    ed25519_device, holder, issuer, issuer_key, now, permit, trust, verifier,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Access {
    zones: Vec<u8>,
    vehicle: Option<Vehicle>,
    note: String,
    least: i64,
    most: u64,
    escort: bool,
    #[serde(with = "byte_string")]
    photo_hash: Vec<u8>,
    limits: BTreeMap<String, i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Vehicle {
    Bicycle,
    Car { plate: String },
    Train(u16, u16),
}

/// Bytes as a byte string, which serde writes as an array by itself.
mod byte_string {
    use serde::{Deserializer, Serializer, de::Visitor};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], out: S) -> Result<S::Ok, S::Error> {
        out.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("a byte string")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }

            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
                Ok(bytes)
            }
        }
        from.deserialize_bytes(Bytes)
    }
}

fn access() -> Access {
    Access {
        zones: vec![0, 23, 24, 255],
        vehicle: Some(Vehicle::Car { plate: "\u{4eac}A-12345".into() }),
        note: "Dongcheng \u{0} \u{10ffff}".into(),
        least: i64::MIN,
        most: u64::MAX,
        escort: true,
        photo_hash: vec![0xff; 32],
        limits: [("a", 1), ("bb", -1), ("", i64::MAX), ("b", i64::MIN)]
            .map(|(k, v)| (k.to_string(), v))
            .into(),
    }
}

fn pass_with(claims: &impl Serialize) -> Token {
    let permit = permit().with_application(claims).unwrap();
    issuer().prepare_pass(&permit, None, now()).unwrap().sign(&issuer_key()).unwrap()
}

fn refusal(claims: &impl Serialize) -> ApplicationError {
    permit().with_application(claims).unwrap_err()
}

#[test]
fn a_struct_comes_back_from_every_form() {
    for vehicle in [None, Some(Vehicle::Bicycle), Some(Vehicle::Train(1, 65_535)), access().vehicle]
    {
        let access = Access { vehicle, ..access() };
        let verified = verifier().verify(&pass_with(&access), now()).unwrap();
        assert_eq!(verified.application::<Access>().unwrap(), access);

        let device = ed25519_device();
        let permit = permit().with_application(&access).unwrap();
        let credential = issuer()
            .prepare_credential(&permit, &device.public_key(), Validity::default(), now())
            .unwrap()
            .sign(&issuer_key())
            .unwrap();
        let mut holder = holder(&device);
        let held = holder.accept(credential.as_bytes(), &trust(), now()).unwrap();
        assert_eq!(held.application::<Access>().unwrap(), access);
        let shown = Hand::presentation(credential.as_bytes()).signed();
        assert_eq!(
            verifier().verify(&shown, now()).unwrap().application::<Access>().unwrap(),
            access
        );
    }
}

#[test]
fn claims_come_back_as_the_bytes_that_were_signed() {
    let claims = BTreeMap::from([("zzz", 1), ("aaaa", 2), ("aaa", 3)]);
    let verified = verifier().verify(&pass_with(&claims), now()).unwrap();
    // Shorter labels first, then bytewise (RFC 8949, 4.2.1).
    assert_eq!(verified.application_cbor(), b"\xa3\x63aaa\x03\x63zzz\x01\x64aaaa\x02");
    let verified = verifier().verify(&pass_with(&BTreeMap::<&str, u8>::new()), now()).unwrap();
    assert_eq!(verified.application_cbor(), [0xa0]);
}

#[test]
fn equal_claims_have_equal_bytes_whatever_order_they_came_in() {
    let pairs: Vec<(String, u32)> =
        (0..40).map(|n| (format!("{:03}", n * 7919 % 1000), n)).collect();
    let expected = pass_with(&pairs.iter().cloned().collect::<BTreeMap<_, _>>());
    for _ in 0..10 {
        // A HashMap has another order each time.
        assert_eq!(pass_with(&pairs.iter().cloned().collect::<HashMap<_, _>>()), expected);
    }
    #[derive(Serialize)]
    struct Unsorted {
        zzz: u8,
        aaaa: u8,
        aaa: u8,
    }
    let by_hand =
        Hand::pass().text_claim("aaa", int(3)).text_claim("zzz", int(1)).text_claim("aaaa", int(2));
    assert_eq!(pass_with(&Unsorted { zzz: 1, aaaa: 2, aaa: 3 }).as_bytes(), by_hand.signed());
}

#[test]
fn integers_are_labels_below_the_reserved_block() {
    let claims = BTreeMap::from([(-65_553_i64, 1_u8), (i64::MIN, 2)]);
    let verified = verifier().verify(&pass_with(&claims), now()).unwrap();
    assert_eq!(verified.application::<BTreeMap<i64, u8>>().unwrap(), claims);
    for label in [-65_552, -65_537, -65_536, -1, 0, 1, 6, 65_535, i64::MAX] {
        let error = refusal(&BTreeMap::from([(label, 0_u8)]));
        assert!(matches!(error, ApplicationError::Label(_)), "{label}: {error}");
    }
    assert!(matches!(refusal(&BTreeMap::from([(u64::MAX, 0_u8)])), ApplicationError::Label(_)));
}

#[test]
fn text_labels_have_3_to_255_bytes() {
    let label = |length: usize| BTreeMap::from([("x".repeat(length), 0_u8)]);
    for length in [3, 255] {
        let verified = verifier().verify(&pass_with(&label(length)), now()).unwrap();
        assert_eq!(verified.application::<BTreeMap<String, u8>>().unwrap(), label(length));
    }
    for length in [0, 1, 2, 256] {
        assert!(matches!(refusal(&label(length)), ApplicationError::Label(_)), "{length}");
    }
    for label in [true, false] {
        assert!(matches!(refusal(&BTreeMap::from([(label, 0_u8)])), ApplicationError::Label(_)));
    }
}

#[test]
fn what_a_permit_cannot_hold_is_refused_by_name() {
    #[derive(Serialize)]
    struct Holding<T> {
        value: T,
    }
    fn holding<T: Serialize>(value: T) -> ApplicationError {
        refusal(&Holding { value })
    }
    for error in
        [holding(1.5_f64), holding(0.0_f32), holding(f64::NAN), holding(vec![Some(1.0_f64)])]
    {
        assert_eq!(error, ApplicationError::Value("a floating-point number"));
    }
    for error in [holding(u128::MAX), holding(i128::MIN), holding(i128::from(i64::MIN) - 1)] {
        assert!(matches!(error, ApplicationError::Value(_)), "{error}");
    }
    assert_eq!(refusal(&3_u8), ApplicationError::NotAMap);
    assert_eq!(refusal(&"text"), ApplicationError::NotAMap);
    assert_eq!(refusal(&vec![1_u8]), ApplicationError::NotAMap);
    assert_eq!(refusal(&None::<u8>), ApplicationError::NotAMap);
}

#[test]
fn a_tagged_value_is_refused_as_such() {
    let tagged = ciborium::Value::Tag(1, Box::new(1.into()));
    assert_eq!(
        refusal(&BTreeMap::from([("when", tagged)])),
        ApplicationError::Value("a tagged value")
    );
}

/// A map that says a key twice, as serde lets any type do.
struct Twice(bool);

impl Serialize for Twice {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        if self.0 {
            out.collect_map([("key", 1), ("key", 1)])
        } else {
            out.collect_map([("inside", Twice(true))])
        }
    }
}

#[test]
fn a_key_said_twice_is_refused_at_each_depth() {
    for twice in [Twice(true), Twice(false)] {
        let ApplicationError::DuplicateKey(key) = refusal(&twice) else { panic!("another error") };
        assert!(key.contains("\"key\""), "{key}");
    }
}

/// An array in an array, so many times.
struct Nest(usize);

impl Serialize for Nest {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        if self.0 == 0 { out.serialize_u8(0) } else { out.collect_seq([Nest(self.0 - 1)]) }
    }
}

#[test]
fn issuing_and_verifying_agree_on_the_greatest_depth() {
    let nested = |depth| BTreeMap::from([("deep", Nest(depth))]);
    let token = pass_with(&nested(8));
    assert_eq!(
        token.as_bytes(),
        Hand::pass().text_claim("deep", cbor::nested(8, &int(0))).signed()
    );
    verifier().verify(&token, now()).unwrap();
    livepermit::inspect(&token).unwrap();
    assert_eq!(refusal(&nested(9)), ApplicationError::TooDeep);
    assert_eq!(refusal(&nested(100)), ApplicationError::TooDeep);
}

#[test]
fn claims_of_another_type_are_an_error_and_not_a_panic() {
    let verified = verifier().verify(&pass_with(&access()), now()).unwrap();
    assert!(matches!(
        verified.application::<BTreeMap<String, u8>>(),
        Err(ApplicationError::Serde(_))
    ));
    assert!(verified.application::<Vec<u8>>().is_err());
    let none = verifier().verify(&livepermit_testkit::pass(), now()).unwrap();
    assert_eq!(none.application::<BTreeMap<String, u8>>().unwrap(), BTreeMap::new());
    assert!(none.application::<Access>().is_err());
    // What serde would read twice never gets that far.
    let twice =
        Hand::pass().text_claim("deep", map(&[(text("a"), int(1)), (text("a"), int(2))])).signed();
    assert_eq!(verifier().verify(&twice, now()).unwrap_err().code().as_str(), "malformed");
}

#[test]
fn an_empty_struct_adds_nothing() {
    #[derive(Serialize)]
    struct Nothing {}
    assert_eq!(pass_with(&Nothing {}), livepermit_testkit::pass());
}

#[test]
fn claims_larger_than_a_code_are_refused_when_the_token_is_prepared() {
    let permit = permit().with_application(&BTreeMap::from([("note", "x".repeat(3000))])).unwrap();
    let error = issuer().prepare_pass(&permit, None, now()).unwrap_err();
    assert!(
        matches!(error, livepermit::issue::PrepareError::TooLong { limit: 2861, .. }),
        "{error}"
    );
}
