//! Alarms: what was told of a day that comes near or has passed, once for each such day.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{AnyConnection, Row as _};

use super::audit::AuditLine;
use super::change::Change;
use super::error::StoreError;
use super::messages;
use super::register::date_number;
use super::search::{Mark, page};
use crate::domain::Alarm;

/// Documents that an alarm could be told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which alarm.
    pub alarm: Alarm,
    /// The first day of those that are looked for, and the last.
    pub days: (Date, Date),
}

/// An alarm that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenAlarm {
    /// Which.
    pub alarm: Alarm,
    /// The day that it speaks of, as a number like 20261130.
    pub due: i64,
    /// When it was given, in seconds since 1970.
    pub at: i64,
}

macro_rules! due {
    ($table:literal, $date:literal, $about:literal) => {
        concat!(
            "SELECT d.",
            $date,
            ", d.id FROM ",
            $table,
            " d WHERE d.state = $1 ",
            "AND d.",
            $date,
            " BETWEEN $3 AND $4 ",
            "AND NOT EXISTS (SELECT 1 FROM alarms a WHERE a.about = '",
            $about,
            ":' || d.id ",
            "AND a.alarm = $2 AND a.due = d.",
            $date,
            ") ",
            "AND (d.",
            $date,
            " > $5 OR (d.",
            $date,
            " = $5 AND d.id > $6)) ",
            "ORDER BY d.",
            $date,
            ", d.id LIMIT $7"
        )
    };
}

/// Cases or permits in this state of which the alarm was not given, those that are due first at the
/// beginning.
pub(super) async fn due(
    connection: &mut AnyConnection,
    state: &str,
    due: &Due,
    behind: &Mark,
    most: u32,
) -> Result<Vec<Mark>, StoreError> {
    const CASES: &str = due!("cases", "deadline", "case");
    const PERMITS: &str = due!("permits", "ends", "permit");
    let statement = match due.alarm {
        Alarm::DeadlineSoon | Alarm::DeadlineOver => CASES,
        Alarm::PermitEndsSoon => PERMITS,
    };
    let query = sqlx::query(statement)
        .bind(state.to_owned())
        .bind(due.alarm.name())
        .bind(date_number(due.days.0))
        .bind(date_number(due.days.1));
    page(connection, query, behind, most).await
}

/// The alarms about a case or permit (`case:` or `permit:` and the id), the first one first.
pub(super) async fn about(
    connection: &mut AnyConnection,
    about: &str,
) -> Result<Vec<GivenAlarm>, StoreError> {
    const SELECT: &str = "SELECT alarm, due, at FROM alarms WHERE about = $1 ORDER BY at, due";
    let rows = sqlx::query(SELECT).bind(about.to_owned()).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let damaged = || StoreError::Damaged {
                kind: "alarm",
                id: about.to_owned(),
                why: "it has an unknown name".to_owned(),
            };
            let alarm = Alarm::named(&row.try_get::<String, _>(0)?).ok_or_else(damaged)?;
            Ok(GivenAlarm { alarm, due: row.try_get(1)?, at: row.try_get(2)? })
        })
        .collect()
}

impl Change {
    /// Gives an alarm about a case or permit, with a line of the audit log, if it was not given for
    /// this day. Tells whether it was.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn give_alarm(
        &mut self,
        alarm: Alarm,
        id: &str,
        due: Date,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const INSERT: &str = "INSERT INTO alarms (about, alarm, due, at) VALUES ($1, $2, $3, $4) \
                              ON CONFLICT DO NOTHING";
        let about = format!("{}:{id}", alarm.about());
        let query = sqlx::query(INSERT)
            .bind(about.clone())
            .bind(alarm.name())
            .bind(date_number(due))
            .bind(now.as_second());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        if self.step(done)?.rows_affected() == 0 {
            return Ok(false);
        }
        let line = AuditLine::new(now, "job:alarms", alarm.name(), &about)?;
        self.audit(line.with("due", &due.to_string())?);
        self.tell(&messages::of_alarm(alarm, id, due), now).await?;
        Ok(true)
    }
}
