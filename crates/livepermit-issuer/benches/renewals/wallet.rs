//! Wallets, and what they ask.

use std::time::{SystemTime, UNIX_EPOCH};

use livepermit_testkit::jwt::{Key, base64url};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::connection::{Connection, Sent, post};
use super::issuer::Issuer;

pub(crate) struct Wallet {
    dpop: Key,
    device: Key,
    refresh: String,
}

pub(crate) fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap().to_owned()
}

/// Enrols so many wallets with the next offers of the issuer.
pub(crate) fn enrol(issuer: &mut Issuer, count: usize, key: fn(u8) -> Key) -> Vec<Wallet> {
    let offers: Vec<_> = issuer.offers(count);
    let port = issuer.port;
    let mut connection = Connection::open(port);
    let enrol = |(seed, offer): (u8, &String)| {
        let (code, digits) = offer.split_once(' ').unwrap();
        let (dpop, device) = (key(seed), key(seed + 100));
        let body = format!(
            "grant_type=urn:ietf:params:oauth:grant-type:pre-authorized_code\
             &pre-authorized_code={code}&tx_code={digits}"
        );
        let answer = connection.json(&token(port, &dpop, "enrol", &body));
        let wallet = Wallet { dpop, device, refresh: text(&answer, "refresh_token") };
        let nonce = connection.json(&ask_nonce(port));
        let (access, nonce) = (text(&answer, "access_token"), text(&nonce, "c_nonce"));
        connection.json(&wallet.ask_credential(port, "first", &access, &nonce));
        wallet
    };
    (1..).zip(&offers).map(enrol).collect()
}

pub(crate) fn ask_nonce(port: u16) -> Sent {
    post(port, "/nonce", &[], "")
}

impl Wallet {
    /// Asks for an access token. The number is that of the proof, which serves once.
    pub(crate) fn ask_token(&self, port: u16, number: &str) -> Sent {
        let body = format!("grant_type=refresh_token&refresh_token={}", self.refresh);
        token(port, &self.dpop, number, &body)
    }

    /// Asks for a credential.
    pub(crate) fn ask_credential(
        &self,
        port: u16,
        number: &str,
        access: &str,
        nonce: &str,
    ) -> Sent {
        let issuer = format!("http://127.0.0.1:{port}");
        let claims = json!({ "aud": issuer, "iat": now(), "nonce": nonce });
        let proof = self.device.jwt("openid4vci-proof+jwt", &claims);
        let body = json!({ "credential_configuration_id": "permit", "proofs": { "jwt": [proof] } });
        let dpop = dpop(port, &self.dpop, number, "/credential", Some(access));
        let headers = [
            ("Content-Type", "application/json"),
            ("Authorization", &*format!("DPoP {access}")),
            ("DPoP", &dpop),
        ];
        post(port, "/credential", &headers, &body.to_string())
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn dpop(port: u16, key: &Key, number: &str, path: &str, access: Option<&str>) -> String {
    let mut claims = json!({
        "htm": "POST",
        "htu": format!("http://127.0.0.1:{port}{path}"),
        "iat": now(),
        "jti": number,
    });
    if let Some(access) = access {
        claims["ath"] = base64url(&Sha256::digest(access)).into();
    }
    key.jwt("dpop+jwt", &claims)
}

fn token(port: u16, key: &Key, number: &str, body: &str) -> Sent {
    let proof = dpop(port, key, number, "/token", None);
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    post(port, "/token", &[form, ("DPoP", &proof)], body)
}
