//! Parts of an address: ids in its path, parameters in its query, and places in lists.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::super::problem::Problem;
use crate::protocol::base64url;
use crate::store::Mark;

/// The most that a page has.
pub(super) const LARGEST_PAGE: u32 = 100;
/// What a page has if nobody says.
const PAGE: u32 = 50;

/// The ids in a path, in their order.
#[derive(Debug)]
pub(super) struct Ids(Vec<String>);

impl<S: Send + Sync> FromRequestParts<S> for Ids {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let ids = Path::<Vec<String>>::from_request_parts(parts, state).await;
        ids.map(|Path(ids)| Self(ids)).map_err(|_| Problem::missing("address"))
    }
}

impl Ids {
    /// The id at a place. What is no id names nothing.
    pub(super) fn get<T: FromStr>(&self, place: usize, kind: &str) -> Result<T, Problem> {
        let id = self.0.get(place).and_then(|id| id.parse().ok());
        id.ok_or_else(|| Problem::missing(kind))
    }
}

/// The parameters of a query.
#[derive(Debug)]
pub(super) struct Params<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let read = Query::try_from_uri(&parts.uri);
        let malformed = |error: axum::extract::rejection::QueryRejection| {
            Problem::malformed("query-malformed", error.body_text())
        };
        read.map(|Query(params)| Self(params)).map_err(malformed)
    }
}

/// How many a page has.
pub(super) fn page(most: Option<u32>) -> Result<u32, Problem> {
    match most.unwrap_or(PAGE) {
        most @ 1..=LARGEST_PAGE => Ok(most),
        most => {
            let detail = format!("A page has 1 to {LARGEST_PAGE} rows, not {most}.");
            Err(Problem::malformed("page-malformed", detail))
        }
    }
}

/// The place behind this mark, as text that a caller hands back.
pub(super) fn after(mark: &Mark) -> String {
    base64url::encode(format!("{}:{}", mark.date, mark.id).as_bytes())
}

/// The place that a caller hands back; the beginning without one.
pub(super) fn behind(cursor: Option<&str>) -> Result<Mark, Problem> {
    let Some(cursor) = cursor else { return Ok(Mark::start()) };
    let read = || -> Option<Mark> {
        let bytes = base64url::decode(cursor)?;
        let text = String::from_utf8(bytes).ok()?;
        let (date, id) = text.split_once(':')?;
        // PostgreSQL takes no zero byte in a text.
        let plain = id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Some(Mark { date: date.parse().ok()?, id: plain.then(|| id.to_owned())? })
    };
    let detail = "This is no place in a list. Take `next` of the page before, unchanged.";
    read().ok_or_else(|| Problem::malformed("cursor-malformed", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_as_it_was() {
        let mark = Mark { date: 20_261_130, id: "0a".to_owned() };
        assert_eq!(behind(Some(&after(&mark))), Ok(mark));
        assert_eq!(behind(None), Ok(Mark::start()));
        for wrong in ["", "*", "MQ", &base64url::encode(b"1:\0")] {
            assert!(behind(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
