//! Behind the signatures: good tokens are edited and signed again, so that every rule of the verifier is reached. What
//! is accepted has one encoding and times that fit.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use livepermit::{Code, Form, Stage, Timestamp, Token, Verified, fuzzing};
use livepermit_fuzz::{
    CLASS, GATE, ISSUER, about_now, credential, device, edit, issuer_key, pass, permit, presentation,
    verifier,
};

type Parts = [Vec<u8>; 2];

static PASS: LazyLock<Parts> = LazyLock::new(|| parts(&pass(&permit())));
static CREDENTIALS: LazyLock<[Parts; 2]> =
    LazyLock::new(|| [false, true].map(|p256| parts(&credential(&permit(), p256))));
static PRESENTATIONS: LazyLock<[Parts; 2]> =
    LazyLock::new(|| [false, true].map(|p256| parts(&presentation(&permit(), p256))));

fn parts(token: &Token) -> Parts {
    fuzzing::parts(token.as_bytes()).expect("our own token")
}

/// The header of a presentation without its credential, which stands behind these four bytes: `{1: alg, 13: …`.
const BEFORE_CREDENTIAL: usize = 4;

fn presented(p256: bool, edits: &[u8]) -> Vec<u8> {
    let [mut inner_header, mut inner_claims] = CREDENTIALS[usize::from(p256)].clone();
    let [header, mut claims] = PRESENTATIONS[usize::from(p256)].clone();
    let length = credential(&permit(), p256).as_bytes().len();
    let mut shell = header;
    shell.drain(BEFORE_CREDENTIAL..BEFORE_CREDENTIAL + length);
    edit(&mut [&mut shell, &mut claims, &mut inner_header, &mut inner_claims], edits);
    let inner = fuzzing::sign1(&inner_header, &inner_claims, issuer_key());
    let place = BEFORE_CREDENTIAL.min(shell.len());
    shell.splice(place..place, inner);
    fuzzing::sign1(&shell, &claims, device(p256))
}

fn check(verified: &Verified, bytes: &[u8], now: Timestamp) {
    assert_eq!(fuzzing::rewrite_token(bytes).as_deref(), Some(bytes), "a second encoding");
    assert_eq!((verified.issuer(), verified.class()), (ISSUER, CLASS));
    assert!(matches!(verified.audience(), None | Some(GATE)));
    assert!(!verified.challenge_answered() && !verified.cautions().is_empty());

    let (policy, window) = (verifier().policy(), verified.window());
    assert!((1..=policy.window()).contains(&window));
    let skew = policy.skew().min(window / 2);
    let dated = verified.issued_at();
    assert!(dated <= now.plus(skew), "from the future");
    assert!(now < verified.live_until() && verified.live_until() <= dated.plus(window), "stale");
    assert!(verified.claim().keep_until >= verified.live_until());
    match (verified.form(), verified.credential_not_before(), verified.credential_expires()) {
        (Form::Pass, None, None) => assert!(verified.device_key().is_none()),
        (Form::Presentation, Some(begins), Some(ends)) => {
            assert!(begins <= now && now < ends && begins <= dated && dated < ends);
            assert!(now.seconds_since(begins) <= policy.max_credential_age());
            assert!(verified.live_until() <= ends);
        }
        other => panic!("{other:?}"),
    }
}

fuzz_target!(|data: &[u8]| {
    let Some(([choice, seconds], edits)) = data.split_first_chunk() else { return };
    let now = about_now(seconds.cast_signed());
    let bytes = match choice % 3 {
        0 => {
            let [mut header, mut claims] = PASS.clone();
            edit(&mut [&mut header, &mut claims], edits);
            fuzzing::sign1(&header, &claims, issuer_key())
        }
        other => presented(other == 2, edits),
    };
    let verdict = verifier().verify(&bytes, now);
    let read = Token::from_bytes(&bytes);
    match &verdict {
        Ok(verified) => check(verified, &bytes, now),
        Err(rejection) => {
            let structure =
                rejection.stage() == Stage::Structure && rejection.code() != Code::CredentialAlone;
            assert_eq!(structure, read.is_err(), "{rejection}");
            // Edits are signed again: an issuer's signature is bad only where no key could be asked.
            assert_ne!(rejection.code(), Code::BadSignature);
        }
    }
    if let Ok(token) = read {
        for text in [token.to_qr_text(), token.to_link_text()] {
            let again = verifier().verify(&text, now);
            assert_eq!(again.map(|_| ()).err(), verdict.as_ref().map(|_| ()).err().copied());
        }
    }
});
