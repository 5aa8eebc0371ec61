//! Bodies of forms (`multipart/form-data`, RFC 7578).

use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest as _, Request};
use axum::http::StatusCode;

use super::stop::Stop;

/// The longest text of a field, in bytes.
const LONGEST_TEXT: usize = 4 * 1024;
/// How many fields are read.
const MOST_FIELDS: usize = 64;

/// What was typed into a form. Each field stands once.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed(Vec<(String, String)>);

impl Typed {
    /// What was typed into a field, without spaces around it; empty for none.
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.trim()).unwrap_or_default()
    }
}

/// Reads the body of a form.
///
/// Pages of strangers are refused by what browsers say of the sender (Fetch Metadata). The pages
/// have no cookies, so that nothing could be done with them either.
pub(super) async fn read(request: Request) -> Result<Typed, Stop> {
    let site = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
    if matches!(site, Some("cross-site" | "same-site")) {
        return Err(Stop::Wrong);
    }
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Stop::Wrong)?;
    let mut typed = Typed::default();
    while let Some(mut part) = parts.next_field().await.map_err(|error| broken(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        if typed.0.len() >= MOST_FIELDS || typed.0.iter().any(|(known, _)| *known == name) {
            return Err(Stop::Wrong);
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error))? {
            if bytes.len() + chunk.len() > LONGEST_TEXT {
                return Err(Stop::Wrong);
            }
            bytes.extend_from_slice(&chunk);
        }
        let text = String::from_utf8(bytes).map_err(|_| Stop::Wrong)?;
        typed.0.push((name, text));
    }
    Ok(typed)
}

fn broken(error: &MultipartError) -> Stop {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Stop::TooLarge } else { Stop::Wrong }
}
