//! What a holder takes in under a good signature: its own, in its time, with one encoding.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use livepermit::{HeldCredential, Permit, Recipient, fuzzing};
use livepermit_fuzz::{
    CLASS, ISSUER, about_now, credential, device, edit, issuer_key, permit, trust, verifier,
};

static PARTS: LazyLock<[[Vec<u8>; 2]; 2]> = LazyLock::new(|| {
    [false, true]
        .map(|p256| fuzzing::parts(credential(&permit(), p256).as_bytes()).expect("our own credential"))
});

/// The only credentials that anybody signed.
static ISSUED: LazyLock<[[Vec<u8>; 2]; 2]> = LazyLock::new(|| {
    let small = Permit::new("BJ-7F3A9C2E", CLASS).expect("good names");
    [false, true].map(|p256| [&permit(), &small].map(|permit| credential(permit, p256).as_bytes().to_vec()))
});

fuzz_target!(|data: &[u8]| {
    let Some(([choice, seconds], edits)) = data.split_first_chunk() else { return };
    let p256 = choice & 1 == 1;
    let now = about_now(seconds.cast_signed());
    let own = device(p256).public_key();
    match HeldCredential::accept(edits, &own, trust(), now) {
        Ok(_) => assert!(ISSUED[usize::from(p256)].iter().any(|issued| issued == edits), "forged"),
        Err(error) => assert_ne!(error.to_string(), ""),
    }

    let [mut header, mut claims] = PARTS[usize::from(p256)].clone();
    edit(&mut [&mut header, &mut claims], edits);
    let bytes = fuzzing::sign1(&header, &claims, issuer_key());
    let Ok(held) = HeldCredential::accept(&bytes, &own, trust(), now) else { return };
    assert_eq!(held.as_bytes(), bytes);
    assert_eq!(fuzzing::rewrite_token(&bytes).as_deref(), Some(bytes.as_slice()), "a second encoding");
    assert_eq!((held.issuer(), held.class()), (ISSUER, CLASS));
    assert_eq!(held.device_key(), &own);
    assert!(held.not_before() < held.expires() && now < held.expires());
    assert!((1..=86_400).contains(&held.window()));
    // The person's name is one that could have been issued.
    let _ = held.person().map(|person| assert!(!person.full_name().is_empty()));
    if let Ok(prepared) = held.prepare(Recipient::Anyone, now) {
        let shown = prepared.sign(device(p256)).expect("its own key");
        let verdict = verifier().verify(&shown, now);
        // A gate may find it too old; nothing else can be wrong with what the holder has checked.
        assert!(
            verdict.is_ok_and(|verified| verified.subject() == held.subject()) || {
                now.seconds_since(held.not_before()) > verifier().policy().max_credential_age()
            }
        );
    }
});
