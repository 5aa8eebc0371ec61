//! Offers of an office: each is taken once, and a few wrong digits end it.

use jiff::Timestamp;
use sqlx::Row as _;

use super::{damaged, party_column, read_party, text};
use crate::domain::{Digest, Party, PermitId, SessionId};
use crate::store::{Change, StoreError};

/// An offer to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewOffer {
    /// The hash of the code.
    pub code: Digest,
    /// The hash of code and digits together.
    pub tx_code: Digest,
    /// How often digits may be tried.
    pub tries: u32,
    /// For which permit.
    pub permit: PermitId,
    /// Whose phone takes it.
    pub party: Party,
    /// Until when.
    pub ends: Timestamp,
}

/// What became of an attempt to take an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferAnswer {
    /// It is taken.
    Taken {
        /// For which permit.
        permit: PermitId,
        /// Whose phone took it.
        party: Party,
    },
    /// The digits are wrong. The change has to be committed: it counts the attempt.
    Wrong {
        /// How many attempts are left.
        left: u32,
    },
    /// There is no such offer, or no longer: it was taken, it has ended, or the digits were wrong
    /// too often.
    Gone,
}

impl Change {
    /// Keeps an offer.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn keep_offer(&mut self, offer: &NewOffer) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO wallet_offers \
                              (code, permit, party, tx_code, tries, session, ends) \
                              VALUES ($1, $2, $3, $4, $5, '', $6)";
        let query = sqlx::query(INSERT)
            .bind(offer.code.to_string())
            .bind(offer.permit.to_string())
            .bind(party_column(offer.party))
            .bind(offer.tx_code.to_string())
            .bind(i64::from(offer.tries))
            .bind(offer.ends.as_second());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(drop)
    }

    /// Takes an offer for a session, if the digits are right.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`], and those of the database.
    pub async fn take_offer(
        &mut self,
        code: &Digest,
        tx_code: &Digest,
        session: SessionId,
        now: Timestamp,
    ) -> Result<OfferAnswer, StoreError> {
        let done = self.try_offer(code, tx_code, session, now).await;
        self.step(done)
    }

    async fn try_offer(
        &mut self,
        code: &Digest,
        tx_code: &Digest,
        session: SessionId,
        now: Timestamp,
    ) -> Result<OfferAnswer, StoreError> {
        // Counts and locks in one: of two that try at once, one waits here.
        const COUNT: &str = "UPDATE wallet_offers SET tries = tries - 1 \
                             WHERE code = $1 AND tries > 0 AND session = '' AND ends > $2 \
                             RETURNING tx_code, permit, party, tries";
        const TAKE: &str = "UPDATE wallet_offers SET session = $2 WHERE code = $1";
        let counted = sqlx::query(COUNT)
            .bind(code.to_string())
            .bind(now.as_second())
            .fetch_optional(self.keeps())
            .await?;
        let Some(row) = counted else { return Ok(OfferAnswer::Gone) };
        // Both are hashes over a secret: the time of the comparison tells nothing.
        if text(&row, 0)? != tx_code.to_string() {
            let left = u32::try_from(row.try_get::<i64, _>(3)?).unwrap_or_default();
            return Ok(OfferAnswer::Wrong { left });
        }
        let permit = text(&row, 1)?.parse().map_err(|_| damaged("permit"))?;
        let party = read_party(&text(&row, 2)?)?;
        sqlx::query(TAKE)
            .bind(code.to_string())
            .bind(session.to_string())
            .execute(self.keeps())
            .await?;
        Ok(OfferAnswer::Taken { permit, party })
    }
}
