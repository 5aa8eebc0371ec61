//! What good signatures say of a token, whatever the verdict is.

use livepermit::verify::{Buffer, Judgement};
use livepermit::{Context, Form, RejectionCode, Timestamp, TrustedKey, Unverified, Use, Verifier};
use livepermit_testkit::hand::cbor::int;
use livepermit_testkit::hand::{Hand, Signer, WINDOW};
use livepermit_testkit::{
    CLASS, ISSUER, NOW, at, credential, ed25519_device, every_token, issuer_key, now, p256_device,
    pass, policy, presentation, slip, verifier, verifier_trusting, verifier_with,
};

fn judge(verifier: &Verifier, token: &[u8], now: Timestamp) -> Judgement {
    let mut buffer = Buffer::new();
    let read = Unverified::read(&mut buffer, token).unwrap();
    verifier.judge(&read, &mut Context::at(now))
}

fn code(judgement: &Judgement) -> RejectionCode {
    judgement.verdict.as_ref().unwrap_err().code()
}

#[test]
fn the_verdict_is_the_one_of_verify() {
    for (name, token) in every_token() {
        for time in [NOW - 6, NOW, NOW + 29, NOW + 30, NOW + 86_400] {
            let judged = judge(&verifier(), token.as_bytes(), at(time)).verdict.map(|_| ());
            assert_eq!(judged, verifier().verify(&token, at(time)).map(|_| ()), "{name}, {time}");
        }
    }
}

#[test]
fn a_pass_tells_its_permit_and_its_time() {
    let judgement = judge(&verifier(), pass().as_bytes(), now());
    let (verified, signed) = (judgement.verdict.unwrap(), judgement.signed.unwrap());
    assert_eq!(signed.permit, verified.permit_id());
    assert_eq!((signed.issued_at, signed.device_key), (Some(now()), None));
}

#[test]
fn a_presentation_tells_its_device_too() {
    for device in [ed25519_device(), p256_device()] {
        let judgement = judge(&verifier(), presentation(&device).as_bytes(), now());
        let (verified, signed) = (judgement.verdict.unwrap(), judgement.signed.unwrap());
        assert_eq!((signed.permit, signed.issued_at), (verified.permit_id(), Some(now())));
        assert_eq!(signed.device_key, Some(device.public_key()));
    }
}

/// A slip was printed once: it tells no clock's time. That holds where the form is not accepted,
/// too.
#[test]
fn a_slip_tells_its_permit_and_no_time() {
    let printed = verifier_with(policy().with_forms([Form::Slip]));
    let permit = printed.verify(&slip(), now()).unwrap().permit_id();
    for verifier in [printed, verifier()] {
        let signed = judge(&verifier, slip().as_bytes(), now()).signed.unwrap();
        assert_eq!((signed.permit, signed.issued_at, signed.device_key), (permit, None, None));
    }
}

#[test]
fn a_code_that_is_refused_for_a_later_reason_still_tells() {
    let (pass, shown) = (pass(), presentation(&ed25519_device()));
    let permit = verifier().verify(&pass, now()).unwrap().permit_id();
    for (token, time, expected) in [
        (&pass, NOW + 30, RejectionCode::Stale),
        (&pass, NOW - 6, RejectionCode::FromTheFuture),
        (&shown, NOW + 30, RejectionCode::Stale),
        (&shown, NOW + 86_400, RejectionCode::Expired),
    ] {
        let judgement = judge(&verifier(), token.as_bytes(), at(time));
        assert_eq!(code(&judgement), expected);
        let signed = judgement.signed.unwrap();
        assert_eq!((signed.permit, signed.issued_at), (permit, Some(now())));
    }
}

#[test]
fn a_key_that_may_not_sign_it_still_tells() {
    let key = |uses: &[Use], class| {
        let uses = uses.iter().copied();
        TrustedKey::new(ISSUER, issuer_key().public_key(), uses, [class]).unwrap()
    };
    for (key, expected) in [
        (key(&[Use::Credential], CLASS), RejectionCode::UseNotGranted),
        (key(&[Use::Pass], "bj.example:other"), RejectionCode::ClassNotGranted),
    ] {
        let judgement = judge(&verifier_trusting([key]), pass().as_bytes(), now());
        assert_eq!(code(&judgement), expected);
        assert_eq!(judgement.signed.unwrap().issued_at, Some(now()));
    }
}

#[test]
fn nothing_is_told_where_a_signature_is_not_good_or_not_known() {
    let stranger = Signer::ed25519(99);
    let forged = Hand::pass().by(stranger.clone()).signed();
    let credential = credential(&ed25519_device());
    let not_the_device = Hand::presentation(credential.as_bytes()).by(stranger.clone()).signed();
    let no_credential = Hand::credential(&ed25519_device()).by(stranger);
    let altered = no_credential.claim(WINDOW, int(20)).presented();
    for (token, expected) in [
        (&forged, RejectionCode::BadSignature),
        (&not_the_device, RejectionCode::BadDeviceSignature),
        (&altered, RejectionCode::BadSignature),
    ] {
        let judgement = judge(&verifier(), token, now());
        assert_eq!(code(&judgement), expected);
        assert_eq!(judgement.signed, None);
    }
    let judgement = judge(&verifier_trusting([]), pass().as_bytes(), now());
    assert_eq!((code(&judgement), judgement.signed), (RejectionCode::UnknownKey, None));
}
