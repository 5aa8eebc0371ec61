//! What is written is read, and what is read is written again byte for byte.

use alloc::string::String;
use alloc::vec::Vec;

use ciborium::Value;
use proptest::prelude::*;

use super::application::OwnedApplication;
use super::claims::{ActingClaim, PersonClaim, StatusClaim};
use super::{
    Claims, Form, FormClaims, PresentationClaims, Shape, Unverified, write_claims,
    write_presentation_claims,
};
use crate::bytes::cbor::Writer;
use crate::bytes::cose::{self, Part};
use crate::bytes::malformed::Layer;
use crate::fuzzing::rewrite_token;
use crate::key::CoseKey;
use crate::time::Timestamp;

const MAX: u64 = Timestamp::MAX.as_unix();

/// Claims that own what [`Claims`] borrows.
#[derive(Debug, Clone)]
struct Owned {
    issuer: String,
    subject: String,
    class: String,
    audience: Option<String>,
    form: Form,
    acting: Option<(String, String)>,
    check_number: String,
    start: u64,
    length: u64,
    window: u64,
    p256: Option<bool>,
    x: [u8; 32],
    person: Option<(String, Option<String>)>,
    status: Option<(u64, String)>,
    application: OwnedApplication,
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[!-~]{1,20}", "[!-~]{1,128}"].prop_filter("means every gate", |name| name != "*")
}

fn class() -> impl Strategy<Value = String> {
    "[!-~]{0,20}:[!-~]{0,20}"
}

fn full_name() -> impl Strategy<Value = String> {
    "\\PC{1,60}".prop_filter("too long or with control characters", |name| {
        name.len() <= 256 && !name.chars().any(char::is_control)
    })
}

fn date() -> impl Strategy<Value = String> {
    let day = (0..10_000_u16, 1..=12_u8, 1..=28_u8);
    (day, prop_oneof![Just(4), Just(6), Just(8)]).prop_map(|((y, m, d), digits)| {
        alloc::format!("{y:04}{m:02}{d:02}").chars().take(digits).collect()
    })
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        proptest::collection::vec(any::<u8>(), 0..30).prop_map(Value::Bytes),
        ".{0,12}".prop_map(Value::Text),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::btree_map(".{0,5}", inner, 0..4).prop_map(|map| Value::Map(
                map.into_iter().map(|(k, v)| (Value::Text(k), v)).collect()
            )),
        ]
    })
}

fn application() -> impl Strategy<Value = OwnedApplication> {
    let text = proptest::collection::btree_map("[a-z]{3,20}", value(), 0..4);
    let integers = proptest::collection::btree_map(i64::MIN..-65_552, value(), 0..2);
    (text, integers).prop_map(|(text, integers)| {
        let text = text.into_iter().map(|(key, value)| (Value::Text(key), value));
        let integers = integers.into_iter().map(|(key, value)| (Value::from(key), value));
        OwnedApplication::encode(&Value::Map(text.chain(integers).collect())).unwrap()
    })
}

fn owned() -> impl Strategy<Value = Owned> {
    let names = (name(), name(), class(), proptest::option::of(name()));
    let form = prop_oneof![Just(Form::Pass), Just(Form::Credential), Just(Form::Slip)];
    let others = (proptest::option::of((name(), name())), "[0-9]{6,12}");
    let times = (form, 0..=MAX - 86_400, 1..=86_400_u64, 1..=86_400_u64);
    let key = (any::<Option<bool>>(), any::<[u8; 32]>());
    let person = proptest::option::of((full_name(), proptest::option::of(date())));
    let status = proptest::option::of((any::<u64>(), name()));
    (names, times, key, person, status, application(), others).prop_map(
        |(
            (issuer, subject, class, audience),
            (form, start, length, window),
            (p256, x),
            person,
            status,
            application,
            (acting, check_number),
        )| Owned {
            issuer,
            subject,
            class,
            audience,
            form,
            acting,
            check_number,
            start,
            length,
            window,
            p256,
            x,
            // A slip names a person and a status.
            person: person.or_else(|| (form == Form::Slip).then(|| ("Wang Fang".into(), None))),
            status: status
                .or_else(|| (form == Form::Slip).then(|| (7, "https://s.bj.example/1".into()))),
            application,
        },
    )
}

fn time(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

impl Owned {
    fn claims(&self) -> Claims<'_> {
        let expires = time(self.start + self.length);
        let device_key = match self.p256 {
            Some(y_is_odd) => CoseKey::P256 { x: &self.x, y_is_odd },
            None => CoseKey::Ed25519 { x: &self.x },
        };
        let start = time(self.start);
        let acting = self.acting.as_ref();
        let form = match self.form {
            Form::Pass => {
                FormClaims::Pass { audience: self.audience.as_deref(), issued_at: start, expires }
            }
            Form::Slip => {
                FormClaims::Slip { not_before: start, expires, check_number: &self.check_number }
            }
            _ => FormClaims::Credential {
                not_before: start,
                expires,
                window: self.window,
                device_key,
                acting: acting.map(|(role, representative)| ActingClaim { role, representative }),
            },
        };
        Claims {
            issuer: &self.issuer,
            subject: &self.subject,
            class: &self.class,
            form,
            person: self.person.as_ref().map(|(full_name, birth_date)| PersonClaim {
                full_name,
                birth_date: birth_date.as_deref(),
            }),
            status: self.status.as_ref().map(|(index, uri)| StatusClaim { index: *index, uri }),
            application: self.application.as_claims(),
        }
    }

    /// A whole token of these claims, with any algorithm, key id and signature.
    fn token(&self, algorithm: i64, kid: &[u8], signature: &[u8; 64]) -> Vec<u8> {
        let mut header = Writer::new();
        header.map(3).integer(1).integer(algorithm).integer(4).bytes(kid).integer(16);
        match self.form {
            Form::Pass => header.text("application/vnd.lpp+cwt"),
            Form::Slip => header.text("application/vnd.lps+cwt"),
            _ => header.unsigned(293),
        };
        cose::write(&header.into_bytes(), &write_claims(&self.claims()), signature)
    }
}

