//! The two documents from which a wallet learns how to speak to the issuer.

use serde_json::{Value, json};

use super::token::PRE_AUTHORIZED;
use super::url::IssuerUrl;

/// The one credential that the issuer gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// Its name in `credential_configurations_supported`, and its scope.
    pub id: String,
    /// How wallets show it and the issuer: a language tag (BCP 47), the name of the issuer, and the
    /// name of the credential.
    pub display: Vec<Display>,
}

/// Names in one language.
pub type Display = (String, String, String);

/// The addresses of the endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    issuer: IssuerUrl,
}

macro_rules! endpoints {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)+) => {
        impl Endpoints {
            $($(#[$doc])*
            #[must_use]
            pub fn $name(&self) -> String {
                self.issuer.join($path)
            })+
        }
    };
}

endpoints! {
    /// `authorization_endpoint`
    authorize = "/authorize";
    /// `token_endpoint`
    token = "/token";
    /// `nonce_endpoint`
    nonce = "/nonce";
    /// `credential_endpoint`
    credential = "/credential";
    /// `deferred_credential_endpoint`
    deferred = "/deferred";
    /// `notification_endpoint`
    notification = "/notification";
    /// Ours: passes for wallets that cannot make codes.
    pass = "/pass";
}

impl Endpoints {
    /// The endpoints of this issuer.
    #[must_use]
    pub const fn of(issuer: IssuerUrl) -> Self {
        Self { issuer }
    }

    /// The issuer.
    #[must_use]
    pub const fn issuer(&self) -> &IssuerUrl {
        &self.issuer
    }

    /// The metadata of the credential issuer (OpenID4VCI 1.0 §12.2).
    #[must_use]
    pub fn credential_issuer(&self, configuration: &Configuration) -> Value {
        let shown = |name: fn(&Display) -> &String| -> Value {
            let one = |each: &Display| json!({ "locale": each.0, "name": name(each) });
            configuration.display.iter().map(one).collect()
        };
        let credential = json!({
            "format": "sd-cwt",
            "scope": configuration.id,
            "cryptographic_binding_methods_supported": ["jwk"],
            "proof_types_supported": {
                "jwt": { "proof_signing_alg_values_supported": ["ES256", "EdDSA", "Ed25519"] }
            },
            "credential_metadata": { "display": shown(|each| &each.2) },
        });
        json!({
            "credential_issuer": self.issuer.as_str(),
            "credential_endpoint": self.credential(),
            "nonce_endpoint": self.nonce(),
            "deferred_credential_endpoint": self.deferred(),
            "notification_endpoint": self.notification(),
            "pass_endpoint": self.pass(),
            "display": shown(|each| &each.1),
            "credential_configurations_supported": { &*configuration.id: credential },
        })
    }

    /// The metadata of the authorization server (RFC 8414, RFC 9207 §3, RFC 9449 §5.1).
    #[must_use]
    pub fn authorization_server(&self, configuration: &Configuration) -> Value {
        json!({
            "issuer": self.issuer.as_str(),
            "authorization_endpoint": self.authorize(),
            "token_endpoint": self.token(),
            "scopes_supported": [configuration.id],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", PRE_AUTHORIZED, "refresh_token"],
            "token_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "dpop_signing_alg_values_supported": ["ES256", "EdDSA", "Ed25519"],
            "authorization_response_iss_parameter_supported": true,
            "pre-authorized_grant_anonymous_access_supported": true,
        })
    }
}
