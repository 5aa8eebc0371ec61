//! What the vectors say about an accepted token.

use serde::Serialize;

/// The content of an accepted token.
#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Verdict {
    pub(crate) form: &'static str,
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) class: String,
    pub(crate) key_id: String,
    /// Absent: made for every gate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) audience: Option<&'static str>,
    pub(crate) challenge_answered: bool,
    pub(crate) issued_at: u64,
    pub(crate) live_until: u64,
    pub(crate) window: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) credential: Option<Credential>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) person: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) acting: Option<Acting>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) check_number: Option<String>,
    /// The application claims as one deterministic CBOR map.
    pub(crate) application: String,
    pub(crate) cautions: Vec<&'static str>,
    pub(crate) permit_id: String,
    pub(crate) keep_until: u64,
}

#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Credential {
    pub(crate) not_before: u64,
    pub(crate) expires: u64,
    pub(crate) device_key: String,
}

#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    pub(crate) full_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) birth_date: Option<String>,
}

#[derive(Serialize, Clone)]
pub(crate) struct Acting {
    pub(crate) role: String,
    pub(crate) representative: String,
}

/// The index is text, because not every JSON reader keeps 64 bits.
#[derive(Serialize, Clone)]
pub(crate) struct Status {
    pub(crate) uri: String,
    pub(crate) index: String,
}
