//! A setup that was read, and what makes a gate accept it.

use alloc::vec::Vec;
use core::fmt;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::content::Content;
use super::format::{MAX_SETUP_BYTES, TYP};
use super::{CheckNumber, GateSetup};
use crate::bytes::cbor::Reader;
use crate::bytes::cose::{Header, Sign1, Typ};
use crate::bytes::malformed::{Flaw, Layer, Malformed};
use crate::bytes::text;
use crate::key::PublicKey;
use crate::rejection::{SetupRejection, SetupRejectionCode as Code};
use crate::time::Timestamp;
use crate::trust::default_key_id;

/// A setup that was read and is **not verified**: anybody can make such a setup with any content.
pub struct UnverifiedSetup {
    bytes: Zeroizing<Vec<u8>>,
    content: Content,
}

impl UnverifiedSetup {
    /// Reads the bytes of a setup.
    ///
    /// # Errors
    /// [`SetupRejection`] if the bytes are no setup.
    pub fn read(bytes: &[u8]) -> Result<Self, SetupRejection> {
        if bytes.len() > MAX_SETUP_BYTES {
            return Err(SetupRejection::lengths(Code::TooLong, bytes.len(), MAX_SETUP_BYTES));
        }
        let sign1 = sign1(bytes)?;
        let header = Header::read(sign1.protected, Layer::Header)?;
        if header.typ != Typ::MediaType(TYP) {
            return Err(SetupRejection::plain(Code::UnknownType));
        }
        let flaw = |flaw| Malformed::new(Layer::Header, flaw, sign1.protected.offset);
        if header.kcwt.is_some() {
            return Err(flaw(Flaw::UnexpectedHeader).into());
        }
        if header.kid.is_none() {
            return Err(flaw(Flaw::MissingHeader).into());
        }
        let content = Content::read(sign1.payload)?;
        Ok(Self { bytes: bytes.to_vec().into(), content })
    }

    /// Reads the text of a QR code (`LPG1:…`) or of a link (base64url), without spaces around it.
    ///
    /// # Errors
    /// [`SetupRejection`] if the text is no setup.
    pub fn from_text(text: &str) -> Result<Self, SetupRejection> {
        let mut buffer = Zeroizing::new([0; MAX_SETUP_BYTES]);
        Self::read(text::decode_setup(text, buffer.as_mut_slice())?)
    }

    /// The number for the person who compares. This takes a phone a fifth of a second.
    #[must_use]
    pub fn check_number(&self) -> CheckNumber {
        CheckNumber::of(&self.bytes)
    }

    /// The bytes, as they were read.
    #[must_use]
    pub fn unverified_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The name that the setup gives the gate.
    #[must_use]
    pub fn unverified_gate(&self) -> &str {
        self.content.policy.gate()
    }

    /// The number that the setup claims to have.
    #[must_use]
    pub const fn unverified_version(&self) -> u64 {
        self.content.version
    }

    /// Accepts the first setup of a gate. `compared` is the check number as the **operator's** screen
    /// shows it: what a person typed, or the number of [`UnverifiedSetup::check_number`] after a
    /// person said that both screens show the same. `skew` is the allowed clock difference in
    /// seconds.
    ///
    /// # Errors
    /// [`SetupRejection`] with its stable code.
    pub fn accept_first(
        self,
        compared: &str,
        now: Timestamp,
        skew: u64,
    ) -> Result<GateSetup, SetupRejection> {
        self.verify(&self.content.operator)?;
        if !self.check_number().is_written(compared) {
            return Err(SetupRejection::plain(Code::OtherNumber));
        }
        self.check_date(now, skew)?;
        Ok(self.trusted())
    }

    /// Accepts a later setup of a gate, which has `held` now. It must be signed by the operator's
    /// key that `held` names, be for the same gate and have a higher version. The very setup that is
    /// held is accepted again.
    ///
    /// # Errors
    /// [`SetupRejection`] with its stable code. The gate then keeps `held`.
    pub fn accept_after(
        self,
        held: &GateSetup,
        now: Timestamp,
        skew: u64,
    ) -> Result<GateSetup, SetupRejection> {
        let is_held = Sha256::digest(&*self.bytes) == Sha256::digest(held.as_bytes());
        if !is_held {
            self.verify(held.operator())?;
        }
        if self.unverified_gate() != held.policy().gate() {
            return Err(SetupRejection::plain(Code::WrongGate));
        }
        self.check_date(now, skew)?;
        let (found, least) = (self.content.version, held.version());
        if found < least {
            return Err(SetupRejection::counts(Code::Older, found, least));
        }
        if found == least && !is_held {
            return Err(SetupRejection::plain(Code::Reused));
        }
        Ok(self.trusted())
    }

    /// Whether the setup is signed by this key, and is not dated ahead of `now` and `skew`. For a
    /// program that shows a setup: a gate accepts it with [`UnverifiedSetup::accept_first`] or
    /// [`UnverifiedSetup::accept_after`].
    ///
    /// # Errors
    /// [`SetupRejection`] with its stable code.
    pub fn signed_by(
        &self,
        key: &PublicKey,
        now: Timestamp,
        skew: u64,
    ) -> Result<(), SetupRejection> {
        self.verify(key)?;
        self.check_date(now, skew)
    }

    fn check_date(&self, now: Timestamp, skew: u64) -> Result<(), SetupRejection> {
        let latest = now.plus(skew);
        if self.content.issued_at > latest {
            return Err(SetupRejection::times(Code::FromTheFuture, self.content.issued_at, latest));
        }
        Ok(())
    }

    fn verify(&self, operator: &PublicKey) -> Result<(), SetupRejection> {
        let sign1 = sign1(&self.bytes)?;
        let header = Header::read(sign1.protected, Layer::Header)?;
        if header.kid.is_none_or(|kid| *kid.bytes != default_key_id(operator)) {
            return Err(SetupRejection::plain(Code::UnknownKey));
        }
        let wanted = operator.algorithm().cose_id();
        if header.algorithm != wanted {
            return Err(SetupRejection::algorithms(header.algorithm, wanted));
        }
        if operator.verifies_pieces(&sign1.sig_structure().pieces(), sign1.signature) {
            Ok(())
        } else {
            Err(SetupRejection::plain(Code::BadSignature))
        }
    }

    pub(super) fn trusted(self) -> GateSetup {
        GateSetup { bytes: self.bytes, content: self.content }
    }
}

fn sign1(bytes: &[u8]) -> Result<Sign1<'_>, Malformed> {
    let mut reader = Reader::new(bytes, 0, Layer::Envelope);
    let sign1 = Sign1::read(&mut reader)?;
    reader.finish()?;
    Ok(sign1)
}

impl fmt::Debug for UnverifiedSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnverifiedSetup({} bytes)", self.bytes.len())
    }
}
