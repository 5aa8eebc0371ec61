//! Short names: of offices, staff, classes, and the numbers of permits.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::DomainError;

/// The longest name, in bytes.
const LONGEST: usize = 64;

/// Makes types of short names. The letters are those of addresses, so that a name needs no escaping
/// in a log, an address or a page.
macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        ///
        /// One to 64 of the letters `A`–`Z`, `a`–`z`, `0`–`9`, `-`, `_` and `.`.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Makes the name.
            ///
            /// # Errors
            ///
            /// [`DomainError::NameMalformed`] for an empty or long name, or another letter.
            pub fn new(name: impl Into<String>) -> Result<Self, DomainError> {
                let name = name.into();
                if is_name(&name) {
                    Ok(Self(name))
                } else {
                    Err(DomainError::NameMalformed { kind: stringify!($name), bytes: name.len() })
                }
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = DomainError;

            fn try_from(name: String) -> Result<Self, DomainError> {
                Self::new(name)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    )+};
}

names! {
    /// An office, as the configuration names it.
    OfficeId;
    /// Somebody of the staff, by the name of the account.
    StaffId;
    /// What a permit permits, as the credential names it: `resident`.
    Class;
    /// The number of a permit, as the holder and the office read it. The store keeps it unique.
    PermitNumber;
}

/// Whether `name` has a good length and only letters of addresses.
fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(allowed)
}
