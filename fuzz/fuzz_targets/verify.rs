//! Behind the signatures: good tokens are edited and signed again, so that every rule of the
//! verifier is reached. What is accepted has one encoding and evidence of every check; what is
//! signed by another key is never accepted.
#![no_main]

use std::sync::LazyLock;

use ciborium::Value;
use libfuzzer_sys::fuzz_target;
use livepermit::hold::Challenge;
use livepermit::rejection::{Evidence, Malformed, Stage};
use livepermit::verify::{CredentialCache, Input as Shown};
use livepermit::{
    Context, Permit, Recipient, Rejection, RejectionCode, Token, Verified, fuzzing, inspect,
};
use livepermit_fuzz::{
    GATE, Input, NONCE, STATUS_ENTRIES, about_now, acting_permit, credential, device, edit_bytes,
    edit_tree, evidence, gates, get, issuer_key, memory, parse, pass, permit, permit_with_status,
    presented, slip, small_permit, stranger, tight,
};

/// A good token to begin with, and the credential in it.
struct Base {
    /// Which device signs it; nobody a pass or slip.
    device: Option<bool>,
    token: Token,
    credential: Option<Token>,
}

static BASES: LazyLock<Vec<Base>> = LazyLock::new(|| {
    let issued = |token| Base { device: None, token, credential: None };
    let mut bases = vec![issued(pass(&permit())), issued(pass(&small_permit())), issued(slip())];
    let permits: [fn() -> Permit; 2] = [acting_permit, small_permit];
    for p256 in [false, true] {
        for permit in permits.map(|make| make()).iter().chain([&permit()]) {
            for recipient in [
                Recipient::Anyone,
                Recipient::Gate(GATE),
                Recipient::Challenge { gate: GATE, nonce: &NONCE },
            ] {
                bases.push(Base {
                    device: Some(p256),
                    token: presented(permit, p256, recipient),
                    credential: Some(credential(permit, p256)),
                });
            }
        }
    }
    bases.push(issued(credential(&permit(), false)));
    bases
        .extend([41, 42, 43, STATUS_ENTRIES].map(|index| issued(pass(&permit_with_status(index)))));
    bases
});

static ELSEWHERE: LazyLock<Challenge> =
    LazyLock::new(|| Challenge::new("gate-4", &NONCE, about_now(20)).expect("a good nonce"));

/// The four parts, as bytes.
fn parts(base: &Base) -> Vec<Vec<u8>> {
    let tokens = [Some(&base.token), base.credential.as_ref()];
    let parts = tokens
        .into_iter()
        .flatten()
        .map(|token| fuzzing::parts(token.as_bytes()).expect("our own token"));
    parts.flatten().collect()
}

/// Who signs instead of who should.
#[derive(Clone, Copy, PartialEq)]
enum Forgery {
    None,
    Issuer,
    Device,
    Bit,
}

fn signed(base: &Base, parts: &[Vec<u8>], forgery: Forgery, input: &mut Input<'_>) -> Vec<u8> {
    let by_issuer = if forgery == Forgery::Issuer { stranger() } else { issuer_key() };
    let by_device = |p256| if forgery == Forgery::Device { stranger() } else { device(p256) };
    let mut token = match (base.device, parts) {
        (Some(p256), [header, claims, inner_header, inner_claims]) => {
            let inner = fuzzing::sign1(inner_header, inner_claims, by_issuer);
            // The inner token stands where the header has it, whatever became of the header.
            let header = match ciborium::from_reader::<Value, _>(header.as_slice()) {
                Ok(Value::Map(mut pairs)) if get(&Value::Map(pairs.clone()), 13).is_some() => {
                    for (_, value) in pairs.iter_mut().filter(|(key, _)| *key == Value::from(13)) {
                        *value = parse(&inner);
                    }
                    tight(&Value::Map(pairs))
                }
                _ => header.clone(),
            };
            fuzzing::sign1(&header, claims, by_device(p256))
        }
        (_, [header, claims, ..]) => fuzzing::sign1(header, claims, by_issuer),
        _ => unreachable!("two parts or four"),
    };
    if forgery == Forgery::Bit
        && let Some(at) = token.len().checked_sub(1 + input.below(64))
    {
        token[at] ^= 1 << input.below(8);
    }
    token
}

/// Headers are small: the credential in a presentation's is put in when it is signed.
fn shells(base: &Base) -> Vec<Vec<u8>> {
    let mut parts = parts(base);
    if base.device.is_some()
        && let Value::Map(mut pairs) = parse(&parts[0])
    {
        pairs
            .iter_mut()
            .filter(|(key, _)| *key == Value::from(13))
            .for_each(|(_, value)| *value = Value::Null);
        parts[0] = tight(&Value::Map(pairs));
    }
    parts
}

