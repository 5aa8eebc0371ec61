use core::fmt;

use sha2::{Digest as _, Sha256};

#[cfg(feature = "std")]
use super::Policy;
use crate::cbor::{head, major};
use crate::key::PublicKey;
use crate::time::Timestamp;
use crate::token::{Claims, Form, Retained, permit_getters};

/// A permit by what stays the same when it is re-issued, moved to another phone or shown in another
/// form: SHA-256 of the deterministic CBOR of [issuer, subject, class].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermitId([u8; 32]);

impl PermitId {
    /// A permit id that was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(super) fn of(claims: &Claims<'_>) -> Self {
        let mut hash = Sha256::new();
        let put_head = |hash: &mut Sha256, major, length: usize| {
            let (bytes, count) = head(major, u64::try_from(length).unwrap_or(u64::MAX));
            hash.update(bytes.get(..count).unwrap_or_default());
        };
        put_head(&mut hash, major::ARRAY, 3);
        for text in [claims.issuer, claims.subject, claims.class] {
            put_head(&mut hash, major::TEXT, text.len());
            hash.update(text.as_bytes());
        }
        Self(hash.finalize().into())
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// All 64 hexadecimal digits.
impl fmt::Display for PermitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PermitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a replay store needs to know of a verdict: which permit was shown, dated when, and how long
/// to remember it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Claim {
    /// The permit.
    pub permit: PermitId,
    /// The `iat` of the code. Permit and moment together name a showing, whatever its audience,
    /// nonce or bytes. A slip has none: it was printed once.
    pub moment: Option<Timestamp>,
    /// The first second at which the code is stale.
    pub live_until: Timestamp,
    /// The first second at which no gate with this policy accepts the code, even with its clock
    /// behind by the policy's skew.
    pub keep_until: Timestamp,
}

impl Claim {
    /// A claim that came over a wire, for a store on another machine. It proves nothing.
    #[must_use]
    pub const fn new(
        permit: PermitId,
        moment: Option<Timestamp>,
        live_until: Timestamp,
        keep_until: Timestamp,
    ) -> Self {
        Self { permit, moment, live_until, keep_until }
    }
}

/// Something the person at the gate should know about an accepted permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Caution {
    /// The policy does not look up withdrawn permits.
    RevocationNotChecked,
    /// The status list is overdue, within the policy's grace.
    StatusOld,
    /// The code was printed: whoever shows it may have copied it.
    Printed,
    /// Somebody shows the permit for another person.
    Acting,
    /// The store of used codes could not be asked, and the policy admits nevertheless.
    ReplayNotChecked,
    /// The gate's clock jumped forward since the last admission, or nobody was admitted for that
    /// long.
    ClockJumped,
}

impl Caution {
    /// Every caution.
    pub const ALL: [Self; 6] = [
        Self::RevocationNotChecked,
        Self::StatusOld,
        Self::Printed,
        Self::Acting,
        Self::ReplayNotChecked,
        Self::ClockJumped,
    ];

    const fn bit(self) -> u8 {
        match self {
            Self::RevocationNotChecked => 1,
            Self::StatusOld => 2,
            Self::Printed => 4,
            Self::Acting => 8,
            Self::ReplayNotChecked => 16,
            Self::ClockJumped => 32,
        }
    }

    /// The stable code, in kebab-case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::RevocationNotChecked => "revocation-not-checked",
            Self::StatusOld => "status-old",
            Self::Printed => "printed",
            Self::Acting => "acting",
            Self::ReplayNotChecked => "replay-not-checked",
            Self::ClockJumped => "clock-jumped",
        }
    }

    /// What the person at the gate should do.
    #[must_use]
    pub const fn instruction(self) -> &'static str {
        match self {
            Self::RevocationNotChecked => "This gate does not know which permits were withdrawn.",
            Self::StatusOld => "The list of withdrawn permits is overdue: fetch a new one.",
            Self::Printed => "Printed: check the identity document.",
            Self::Acting => "Shown for another person: check who it is.",
            Self::ReplayNotChecked => "This gate cannot tell whether the code was used before.",
            Self::ClockJumped => {
                "The gate's clock jumped forward, or nobody came for long: check it."
            }
        }
    }
}

impl fmt::Display for Caution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The cautions of a verdict. None: a green light; some: a yellow one.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Cautions(u8);

