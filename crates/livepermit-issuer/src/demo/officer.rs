//! An officer of the story, at the offices' port.

use serde_json::{Value, json};

use super::failure::DemoError;
use super::web::{Answer, Web};

/// Somebody of the staff who has logged in.
pub(super) struct Officer {
    web: Web,
    office: String,
    token: String,
}

impl Officer {
    /// Logs in with a password and the six digits of the authenticator.
    pub(super) fn log_in(
        office: &str,
        name: &str,
        password: &str,
        totp: &str,
    ) -> Result<Self, DemoError> {
        let web = Web::new();
        let body = json!({ "name": name, "password": password, "totp": totp }).to_string();
        let json = [("content-type", "application/json")];
        let answer = web.post(&format!("{office}/login"), &json, body.as_bytes())?;
        let token = answer.good("the login", 201)?.text("token")?;
        Ok(Self { web, office: office.to_owned(), token })
    }

    /// Reads what is at this path, with its version.
    pub(super) fn get(&self, path: &str) -> Result<Answer, DemoError> {
        let bearer = format!("Bearer {}", self.token);
        let answer =
            self.web.get(&format!("{}{path}", self.office), &[("authorization", &bearer)])?;
        answer.good("the office", 200)
    }

    /// Does something. Each attempt has a key of its own, so that an answer that was lost can be
    /// asked for again.
    pub(super) fn post(
        &self,
        path: &str,
        version: Option<&str>,
        body: &Value,
        status: u16,
    ) -> Result<Answer, DemoError> {
        let (bearer, key) =
            (format!("Bearer {}", self.token), format!("{:032x}", rand::random::<u128>()));
        let mut headers = vec![
            ("authorization", &*bearer),
            ("idempotency-key", &*key),
            ("content-type", "application/json"),
        ];
        headers.extend(version.map(|version| ("if-match", version)));
        let url = format!("{}{path}", self.office);
        let answer = self.web.post(&url, &headers, body.to_string().as_bytes())?;
        answer.good("the office", status)
    }

    /// Does something to what is at this path, on the version that it has now.
    pub(super) fn decide(
        &self,
        thing: &str,
        step: &str,
        body: &Value,
        status: u16,
    ) -> Result<Answer, DemoError> {
        let version = self.get(thing)?.header("etag");
        self.post(&format!("{thing}{step}"), version.as_deref(), body, status)
    }

    /// Attaches a document to a case, under an id that a mandate names.
    pub(super) fn attach(
        &self,
        case: &str,
        kind: &str,
        id: &str,
        bytes: &[u8],
    ) -> Result<(), DemoError> {
        let (bearer, key) =
            (format!("Bearer {}", self.token), format!("{:032x}", rand::random::<u128>()));
        let headers = [
            ("authorization", &*bearer),
            ("idempotency-key", &*key),
            ("content-type", "application/pdf"),
        ];
        let url = format!("{}/cases/{case}/documents?kind={kind}&id={id}", self.office);
        self.web.post(&url, &headers, bytes)?.good("a document", 201)?;
        Ok(())
    }
}
