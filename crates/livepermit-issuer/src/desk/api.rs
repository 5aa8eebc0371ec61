//! Asks the port of offices, in the same process, as a program would ask by HTTP.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_service::Service as _;

/// The largest answer that is read, in bytes.
const LARGEST: usize = 8 * 1024 * 1024;

/// The port.
#[derive(Clone, Debug)]
pub(super) struct Api(Router);

/// What an answer says, and the version of it.
#[derive(Debug)]
pub(super) struct Got<T> {
    pub(super) body: T,
    /// As forms carry it: `v3`.
    pub(super) version: String,
}

/// What the port refused.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    /// Stable.
    pub(super) code: String,
    /// For people, in English.
    pub(super) detail: String,
    pub(super) retry_after: Option<HeaderValue>,
}

/// A change that is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change<'a> {
    pub(super) path: &'a str,
    pub(super) body: &'a Value,
    /// The version that is decided on, as the form had it; empty without.
    pub(super) version: &'a str,
    /// The same key is done once.
    pub(super) key: &'a str,
}

#[derive(Deserialize)]
struct Problem {
    code: String,
    detail: String,
}

impl Refused {
    /// Something of our own is wrong.
    pub(super) fn ours(what: &dyn std::fmt::Display) -> Self {
        tracing::error!("the desk does not understand the port of offices: {what}");
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "desk".to_owned(),
            detail: "The service could not do this, by no fault of yours.".to_owned(),
            retry_after: None,
        }
    }
}

impl Refused {
    /// A document that the port would refuse is not sent to it.
    pub(super) fn too_large() -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            code: "too-large".to_owned(),
            detail: "The document is too large.".to_owned(),
            retry_after: None,
        }
    }
}

impl Api {
    pub(super) const fn new(router: Router) -> Self {
        Self(router)
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Result<Response, Refused> {
        let mut request = Request::builder().method(method).uri(path);
        // A header that cannot be sent is one that somebody typed into a form: it is left out, and
        // the port misses it.
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                request = request.header(*name, value);
            }
        }
        // The path has ids that came in the address of a page. What is no path is nowhere.
        let request = request.body(body).map_err(|_| Refused {
            status: StatusCode::NOT_FOUND,
            code: "missing".to_owned(),
            detail: "There is no such address.".to_owned(),
            retry_after: None,
        })?;
        let response: Result<Response, Infallible> = self.0.clone().call(request).await;
        let response = response.map_err(|never| Refused::ours(&never))?;
        if response.status().is_success() { Ok(response) } else { Err(refused(response).await) }
    }

    /// Reads something, with a session.
    pub(super) async fn raw(&self, session: &str, path: &str) -> Result<Response, Refused> {
        let bearer = format!("Bearer {session}");
        self.ask(Method::GET, path, &[("authorization", &bearer)], Body::empty()).await
    }

    /// Reads something, with a session.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        session: &str,
        path: &str,
    ) -> Result<Got<T>, Refused> {
        read(self.raw(session, path).await?).await
    }

    /// Changes something, with a session.
    pub(super) async fn change<T: DeserializeOwned>(
        &self,
        session: &str,
        change: Change<'_>,
    ) -> Result<Got<T>, Refused> {
        let (bearer, version) = (format!("Bearer {session}"), format!("\"{}\"", change.version));
        let mut headers = vec![
            ("authorization", &*bearer),
            ("content-type", "application/json"),
            ("idempotency-key", change.key),
        ];
        if !change.version.is_empty() {
            headers.push(("if-match", &version));
        }
        let body = Body::from(change.body.to_string());
        read(self.ask(Method::POST, change.path, &headers, body).await?).await
    }

    /// Sends the bytes of a document, with a session. The same key is done once.
    pub(super) async fn upload(
        &self,
        session: &str,
        path: &str,
        key: &str,
        bytes: Vec<u8>,
    ) -> Result<(), Refused> {
        let bearer = format!("Bearer {session}");
        let headers = [("authorization", &*bearer), ("idempotency-key", key)];
        self.ask(Method::POST, path, &headers, Body::from(bytes)).await.map(drop)
    }

    /// Opens a session.
    pub(super) async fn log_in<T: DeserializeOwned>(&self, body: &Value) -> Result<T, Refused> {
        let json = [("content-type", "application/json")];
        let body = Body::from(body.to_string());
        let response = self.ask(Method::POST, "/office/login", &json, body).await?;
        Ok(read(response).await?.body)
    }

    /// Ends a session. One that has ended needs no end.
    pub(super) async fn log_out(&self, session: &str) -> Result<(), Refused> {
        let bearer = format!("Bearer {session}");
        let headers = [("authorization", &*bearer)];
        match self.ask(Method::POST, "/office/logout", &headers, Body::empty()).await {
            Err(refused) if refused.status != StatusCode::UNAUTHORIZED => Err(refused),
            _ => Ok(()),
        }
    }
}

async fn bytes(response: Response) -> Result<axum::body::Bytes, Refused> {
    let bytes = axum::body::to_bytes(response.into_body(), LARGEST).await;
    bytes.map_err(|error| Refused::ours(&error))
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<Got<T>, Refused> {
    let version = response.headers().get(header::ETAG).and_then(|value| value.to_str().ok());
    let version = version.unwrap_or_default().trim_matches('"').to_owned();
    let bytes = bytes(response).await?;
    // What serde says could name what is in the answer: its place is enough.
    let unread = |error: serde_json::Error| {
        Refused::ours(&format!("{:?} error in column {}", error.classify(), error.column()))
    };
    Ok(Got { body: serde_json::from_slice(&bytes).map_err(unread)?, version })
}

async fn refused(response: Response) -> Refused {
    let status = response.status();
    let retry_after = response.headers().get(header::RETRY_AFTER).cloned();
    let problem = bytes(response).await.and_then(|bytes| {
        serde_json::from_slice(&bytes).map_err(|_| Refused::ours(&"a problem without a code"))
    });
    match problem {
        Ok(Problem { code, detail }) => Refused { status, code, detail, retry_after },
        Err(refused) => refused,
    }
}
