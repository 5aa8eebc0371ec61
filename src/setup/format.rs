//! Labels and limits of a setup, the same for reading and writing.

/// Claim labels of a setup. Some are those of a trust list, because they say the same.
pub(crate) mod label {
    pub(crate) use crate::trust::list_format::label::{IAT, KEYS, SUB, VERSION};

    pub(crate) const OPERATOR: i64 = -65545;
    pub(crate) const PLACE: i64 = -65546;
    pub(crate) const POLICY: i64 = -65547;
    pub(crate) const TRUST_LIST: i64 = -65548;
    pub(crate) const STATUS_LISTS: i64 = -65549;
    pub(crate) const RELAY: i64 = -65550;
    pub(crate) const SETTINGS: i64 = -65551;
}

/// Labels of the policy.
pub(crate) mod policy_label {
    pub(crate) const CLASSES: i64 = 1;
    pub(crate) const REVOCATION: i64 = 2;
    pub(crate) const FORMS: i64 = 3;
    pub(crate) const AUDIENCE: i64 = 4;
    pub(crate) const CHALLENGE: i64 = 5;
    pub(crate) const ACTING: i64 = 6;
    pub(crate) const WINDOW: i64 = 7;
    pub(crate) const SKEW: i64 = 8;
    pub(crate) const MAX_CREDENTIAL_AGE: i64 = 9;
    pub(crate) const STATUS_EXEMPT: i64 = 10;
    pub(crate) const COOL_DOWN: i64 = 11;
    pub(crate) const PASSAGE: i64 = 12;
    pub(crate) const DEBOUNCE: i64 = 13;
}

/// Words of the policy. Each stands where the value is not the usual one.
pub(crate) mod word {
    pub(crate) const OWN: &str = "own";
    pub(crate) const REQUIRED: &str = "required";
    pub(crate) const ACCEPTED: &str = "accepted";
    pub(crate) const LEAVE: &str = "leave";
}

/// Media type of a setup.
pub(crate) const TYP: &str = "application/vnd.lpg+cwt";

/// The largest setup: a QR code of version 34 at level M. What phones read well is half of this.
pub(crate) const MAX_SETUP_BYTES: usize = 2048;

/// The most names of one kind that a setup has: classes, addresses, keys.
pub(crate) const MAX_NAMES: u64 = 16;

/// The length of a relay's key.
pub(crate) const RELAY_KEY_BYTES: usize = 32;
