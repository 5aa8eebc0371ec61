//! The holder takes in only what a gate would take, and shows the newest of what it has.

use livepermit::hold::{AcceptError, HeldCredential};
use livepermit::issue::{Acting, PrepareError};
use livepermit::{
    Holder, Permit, Recipient, RejectionCode, SecretKey, Timestamp, Token, Trust, TrustedKey, Use,
    Validity,
};

use livepermit_testkit::hand::{Hand, NBF, Signer, time};
use livepermit_testkit::{
    CLASS, ISSUER, NOW, SUBJECT, at, credential, credential_lasting, ed25519_device, holder,
    issuer, issuer_key, now, p256_device, pass, permit, presentation, trust, trusted_key, verdict,
    verifier,
};

fn accept(bytes: &[u8], now: Timestamp) -> Result<HeldCredential, AcceptError> {
    HeldCredential::accept(bytes, &ed25519_device().public_key(), &trust(), now)
}

fn code(bytes: &[u8]) -> &'static str {
    accept(bytes, now()).unwrap_err().code()
}

/// A credential issued at another time.
fn issued(seconds: u64, validity: Validity) -> Token {
    issuer()
        .prepare_credential(&permit(), &ed25519_device().public_key(), validity, at(seconds))
        .unwrap()
        .sign(&issuer_key())
        .unwrap()
}

#[test]
fn a_credential_says_on_the_screen_what_the_issuer_signed() {
    let held = accept(credential(&ed25519_device()).as_bytes(), now()).unwrap();
    assert_eq!((held.issuer(), held.subject(), held.class()), (ISSUER, SUBJECT, CLASS));
    assert_eq!(
        (held.not_before(), held.expires(), held.window()),
        (at(NOW - 300), at(NOW + 86_400), 30)
    );
    assert_eq!((held.person(), held.status()), (None, None));
    assert_eq!(held.device_key(), &ed25519_device().public_key());
    assert_eq!(held.as_bytes(), credential(&ed25519_device()).as_bytes());
    // What was stored is taken in again.
    assert_eq!(accept(held.as_bytes(), now()).unwrap().as_bytes(), held.as_bytes());
}

#[test]
fn only_this_devices_credentials_from_a_trusted_issuer_are_taken_in() {
    let good = credential(&ed25519_device());
    accept(good.as_bytes(), now()).unwrap();
    for other in [pass().as_bytes(), presentation(&ed25519_device()).as_bytes()] {
        assert_eq!(accept(other, now()).unwrap_err(), AcceptError::NotACredential);
    }
    for other in [&p256_device(), &SecretKey::from_ed25519_seed(&[3; 32])] {
        assert_eq!(
            accept(credential(other).as_bytes(), now()).unwrap_err(),
            AcceptError::OtherDevice
        );
    }
    let hand = || Hand::credential(&ed25519_device());
    assert_eq!(code(&hand().by(Signer::ed25519(9)).signed()), RejectionCode::BadSignature.as_str());
    assert_eq!(
        code(&hand().claim(1, livepermit_testkit::hand::cbor::text("sh.example")).signed()),
        RejectionCode::IssuerMismatch.as_str()
    );
    assert_eq!(
        code(&hand().header(4, livepermit_testkit::hand::cbor::bytes(&[9; 8])).signed()),
        RejectionCode::UnknownKey.as_str()
    );
    assert_eq!(
        code(&hand().claim(11, livepermit_testkit::hand::cbor::text("a:b")).signed()),
        RejectionCode::ClassNotGranted.as_str()
    );
    assert_eq!(
        code(&hand().header(1, livepermit_testkit::hand::cbor::int(-8)).signed()),
        RejectionCode::AlgorithmMismatch.as_str()
    );
    assert_eq!(code(b""), RejectionCode::Empty.as_str());
    assert_eq!(code(b"hello"), RejectionCode::Malformed.as_str());
    let passes_only =
        TrustedKey::new(ISSUER, issuer_key().public_key(), [Use::Pass], [CLASS]).unwrap();
    let refused = HeldCredential::accept(
        good.as_bytes(),
        &ed25519_device().public_key(),
        &Trust::new([passes_only]).unwrap(),
        now(),
    );
    assert_eq!(refused.unwrap_err().code(), RejectionCode::UseNotGranted.as_str());
}

