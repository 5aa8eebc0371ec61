//! Passwords: Argon2id (RFC 9106), with 19 MiB and two passes.

use core::fmt;

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};

use crate::domain::StaffId;

/// The shortest password, in letters.
pub const SHORTEST_PASSWORD: usize = 12;
/// The longest password, in letters: a page of text is not hashed.
pub const LONGEST_PASSWORD: usize = 200;

/// Why a password cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordRefused {
    /// It is too short or too long.
    Length {
        /// Its letters.
        letters: usize,
    },
    /// It contains the name of the account.
    HasName,
    /// It repeats one letter or two.
    Monotonous,
    /// The hash cannot be made.
    NotHashed,
}

impl fmt::Display for PasswordRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { letters } => write!(
                f,
                "the password has {letters} letters; choose one of {SHORTEST_PASSWORD} to \
                 {LONGEST_PASSWORD}"
            ),
            Self::HasName => f.write_str("the password contains the account's name"),
            Self::Monotonous => f.write_str("the password has fewer than five different letters"),
            Self::NotHashed => f.write_str("the password cannot be hashed"),
        }
    }
}

impl core::error::Error for PasswordRefused {}

/// The hash of a new password, as a PHC string.
///
/// # Errors
///
/// [`PasswordRefused`] for one that is too short, too long or easily guessed.
pub fn hash_password(
    name: &StaffId,
    password: &str,
    salt: [u8; 16],
) -> Result<String, PasswordRefused> {
    let letters = password.chars().count();
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&letters) {
        return Err(PasswordRefused::Length { letters });
    }
    if password.to_lowercase().contains(&name.as_str().to_lowercase()) {
        return Err(PasswordRefused::HasName);
    }
    let different: std::collections::BTreeSet<char> = password.chars().collect();
    if different.len() < 5 {
        return Err(PasswordRefused::Monotonous);
    }
    Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|_| PasswordRefused::NotHashed)
}

/// Whether this is the password of the hash. It takes a fiftieth of a second, and 19 MiB.
#[must_use]
pub fn verify(password: &str, hash: &str) -> bool {
    Argon2::default().verify_password(password.as_bytes(), hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_opens_its_own_hash_alone() {
        let name = StaffId::new("lin").expect("a name");
        let hash = hash_password(&name, "vier Pferde im Garten", [7; 16]).expect("a good one");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("vier Pferde im Garten", &hash));
        assert!(!verify("vier Pferde im garten", &hash));
        assert!(!verify("vier Pferde im Garten", "no hash"));
    }

    #[test]
    fn weak_passwords_are_refused() {
        let name = StaffId::new("lin").expect("a name");
        let refused = |password: &str| hash_password(&name, password, [7; 16]).unwrap_err();
        assert_eq!(refused("elf Zeichen"), PasswordRefused::Length { letters: 11 });
        assert_eq!(refused(&"ab cde".repeat(40)), PasswordRefused::Length { letters: 240 });
        assert_eq!(refused("die Katze von LIN"), PasswordRefused::HasName);
        assert_eq!(refused("abababababababab"), PasswordRefused::Monotonous);
    }
}
