//! Requests to the token endpoint.

use super::error::{OAuthCode, OAuthError};
use super::form::Form;

/// What a wallet shows to get tokens.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// The code from the browser's way back (RFC 6749 §4.1.3), with the secret behind its
    /// challenge.
    Code {
        /// `code`
        code: String,
        /// `code_verifier`
        verifier: String,
        /// `redirect_uri`
        redirect: String,
        /// `client_id`
        client: String,
    },
    /// The code that the office gave, with the digits that it said beside it.
    PreAuthorized {
        /// `pre-authorized_code`
        code: String,
        /// `tx_code`
        tx_code: String,
        /// `client_id`; empty without one.
        client: String,
    },
    /// The refresh token of a session.
    Refresh {
        /// `refresh_token`
        token: String,
        /// `client_id`; empty without one.
        client: String,
    },
}

/// Leaves out the secrets.
impl std::fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Code { .. } => "Code(..)",
            Self::PreAuthorized { .. } => "PreAuthorized(..)",
            Self::Refresh { .. } => "Refresh(..)",
        })
    }
}

/// The grant type of offers (OpenID4VCI 1.0 §6.1).
pub(super) const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

impl TokenRequest {
    /// Reads the form of a request.
    ///
    /// # Errors
    ///
    /// [`OAuthCode::InvalidRequest`] for a parameter that is missing,
    /// [`OAuthCode::UnsupportedGrantType`].
    pub fn read(form: &Form) -> Result<Self, OAuthError> {
        let given = |name: &str| {
            let missing = || {
                OAuthError::new(
                    OAuthCode::InvalidRequest,
                    format!("the parameter {name} is missing"),
                )
            };
            form.get(name).map(str::to_owned).ok_or_else(missing)
        };
        let client = || form.get("client_id").unwrap_or_default().to_owned();
        match given("grant_type")?.as_str() {
            "authorization_code" => Ok(Self::Code {
                code: given("code")?,
                verifier: given("code_verifier")?,
                redirect: given("redirect_uri")?,
                client: given("client_id")?,
            }),
            PRE_AUTHORIZED => Ok(Self::PreAuthorized {
                code: given("pre-authorized_code")?,
                tx_code: given("tx_code")?,
                client: client(),
            }),
            "refresh_token" => {
                Ok(Self::Refresh { token: given("refresh_token")?, client: client() })
            }
            _ => Err(OAuthError::new(
                OAuthCode::UnsupportedGrantType,
                "grant_type is none of those in the metadata",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TokenRequest;
    use crate::protocol::{Form, OAuthCode};

    fn read(text: &str) -> Result<TokenRequest, OAuthCode> {
        TokenRequest::read(&Form::read(text.as_bytes()).unwrap()).map_err(|error| error.code)
    }

    #[test]
    fn each_grant_has_its_parameters() {
        let code =
            "grant_type=authorization_code&code=a&code_verifier=b&redirect_uri=c&client_id=d";
        assert!(matches!(read(code), Ok(TokenRequest::Code { .. })));
        let office = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code\
                      &pre-authorized_code=a&tx_code=123456";
        assert!(matches!(read(office), Ok(TokenRequest::PreAuthorized { .. })));
        let refresh = "grant_type=refresh_token&refresh_token=a";
        assert!(matches!(read(refresh), Ok(TokenRequest::Refresh { .. })));
        for (whole, needed) in [(code, 5), (office, 3), (refresh, 2)] {
            for left_out in 0..needed {
                let parts = whole.split('&').enumerate().filter(|(at, _)| *at != left_out);
                let text: Vec<_> = parts.map(|(_, part)| part).collect();
                assert_eq!(read(&text.join("&")), Err(OAuthCode::InvalidRequest), "{text:?}");
            }
        }
        assert_eq!(read("grant_type=password"), Err(OAuthCode::UnsupportedGrantType));
        assert_eq!(format!("{:?}", read(code).unwrap()), "Code(..)");
    }
}
