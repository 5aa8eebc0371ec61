//! Verification as a gate runs it: text in, verdict out, beside the bare signature check that it cannot do without.
#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a bench that cannot start has nothing to measure"
)]

use core::hint::black_box;
use std::collections::BTreeMap;

use criterion::{Criterion, criterion_group, criterion_main};
use ed25519_dalek::{Signature, SigningKey};
use livepermit::{
    AudiencePolicy, Code, Holder, Issuer, MAX_TOKEN_BYTES, Permit, Policy, Recipient, Revocation, SecretKey,
    StatusReference, Timestamp, Token, Trust, TrustedKey, Use, Validity, Verifier,
};

const ISSUER: &str = "bj.example";
const CLASS: &str = "bj.example:residence";

fn now() -> Timestamp {
    Timestamp::from_unix(1_790_000_000).unwrap()
}

fn issuer_key() -> SecretKey {
    SecretKey::from_ed25519_seed(&[1; 32])
}

fn issuer() -> Issuer {
    Issuer::new(ISSUER, issuer_key().public_key()).unwrap()
}

fn trust() -> Trust {
    let uses = [Use::Pass, Use::Credential];
    Trust::new([TrustedKey::new(ISSUER, issuer_key().public_key(), uses, [CLASS]).unwrap()]).unwrap()
}

fn verifier() -> Verifier {
    let policy = Policy::new(AudiencePolicy::OwnOrAny("gate-3".into()), [CLASS], Revocation::NotChecked);
    Verifier::new(trust(), policy).unwrap()
}

fn permit() -> Permit {
    Permit::new("BJ-7F3A9C2E", CLASS).unwrap()
}

fn pass(permit: &Permit) -> Token {
    issuer().prepare_pass(permit, None, now()).unwrap().sign(&issuer_key()).unwrap()
}

fn presentation(device: &SecretKey) -> Token {
    let permit = permit().with_status(StatusReference::new("https://s.bj.example/1", 21_893_095).unwrap());
    let credential = issuer()
        .prepare_credential(&permit, &device.public_key(), Validity::default(), now())
        .unwrap()
        .sign(&issuer_key())
        .unwrap();
    let mut holder = Holder::new(device.public_key());
    holder.accept(credential.as_bytes(), &trust(), now()).unwrap();
    holder.prepare(Recipient::Anyone, now()).unwrap().sign(device).unwrap()
}

/// The largest token there is: one long application claim.
fn largest() -> Token {
    let with =
        |length: usize| permit().with_application(&BTreeMap::from([("note", "x".repeat(length))])).unwrap();
    let overhead = pass(&with(2000)).as_bytes().len() - 2000;
    let largest = pass(&with(MAX_TOKEN_BYTES - overhead));
    assert_eq!(largest.as_bytes().len(), MAX_TOKEN_BYTES);
    largest
}

fn verify(c: &mut Criterion) {
    let verifier = verifier();
    let mut group = c.benchmark_group("verify");

    // The baseline: the signature of the same pass and nothing else.
    let prepared = issuer().prepare_pass(&permit(), None, now()).unwrap();
    let pass = pass(&permit());
    let key = SigningKey::from_bytes(&[1; 32]).verifying_key();
    let signature = Signature::from_slice(&pass.as_bytes()[pass.as_bytes().len() - 64..]).unwrap();
    group.bench_function("baseline: verify_strict", |b| {
        b.iter(|| {
            black_box(&key).verify_strict(black_box(prepared.message()), black_box(&signature)).unwrap()
        });
    });

    for (name, token) in [
        ("pass", pass.clone()),
        ("presentation, Ed25519", presentation(&SecretKey::from_ed25519_seed(&[2; 32]))),
        ("presentation, P-256", presentation(&SecretKey::from_p256_scalar(&[2; 32]).unwrap())),
        ("largest token", largest()),
    ] {
        let text = token.to_qr_text();
        group.bench_function(name, |b| {
            b.iter(|| verifier.verify(black_box(&text), black_box(now())).unwrap());
        });
    }

    // A picture shown too late is refused by one of the last checks, behind every signature.
    let text = pass.to_qr_text();
    let late = now().plus(31);
    assert_eq!(verifier.verify(&text, late).unwrap_err().code(), Code::Stale);
    group.bench_function("stale pass", |b| {
        b.iter(|| verifier.verify(black_box(&text), black_box(late)).unwrap_err());
    });

    // What is no token costs no signature check, however long it is and wherever it goes wrong.
    let garbage = "LP1:".to_owned() + &"0".repeat(4290);
    let cut = &text[..text.len() - 3];
    let untrusted = Verifier::new(Trust::new([]).unwrap(), verifier.policy().clone()).unwrap();
    assert_eq!(verifier.verify(&garbage, now()).unwrap_err().code(), Code::Malformed);
    assert_eq!(verifier.verify(cut, now()).unwrap_err().code(), Code::Malformed);
    assert_eq!(untrusted.verify(&text, now()).unwrap_err().code(), Code::UnknownKey);
    group.bench_function("garbage of full length", |b| {
        b.iter(|| verifier.verify(black_box(&garbage), black_box(now())).unwrap_err());
    });
    group.bench_function("pass cut short", |b| {
        b.iter(|| verifier.verify(black_box(cut), black_box(now())).unwrap_err());
    });
    group.bench_function("pass of an unknown key", |b| {
        b.iter(|| untrusted.verify(black_box(&text), black_box(now())).unwrap_err());
    });
    group.finish();
}

fn parse(c: &mut Criterion) {
    let mut group = c.benchmark_group("read");
    for (name, token) in [
        ("pass", pass(&permit())),
        ("presentation", presentation(&SecretKey::from_ed25519_seed(&[2; 32]))),
        ("largest token", largest()),
    ] {
        let (qr, link) = (token.to_qr_text(), token.to_link_text());
        group.bench_function(format!("{name}, QR text"), |b| {
            b.iter(|| Token::from_text(black_box(&qr)).unwrap())
        });
        group.bench_function(format!("{name}, link"), |b| {
            b.iter(|| Token::from_text(black_box(&link)).unwrap())
        });
        group.bench_function(format!("{name}, bytes"), |b| {
            b.iter(|| Token::from_bytes(black_box(token.as_bytes())).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, verify, parse);
criterion_main!(benches);
