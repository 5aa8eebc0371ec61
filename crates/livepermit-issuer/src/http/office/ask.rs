//! What a change is asked with: a body, the version it decides on, and a key by which the same
//! request is done once.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::super::problem::Problem;
use super::OfficeState;
use super::session::{Known, digest};
use crate::domain::{DomainError, StaffId};
use crate::service::ServiceError;
use crate::staff::Officer;
use crate::store::{Answered, Begun, Change, Store, StoreError};

/// The largest body of JSON.
pub(super) const LARGEST_JSON: usize = 64 * 1024;
/// For so long an answer is given again.
const ANSWER_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// The longest idempotency key.
const LONGEST_KEY: usize = 64;

/// Why a handler ends early.
#[derive(Debug)]
pub(super) enum Stop {
    /// The request is refused.
    Refused(Problem),
    /// It was answered before.
    Again(Response),
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(problem) => problem.into_response(),
            Self::Again(response) => response,
        }
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<DomainError> for Stop {
    fn from(error: DomainError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        // Cases and permits are locked while they are changed: another version is never met but by
        // one who named it.
        let named = matches!(error, StoreError::Changed { kind: "case" | "permit", .. });
        let problem = Problem::from(error);
        Self::Refused(if named { problem.of_precondition() } else { problem })
    }
}

impl From<ServiceError> for Stop {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Store(error) => error.into(),
            error => Self::Refused(error.into()),
        }
    }
}

/// Who asks for a change, and under which conditions.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) officer: Officer,
    /// The version that is decided on, if the request names one.
    pub(super) version: Option<u64>,
    key: Option<String>,
    digest: String,
}

impl Asked {
    fn of(request: &Request, known: Known) -> Result<Self, Problem> {
        let headers = request.headers();
        let target = request.uri().path_and_query().map_or("", |target| target.as_str());
        Ok(Self {
            officer: known.officer,
            version: version(headers)?,
            key: key(headers)?,
            digest: format!("{} {target} {:?}", request.method(), headers.get(header::IF_MATCH)),
        })
    }

    /// The request is also told apart by its body.
    fn with_body(mut self, body: &[u8]) -> Self {
        let mut all = Sha256::digest(self.digest.as_bytes()).to_vec();
        all.extend(Sha256::digest(body));
        self.digest = digest(&all);
        self
    }

    /// Who asks.
    pub(super) fn name(&self) -> StaffId {
        self.officer.name.clone()
    }

    /// The version, which a decision has to name.
    pub(super) fn decides(&self) -> Result<Option<u64>, Problem> {
        if self.version.is_none() {
            let detail =
                "Say which version you decide on: send the ETag that you read as If-Match.";
            let status = StatusCode::PRECONDITION_REQUIRED;
            return Err(Problem::new(status, "version-missing", detail));
        }
        Ok(self.version)
    }
}

/// A change with a body of JSON. Without a body it is that of an empty object.
#[derive(Debug)]
pub(super) struct Ask<T> {
    pub(super) asked: Asked,
    pub(super) body: T,
}

impl<S: Store, T: DeserializeOwned> FromRequest<OfficeState<S>> for Ask<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &OfficeState<S>) -> Result<Self, Problem> {
        let known = known(&request)?;
        let asked = Asked::of(&request, known)?;
        let json = is_json(request.headers());
        let bytes = bytes(request, LARGEST_JSON).await?;
        let body = match (bytes.is_empty(), json) {
            (true, _) => read(b"{}")?,
            (false, true) => read(&bytes)?,
            (false, false) => return Err(wrong_type("application/json")),
        };
        Ok(Self { asked: asked.with_body(&bytes), body })
    }
}

/// A change whose body is a document.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) asked: Asked,
    pub(super) bytes: Bytes,
}

impl<S: Store> FromRequest<OfficeState<S>> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &OfficeState<S>) -> Result<Self, Problem> {
        let known = known(&request)?;
        let asked = Asked::of(&request, known)?;
        let most = usize::try_from(crate::domain::MAX_DOCUMENT_BYTES).unwrap_or(usize::MAX);
        let bytes = bytes(request, most).await?;
        Ok(Self { asked: asked.with_body(&bytes), bytes })
    }
}

fn known(request: &Request) -> Result<Known, Problem> {
    let none = || Problem::internal("no-gate", &"an operation without roles");
    request.extensions().get::<Known>().cloned().ok_or_else(none)
}

