//! Trust lists, one after the other: what is taken in was signed by a root of the last one, is in
//! time, and never older; what is refused changes nothing.
#![no_main]

use std::sync::LazyLock;

use ciborium::Value;
use libfuzzer_sys::fuzz_target;
use livepermit::issue::{PrepareError, TrustListBuilder};
use livepermit::trust::{TrustAnchor, TrustList, TrustState};
use livepermit::{PublicKey, SecretKey, Timestamp, TrustedKey, Use, fuzzing};
use livepermit_fuzz::{
    CLASS, ISSUER, Input, about_now, device, edit_bytes, edit_tree, get, issuer_key, memory,
    number, oracle, parse, roots, stranger, text, tight,
};

const NAME: &str = "bj";
const SKEW: u64 = 5;
const LEAST: u64 = 3;

/// Keys of every kind: with times, with a key id, pinned to the older number, and two of one id.
static KEYS: LazyLock<Vec<TrustedKey>> = LazyLock::new(|| {
    let key = |key: &SecretKey, uses: &[Use]| {
        TrustedKey::new(ISSUER, key.public_key(), uses.iter().copied(), [CLASS, "bj.example:other"])
            .expect("good names")
    };
    let all = [Use::Pass, Use::Credential, Use::Slip, Use::Status];
    vec![
        key(issuer_key(), &all)
            .with_times(about_now(-50), about_now(50), about_now(99))
            .expect("in order"),
        key(stranger(), &[Use::Pass])
            .with_key_id(b"k")
            .and_then(TrustedKey::pinned_to_eddsa)
            .expect("a pass key"),
        key(device(false), &[Use::Status]).with_key_id(b"k").expect("a short id"),
        // Where it is a root too it is passed over, or makes the list one that is not signed.
        key(root(2), &[Use::Status]).with_key_id(b"k").expect("a short id"),
        key(&SecretKey::from_ed25519_seed(&[21; 32]), &[Use::Status])
            .with_key_id(b"k")
            .expect("a short id"),
        // One more under that id, by an edit, are too many.
        key(&SecretKey::from_ed25519_seed(&[22; 32]), &[Use::Status])
            .with_key_id(b"j")
            .expect("a short id"),
    ]
});

fn root(index: usize) -> &'static SecretKey {
    &roots()[index]
}

/// A good list of this version, which hands over to other roots or not.
fn good(version: u64, successors: u8, signer: usize, input: &mut Input<'_>) -> Option<Vec<u8>> {
    let count = 1 + input.below(KEYS.len());
    let mut keys = KEYS[..count].to_vec();
    // One more under an id that has as many as there may be.
    let crowded = successors >= 0xf0;
    if crowded {
        keys = KEYS[1..]
            .iter()
            .map(|key| key.clone().with_key_id(b"k").expect("a short id"))
            .collect();
    }
    let list = TrustListBuilder::new(NAME, version, keys).expect("a name");
    let list = match successors % 4 {
        0 | 1 => list,
        2 => list.with_successor_roots([root(1).public_key()]),
        _ => list.with_successor_roots([root(2).public_key(), root(0).public_key()]),
    };
    match list.prepare(&root(signer).public_key(), about_now(-20), about_now(100)) {
        Err(error @ (PrepareError::EntrySkipped(_) | PrepareError::ListRefused(_))) => {
            assert!(crowded || matches!(error, PrepareError::EntrySkipped(_)), "{error}");
            assert_ne!(error.to_string(), "");
            None
        }
        prepared => {
            let signed = prepared.expect("a good list").sign(root(signer));
            Some(signed.expect("the root key").into_bytes())
        }
    }
}

