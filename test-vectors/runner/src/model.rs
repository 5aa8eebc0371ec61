//! A vector file as Rust types: `schema.json` field by field. An unknown field is an error, so that
//! no expectation of a newer file is ignored.

use livepermit::Timestamp;
use serde::{Deserialize, Deserializer};

use crate::memory::MemoryGroup;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct File {
    #[serde(rename = "algorithm")]
    pub(crate) _algorithm: String,
    #[serde(rename = "schema")]
    pub(crate) _schema: String,
    #[serde(rename = "header")]
    pub(crate) _header: Vec<String>,
    pub(crate) notes: std::collections::BTreeMap<String, String>,
    pub(crate) number_of_tests: usize,
    pub(crate) test_groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
pub(crate) enum Group {
    VerifyToken(TokenGroup),
    Admit(AdmitGroup),
    Memory(MemoryGroup),
    AcceptTrustList(TrustListGroup),
    AcceptStatusList(StatusListGroup),
    GateCode(GateCodeGroup),
    AcceptSetup(SetupGroup),
    PublicKey(KeyGroup),
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Expected {
    Valid,
    Invalid,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TokenGroup {
    pub(crate) comment: String,
    pub(crate) trust: Vec<Entry>,
    pub(crate) policy: Rules,
    pub(crate) trust_list: Option<RootedList>,
    #[serde(default)]
    pub(crate) status_lists: Vec<DatedList>,
    pub(crate) tests: Vec<TokenTest>,
}

/// A signed trust list, and its expected content.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RootedList {
    pub(crate) name: String,
    #[serde(with = "hex")]
    pub(crate) root: Vec<u8>,
    #[serde(with = "hex")]
    pub(crate) list: Vec<u8>,
    #[serde(deserialize_with = "time")]
    pub(crate) accepted: Timestamp,
    #[serde(deserialize_with = "time")]
    pub(crate) expires: Timestamp,
}

/// A signed list, and the time at which it is accepted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatedList {
    #[serde(with = "hex")]
    pub(crate) list: Vec<u8>,
    #[serde(deserialize_with = "time")]
    pub(crate) accepted: Timestamp,
}

#[derive(Deserialize, PartialEq, Eq, Debug)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) issuer: String,
    #[serde(with = "hex")]
    pub(crate) key_id: Vec<u8>,
    #[serde(with = "hex")]
    pub(crate) key: Vec<u8>,
    pub(crate) algorithm: String,
    pub(crate) uses: Vec<String>,
    pub(crate) classes: Vec<String>,
    #[serde(deserialize_with = "time")]
    pub(crate) not_before: Timestamp,
    #[serde(deserialize_with = "time")]
    pub(crate) sign_until: Timestamp,
    #[serde(deserialize_with = "time")]
    pub(crate) expires: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Rules {
    pub(crate) gate: String,
    pub(crate) audience: String,
    pub(crate) classes: Vec<String>,
    pub(crate) forms: Vec<String>,
    pub(crate) challenge: String,
    pub(crate) window: u64,
    pub(crate) skew: u64,
    pub(crate) max_credential_age: u64,
    pub(crate) acting: String,
    pub(crate) revocation: LookUp,
    #[serde(default)]
    pub(crate) status_exempt: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum LookUp {
    No(String),
    #[serde(rename_all = "camelCase")]
    Yes {
        max_age: u64,
        grace: u64,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TokenTest {
    pub(crate) tc_id: usize,
    pub(crate) comment: String,
    pub(crate) flags: Vec<String>,
    #[serde(default, deserialize_with = "maybe_hex")]
    pub(crate) token: Option<Vec<u8>>,
    pub(crate) text: Option<String>,
    #[serde(deserialize_with = "time")]
    pub(crate) now: Timestamp,
    pub(crate) challenge: Option<Question>,
    pub(crate) result: Expected,
    pub(crate) code: Option<String>,
    pub(crate) stage: Option<String>,
    pub(crate) malformed: Option<Broken>,
    pub(crate) verdict: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    pub(crate) gate: String,
    #[serde(with = "hex")]
    pub(crate) nonce: Vec<u8>,
    #[serde(deserialize_with = "time")]
    pub(crate) expires: Timestamp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Broken {
    pub(crate) layer: String,
    pub(crate) flaw: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AdmitGroup {
    pub(crate) comment: String,
    pub(crate) trust: Vec<Entry>,
    pub(crate) policy: Rules,
    pub(crate) trust_list: Option<RootedList>,
    #[serde(default)]
    pub(crate) status_lists: Vec<DatedList>,
    pub(crate) store: Store,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) tests: Vec<AdmitTest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Store {
    pub(crate) largest_window: u64,
    pub(crate) largest_skew: u64,
    pub(crate) clock_difference: u64,
    pub(crate) longest_cool_down: u64,
    pub(crate) old_master: u64,
    pub(crate) capacity: usize,
    #[serde(default, deserialize_with = "maybe_time")]
    pub(crate) lost_at: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Lane {
    pub(crate) gate: String,
    pub(crate) lane: String,
    pub(crate) zone: String,
    pub(crate) debounce: u64,
    pub(crate) cool_down: CoolingDown,
    pub(crate) store_failure: String,
    pub(crate) passage: String,
    pub(crate) clock_jump: u64,
    #[serde(default, deserialize_with = "maybe_time")]
    pub(crate) floor: Option<Timestamp>,
    #[serde(default, deserialize_with = "maybe_time")]
    pub(crate) last_admission: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum CoolingDown {
    Named(String),
    Seconds(u64),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AdmitTest {
    pub(crate) tc_id: usize,
    pub(crate) comment: String,
    pub(crate) flags: Vec<String>,
    pub(crate) steps: Vec<Step>,
    pub(crate) result: Expected,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Step {
    Show(ShowStep),
    Ask(AskStep),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ShowStep {
    pub(crate) show: String,
    pub(crate) lane: usize,
    #[serde(deserialize_with = "time")]
    pub(crate) now: Timestamp,
    #[serde(default)]
    pub(crate) store_unreachable: bool,
    pub(crate) result: Expected,
    pub(crate) code: Option<String>,
    pub(crate) stage: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) cautions: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskStep {
    pub(crate) ask: Question,
    pub(crate) lane: usize,
    #[serde(deserialize_with = "time")]
    pub(crate) now: Timestamp,
    pub(crate) result: Expected,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TrustListGroup {
    pub(crate) comment: String,
    pub(crate) name: String,
    pub(crate) roots: Vec<Hex>,
    pub(crate) lowest_version: u64,
    pub(crate) skew: u64,
    pub(crate) tests: Vec<ListTest<AcceptedTrustList>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct StatusListGroup {
    pub(crate) comment: String,
    pub(crate) trust: Vec<Entry>,
    pub(crate) skew: u64,
    pub(crate) limits: Limits,
    pub(crate) tests: Vec<ListTest<AcceptedStatusList>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Limits {
    pub(crate) list_bytes: usize,
    pub(crate) inflated_bytes: usize,
}

/// A trust list or a status list, and its content when it is accepted.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ListTest<Accepted> {
    pub(crate) tc_id: usize,
    pub(crate) comment: String,
    pub(crate) flags: Vec<String>,
    #[serde(default = "Vec::new")]
    pub(crate) held: Vec<DatedList>,
    #[serde(with = "hex")]
    pub(crate) list: Vec<u8>,
    #[serde(deserialize_with = "time")]
    pub(crate) now: Timestamp,
    pub(crate) result: Expected,
    pub(crate) code: Option<String>,
    pub(crate) malformed: Option<Broken>,
    pub(crate) accepted: Option<Accepted>,
}

#[derive(Deserialize, PartialEq, Eq, Debug)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AcceptedTrustList {
    pub(crate) version: u64,
    #[serde(deserialize_with = "time")]
    pub(crate) issued_at: Timestamp,
    #[serde(deserialize_with = "time")]
    pub(crate) expires: Timestamp,
    pub(crate) trust: Vec<Entry>,
    pub(crate) skipped: usize,
    pub(crate) roots: Vec<Hex>,
}

#[derive(Deserialize, PartialEq, Eq, Debug)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AcceptedStatusList {
    pub(crate) issuer: String,
    pub(crate) uri: String,
    pub(crate) bits: u8,
    #[serde(deserialize_with = "time")]
    pub(crate) issued_at: Timestamp,
    #[serde(default, deserialize_with = "maybe_time")]
    pub(crate) expires: Option<Timestamp>,
    pub(crate) entries: u64,
    pub(crate) values: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GateCodeGroup {
    pub(crate) comment: String,
    pub(crate) tests: Vec<GateCodeTest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GateCodeTest {
    pub(crate) tc_id: usize,
    pub(crate) comment: String,
    pub(crate) flags: Vec<String>,
    pub(crate) text: String,
    pub(crate) result: Expected,
    pub(crate) code: Option<String>,
    pub(crate) malformed: Option<Broken>,
    pub(crate) gate_code: Option<ReadGateCode>,
}

#[derive(Deserialize, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadGateCode {
    pub(crate) gate: String,
    #[serde(default, deserialize_with = "maybe_hex")]
    pub(crate) nonce: Option<Vec<u8>>,
    #[serde(default, deserialize_with = "maybe_time")]
    pub(crate) expires: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetupGroup {
    pub(crate) comment: String,
    pub(crate) skew: u64,
    pub(crate) tests: Vec<SetupTest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetupTest {
    pub(crate) tc_id: usize,
    pub(crate) comment: String,
    pub(crate) flags: Vec<String>,
    #[serde(default, deserialize_with = "maybe_hex")]
    pub(crate) held: Option<Vec<u8>>,
    #[serde(default, deserialize_with = "maybe_hex")]
    pub(crate) setup: Option<Vec<u8>>,
    pub(crate) text: Option<String>,
    pub(crate) compared: Option<String>,
    #[serde(deserialize_with = "time")]
    pub(crate) now: Timestamp,
    pub(crate) result: Expected,
    pub(crate) code: Option<String>,
    pub(crate) malformed: Option<Broken>,
    pub(crate) accepted: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyGroup {
    pub(crate) comment: String,
    pub(crate) tests: Vec<KeyTest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KeyTest {
    pub(crate) tc_id: usize,
    pub(crate) comment: String,
    pub(crate) flags: Vec<String>,
    #[serde(with = "hex")]
    pub(crate) cose_key: Vec<u8>,
    pub(crate) result: Expected,
    pub(crate) key: Option<KeyFacts>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KeyFacts {
    pub(crate) algorithm: String,
    pub(crate) private: Option<Hex>,
    pub(crate) point: Hex,
    pub(crate) thumbprint: Hex,
    pub(crate) key_id: Hex,
    pub(crate) spki: Hex,
}

/// Bytes written in hexadecimal.
#[derive(Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub(crate) struct Hex(#[serde(with = "hex")] pub(crate) Vec<u8>);

impl std::fmt::Debug for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

pub(crate) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let seconds = u64::deserialize(deserializer)?;
    Timestamp::from_unix(seconds).ok_or_else(|| serde::de::Error::custom("a time out of range"))
}

pub(crate) fn maybe_time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    time(deserializer).map(Some)
}

fn maybe_hex<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
    hex::deserialize(deserializer).map(Some)
}
