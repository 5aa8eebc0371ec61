use super::{Cautions, ReplayKey};
use crate::key::PublicKey;
use crate::time::Timestamp;
use crate::token::{Form, PermitId, Retained, permit_getters};

/// A verified permit: genuine, live, and for this gate. Only a [`Verifier`](crate::Verifier) makes
/// this value.
///
/// A verifier does not know whether the same code was shown before. A store of
/// [`Verified::replay_key`]s knows.
#[derive(Debug, Clone)]
pub struct Verified {
    pub(super) retained: Retained,
    pub(super) form: Form,
    pub(super) issued_at: Timestamp,
    pub(super) live_until: Timestamp,
    pub(super) window: u64,
    pub(super) signed_window: u64,
    /// The whole skew of the policy, also for a short window: other gates' clocks may differ by
    /// this much.
    pub(super) skew: u64,
    pub(super) credential: Option<CredentialFacts>,
    pub(super) challenge_answered: bool,
    pub(super) cautions: Cautions,
    pub(super) permit: PermitId,
}

/// The facts that only a presentation has.
#[derive(Debug, Clone)]
pub(super) struct CredentialFacts {
    pub(super) not_before: Timestamp,
    pub(super) expires: Timestamp,
    pub(super) device_key: PublicKey,
}

permit_getters!(Verified);

impl Verified {
    /// The form that was shown.
    #[must_use]
    pub const fn form(&self) -> Form {
        self.form
    }

    /// The identity of the permit, which stays the same when the permit is re-issued.
    #[must_use]
    pub const fn permit_id(&self) -> PermitId {
        self.permit
    }

    /// The id of the issuer key that signed: 1 to 32 bytes.
    #[must_use]
    pub fn key_id(&self) -> &[u8] {
        self.retained.key_id()
    }

    /// The gate the code was made for; `None` when it was made for every gate.
    #[must_use]
    pub fn audience(&self) -> Option<&str> {
        self.retained.audience()
    }

    /// Whether the code answered the challenge of the [`Context`](crate::Context).
    #[must_use]
    pub const fn challenge_answered(&self) -> bool {
        self.challenge_answered
    }

    /// When the code was made, by the clock of its maker; for a slip, when its validity began.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// From this second on the code is stale.
    #[must_use]
    pub const fn live_until(&self) -> Timestamp {
        self.live_until
    }

    /// The window of the code in seconds: the shorter of the signed window and the policy's window.
    #[must_use]
    pub const fn window(&self) -> u64 {
        self.window
    }

    /// The window that the issuer signed, in seconds.
    #[must_use]
    pub const fn signed_window(&self) -> u64 {
        self.signed_window
    }

    /// The first second in which the credential is valid; `None` for a pass or a slip.
    #[must_use]
    pub fn credential_not_before(&self) -> Option<Timestamp> {
        self.credential.as_ref().map(|credential| credential.not_before)
    }

    /// From this second on, the credential has expired; `None` for a pass or a slip.
    #[must_use]
    pub fn credential_expires(&self) -> Option<Timestamp> {
        self.credential.as_ref().map(|credential| credential.expires)
    }

    /// The device key that signed; `None` for a pass or a slip.
    #[must_use]
    pub fn device_key(&self) -> Option<&PublicKey> {
        self.credential.as_ref().map(|credential| &credential.device_key)
    }

    /// The check number printed beside a slip's code; `None` for other forms.
    #[must_use]
    pub fn check_number(&self) -> Option<&str> {
        self.retained.check_number()
    }

    /// The warnings for the person at the gate.
    #[must_use]
    pub const fn cautions(&self) -> Cautions {
        self.cautions
    }

    /// The key under which a replay store remembers this code.
    #[must_use]
    pub const fn replay_key(&self) -> ReplayKey {
        let slack = self.skew.saturating_mul(2);
        let moment = match self.form {
            Form::Slip => None,
            Form::Pass | Form::Credential | Form::Presentation => Some(self.issued_at),
        };
        ReplayKey {
            permit: self.permit,
            moment,
            live_until: self.live_until,
            keep_until: self.live_until.plus(slack),
        }
    }

    /// The bytes of the verified token.
    #[must_use]
    pub fn token_bytes(&self) -> &[u8] {
        self.retained.bytes()
    }
}
