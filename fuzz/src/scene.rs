//! Keys, permits and gates, the same in every run.

use std::sync::{Arc, LazyLock};

use livepermit::hold::Challenge;
use livepermit::issue::{Acting, Person, StatusListBuilder, StatusReference, TrustListBuilder};
use livepermit::status::{StatusLimits, StatusList, StatusValue};
use livepermit::trust::TrustAnchor;
use livepermit::verify::{ActingPolicy, ChallengePolicy};
use livepermit::{
    AudiencePolicy, Form, Holder, Issuer, Permit, Policy, Recipient, RevocationPolicy, SecretKey,
    Timestamp, Token, Trust, TrustedKey, Use, Validity, Verifier,
};

pub const ISSUER: &str = "bj.example";
pub const CLASS: &str = "bj.example:residence";
pub const GATE: &str = "gate-3";
pub const URI: &str = "https://s.bj.example/1";
pub const NONCE: [u8; 16] = [7; 16];
pub const NOW: u64 = 1_790_000_000;

/// `NOW` and some seconds, fewer or more.
pub fn about_now(seconds: i8) -> Timestamp {
    at(NOW.saturating_add_signed(i64::from(seconds)))
}

pub fn now() -> Timestamp {
    about_now(0)
}

/// # Panics
/// For a time that cannot be written.
pub fn at(unix: u64) -> Timestamp {
    Timestamp::from_unix(unix).expect("below 2^40")
}

fn seed(byte: u8) -> SecretKey {
    SecretKey::from_ed25519_seed(&[byte; 32])
}

pub fn issuer_key() -> &'static SecretKey {
    static KEY: LazyLock<SecretKey> = LazyLock::new(|| seed(1));
    &KEY
}

/// A key that nobody trusts and no credential is bound to.
pub fn stranger() -> &'static SecretKey {
    static KEY: LazyLock<SecretKey> = LazyLock::new(|| seed(9));
    &KEY
}

/// The root keys of trust lists: the first signs, the others may come after it.
pub fn roots() -> &'static [SecretKey; 3] {
    static KEYS: LazyLock<[SecretKey; 3]> = LazyLock::new(|| [11, 12, 13].map(seed));
    &KEYS
}

/// The device with an Ed25519 key, or the one with a P-256 key.
pub fn device(p256: bool) -> &'static SecretKey {
    static KEYS: LazyLock<[SecretKey; 2]> = LazyLock::new(|| {
        [seed(2), SecretKey::from_p256_scalar(&[2; 32]).expect("below the order")]
    });
    &KEYS[usize::from(p256)]
}

const USES: [Use; 4] = [Use::Pass, Use::Credential, Use::Slip, Use::Status];

/// A class its key may sign and no gate accepts.
pub const OTHER_CLASS: &str = "bj.example:other";

fn trusted() -> TrustedKey {
    TrustedKey::new(ISSUER, issuer_key().public_key(), USES, [CLASS, OTHER_CLASS])
        .expect("good names")
}

pub fn trust() -> &'static Trust {
    static TRUST: LazyLock<Trust> = LazyLock::new(|| Trust::new([trusted()]).expect("one key"));
    &TRUST
}

/// The entries of the status list: 0, 1, 2, 3 and again.
pub fn status_value(index: u64) -> StatusValue {
    StatusValue::from((index % 4) as u8)
}

pub const STATUS_ENTRIES: u64 = 64;

pub fn status_builder() -> StatusListBuilder {
    let mut list = StatusListBuilder::new(URI, 2, STATUS_ENTRIES).expect("a multiple of 8");
    for index in 0..STATUS_ENTRIES {
        list.set(index, status_value(index)).expect("two bits");
    }
    list
}

pub fn issuer() -> Issuer {
    Issuer::new(ISSUER, issuer_key().public_key()).expect("a name")
}

/// A list by this key, made then, to be used until a minute after `NOW`.
///
/// # Panics
/// For a key that is not the issuer's.
pub fn signed_list(
    list: &StatusListBuilder,
    issuer: &Issuer,
    key: &SecretKey,
    made: Timestamp,
) -> Vec<u8> {
    let prepared = list.prepare(issuer, made, about_now(60)).expect("a good list");
    prepared.sign(key).expect("its own key").into_bytes()
}

