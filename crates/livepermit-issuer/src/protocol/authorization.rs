//! Requests to the authorization endpoint: a browser comes from a wallet, and goes back to it.

use super::base64url;
use super::error::{OAuthCode, OAuthError};
use super::form::{Form, encoded};
use super::pkce::Challenge;
use crate::domain::KeyThumbprint;

/// A wallet that may ask: a public client (RFC 6749 §2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its `client_id`.
    pub id: String,
    /// Where browsers may go back to: whole addresses, compared sign by sign.
    pub redirects: Vec<String>,
}

/// A request that is in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// The client.
    pub client: String,
    /// Where the browser goes back to.
    pub redirect: String,
    /// What the client wants back with it; empty without one.
    pub state: String,
    /// What the client has to meet at the token endpoint.
    pub challenge: Challenge,
    /// The key of DPoP that alone may take the code, if the client named one (RFC 9449 §10).
    pub dpop: Option<KeyThumbprint>,
}

/// A request that is not in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizationRefused {
    /// Who asks is unknown, so that the browser must not go where the request says: the error is
    /// shown to the person (RFC 6749 §4.1.2.1).
    Here(OAuthError),
    /// The browser goes back to the client with the error.
    Back {
        /// Where to.
        redirect: String,
        /// What the client wants back.
        state: String,
        /// What is wrong.
        error: OAuthError,
    },
}

/// The longest `state` that is kept, in bytes.
const LONGEST_STATE: usize = 1024;

impl AuthorizationRequest {
    /// Checks a request of one of these clients for the credential with this scope.
    ///
    /// # Errors
    ///
    /// [`AuthorizationRefused`]: what was not as it has to be, and who is told.
    pub fn read(
        form: &Form,
        clients: &[Client],
        scope: &str,
    ) -> Result<Self, AuthorizationRefused> {
        let here =
            |why: &str| AuthorizationRefused::Here(OAuthError::new(OAuthCode::InvalidRequest, why));
        let id = form.get("client_id").ok_or_else(|| here("the parameter client_id is missing"))?;
        let client = clients.iter().find(|client| client.id == id);
        let client = client.ok_or_else(|| here("no wallet is registered with this client_id"))?;
        let redirect = form.get("redirect_uri");
        let redirect = redirect.ok_or_else(|| here("the parameter redirect_uri is missing"))?;
        if !client.redirects.iter().any(|known| known == redirect) {
            return Err(here("this redirect_uri is not registered for the wallet"));
        }
        let state = form.get("state").unwrap_or_default();
        let back = |code, why: &str| AuthorizationRefused::Back {
            redirect: redirect.to_owned(),
            state: state.get(..state.len().min(LONGEST_STATE)).unwrap_or_default().to_owned(),
            error: OAuthError::new(code, why),
        };
        if state.len() > LONGEST_STATE {
            return Err(back(OAuthCode::InvalidRequest, "state is longer than 1024 bytes"));
        }
        if form.get("response_type") != Some("code") {
            return Err(back(OAuthCode::UnsupportedResponseType, "response_type has to be code"));
        }
        if form.get("request").is_some() || form.get("request_uri").is_some() {
            return Err(back(OAuthCode::InvalidRequest, "request objects are not read"));
        }
        if form.get("code_challenge_method") != Some("S256") {
            return Err(back(OAuthCode::InvalidRequest, "code_challenge_method has to be S256"));
        }
        let challenge = form.get("code_challenge").and_then(Challenge::read);
        let wrong = || back(OAuthCode::InvalidRequest, "code_challenge is not a SHA-256");
        let challenge = challenge.ok_or_else(wrong)?;
        let named = form.get("dpop_jkt").map(|text| {
            let wrong = || back(OAuthCode::InvalidRequest, "dpop_jkt is not a SHA-256");
            base64url::decode_array(text).map(KeyThumbprint::from_bytes).ok_or_else(wrong)
        });
        let dpop = named.transpose()?;
        let asked = form.get("scope").unwrap_or_default();
        if !asked.split(' ').any(|one| one == scope) {
            let why = format!("scope has to name {scope}; authorization_details are not read");
            return Err(back(OAuthCode::InvalidScope, &why));
        }
        let (client, redirect) = (client.id.clone(), redirect.to_owned());
        Ok(Self { client, redirect, state: state.to_owned(), challenge, dpop })
    }
}

