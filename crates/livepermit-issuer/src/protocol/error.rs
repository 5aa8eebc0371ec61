//! Errors as the standards name them.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal;)+) => {
        /// What a standard names an error, and the HTTP status that goes with it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum OAuthCode {
            $($(#[$doc])* $name,)+
        }

        impl OAuthCode {
            /// The name in the standard.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The status of the answer.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }
        }
    };
}

codes! {
    /// RFC 6749 §4.1.2.1, §5.2.
    InvalidRequest = "invalid_request", 400;
    /// RFC 6749 §5.2.
    InvalidClient = "invalid_client", 401;
    /// RFC 6749 §5.2.
    InvalidGrant = "invalid_grant", 400;
    /// RFC 6749 §5.2.
    UnsupportedGrantType = "unsupported_grant_type", 400;
    /// RFC 6749 §5.2.
    InvalidScope = "invalid_scope", 400;
    /// RFC 6749 §4.1.2.1.
    UnsupportedResponseType = "unsupported_response_type", 400;
    /// RFC 6749 §4.1.2.1.
    AccessDenied = "access_denied", 403;
    /// RFC 9449 §5, §7.1, at the token endpoint.
    InvalidDpopProof = "invalid_dpop_proof", 400;
    /// RFC 6750 §3.1.
    InvalidToken = "invalid_token", 401;
    /// OpenID4VCI 1.0 §8.3.1.2.
    InvalidCredentialRequest = "invalid_credential_request", 400;
    /// OpenID4VCI 1.0 §8.3.1.2.
    UnknownCredentialConfiguration = "unknown_credential_configuration", 400;
    /// OpenID4VCI 1.0 §8.3.1.2.
    UnknownCredentialIdentifier = "unknown_credential_identifier", 400;
    /// OpenID4VCI 1.0 §8.3.1.2.
    InvalidProof = "invalid_proof", 400;
    /// OpenID4VCI 1.0 §8.3.1.2.
    InvalidNonce = "invalid_nonce", 400;
    /// OpenID4VCI 1.0 §8.3.1.2.
    InvalidEncryptionParameters = "invalid_encryption_parameters", 400;
    /// OpenID4VCI 1.0 §8.3.1.2.
    CredentialRequestDenied = "credential_request_denied", 400;
    /// OpenID4VCI 1.0 §9.3.
    InvalidTransactionId = "invalid_transaction_id", 400;
    /// OpenID4VCI 1.0 §11.3.
    InvalidNotificationId = "invalid_notification_id", 400;
    /// OpenID4VCI 1.0 §11.3.
    InvalidNotificationRequest = "invalid_notification_request", 400;
    /// RFC 6749 §4.1.2.1: the fault is ours, and the same request is good later.
    TemporarilyUnavailable = "temporarily_unavailable", 503;
    /// RFC 6749 §4.1.2.1: the fault is ours.
    ServerError = "server_error", 500;
    /// Ours: passes are fetched too fast.
    SlowDown = "slow_down", 429;
}

/// An error with what a developer or a person can do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthError {
    /// What the standard names it.
    pub code: OAuthCode,
    /// In the signs that RFC 6749 §5.2 allows: others become `?`.
    description: String,
}

impl OAuthError {
    /// An error with this description.
    #[must_use]
    pub fn new(code: OAuthCode, description: impl fmt::Display) -> Self {
        let allowed = |sign: char| matches!(sign, ' '..='~') && !matches!(sign, '"' | '\\');
        let text = description.to_string();
        let description = text.chars().map(|sign| if allowed(sign) { sign } else { '?' }).collect();
        Self { code, description }
    }

    /// What a developer or a person can do.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.description)
    }
}

impl std::error::Error for OAuthError {}

#[cfg(test)]
mod tests {
    use super::{OAuthCode, OAuthError};

    #[test]
    fn descriptions_have_the_signs_of_the_standard() {
        let error = OAuthError::new(OAuthCode::InvalidGrant, "a \"b\" \\ 王\n~");
        assert_eq!(error.description(), "a ?b? ? ??~");
        assert_eq!(error.to_string(), "invalid_grant: a ?b? ? ??~");
    }
}