fn edited(base: &Base, input: &mut Input<'_>) -> Vec<Vec<u8>> {
    let mut parts = shells(base);
    if input.byte() % 4 != 0 {
        let mut trees: Vec<_> = parts.iter().map(|part| parse(part)).collect();
        while !input.is_empty() {
            edit_tree(&mut trees.iter_mut().collect::<Vec<_>>(), input);
        }
        return trees.iter().map(tight).collect();
    }
    while !input.is_empty() {
        edit_bytes(&mut parts.iter_mut().collect::<Vec<_>>(), input);
    }
    parts
}

/// The same verdict, in everything that can be seen of it.
fn same(one: &Result<Verified, Rejection>, other: &Result<Verified, Rejection>) {
    match (one, other) {
        (Ok(one), Ok(other)) => {
            assert_eq!(one.token_bytes(), other.token_bytes());
            assert_eq!((one.replay_key(), one.cautions()), (other.replay_key(), other.cautions()));
            assert_eq!((one.device_key(), one.key_id()), (other.device_key(), other.key_id()));
        }
        _ => assert_eq!(one.as_ref().map(|_| ()).err(), other.as_ref().map(|_| ()).err()),
    }
}

/// The first flaw lies in what was given.
fn check_place(rejection: &Rejection, bytes: &[u8]) {
    if let Evidence::Malformed(Malformed { at, .. }) = rejection.evidence() {
        assert!(at <= bytes.len());
    }
}

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let gate = &gates()[input.below(gates().len())];
    let base = &BASES[input.below(BASES.len())];
    let now = about_now(input.signed());
    let (asks, forgery) = (input.byte(), input.byte());
    let forgery = match (forgery, base.device.is_some()) {
        (0xf0..=0xf4, _) => Forgery::Issuer,
        (0xf5..=0xfa, true) => Forgery::Device,
        (0xfb.., _) => Forgery::Bit,
        _ => Forgery::None,
    };
    let mut bit = Input(input.take(if forgery == Forgery::Bit { 2 } else { 0 }));
    let parts = edited(base, &mut input);
    let bytes = signed(base, &parts, forgery, &mut bit);

    // A question is asked where the policy wants one; and now and then where it does not, or not
    // where it does.
    let question =
        gate.challenge.as_ref().or(gates()[3].challenge.as_ref()).filter(|_| {
            if asks >= 0xf0 { gate.challenge.is_none() } else { gate.challenge.is_some() }
        });
    // Or the question of another gate, by a mistake of the caller's.
    let question = if asks & 0xf0 == 0xe0 { Some(&*ELSEWHERE) } else { question };
    let context = || match question {
        Some(question) => Context::at(now).with_challenge(question),
        None => Context::at(now),
    };
    let limit = memory::CONSTANT + 4 * bytes.len();
    let verdict: Result<Verified, Rejection> =
        memory::bounded(limit, || gate.verifier.verify(&bytes, context()));
    let read = memory::bounded(limit, || Token::from_bytes(&bytes));
    assert_eq!(read.is_ok(), inspect(&bytes).is_ok());
    match &verdict {
        Ok(verified) => {
            assert!(forgery == Forgery::None, "forged");
            assert_eq!(
                fuzzing::rewrite_token(&bytes).as_deref(),
                Some(bytes.as_slice()),
                "a second encoding"
            );
            evidence::check(verified, &bytes, gate, question, now);
        }
        Err(rejection) => {
            check_place(rejection, &bytes);
            let structure = rejection.stage() == Stage::Structure
                && rejection.code() != RejectionCode::CredentialAlone;
            assert_eq!(structure, read.is_err(), "{rejection}");
            match rejection.code() {
                // Edits are signed again: an issuer's signature is bad only where it is forged.
                RejectionCode::BadSignature => {
                    assert!(matches!(forgery, Forgery::Issuer | Forgery::Bit))
                }
                RejectionCode::BadDeviceSignature => assert!(base.device.is_some()),
                _ => {}
            }
        }
    }
    if let Ok(token) = read {
        let (qr, link) = (token.to_qr_text(), token.to_link_text());
        same(&gate.verifier.verify(qr.as_str(), context()), &verdict);
        same(&gate.verifier.verify(&link, context()), &verdict);
    }

    // Every other way to a verdict leads to the same one.
    same(&gate.without_tables.verify(&bytes, context()), &verdict);
    let mut cache = CredentialCache::new(4);
    for _ in 0..2 {
        same(&gate.verifier.verify(&bytes, context().with_cache(&mut cache)), &verdict);
    }
    assert!(cache.len() <= 1 && format!("{cache:?}").contains("of 4"));
    assert!(verdict.is_err() || base.credential.is_none() || !cache.is_empty());
    let text = base.token.to_qr_text();
    let shown =
        [Shown::Bytes(&bytes), Shown::Text(&text), Shown::Text("LP1:"), Shown::Bytes(&bytes)];
    let shown = shown.map(|input| (input, now));
    for ((input, _), many) in shown.iter().zip(gate.verifier.verify_many(&shown)) {
        same(&many, &gate.verifier.verify(*input, now));
    }
    for ((input, _), many) in shown.iter().zip(gate.without_tables.verify_many(&shown)) {
        same(&many, &gate.verifier.verify(*input, now));
    }
});
