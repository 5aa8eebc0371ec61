//! A job for each library: the text of a token in, whether it is good out.

use std::hint::black_box;
use std::time::{SystemTime, UNIX_EPOCH};

use ed25519_dalek::SigningKey;
use livepermit::{
    Issuer, Permit, Policy, RevocationPolicy, SecretKey, Timestamp, Token, Trust, TrustedKey, Use,
    Verifier,
};
use serde::{Deserialize, Serialize};

use livepermit_measure::Job;

const ISSUER: &str = "bj.example";
const SUBJECT: &str = "BJ-7F3A9C2E";
const CLASS: &str = "bj.example:residence";
const SEED: [u8; 32] = [1; 32];
const NOW: u64 = 1_790_000_000;
/// A clock ahead of the gate's.
const SKEW: u64 = 5;
const DAY: u64 = 86_400;

fn key() -> SigningKey {
    SigningKey::from_bytes(&SEED)
}

fn clock() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A job that says yes, which is made sure of here.
fn job(name: &str, mut verify: impl FnMut() -> bool + Send + 'static) -> Job<'static> {
    assert!(verify(), "{name}");
    Job::new(name, verify)
}

fn pass() -> Token {
    let key = SecretKey::from_ed25519_seed(&SEED);
    let issuer = Issuer::new(ISSUER, key.public_key()).unwrap();
    let now = Timestamp::from_unix(NOW).unwrap();
    issuer
        .prepare_pass(&Permit::new(SUBJECT, CLASS).unwrap(), None, now)
        .unwrap()
        .sign(&key)
        .unwrap()
}

pub(crate) fn livepermit(name: &str, tables: Option<usize>) -> Job<'static> {
    let public = SecretKey::from_ed25519_seed(&SEED).public_key();
    let mut trust =
        Trust::new([TrustedKey::new(ISSUER, public, [Use::Pass], [CLASS]).unwrap()]).unwrap();
    if let Some(bytes) = tables {
        trust = trust.with_tables(bytes);
    }
    let policy = Policy::new("gate-3", [CLASS], RevocationPolicy::NotChecked);
    let verifier = Verifier::new(trust, policy).unwrap();
    let (text, now) = (pass().to_qr_text(), Timestamp::from_unix(NOW).unwrap());
    job(name, move || verifier.verify(black_box(&text), black_box(now)).is_ok())
}

/// `base45`, `coset` and `verify_strict`, on the very text of our pass. `coset`'s own type for
/// claims knows no `vct` (11) and refuses it, so the claims are read with `ciborium`.
pub(crate) fn coset() -> Job<'static> {
    use coset::cbor::value::Value;
    use coset::{Algorithm, CoseSign1, TaggedCborSerializable as _, iana};

    let text = pass().to_qr_text();
    let key = key().verifying_key();
    let verify = move |text: &str| -> Option<bool> {
        let bytes = base45::decode(text.strip_prefix("LP1:")?).ok()?;
        let sign1 = CoseSign1::from_tagged_slice(&bytes).ok()?;
        if sign1.protected.header.alg != Some(Algorithm::Assigned(iana::Algorithm::Ed25519)) {
            return None;
        }
        sign1
            .verify_signature(b"", |signature, message| {
                key.verify_strict(message, &ed25519_dalek::Signature::from_slice(signature)?)
            })
            .ok()?;
        let claims: Value = ciborium::from_reader(sign1.payload.as_deref()?).ok()?;
        let claims = claims.into_map().ok()?;
        let claim = |label: i64| {
            claims.iter().find(|(key, _)| *key == Value::from(label)).map(|(_, value)| value)
        };
        let seconds = |label| claim(label)?.as_integer()?.try_into().ok();
        let (issued_at, expires): (u64, u64) = (seconds(6)?, seconds(4)?);
        let now = black_box(NOW);
        Some(
            claim(1)?.as_text() == Some(ISSUER)
                && claim(2)?.as_text().is_some()
                && claim(11)?.as_text() == Some(CLASS)
                && issued_at <= now + SKEW
                && now < expires,
        )
    };
    job("`base45`, `coset`, `verify_strict`", move || verify(black_box(&text)) == Some(true))
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    vct: String,
    iat: u64,
    exp: u64,
}

