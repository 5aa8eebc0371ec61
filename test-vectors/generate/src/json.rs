//! The envelope of a vector file, modelled on Project Wycheproof's.

use std::collections::BTreeMap;

use livepermit::RejectionCode;
use livepermit::rejection::{Flaw, Layer as Place};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::cbor::{array, hex, text};
use super::crypto::Key;
use super::token::{
    BIRTH_DATE, CLASS, EXPIRES, FULL_NAME, GATE, ISSUED, ISSUER, LAST_SECOND, Layer, NONCE,
    NOT_BEFORE, NOW, PRINTED, SHOWN, SLIP_EXPIRES, STATUS_INDEX, STATUS_URI, SUBJECT, WINDOW,
    qr_text,
};

pub(crate) use super::verdict::{Acting, Credential, Person, Status, Verdict};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct File<G> {
    pub(crate) algorithm: &'static str,
    pub(crate) schema: &'static str,
    pub(crate) header: &'static [&'static str],
    pub(crate) notes: BTreeMap<&'static str, &'static str>,
    pub(crate) number_of_tests: usize,
    pub(crate) test_groups: Vec<G>,
}

pub(crate) fn write<G: Serialize>(file: &File<G>) -> String {
    let mut out = serde_json::to_string_pretty(file).unwrap();
    out.push('\n');
    out
}

/// A group that has tests without numbers.
pub(crate) trait Numbered {
    /// The number and the flags of each test.
    fn tests(&mut self) -> Vec<(&mut usize, &[&'static str])>;
}

impl Numbered for Group {
    fn tests(&mut self) -> Vec<(&mut usize, &[&'static str])> {
        self.tests.iter_mut().map(|test| (&mut test.tc_id, test.flags.as_slice())).collect()
    }
}

/// A file of tokens.
pub(crate) fn tokens(
    header: &'static [&'static str],
    notes: &[(&'static str, &'static str)],
    groups: Vec<Group>,
) -> String {
    write_groups(header, notes, groups)
}

/// A file of groups of one type. Numbers the tests, and checks that every flag is explained.
pub(crate) fn write_groups<G: Serialize + Numbered>(
    header: &'static [&'static str],
    notes: &[(&'static str, &'static str)],
    mut groups: Vec<G>,
) -> String {
    let notes: BTreeMap<_, _> = notes.iter().copied().collect();
    let mut count = 0;
    for (tc_id, flags) in groups.iter_mut().flat_map(Numbered::tests) {
        count += 1;
        *tc_id = count;
        for flag in flags {
            assert!(notes.contains_key(flag), "no note explains the flag {flag}");
        }
    }
    write(&File {
        algorithm: "LP1",
        schema: "schema.json",
        header,
        notes,
        number_of_tests: count,
        test_groups: groups,
    })
}

/// Tests that share trust and policy.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Group {
    r#type: &'static str,
    comment: &'static str,
    trust: Vec<Trusted>,
    policy: Policy,
    /// The signed list from which the entries of `trust` come.
    #[serde(skip_serializing_if = "Option::is_none")]
    trust_list: Option<TrustList>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    status_lists: Vec<StatusList>,
    tests: Vec<Test>,
}

/// A trust list, accepted at `accepted` under the given root key.
#[derive(Serialize, Clone)]
pub(crate) struct TrustList {
    pub(crate) name: &'static str,
    pub(crate) root: String,
    pub(crate) list: String,
    pub(crate) accepted: u64,
    pub(crate) expires: u64,
}

/// A status list, accepted at `accepted`.
#[derive(Serialize, Clone)]
pub(crate) struct StatusList {
    pub(crate) list: String,
    pub(crate) accepted: u64,
}

impl Group {
    pub(crate) fn new(
        comment: &'static str,
        trust: Vec<Trusted>,
        policy: Policy,
        cases: Vec<Case>,
    ) -> Self {
        let tests = cases.into_iter().map(|case| case.finish(&policy)).collect();
        let (trust_list, status_lists) = (None, Vec::new());
        Self { r#type: "VerifyToken", comment, trust, policy, trust_list, status_lists, tests }
    }

    pub(crate) fn with_trust_list(mut self, list: TrustList) -> Self {
        self.trust_list = Some(list);
        self
    }

    pub(crate) fn with_status_lists(mut self, lists: impl IntoIterator<Item = StatusList>) -> Self {
        self.status_lists = lists.into_iter().collect();
        self
    }
}

#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Trusted {
    pub(crate) issuer: &'static str,
    pub(crate) key_id: String,
    pub(crate) key: String,
    pub(crate) algorithm: &'static str,
    pub(crate) uses: Vec<&'static str>,
    pub(crate) classes: Vec<&'static str>,
    pub(crate) not_before: u64,
    pub(crate) sign_until: u64,
    pub(crate) expires: u64,
}