/// The list of the gates that look permits up: made at `NOW`, to be used for a minute.
pub fn status_list() -> Vec<u8> {
    signed_list(&status_builder(), &issuer(), issuer_key(), now())
}

/// A gate, and what of it a verdict must have evidence of.
pub struct Gate {
    pub verifier: Verifier,
    /// The same without tables for its keys: another way to the same verdicts.
    pub without_tables: Verifier,
    pub challenge: Option<Challenge>,
    /// Status lists are asked: so many seconds after they were made the cautions begin, and so many
    /// after that they are not used any more.
    pub status: Option<(u64, u64)>,
    pub exempt: bool,
}

fn any(revocation: RevocationPolicy) -> Policy {
    Policy::new(GATE, [CLASS, "bj.example:third"], revocation)
}

const ALL_FORMS: [Form; 3] = [Form::Pass, Form::Presentation, Form::Slip];

/// One that accepts what the default policy does, without looking permits up.
pub fn verifier() -> &'static Verifier {
    &gates()[0].verifier
}

pub fn gates() -> &'static [Gate; 6] {
    static GATES: LazyLock<[Gate; 6]> = LazyLock::new(|| {
        let verifier =
            |trust: &Trust, policy| Verifier::new(trust.clone(), policy).expect("a good policy");
        let list = StatusList::accept(
            &status_list(),
            trust(),
            now(),
            0,
            |_, _| None,
            StatusLimits::default(),
        );
        let list = Arc::new(list.expect("a good list"));
        // Of one URI the later counts, of another nobody asks.
        let other = |uri, seconds| {
            let builder = StatusListBuilder::new(uri, 1, 8).expect("a multiple of 8");
            let bytes = signed_list(&builder, &issuer(), issuer_key(), about_now(seconds));
            let limits = StatusLimits::default();
            Arc::new(
                StatusList::accept(&bytes, trust(), now(), 0, |_, _| None, limits)
                    .expect("a good list"),
            )
        };
        let lists = [other(URI, -1), list.clone(), other("https://s.bj.example/2", 0)];
        let required = |max_age, grace| RevocationPolicy::Required { max_age, grace };
        let plain = |verifier: Verifier| {
            let trust = verifier.trust().clone().with_tables(0);
            let without_tables =
                Verifier::new(trust, verifier.policy().clone()).expect("a good policy");
            let without_tables =
                without_tables.with_status_lists(verifier.status_lists().iter().cloned());
            assert!(verifier.trust().table_bytes() > without_tables.trust().table_bytes());
            Gate { verifier, without_tables, challenge: None, status: None, exempt: false }
        };
        [
            plain(verifier(trust(), any(RevocationPolicy::NotChecked))),
            plain(verifier(
                trust(),
                any(RevocationPolicy::NotChecked)
                    .with_forms(ALL_FORMS)
                    .with_acting(ActingPolicy::Accepted),
            )),
            Gate {
                status: Some((60, 40)),
                ..plain(
                    verifier(
                        trust(),
                        any(required(3600, 40))
                            .with_forms(ALL_FORMS)
                            .with_acting(ActingPolicy::Accepted),
                    )
                    .with_status_lists(lists),
                )
            },
            Gate {
                challenge: Some(Challenge::new(GATE, &NONCE, about_now(20)).expect("a good nonce")),
                ..plain(verifier(
                    trust(),
                    any(RevocationPolicy::NotChecked)
                        .with_audience(AudiencePolicy::Own)
                        .with_challenge(ChallengePolicy::Required)
                        .with_forms(ALL_FORMS),
                ))
            },
            plain(verifier(&listed(), any(RevocationPolicy::NotChecked).with_forms(ALL_FORMS))),
            Gate {
                status: Some((30, 0)),
                exempt: true,
                ..plain(
                    verifier(
                        trust(),
                        any(required(30, 0))
                            .with_window(10)
                            .with_skew(60)
                            .with_max_credential_age(310)
                            .dangerous_exempt_from_status([CLASS]),
                    )
                    .with_status_lists([list]),
                )
            },
        ]
    });
    &GATES
}

