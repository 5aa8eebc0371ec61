//! The holder's wallet.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use livepermit::hold;

use crate::error::Result;
use crate::issue::PreparedToken;
use crate::key::PublicKey;
use crate::number::{as_i64, as_seconds, time};
use crate::permit::{Acting, Person, StatusReference};
use crate::trust::Trust;

/// For whom a presentation is made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Recipient {
    /// For every gate.
    Anyone,
    /// For one gate.
    OneGate {
        /// Its name.
        gate: String,
    },
    /// For the gate that asked.
    Asked {
        /// Its name.
        gate: String,
        /// Its nonce.
        nonce: Vec<u8>,
    },
}

/// A question of a gate, to be answered by one presentation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Challenge {
    /// The gate's name.
    pub gate: String,
    /// The nonce: 16 to 32 bytes, or six digits that a person speaks.
    pub nonce: Vec<u8>,
    /// The first second in which the challenge is over.
    pub expires: i64,
}

impl Challenge {
    pub(crate) fn build(&self) -> Result<hold::Challenge> {
        Ok(hold::Challenge::new(&self.gate, &self.nonce, time(self.expires)?)?)
    }

    fn of(challenge: &hold::Challenge) -> Self {
        Self {
            gate: challenge.gate().into(),
            nonce: challenge.nonce().into(),
            expires: as_seconds(challenge.expires()),
        }
    }
}

/// The text of the code that a gate shows to phones to ask a question.
///
/// # Errors
/// The codes of names and nonces.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn challenge_qr_text(challenge: &Challenge) -> Result<String> {
    Ok(hold::GateCode::Challenge(challenge.build()?).to_qr_text())
}

/// The text of the code that a gate prints once: its name alone.
///
/// # Errors
/// The codes of names.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn gate_name_qr_text(gate: &str) -> Result<String> {
    Ok(hold::GateCode::name(gate)?.to_qr_text())
}

/// What a gate shows to phones.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum GateCode {
    /// Its name alone, printed once.
    OfGate {
        /// The name.
        gate: String,
    },
    /// A question.
    Question {
        /// The challenge.
        challenge: Challenge,
    },
}

/// Reads the code of a gate that the phone scanned.
///
/// # Errors
/// `not-ours`, `malformed` and other codes of the stage `structure`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn read_gate_code(text: &str) -> Result<GateCode> {
    Ok(match hold::GateCode::from_text(text)? {
        hold::GateCode::Challenge(challenge) => {
            GateCode::Question { challenge: Challenge::of(&challenge) }
        }
        other => GateCode::OfGate { gate: other.gate().into() },
    })
}

/// A credential that the wallet holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct HeldCredential {
    /// The bytes, to be stored.
    pub bytes: Vec<u8>,
    /// The issuer.
    pub issuer: String,
    /// The number of the permit.
    pub subject: String,
    /// The class.
    pub permit_class: String,
    /// The first second of its validity.
    pub not_before: i64,
    /// The first second after its validity.
    pub expires: i64,
    /// Seconds for which a code is live.
    pub window: i64,
    /// The person.
    pub person: Option<Person>,
    /// The entry of a status list.
    pub status: Option<StatusReference>,
    /// The representative.
    pub acting: Option<Acting>,
    /// The claims of the application: a CBOR map.
    pub application: Vec<u8>,
}

impl HeldCredential {
    fn of(held: &hold::HeldCredential) -> Result<Self> {
        Ok(Self {
            bytes: held.as_bytes().into(),
            issuer: held.issuer().into(),
            subject: held.subject().into(),
            permit_class: held.class().into(),
            not_before: as_seconds(held.not_before()),
            expires: as_seconds(held.expires()),
            window: as_i64(held.window()),
            person: held.person().map(|person| (&person).into()),
            status: held.status().map(|status| (&status).into()),
            acting: held.acting().map(|acting| (&acting).into()),
            application: held.application_cbor(),
        })
    }
}

/// The wallet for one permit on one device: it holds credentials for today and the next days.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Holder(Mutex<livepermit::Holder>);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Holder {
    /// Makes a wallet for a device key.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    #[must_use]
    pub fn new(device_key: &PublicKey) -> Self {
        Self(Mutex::new(livepermit::Holder::new(device_key.0.clone())))
    }

    /// Takes in a credential from the issuer's server, or from the storage after a restart.
    ///
    /// # Errors
    /// `other-device`, `other-permit`, `not-a-credential`, and the codes of rejections.
    pub fn accept(&self, credential: Vec<u8>, issuers: &Trust, now: i64) -> Result<HeldCredential> {
        HeldCredential::of(self.holder().accept(&credential, &issuers.0, time(now)?)?)
    }

    /// The credentials, the earliest first.
    ///
    /// # Errors
    /// None that a verified credential gives.
    pub fn credentials(&self) -> Result<Vec<HeldCredential>> {
        self.holder().credentials().iter().map(HeldCredential::of).collect()
    }

    /// The credential that is valid now.
    ///
    /// # Errors
    /// `time-out-of-range`.
    pub fn current(&self, now: i64) -> Result<Option<HeldCredential>> {
        self.holder().current(time(now)?).map(HeldCredential::of).transpose()
    }

    /// Prepares a presentation of the credential that is valid now. `now` is the time that the code
    /// carries: `issued_at` of a slot of a schedule.
    ///
    /// # Errors
    /// `no-credential`, `credential-expired`, `credential-not-yet-valid`.
    pub fn prepare(&self, recipient: &Recipient, now: i64) -> Result<Arc<PreparedToken>> {
        let recipient = match recipient {
            Recipient::Anyone => hold::Recipient::Anyone,
            Recipient::OneGate { gate } => hold::Recipient::Gate(gate),
            Recipient::Asked { gate, nonce } => hold::Recipient::Challenge { gate, nonce },
        };
        let prepared = self.holder().prepare(recipient, time(now)?)?;
        Ok(Arc::new(PreparedToken(prepared)))
    }
}

impl Holder {
    fn holder(&self) -> MutexGuard<'_, livepermit::Holder> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
