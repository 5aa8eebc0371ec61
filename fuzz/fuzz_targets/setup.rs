//! Setups: what is read is deterministic and within its bounds, no forged one is accepted, and edits
//! of a good one are accepted in one encoding only.
#![no_main]

use ciborium::Value;
use libfuzzer_sys::fuzz_target;
use livepermit::field::Address;
use livepermit::issue::SetupBuilder;
use livepermit::setup::{
    CoolDownPolicy, GateSetup, RelayAccess, RelayKey, SetupTrust, TrustListSource, UnverifiedSetup,
};
use livepermit::{Policy, RevocationPolicy, SecretKey, Trust, fuzzing};
use livepermit_fuzz::{
    CLASS, GATE, ISSUER, Input, about_now, edit_tree, issuer_key, loose, memory, oracle, parse,
    roots, stranger, tight,
};

const SKEW: u64 = 5;

fn operator() -> &'static SecretKey {
    &roots()[0]
}

/// A good setup of this version, with one kind of trust or the other.
fn good(version: u64, listed: bool) -> Vec<u8> {
    let address = || Address::new("https://l.example/").expect("an address");
    let trust = if listed {
        let root = roots()[1].public_key();
        SetupTrust::List(TrustListSource::new("bj", [root], 3, address()).expect("a name"))
    } else {
        let key = issuer_key().public_key();
        SetupTrust::Keys(Trust::of_issuer(ISSUER, key, [CLASS]).expect("good names"))
    };
    let revocation = RevocationPolicy::Required { max_age: 60, grace: 5 };
    let signed = SetupBuilder::new(Policy::new(GATE, [CLASS], revocation), trust, version)
        .zone("hall")
        .status_lists([address()])
        .relay(RelayAccess::new(address(), RelayKey::from_bytes(&[7; 32])))
        .prepare(&operator().public_key(), about_now(0))
        .expect("a good setup")
        .sign(operator())
        .expect("the operator's key");
    signed.as_bytes().to_vec()
}

/// What is true of every setup that can be read.
fn check(setup: &GateSetup, bytes: &[u8]) {
    assert_eq!(setup.as_bytes(), bytes);
    assert!(bytes.len() <= 2048);
    oracle::check_layers(bytes);
    let (policy, retention) = (setup.policy(), setup.retention());
    assert!(policy.window() <= retention.largest_window && policy.skew() <= retention.largest_skew);
    if let CoolDownPolicy::Seconds(seconds) = setup.cool_down() {
        assert!((1..=retention.cool_down_limit()).contains(&seconds));
    }
    assert!((1..=16).contains(&policy.classes().count()) && policy.gate() != "*");
    assert!((1..=3).contains(&policy.forms().len()));
    assert!(setup.status_lists().len() <= 16);
    match setup.trust() {
        SetupTrust::Keys(trust) => assert!((1..=16).contains(&trust.keys().len())),
        SetupTrust::List(list) => {
            assert!((1..=16).contains(&list.roots().len()));
            list.anchor().expect("roots that can sign");
        }
        other => panic!("{other:?}"),
    }
}

fuzz_target!(|data: &[u8]| {
    let limit = memory::CONSTANT + 64 * data.len();
    if let Ok(text) = str::from_utf8(data) {
        for text in [text.to_owned(), format!("LPG1:{text}")] {
            if let Ok(read) = UnverifiedSetup::from_text(&text) {
                let texts = fuzzing::encode_setup_texts(read.unverified_bytes());
                assert!(texts.contains(&text), "another text of a setup");
            }
        }
    }
    // Any bytes: whoever did not sign is not accepted after a setup.
    let held = GateSetup::from_storage(&good(5, false)).expect("a good setup");
    if let Ok(read) = memory::bounded(limit, || UnverifiedSetup::read(data)) {
        check(&GateSetup::from_storage(data).expect("it was read"), data);
        let is_good = [true, false].iter().any(|listed| data == good(5, *listed));
        assert!(is_good || read.accept_after(&held, about_now(0), SKEW).is_err(), "forged");
    }
    // Edits of a good one, signed by the operator or by a stranger.
    let mut input = Input(data);
    let (version, choices) = (4 + u64::from(input.byte() % 4), input.byte());
    let [header, claims] = fuzzing::parts(&good(version, choices & 1 == 0)).expect("parts");
    let mut claims: Value = parse(&claims);
    let mut edits = input.byte() % 8;
    while edits > 0 && !input.is_empty() {
        edit_tree(&mut [&mut claims], &mut input);
        edits -= 1;
    }
    let signer = if choices & 2 == 0 { operator() } else { stranger() };
    let payload = tight(&claims);
    let bytes = fuzzing::sign1(&header, &payload, signer);
    let Ok(read) = UnverifiedSetup::read(&bytes) else { return };
    check(&GateSetup::from_storage(&bytes).expect("it was read"), &bytes);
    let claimed = read.unverified_version();
    if let Ok(setup) = read.accept_after(&held, about_now(0), SKEW) {
        assert!(choices & 2 == 0, "a stranger signed");
        assert_eq!(setup.policy().gate(), GATE);
        assert!(claimed > 5 || bytes == held.as_bytes(), "an older setup, or a number twice");
        assert!(setup.issued_at() <= about_now(0).plus(SKEW));
    }
    let other = loose(&claims, &mut input);
    if other != payload {
        let bytes = fuzzing::sign1(&header, &other, operator());
        assert!(UnverifiedSetup::read(&bytes).is_err(), "a second encoding");
    }
});
