//! What a holder takes in under a good signature: its own, in its time, with one encoding.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use livepermit::hold::HeldCredential;
use livepermit::{Recipient, fuzzing};
use livepermit_fuzz::{
    CLASS, ISSUER, Input, OTHER_CLASS, about_now, acting_permit, credential, device, edit_bytes,
    edit_tree, gates, issuer_key, memory, oracle, parse, permit, small_permit, stranger, tight,
    trust, verifier,
};

/// The only credentials that anybody signed: those of the Ed25519 device, then those of the P-256
/// one.
static ISSUED: LazyLock<[[Vec<u8>; 3]; 2]> = LazyLock::new(|| {
    [false, true].map(|p256| {
        [permit(), small_permit(), acting_permit()]
            .map(|permit| credential(&permit, p256).as_bytes().to_vec())
    })
});

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let (choice, now) = (input.byte(), about_now(input.signed()));
    let p256 = choice & 1 == 1;
    let issued = &ISSUED[usize::from(p256)];
    let own = device(p256).public_key();
    match HeldCredential::accept(input.0, &own, trust(), now) {
        Ok(_) => assert!(issued.iter().any(|issued| issued == input.0), "forged"),
        Err(error) => assert_ne!(error.to_string(), ""),
    }

    let base = &issued[usize::from(choice >> 1) % issued.len()];
    let [mut header, mut claims] = fuzzing::parts(base).expect("our own credential");
    if choice & 0x80 == 0 {
        let (mut header_tree, mut claims_tree) = (parse(&header), parse(&claims));
        while !input.is_empty() {
            edit_tree(&mut [&mut claims_tree, &mut header_tree], &mut input);
        }
        (header, claims) = (tight(&header_tree), tight(&claims_tree));
    } else {
        while !input.is_empty() {
            edit_bytes(&mut [&mut claims, &mut header], &mut input);
        }
    }
    let key = if choice & 0x70 == 0x70 { stranger() } else { issuer_key() };
    let bytes = fuzzing::sign1(&header, &claims, key);
    // Now and then from issuers whose keys end.
    let issuers = if choice & 0x70 == 0x60 { gates()[4].verifier.trust() } else { trust() };
    let limit = memory::CONSTANT + 4 * bytes.len();
    let Ok(held) = memory::bounded(limit, || HeldCredential::accept(&bytes, &own, issuers, now))
    else {
        return;
    };
    assert_ne!(choice & 0x70, 0x70, "forged");
    oracle::check_layers(&bytes);
    assert_eq!(held.as_bytes(), bytes);
    assert_eq!(
        fuzzing::rewrite_token(&bytes).as_deref(),
        Some(bytes.as_slice()),
        "a second encoding"
    );
    assert_eq!(held.issuer(), ISSUER);
    assert!([CLASS, OTHER_CLASS].contains(&held.class()), "{}", held.class());
    assert_eq!(held.device_key(), &own);
    assert!(held.not_before() < held.expires() && now < held.expires());
    assert!((1..=86_400).contains(&held.window()));
    // The person's name is one that could have been issued.
    let _ = held.person().map(|person| assert!(!person.full_name().is_empty()));
    if let Ok(prepared) = held.prepare(Recipient::Anyone, now) {
        let shown = prepared.sign(device(p256)).expect("its own key");
        let verdict = verifier().verify(&shown, now);
        // A gate may find it too old, of a class that the gate does not accept, or take no
        // representatives; nothing else can be wrong with what was checked here.
        match verdict {
            Ok(verified) => assert_eq!(verified.subject(), held.subject()),
            Err(_) => assert!(
                held.acting().is_some()
                    || held.class() == OTHER_CLASS
                    || now.seconds_since(held.not_before())
                        > verifier().policy().max_credential_age()
            ),
        }
    }
});
