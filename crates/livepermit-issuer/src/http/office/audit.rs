//! The audit log, for those who look after the offices.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::problem::Problem;
use super::OfficeState;
use super::ask::Stop;
use super::cursor::{Params, page};
use crate::store::{AuditState, Break, Store, WrittenLine};

/// The largest number of a line: programs that read JSON know larger ones by chance alone.
pub(super) const LAST_LINE: u64 = 1 << 53;

/// What the log is asked for: what is behind a line, or what is about a subject.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listing {
    behind: Option<u64>,
    subject: Option<String>,
    most: Option<u32>,
}

/// A line of the log.
#[derive(Serialize, ToSchema)]
pub(super) struct LineView {
    number: u64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    actor: String,
    action: String,
    subject: String,
    detail: String,
    hash: String,
}

/// Lines of the log, in order.
#[derive(Serialize, ToSchema)]
pub(super) struct LinePage {
    lines: Vec<LineView>,
    /// The `behind` of the next page; null on the last one, and for a subject.
    next: Option<u64>,
}

/// Whether the log is whole.
#[derive(Serialize, ToSchema)]
pub(super) struct LogView {
    whole: bool,
    /// The number of lines, or of the first line that is not as it was written.
    line: u64,
    /// The hash of the last line. Keep it, with the number, in another place.
    hash: Option<String>,
    /// `missing`, `changed` or `behind-the-end`.
    broken: Option<&'static str>,
}

/// Lines of the log.
pub(super) async fn lines<S: Store>(
    State(state): State<OfficeState<S>>,
    Params(listing): Params<Listing>,
) -> Result<Response, Stop> {
    let (most, store) = (page(listing.most)?, state.service.store());
    if listing.behind.is_some_and(|line| line > LAST_LINE) {
        let detail = format!("No line has a number above {LAST_LINE}.");
        return Err(Problem::malformed("line-malformed", detail).into());
    }
    let (found, pages) = match (listing.subject, listing.behind) {
        (Some(subject), None) => {
            let fits = |sign: u8| sign.is_ascii_alphanumeric() || b"._:/-".contains(&sign);
            if subject.len() > 200 || !subject.bytes().all(fits) {
                let detail = "A subject is `case:`, `permit:`, `staff:` or `proposal:`, and an id.";
                return Err(Problem::malformed("subject-malformed", detail).into());
            }
            (store.audit_about(&subject, most).await?, false)
        }
        (None, behind) => (store.audit_behind(behind.unwrap_or_default(), most).await?, true),
        (Some(_), Some(_)) => {
            let detail = "Name a subject, or the line behind which to begin, and not both.";
            return Err(Problem::malformed("listing-malformed", detail).into());
        }
    };
    let full = u32::try_from(found.len()).is_ok_and(|rows| rows == most) && pages;
    let next = found.last().filter(|_| full).map(|line| line.number);
    let lines = found.into_iter().map(LineView::of).collect();
    Ok(Json(LinePage { lines, next }).into_response())
}

/// Checks the whole log.
pub(super) async fn verify<S: Store>(
    State(state): State<OfficeState<S>>,
) -> Result<Response, Stop> {
    let view = match state.service.store().verify_audit().await? {
        AuditState::Whole { lines, hash } => {
            LogView { whole: true, line: lines, hash: Some(hash), broken: None }
        }
        AuditState::Broken { number, why } => {
            let why = match why {
                Break::Missing => "missing",
                Break::Changed => "changed",
                Break::BehindTheEnd => "behind-the-end",
            };
            LogView { whole: false, line: number, hash: None, broken: Some(why) }
        }
    };
    Ok(Json(view).into_response())
}

impl LineView {
    fn of(line: WrittenLine) -> Self {
        let at = Timestamp::from_second(line.at).unwrap_or(Timestamp::UNIX_EPOCH);
        let WrittenLine { number, actor, action, subject, detail, hash, .. } = line;
        Self { number, at, actor, action, subject, detail, hash }
    }
}
