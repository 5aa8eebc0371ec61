//! A phone of the story: a wallet that speaks OpenID4VCI over HTTP, and shows live codes.

use livepermit::issue::Token;
use livepermit::{Holder, Recipient, Timestamp, Trust};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::failure::DemoError;
use super::key::PhoneKey;
use super::web::{Answer, Web, form};
use crate::protocol::base64url;
use crate::service::Clock;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");
const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
/// The wallet by which the service knows the phones of the story.
pub(super) const CLIENT: &str = "wallet.example";
/// Where a browser goes back to.
pub(super) const REDIRECT: &str = "https://wallet.example/back";

/// A phone with a wallet.
pub(super) struct Phone {
    web: Web,
    clock: Clock,
    issuer: String,
    /// What the metadata of the issuer says.
    metadata: Value,
    server: Value,
    session: PhoneKey,
    device: PhoneKey,
    holder: Holder,
    access: String,
    refresh: String,
}

/// What a credential endpoint says.
pub(super) enum Fetched {
    /// The credential of today is in the wallet.
    Credential,
    /// The case is open: ask again with this transaction.
    Later(String),
}

impl Phone {
    /// A phone that has looked up how the issuer is asked.
    pub(super) fn new(issuer: &str, clock: &Clock, device: PhoneKey) -> Result<Self, DemoError> {
        let web = Web::new();
        let look = |name: &str| -> Result<Value, DemoError> {
            let answer = web.get(&format!("{issuer}/.well-known/{name}"), &[])?;
            Ok(answer.good("the metadata", 200)?.json())
        };
        Ok(Self {
            metadata: look("openid-credential-issuer")?,
            server: look("oauth-authorization-server")?,
            session: PhoneKey::ed25519(),
            holder: Holder::new(device.public().clone()),
            device,
            web,
            clock: clock.clone(),
            issuer: issuer.to_owned(),
            access: String::new(),
            refresh: String::new(),
        })
    }

    fn endpoint(&self, name: &'static str) -> Result<String, DemoError> {
        let known = self.metadata[name].as_str().or_else(|| self.server[name].as_str());
        let missing = || DemoError::Refused { what: "the metadata", why: format!("no {name}") };
        known.map(str::to_owned).ok_or_else(missing)
    }

    /// The proof that a request comes from the wallet's key (RFC 9449).
    fn proof_of_session(&self, url: &str) -> String {
        let mut claims = json!({
            "htm": "POST",
            "htu": url,
            "iat": self.clock.now().as_second(),
            "jti": base64url::encode(&rand::random::<[u8; 16]>()),
        });
        if !self.access.is_empty() {
            claims["ath"] = base64url::encode(&Sha256::digest(&self.access)).into();
        }
        self.session.jwt("dpop+jwt", &claims)
    }

    fn tokens(&mut self, parameters: &[(&str, &str)]) -> Result<(), DemoError> {
        self.access.clear();
        let url = self.endpoint("token_endpoint")?;
        let proof = self.proof_of_session(&url);
        let body = form(parameters);
        let answer = self.web.post(&url, &[FORM, ("dpop", &proof)], body.as_bytes())?;
        let answer = answer.good("the token endpoint", 200)?;
        self.access = answer.text("access_token")?;
        if let Ok(refresh) = answer.text("refresh_token") {
            self.refresh = refresh;
        }
        Ok(())
    }

    /// The address to which the phone sends its browser, and the secret that it keeps (RFC 7636).
    pub(super) fn authorization(&self) -> Result<(String, String), DemoError> {
        let verifier = base64url::encode(&rand::random::<[u8; 32]>());
        let challenge = base64url::encode(&Sha256::digest(&verifier));
        let query = form(&[
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("redirect_uri", REDIRECT),
            ("scope", "permit"),
            ("state", "the-phone"),
            ("code_challenge_method", "S256"),
            ("code_challenge", &challenge),
        ]);
        Ok((format!("{}?{query}", self.endpoint("authorization_endpoint")?), verifier))
    }

