//! What one officer proposes and another approves.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::super::change::Change;
use super::super::error::StoreError;

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalState {
    /// Nobody has decided it.
    Open,
    /// Another has approved it, and it was done.
    Approved,
    /// Somebody has rejected it.
    Rejected,
}

impl ProposalState {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// The state with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Open, Self::Approved, Self::Rejected].into_iter().find(|state| state.name() == name)
    }
}

/// A proposal. The register does not look into its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Drawn at random, in lower-case hex.
    pub id: String,
    /// What is proposed.
    pub kind: String,
    /// With what, as JSON.
    pub body: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// When, in seconds since 1970.
    pub proposed_at: i64,
    /// Until when it can be approved, in seconds since 1970.
    pub ends: i64,
    /// Where it stands.
    pub state: ProposalState,
    /// Who decided it; empty before.
    pub decided_by: String,
    /// When, in seconds since 1970; 0 before.
    pub decided_at: i64,
}

const COLUMNS: &str = "SELECT id, kind, body, proposed_by, proposed_at, ends, state, decided_by, \
                       decided_at FROM staff_proposals WHERE ";

impl Change {
    /// Keeps a proposal.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn propose(&mut self, proposal: &Proposal) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO staff_proposals (id, kind, body, proposed_by, \
                              proposed_at, ends, state, decided_by, decided_at) \
                              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let done = sqlx::query(INSERT)
            .bind(proposal.id.clone())
            .bind(proposal.kind.clone())
            .bind(proposal.body.clone())
            .bind(proposal.proposed_by.clone())
            .bind(proposal.proposed_at)
            .bind(proposal.ends)
            .bind(proposal.state.name())
            .bind(proposal.decided_by.clone())
            .bind(proposal.decided_at)
            .execute(self.writes())
            .await;
        self.step(done.map(|_| ()).map_err(StoreError::from))
    }

    /// Decides an open proposal. Of two who decide at once, one is told `Changed`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Changed`] if it is open no longer, and those of the database.
    pub async fn decide_proposal(
        &mut self,
        id: &str,
        state: ProposalState,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const UPDATE: &str = "UPDATE staff_proposals \
                              SET state = $2, decided_by = $3, decided_at = $4 \
                              WHERE id = $1 AND state = 'open'";
        let done = sqlx::query(UPDATE)
            .bind(id.to_owned())
            .bind(state.name())
            .bind(by.to_owned())
            .bind(now.as_second())
            .execute(self.writes())
            .await;
        let done = match done {
            Ok(done) if done.rows_affected() == 1 => Ok(()),
            Ok(_) => Err(StoreError::Changed { kind: "proposal", id: id.to_owned(), read: 1 }),
            Err(error) => Err(error.into()),
        };
        self.step(done)
    }
}

fn read(row: &AnyRow) -> Result<Proposal, StoreError> {
    let (id, state): (String, String) = (row.try_get(0)?, row.try_get(6)?);
    let why = || "has an unknown state".to_owned();
    let damaged = || StoreError::Damaged { kind: "proposal", id: id.clone(), why: why() };
    Ok(Proposal {
        kind: row.try_get(1)?,
        body: row.try_get(2)?,
        proposed_by: row.try_get(3)?,
        proposed_at: row.try_get(4)?,
        ends: row.try_get(5)?,
        state: ProposalState::named(&state).ok_or_else(damaged)?,
        decided_by: row.try_get(7)?,
        decided_at: row.try_get(8)?,
        id,
    })
}

/// The proposal with this id.
pub(super) async fn load(
    connection: &mut AnyConnection,
    id: &str,
) -> Result<Option<Proposal>, StoreError> {
    let statement = sqlx::AssertSqlSafe(format!("{COLUMNS} id = $1"));
    let row = sqlx::query(statement).bind(id.to_owned()).fetch_optional(connection).await?;
    row.map(|row| read(&row)).transpose()
}

/// Proposals of this kind in this state, the oldest first.
pub(super) async fn list(
    connection: &mut AnyConnection,
    kind: &str,
    state: ProposalState,
    (at, id): (i64, &str),
    most: u32,
) -> Result<Vec<Proposal>, StoreError> {
    let statement = sqlx::AssertSqlSafe(format!(
        "{COLUMNS} state = $1 AND (proposed_at > $2 OR (proposed_at = $2 AND id > $3)) \
         AND kind = $5 ORDER BY proposed_at, id LIMIT $4"
    ));
    let rows = sqlx::query(statement)
        .bind(state.name())
        .bind(at)
        .bind(id.to_owned())
        .bind(i64::from(most))
        .bind(kind.to_owned())
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}
