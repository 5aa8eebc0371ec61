//! Tests of setups: the setup, what the gate has, and the result.

use livepermit::rejection::{Flaw, Layer as Place, SetupRejectionCode};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::super::cbor::hex;
use super::super::json::{Malformed, Numbered, Policy, Trusted};
use super::super::token::{Layer, NOW};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Group {
    pub(super) r#type: &'static str,
    pub(super) comment: &'static str,
    pub(super) skew: u64,
    pub(super) tests: Vec<Test>,
}

impl Numbered for Group {
    fn tests(&mut self) -> Vec<(&mut usize, &[&'static str])> {
        self.tests.iter_mut().map(|test| (&mut test.tc_id, test.flags.as_slice())).collect()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Test {
    tc_id: usize,
    comment: String,
    flags: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    setup: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compared: Option<String>,
    now: u64,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    malformed: Option<Malformed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<Accepted>,
}

/// What an accepted setup says.
#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct Accepted {
    pub(super) version: u64,
    pub(super) issued_at: u64,
    pub(super) operator: String,
    pub(super) check_number: String,
    pub(super) lane: String,
    pub(super) zone: String,
    pub(super) policy: Policy,
    pub(super) passage: &'static str,
    pub(super) debounce: u64,
    pub(super) cool_down: CoolDown,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trust: Option<Vec<Trusted>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trust_list: Option<Source>,
    pub(super) status_lists: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) relay: Option<Relay>,
    pub(super) settings: Settings,
}

impl Accepted {
    pub(super) fn edit(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

#[derive(Serialize, Clone, Copy)]
#[serde(untagged)]
pub(super) enum CoolDown {
    Named(&'static str),
    Seconds(u64),
}

/// Where a trust list is.
#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) lowest_version: u64,
    pub(super) roots: Vec<String>,
    pub(super) address: String,
}

#[derive(Serialize, Clone)]
pub(super) struct Relay {
    pub(super) address: String,
    pub(super) key: String,
}

#[derive(Serialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
pub(super) struct Settings {
    pub(super) largest_window: u64,
    pub(super) largest_skew: u64,
    pub(super) clock_difference: u64,
    pub(super) longest_cool_down: u64,
    pub(super) old_master: OldMaster,
}

#[derive(Serialize, Clone, Copy)]
#[serde(untagged)]
pub(super) enum OldMaster {
    Seconds(u64),
    Named(&'static str),
}

impl Settings {
    pub(super) const fn default() -> Self {
        Self {
            largest_window: 30,
            largest_skew: 5,
            clock_difference: 60,
            longest_cool_down: 0,
            old_master: OldMaster::Seconds(0),
        }
    }
}

/// The twelve digits of section 9.5.
pub(super) fn check_number(setup: &[u8]) -> String {
    let block = pbkdf2(setup, b"livepermit setup", 100_000);
    let first = u64::from_be_bytes(block[..8].try_into().unwrap());
    format!("{:012}", first % 1_000_000_000_000)
}

/// The first block of PBKDF2 with HMAC-SHA-256 (RFC 8018).
fn pbkdf2(password: &[u8], salt: &[u8], rounds: u32) -> [u8; 32] {
    let mut key = [0; 64];
    if password.len() > 64 {
        key[..32].copy_from_slice(&Sha256::digest(password));
    } else {
        key[..password.len()].copy_from_slice(password);
    }
    let padded = |pad: u8| Sha256::new().chain_update(key.map(|byte| byte ^ pad));
    let (inner, outer) = (padded(0x36), padded(0x5c));
    let hmac = |message: &[u8]| -> [u8; 32] {
        let digest = inner.clone().chain_update(message).finalize();
        outer.clone().chain_update(digest).finalize().into()
    };
    let mut last = hmac(&[salt, &[0, 0, 0, 1]].concat());
    let mut sum = last;
    for _ in 1..rounds {
        last = hmac(&last);
        for (sum, byte) in sum.iter_mut().zip(last) {
            *sum ^= byte;
        }
    }
    sum
}

/// Builds one test: `case("…", "…", &setup).refused(SetupRejectionCode::Older)`.
pub(super) struct Case {
    test: Test,
    bytes: Vec<u8>,
    compares: bool,
}

/// The gate gets the setup at [`NOW`]. It has none, and a person read the right check number.
pub(super) fn case(flag: &'static str, comment: impl Into<String>, setup: &Layer) -> Case {
    Case {
        test: Test {
            tc_id: 0,
            comment: comment.into(),
            flags: vec![flag],
            held: None,
            setup: None,
            text: None,
            compared: None,
            now: NOW,
            result: "invalid",
            code: None,
            malformed: None,
            accepted: None,
        },
        bytes: setup.encode(),
        compares: true,
    }
}

impl Case {
    /// The gate has this setup.
    pub(super) fn holding(mut self, held: &Layer) -> Self {
        self.test.held = Some(hex(&held.encode()));
        self.compares = false;
        self
    }

    /// The person read this number.
    pub(super) fn compared(mut self, number: impl Into<String>) -> Self {
        self.test.compared = Some(number.into());
        self
    }

    /// Changes the right number as a person may write it.
    pub(super) fn written(self, write: impl FnOnce(&str) -> String) -> Self {
        let number = write(&check_number(&self.bytes));
        self.compared(number)
    }

    pub(super) fn at(mut self, now: u64) -> Self {
        self.test.now = now;
        self
    }

    pub(super) fn bytes(mut self, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Self {
        self.bytes = change(self.bytes);
        self
    }

    /// The gate gets a text.
    pub(super) fn text(mut self, write: impl FnOnce(&[u8]) -> String) -> Self {
        self.test.text = Some(write(&self.bytes));
        self
    }

    pub(super) fn flag(mut self, flag: &'static str) -> Self {
        self.test.flags.push(flag);
        self
    }

    pub(super) fn edge(self) -> Self {
        self.flag("Edge")
    }

    fn finish(mut self) -> Test {
        if self.compares && self.test.compared.is_none() {
            // For what is refused before, the number does not matter.
            let is_reached = self.test.accepted.is_some()
                || self.test.code == Some(SetupRejectionCode::FromTheFuture.as_str());
            let number = if is_reached { check_number(&self.bytes) } else { "0".repeat(12) };
            self.test.compared = Some(number);
        }
        if self.test.text.is_none() {
            self.test.setup = Some(hex(&self.bytes));
        }
        self.test
    }

    pub(super) fn accepted(mut self, accepted: Accepted) -> Test {
        let check_number = check_number(&self.bytes);
        self.test.result = "valid";
        self.test.accepted = Some(Accepted { check_number, ..accepted });
        self.finish()
    }

    pub(super) fn refused(mut self, code: SetupRejectionCode) -> Test {
        self.test.code = Some(code.as_str());
        self.finish()
    }

    pub(super) fn malformed(mut self, place: Place, flaw: Flaw) -> Test {
        self.test.malformed = Some(Malformed::new(place, flaw));
        self.refused(SetupRejectionCode::Malformed)
    }
}
