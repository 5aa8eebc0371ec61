//! Both edges of every window and of every rule about time, one second either side.

use livepermit::hold::Challenge;
use livepermit::rejection::Evidence;
use livepermit::verify::ChallengePolicy;
use livepermit::{Context, Permit, Recipient, RejectionCode, Timestamp, Validity, Verifier};

use livepermit_testkit::hand::cbor;
use livepermit_testkit::hand::{EXP, Hand, IAT, NBF, WINDOW, time};
use livepermit_testkit::holder;
use livepermit_testkit::{
    CLASS, GATE, NOW, SUBJECT, at, credential_lasting, ed25519_device, every_token, issuer,
    issuer_key, now, pass, policy, presentation, presentation_to, refusal, trusted_key, verdict,
    verifier, verifier_trusting, verifier_with,
};

/// Fails unless the token is accepted at the first time and refused with the code at the second,
/// one second away.
fn edge(verifier: &Verifier, token: &[u8], accepted: u64, refused: u64, code: RejectionCode) {
    assert_eq!(accepted.abs_diff(refused), 1, "an edge has its sides one second apart");
    assert_eq!(verdict(verifier, token, at(accepted)), None, "at {accepted}");
    assert_eq!(verdict(verifier, token, at(refused)), Some(code), "at {refused}");
}

fn times(found: u64, limit: u64) -> Evidence {
    Evidence::Times { found: at(found), limit: at(limit) }
}

#[test]
fn a_code_is_live_from_its_date_less_the_skew_until_its_window_ends() {
    let verifier = verifier();
    for (name, token) in every_token() {
        println!("{name}");
        edge(&verifier, token.as_bytes(), NOW - 5, NOW - 6, RejectionCode::FromTheFuture);
        edge(&verifier, token.as_bytes(), NOW + 29, NOW + 30, RejectionCode::Stale);
        let early = refusal(&verifier, &token, at(NOW - 6));
        assert_eq!(early.evidence(), times(NOW, NOW - 1));
        let late = refusal(&verifier, &token, at(NOW + 30));
        assert_eq!(late.evidence(), times(NOW + 30, NOW + 30));
        for now in NOW - 5..NOW + 30 {
            assert_eq!(verdict(&verifier, &token, at(now)), None);
        }
        for far in [0, NOW / 2, NOW - 86_400, NOW + 86_399, NOW * 2, Timestamp::MAX.as_unix()] {
            assert!(verdict(&verifier, &token, at(far)).is_some(), "{name} at {far}");
        }
    }
}

#[test]
fn the_policy_shortens_the_window_and_never_lengthens_it() {
    let shorter = verifier_with(policy().with_window(20));
    let longer = verifier_with(policy().with_window(86_400));
    for (name, token) in every_token() {
        println!("{name}");
        edge(&shorter, token.as_bytes(), NOW + 19, NOW + 20, RejectionCode::Stale);
        edge(&longer, token.as_bytes(), NOW + 29, NOW + 30, RejectionCode::Stale);
        assert_eq!(shorter.verify(&token, now()).unwrap().window(), 20);
        assert_eq!(longer.verify(&token, now()).unwrap().window(), 30);
    }
}

#[test]
fn the_signed_window_counts_where_it_is_the_shorter_one() {
    let permit = Permit::new(SUBJECT, CLASS).unwrap().with_window(10).unwrap();
    let pass = issuer().prepare_pass(&permit, None, now()).unwrap().sign(&issuer_key()).unwrap();
    let shown = Hand::credential(&ed25519_device()).claim(WINDOW, cbor::int(10)).presented();
    for token in [pass.as_bytes(), &shown] {
        edge(&verifier(), token, NOW + 9, NOW + 10, RejectionCode::Stale);
        edge(&verifier(), token, NOW - 5, NOW - 6, RejectionCode::FromTheFuture);
    }
}

#[test]
fn the_skew_is_never_more_than_half_the_window() {
    for (window, skew) in [(1, 0), (2, 1), (3, 1), (8, 4), (9, 4), (10, 5), (11, 5), (30, 5)] {
        println!("window {window}");
        let signed = Hand::pass().claim(EXP, time(NOW + window)).signed();
        edge(&verifier(), &signed, NOW - skew, NOW - skew - 1, RejectionCode::FromTheFuture);
        edge(&verifier(), &signed, NOW + window - 1, NOW + window, RejectionCode::Stale);
        // The same where it is the policy that makes the window short.
        let verifier = verifier_with(policy().with_window(window));
        edge(
            &verifier,
            pass().as_bytes(),
            NOW - skew,
            NOW - skew - 1,
            RejectionCode::FromTheFuture,
        );
        edge(
            &verifier,
            presentation(&ed25519_device()).as_bytes(),
            NOW - skew,
            NOW - skew - 1,
            RejectionCode::FromTheFuture,
        );
    }
}

