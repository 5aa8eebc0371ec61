//! Status lists: what is taken in was signed, is in time, inflates to what another inflater finds,
//! within its bounds; any encoding of one list gets one answer, and no list puts back a later one.
#![no_main]

use std::sync::LazyLock;

use ciborium::Value;
use libfuzzer_sys::fuzz_target;
use livepermit::issue::StatusListBuilder;
use livepermit::rejection::{ListRejection, ListRejectionCode};
use livepermit::status::{StatusLimits, StatusList, StatusState};
use livepermit::{Issuer, SecretKey, Timestamp, Trust, TrustedKey, Use, fuzzing};
use livepermit_fuzz::{
    CLASS, ISSUER, Input, URI, about_now, device, edit_bytes, edit_tree, get, issuer, issuer_key,
    loose, memory, now, number, oracle, parse, roots, signed_list, status_list, stranger, text,
    tight,
};

/// Lists of every width, some that are larger than is allowed by little and by much, and some by
/// keys that may not sign them or not now.
static BASES: LazyLock<Vec<(Vec<u8>, &'static SecretKey)>> = LazyLock::new(|| {
    let by = |issuer: &Issuer, key, bits, values: &[u8]| {
        let occupied = vec![0; values.len() / usize::from(bits)];
        let list = StatusListBuilder::restore(URI, bits, values, &occupied)
            .expect("as many bits as entries");
        (signed_list(&list, issuer, key, now()), key)
    };
    let list = |bits, values: &[u8]| by(&issuer(), issuer_key(), bits, values);
    let mut bases = vec![(status_list(), issuer_key())];
    for bits in [1, 2, 4, 8] {
        bases.push(list(bits, &[0x1b, 0, 2, 3, 4, 5, 0xff, 1]));
    }
    bases.push(list(1, &vec![0; 300_000]));
    bases.push(list(1, &vec![1; LIMITS_INFLATED + 1]));
    bases.push(list(1, &vec![1; LIMITS_INFLATED]));
    for key in [device(false), &roots()[0]] {
        let issuer = Issuer::new(ISSUER, key.public_key()).expect("a name");
        bases.push(by(&issuer, key, 8, &[1; 8]));
    }
    bases
});

/// The issuer's key, one that signs passes only, and one for some seconds.
static TRUST: LazyLock<Trust> = LazyLock::new(|| {
    let key = |key: &SecretKey, wanted| {
        TrustedKey::new(ISSUER, key.public_key(), [wanted], [CLASS]).expect("good names")
    };
    let times =
        key(&roots()[0], Use::Status).with_times(about_now(-10), about_now(10), about_now(20));
    Trust::new([
        key(issuer_key(), Use::Status),
        key(device(false), Use::Pass),
        times.expect("in order"),
    ])
    .expect("three ids")
});

const LIMITS_INFLATED: usize = 100_000;

fn limits() -> StatusLimits {
    let mut limits = StatusLimits::default();
    limits.inflated_bytes = LIMITS_INFLATED;
    limits.token_bytes = 3000;
    limits
}

/// Memory is the limit and what growing to it takes beside.
fn accept(
    bytes: &[u8],
    now: Timestamp,
    held: Option<StatusState>,
) -> Result<StatusList, ListRejection> {
    let limit = memory::CONSTANT + 3 * LIMITS_INFLATED + 8 * bytes.len();
    memory::bounded(limit, || StatusList::accept(bytes, &TRUST, now, SKEW, |_, _| held, limits()))
}

const SKEW: u64 = 5;

fn check(list: &StatusList, header: &Value, claims: &Value, now: Timestamp) {
    assert!(
        get(header, 16) == Some(&"application/statuslist+cwt".into())
            || number(header, 16) == Some(279)
    );
    assert!(text(claims, 1).is_none_or(|issuer| issuer == ISSUER));
    assert_eq!((list.issuer(), Some(list.uri())), (ISSUER, text(claims, 2)));
    let issued_at = number(claims, 6).expect("a date");
    assert!(issued_at <= now.as_unix() + SKEW);
    assert_eq!(list.issued_at().as_unix(), issued_at);
    assert_eq!(list.expires().map(Timestamp::as_unix), number(claims, 4));
    let entries = get(claims, 65_533).expect("entries");
    let bits = get(entries, "bits").and_then(Value::as_integer).expect("bits");
    assert_eq!(i128::from(bits), i128::from(list.bits()));
    let compressed = get(entries, "lst").and_then(Value::as_bytes).expect("bytes");
    let inflated = oracle::inflate(compressed, LIMITS_INFLATED).expect("another inflater refuses");
    let bits = usize::from(list.bits());
    assert_eq!(list.len(), (inflated.len() * 8 / bits) as u64);
    assert_eq!(list.is_empty(), inflated.is_empty());
    assert!(list.memory_bytes() <= LIMITS_INFLATED + 1);
    for index in (0..list.len()).step_by(1 + inflated.len() / 64) {
        let at = usize::try_from(index).expect("small") * bits;
        let value = inflated[at / 8] >> (at % 8) & (0xff >> (8 - bits));
        assert_eq!(list.get(index).map(|value| value.as_u8()), Some(value));
    }
    assert_eq!(list.get(list.len()), None);
    assert_eq!(list.get(u64::MAX), None);
}

