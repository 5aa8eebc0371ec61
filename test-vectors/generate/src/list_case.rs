//! Tests of lists: the list, the earlier list, and the result.

use livepermit::rejection::{Flaw, Layer as Place, ListRejectionCode};
use serde::Serialize;

use super::cbor::hex;
use super::json::{Malformed, Numbered, StatusList, Trusted};
use super::token::{Layer, NOW};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrustListGroup {
    pub(crate) r#type: &'static str,
    pub(crate) comment: &'static str,
    pub(crate) name: String,
    pub(crate) roots: Vec<String>,
    pub(crate) lowest_version: u64,
    pub(crate) skew: u64,
    pub(crate) tests: Vec<ListTest<AcceptedTrustList>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusListGroup {
    pub(crate) r#type: &'static str,
    pub(crate) comment: &'static str,
    pub(crate) trust: Vec<Trusted>,
    pub(crate) skew: u64,
    pub(crate) limits: Limits,
    pub(crate) tests: Vec<ListTest<AcceptedStatusList>>,
}

#[derive(Serialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Limits {
    pub(crate) list_bytes: usize,
    pub(crate) inflated_bytes: usize,
}

impl Numbered for TrustListGroup {
    fn tests(&mut self) -> Vec<(&mut usize, &[&'static str])> {
        self.tests.iter_mut().map(ListTest::numbered).collect()
    }
}

impl Numbered for StatusListGroup {
    fn tests(&mut self) -> Vec<(&mut usize, &[&'static str])> {
        self.tests.iter_mut().map(ListTest::numbered).collect()
    }
}

/// The content of an accepted trust list.
#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AcceptedTrustList {
    pub(crate) version: u64,
    pub(crate) issued_at: u64,
    pub(crate) expires: u64,
    pub(crate) trust: Vec<Trusted>,
    pub(crate) skipped: usize,
    pub(crate) roots: Vec<String>,
}

/// The content of an accepted status list.
#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AcceptedStatusList {
    pub(crate) issuer: &'static str,
    pub(crate) uri: String,
    pub(crate) bits: u8,
    pub(crate) issued_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<u64>,
    pub(crate) entries: u64,
    pub(crate) values: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListTest<Accepted> {
    tc_id: usize,
    comment: String,
    flags: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    held: Vec<StatusList>,
    list: String,
    now: u64,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    malformed: Option<Malformed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<Accepted>,
}

impl<Accepted> ListTest<Accepted> {
    fn numbered(&mut self) -> (&mut usize, &[&'static str]) {
        (&mut self.tc_id, self.flags.as_slice())
    }

    pub(crate) fn flag(mut self, flag: &'static str) -> Self {
        self.flags.push(flag);
        self
    }

    pub(crate) fn edge(self) -> Self {
        self.flag("Edge")
    }
}

/// Builds one test: `list_case("…", "…", &list).refused(ListRejectionCode::Expired)`.
pub(crate) struct ListCase {
    comment: String,
    flags: Vec<&'static str>,
    held: Vec<StatusList>,
    list: Vec<u8>,
    now: u64,
}

/// The verifier gets the list at [`NOW`].
pub(crate) fn list_case(flag: &'static str, comment: impl Into<String>, list: &Layer) -> ListCase {
    ListCase {
        comment: comment.into(),
        flags: vec![flag],
        held: Vec::new(),
        list: list.encode(),
        now: NOW,
    }
}

impl ListCase {
    /// The verifier holds this list, which it accepted at that time.
    pub(crate) fn holding(mut self, list: &Layer, accepted: u64) -> Self {
        self.held.push(StatusList { list: hex(&list.encode()), accepted });
        self
    }

    pub(crate) fn at(mut self, now: u64) -> Self {
        self.now = now;
        self
    }

    pub(crate) fn bytes(mut self, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Self {
        self.list = change(self.list);
        self
    }

    pub(crate) fn flag(mut self, flag: &'static str) -> Self {
        self.flags.push(flag);
        self
    }

    fn finish<Accepted>(self, result: &'static str) -> ListTest<Accepted> {
        ListTest {
            tc_id: 0,
            comment: self.comment,
            flags: self.flags,
            held: self.held,
            list: hex(&self.list),
            now: self.now,
            result,
            code: None,
            malformed: None,
            accepted: None,
        }
    }

    pub(crate) fn accepted<Accepted>(self, accepted: Accepted) -> ListTest<Accepted> {
        ListTest { accepted: Some(accepted), ..self.finish("valid") }
    }

    pub(crate) fn refused<Accepted>(self, code: ListRejectionCode) -> ListTest<Accepted> {
        ListTest { code: Some(code.as_str()), ..self.finish("invalid") }
    }

    pub(crate) fn malformed<Accepted>(self, place: Place, flaw: Flaw) -> ListTest<Accepted> {
        ListTest {
            malformed: Some(Malformed::new(place, flaw)),
            ..self.refused(ListRejectionCode::Malformed)
        }
    }
}
