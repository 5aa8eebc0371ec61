//! Who plays in the demo: an issuer, phones, a gate, and forgers.

use std::fmt;
use std::fs;
use std::num::NonZeroU8;
use std::path::Path;

use livepermit::issue::StatusReference;
use livepermit::{
    Holder, Issuer, Permit, Policy, Recipient, Rejection, RevocationPolicy, SecretKey, Timestamp,
    Token, Trust, TrustedKey, Use, Validity, Verified, Verifier,
};
use livepermit::{qr::ErrorCorrection, qr::QrCode};

use super::texts;
use crate::shared::failure::Failure;
use crate::shared::keys::KeyAlgorithm;
use crate::shared::keys::generate;
use crate::shared::{files, input};

const ISSUER: &str = "bj.example";
const CLASS: &str = "bj.example:residence";
pub(super) const SUBJECT: &str = "BJ-7F3A9C2E";
const GATE: &str = "gate-3";
/// The issuer and the gate that trusts it.
pub(super) struct Cast {
    key: SecretKey,
    issuer: Issuer,
    permit: Permit,
    trust: Trust,
    verifier: Verifier,
}

/// A phone with a credential.
pub(super) struct Phone {
    key: SecretKey,
    holder: Holder,
}

/// Nothing in the demo can fail but the machine it runs on. Should it, that is a defect worth a
/// report.
pub(super) fn defect(error: impl fmt::Display) -> Failure {
    texts::defect(&error)
}

impl Cast {
    pub(super) fn new() -> Result<Self, Failure> {
        let key = generate(KeyAlgorithm::Ed25519)?;
        let issuer = Issuer::new(ISSUER, key.public_key()).map_err(defect)?;
        let status = StatusReference::new("https://s.bj.example/1", 21_893_095).map_err(defect)?;
        let permit = Permit::new(SUBJECT, CLASS).map_err(defect)?.with_status(status);
        let uses = [Use::Credential, Use::Pass];
        let entry = TrustedKey::new(ISSUER, key.public_key(), uses, [CLASS]).map_err(defect)?;
        let trust = Trust::new([entry]).map_err(defect)?;
        let policy = Policy::new(GATE, [CLASS], RevocationPolicy::NotChecked);
        let verifier = Verifier::new(trust.clone(), policy).map_err(defect)?;
        Ok(Self { key, issuer, permit, trust, verifier })
    }

    /// Issues a credential to a new phone, which takes it in.
    pub(super) fn phone(&self, algorithm: KeyAlgorithm, now: Timestamp) -> Result<Phone, Failure> {
        let key = generate(algorithm)?;
        let mut holder = Holder::new(key.public_key());
        let credential = self
            .issuer
            .prepare_credential(&self.permit, holder.device_key(), Validity::default(), now)
            .map_err(defect)?
            .sign(&self.key)
            .map_err(defect)?;
        holder.accept(credential.as_bytes(), &self.trust, now).map_err(defect)?;
        Ok(Phone { key, holder })
    }

    /// A pass of the issuer's server. It is short because it carries no status.
    pub(super) fn pass(&self, now: Timestamp) -> Result<Token, Failure> {
        let permit = Permit::new(SUBJECT, CLASS).map_err(defect)?;
        self.issuer
            .prepare_pass(&permit, None, now)
            .map_err(defect)?
            .sign(&self.key)
            .map_err(defect)
    }

    /// Reads the picture file as `verify --file` does, and judges what is in it.
    pub(super) fn judge(
        &self,
        picture: &Path,
        now: Timestamp,
    ) -> Result<Result<Verified, Rejection>, Failure> {
        let material = input::read_file(picture)?.one()?;
        Ok(self.verifier.verify(material.as_input(), now))
    }
}

impl Phone {
    /// The code of this second.
    pub(super) fn show(&self, now: Timestamp) -> Result<Token, Failure> {
        self.holder.prepare(Recipient::Anyone, now).map_err(defect)?.sign(&self.key).map_err(defect)
    }

    /// The credential in it: what a thief of the phone's storage, but not of its key, has.
    pub(super) fn credential(&self) -> Result<Token, Failure> {
        let held = self.holder.credentials().first();
        let held = held.ok_or_else(|| defect("the phone has no credential"))?;
        Token::from_bytes(held.as_bytes()).map_err(defect)
    }

    pub(super) fn validity(&self) -> Option<(Timestamp, Timestamp)> {
        self.holder.credentials().first().map(|held| (held.not_before(), held.expires()))
    }
}

/// A forger changes the number of the permit.
pub(super) fn altered(token: &Token) -> Result<Token, Failure> {
    replace(token, SUBJECT.as_bytes(), b"BJ-7F3A9C2F")
}

/// A forger writes today's date on an old code.
pub(super) fn redated(token: &Token, from: Timestamp, to: Timestamp) -> Result<Token, Failure> {
    // Claim 6 (`iat`) as a four-byte integer.
    let written = |time: Timestamp| {
        let mut bytes = vec![0x06, 0x1A];
        bytes.extend(u32::try_from(time.as_unix()).unwrap_or(u32::MAX).to_be_bytes());
        bytes
    };
    replace(token, &written(from), &written(to))
}

/// Puts `new` in the place of the last `old`.
fn replace(token: &Token, old: &[u8], new: &[u8]) -> Result<Token, Failure> {
    let mut bytes = token.as_bytes().to_vec();
    let place = bytes.windows(old.len()).rposition(|window| window == old);
    let place = place.ok_or_else(|| defect("there is nothing to forge in the token"))?;
    bytes.splice(place..place.saturating_add(old.len()), new.iter().copied());
    Token::from_bytes(&bytes).map_err(defect)
}

/// Writes the code of a token as a picture.
pub(super) fn photograph(token: &Token, picture: &Path, pixels: NonZeroU8) -> Result<(), Failure> {
    let code = QrCode::encode(&token.to_qr_text(), ErrorCorrection::Medium).map_err(defect)?;
    files::write_passing(picture, &code.to_png(pixels).map_err(defect)?)
}

/// Copies a picture, as a messenger does.
pub(super) fn forward(from: &Path, to: &Path) -> Result<(), Failure> {
    let bytes = fs::read(from).map_err(defect)?;
    files::write_passing(to, &bytes)
}
