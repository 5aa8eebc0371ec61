//! What a verdict costs in memory: a refusal nothing, an accepted token one allocation, for the
//! bytes that the verdict keeps.

use std::collections::BTreeSet;
use std::sync::Arc;

use allocation_counter::measure;
use livepermit::hold::Challenge;
use livepermit::issue::{Acting, StatusListBuilder, StatusReference, TrustListBuilder};
use livepermit::rejection::Stage;
use livepermit::status::{StatusLimits, StatusList, StatusValue};
use livepermit::trust::TrustAnchor;
use livepermit::verify::{ChallengePolicy, CredentialCache, Input};
use livepermit::{
    Context, Form, Holder, Issuer, Permit, Policy, PublicKey, Recipient, RejectionCode,
    RevocationPolicy, SecretKey, Timestamp, Token, Trust, Use, Validity, Verifier,
};

use livepermit_testkit::hand::cbor;
use livepermit_testkit::hand::{ALG, Hand, IAT, ISS, KID, NBF, Signer, TYP, VCT, time};
use livepermit_testkit::{
    CLASS, GATE, ISSUER, NOW, at, credential, ed25519_device, every_token, issuer_key, now,
    p256_device, pass, permit, policy, presentation, presentation_to, status_list, trust,
    trust_list, trusted_key, verifier, verifier_trusting, verifier_with,
};

/// Something to be refused, and what it is refused as.
struct Refusal {
    code: RejectionCode,
    verifier: Verifier,
    shown: Shown,
    now: Timestamp,
    challenge: Option<Challenge>,
}

enum Shown {
    Bytes(Vec<u8>),
    Text(String),
}

impl Shown {
    fn as_input(&self) -> Input<'_> {
        match self {
            Self::Bytes(bytes) => bytes.into(),
            Self::Text(text) => text.into(),
        }
    }
}

impl From<Vec<u8>> for Shown {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Token> for Shown {
    fn from(token: Token) -> Self {
        Self::Text(token.to_qr_text())
    }
}

impl From<&str> for Shown {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// Refused by the verifier of the tests, now.
fn plain(code: RejectionCode, shown: impl Into<Shown>) -> Refusal {
    by(code, verifier(), shown)
}

fn by(code: RejectionCode, verifier: Verifier, shown: impl Into<Shown>) -> Refusal {
    Refusal { code, verifier, shown: shown.into(), now: now(), challenge: None }
}

impl Refusal {
    fn at(mut self, seconds: u64) -> Self {
        self.now = at(seconds);
        self
    }

