//! Secrets that the register need not know: they carry what they say, and a MAC over it.

use std::fmt;

use hmac::Mac as _;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::base64url;
use crate::domain::{Digest, KeyThumbprint, Seen, SessionId};
use crate::mac::{keyed, mac};

/// The SHA-256 of a secret: all that the register keeps of it.
#[must_use]
pub fn digest(secret: &str) -> Digest {
    Digest::from_bytes(Sha256::digest(secret).into())
}

/// The keys for nonces, access tokens and names of notifications, each for its purpose alone.
pub struct Secrets {
    nonce: Key,
    access: Key,
    notification: Key,
}

/// A secret is not one of ours, or its time is over, or it belongs to another key or session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StaleSecret {
    /// Not made here, changed, or made for another key.
    Foreign,
    /// Its time is over.
    Ended,
}

impl fmt::Display for StaleSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Foreign => "was not made here for this key",
            Self::Ended => "has ended: fetch a new one",
        })
    }
}

impl std::error::Error for StaleSecret {}

/// A nonce that is one of ours. It serves once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nonce {
    /// What is seen once.
    pub seen: Seen,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(..)")
    }
}

impl Secrets {
    /// Makes the keys from the one secret of the service. All processes of a service have the same.
    #[must_use]
    pub fn derive(secret: &[u8; 32]) -> Self {
        let key = |purpose: &str| Key::derive(secret, &format!("livepermit wallets {purpose}"));
        Self { nonce: key("nonce 1"), access: key("access 1"), notification: key("notification 1") }
    }

    /// A `c_nonce` from fresh random bytes, good until this time.
    #[must_use]
    pub fn nonce(&self, random: [u8; 16], ends: Timestamp) -> String {
        let ends = ends.as_second().to_be_bytes();
        let mac = self.nonce.over(&[&random, &ends]);
        base64url::encode(&[random.as_slice(), &ends, &mac].concat())
    }

    /// Reads a `c_nonce`.
    ///
    /// # Errors
    ///
    /// [`StaleSecret`]: the wallet has to fetch a new one.
    pub fn read_nonce(&self, text: &str, now: Timestamp) -> Result<Nonce, StaleSecret> {
        let bytes: [u8; 56] = base64url::decode_array(text).ok_or(StaleSecret::Foreign)?;
        let (random, ends, mac) = split(&bytes).ok_or(StaleSecret::Foreign)?;
        self.nonce.check(&[random, ends], mac)?;
        let ends = not_over(ends, now)?;
        let what =
            Digest::from_bytes(Sha256::digest([b"nonce".as_slice(), random].concat()).into());
        Ok(Nonce { seen: Seen { what, ends } })
    }

    /// An access token for this session, bound to the key that signs its requests.
    #[must_use]
    pub fn access_token(&self, session: SessionId, key: KeyThumbprint, ends: Timestamp) -> String {
        let ends = ends.as_second().to_be_bytes();
        let mac = self.access.over(&[session.as_bytes(), &ends, key.as_bytes()]);
        base64url::encode(&[session.as_bytes().as_slice(), &ends, &mac].concat())
    }

    /// The session of an access token that this key may use.
    ///
    /// # Errors
    ///
    /// [`StaleSecret`]: the wallet has to fetch a new one with its refresh token.
    pub fn read_access_token(
        &self,
        text: &str,
        key: KeyThumbprint,
        now: Timestamp,
    ) -> Result<SessionId, StaleSecret> {
        let bytes: [u8; 56] = base64url::decode_array(text).ok_or(StaleSecret::Foreign)?;
        let (session, ends, mac) = split(&bytes).ok_or(StaleSecret::Foreign)?;
        self.access.check(&[session, ends, key.as_bytes()], mac)?;
        not_over(ends, now)?;
        let session = session.try_into().map_err(|_| StaleSecret::Foreign)?;
        Ok(SessionId::from_bytes(session))
    }

    /// The name under which a wallet tells what became of a credential.
    #[must_use]
    pub fn notification_id(&self, random: [u8; 16], session: SessionId) -> String {
        let mac = self.notification.over(&[&random, session.as_bytes()]);
        base64url::encode(&[random.as_slice(), &mac].concat())
    }

    /// Whether the name was given to this session.
    #[must_use]
    pub fn is_notification_id(&self, text: &str, session: SessionId) -> bool {
        base64url::decode_array::<48>(text).is_some_and(|bytes| {
            let (random, mac) = bytes.split_at(16);
            self.notification.check(&[random, session.as_bytes()], mac).is_ok()
        })
    }
}