#[test]
fn the_policy_decides_the_skew_below_that() {
    for skew in [0, 1, 15] {
        let verifier = verifier_with(policy().with_skew(skew));
        edge(
            &verifier,
            pass().as_bytes(),
            NOW - skew,
            NOW - skew - 1,
            RejectionCode::FromTheFuture,
        );
        edge(&verifier, pass().as_bytes(), NOW + 29, NOW + 30, RejectionCode::Stale);
    }
    let verifier = verifier_with(policy().with_skew(43_200));
    edge(&verifier, pass().as_bytes(), NOW - 15, NOW - 16, RejectionCode::FromTheFuture);
}

#[test]
fn the_credential_ends_a_code_whose_window_is_not_over() {
    let device = ed25519_device();
    let ending = credential_lasting(&device, Validity { backdate: 300, lifetime: 10 });
    let shown = Hand::presentation(ending.as_bytes()).signed();
    edge(&verifier(), &shown, NOW + 9, NOW + 10, RejectionCode::Expired);
    assert_eq!(refusal(&verifier(), &shown, at(NOW + 10)).evidence(), times(NOW + 10, NOW + 10));
    let verified = verifier().verify(&shown, now()).unwrap();
    assert_eq!(verified.live_until(), at(NOW + 10));
    assert_eq!(verified.credential_expires(), Some(at(NOW + 10)));
}

#[test]
fn no_skew_makes_a_credential_valid_before_its_time() {
    let shown = Hand::credential(&ed25519_device()).claim(NBF, time(NOW)).presented();
    edge(&verifier(), &shown, NOW, NOW - 1, RejectionCode::NotYetValid);
    assert_eq!(refusal(&verifier(), &shown, at(NOW - 1)).evidence(), times(NOW - 1, NOW));
}

#[test]
fn a_credential_is_too_old_one_second_after_the_greatest_age() {
    let verifier = verifier_with(policy().with_max_credential_age(310));
    let shown = presentation(&ed25519_device());
    edge(&verifier, shown.as_bytes(), NOW + 10, NOW + 11, RejectionCode::CredentialTooOld);
    assert_eq!(refusal(&verifier, &shown, at(NOW + 11)).evidence(), times(NOW + 11, NOW + 10));
    // The default age is the whole life of a default credential.
    let last = holder(&ed25519_device())
        .prepare(Recipient::Anyone, at(NOW + 86_390))
        .unwrap()
        .sign(&ed25519_device())
        .unwrap();
    edge(
        &livepermit_testkit::verifier(),
        last.as_bytes(),
        NOW + 86_399,
        NOW + 86_400,
        RejectionCode::Expired,
    );
}

#[test]
fn a_presentation_is_dated_within_its_credential() {
    let verifier = verifier();
    let dated = |nbf: u64, exp: u64, iat: u64| {
        let credential =
            Hand::credential(&ed25519_device()).claim(NBF, time(nbf)).claim(EXP, time(exp));
        Hand::presentation(&credential.signed()).claim(IAT, time(iat)).signed()
    };
    let start = dated(NOW, NOW + 100, NOW);
    assert_eq!(verdict(&verifier, &start, now()), None);
    let before = dated(NOW, NOW + 100, NOW - 1);
    let rejection = refusal(&verifier, &before, now());
    assert_eq!(
        (rejection.code(), rejection.evidence()),
        (RejectionCode::TimesOutOfOrder, times(NOW - 1, NOW))
    );
    // A phone's clock a little ahead reaches the credential's end first.
    let end = dated(NOW - 10, NOW + 1, NOW);
    assert_eq!(verdict(&verifier, &end, now()), None);
    let after = dated(NOW - 10, NOW + 1, NOW + 1);
    let rejection = refusal(&verifier, &after, now());
    assert_eq!(
        (rejection.code(), rejection.evidence()),
        (RejectionCode::TimesOutOfOrder, times(NOW + 1, NOW + 1))
    );
}