#[test]
fn every_altered_credential_is_refused() {
    let good = credential(&ed25519_device()).as_bytes().to_vec();
    for bit in 0..good.len() * 8 {
        let mut flipped = good.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(accept(&flipped, now()).is_err(), "bit {bit}");
    }
    for end in 0..good.len() {
        assert!(accept(&good[..end], now()).is_err(), "up to {end}");
    }
    assert!((0..=255).all(|byte| accept(&[&good[..], &[byte]].concat(), now()).is_err()));
}

#[test]
fn a_credential_is_taken_in_before_its_time_but_shown_only_in_it() {
    let device = ed25519_device();
    let tomorrow = issued(NOW + 86_400, Validity { backdate: 0, lifetime: 100 });
    let held = accept(tomorrow.as_bytes(), now()).unwrap();
    let (begins, ends) = (NOW + 86_400, NOW + 86_500);
    assert_eq!(
        held.prepare(Recipient::Anyone, at(begins - 1)).unwrap_err(),
        PrepareError::NotYetValid { now: at(begins - 1), not_before: at(begins) }
    );
    for moment in [begins, ends - 1] {
        let shown = held.prepare(Recipient::Anyone, at(moment)).unwrap().sign(&device).unwrap();
        assert_eq!(verdict(&verifier(), &shown, at(moment)), None);
    }
    assert_eq!(
        held.prepare(Recipient::Anyone, at(ends)).unwrap_err(),
        PrepareError::Expired { now: at(ends), expires: at(ends) }
    );
    accept(tomorrow.as_bytes(), at(ends - 1)).unwrap();
    let over = accept(tomorrow.as_bytes(), at(ends)).unwrap_err();
    assert_eq!(over.code(), RejectionCode::Expired.as_str());
}

#[test]
fn the_newest_valid_credential_is_shown() {
    let old = issued(NOW - 1000, Validity { backdate: 0, lifetime: 2000 });
    let new = issued(NOW - 500, Validity { backdate: 0, lifetime: 2000 });
    let future = issued(NOW + 600, Validity { backdate: 0, lifetime: 2000 });
    // In whatever order they come.
    for order in [[&old, &new, &future], [&future, &new, &old], [&new, &future, &old]] {
        let mut holder = Holder::new(ed25519_device().public_key());
        for credential in order {
            holder.accept(credential.as_bytes(), &trust(), now()).unwrap();
        }
        let shown = |seconds| holder.current(at(seconds)).map(HeldCredential::as_bytes);
        assert_eq!(holder.credentials().len(), 3);
        assert!(holder.credentials().is_sorted_by_key(HeldCredential::not_before));
        assert_eq!(shown(NOW - 1001), None);
        assert_eq!(shown(NOW - 501), Some(old.as_bytes()));
        assert_eq!(shown(NOW - 500), Some(new.as_bytes()));
        assert_eq!(shown(NOW + 599), Some(new.as_bytes()));
        assert_eq!(shown(NOW + 600), Some(future.as_bytes()));
        assert_eq!(shown(NOW + 2599), Some(future.as_bytes()));
        assert_eq!(shown(NOW + 2600), None);
    }
}

#[test]
fn ended_credentials_are_dropped_and_the_same_one_is_held_once() {
    let mut holder = Holder::new(ed25519_device().public_key());
    assert_eq!(holder.prepare(Recipient::Anyone, now()).unwrap_err(), PrepareError::NoCredential);
    let short = issued(NOW, Validity { backdate: 0, lifetime: 10 });
    let long = issued(NOW, Validity { backdate: 0, lifetime: 100 });
    holder.accept(short.as_bytes(), &trust(), now()).unwrap();
    holder.accept(short.as_bytes(), &trust(), now()).unwrap();
    assert_eq!(holder.credentials().len(), 1);
    holder.accept(long.as_bytes(), &trust(), at(NOW + 9)).unwrap();
    assert_eq!(holder.credentials().len(), 2);
    // Whatever is refused leaves the wallet as it was, ended ones and all.
    assert!(holder.accept(short.as_bytes(), &trust(), at(NOW + 10)).is_err());
    assert_eq!(holder.credentials().len(), 2);
    holder.accept(long.as_bytes(), &trust(), at(NOW + 10)).unwrap();
    assert_eq!(holder.credentials().len(), 1);
    assert_eq!(holder.current(at(NOW + 10)).unwrap().as_bytes(), long.as_bytes());
    let over = holder.prepare(Recipient::Anyone, at(NOW + 100)).unwrap_err();
    assert_eq!(over, PrepareError::Expired { now: at(NOW + 100), expires: at(NOW + 100) });
}

