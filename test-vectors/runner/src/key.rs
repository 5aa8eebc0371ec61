//! Groups of type `PublicKey`.

use livepermit::{PublicKey, SecretKey};

use crate::model::{Expected, Hex, KeyFacts, KeyGroup, KeyTest};
use crate::report::GroupReport;
use crate::setup;

pub(crate) fn run(group: &KeyGroup, report: &mut GroupReport) {
    for test in &group.tests {
        let outcome = run_test(test);
        report.push(test.tc_id, &test.comment, &test.flags, test.result, outcome);
    }
}

fn run_test(test: &KeyTest) -> setup::Result<()> {
    match (PublicKey::from_cose_key(&test.cose_key), test.result, &test.key) {
        (Ok(key), Expected::Valid, Some(facts)) => {
            same(&key.to_cose_key(), &test.cose_key, "coseKey")?;
            check(&key, facts)
        }
        (Err(_), Expected::Invalid, _) => Ok(()),
        (Ok(_), Expected::Valid, None) => Err("key is missing".to_string()),
        (Ok(_), Expected::Invalid, _) => Err("read".to_string()),
        (Err(error), Expected::Valid, _) => Err(format!("refused: {error}")),
    }
}

fn check(key: &PublicKey, facts: &KeyFacts) -> setup::Result<()> {
    if key.algorithm().to_string() != facts.algorithm {
        return Err(format!("algorithm {}, not {}", key.algorithm(), facts.algorithm));
    }
    let thumbprint = key.thumbprint();
    same(&key.to_point_bytes(), &facts.point.0, "point")?;
    same(&thumbprint, &facts.thumbprint.0, "thumbprint")?;
    same(thumbprint.get(..8).unwrap_or_default(), &facts.key_id.0, "keyId")?;
    same(&key.to_spki_der(), &facts.spki.0, "spki")?;
    let again = PublicKey::from_spki_der(&facts.spki.0).map_err(setup::in_words("spki"))?;
    let owner =
        facts.private.as_ref().map(|private| public_half(&facts.algorithm, private)).transpose()?;
    if again == *key && owner.is_none_or(|owner| owner == *key) {
        Ok(())
    } else {
        Err("spki or private is of another key".to_string())
    }
}

fn same(found: &[u8], expected: &[u8], what: &str) -> setup::Result<()> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what} {}, not {}", hex::encode(found), hex::encode(expected)))
    }
}

fn public_half(algorithm: &str, private: &Hex) -> setup::Result<PublicKey> {
    let bytes: [u8; 32] =
        private.0.as_slice().try_into().map_err(|_| "private: 32 bytes are wanted".to_string())?;
    match algorithm {
        "Ed25519" => Ok(SecretKey::from_ed25519_seed(&bytes).public_key()),
        "ESP256" => Ok(SecretKey::from_p256_scalar(&bytes)
            .map_err(setup::in_words("private"))?
            .public_key()),
        other => Err(format!("algorithm {other}")),
    }
}
