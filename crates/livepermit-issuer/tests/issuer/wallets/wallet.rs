//! A wallet.

use std::sync::atomic::{AtomicU64, Ordering};

use livepermit::{Holder, Token};
use livepermit_issuer::http::wallets::Offer;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::http::Answer;
use super::world::{CLIENT, REDIRECT, World};
use livepermit_testkit::jwt::{Key, base64url};

pub(crate) const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json");
pub(crate) const OFFER: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

static COUNT: AtomicU64 = AtomicU64::new(0);

/// A wallet with its two keys and its tokens.
pub(crate) struct Wallet<'w> {
    world: &'w World,
    pub(crate) dpop: Key,
    pub(crate) device: Key,
    pub(crate) access: String,
    pub(crate) refresh: String,
}

/// Parameters as a form.
pub(crate) fn form(parameters: &[(&str, &str)]) -> String {
    let value = |value: &str| -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let one = |byte: u8| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        };
        value.bytes().map(one).collect()
    };
    let pairs = parameters.iter().map(|(name, given)| format!("{name}={}", value(given)));
    pairs.collect::<Vec<_>>().join("&")
}

impl<'w> Wallet<'w> {
    pub(crate) fn new(world: &'w World, dpop: Key, device: Key) -> Self {
        Self { world, dpop, device, access: String::new(), refresh: String::new() }
    }

    /// A wallet with keys of these seeds.
    pub(crate) fn seeded(world: &'w World, seed: u8) -> Self {
        Self::new(world, Key::p256(seed), Key::ed25519(seed))
    }

    /// A wallet that has taken an offer for a permit.
    pub(crate) async fn enrolled(world: &'w World, seed: u8) -> Self {
        let offer = world.offer(world.permit().await).await;
        let mut wallet = Self::seeded(world, seed);
        wallet.take(&offer).await;
        wallet.fetch().await.good(200);
        wallet
    }

    pub(crate) fn seconds(&self) -> i64 {
        self.world.clock.now().as_second()
    }

    /// Claims of a DPoP proof for this endpoint, with the access token if there is one.
    pub(crate) fn dpop_claims(&self, path: &str, with_token: bool) -> Value {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let mut claims = json!({
            "htm": "POST",
            "htu": format!("{}{path}", self.world.issuer),
            "iat": self.seconds(),
            "jti": format!("jti-{number}"),
        });
        if with_token {
            claims["ath"] = base64url(&Sha256::digest(&self.access)).into();
        }
        claims
    }

    pub(crate) fn dpop_proof(&self, path: &str, with_token: bool) -> String {
        self.dpop.jwt("dpop+jwt", &self.dpop_claims(path, with_token))
    }

    /// Asks for tokens.
    pub(crate) async fn token(&self, parameters: &[(&str, &str)]) -> Answer {
        let proof = self.dpop_proof("/token", false);
        self.world.post("/token", &[FORM, ("DPoP", &proof)], &form(parameters)).await
    }

    /// Keeps the tokens of an answer.
    pub(crate) fn keep(&mut self, answer: Answer) {
        let answer = answer.good(200).json();
        assert_eq!(answer["token_type"], "DPoP");
        answer["access_token"].as_str().unwrap().clone_into(&mut self.access);
        if let Some(refresh) = answer["refresh_token"].as_str() {
            refresh.clone_into(&mut self.refresh);
        }
    }

    pub(crate) async fn try_take(&self, offer: &Offer, tx_code: &str) -> Answer {
        let code = ("pre-authorized_code", &*offer.code);
        self.token(&[("grant_type", OFFER), code, ("tx_code", tx_code)]).await
    }

    /// Takes an offer.
    pub(crate) async fn take(&mut self, offer: &Offer) {
        let answer = self.try_take(offer, &offer.tx_code).await;
        self.keep(answer);
    }

    /// Redeems the code with which a browser came back, by the secret of its challenge.
    pub(crate) async fn redeem(&mut self, code: &str, verifier: &str) {
        let answer = self
            .token(&[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("code_verifier", verifier),
                ("redirect_uri", REDIRECT),
                ("client_id", CLIENT),
            ])
            .await;
        self.keep(answer);
    }

    pub(crate) async fn try_refresh(&self) -> Answer {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", &self.refresh)]).await
    }

    /// Gets a new access token.
    pub(crate) async fn refresh(&mut self) {
        let answer = self.try_refresh().await;
        self.keep(answer);
    }

    pub(crate) async fn nonce(&self) -> String {
        let answer = self.world.post("/nonce", &[], "").await.good(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        answer.text("c_nonce")
    }

    /// Claims of a proof of the device key.
    pub(crate) fn proof_claims(&self, nonce: &str) -> Value {
        json!({ "aud": self.world.issuer, "iat": self.seconds(), "nonce": nonce })
    }

    pub(crate) fn proof(&self, nonce: &str) -> String {
        self.device.jwt("openid4vci-proof+jwt", &self.proof_claims(nonce))
    }

    /// Sends JSON to an endpoint that wants the access token.
    pub(crate) async fn ask(&self, path: &str, body: &Value) -> Answer {
        let proof = self.dpop_proof(path, true);
        self.ask_with(path, &proof, body).await
    }

    pub(crate) async fn ask_with(&self, path: &str, proof: &str, body: &Value) -> Answer {
        let authorization = format!("DPoP {}", self.access);
        let headers = [JSON, ("DPoP", proof), ("Authorization", &authorization)];
        self.world.post(path, &headers, &body.to_string()).await
    }

    pub(crate) async fn fetch_with(&self, proof: &str) -> Answer {
        self.ask("/credential", &request(proof)).await
    }

    /// Asks for the credential with a fresh nonce.
    pub(crate) async fn fetch(&self) -> Answer {
        let nonce = self.nonce().await;
        self.fetch_with(&self.proof(&nonce)).await
    }

    /// Checks that an answer has a credential of the issuer for the key of this device.
    pub(crate) fn check(&self, answer: &Answer) -> Token {
        assert_eq!(answer.status, 200, "{answer:?}");
        let text = answer.json()["credentials"][0]["credential"].as_str().unwrap().to_owned();
        let token = Token::from_text(&text).unwrap();
        let mut holder = Holder::new(self.device.public().clone());
        holder.accept(token.as_bytes(), &self.world.trust(), self.world.now()).unwrap();
        token
    }
}

/// The body of a request for a credential.
pub(crate) fn request(proof: &str) -> Value {
    json!({ "credential_configuration_id": "permit", "proofs": { "jwt": [proof] } })
}