impl Trusted {
    pub(crate) fn new(key: Key) -> Self {
        Self {
            issuer: ISSUER,
            key_id: hex(&key.id()),
            key: hex(&key.cose()),
            algorithm: "Ed25519",
            uses: vec!["credential", "pass"],
            classes: vec![CLASS],
            not_before: 0,
            sign_until: LAST_SECOND,
            expires: LAST_SECOND,
        }
    }

    pub(crate) fn edit(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Policy {
    pub(crate) gate: &'static str,
    pub(crate) audience: &'static str,
    pub(crate) classes: Vec<&'static str>,
    pub(crate) forms: Vec<&'static str>,
    pub(crate) challenge: &'static str,
    pub(crate) window: u64,
    pub(crate) skew: u64,
    pub(crate) max_credential_age: u64,
    pub(crate) acting: &'static str,
    pub(crate) revocation: RevocationPolicy,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) status_exempt: Vec<&'static str>,
}

#[derive(Serialize, Clone, Copy)]
#[serde(untagged)]
pub(crate) enum RevocationPolicy {
    NotChecked(&'static str),
    #[serde(rename_all = "camelCase")]
    Required {
        max_age: u64,
        grace: u64,
    },
}

impl Policy {
    pub(crate) fn default() -> Self {
        Self {
            gate: GATE,
            audience: "own-or-any",
            classes: vec![CLASS],
            forms: vec!["pass", "presentation"],
            challenge: "not-used",
            window: 30,
            skew: 5,
            max_credential_age: 86_700,
            acting: "refused",
            revocation: RevocationPolicy::NotChecked("not-checked"),
            status_exempt: Vec::new(),
        }
    }

    pub(crate) fn edit(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    tc_id: usize,
    comment: String,
    flags: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    now: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<Challenge>,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    malformed: Option<Malformed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<Verdict>,
}

#[derive(Serialize, Clone)]
pub(crate) struct Challenge {
    pub(crate) gate: &'static str,
    pub(crate) nonce: String,
    pub(crate) expires: u64,
}

/// Where and how the format is broken.
#[derive(Serialize)]
pub(crate) struct Malformed {
    layer: &'static str,
    flaw: &'static str,
}

impl Malformed {
    pub(crate) fn new(place: Place, flaw: Flaw) -> Self {
        Self { layer: place.name(), flaw: flaw.name() }
    }
}

/// Builds one test: `case("…").token(pass()).refused(Code::Stale)`.
#[derive(Clone)]
pub(crate) struct Case {
    comment: String,
    flags: Vec<&'static str>,
    token: Option<Vec<u8>>,
    text: Option<String>,
    now: u64,
    challenge: Option<Challenge>,
    outcome: Outcome,
}

#[derive(Clone)]
enum Outcome {
    Open,
    Refused(RejectionCode, Option<(Place, Flaw)>),
    Accepted(Box<Verdict>),
}

pub(crate) fn case(flag: &'static str, comment: impl Into<String>) -> Case {
    Case {
        comment: comment.into(),
        flags: vec![flag],
        token: None,
        text: None,
        now: NOW,
        challenge: None,
        outcome: Outcome::Open,
    }
}

impl Case {
    pub(crate) fn flag(mut self, flag: &'static str) -> Self {
        self.flags.push(flag);
        self
    }

    /// As bytes, and as the text of a QR code.
    pub(crate) fn token(self, layer: &Layer) -> Self {
        self.bytes(layer.encode())
    }

    pub(crate) fn bytes(mut self, token: Vec<u8>) -> Self {
        self.text = Some(qr_text(&token));
        self.token = Some(token);
        self
    }

    pub(crate) fn only_bytes(mut self, token: Vec<u8>) -> Self {
        self.token = Some(token);
        self
    }

    pub(crate) fn only_text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    pub(crate) fn at(mut self, now: u64) -> Self {
        self.now = now;
        self
    }