/// An envelope as others may write it: the key id unprotected, heads of any length.
fn envelope(
    header: &[u8],
    unprotected: &Value,
    claims: &[u8],
    signature: &[u8],
    input: &mut Input<'_>,
) -> Vec<u8> {
    let parts = vec![header.into(), unprotected.clone(), claims.into(), signature.into()];
    loose(&Value::Tag(18, Box::new(Value::Array(parts))), input)
}

fuzz_target!(|data: &[u8]| {
    // As it is: nobody but the issuer signed anything.
    if let Ok(list) = accept(data, now(), None) {
        assert!(BASES.iter().any(|(base, _)| base == data), "forged: {list:?}");
    }

    let mut input = Input(data);
    let (base, signer) = &BASES[input.below(BASES.len())];
    let now = about_now(input.signed());
    let (mode, held) = (input.byte(), input.byte());
    let [mut header, mut claims] = fuzzing::parts(base).expect("our own list");
    let mut trees = None;
    if mode & 3 == 0 {
        while input.0.len() > 8 {
            edit_bytes(&mut [&mut claims, &mut header], &mut input);
        }
    } else {
        let (mut header_tree, mut claims_tree) = (parse(&header), parse(&claims));
        // Any bytes in place of the compressed ones, or edits of those.
        if mode & 0x10 != 0
            && let Value::Map(pairs) = &mut claims_tree
            && let Some((_, Value::Map(entries))) =
                pairs.iter_mut().find(|(key, _)| *key == Value::from(65_533))
            && let Some((_, Value::Bytes(compressed))) =
                entries.iter_mut().find(|(key, _)| *key == "lst".into())
        {
            if mode & 0x20 != 0 {
                let length = usize::from(input.byte()) + usize::from(input.byte());
                *compressed = input.take(length).to_vec();
            } else {
                edit_bytes(&mut [compressed], &mut input);
            }
        }
        while input.0.len() > 8 {
            edit_tree(&mut [&mut claims_tree, &mut header_tree], &mut input);
        }
        (header, claims) = (tight(&header_tree), tight(&claims_tree));
        trees = Some((header_tree, claims_tree));
    }
    let forged = mode & 0xc0 == 0xc0;
    let key = if forged { stranger() } else { signer };
    let bytes = fuzzing::sign1(&header, &claims, key);
    let verdict = accept(&bytes, now, None);
    match &verdict {
        Ok(list) => {
            assert!(!forged, "forged");
            assert_ne!(signer.public_key(), device(false).public_key(), "a key for passes");
            assert!(format!("{list:?}").contains(list.uri()));
            check(list, &parse(&header), &parse(&claims), now);
            assert!(list.expires().is_none_or(|ends| now < ends));
            assert_eq!(list.state().issued_at, list.issued_at());
            // A later one is not put back, another of the same second is not taken, the very same
            // is.
            assert!(accept(&bytes, now, Some(list.state())).is_ok());
            let state = |seconds, digest| {
                let time =
                    Timestamp::from_unix(list.issued_at().as_unix().saturating_add_signed(seconds));
                time.map(|time| StatusState::new(time, digest))
            };
            if let Some(state) = state(i64::from(held) % 100 + 1, list.state().digest) {
                assert_eq!(
                    accept(&bytes, now, Some(state)).map_err(|refused| refused.code()).err(),
                    Some(ListRejectionCode::Older)
                );
            }
            if let Some(state) = state(0, [held; 32]) {
                assert_eq!(
                    accept(&bytes, now, Some(state)).map_err(|refused| refused.code()).err(),
                    Some(ListRejectionCode::Reused)
                );
            }
            // Held, it may have ended.
            let ended = StatusState::new(list.issued_at(), list.state().digest);
            let again =
                accept(&bytes, now.plus(100), Some(ended)).map_err(|refused| refused.code());
            assert!(
                again.is_ok() || (*signer).public_key() == roots()[0].public_key(),
                "{again:?}"
            );
        }
        Err(refused) => assert_ne!(refused.to_string(), ""),
    }

    // Another encoding of the same list: the same answer, and the same list.
    let Some((mut header_tree, claims_tree)) = trees else { return };
    let mut unprotected = Vec::new();
    if mode & 4 != 0
        && let Value::Map(pairs) = &mut header_tree
        && let Some(at) = pairs.iter().position(|(key, _)| *key == Value::from(4))
    {
        unprotected.push(pairs.remove(at));
    }
    if mode & 8 != 0 {
        unprotected.push((Value::from(held), Value::from(held)));
    }
    let (header, claims) = (loose(&header_tree, &mut input), loose(&claims_tree, &mut input));
    let signature = fuzzing::signature(&header, &claims, key);
    let bytes =
        envelope(&header, &Value::Map(unprotected.clone()), &claims, &signature, &mut input);
    // Which of two equal keys is the second depends on the order, and so does what is found first.
    let again = accept(&bytes, now, None);
    if unprotected.len() > usize::from(mode & 4 != 0) || bytes.len() > limits().token_bytes {
        return;
    }
    assert_eq!(again.is_ok(), verdict.is_ok(), "{again:?} {verdict:?}");
    if let (Ok(again), Ok(list)) = (&again, &verdict) {
        assert_eq!((again.uri(), again.len(), again.bits()), (list.uri(), list.len(), list.bits()));
        assert_eq!((again.issued_at(), again.expires()), (list.issued_at(), list.expires()));
    }
});