#[test]
fn an_issuer_key_signs_within_its_times() {
    let dated_pass =
        |iat: u64| Hand::pass().claim(IAT, time(iat)).claim(EXP, time(iat + 30)).signed();
    let dated_presentation = |nbf: u64| {
        let credential = Hand::credential(&ed25519_device()).claim(NBF, time(nbf));
        Hand::presentation(&credential.signed()).claim(IAT, time(NOW)).signed()
    };
    let (from, until) = (at(NOW - 10), at(NOW + 1));
    let verifier =
        verifier_trusting([trusted_key().with_times(from, until, Timestamp::MAX).unwrap()]);
    for token in [
        dated_pass(NOW - 10),
        dated_presentation(NOW - 10),
        dated_pass(NOW),
        dated_presentation(NOW),
    ] {
        assert_eq!(verdict(&verifier, &token, now()), None);
    }
    for early in [dated_pass(NOW - 11), dated_presentation(NOW - 11)] {
        let rejection = refusal(&verifier, &early, now());
        assert_eq!(
            (rejection.code(), rejection.evidence()),
            (RejectionCode::KeyNotYetValid, times(NOW - 11, NOW - 10))
        );
    }
    for late in [dated_pass(NOW + 1), dated_presentation(NOW + 1)] {
        let rejection = refusal(&verifier, &late, now());
        assert_eq!(
            (rejection.code(), rejection.evidence()),
            (RejectionCode::KeyRetired, times(NOW + 1, NOW + 1))
        );
    }
    // A retired key's tokens live out their time: the date counts, not now.
    assert_eq!(verdict(&verifier, &dated_pass(NOW), at(NOW + 29)), None);
}

#[test]
fn an_expired_key_counts_for_nothing() {
    let verifier = verifier_trusting([trusted_key()
        .with_times(Timestamp::MIN, at(NOW + 1), at(NOW + 20))
        .unwrap()]);
    let credential = Hand::credential(&ed25519_device()).presented();
    for token in [Hand::pass().signed(), credential] {
        edge(&verifier, &token, NOW + 19, NOW + 20, RejectionCode::KeyExpired);
        assert_eq!(refusal(&verifier, &token, at(NOW + 20)).evidence(), times(NOW + 20, NOW + 20));
    }
}

#[test]
fn a_challenge_is_answered_before_it_expires() {
    let verifier = verifier_with(policy().with_challenge(ChallengePolicy::Required));
    let challenge = Challenge::new(GATE, &[7; 16], at(NOW + 10)).unwrap();
    let recipient = Recipient::Challenge { gate: GATE, nonce: challenge.nonce() };
    let answer = presentation_to(&ed25519_device(), recipient);
    let verified =
        verifier.verify(&answer, Context::at(at(NOW + 9)).with_challenge(&challenge)).unwrap();
    assert!(verified.challenge_answered());
    let rejection =
        refusal(&verifier, &answer, Context::at(at(NOW + 10)).with_challenge(&challenge));
    assert_eq!(rejection.code(), RejectionCode::ChallengeExpired);
    assert_eq!(rejection.evidence(), times(NOW + 10, NOW + 10));
}

#[test]
fn nothing_overflows_at_either_end_of_time() {
    let max = Timestamp::MAX.as_unix();
    let dated =
        |iat: u64, exp: u64| Hand::pass().claim(IAT, time(iat)).claim(EXP, time(exp)).signed();
    let last = dated(max - 31, max - 1);
    edge(&verifier(), &last, max - 2, max - 1, RejectionCode::Stale);
    edge(&verifier(), &last, max - 36, max - 37, RejectionCode::FromTheFuture);
    // A key without limit in time counts until the last second that can be written.
    edge(&verifier(), &dated(max - 30, max), max - 1, max, RejectionCode::KeyExpired);
    let first = dated(0, 30);
    edge(&verifier(), &first, 29, 30, RejectionCode::Stale);
    assert_eq!(verdict(&verifier(), &first, at(0)), None);
    assert_eq!(verdict(&verifier(), &dated(5, 35), at(0)), None);
    assert_eq!(verdict(&verifier(), &dated(6, 36), at(0)), Some(RejectionCode::FromTheFuture));

    let credential =
        Hand::credential(&ed25519_device()).claim(NBF, time(max - 10)).claim(EXP, time(max));
    let shown = Hand::presentation(&credential.signed()).claim(IAT, time(max - 1)).signed();
    edge(&verifier(), &shown, max - 1, max, RejectionCode::KeyExpired);
}

#[test]
fn what_a_replay_store_must_remember_covers_the_clocks_of_all_gates() {
    for (name, token) in every_token() {
        let claim = verifier().verify(&token, now()).unwrap().replay_key();
        assert_eq!((claim.moment, claim.keep_until), (Some(at(NOW)), at(NOW + 30 + 10)), "{name}");
    }
    let claim = verifier_with(policy().with_window(4)).verify(&pass(), now()).unwrap().replay_key();
    // The skew is the policy's, not the one cut to this short window.
    assert_eq!(claim.keep_until, at(NOW + 4 + 10));
    let [pass, first, second] =
        every_token().map(|(_, token)| verifier().verify(&token, now()).unwrap());
    assert_eq!(pass.permit_id(), first.permit_id(), "one permit in either form");
    assert_eq!(first.replay_key(), second.replay_key(), "one moment on either device");
}
