//! What serves once: a nonce, a proof of DPoP.

use std::collections::BTreeSet;

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Row as _};

use super::sessions::{BY_REFRESH, Session, read};
use crate::domain::{Digest, Seen};
use crate::store::turn::Work;
use crate::store::{Change, Database, StoreError};

/// Notes one use, and tells it back if it is the first.
macro_rules! note {
    ($before:literal, $values:literal) => {
        concat!(
            $before,
            "INSERT INTO wallet_seen (ends, what) VALUES ",
            $values,
            " ON CONFLICT DO NOTHING RETURNING what"
        )
    };
}

const ONE: &str = note!("", "($1, $2)");
const TWO: &str = note!("", "($1, $2), ($3, $4)");
// SQLite takes several statements at once.
const BEGIN_ONE: &str = note!("BEGIN IMMEDIATE; ", "($1, $2)");
const BEGIN_TWO: &str = note!("BEGIN IMMEDIATE; ", "($1, $2), ($3, $4)");

/// What a change uses: each serves once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Using<'a> {
    /// A proof of DPoP.
    Proof(&'a Seen),
    /// A proof of DPoP, and a nonce.
    ProofAndNonce(&'a Seen, &'a Seen),
}

/// What was used before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsedBefore {
    /// The proof of DPoP.
    Proof,
    /// The nonce.
    Nonce,
}

impl Using<'_> {
    fn bound(self, one: &'static str, two: &'static str) -> Query<'static, Any, AnyArguments> {
        let bind = |query: Query<'static, Any, AnyArguments>, seen: &Seen| {
            query.bind(seen.ends.as_second()).bind(seen.what.to_string())
        };
        match self {
            Self::Proof(proof) => bind(sqlx::query(one), proof),
            Self::ProofAndNonce(proof, nonce) => bind(bind(sqlx::query(two), proof), nonce),
        }
    }

    fn found(self, first: &[AnyRow]) -> Result<Option<UsedBefore>, StoreError> {
        let first = first.iter().map(|row| row.try_get(0)).collect::<Result<BTreeSet<String>, _>>();
        let first = first?;
        let is_first = |seen: &Seen| first.contains(&seen.what.to_string());
        Ok(match self {
            Self::Proof(proof) | Self::ProofAndNonce(proof, _) if !is_first(proof) => {
                Some(UsedBefore::Proof)
            }
            Self::ProofAndNonce(_, nonce) if !is_first(nonce) => Some(UsedBefore::Nonce),
            _ => None,
        })
    }
}

impl Database {
    /// See [`Store::begin_using`](crate::store::Store::begin_using).
    pub(in crate::store) async fn change_using(
        &self,
        using: Using<'_>,
    ) -> Result<(Change, Option<UsedBefore>), StoreError> {
        let Some(mut taken) = self.turn().await? else {
            let mut change = self.change().await?;
            let rows = using.bound(ONE, TWO).fetch_all(change.keeps()).await;
            let found = rows.map_err(StoreError::from).and_then(|rows| using.found(&rows));
            let found = change.step(found)?;
            return Ok((change, found));
        };
        let rows = self.open(&mut taken, || using.bound(BEGIN_ONE, BEGIN_TWO)).await?;
        let mut change = self.begun(Work::Sqlite(taken));
        let _ = change.keeps();
        let found = using.found(&rows);
        let found = change.step(found)?;
        Ok((change, found))
    }

    /// See [`Store::session_using`](crate::store::Store::session_using).
    pub(in crate::store) async fn find_session_using(
        &self,
        refresh: &Digest,
        proof: &Seen,
        now: jiff::Timestamp,
    ) -> Result<Result<Option<Session>, UsedBefore>, StoreError> {
        let using = Using::Proof(proof);
        let bind = |query: Query<'static, Any, AnyArguments>| {
            query.bind(refresh.to_string()).bind(now.as_second())
        };
        let (first, found) = if let Some(mut taken) = self.turn().await? {
            // One question with two answers: they differ in how many columns their rows have.
            const BOTH: &str = concat!(
                "INSERT INTO wallet_seen (ends, what) VALUES ($3, $4) ",
                "ON CONFLICT DO NOTHING RETURNING what; ",
                "SELECT id, client, owner, owner_id, party, dpop, device, ends ",
                "FROM wallet_sessions WHERE revoked = 0 AND ends > $2 AND refresh = $1"
            );
            let query = || bind(sqlx::query(BOTH)).bind(proof.ends.as_second());
            let query = || query().bind(proof.what.to_string());
            let rows = self.open(&mut taken, query).await?;
            taken.turn().done();
            rows.into_iter().partition::<Vec<_>, _>(|row| row.len() == 1)
        } else {
            let mut connection = self.connection().await?;
            let first = using.bound(ONE, TWO).fetch_all(&mut *connection).await?;
            (first, bind(sqlx::query(BY_REFRESH)).fetch_all(&mut *connection).await?)
        };
        Ok(match using.found(&first)? {
            Some(used) => Err(used),
            None => Ok(found.first().map(read).transpose()?),
        })
    }
}

impl Change {
    /// Notes that this was used. Tells whether it is the first time.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn see(&mut self, seen: &Seen) -> Result<bool, StoreError> {
        let using = Using::Proof(seen);
        let rows = using.bound(ONE, TWO).fetch_all(self.keeps()).await;
        let found = rows.map_err(StoreError::from).and_then(|rows| using.found(&rows));
        self.step(found).map(|used| used.is_none())
    }
}
