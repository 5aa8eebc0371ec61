//! What is told of a token that was read and is not verified: enough to choose by, nothing to
//! decide by.

use livepermit::hold::Challenge;
use livepermit::issue::TrustListBuilder;
use livepermit::trust::UnverifiedList;
use livepermit::verify::{Buffer, ChallengePolicy};
use livepermit::{Context, Form, Recipient, RejectionCode, Unverified};
use livepermit_testkit::hand::{Hand, Signer};
use livepermit_testkit::{
    CLASS, GATE, ISSUER, NOW, SUBJECT, at, credential, ed25519_device, every_token, now,
    p256_device, policy, presentation_to, secret, slip, trust_list, trusted_key, verifier,
    verifier_with,
};

#[test]
fn it_agrees_with_the_verdict_for_every_form() {
    let gate = verifier_with(policy().with_forms([Form::Pass, Form::Presentation, Form::Slip]));
    let mut tokens: Vec<_> = every_token().map(|(_, token)| token).into();
    tokens.push(slip());
    for token in tokens {
        let verified = gate.verify(&token, now()).unwrap();
        let (qr, link) = (token.to_qr_text(), token.to_link_text());
        let mut buffers = [const { Buffer::new() }; 3];
        let [first, second, third] = &mut buffers;
        for read in [
            Unverified::read(first, token.as_bytes()),
            Unverified::read(second, qr.as_str()),
            Unverified::read(third, link.as_str()),
        ] {
            let read = read.unwrap();
            assert_eq!(read.unverified_form(), verified.form());
            assert_eq!(read.unverified_key_id(), verified.key_id());
            assert_eq!(read.unverified_issuer(), verified.issuer());
            assert_eq!(read.unverified_nonce(), None);
            assert_eq!(read.to_token(), token);
        }
    }
}

#[test]
fn a_credential_by_itself_is_read_too() {
    let (token, mut buffer) = (credential(&ed25519_device()), Buffer::new());
    let read = Unverified::read(&mut buffer, token.as_bytes()).unwrap();
    assert_eq!((read.unverified_form(), read.unverified_issuer()), (Form::Credential, ISSUER));
    let alone = verifier().judge(&read, &mut Context::at(now())).verdict.unwrap_err();
    assert_eq!(alone.code(), RejectionCode::CredentialAlone);
}

#[test]
fn the_nonce_tells_which_question_is_answered() {
    let gate = verifier_with(policy().with_challenge(ChallengePolicy::Required));
    for device in [ed25519_device(), p256_device()] {
        let answer = presentation_to(&device, Recipient::Challenge { gate: GATE, nonce: &[7; 16] });
        let (text, mut buffer) = (answer.to_qr_text(), Buffer::new());
        let read = Unverified::read(&mut buffer, text.as_str()).unwrap();
        assert_eq!(read.unverified_nonce(), Some(&[7; 16][..]));
        let nonce = read.unverified_nonce().unwrap();
        let challenge = Challenge::new(GATE, nonce, at(NOW + 60)).unwrap();
        let mut context = Context::at(now()).with_challenge(&challenge);
        assert!(gate.judge(&read, &mut context).verdict.unwrap().challenge_answered());
    }
}

/// What is read may be a lie. It is shown without what a person could take for a verdict.
#[test]
fn what_anybody_wrote_is_read_and_not_shown() {
    let mut buffer = Buffer::new();
    let forged = Hand::pass().by(Signer::ed25519(99)).signed();
    let read = Unverified::read(&mut buffer, forged.as_slice()).unwrap();
    assert_eq!(read.unverified_issuer(), ISSUER);
    let shown = format!("{read:?}");
    assert_eq!(shown, format!("Unverified(pass, {} bytes)", forged.len()));
    for secret in [ISSUER, SUBJECT, CLASS] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let verdict = verifier().judge(&read, &mut Context::at(now())).verdict;
    assert_eq!(verdict.unwrap_err().code(), RejectionCode::BadSignature);
}

#[test]
fn what_is_no_token_is_refused_as_the_verifier_refuses_it() {
    let token = every_token()[0].1.as_bytes().to_vec();
    let (mut long, mut behind) = (token.clone(), token.clone());
    long.resize(4000, 0);
    behind.push(0);
    for bytes in [&[][..], &token[1..], &token[..token.len() - 1], &behind, &long] {
        let mut buffer = Buffer::new();
        let refused = Unverified::read(&mut buffer, bytes).unwrap_err();
        assert_eq!(refused, verifier().verify(bytes, now()).unwrap_err());
    }
    for text in ["", "https://example.com", "LP1:", "LP1:abc", "LP2:AB", "LP1:000000"] {
        let mut buffer = Buffer::new();
        let refused = Unverified::read(&mut buffer, text).unwrap_err();
        assert_eq!(refused, verifier().verify(text, now()).unwrap_err(), "{text}");
    }
}

/// A buffer is used again: nothing of the token before is left in the next.
#[test]
fn one_buffer_serves_one_token_after_another() {
    let mut buffer = Buffer::new();
    let tokens = every_token().map(|(_, token)| token);
    for token in tokens.iter().chain(tokens.iter().rev()) {
        let text = token.to_qr_text();
        assert_eq!(Unverified::read(&mut buffer, text.as_str()).unwrap().to_token(), *token);
    }
}

#[test]
fn a_trust_list_tells_its_name_before_it_is_verified() {
    let builder = TrustListBuilder::new("bj.example/gates", 7, [trusted_key()]).unwrap();
    let bytes = trust_list(&builder, &secret(200), now(), at(NOW + 60));
    let list = UnverifiedList::read(&bytes).unwrap();
    assert_eq!((list.unverified_name(), list.unverified_version()), ("bj.example/gates", 7));
    assert_eq!((list.unverified_issued_at(), list.unverified_expires()), (now(), at(NOW + 60)));
    assert!(UnverifiedList::read(&bytes[1..]).is_err());
    assert!(UnverifiedList::read(every_token()[0].1.as_bytes()).is_err());
}