/// An address with parameters added to its query. Those with an empty value are left out.
#[must_use]
pub fn redirect_with(redirect: &str, parameters: &[(&str, &str)]) -> String {
    let mut address = redirect.to_owned();
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(name);
        address.push('=');
        address.push_str(&encoded(value));
    }
    address
}

#[cfg(test)]
mod tests {
    use super::{AuthorizationRefused, AuthorizationRequest, Client, redirect_with};
    use crate::protocol::{Form, OAuthCode};

    const GOOD: &str = "client_id=w&redirect_uri=https%3A%2F%2Fw.example%2Fcb&state=s%201\
        &response_type=code&code_challenge_method=S256&scope=openid%20permit\
        &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn read(text: &str) -> Result<AuthorizationRequest, AuthorizationRefused> {
        let client =
            Client { id: "w".to_owned(), redirects: vec!["https://w.example/cb".to_owned()] };
        AuthorizationRequest::read(&Form::read(text.as_bytes()).unwrap(), &[client], "permit")
    }

    #[test]
    fn who_is_unknown_is_not_sent_back() {
        assert_eq!(read(GOOD).unwrap().state, "s 1");
        assert_eq!(read(GOOD).unwrap().dpop, None);
        for (from, to) in [
            ("client_id=w", "client_id=x"),
            ("client_id=w&", ""),
            ("%2Fcb", "%2Fcb2"),
            ("%2Fcb", "%2Fcb%3Fa"),
            ("https%3A", "http%3A"),
            ("w.example", "W.example"),
            ("redirect_uri", "redirect"),
        ] {
            let refused = read(&GOOD.replacen(from, to, 1)).unwrap_err();
            assert!(matches!(refused, AuthorizationRefused::Here(_)), "{to}");
        }
    }

    /// The thumbprint in RFC 9449 §10.
    #[test]
    fn a_key_can_be_named() {
        let text = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
        let named = read(&format!("{GOOD}&dpop_jkt={text}")).unwrap().dpop.unwrap();
        assert_eq!(super::base64url::encode(named.as_bytes()), text);
        // Without a value it is as if it were not there (RFC 6749 §3.1).
        assert_eq!(read(&format!("{GOOD}&dpop_jkt=")).unwrap().dpop, None);
    }

    #[test]
    fn what_else_is_wrong_is_told_to_the_wallet() {
        for (from, to, code) in [
            ("=code&", "=token&", OAuthCode::UnsupportedResponseType),
            ("S256", "plain", OAuthCode::InvalidRequest),
            ("w-cM", "w", OAuthCode::InvalidRequest),
            ("permit", "permits", OAuthCode::InvalidScope),
            ("&state", "&request=a&state", OAuthCode::InvalidRequest),
            ("&state", "&dpop_jkt=AAAA&state", OAuthCode::InvalidRequest),
        ] {
            let AuthorizationRefused::Back { redirect, state, error } =
                read(&GOOD.replacen(from, to, 1)).unwrap_err()
            else {
                panic!("{to}");
            };
            assert_eq!((&*redirect, &*state), ("https://w.example/cb", "s 1"));
            assert_eq!(error.code, code);
        }
    }

    #[test]
    fn parameters_are_added_behind_those_that_are_there() {
        let parameters = [("code", "a b&c"), ("state", ""), ("iss", "https://i")];
        assert_eq!(
            redirect_with("https://w.example/cb", &parameters),
            "https://w.example/cb?code=a%20b%26c&iss=https%3A%2F%2Fi"
        );
        assert_eq!(redirect_with("app:/cb?x=1", &parameters[..1]), "app:/cb?x=1&code=a%20b%26c");
    }
}
