//! Labels and limits of a trust list, the same for reading and writing.

/// Claim labels of a trust list, in this profile's own block.
pub(crate) mod label {
    pub(crate) const SUB: i64 = 2;
    pub(crate) const EXP: i64 = 4;
    pub(crate) const IAT: i64 = 6;
    pub(crate) const VERSION: i64 = -65541;
    pub(crate) const KEYS: i64 = -65542;
    pub(crate) const ROOTS: i64 = -65543;
}

/// Labels of an entry.
pub(crate) mod entry_label {
    pub(crate) const KEY: i64 = 1;
    pub(crate) const KEY_ID: i64 = 2;
    pub(crate) const ALG: i64 = 3;
    pub(crate) const ISSUER: i64 = 4;
    pub(crate) const USES: i64 = 5;
    pub(crate) const CLASSES: i64 = 6;
    pub(crate) const NOT_BEFORE: i64 = 7;
    pub(crate) const SIGN_UNTIL: i64 = 8;
    pub(crate) const EXPIRES: i64 = 9;
}

/// Media type of a trust list.
pub(crate) const TYP: &str = "application/vnd.lpt+cwt";

/// The largest trust list: 4 MiB, enough for about twenty thousand keys.
pub(crate) const MAX_LIST_BYTES: usize = 4 << 20;