fn presented(credential: &[u8], claims: &PresentationClaims<'_>, signature: &[u8; 64]) -> Vec<u8> {
    let mut header = Writer::new();
    header.map(3).integer(1).integer(-19).integer(13).raw(credential).integer(16).unsigned(294);
    cose::write(&header.into_bytes(), &write_presentation_claims(claims), signature)
}

fn part(bytes: &[u8]) -> Part<'_> {
    Part { bytes, offset: 0 }
}

fn signature() -> impl Strategy<Value = [u8; 64]> {
    proptest::collection::vec(any::<u8>(), 64).prop_map(|bytes| bytes.try_into().unwrap())
}

/// Up to three bytes of a token, replaced, put in or left out.
fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    proptest::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>()), 1..4)
}

fn altered(mut bytes: Vec<u8>, changes: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    for (place, kind, byte) in changes {
        let place = place.index(bytes.len());
        match kind {
            0 => bytes[place] = *byte,
            1 => bytes[place] ^= 1 << (byte % 8),
            2 => bytes.insert(place, *byte),
            _ => {
                bytes.remove(place);
            }
        }
    }
    bytes
}

proptest! {
    #[test]
    fn claims_come_back(owned in owned()) {
        let claims = owned.claims();
        let written = write_claims(&claims);
        let read = Claims::read(owned.form, part(&written), Layer::Payload);
        prop_assert_eq!(read.map(|(claims, _)| claims), Ok(claims));
    }

    #[test]
    fn claims_that_are_read_are_written_the_same(owned in owned(), changes in changes(), pass in any::<bool>()) {
        let bytes = altered(write_claims(&owned.claims()), &changes);
        let form = if pass { Form::Pass } else { Form::Credential };
        if let Ok((claims, _)) = Claims::read(form, part(&bytes), Layer::Payload) {
            prop_assert_eq!(write_claims(&claims), bytes);
        }
    }

    #[test]
    fn presentation_claims_come_back(
        audience in prop_oneof![Just(String::from("*")), name()],
        issued_at in 0..=MAX,
        nonce in proptest::option::of(proptest::collection::vec(any::<u8>(), 6..=32)),
        changes in changes(),
    ) {
        let claims =
            PresentationClaims { audience: &audience, issued_at: time(issued_at), nonce: nonce.as_deref() };
        let written = write_presentation_claims(&claims);
        let read = PresentationClaims::read(part(&written), Layer::Payload);
        prop_assert_eq!(read.map(|(claims, _)| claims), Ok(claims));
        let bytes = altered(written, &changes);
        if let Ok((claims, _)) = PresentationClaims::read(part(&bytes), Layer::Payload) {
            prop_assert_eq!(write_presentation_claims(&claims), bytes);
        }
    }

    #[test]
    fn tokens_come_back(
        owned in owned(),
        algorithm in any::<i64>(),
        kid in proptest::collection::vec(any::<u8>(), 1..=32),
        signature in signature(),
        issued_at in 0..=MAX,
        changes in changes(),
    ) {
        let mut token = owned.token(algorithm, &kid, &signature);
        if owned.form == Form::Credential {
            let claims = PresentationClaims { audience: "*", issued_at: time(issued_at), nonce: None };
            let shown = presented(&token, &claims, &signature);
            let read = Unverified::from_bytes(&shown).unwrap();
            prop_assert!(matches!(read.shape(), Shape::Presentation(_)));
            prop_assert_eq!(rewrite_token(&shown), Some(shown.clone()));
            let bytes = altered(shown, &changes);
            if let Some(again) = rewrite_token(&bytes) {
                prop_assert_eq!(again, bytes);
            }
        }
        prop_assert_eq!(rewrite_token(&token), Some(token.clone()));
        token = altered(token, &changes);
        if let Some(again) = rewrite_token(&token) {
            prop_assert_eq!(again, token);
        }
    }

    #[test]
    fn random_bytes_in_the_shape_of_a_token_are_refused_or_come_back(
        protected in proptest::collection::vec(any::<u8>(), 0..60),
        payload in proptest::collection::vec(any::<u8>(), 0..60),
        signature in signature(),
    ) {
        let bytes = cose::write(&protected, &payload, &signature);
        if let Some(again) = rewrite_token(&bytes) {
            prop_assert_eq!(again, bytes);
        }
    }
}