    fn asked(mut self, challenge: Challenge) -> Self {
        self.challenge = Some(challenge);
        self
    }
}

fn credential_with(change: impl FnOnce(Hand) -> Hand) -> Vec<u8> {
    change(Hand::credential(&ed25519_device())).presented()
}

fn structure() -> Vec<Refusal> {
    let full = "LP1:".to_string() + &"0".repeat(4290);
    let pass = pass().to_qr_text();
    let mut cases = vec![
        plain(RejectionCode::Empty, ""),
        plain(RejectionCode::TooLong, vec![0; 2862]),
        plain(RejectionCode::TooLong, "A".repeat(4297).as_str()),
        plain(RejectionCode::NotOurs, "https://example.com/"),
        plain(RejectionCode::OtherVersion, "LP2:BB8"),
        plain(RejectionCode::Malformed, b"hello".to_vec()),
        plain(RejectionCode::Malformed, "LP1:BB8"),
        plain(RejectionCode::Malformed, full.as_str()),
        plain(RejectionCode::Malformed, "0oR!"),
        plain(RejectionCode::UnknownType, Hand::pass().header(TYP, cbor::int(61)).signed()),
        plain(RejectionCode::CredentialAlone, credential(&ed25519_device())),
        // Items in items, up to the largest token.
        plain(RejectionCode::Malformed, [&[0xd2, 0x84][..], &cbor::nested(2000, &[0])].concat()),
    ];
    // A pass cut short after each character.
    for (length, _) in pass.char_indices().skip(1) {
        let cut = pass.split_at(length).0;
        let code = match length {
            1..=3 => RejectionCode::NotOurs,
            _ => RejectionCode::Malformed,
        };
        cases.push(plain(code, cut));
    }
    cases
}

fn keys_and_signatures() -> Vec<Refusal> {
    let no_keys = Verifier::new(Trust::new([]).unwrap(), policy()).unwrap();
    let other_class = "bj.example:visitor";
    let with_uses = |uses: &[Use]| {
        let key = issuer_key().public_key();
        let key = livepermit::TrustedKey::new(ISSUER, key, uses.iter().copied(), [CLASS]);
        verifier_trusting([key.unwrap()])
    };
    let times = |from, until, expires| {
        verifier_trusting([trusted_key().with_times(at(from), at(until), at(expires)).unwrap()])
    };
    let no_point = Hand::credential_for(&off_the_curve()).signed();
    let signed = Hand::credential(&ed25519_device()).signed();
    let p256 = Hand::credential(&p256_device()).signed();
    let mut high = Hand::pass().signed();
    // s of 2^255 and more
    *high.last_mut().unwrap() |= 0x80;
    vec![
        by(RejectionCode::TrustListExpired, list_ended(), pass()).at(NOW + 1000),
        by(RejectionCode::UnknownKey, no_keys, pass()),
        plain(RejectionCode::UnknownKey, Hand::pass().header(KID, cbor::bytes(&[9; 8])).signed()),
        plain(RejectionCode::AlgorithmMismatch, Hand::pass().header(ALG, cbor::int(-8)).signed()),
        plain(RejectionCode::BadSignature, Hand::pass().by(Signer::ed25519(9)).signed()),
        plain(RejectionCode::BadSignature, high),
        by(RejectionCode::BadSignature, untabled(), Hand::pass().by(Signer::ed25519(9)).signed()),
        plain(
            RejectionCode::BadSignature,
            credential_with(|credential| credential.by(Signer::ed25519(9))),
        ),
        plain(RejectionCode::BadDeviceKey, Hand::p256_presentation(&no_point).signed()),
        plain(
            RejectionCode::BadDeviceSignature,
            Hand::presentation(&signed).by(Signer::ed25519(9)).signed(),
        ),
        plain(
            RejectionCode::BadDeviceSignature,
            Hand::p256_presentation(&p256).by(Signer::p256(9)).signed(),
        ),
        plain(
            RejectionCode::IssuerMismatch,
            Hand::pass().claim(ISS, cbor::text("sh.example")).signed(),
        ),
        plain(
            RejectionCode::ClassNotGranted,
            Hand::pass().claim(VCT, cbor::text(other_class)).signed(),
        ),
        by(RejectionCode::UseNotGranted, with_uses(&[Use::Credential]), pass()),
        by(RejectionCode::UseNotGranted, with_uses(&[Use::Pass]), presentation(&ed25519_device())),
        by(RejectionCode::KeyNotYetValid, times(NOW + 1, NOW + 2, NOW + 2), pass()),
        by(RejectionCode::KeyRetired, times(0, NOW, NOW + 100), pass()),
        by(RejectionCode::KeyExpired, times(0, NOW + 1, NOW + 1), pass()).at(NOW + 1),
    ]
}

fn untabled() -> Verifier {
    Verifier::new(trust().with_tables(0), policy()).unwrap()
}

/// The trust of a signed list that lives for 1,000 s.
fn list_ended() -> Verifier {
    let root = SecretKey::from_ed25519_seed(&[8; 32]);
    let list = TrustListBuilder::new("keys.example", 1, [trusted_key()]).unwrap();
    let list = trust_list(&list, &root, now(), at(NOW + 1000));
    let mut anchor = TrustAnchor::new("keys.example", [root.public_key()], 0).unwrap();
    let trust = anchor.accept(&list, now(), 5).unwrap().trust().clone();
    Verifier::new(trust, policy()).unwrap()
}

/// An x that no point of P-256 has, as `COSE_Key`.
fn off_the_curve() -> Vec<u8> {
    let x = (1..=u8::MAX).find_map(|low| {
        let mut x = [0; 32];
        x[31] = low;
        PublicKey::from_sec1_bytes(&[&[2], x.as_slice()].concat()).is_err().then_some(x)
    });
    cbor::map(&[
        (cbor::int(1), cbor::int(2)),
        (cbor::int(-1), cbor::int(1)),
        (cbor::int(-2), cbor::bytes(&x.unwrap())),
        (cbor::int(-3), cbor::FALSE.to_vec()),
    ])
}

fn times_and_policy() -> Vec<Refusal> {
    let shown = || presentation(&ed25519_device());
    let young = verifier_with(policy().with_max_credential_age(299));
    let early = Hand::credential(&ed25519_device()).claim(NBF, time(NOW)).signed();
    let early = Hand::presentation(&early).claim(IAT, time(NOW - 1)).signed();
    let challenge = |until| Challenge::new(GATE, &[7; 16], at(until)).unwrap();
    let required = || verifier_with(policy().with_challenge(ChallengePolicy::Required));
    let answer = |nonce: &[u8]| {
        presentation_to(&ed25519_device(), Recipient::Challenge { gate: GATE, nonce })
    };
    let other_class = Policy::new(GATE, ["bj.example:visitor"], RevocationPolicy::NotChecked);
    let acting = permit().with_acting(Acting::new("guardian", "BJ-GUARDIAN").unwrap());
    vec![
        plain(RejectionCode::NotYetValid, shown()).at(NOW - 301),
        plain(RejectionCode::Expired, shown()).at(NOW + 86_400),
        by(RejectionCode::CredentialTooOld, young, shown()),
        plain(RejectionCode::TimesOutOfOrder, early),
        plain(RejectionCode::FromTheFuture, pass()).at(NOW - 6),
        plain(RejectionCode::Stale, pass()).at(NOW + 30),
        plain(RejectionCode::Stale, shown()).at(NOW + 30),
        plain(
            RejectionCode::WrongAudience,
            presentation_to(&ed25519_device(), Recipient::Gate("gate-4")),
        ),
        by(RejectionCode::ChallengeMissing, required(), pass()).asked(challenge(NOW + 60)),
        plain(RejectionCode::ChallengeUnexpected, answer(&[7; 16])),
        by(RejectionCode::ChallengeMismatch, required(), answer(&[8; 16]))
            .asked(challenge(NOW + 60)),
        by(RejectionCode::ChallengeExpired, required(), answer(&[7; 16])).asked(challenge(NOW)),
        by(RejectionCode::ChallengeNotSupplied, required(), answer(&[7; 16])),
        by(
            RejectionCode::FormNotAccepted,
            verifier_with(policy().with_forms([Form::Presentation])),
            pass(),
        ),
        by(RejectionCode::ClassNotAccepted, verifier_with(other_class), pass()),
        plain(RejectionCode::ActingNotAccepted, presented(&acting)),
    ]
}

const URI: &str = "https://s.bj.example/1";

/// A presentation of this permit.
fn presented(permit: &Permit) -> Token {
    let device = ed25519_device();
    let issuer = Issuer::new(ISSUER, issuer_key().public_key()).unwrap();
    let credential = issuer
        .prepare_credential(permit, &device.public_key(), Validity::default(), now())
        .unwrap()
        .sign(&issuer_key())
        .unwrap();
    let mut holder = Holder::new(device.public_key());
    holder.accept(credential.as_bytes(), &trust(), now()).unwrap();
    holder.prepare(Recipient::Anyone, now()).unwrap().sign(&device).unwrap()
}

fn with_entry(index: u64) -> Token {
    presented(&permit().with_status(StatusReference::new(URI, index).unwrap()))
}

/// A gate that wants lists of at most this age, and holds one of 64 entries, which lives for 100 s.
fn gate_with_list(max_age: u64) -> Verifier {
    let uses = [Use::Credential, Use::Pass, Use::Status];
    let key =
        livepermit::TrustedKey::new(ISSUER, issuer_key().public_key(), uses, [CLASS]).unwrap();
    let trust = Trust::new([key]).unwrap();
    let mut list = StatusListBuilder::new(URI, 4, 64).unwrap();
    for (index, value) in
        [(1, StatusValue::Revoked), (2, StatusValue::Suspended), (3, StatusValue::from(3))]
    {
        list.set(index, value).unwrap();
    }
    let list = status_list(&list, now(), at(NOW + 100));
    let list =
        StatusList::accept(&list, &trust, now(), 5, |_, _| None, StatusLimits::default()).unwrap();
    Verifier::new(trust, with_revocation(max_age)).unwrap().with_status_lists([Arc::new(list)])
}

fn with_revocation(max_age: u64) -> Policy {
    let revocation = RevocationPolicy::Required { max_age, grace: 0 };
    Policy::new(GATE, [CLASS], revocation).with_window(86_400)
}

fn status() -> Vec<Refusal> {
    let no_list = verifier_with(with_revocation(3600));
    // Shown when the list has aged, and so dated then.
    let later = |seconds: u64| {
        let credential = permit().with_status(StatusReference::new(URI, 0).unwrap());
        let device = ed25519_device();
        let issuer = Issuer::new(ISSUER, issuer_key().public_key()).unwrap();
        let credential = issuer.prepare_credential(
            &credential,
            &device.public_key(),
            Validity::default(),
            now(),
        );
        let credential = credential.unwrap().sign(&issuer_key()).unwrap();
        let mut holder = Holder::new(device.public_key());
        holder.accept(credential.as_bytes(), &trust(), now()).unwrap();
        holder.prepare(Recipient::Anyone, at(NOW + seconds)).unwrap().sign(&device).unwrap()
    };
    vec![
        by(RejectionCode::StatusMissing, gate_with_list(3600), presentation(&ed25519_device())),
        by(RejectionCode::StatusListUnknown, no_list, with_entry(0)),
        by(RejectionCode::StatusListExpired, gate_with_list(3600), later(100)).at(NOW + 100),
        by(RejectionCode::StatusListTooOld, gate_with_list(50), later(50)).at(NOW + 50),
        by(RejectionCode::StatusIndexOutOfRange, gate_with_list(3600), with_entry(64)),
        by(RejectionCode::Revoked, gate_with_list(3600), with_entry(1)),
        by(RejectionCode::Suspended, gate_with_list(3600), with_entry(2)),
        by(RejectionCode::StatusNotValid, gate_with_list(3600), with_entry(3)),
    ]
}

#[test]
fn a_refusal_allocates_nothing() {
    let mut seen = BTreeSet::new();
    let mut cache = CredentialCache::new(8);
    for case in
        [structure(), keys_and_signatures(), times_and_policy(), status()].into_iter().flatten()
    {
        let input = case.shown.as_input();
        // Without a cache, with one that has not seen the credential and with one that may have.
        for with_cache in [false, true, true] {
            let mut context = Context::at(case.now);
            if let Some(challenge) = &case.challenge {
                context = context.with_challenge(challenge);
            }
            if with_cache {
                context = context.with_cache(&mut cache);
            }
            let mut verdict = None;
            let used = measure(|| verdict = Some(case.verifier.verify(input, context)));
            let rejection = verdict.unwrap().unwrap_err();
            assert_eq!(rejection.code(), case.code, "{rejection}");
            assert_eq!(used.count_total, 0, "{}: {used:?}", case.code);
            seen.insert(case.code);
        }
    }
    let missing: Vec<_> = RejectionCode::ALL
        .iter()
        .filter(|code| code.stage() != Stage::Admission && !seen.contains(code))
        .collect();
    assert!(missing.is_empty(), "without a case: {missing:?}");
}

#[test]
fn an_accepted_token_allocates_once() {
    let with_status = gate_with_list(3600);
    let mut cases: Vec<(&str, Verifier, Token)> =
        every_token().into_iter().map(|(name, token)| (name, verifier(), token)).collect();
    cases.push(("without tables", untabled(), pass()));
    cases.push(("with a status", with_status, with_entry(0)));
    for (name, verifier, token) in cases {
        let (qr, link) = (token.to_qr_text(), token.to_link_text());
        let mut cache = CredentialCache::new(8);
        for input in [Input::from(&qr), Input::from(&link), Input::from(&token)] {
            for with_cache in [false, true, true] {
                let context = Context::at(now());
                let context = if with_cache { context.with_cache(&mut cache) } else { context };
                let mut verdict = None;
                let used = measure(|| verdict = Some(verifier.verify(input, context)));
                let verified = verdict.unwrap().unwrap();
                assert_eq!(used.count_total, 1, "{name}: {used:?}");
                assert_eq!(verified.token_bytes(), token.as_bytes());
            }
        }
        assert_eq!(
            cache.is_empty(),
            !name.starts_with("presentation") && !name.starts_with("with a")
        );
    }
}
