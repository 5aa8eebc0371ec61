//! Requests to the credential, deferred and notification endpoints.

use serde_json::Value;

use super::error::{OAuthCode, OAuthError};
use super::json::Object;

/// A request for a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialRequest {
    /// The one proof, a JWT.
    pub proof: String,
}

impl CredentialRequest {
    /// Reads a request for the credential configuration with this name.
    ///
    /// # Errors
    ///
    /// Those of OpenID4VCI 1.0 §8.3.1.2. A permit lives on one key, so that more than one proof is
    /// [`OAuthCode::InvalidProof`].
    pub fn read(body: &[u8], configuration: &str) -> Result<Self, OAuthError> {
        let request = object(body, OAuthCode::InvalidCredentialRequest)?;
        not_encrypted(&request)?;
        if request.has("credential_identifier") {
            let why = "no credential_identifiers were given: use credential_configuration_id";
            return Err(OAuthError::new(OAuthCode::UnknownCredentialIdentifier, why));
        }
        match request.text("credential_configuration_id") {
            Some(asked) if asked == configuration => {}
            Some(_) => {
                let why = "credential_configuration_id is not in the metadata";
                return Err(OAuthError::new(OAuthCode::UnknownCredentialConfiguration, why));
            }
            None => {
                let why = "credential_configuration_id is missing";
                return Err(OAuthError::new(OAuthCode::InvalidCredentialRequest, why));
            }
        }
        let wrong = |why| OAuthError::new(OAuthCode::InvalidProof, why);
        let proofs = request.object("proofs").ok_or_else(|| wrong("proofs is missing"))?;
        let jwts = proofs.array("jwt").filter(|_| proofs.len() == 1);
        match jwts.ok_or_else(|| wrong("proofs has to have jwt and nothing else"))? {
            [Value::String(proof)] => Ok(Self { proof: proof.clone() }),
            _ => Err(wrong("proofs.jwt has to have one proof: a permit lives on one key")),
        }
    }
}

/// A request for a credential whose case was open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeferredRequest {
    /// `transaction_id`
    pub transaction: String,
}

impl DeferredRequest {
    /// Reads a request.
    ///
    /// # Errors
    ///
    /// [`OAuthCode::InvalidCredentialRequest`], or [`OAuthCode::InvalidEncryptionParameters`].
    pub fn read(body: &[u8]) -> Result<Self, OAuthError> {
        let request = object(body, OAuthCode::InvalidCredentialRequest)?;
        not_encrypted(&request)?;
        match request.text("transaction_id") {
            Some(transaction) => Ok(Self { transaction: transaction.to_owned() }),
            None => Err(OAuthError::new(
                OAuthCode::InvalidCredentialRequest,
                "transaction_id is missing",
            )),
        }
    }
}

/// What became of a credential in a wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationEvent {
    /// The wallet keeps it.
    Accepted,
    /// The wallet could not keep it.
    Failure,
    /// The person did not want it.
    Deleted,
}

impl NotificationEvent {
    /// What the audit log says.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::Accepted => "credential-accepted",
            Self::Failure => "credential-failure",
            Self::Deleted => "credential-deleted",
        }
    }
}

/// What a wallet tells. Its own description is not read: it is of a stranger, and would be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// `notification_id`
    pub id: String,
    /// `event`
    pub event: NotificationEvent,
}

impl Notification {
    /// Reads a notification.
    ///
    /// # Errors
    ///
    /// [`OAuthCode::InvalidNotificationRequest`].
    pub fn read(body: &[u8]) -> Result<Self, OAuthError> {
        let code = OAuthCode::InvalidNotificationRequest;
        let request = object(body, code)?;
        let id = request.text("notification_id").map(str::to_owned);
        let id = id.ok_or_else(|| OAuthError::new(code, "notification_id is missing"))?;
        let event = match request.text("event") {
            Some("credential_accepted") => NotificationEvent::Accepted,
            Some("credential_failure") => NotificationEvent::Failure,
            Some("credential_deleted") => NotificationEvent::Deleted,
            _ => return Err(OAuthError::new(code, "event is none of the three of the standard")),
        };
        Ok(Self { id, event })
    }
}

fn object(body: &[u8], code: OAuthCode) -> Result<Object, OAuthError> {
    let wrong = || OAuthError::new(code, "the body is no JSON object without repeated members");
    Object::read(body).ok_or_else(wrong)
}

fn not_encrypted(request: &Object) -> Result<(), OAuthError> {
    if !request.has("credential_response_encryption") {
        return Ok(());
    }
    let why = "the metadata offers no encryption of answers";
    Err(OAuthError::new(OAuthCode::InvalidEncryptionParameters, why))
}

#[cfg(test)]
mod tests {
    use super::{CredentialRequest, DeferredRequest, Notification, NotificationEvent};
    use crate::protocol::OAuthCode;

    #[test]
    fn one_proof_for_the_one_configuration() {
        let read = |text: &str| {
            CredentialRequest::read(text.as_bytes(), "permit").map_err(|error| error.code)
        };
        let good = r#"{"credential_configuration_id":"permit","proofs":{"jwt":["a.b.c"]},"x":1}"#;
        assert_eq!(read(good).unwrap().proof, "a.b.c");
        for (from, to, code) in [
            ("\"permit\"", "\"other\"", OAuthCode::UnknownCredentialConfiguration),
            ("_configuration_id", "_type", OAuthCode::InvalidCredentialRequest),
            ("\"x\":1", "\"credential_identifier\":\"a\"", OAuthCode::UnknownCredentialIdentifier),
            ("\"x\":1", "\"proofs\":{}", OAuthCode::InvalidCredentialRequest),
            ("\"x\"", "\"credential_response_encryption\"", OAuthCode::InvalidEncryptionParameters),
            ("\"proofs\"", "\"proof\"", OAuthCode::InvalidProof),
            ("[\"a.b.c\"]", "[\"a.b.c\",\"d.e.f\"]", OAuthCode::InvalidProof),
            ("[\"a.b.c\"]", "[]", OAuthCode::InvalidProof),
            ("[\"a.b.c\"]", "\"a.b.c\"", OAuthCode::InvalidProof),
            ("\"jwt\"", "\"di_vp\"", OAuthCode::InvalidProof),
            ("\"a.b.c\"]", "\"a.b.c\"],\"di_vp\":[]", OAuthCode::InvalidProof),
        ] {
            assert_eq!(read(&good.replacen(from, to, 1)), Err(code), "{to}");
        }
    }

    #[test]
    fn the_small_requests() {
        let deferred = DeferredRequest::read(br#"{"transaction_id":"t"}"#).unwrap();
        assert_eq!(deferred.transaction, "t");
        let error = DeferredRequest::read(b"{}").unwrap_err();
        assert_eq!(error.code, OAuthCode::InvalidCredentialRequest);
        let text = br#"{"notification_id":"n","event":"credential_failure"}"#;
        let notification = Notification::read(text).unwrap();
        assert_eq!(notification.event, NotificationEvent::Failure);
        for text in ["", "{}", r#"{"notification_id":"n","event":"credential_lost"}"#] {
            let error = Notification::read(text.as_bytes()).unwrap_err();
            assert_eq!(error.code, OAuthCode::InvalidNotificationRequest);
        }
    }
}
