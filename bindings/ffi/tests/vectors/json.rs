//! Fields of a vector.

use livepermit_ffi::{Evidence, LivepermitError};
use serde_json::Value;

/// Why a test fails.
pub(crate) type Outcome = Result<(), String>;

pub(crate) trait Fields {
    fn text(&self, name: &str) -> &str;
    fn maybe_text(&self, name: &str) -> Option<String>;
    fn number(&self, name: &str) -> i64;
    fn maybe_number(&self, name: &str) -> Option<i64>;
    fn bytes(&self, name: &str) -> Vec<u8>;
    fn list(&self, name: &str) -> &[Value];
    fn maybe(&self, name: &str) -> Option<&Value>;
    fn texts(&self, name: &str) -> Vec<String>;
    fn is_valid(&self) -> bool;
}

impl Fields for Value {
    fn text(&self, name: &str) -> &str {
        self[name].as_str().unwrap_or_else(|| panic!("{name} is no text"))
    }

    fn maybe_text(&self, name: &str) -> Option<String> {
        self[name].as_str().map(Into::into)
    }

    fn number(&self, name: &str) -> i64 {
        self[name].as_i64().unwrap_or_else(|| panic!("{name} is no number"))
    }

    fn maybe_number(&self, name: &str) -> Option<i64> {
        self[name].as_i64()
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        unhex(self.text(name))
    }

    fn list(&self, name: &str) -> &[Value] {
        self[name].as_array().map_or(&[], Vec::as_slice)
    }

    fn maybe(&self, name: &str) -> Option<&Value> {
        self.get(name).filter(|value| !value.is_null())
    }

    fn texts(&self, name: &str) -> Vec<String> {
        self.list(name).iter().filter_map(Value::as_str).map(Into::into).collect()
    }

    fn is_valid(&self) -> bool {
        self.text("result") == "valid"
    }
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    hex::decode(text).expect("hexadecimal digits")
}

pub(crate) fn equal<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Outcome {
    if found == wanted { Ok(()) } else { Err(format!("{what}: {found:?}, not {wanted:?}")) }
}

/// An error of the bridge in a place where the vectors have none.
pub(crate) fn told(error: LivepermitError) -> String {
    error.to_string()
}

/// Compares an error with the code that a test wants and, where it says so, with the flaw.
pub(crate) fn refused_as_said(test: &Value, error: LivepermitError) -> Outcome {
    equal("code", Some(error.code()), test["code"].as_str())?;
    let LivepermitError::Failed { evidence, .. } = error;
    flaw_as_said(test, &evidence)
}

/// Compares the flaw of bytes that break a rule of the format, where a test names one.
pub(crate) fn flaw_as_said(test: &Value, evidence: &Evidence) -> Outcome {
    if let (Some(wanted), Evidence::Malformed { layer, flaw, .. }) =
        (test.maybe("malformed"), evidence)
    {
        equal("layer", layer.as_str(), wanted.text("layer"))?;
        equal("flaw", flaw.as_str(), wanted.text("flaw"))?;
    }
    Ok(())
}