    /// Redeems the code with which the browser came back.
    pub(super) fn came_back(&mut self, code: &str, verifier: &str) -> Result<(), DemoError> {
        self.tokens(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", verifier),
            ("redirect_uri", REDIRECT),
            ("client_id", CLIENT),
        ])
    }

    /// Takes an offer of the office: the code from its screen, and the digits that a clerk says.
    pub(super) fn take(&mut self, code: &str, tx_code: &str) -> Result<(), DemoError> {
        self.tokens(&[
            ("grant_type", PRE_AUTHORIZED),
            ("pre-authorized_code", code),
            ("tx_code", tx_code),
        ])
    }

    fn ask(&self, name: &'static str, body: &Value) -> Result<Answer, DemoError> {
        let url = self.endpoint(name)?;
        let (proof, token) = (self.proof_of_session(&url), format!("DPoP {}", self.access));
        let headers = [JSON, ("dpop", &*proof), ("authorization", &*token)];
        self.web.post(&url, &headers, body.to_string().as_bytes())
    }

    /// Asks for the credential of today, with a proof that the device holds its key.
    pub(super) fn fetch(&mut self, issuers: &Trust) -> Result<Fetched, DemoError> {
        let answer = self.web.post(&self.endpoint("nonce_endpoint")?, &[], b"")?;
        let nonce = answer.good("the nonce endpoint", 200)?.text("c_nonce")?;
        let now = self.clock.now().as_second();
        let claims = json!({ "aud": self.issuer, "iat": now, "nonce": nonce });
        let proof = self.device.jwt("openid4vci-proof+jwt", &claims);
        let body = json!({
            "credential_configuration_id": "permit",
            "proofs": { "jwt": [proof] },
        });
        let answer = self.ask("credential_endpoint", &body)?;
        if answer.status == 202 {
            return Ok(Fetched::Later(answer.text("transaction_id")?));
        }
        self.keep(answer, issuers).map(|()| Fetched::Credential)
    }

    /// Asks again for what was deferred. `false` while the case is open.
    pub(super) fn fetch_deferred(
        &mut self,
        transaction: &str,
        issuers: &Trust,
    ) -> Result<bool, DemoError> {
        self.prolong()?;
        let body = json!({ "transaction_id": transaction });
        let answer = self.ask("deferred_credential_endpoint", &body)?;
        if answer.status == 202 {
            return Ok(false);
        }
        self.keep(answer, issuers).map(|()| true)
    }

    /// Gets the credential of today with the session that the phone has.
    pub(super) fn renew(&mut self, issuers: &Trust) -> Result<Fetched, DemoError> {
        self.prolong()?;
        self.fetch(issuers)
    }

    /// Gets a new access token: one is good for some minutes.
    fn prolong(&mut self) -> Result<(), DemoError> {
        let refresh = self.refresh.clone();
        self.tokens(&[("grant_type", "refresh_token"), ("refresh_token", &refresh)])
    }

    fn keep(&mut self, answer: Answer, issuers: &Trust) -> Result<(), DemoError> {
        let json = answer.good("the credential endpoint", 200)?.json();
        let text = json["credentials"][0]["credential"].as_str().unwrap_or_default();
        let failed = DemoError::refused("a credential");
        let token = Token::from_text(text).map_err(|error| failed(&error))?;
        let now = now(&self.clock)?;
        self.holder.accept(token.as_bytes(), issuers, now).map_err(|error| failed(&error))?;
        Ok(())
    }

    /// The code that the phone shows now.
    pub(super) fn shows(&self) -> Result<Token, DemoError> {
        let failed = DemoError::refused("the phone's code");
        let prepared = self.holder.prepare(Recipient::Anyone, now(&self.clock)?);
        let prepared = prepared.map_err(|error| failed(&error))?;
        prepared.sign(self.device.secret()).map_err(|error| failed(&error))
    }
}

/// The time of the story, as tokens carry it.
pub(super) fn now(clock: &Clock) -> Result<Timestamp, DemoError> {
    let now = clock.now();
    let unix = u64::try_from(now.as_second()).ok().and_then(Timestamp::from_unix);
    unix.ok_or_else(|| DemoError::Refused { what: "the clock", why: now.to_string() })
}
