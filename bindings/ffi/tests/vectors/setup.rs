//! Keys, policies and lists from the fields of a group.

use std::sync::Arc;

use livepermit_ffi::{
    ActingPolicy, Algorithm, AudiencePolicy, Challenge, ChallengePolicy, Form, LivepermitError,
    Policy, PublicKey, RevocationPolicy, StatusList, Trust, TrustAnchor, TrustedKey, Use,
    default_status_limits, policy,
};
use serde_json::Value;

use crate::json::{Fields as _, unhex};

type Result<T> = std::result::Result<T, LivepermitError>;

pub(crate) fn key(cose: &str) -> Result<Arc<PublicKey>> {
    PublicKey::from_cose_key(unhex(cose)).map(Arc::new)
}

fn trusted_key(entry: &Value) -> Result<TrustedKey> {
    Ok(TrustedKey {
        issuer: entry.text("issuer").into(),
        key: key(entry.text("key"))?,
        key_id: Some(entry.bytes("keyId")),
        algorithm: match entry.text("algorithm") {
            "Ed25519" => Algorithm::Ed25519,
            "EdDSA" => Algorithm::EdDsa,
            other => panic!("algorithm {other}"),
        },
        uses: entry.texts("uses").iter().map(|word| permitted_use(word)).collect(),
        classes: entry.texts("classes"),
        not_before: entry.maybe_number("notBefore"),
        sign_until: entry.maybe_number("signUntil"),
        expires: entry.maybe_number("expires"),
    })
}

fn permitted_use(word: &str) -> Use {
    match word {
        "credential" => Use::Credential,
        "pass" => Use::Pass,
        "slip" => Use::Slip,
        "status" => Use::Status,
        other => panic!("use {other}"),
    }
}

pub(crate) fn trusted_keys(entries: &[Value]) -> Result<Vec<TrustedKey>> {
    entries.iter().map(trusted_key).collect()
}

/// The keys of a group: from a signed list where there is one.
pub(crate) fn trust(group: &Value) -> Result<Arc<Trust>> {
    let named = Arc::new(Trust::new(trusted_keys(group.list("trust"))?)?);
    let Some(signed) = group.maybe("trustList") else { return Ok(named) };
    let anchor = TrustAnchor::new(signed.text("name"), vec![key(signed.text("root"))?], 0)?;
    let skew = group["policy"].number("skew");
    let list = anchor.accept(signed.bytes("list"), signed.number("accepted"), skew)?;
    assert_eq!(list.trust.keys(), named.keys());
    assert_eq!(list.expires, signed.number("expires"));
    Ok(list.trust)
}

pub(crate) fn status_lists(group: &Value, trust: &Trust) -> Result<Vec<Arc<StatusList>>> {
    let skew = group["policy"].number("skew");
    let accept = |signed: &Value| {
        let (bytes, now) = (signed.bytes("list"), signed.number("accepted"));
        StatusList::accept(bytes, trust, now, skew, Vec::new(), default_status_limits())
            .map(Arc::new)
    };
    group.list("statusLists").iter().map(accept).collect()
}

pub(crate) fn rules(of: &Value) -> Policy {
    let revocation = match of.maybe("revocation") {
        Some(look_up) if look_up.is_object() => RevocationPolicy::Required {
            max_age: look_up.number("maxAge"),
            grace: look_up.number("grace"),
        },
        _ => RevocationPolicy::NotChecked,
    };
    Policy {
        audience: match of.text("audience") {
            "own" => AudiencePolicy::Own,
            _ => AudiencePolicy::OwnOrAny,
        },
        forms: of.texts("forms").iter().map(|word| form(word)).collect(),
        challenge: match of.text("challenge") {
            "required" => ChallengePolicy::Required,
            _ => ChallengePolicy::NotUsed,
        },
        acting: match of.text("acting") {
            "accepted" => ActingPolicy::Accepted,
            _ => ActingPolicy::Refused,
        },
        dangerous_status_exempt: of.texts("statusExempt"),
        window: of.number("window"),
        skew: of.number("skew"),
        max_credential_age: of.number("maxCredentialAge"),
        ..policy(of.text("gate").into(), of.texts("classes"), revocation)
    }
}

fn form(word: &str) -> Form {
    match word {
        "pass" => Form::Pass,
        "presentation" => Form::Presentation,
        "slip" => Form::Slip,
        other => panic!("form {other}"),
    }
}

pub(crate) fn challenge(of: &Value) -> Challenge {
    Challenge {
        gate: of.text("gate").into(),
        nonce: of.bytes("nonce"),
        expires: of.number("expires"),
    }
}

pub(crate) fn describe_key(key: &TrustedKey) -> Value {
    let uses: Vec<&str> = key.uses.iter().map(|word| use_name(*word)).collect();
    serde_json::json!({
        "issuer": key.issuer,
        "keyId": hex::encode(key.key_id.as_deref().unwrap_or_default()),
        "key": hex::encode(key.key.to_cose_key()),
        "algorithm": algorithm_name(key.algorithm),
        "uses": uses,
        "classes": key.classes,
        "notBefore": key.not_before,
        "signUntil": key.sign_until,
        "expires": key.expires,
    })
}

fn use_name(word: Use) -> &'static str {
    match word {
        Use::Credential => "credential",
        Use::Pass => "pass",
        Use::Slip => "slip",
        Use::Status => "status",
    }
}

pub(crate) fn algorithm_name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Ed25519 => "Ed25519",
        Algorithm::EdDsa => "EdDSA",
        Algorithm::Esp256 => "ESP256",
    }
}