#[test]
fn what_a_holder_shows_a_gate_accepts_for_the_whole_life_of_the_credential() {
    for device in [ed25519_device(), p256_device()] {
        let ends = NOW + 1000;
        let mut holder = Holder::new(device.public_key());
        let short = credential_lasting(&device, Validity { backdate: 300, lifetime: 1000 });
        holder.accept(short.as_bytes(), &trust(), now()).unwrap();
        for moment in (NOW - 300..ends).step_by(97).chain([ends - 1]) {
            let token = holder
                .prepare(Recipient::Gate("gate-3"), at(moment))
                .unwrap()
                .sign(&device)
                .unwrap();
            assert_eq!(verdict(&verifier(), &token, at(moment)), None, "at {moment}");
        }
    }
}

#[test]
fn a_nonce_or_gate_that_breaks_the_rules_is_not_signed() {
    let holder = holder(&ed25519_device());
    for nonce in [&[7; 5][..], &[7; 33], &[]] {
        let recipient = Recipient::Challenge { gate: "gate-3", nonce };
        assert!(matches!(holder.prepare(recipient, now()), Err(PrepareError::Claim(_))));
    }
    for gate in ["", "gate 3", "*", "\u{95e8}"] {
        assert!(matches!(
            holder.prepare(Recipient::Gate(gate), now()),
            Err(PrepareError::Claim(_))
        ));
    }
}

#[test]
fn a_key_that_expired_or_was_not_yet_valid_vouches_for_nothing() {
    let good = credential(&ed25519_device());
    let with_times = |from, until, expires| {
        let key = trusted_key().with_times(at(from), at(until), at(expires)).unwrap();
        let trust = Trust::new([key]).unwrap();
        HeldCredential::accept(good.as_bytes(), &ed25519_device().public_key(), &trust, now())
            .err()
            .map(|error| error.code())
    };
    let dated = NOW - 300;
    assert_eq!(with_times(dated, dated + 1, NOW + 1), None);
    assert_eq!(with_times(dated + 1, NOW, NOW + 1), Some(RejectionCode::KeyNotYetValid.as_str()));
    assert_eq!(with_times(0, dated, NOW + 1), Some(RejectionCode::KeyRetired.as_str()));
    assert_eq!(with_times(0, dated + 1, NOW), Some(RejectionCode::KeyExpired.as_str()));
    let early = Hand::credential(&ed25519_device()).claim(NBF, time(0)).signed();
    accept(&early, now()).unwrap();
}

#[test]
fn a_wallet_is_of_one_permit_and_one_who_shows_it() {
    let device = ed25519_device().public_key();
    let signed = |permit: Permit, validity| {
        let prepared = issuer().prepare_credential(&permit, &device, validity, now()).unwrap();
        prepared.sign(&issuer_key()).unwrap()
    };
    let mut holder = Holder::new(device.clone());
    holder.accept(credential(&ed25519_device()).as_bytes(), &trust(), now()).unwrap();
    let child = Permit::new("BJ-CHILD", CLASS).unwrap();
    let acting = permit().with_acting(Acting::new("guardian", SUBJECT).unwrap());
    for other in [child.clone(), acting] {
        let other = signed(other, Validity::default());
        let refusal = holder.accept(other.as_bytes(), &trust(), now()).unwrap_err();
        assert_eq!(refusal, AcceptError::OtherPermit);
        assert_eq!(holder.credentials().len(), 1);
        // It is a good credential, for a wallet of its own.
        Holder::new(device.clone()).accept(other.as_bytes(), &trust(), now()).unwrap();
    }
    // Where all that was held has ended, the wallet is as new.
    let lasting = signed(child, Validity { backdate: 0, lifetime: 200_000 });
    holder.accept(lasting.as_bytes(), &trust(), at(NOW + 86_400)).unwrap();
    assert_eq!(holder.credentials().len(), 1);
}
