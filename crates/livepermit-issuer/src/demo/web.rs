//! HTTP as the people of the story speak it.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;

use super::failure::DemoError;
use crate::protocol::encoded;

/// The longest answer that is read: a status list.
const LONGEST: u64 = 9 << 20;

/// A client. Each person of the story has one.
#[derive(Clone, Debug)]
pub(super) struct Web {
    agent: Agent,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let named = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.clone())
    }

    /// The body as JSON; `null` if it is none.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A text in the body.
    pub(super) fn text(&self, name: &str) -> Result<String, DemoError> {
        let json = self.json();
        json[name].as_str().map(str::to_owned).ok_or_else(|| self.unexpected("an answer"))
    }

    /// The answer, if it has this status.
    pub(super) fn good(self, what: &'static str, status: u16) -> Result<Self, DemoError> {
        if self.status == status { Ok(self) } else { Err(self.unexpected(what)) }
    }

    fn unexpected(&self, what: &'static str) -> DemoError {
        let body = String::from_utf8_lossy(&self.body).into_owned();
        DemoError::Answer { what, status: self.status, body }
    }
}

impl Web {
    pub(super) fn new() -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(20)))
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        Self { agent: config.new_agent() }
    }

    pub(super) fn get(&self, url: &str, headers: &[(&str, &str)]) -> Result<Answer, DemoError> {
        let mut request = self.agent.get(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.call())
    }

    pub(super) fn post(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, DemoError> {
        let mut request = self.agent.post(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.send(body))
    }
}

fn read(
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Answer, DemoError> {
    let mut answer = answer.map_err(|error| DemoError::Web(error.to_string()))?;
    let headers = answer.headers().iter().filter_map(|(name, value)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    });
    let headers = headers.collect();
    let status = answer.status().as_u16();
    let body = answer.body_mut().with_config().limit(LONGEST).read_to_vec();
    let body = body.map_err(|error| DemoError::Web(error.to_string()))?;
    Ok(Answer { status, headers, body })
}

/// Parameters as a form (`application/x-www-form-urlencoded`).
pub(super) fn form(parameters: &[(&str, &str)]) -> String {
    let pairs = parameters.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}