impl Cautions {
    pub(crate) const fn with(self, caution: Caution) -> Self {
        Self(self.0 | caution.bit())
    }

    /// Whether there is nothing to be cautious about.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether this caution is among them.
    #[must_use]
    pub const fn contains(self, caution: Caution) -> bool {
        self.0 & caution.bit() != 0
    }

    /// The cautions one by one.
    pub fn iter(self) -> impl Iterator<Item = Caution> {
        Caution::ALL.into_iter().filter(move |caution| self.contains(*caution))
    }
}

impl fmt::Debug for Cautions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// A permit that was verified: genuine, live, for here. Only
/// [`Verifier::verify`](crate::Verifier::verify) makes one.
///
/// Whether the same code was shown before is not known here: a store of [`Verified::claim`]s tells.
#[derive(Debug, Clone)]
pub struct Verified {
    pub(super) retained: Retained,
    pub(super) form: Form,
    pub(super) issued_at: Timestamp,
    pub(super) live_until: Timestamp,
    pub(super) window: u64,
    #[cfg_attr(
        not(feature = "std"),
        expect(dead_code, reason = "for stores of used codes, which need `std`")
    )]
    pub(super) signed_window: u64,
    /// The policy's, not the one cut to the window: other gates' clocks know nothing of this code.
    pub(super) skew: u64,
    pub(super) credential: Option<CredentialFacts>,
    pub(super) challenge_answered: bool,
    pub(super) cautions: Cautions,
    pub(super) permit: PermitId,
}

/// What only a presentation has.
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

    /// The permit by what stays the same when it is re-issued.
    #[must_use]
    pub const fn permit_id(&self) -> PermitId {
        self.permit
    }

    /// The id of the issuer key that signed.
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

    /// When the code was made, by the clock of who made it; for a slip, when its validity began.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// From this second on the code is stale.
    #[must_use]
    pub const fn live_until(&self) -> Timestamp {
        self.live_until
    }

    /// Seconds the code is live: the shorter of the signed and the policy's window.
    #[must_use]
    pub const fn window(&self) -> u64 {
        self.window
    }

    /// The first second the credential is valid; `None` for a pass.
    #[must_use]
    pub fn credential_not_before(&self) -> Option<Timestamp> {
        self.credential.as_ref().map(|credential| credential.not_before)
    }

    /// The second from which the credential is not valid; `None` for a pass.
    #[must_use]
    pub fn credential_expires(&self) -> Option<Timestamp> {
        self.credential.as_ref().map(|credential| credential.expires)
    }

    /// The device key that signed; `None` for a pass.
    #[must_use]
    pub fn device_key(&self) -> Option<&PublicKey> {
        self.credential.as_ref().map(|credential| &credential.device_key)
    }

    /// The number printed beside a slip's code.
    #[must_use]
    pub fn check_number(&self) -> Option<&str> {
        self.retained.check_number()
    }

    /// What the person at the gate should know beside.
    #[must_use]
    pub const fn cautions(&self) -> Cautions {
        self.cautions
    }

    /// What a replay store needs.
    #[must_use]
    pub const fn claim(&self) -> Claim {
        let slack = self.skew.saturating_mul(2);
        let moment = match self.form {
            Form::Slip => None,
            Form::Pass | Form::Credential | Form::Presentation => Some(self.issued_at),
        };
        Claim {
            permit: self.permit,
            moment,
            live_until: self.live_until,
            keep_until: self.live_until.plus(slack),
        }
    }

    /// For so many seconds several codes of one phone can be live together at the gates that share
    /// a store, the longest window among which is `largest`: another gate's window may be longer
    /// than this one's.
    #[cfg(feature = "std")]
    pub(crate) fn live_together(&self, largest: u64) -> u64 {
        match self.form {
            // A slip has no window: a reader sees it twice within seconds, not within its validity.
            Form::Slip => Policy::DEFAULT_WINDOW,
            Form::Pass | Form::Credential | Form::Presentation => {
                self.signed_window.min(largest).max(self.window).saturating_add(self.skew)
            }
        }
    }

    /// The bytes that were verified.
    #[must_use]
    pub fn token_bytes(&self) -> &[u8] {
        self.retained.bytes()
    }
}