/// 16 bytes of its own, 8 bytes of its end, and the MAC.
pub(crate) fn split(bytes: &[u8; 56]) -> Option<(&[u8], &[u8], &[u8])> {
    let (own, rest) = bytes.split_at_checked(16)?;
    let (ends, mac) = rest.split_at_checked(8)?;
    Some((own, ends, mac))
}

/// The end, if it is still to come.
pub(crate) fn not_over(ends: &[u8], now: Timestamp) -> Result<Timestamp, StaleSecret> {
    let ends = ends.try_into().map_err(|_| StaleSecret::Foreign)?;
    let ends =
        Timestamp::from_second(i64::from_be_bytes(ends)).map_err(|_| StaleSecret::Foreign)?;
    if now < ends { Ok(ends) } else { Err(StaleSecret::Ended) }
}

/// A key for one purpose.
pub(crate) struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// Makes the key for a purpose from the one secret of the service.
    pub(crate) fn derive(secret: &[u8; 32], purpose: &str) -> Self {
        Self(Zeroizing::new(mac(secret, &[purpose.as_bytes()])))
    }

    /// The MAC over parts that have lengths that never change.
    pub(crate) fn over(&self, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.0, parts)
    }

    /// Compares in a time that tells nothing.
    pub(crate) fn check(&self, parts: &[&[u8]], tag: &[u8]) -> Result<(), StaleSecret> {
        keyed(&self.0, parts).verify_slice(tag).map_err(|_| StaleSecret::Foreign)
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Secrets, StaleSecret};
    use crate::domain::{KeyThumbprint, SessionId};

    fn now() -> Timestamp {
        Timestamp::from_second(1_790_000_000).unwrap()
    }

    fn later(seconds: i64) -> Timestamp {
        now() + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn a_nonce_is_ours_until_its_end() {
        let ours = Secrets::derive(&[1; 32]);
        let nonce = ours.nonce([7; 16], later(300));
        let read = ours.read_nonce(&nonce, now()).unwrap();
        assert_eq!(read.seen.ends, later(300));
        assert_eq!(ours.read_nonce(&nonce, later(299)).unwrap(), read);
        assert_eq!(ours.read_nonce(&nonce, later(300)), Err(StaleSecret::Ended));
        let other = ours.nonce([8; 16], later(300));
        assert_ne!(ours.read_nonce(&other, now()).unwrap().seen.what, read.seen.what);
        let theirs = Secrets::derive(&[2; 32]);
        assert_eq!(theirs.read_nonce(&nonce, now()), Err(StaleSecret::Foreign));
    }

    #[test]
    fn no_bit_can_be_changed_and_no_secret_serves_another_purpose() {
        let ours = Secrets::derive(&[1; 32]);
        let (session, key) = (SessionId::from_bytes([7; 16]), KeyThumbprint::from_bytes([9; 32]));
        let token = ours.access_token(session, key, later(300));
        assert_eq!(ours.read_access_token(&token, key, now()), Ok(session));
        assert_eq!(ours.read_access_token(&token, key, later(300)), Err(StaleSecret::Ended));
        let other = KeyThumbprint::from_bytes([8; 32]);
        assert_eq!(ours.read_access_token(&token, other, now()), Err(StaleSecret::Foreign));
        assert_eq!(ours.read_nonce(&token, now()), Err(StaleSecret::Foreign));
        let nonce = ours.nonce([7; 16], later(300));
        assert_eq!(ours.read_access_token(&nonce, key, now()), Err(StaleSecret::Foreign));
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(
                ours.read_access_token(&changed, key, now()),
                Err(StaleSecret::Foreign),
                "{at}"
            );
        }
        for text in ["", "a", &format!("{token}A"), &format!("{token}=")] {
            assert_eq!(ours.read_access_token(text, key, now()), Err(StaleSecret::Foreign));
        }
    }

    #[test]
    fn names_of_notifications_belong_to_their_session() {
        let ours = Secrets::derive(&[1; 32]);
        let session = SessionId::from_bytes([7; 16]);
        let name = ours.notification_id([3; 16], session);
        assert!(ours.is_notification_id(&name, session));
        assert!(!ours.is_notification_id(&name, SessionId::from_bytes([8; 16])));
        assert!(!ours.is_notification_id("", session));
        assert_eq!(format!("{ours:?}"), "Secrets(..)");
    }
}