/// Everything that must be so of a list that was taken in, read by `ciborium`.
fn check(
    list: &TrustList,
    bytes: &[u8],
    now: Timestamp,
    before: Option<&TrustState>,
    after: &TrustState,
) {
    oracle::check_layers(bytes);
    let [_, claims] = fuzzing::parts(bytes).expect("it was read");
    let claims = parse(&claims);
    assert_eq!((text(&claims, 2), list.name()), (Some(NAME), NAME));
    let (issued_at, expires) = (number(&claims, 6), number(&claims, 4));
    assert_eq!(
        (Some(list.issued_at().as_unix()), Some(list.expires().as_unix())),
        (issued_at, expires)
    );
    assert!(
        list.issued_at() < list.expires()
            && list.issued_at() <= now.plus(SKEW)
            && now < list.expires()
    );
    assert_eq!(number(&claims, -65_541), Some(list.version()));
    assert!(list.version() >= LEAST);
    if let Some(before) = before {
        assert!(list.version() >= before.version, "an older list");
        assert!(
            list.version() > before.version || after.digest == before.digest,
            "a version twice"
        );
    }
    assert_eq!((after.version, after.issued_at), (list.version(), list.issued_at()));
    let entries = get(&claims, -65_542).and_then(Value::as_array).expect("keys").len();
    assert_eq!(list.trust().keys().len() + list.skipped().len(), entries);
    assert!(!list.trust().keys().is_empty());
    assert_eq!(list.trust().expires(), Some(list.expires()));
    let successors: Vec<_> = match get(&claims, -65_543).and_then(Value::as_array) {
        Some(keys) => keys
            .iter()
            .map(|key| PublicKey::from_cose_key(&tight(key)).expect("it was read"))
            .collect(),
        None => before.map_or_else(|| vec![root(0).public_key()], |before| before.roots.clone()),
    };
    assert_eq!(after.roots, successors);
    for key in list.trust().keys() {
        assert!(
            format!("{key:?}").contains(key.issuer())
                && format!("{:?}", key.uses()).starts_with('{')
        );
        assert!(!after.roots.contains(key.public_key()), "a root as an issuer key");
        assert!((1..=32).contains(&key.key_id().len()));
        assert!(key.not_before() < key.sign_until() && key.sign_until() <= key.expires());
        assert!(key.uses().iter().count() > 0 && key.classes().all(|class| class.contains(':')));
    }
}

fuzz_target!(|data: &[u8]| {
    let anchor = || TrustAnchor::new(NAME, [root(0).public_key()], LEAST).expect("a name");
    let limit = |length: usize| memory::CONSTANT + 16 * length;
    let raw = memory::bounded(limit(data.len()), || anchor().accept(data, about_now(0), SKEW));
    assert!(raw.is_err(), "forged");

    let mut input = Input(data);
    let mut anchor = anchor();
    // Who wrote it is what the last one in the sequence says, so a few lists are enough.
    for _ in 0..4 {
        if input.is_empty() {
            return;
        }
        let (version, now) = (u64::from(input.byte() % 8), about_now(input.signed()));
        let (successors, signer) = (input.byte(), input.byte());
        let signing = usize::from(signer) % 3;
        let Some(mut bytes) = good(version, successors, signing, &mut input) else { continue };
        let [mut header, mut claims] = fuzzing::parts(&bytes).expect("our own list");
        let edits = input.byte() % 8;
        if edits > 0 {
            if input.byte() % 4 == 0 {
                for _ in 0..edits {
                    edit_bytes(&mut [&mut claims, &mut header], &mut input);
                }
            } else {
                let (mut header_tree, mut claims_tree) = (parse(&header), parse(&claims));
                for _ in 0..edits {
                    edit_tree(&mut [&mut claims_tree, &mut header_tree], &mut input);
                }
                (header, claims) = (tight(&header_tree), tight(&claims_tree));
            }
        }
        let key = if signer >= 0xf0 { stranger() } else { root(signing) };
        if edits > 0 || signer >= 0xf0 {
            bytes = fuzzing::sign1(&header, &claims, key);
        }
        if signer == 0xef {
            bytes.resize((4 << 20) + 1, 0);
        }
        let before = anchor.state().cloned();
        let verdict = memory::bounded(limit(bytes.len()), || anchor.accept(&bytes, now, SKEW));
        match &verdict {
            Ok(list) => {
                let after = anchor.state().expect("a list was taken in");
                check(list, &bytes, now, before.as_ref(), after);
                // By a root of before; or it is the very list that is held, and a root of then
                // signed it.
                let known = before
                    .as_ref()
                    .map_or_else(|| vec![root(0).public_key()], |before| before.roots.clone());
                let held = before.as_ref().is_some_and(|before| before.digest == after.digest);
                assert!(held || known.contains(&key.public_key()), "forged");
                // A restart goes on from there.
                let stored = TrustState::new(
                    after.version,
                    after.digest,
                    after.issued_at,
                    after.roots.clone(),
                );
                let mut again = TrustAnchor::new(NAME, [root(0).public_key()], LEAST)
                    .expect("a name")
                    .with_state(stored)
                    .expect("roots");
                assert!(again.accept(&bytes, now, SKEW).is_ok(), "the list held is taken in again");
            }
            Err(refused) => {
                assert_ne!(refused.to_string(), "");
                assert_eq!(anchor.state().cloned(), before, "a refused list changes something");
            }
        }
    }
});