pub(crate) fn jsonwebtoken() -> Job<'static> {
    use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};

    let claims = Claims {
        iss: ISSUER.into(),
        sub: SUBJECT.into(),
        vct: CLASS.into(),
        iat: clock(),
        exp: clock() + DAY,
    };
    // PKCS #8 as RFC 8410 has it, version 1.
    let pkcs8 =
        [[48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32].as_slice(), SEED.as_slice()]
            .concat();
    let text =
        encode(&Header::new(Algorithm::EdDSA), &claims, &EncodingKey::from_ed_der(&pkcs8)).unwrap();
    let key = DecodingKey::from_ed_der(key().verifying_key().as_bytes());
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.leeway = 0;
    rules.set_issuer(&[ISSUER]);
    rules.set_required_spec_claims(&["iss", "sub", "exp"]);
    job("`jsonwebtoken` EdDSA (AWS-LC)", move || {
        decode::<Claims>(black_box(&text), &key, &rules)
            .is_ok_and(|token| token.claims.vct == CLASS && token.claims.iat <= clock() + SKEW)
    })
}

pub(crate) fn pasetors() -> Job<'static> {
    use pasetors::claims::{Claims, ClaimsValidationRules};
    use pasetors::keys::{AsymmetricPublicKey, AsymmetricSecretKey};
    use pasetors::token::UntrustedToken;
    use pasetors::version4::V4;
    use pasetors::{Public, public};

    let secret = AsymmetricSecretKey::<V4>::from(&key().to_keypair_bytes()).unwrap();
    let key = AsymmetricPublicKey::<V4>::from(key().verifying_key().as_bytes()).unwrap();
    let mut claims = Claims::new_expires_in(&std::time::Duration::from_secs(DAY)).unwrap();
    claims.issuer(ISSUER).unwrap();
    claims.subject(SUBJECT).unwrap();
    claims.add_additional("vct", CLASS).unwrap();
    let text = public::sign(&secret, &claims, None, None).unwrap();
    let mut rules = ClaimsValidationRules::new();
    rules.validate_issuer_with(ISSUER);
    job("`pasetors` v4.public", move || {
        UntrustedToken::<Public, V4>::try_from(black_box(text.as_str()))
            .and_then(|token| public::verify(&key, &token, &rules, None, None))
            .is_ok_and(|token| {
                let class = token.payload_claims().and_then(|claims| claims.get_claim("vct"));
                class.and_then(|class| class.as_str()) == Some(CLASS)
            })
    })
}

pub(crate) fn biscuit() -> Job<'static> {
    use biscuit_auth::{
        Algorithm, AuthorizerBuilder, AuthorizerLimits, Biscuit, KeyPair, PrivateKey,
    };

    let pair = KeyPair::from(&PrivateKey::from_bytes(&SEED, Algorithm::Ed25519).unwrap());
    let expires = humantime(clock() + DAY);
    let facts = format!(
        "issuer(\"{ISSUER}\"); subject(\"{SUBJECT}\"); class(\"{CLASS}\"); check if time($now), $now < {expires};"
    );
    let text = Biscuit::builder().code(facts).unwrap().build(&pair).unwrap().to_base64().unwrap();
    // What does not depend on the token is parsed once. Its limit of 1 ms is too short to be
    // counted in instructions.
    let limits = AuthorizerLimits {
        max_time: std::time::Duration::from_secs(10),
        ..AuthorizerLimits::default()
    };
    let rules = AuthorizerBuilder::new()
        .code(format!("allow if issuer(\"{ISSUER}\"), class(\"{CLASS}\"), subject($subject);"))
        .unwrap()
        .set_limits(limits);
    let key = pair.public();
    job("`biscuit-auth`", move || {
        Biscuit::from_base64(black_box(&text), key)
            .and_then(|token| rules.clone().time().build(&token)?.authorize())
            .is_ok()
    })
}

/// A time as RFC 3339 has it, in UTC (civil from days, after Howard Hinnant).
fn humantime(seconds: u64) -> String {
    let (days, second) = (seconds / DAY + 719_468, seconds % DAY);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!(
        "{year}-{month:02}-{of_month:02}T{:02}:{:02}:{:02}Z",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}