/// The body, up to so many bytes.
pub(super) async fn bytes(request: Request, most: usize) -> Result<Bytes, Problem> {
    let too_large = || {
        let detail = format!("The body is larger than {most} bytes. Send less.");
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Problem::new(status, "too-large", detail).with("most", most)
    };
    axum::body::to_bytes(request.into_body(), most).await.map_err(|_| too_large())
}

/// Reads JSON.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Problem::malformed("malformed", error.to_string()),
        _ => Problem::new(StatusCode::BAD_REQUEST, "unreadable", error.to_string()),
    })
}

/// Whether the headers call the body JSON.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}

/// The body is of another type than this.
pub(super) fn wrong_type(kind: &str) -> Problem {
    let detail = format!("Send the body as {kind}, and say so in Content-Type.");
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong-type", detail)
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
    let text = value.to_str().unwrap_or_default();
    if (1..=LONGEST_KEY).contains(&text.len()) && text.bytes().all(fits) {
        return Ok(Some(text.to_owned()));
    }
    let detail = "An Idempotency-Key has 1 to 64 letters A-Z, a-z, 0-9, '.', '_', ':', '-'.";
    Err(Problem::malformed("idempotency-key-malformed", detail))
}

/// The version that `If-Match` names. `*` names none; another validator than ours names one that
/// there never is.
fn version(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let strong = text.strip_prefix("W/").unwrap_or(text);
    if strong.len() < 2 || !strong.starts_with('"') || !strong.ends_with('"') {
        let detail = "If-Match is the ETag that was read, with its quotation marks.";
        return Err(Problem::malformed("if-match-malformed", detail));
    }
    let digits = text.strip_prefix("\"v").and_then(|text| text.strip_suffix('"'));
    let plain = |digits: &&str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    Ok(Some(digits.filter(plain).and_then(|digits| digits.parse().ok()).unwrap_or(0)))
}

/// The validator of a version.
pub(super) fn etag(version: u64) -> String {
    format!("\"v{version}\"")
}

/// What a change answers.
#[derive(Debug)]
pub(super) struct Answer(Answered);

impl Answer {
    /// This as JSON.
    pub(super) fn new<T: Serialize>(status: StatusCode, body: &T) -> Result<Self, Problem> {
        let failed = |error| Problem::internal("unwritable", &error);
        let body = serde_json::to_string(body).map_err(failed)?;
        Ok(Self(Answered { status: status.as_u16(), etag: String::new(), body }))
    }

    /// With the version that there is now.
    pub(super) fn version(mut self, version: u64) -> Self {
        self.0.etag = etag(version);
        self
    }
}

fn respond(answered: Answered) -> Response {
    let mut response = Response::new(Body::from(answered.body));
    *response.status_mut() = StatusCode::from_u16(answered.status).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let (false, Ok(etag)) = (answered.etag.is_empty(), HeaderValue::from_str(&answered.etag)) {
        headers.insert(header::ETAG, etag);
    }
    response
}

/// A document with its version.
pub(super) fn versioned<T: Serialize>(version: u64, view: T) -> Response {
    ([(header::ETAG, etag(version))], Json(view)).into_response()
}

impl<S: Store> OfficeState<S> {
    /// Begins a change. It stops with the answer that was given, if the request has a key and was
    /// done before.
    pub(super) async fn begin(&self, asked: &Asked) -> Result<Change, Stop> {
        let mut change = self.service.store().begin().await?;
        let Some(key) = &asked.key else { return Ok(change) };
        let now = self.service.now();
        let ends = now.saturating_add(ANSWER_LIFETIME).unwrap_or(now);
        let name = asked.officer.name.as_str();
        match change.begin_answer(name, key, &asked.digest, now, ends).await? {
            Begun::New => Ok(change),
            Begun::Again(answered) => Err(Stop::Again(respond(answered))),
            Begun::Another => {
                let detail = "This Idempotency-Key stands for another request. Draw a new one.";
                Err(Problem::malformed("idempotency-key-used", detail).into())
            }
        }
    }

    /// Hands a change in, and answers.
    pub(super) async fn finish(
        &self,
        mut change: Change,
        asked: &Asked,
        answer: Answer,
    ) -> Result<Response, Stop> {
        if let Some(key) = &asked.key {
            change.answer(asked.officer.name.as_str(), key, &answer.0).await?;
        }
        change.commit().await?;
        Ok(respond(answer.0))
    }
}
