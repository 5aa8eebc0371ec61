//! Offers of the office: a code for a camera, and six digits for the ear.

use serde_json::json;

use super::authorization::redirect_with;
use super::token::PRE_AUTHORIZED;
use super::url::IssuerUrl;

/// How many digits are said beside a code.
pub const TX_CODE_DIGITS: usize = 6;

/// Six digits from random bytes, each number as likely as any other to one part in 10^13.
#[must_use]
pub fn tx_code(random: [u8; 8]) -> String {
    format!("{:06}", u64::from_be_bytes(random) % 1_000_000)
}

/// The address that a wallet reads from a code (OpenID4VCI 1.0 §4.1).
#[must_use]
pub fn offer_uri(issuer: &IssuerUrl, configuration: &str, code: &str) -> String {
    let offer = json!({
        "credential_issuer": issuer.as_str(),
        "credential_configuration_ids": [configuration],
        "grants": {
            PRE_AUTHORIZED: {
                "pre-authorized_code": code,
                "tx_code": { "input_mode": "numeric", "length": TX_CODE_DIGITS },
            },
        },
    });
    redirect_with("openid-credential-offer://", &[("credential_offer", &offer.to_string())])
}

#[cfg(test)]
mod tests {
    use super::{offer_uri, tx_code};
    use crate::protocol::{Form, IssuerUrl, Object};

    #[test]
    fn an_offer_is_read_as_it_was_written() {
        let issuer = IssuerUrl::read("https://bj.example").unwrap();
        let uri = offer_uri(&issuer, "permit", "code");
        let (scheme, query) = uri.split_once('?').unwrap();
        assert_eq!(scheme, "openid-credential-offer://");
        let form = Form::read(query.as_bytes()).unwrap();
        let offer = Object::read(form.get("credential_offer").unwrap().as_bytes()).unwrap();
        assert_eq!(offer.text("credential_issuer"), Some("https://bj.example"));
        let grants = offer.object("grants").unwrap();
        let grant = grants.object(super::PRE_AUTHORIZED).unwrap();
        assert_eq!(grant.text("pre-authorized_code"), Some("code"));
        assert_eq!(grant.object("tx_code").unwrap().number("length"), Some(6));
    }

    #[test]
    fn six_digits_always() {
        assert_eq!(tx_code([0; 8]), "000000");
        assert_eq!(tx_code([0xff; 8]), "551615");
    }
}
