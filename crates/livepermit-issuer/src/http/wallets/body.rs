//! Bodies and headers of requests.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, header};

use super::answer::Refusal;
use crate::protocol::OAuthCode;

/// The longest body that is read, in bytes. A proof with a key attestation has 2 to 6 KiB.
pub const LONGEST_BODY: usize = 32 * 1024;

/// The whole body, if it has this media type and is not too long.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    media_type: &str,
    otherwise: OAuthCode,
) -> Result<Bytes, Refusal> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let given = given.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !given.eq_ignore_ascii_case(media_type) {
        return Err(Refusal::wrong(otherwise, format!("the body has to be {media_type}")));
    }
    to_bytes(body, LONGEST_BODY).await.map_err(|_| Refusal::TooLarge)
}

/// The one value of a header; `None` for none, more than one, and signs that are not ASCII.
pub(super) fn one<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
