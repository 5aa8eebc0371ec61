//! A vector file as Rust types, and the verifier it asks for.

use std::sync::Arc;

use livepermit::{
    ActingPolicy, AudiencePolicy, Challenge, ChallengePolicy, Form, Policy, PublicKey, Revocation,
    StatusLimits, StatusList, Timestamp, Trust, TrustAnchor, TrustedKey, Use, Verifier,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct File<G> {
    pub(crate) number_of_tests: usize,
    pub(crate) test_groups: Vec<G>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyGroup {
    pub(crate) tests: Vec<KeyTest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyTest {
    pub(crate) tc_id: usize,
    pub(crate) comment: String,
    pub(crate) cose_key: String,
    pub(crate) result: String,
    pub(crate) key: Option<KeyFacts>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyFacts {
    pub(crate) algorithm: String,
    pub(crate) private: Option<String>,
    pub(crate) point: String,
    pub(crate) thumbprint: String,
    pub(crate) key_id: String,
    pub(crate) spki: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenGroup {
    pub(crate) trust: Vec<Entry>,
    pub(crate) policy: Rules,
    pub(crate) trust_list: Option<SignedTrust>,
    #[serde(default)]
    pub(crate) status_lists: Vec<SignedStatus>,
    pub(crate) tests: Vec<TokenTest>,
}

#[derive(Deserialize)]
pub(crate) struct SignedTrust {
    name: String,
    root: String,
    list: String,
    accepted: u64,
    expires: u64,
}

#[derive(Deserialize)]
pub(crate) struct SignedStatus {
    list: String,
    accepted: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    issuer: String,
    key_id: String,
    key: String,
    algorithm: String,
    uses: Vec<String>,
    classes: Vec<String>,
    not_before: u64,
    sign_until: u64,
    expires: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rules {
    gate: String,
    audience: String,
    classes: Vec<String>,
    forms: Vec<String>,
    challenge: String,
    window: u64,
    skew: u64,
    max_credential_age: u64,
    acting: String,
    revocation: LookUp,
    #[serde(default)]
    status_exempt: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum LookUp {
    No(String),
    #[serde(rename_all = "camelCase")]
    Yes {
        max_age: u64,
        grace: u64,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenTest {
    pub(crate) tc_id: usize,
    pub(crate) comment: String,
    pub(crate) flags: Vec<String>,
    pub(crate) token: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) now: u64,
    pub(crate) challenge: Option<Question>,
    pub(crate) result: String,
    pub(crate) code: Option<String>,
    pub(crate) stage: Option<String>,
    pub(crate) malformed: Option<Malformed>,
    pub(crate) verdict: Option<serde_json::Value>,
}

#[derive(Deserialize)]
pub(crate) struct Question {
    gate: String,
    nonce: String,
    expires: u64,
}

#[derive(Deserialize)]
pub(crate) struct Malformed {
    pub(crate) layer: String,
    pub(crate) flaw: String,
}

impl Entry {
    fn build(&self) -> TrustedKey {
        let uses = self.uses.iter().map(|name| match name.as_str() {
            "credential" => Use::Credential,
            "pass" => Use::Pass,
            "slip" => Use::Slip,
            "status" => Use::Status,
            other => panic!("{other}"),
        });
        let key = PublicKey::from_cose_key(&unhex(&self.key)).unwrap();
        let entry = TrustedKey::new(&self.issuer, key, uses, &self.classes)
            .unwrap()
            .with_key_id(&unhex(&self.key_id))
            .unwrap()
            .with_times(time(self.not_before), time(self.sign_until), time(self.expires))
            .unwrap();
        match self.algorithm.as_str() {
            "Ed25519" => entry,
            "EdDSA" => entry.pinned_to_eddsa().unwrap(),
            other => panic!("{other}"),
        }
    }
}

impl TokenGroup {
    pub(crate) fn trust(&self) -> Trust {
        let trust = Trust::new(self.trust.iter().map(Entry::build)).unwrap();
        let Some(signed) = &self.trust_list else { return trust };
        let root = PublicKey::from_cose_key(&unhex(&signed.root)).unwrap();
        let mut anchor = TrustAnchor::new(&signed.name, [root], 0).unwrap();
        let list = anchor.accept(&unhex(&signed.list), time(signed.accepted), self.policy.skew).unwrap();
        assert_eq!(list.trust().keys(), trust.keys());
        assert_eq!(list.expires(), time(signed.expires));
        list.trust().clone()
    }

    pub(crate) fn verifier(&self) -> Verifier {
        let trust = self.trust();
        let lists: Vec<_> = self
            .status_lists
            .iter()
            .map(|signed| {
                let (bytes, now) = (unhex(&signed.list), time(signed.accepted));
                let limits = StatusLimits::default();
                let list = StatusList::accept(&bytes, &trust, now, self.policy.skew, |_, _| None, limits);
                Arc::new(list.unwrap())
            })
            .collect();
        Verifier::new(trust, self.policy()).unwrap().with_status_lists(lists)
    }

    pub(crate) fn policy(&self) -> Policy {
        let rules = &self.policy;
        let audience = match rules.audience.as_str() {
            "own" => AudiencePolicy::Own(rules.gate.clone()),
            "own-or-any" => AudiencePolicy::OwnOrAny(rules.gate.clone()),
            other => panic!("{other}"),
        };
        let forms = rules.forms.iter().map(|name| match name.as_str() {
            "pass" => Form::Pass,
            "presentation" => Form::Presentation,
            "slip" => Form::Slip,
            other => panic!("{other}"),
        });
        let challenge = match rules.challenge.as_str() {
            "not-used" => ChallengePolicy::NotUsed,
            "required" => ChallengePolicy::Required,
            other => panic!("{other}"),
        };
        let acting = match rules.acting.as_str() {
            "refused" => ActingPolicy::Refused,
            "accepted" => ActingPolicy::Accepted,
            other => panic!("{other}"),
        };
        let revocation = match &rules.revocation {
            LookUp::No(word) if word == "not-checked" => Revocation::NotChecked,
            LookUp::No(word) => panic!("{word}"),
            LookUp::Yes { max_age, grace } => Revocation::Required { max_age: *max_age, grace: *grace },
        };
        Policy::new(audience, rules.classes.clone(), revocation)
            .with_acting(acting)
            .dangerous_exempt_from_status(rules.status_exempt.clone())
            .with_forms(forms)
            .with_challenge(challenge)
            .with_window(rules.window)
            .with_skew(rules.skew)
            .with_max_credential_age(rules.max_credential_age)
    }
}

impl Question {
    pub(crate) fn build(&self) -> Challenge {
        Challenge::new(&self.gate, &unhex(&self.nonce), time(self.expires)).unwrap()
    }
}

pub(crate) fn time(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

pub(crate) fn unhex(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
