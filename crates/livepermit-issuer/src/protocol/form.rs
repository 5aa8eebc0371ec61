//! Parameters of queries and forms (`application/x-www-form-urlencoded`), each at most once.

use std::fmt;

/// How many parameters are read.
const MOST: usize = 64;

/// Parameters with their values, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

/// Why parameters are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormError {
    /// A name or a value is no percent-encoded UTF-8.
    Encoding,
    /// A parameter stands twice (RFC 6749 §3.1 and §3.2 forbid it).
    Twice,
    /// There are more than 64.
    TooMany,
}

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding => f.write_str("the parameters are not percent-encoded UTF-8"),
            Self::Twice => f.write_str("a parameter stands twice"),
            Self::TooMany => write!(f, "there are more than {MOST} parameters"),
        }
    }
}

impl std::error::Error for FormError {}

impl Form {
    /// Reads parameters.
    ///
    /// # Errors
    ///
    /// [`FormError`]: what was not as it has to be.
    pub fn read(text: &[u8]) -> Result<Self, FormError> {
        let mut parameters: Vec<(String, String)> = Vec::new();
        for pair in text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let middle = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (name, value) = pair.split_at(middle);
            let value = value.strip_prefix(b"=").unwrap_or_default();
            let (name, value) = (decoded(name)?, decoded(value)?);
            if parameters.iter().any(|(known, _)| *known == name) {
                return Err(FormError::Twice);
            }
            if parameters.len() == MOST {
                return Err(FormError::TooMany);
            }
            parameters.push((name, value));
        }
        Ok(Self(parameters))
    }

    /// The value of a parameter. An empty one is as none (RFC 6749 §3.1).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        (!value.is_empty()).then_some(value)
    }

    /// All parameters, in their order.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }
}

fn decoded(text: &[u8]) -> Result<String, FormError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut left = text.iter();
    while let Some(byte) = left.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || left.next().and_then(|digit| char::from(*digit).to_digit(16));
                let (Some(high), Some(low)) = (digit(), digit()) else {
                    return Err(FormError::Encoding);
                };
                u8::try_from(high * 16 + low).map_err(|_| FormError::Encoding)?
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).map_err(|_| FormError::Encoding)
}

/// Writes a value of a parameter: all but unreserved signs (RFC 3986 §2.3) are percent-encoded.
pub(crate) fn encoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Form, FormError, encoded};

    #[test]
    fn parameters_are_decoded_and_stand_once() {
        let form = Form::read(b"a=1+2&b=%E7%8E%8B&c=&d&e=f=g&").unwrap();
        assert_eq!((form.get("a"), form.get("b")), (Some("1 2"), Some("王")));
        assert_eq!((form.get("c"), form.get("d"), form.get("x")), (None, None, None));
        assert_eq!(form.get("e"), Some("f=g"));
        assert_eq!(Form::read(b"a=1&a=1"), Err(FormError::Twice));
        assert_eq!(Form::read(b"a=1&%61=2"), Err(FormError::Twice));
        for text in ["a=%", "a=%4", "a=%zz", "a=%ff", "%ff=a", "a=%+1"] {
            assert_eq!(Form::read(text.as_bytes()), Err(FormError::Encoding), "{text}");
        }
        let many: String = (0..65).map(|number| format!("p{number}=1&")).collect();
        assert_eq!(Form::read(many.as_bytes()), Err(FormError::TooMany));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value in ".*") {
            let form = Form::read(format!("v={}", encoded(&value)).as_bytes()).unwrap();
            prop_assert_eq!(form.get("v").unwrap_or_default(), value);
        }

        #[test]
        fn anything_is_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Form::read(&bytes);
        }
    }
}
