//! Application claims: values of serde and `ciborium`, written in deterministic CBOR.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use ciborium::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::claims::{Application, is_application_label};
use crate::bytes::cbor::{Label, MAX_DEPTH, Writer};
use crate::shown::Shown;

/// The most characters of a label that an error shows.
const MOST_SHOWN: usize = 80;

/// Why application claims cannot be written or read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApplicationError {
    /// serde or `ciborium` refused the value. The text is their message.
    Serde(String),
    /// The outermost value is neither a map nor a struct.
    NotAMap,
    /// An application label must be text of 3 to 255 bytes or an integer below −65552. This is the
    /// label found.
    Label(String),
    /// One map has this key twice.
    DuplicateKey(String),
    /// A permit cannot hold this kind of value: a float, a tag, or an integer beyond 64 bits.
    Value(&'static str),
    /// Arrays and maps are nested deeper than eight levels.
    TooDeep,
}

impl ApplicationError {
    /// The stable code of the error, such as `application-label`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Serde(_) => "application-serde",
            Self::NotAMap => "application-not-a-map",
            Self::Label(_) => "application-label",
            Self::DuplicateKey(_) => "application-duplicate-key",
            Self::Value(_) => "application-value",
            Self::TooDeep => "application-too-deep",
        }
    }
}

impl fmt::Display for ApplicationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serde(text) => write!(f, "application claims: {text}"),
            Self::NotAMap => f.write_str("application claims must be a map or a struct"),
            Self::Label(label) => write!(
                f,
                "application claim {label}: labels are text of 3 to 255 bytes or integers below -65552"
            ),
            Self::DuplicateKey(key) => write!(f, "application claims have the key {key} twice"),
            Self::Value(what) => write!(f, "application claims cannot hold {what}"),
            Self::TooDeep => write!(f, "application claims nest deeper than {MAX_DEPTH} levels"),
        }
    }
}

impl core::error::Error for ApplicationError {}

/// Owned application claims: their number and their encoded pairs, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OwnedApplication {
    pairs: u64,
    encoded: Vec<u8>,
}

impl OwnedApplication {
    pub(crate) fn encode(claims: &impl Serialize) -> Result<Self, ApplicationError> {
        let value = Value::serialized(claims)
            .map_err(|error| ApplicationError::Serde(error.to_string()))?;
        let Value::Map(pairs) = value else { return Err(ApplicationError::NotAMap) };
        for (key, _) in &pairs {
            let allowed = match key {
                Value::Text(text) => is_application_label(Label::Text(text)),
                Value::Integer(integer) => i64::try_from(*integer)
                    .is_ok_and(|label| is_application_label(Label::Int(label))),
                _ => false,
            };
            if !allowed {
                return Err(ApplicationError::Label(show(key)));
            }
        }
        let mut out = Writer::new();
        let count = write_pairs(&pairs, &mut out, MAX_DEPTH)?;
        Ok(Self { pairs: u64::try_from(count).unwrap_or(u64::MAX), encoded: out.into_bytes() })
    }

    pub(crate) fn as_claims(&self) -> Application<'_> {
        Application { pairs: self.pairs, encoded: &self.encoded }
    }
}

impl Application<'_> {
    /// The claims as one map.
    pub(super) fn to_map(self) -> Vec<u8> {
        let mut out = Writer::new();
        out.map(usize::try_from(self.pairs).unwrap_or(usize::MAX)).raw(self.encoded);
        out.into_bytes()
    }
}

/// Reads application claims into the caller's type.
pub(super) fn decode<T: DeserializeOwned>(claims: Application<'_>) -> Result<T, ApplicationError> {
    ciborium::from_reader(claims.to_map().as_slice())
        .map_err(|error| ApplicationError::Serde(error.to_string()))
}

fn show(key: &Value) -> String {
    let shown = match key {
        Value::Text(text) => {
            let text: String = text.chars().take(MOST_SHOWN).collect();
            return Shown::quoted(&text).to_string();
        }
        Value::Integer(number) => i128::from(*number).to_string(),
        Value::Bytes(_) => "a byte string".to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Null => "null".to_string(),
        Value::Float(number) => number.to_string(),
        Value::Array(_) => "an array".to_string(),
        Value::Map(_) => "a map".to_string(),
        _ => "a value of an unknown kind".to_string(),
    };
    shown.chars().take(MOST_SHOWN).collect()
}

/// Writes the pairs in bytewise order of their encoded keys (RFC 8949 §4.2.1).
fn write_pairs(
    pairs: &[(Value, Value)],
    out: &mut Writer,
    depth_left: u8,
) -> Result<usize, ApplicationError> {
    let mut encoded = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        let (mut key_out, mut value_out) = (Writer::new(), Writer::new());
        write_value(key, &mut key_out, depth_left)?;
        write_value(value, &mut value_out, depth_left)?;
        encoded.push((key_out.into_bytes(), value_out.into_bytes(), key));
    }
    encoded.sort_by(|a, b| a.0.cmp(&b.0));
    let mut previous: Option<&[u8]> = None;
    for (key, value, original) in &encoded {
        if previous == Some(key.as_slice()) {
            return Err(ApplicationError::DuplicateKey(show(original)));
        }
        previous = Some(key);
        out.raw(key).raw(value);
    }
    Ok(encoded.len())
}

fn write_value(value: &Value, out: &mut Writer, depth_left: u8) -> Result<(), ApplicationError> {
    match value {
        Value::Integer(integer) => {
            if let Ok(value) = u64::try_from(*integer) {
                out.unsigned(value);
            } else if let Ok(value) = i64::try_from(*integer) {
                out.integer(value);
            } else {
                return Err(ApplicationError::Value("an integer below -2^63 or above 2^64 - 1"));
            }
        }
        Value::Bytes(bytes) => {
            out.bytes(bytes);
        }
        Value::Text(text) => {
            out.text(text);
        }
        Value::Bool(value) => {
            out.boolean(*value);
        }
        Value::Null => {
            out.null();
        }
        Value::Array(items) => {
            let depth_left = depth_left.checked_sub(1).ok_or(ApplicationError::TooDeep)?;
            out.array(items.len());
            for item in items {
                write_value(item, out, depth_left)?;
            }
        }
        Value::Map(pairs) => {
            let depth_left = depth_left.checked_sub(1).ok_or(ApplicationError::TooDeep)?;
            out.map(pairs.len());
            write_pairs(pairs, out, depth_left)?;
        }
        Value::Float(_) => return Err(ApplicationError::Value("a floating-point number")),
        Value::Tag(..) => return Err(ApplicationError::Value("a tagged value")),
        _ => return Err(ApplicationError::Value("a value of an unknown kind")),
    }
    Ok(())
}
