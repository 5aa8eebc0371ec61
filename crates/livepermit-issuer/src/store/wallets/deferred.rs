//! Credentials that were asked for while the case is open.

use jiff::Timestamp;
use livepermit::PublicKey;

use super::{damaged, text};
use crate::domain::{Attestation, Digest, SessionId};
use crate::hex::{hex, unhex};
use crate::store::{Change, StoreError};

/// A credential that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Deferred {
    /// The key that was proved.
    pub device: PublicKey,
    /// Where the device keeps it.
    pub attestation: Attestation,
}

const fn name(attestation: Attestation) -> &'static str {
    match attestation {
        Attestation::AndroidStrongBox => "android-strong-box",
        Attestation::AndroidTrustedEnvironment => "android-trusted-environment",
        Attestation::Software => "software",
    }
}

fn named(name: &str) -> Option<Attestation> {
    use Attestation::{AndroidStrongBox, AndroidTrustedEnvironment, Software};
    [AndroidStrongBox, AndroidTrustedEnvironment, Software]
        .into_iter()
        .find(|each| self::name(*each) == name)
}

impl Change {
    /// Keeps what a session asked for, in the place of what it asked for before.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn keep_deferred(
        &mut self,
        session: SessionId,
        id: &Digest,
        deferred: &Deferred,
        ends: Timestamp,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO wallet_deferred (session, id, device, attestation, ends) \
                              VALUES ($1, $2, $3, $4, $5) ON CONFLICT (session) DO UPDATE \
                              SET id = $2, device = $3, attestation = $4, ends = $5";
        let query = sqlx::query(INSERT)
            .bind(session.to_string())
            .bind(id.to_string())
            .bind(hex(&deferred.device.to_cose_key()))
            .bind(name(deferred.attestation))
            .bind(ends.as_second());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(drop)
    }

    /// What a session asked for under this name.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`], and those of the database.
    pub async fn deferred(
        &mut self,
        session: SessionId,
        id: &Digest,
        now: Timestamp,
    ) -> Result<Option<Deferred>, StoreError> {
        const SELECT: &str = "SELECT device, attestation FROM wallet_deferred \
                              WHERE session = $1 AND id = $2 AND ends > $3";
        let query = sqlx::query(SELECT)
            .bind(session.to_string())
            .bind(id.to_string())
            .bind(now.as_second());
        let done = query.fetch_optional(self.reads()).await.map_err(StoreError::from);
        let done = done.and_then(|row| {
            let Some(row) = row else { return Ok(None) };
            let key = unhex(&text(&row, 0)?).ok_or_else(|| damaged("device"))?;
            let device = PublicKey::from_cose_key(&key).map_err(|_| damaged("device"))?;
            let attestation = named(&text(&row, 1)?).ok_or_else(|| damaged("attestation"))?;
            Ok(Some(Deferred { device, attestation }))
        });
        self.step(done)
    }

    /// Forgets what a session asked for: it was given.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn end_deferred(&mut self, session: SessionId) -> Result<(), StoreError> {
        const DELETE: &str = "DELETE FROM wallet_deferred WHERE session = $1";
        let query = sqlx::query(DELETE).bind(session.to_string());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(drop)
    }
}
