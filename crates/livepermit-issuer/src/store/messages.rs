//! Messages for the authority's own programs. They are written by the change that they tell of, and
//! kept until they are delivered: ids and states, nothing about people.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::change::Change;
use super::error::StoreError;
use crate::domain::{Alarm, Event};
use crate::hex::hex;

/// What is told.
pub(super) struct Told {
    kind: &'static str,
    data: Value,
}

/// A message that was not delivered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its name: the same at each try.
    pub id: String,
    /// What it tells, as `permit.issued`.
    pub kind: String,
    /// The body, as JSON.
    pub body: String,
    /// When it was written, in seconds since 1970.
    pub written: i64,
    /// How often its delivery was tried.
    pub tries: i64,
    /// Whether it is tried no more.
    pub dead: bool,
}

/// What an event tells; `None` for what happens inside the office alone.
pub(super) fn of(event: &Event) -> Option<Told> {
    use Event::{
        CaseApproved, CaseRefused, CaseSubmitted, CaseWithdrawn, PermitCancelled, PermitChanged,
        PermitEnded, PermitEndorsed, PermitIssued, PermitResumed, PermitSuspended,
    };
    let case = |kind, case, state| Told { kind, data: json!({ "case": case, "state": state }) };
    let permit = |kind, permit, state| {
        let data = json!({ "permit": permit, "state": state });
        Told { kind, data }
    };
    let by_case = |kind, permit, case| {
        let data = json!({ "permit": permit, "case": case, "state": "active" });
        Told { kind, data }
    };
    Some(match event {
        CaseSubmitted { case: id, .. } => case("case.submitted", id, "submitted"),
        CaseApproved { case: id, .. } => case("case.approved", id, "decided"),
        CaseRefused { case: id, .. } => case("case.refused", id, "decided"),
        CaseWithdrawn { case: id } => case("case.withdrawn", id, "withdrawn"),
        PermitIssued { permit, case, .. } => by_case("permit.issued", permit, case),
        PermitChanged { permit, case } => by_case("permit.changed", permit, case),
        PermitEndorsed { permit, case, .. } => by_case("permit.endorsed", permit, case),
        PermitSuspended { permit: id, .. } => permit("permit.suspended", id, "suspended"),
        PermitResumed { permit: id, .. } => permit("permit.resumed", id, "active"),
        PermitCancelled { permit: id, .. } => permit("permit.cancelled", id, "cancelled"),
        PermitEnded { permit: id, .. } => permit("permit.ended", id, "ended"),
        _ => return None,
    })
}

/// What an alarm tells.
pub(super) fn of_alarm(alarm: Alarm, id: &str, due: Date) -> Told {
    let kind = match alarm {
        Alarm::DeadlineSoon => "case.deadline-soon",
        Alarm::DeadlineOver => "case.deadline-over",
        Alarm::PermitEndsSoon => "permit.ends-soon",
    };
    Told { kind, data: json!({ alarm.about(): id, "due": due.to_string() }) }
}

impl Change {
    /// Writes a message, if anybody fetches them.
    pub(super) async fn tell(&mut self, told: &Told, now: Timestamp) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO webhook_messages \
                              (id, kind, body, written, tries, next, state) \
                              VALUES ($1, $2, $3, $4, 0, $4, 'waiting')";
        if !self.writes_messages() {
            return Ok(());
        }
        let Told { kind, data } = told;
        let at = Timestamp::from_second(now.as_second()).unwrap_or(now).to_string();
        let body = json!({ "type": kind, "timestamp": at, "data": data }).to_string();
        let query = sqlx::query(INSERT)
            .bind(format!("msg_{}", hex(&rand::random::<[u8; 16]>())))
            .bind(*kind)
            .bind(body)
            .bind(now.as_second());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(drop)
    }

    /// Takes messages whose time has come, to be delivered by this process: nobody else takes them
    /// before `until`. At most so many, those that wait longest first.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn take_messages(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Result<Vec<Message>, StoreError> {
        // Of two processes that take the same message, the second one waits, and looks again.
        const TAKE: &str = "UPDATE webhook_messages SET next = $2, tries = tries + 1 \
                            WHERE state = 'waiting' AND next <= $1 AND id IN \
                            (SELECT id FROM webhook_messages WHERE state = 'waiting' \
                            AND next <= $1 ORDER BY next, id LIMIT $3) \
                            RETURNING id, kind, body, written, tries, state";
        let query =
            sqlx::query(TAKE).bind(now.as_second()).bind(until.as_second()).bind(i64::from(most));
        let rows = query.fetch_all(self.keeps()).await.map_err(StoreError::from);
        let done = rows.and_then(|rows| rows.iter().map(read).collect());
        self.step(done)
    }

    /// Forgets a message: it was delivered.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn end_message(&mut self, id: &str) -> Result<(), StoreError> {
        const DELETE: &str = "DELETE FROM webhook_messages WHERE id = $1";
        let query = sqlx::query(DELETE).bind(id.to_owned());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(drop)
    }

    /// Says when a message is tried again; `None` for never, unless somebody asks for it.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn put_message_off(
        &mut self,
        id: &str,
        next: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        const UPDATE: &str = "UPDATE webhook_messages SET next = $2, state = $3 WHERE id = $1";
        let query = sqlx::query(UPDATE)
            .bind(id.to_owned())
            .bind(next.map_or(0, Timestamp::as_second))
            .bind(if next.is_some() { "waiting" } else { "dead" });
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(drop)
    }

    /// Has messages delivered again from now on that are tried no more: this one, or all. Tells how
    /// many.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn revive_messages(
        &mut self,
        id: Option<&str>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        const UPDATE: &str = "UPDATE webhook_messages SET state = 'waiting', tries = 0, next = $1 \
                              WHERE state = 'dead' AND ($2 = '' OR id = $2)";
        let query =
            sqlx::query(UPDATE).bind(now.as_second()).bind(id.unwrap_or_default().to_owned());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(|done| done.rows_affected())
    }
}

fn read(row: &AnyRow) -> Result<Message, StoreError> {
    Ok(Message {
        id: row.try_get(0)?,
        kind: row.try_get(1)?,
        body: row.try_get(2)?,
        written: row.try_get(3)?,
        tries: row.try_get(4)?,
        dead: row.try_get::<String, _>(5)? == "dead",
    })
}

/// Messages that were not delivered, the oldest first: at most so many.
pub(super) async fn waiting(
    connection: &mut AnyConnection,
    most: u32,
) -> Result<Vec<Message>, StoreError> {
    const SELECT: &str = "SELECT id, kind, body, written, tries, state FROM webhook_messages \
                          ORDER BY written, id LIMIT $1";
    let rows = sqlx::query(SELECT).bind(i64::from(most)).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// How many messages wait, and how many are tried no more.
pub(super) async fn count(connection: &mut AnyConnection) -> Result<(i64, i64), StoreError> {
    const SELECT: &str = "SELECT state, COUNT(*) FROM webhook_messages GROUP BY state";
    let (mut waiting, mut dead) = (0, 0);
    for row in sqlx::query(SELECT).fetch_all(connection).await? {
        let count = row.try_get(1)?;
        match row.try_get::<String, _>(0)?.as_str() {
            "dead" => dead = count,
            _ => waiting = count,
        }
    }
    Ok((waiting, dead))
}