/// Keys out of a trust list that ends: the issuer's with times around now, another under the same
/// id, and one that is pinned to the older algorithm number.
fn listed() -> Trust {
    let current =
        TrustedKey::new(ISSUER, issuer_key().public_key(), [Use::Pass, Use::Credential], [CLASS]);
    let current = current
        .expect("good names")
        .with_times(about_now(-10), about_now(10), about_now(20))
        .expect("in order");
    let other = TrustedKey::new(ISSUER, seed(3).public_key(), USES, [CLASS]).expect("good names");
    let pinned =
        TrustedKey::new(ISSUER, issuer_key().public_key(), [Use::Pass, Use::Slip], [CLASS])
            .and_then(|key| key.with_key_id(b"old"))
            .and_then(TrustedKey::pinned_to_eddsa)
            .expect("no credentials");
    let other = other.with_key_id(current.key_id()).expect("eight bytes");
    let list = TrustListBuilder::new("bj", 1, [current, other, pinned]).expect("good names");
    let prepared =
        list.prepare(&roots()[0].public_key(), about_now(-60), about_now(30)).expect("a good list");
    let bytes = prepared.sign(&roots()[0]).expect("the root key").into_bytes();
    let mut anchor = TrustAnchor::new("bj", [roots()[0].public_key()], 1).expect("a name");
    anchor.accept(&bytes, now(), 0).expect("as before").trust().clone()
}

/// One whose status is that of this entry.
pub fn permit_with_status(index: u64) -> Permit {
    small_permit().with_status(StatusReference::new(URI, index).expect("a URI"))
}

/// A permit with everything in it that every form may have, so that edits find every claim.
pub fn permit() -> Permit {
    let person =
        Person::new("Li Na").expect("a name").with_birth_date("19900131".parse().expect("a date"));
    let claims =
        std::collections::BTreeMap::from([("zone", vec![Some(3), None]), ("lane", vec![])]);
    Permit::new("BJ-7F3A9C2E", CLASS)
        .expect("good names")
        .with_person(person)
        .with_status(StatusReference::new(URI, 40).expect("a URI"))
        .with_application(&claims)
        .expect("good claims")
}

pub fn small_permit() -> Permit {
    Permit::new("BJ-7F3A9C2E", CLASS).expect("good names")
}

pub fn acting_permit() -> Permit {
    permit().with_acting(Acting::new("guardian", "BJ-00000001").expect("good names"))
}

pub fn pass(permit: &Permit) -> Token {
    issuer()
        .prepare_pass(permit, Some(GATE), now())
        .expect("fits")
        .sign(issuer_key())
        .expect("the key")
}

/// A slip, valid from a minute before `NOW` to two minutes after it: longer than the status list.
pub fn slip() -> Token {
    let prepared = issuer().prepare_slip(&permit(), "4071825", about_now(-60), about_now(120));
    prepared.expect("fits").sign(issuer_key()).expect("the key")
}

pub fn credential(permit: &Permit, p256: bool) -> Token {
    let key = device(p256).public_key();
    let prepared =
        issuer().prepare_credential(permit, &key, Validity::default(), now()).expect("fits");
    prepared.sign(issuer_key()).expect("the key")
}

pub fn presentation(permit: &Permit, p256: bool) -> Token {
    presented(permit, p256, Recipient::Anyone)
}

pub fn presented(permit: &Permit, p256: bool, recipient: Recipient<'_>) -> Token {
    let mut holder = Holder::new(device(p256).public_key());
    holder.accept(credential(permit, p256).as_bytes(), trust(), now()).expect("its own");
    holder.prepare(recipient, now()).expect("valid").sign(device(p256)).expect("its own key")
}

/// Uses everything that is computed once, so that its memory is not counted.
pub fn warm_up() {
    for p256 in [false, true] {
        for gate in gates() {
            let _ = gate.verifier.verify(&presentation(&permit(), p256), now());
        }
    }
    let _ = (roots(), stranger());
}
