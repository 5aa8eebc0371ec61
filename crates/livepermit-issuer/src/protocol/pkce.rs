//! Proof Key for Code Exchange (RFC 7636), by S256 alone.

use sha2::{Digest as _, Sha256};

use super::base64url;

/// The SHA-256 of a secret that the wallet shows when it fetches its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge([u8; 32]);

impl Challenge {
    /// Reads a `code_challenge`: base64url of 32 bytes.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        base64url::decode_array(text).map(Self)
    }

    /// The challenge as text.
    #[must_use]
    pub fn to_text(self) -> String {
        base64url::encode(&self.0)
    }

    /// Whether this `code_verifier` belongs to the challenge: 43 to 128 unreserved signs with this
    /// hash.
    #[must_use]
    pub fn is_met_by(self, verifier: &str) -> bool {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        (43..=128).contains(&verifier.len())
            && verifier.bytes().all(unreserved)
            && self.0 == *Sha256::digest(verifier)
    }
}

#[cfg(test)]
mod tests {
    use super::Challenge;

    /// RFC 7636 appendix B.
    #[test]
    fn the_verifier_of_the_standard_meets_its_challenge() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let text = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let challenge = Challenge::read(text).unwrap();
        assert_eq!(challenge.to_text(), text);
        assert!(challenge.is_met_by(verifier));
        assert!(!challenge.is_met_by(&verifier.replace('d', "e")));
        assert!(!challenge.is_met_by(text));
        assert!(!challenge.is_met_by(""));
        for text in ["", verifier.get(1..).unwrap(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN"]
        {
            assert_eq!(Challenge::read(text), None, "{text}");
        }
    }

    #[test]
    fn short_and_long_verifiers_meet_nothing() {
        use sha2::{Digest as _, Sha256};
        for (length, good) in [(42, false), (43, true), (128, true), (129, false)] {
            let verifier = "v".repeat(length);
            let challenge = Challenge(Sha256::digest(&verifier).into());
            assert_eq!(challenge.is_met_by(&verifier), good, "{length}");
        }
        let odd = "v".repeat(42) + "+";
        assert!(!Challenge(Sha256::digest(&odd).into()).is_met_by(&odd));
    }
}