    /// The gate asked a question, and waits until ten seconds after [`NOW`].
    pub(crate) fn challenged(self) -> Self {
        self.challenge(Challenge { gate: GATE, nonce: hex(&NONCE), expires: NOW + 10 })
    }

    pub(crate) fn challenge(mut self, challenge: Challenge) -> Self {
        self.challenge = Some(challenge);
        self
    }

    pub(crate) fn refused(mut self, code: RejectionCode) -> Self {
        self.outcome = Outcome::Refused(code, None);
        self
    }

    pub(crate) fn malformed(mut self, place: Place, flaw: Flaw) -> Self {
        self.outcome = Outcome::Refused(RejectionCode::Malformed, Some((place, flaw)));
        self
    }

    /// Accepted as a pass, with the differences from the default pass.
    pub(crate) fn accepted_pass(self, change: impl FnOnce(&mut Verdict)) -> Self {
        self.accepted("pass", None, change)
    }

    /// Accepted as a presentation of this device, with the differences from the default
    /// presentation.
    pub(crate) fn accepted_presentation(
        self,
        device: Key,
        change: impl FnOnce(&mut Verdict),
    ) -> Self {
        let device_key = hex(&device.cose());
        let facts = Credential { not_before: NOT_BEFORE, expires: EXPIRES, device_key };
        self.accepted("presentation", Some(facts), change)
    }

    /// Accepted as a slip, with the differences from the default slip.
    pub(crate) fn accepted_slip(self, change: impl FnOnce(&mut Verdict)) -> Self {
        self.accepted("slip", None, |verdict| {
            (verdict.issued_at, verdict.live_until) = (ISSUED, SLIP_EXPIRES);
            verdict.person = Some(Person {
                full_name: FULL_NAME.to_string(),
                birth_date: Some(BIRTH_DATE.to_string()),
            });
            verdict.status =
                Some(Status { uri: STATUS_URI.to_string(), index: STATUS_INDEX.to_string() });
            verdict.check_number = Some(PRINTED.to_string());
            verdict.cautions = vec!["revocation-not-checked", "printed"];
            change(verdict);
            verdict.window = verdict.live_until - verdict.issued_at;
        })
    }

    fn accepted(
        mut self,
        form: &'static str,
        credential: Option<Credential>,
        change: impl FnOnce(&mut Verdict),
    ) -> Self {
        let status = credential
            .as_ref()
            .map(|_| Status { uri: STATUS_URI.to_string(), index: STATUS_INDEX.to_string() });
        let mut verdict = Verdict {
            form,
            issuer: ISSUER.to_string(),
            subject: SUBJECT.to_string(),
            class: CLASS.to_string(),
            key_id: hex(&Key::Issuer.id()),
            audience: None,
            challenge_answered: false,
            issued_at: SHOWN,
            live_until: SHOWN + WINDOW,
            window: WINDOW,
            credential,
            person: None,
            status,
            acting: None,
            check_number: None,
            application: "a0".to_string(),
            cautions: vec!["revocation-not-checked"],
            permit_id: String::new(),
            keep_until: 0,
        };
        change(&mut verdict);
        self.outcome = Outcome::Accepted(Box::new(verdict));
        self
    }

    fn finish(self, policy: &Policy) -> Test {
        let mut test = Test {
            tc_id: 0,
            comment: self.comment,
            flags: self.flags,
            token: self.token.map(|token| hex(&token)),
            text: self.text,
            now: self.now,
            challenge: self.challenge,
            result: "invalid",
            code: None,
            stage: None,
            malformed: None,
            verdict: None,
        };
        match self.outcome {
            Outcome::Open => panic!("{}: no outcome", test.comment),
            Outcome::Refused(code, malformed) => {
                test.code = Some(code.as_str());
                test.stage = Some(code.stage().name());
                test.malformed = malformed.map(|(place, flaw)| Malformed::new(place, flaw));
            }
            Outcome::Accepted(mut verdict) => {
                let names =
                    [&verdict.issuer, &verdict.subject, &verdict.class].map(|name| text(name));
                verdict.permit_id = hex(&Sha256::digest(array(&names)));
                verdict.keep_until = (verdict.live_until + 2 * policy.skew).min(LAST_SECOND);
                test.result = "valid";
                test.verdict = Some(*verdict);
            }
        }
        test
    }
}
