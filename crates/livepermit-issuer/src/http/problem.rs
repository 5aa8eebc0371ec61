//! Problems as RFC 9457 has them: what was refused, by a stable code, in a person's words.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::domain::DomainError;
use crate::service::ServiceError;
use crate::store::StoreError;

/// After so many seconds somebody asks a database again that is away.
const AWAY_SECONDS: u32 = 5;
/// After so many seconds somebody asks again when there was no room.
const FULL_SECONDS: u32 = 60;

/// Why a request was refused. As an answer it is `application/problem+json`.
///
/// `code` is stable; `detail` is for people, and names the values that were compared. Errors of the
/// service itself say nothing of its inside: the log has that.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    values: Map<String, Value>,
    retry_after: Option<u32>,
}

impl Problem {
    /// A problem with this status, code and text.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), values: Map::new(), retry_after: None }
    }

    /// Adds a value that was compared.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// Says after how many seconds the same can be asked again.
    #[must_use]
    pub const fn after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// There is no such thing, or it is not for the one who asks: both look alike.
    #[must_use]
    pub fn missing(kind: &str) -> Self {
        let detail = format!("There is no such {kind}, or it is another office's. Compare its id.");
        Self::new(StatusCode::NOT_FOUND, "missing", detail)
    }

    /// What was sent cannot be read.
    #[must_use]
    pub fn malformed(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// Something of the service's own is wrong. `what` goes to the log, and not to the caller.
    #[must_use]
    pub fn internal(code: &'static str, what: &dyn std::fmt::Display) -> Self {
        tracing::error!(code, "a request failed: {what}");
        let detail = "The service could not do this, by no fault of yours. Its log says more.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, code, detail)
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The same for a request that named the version it decides on: somebody else was quicker.
    #[must_use]
    pub fn of_precondition(mut self) -> Self {
        if self.code == "changed" {
            self.status = StatusCode::PRECONDITION_FAILED;
        }
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("Refused");
        let mut body = json!({
            "title": title,
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        if let (false, Some(members)) = (self.values.is_empty(), body.as_object_mut()) {
            members.insert("values".to_owned(), Value::Object(self.values));
        }
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, kind);
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<DomainError> for Problem {
    fn from(error: DomainError) -> Self {
        let status = match &error {
            DomainError::IdMalformed { .. }
            | DomainError::NameMalformed { .. }
            | DomainError::PersonMalformed { .. }
            | DomainError::CardMalformed { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            DomainError::DocumentSize { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            DomainError::RepresentativeUnknown { .. }
            | DomainError::SlipUnknown { .. }
            | DomainError::FollowUpUnknown { .. } => StatusCode::NOT_FOUND,
            DomainError::ClockBack { .. }
            | DomainError::CalendarContradicts { .. }
            | DomainError::DateOutOfRange { .. }
            | DomainError::EntryUsed { .. }
            | DomainError::IdUsed { .. } => return Self::internal(error.code(), &error),
            _ => StatusCode::CONFLICT,
        };
        Self::new(status, error.code(), error.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let code = error.code();
        let away = |seconds, detail: &str| {
            tracing::warn!(code, "the register is away: {error}");
            Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail).after(seconds)
        };
        match &error {
            StoreError::Missing { kind, .. } => Self::missing(kind),
            StoreError::Changed { kind, id, read } => {
                let detail = format!(
                    "Somebody else changed {kind} {id} after version {read}. Look at it again, and \
                     decide again."
                );
                Self::new(StatusCode::CONFLICT, code, detail).with("read", *read)
            }
            StoreError::Exists { kind, .. } => {
                let detail = format!("This {kind} is there already. Choose another name or id.");
                Self::new(StatusCode::CONFLICT, code, detail)
            }
            StoreError::Collided => away(1, "Two changes collided. Send the same again."),
            StoreError::Unavailable { .. } => {
                away(AWAY_SECONDS, "The register does not answer. Send the same again later.")
            }
            StoreError::Unsure(_) => away(
                AWAY_SECONDS,
                "The register went away meanwhile. Look whether the change is there; with the same \
                 Idempotency-Key it is safe to send it again.",
            ),
            StoreError::DiskFull(_) | StoreError::Storage(_) => {
                away(FULL_SECONDS, "The register cannot write. Tell who runs the service.")
            }
            StoreError::Unsupported(_) => {
                Self::new(StatusCode::CONFLICT, code, "This register cannot do that.")
            }
            _ => Self::internal(code, &error),
        }
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Domain(error) => error.into(),
            ServiceError::Store(error) => error.into(),
            // The text of the error could tell what is in the field.
            ServiceError::Claim(_) => Self::new(
                StatusCode::CONFLICT,
                "claim",
                "A name or number is too long for a code, or has signs that it cannot carry. \
                 Correct the data by an application for a change.",
            ),
            error => Self::internal(error.code(), &error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CaseId;

    fn of(error: impl Into<Problem>) -> (u16, &'static str) {
        let problem = error.into();
        (problem.status().as_u16(), problem.code())
    }

    #[test]
    fn each_kind_of_error_has_its_status() {
        let case = CaseId::from_bytes([1; 16]);
        assert_eq!(of(DomainError::CaseNotAssigned { case }), (409, "case-not-assigned"));
        let malformed = DomainError::IdMalformed { kind: "CaseId", bytes: 16 };
        assert_eq!(of(malformed), (422, "id-malformed"));
        let missing = StoreError::Missing { kind: "case", id: String::new() };
        assert_eq!(of(missing), (404, "missing"));
        let changed = || StoreError::Changed { kind: "case", id: String::new(), read: 2 };
        assert_eq!(of(changed()), (409, "changed"));
        assert_eq!(of(Problem::from(changed()).of_precondition()), (412, "changed"));
        let waited = std::time::Duration::ZERO;
        let away = Problem::from(StoreError::Unavailable { waited, why: "secret".to_owned() });
        assert_eq!((away.status().as_u16(), away.retry_after), (503, Some(5)));
        let ours = Problem::from(StoreError::Database("secret".to_owned()));
        assert_eq!(ours.status().as_u16(), 500);
        for problem in [away, ours] {
            assert!(!problem.detail.contains("secret"), "{problem:?}");
        }
    }
}
