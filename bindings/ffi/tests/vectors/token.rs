//! Groups of type `VerifyToken`, `GateCode` and `PublicKey`.

use livepermit_ffi::{
    Form, GateCode, PublicKey, Rejection, SecretKey, Verdict, Verified, Verifier,
    challenge_qr_text, gate_name_qr_text, read_gate_code, read_token,
};
use serde_json::{Map, Value, json};

use crate::json::{Fields as _, Outcome, equal, flaw_as_said, told, unhex};
use crate::setup;

pub(crate) fn run(group: &Value, test: &Value) -> Outcome {
    let trust = setup::trust(group).map_err(told)?;
    let lists = setup::status_lists(group, &trust).map_err(told)?;
    let rules = setup::rules(&group["policy"]);
    let verifier = Verifier::new(&trust, &rules, lists).map_err(told)?;
    let (now, challenge) = (test.number("now"), test.maybe("challenge").map(setup::challenge));
    let text = test.maybe_text("text");
    let token = test.maybe_text("token").map(|token| unhex(&token));
    let mut verdicts = Vec::new();
    if let Some(text) = &text {
        verdicts.push(verifier.verify(text, now, challenge.clone()).map_err(told)?);
    }
    if let Some(token) = &token {
        verdicts.push(verifier.verify_bytes(token.clone(), now, challenge.clone()).map_err(told)?);
        if test.is_valid() {
            let token = read_token(token.clone()).map_err(told)?;
            for text in [&token.qr_text, &token.link_text] {
                verdicts.push(verifier.verify(text, now, challenge.clone()).map_err(told)?);
            }
        }
    }
    if verdicts.is_empty() {
        return Err("there is neither token nor text".into());
    }
    verdicts.into_iter().try_for_each(|verdict| check(test, verdict))
}

fn check(test: &Value, verdict: Verdict) -> Outcome {
    match verdict {
        Verdict::Accepted { verified } if test.is_valid() => {
            equal("verdict", &describe(&verified), test.maybe("verdict").unwrap_or(&json!({})))
        }
        Verdict::Refused { rejection } if !test.is_valid() => refused(test, &rejection),
        other => Err(format!("{other:?}")),
    }
}

pub(crate) fn refused(test: &Value, rejection: &Rejection) -> Outcome {
    equal("code", Some(rejection.code.clone()), test.maybe_text("code"))?;
    equal("stage", Some(rejection.stage.clone()), test.maybe_text("stage"))?;
    flaw_as_said(test, &rejection.evidence)
}

/// The verdict as the vectors write it.
fn describe(verified: &Verified) -> Value {
    let mut out = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            out.insert(name.into(), value);
        }
    };
    put("form", Some(json!(form_name(verified.form))));
    put("issuer", Some(json!(verified.issuer)));
    put("subject", Some(json!(verified.subject)));
    put("class", Some(json!(verified.permit_class)));
    put("keyId", Some(json!(hex::encode(&verified.key_id))));
    put("audience", verified.audience.as_ref().map(|name| json!(name)));
    put("challengeAnswered", Some(json!(verified.challenge_answered)));
    put("issuedAt", Some(json!(verified.issued_at)));
    put("liveUntil", Some(json!(verified.live_until)));
    put("window", Some(json!(verified.window)));
    put(
        "credential",
        verified.credential.as_ref().map(|credential| {
            json!({
                "notBefore": credential.not_before,
                "expires": credential.expires,
                "deviceKey": hex::encode(&credential.device_key),
            })
        }),
    );
    put(
        "person",
        verified.person.as_ref().map(|person| match &person.birth_date {
            Some(date) => json!({"fullName": person.full_name, "birthDate": date}),
            None => json!({"fullName": person.full_name}),
        }),
    );
    let status = verified.status.as_ref();
    put("status", status.map(|it| json!({"uri": it.uri, "index": it.index.to_string()})));
    let acting = verified.acting.as_ref();
    put("acting", acting.map(|it| json!({"role": it.role, "representative": it.representative})));
    put("checkNumber", verified.check_number.as_ref().map(|digits| json!(digits)));
    put("application", Some(json!(hex::encode(&verified.application))));
    let cautions: Vec<&str> = verified.cautions.iter().map(|it| it.code.as_str()).collect();
    put("cautions", Some(json!(cautions)));
    put("permitId", Some(json!(hex::encode(&verified.permit_id))));
    put("keepUntil", Some(json!(verified.keep_until)));
    Value::Object(out)
}

fn form_name(form: Form) -> &'static str {
    match form {
        Form::Pass => "pass",
        Form::Credential => "credential",
        Form::Presentation => "presentation",
        Form::Slip => "slip",
    }
}

pub(crate) fn run_gate_code(_: &Value, test: &Value) -> Outcome {
    let text = test.text("text");
    let code = match (read_gate_code(text), test.is_valid()) {
        (Ok(code), true) => code,
        (Err(error), false) => {
            return equal("code", Some(error.code()), test["code"].as_str());
        }
        (other, _) => return Err(format!("{other:?}")),
    };
    let wanted = &test["gateCode"];
    let again = match &code {
        GateCode::OfGate { gate } => {
            equal("gate code", &json!({"gate": gate}), wanted)?;
            gate_name_qr_text(gate)
        }
        GateCode::Question { challenge } => {
            let nonce = hex::encode(&challenge.nonce);
            let found =
                json!({"gate": challenge.gate, "nonce": nonce, "expires": challenge.expires});
            equal("gate code", &found, wanted)?;
            challenge_qr_text(challenge)
        }
    };
    equal("text", again.map_err(told)?.as_str(), text)
}

pub(crate) fn run_key(_: &Value, test: &Value) -> Outcome {
    let key = match (PublicKey::from_cose_key(test.bytes("coseKey")), test.is_valid()) {
        (Ok(key), true) => key,
        (Err(_), false) => return Ok(()),
        (other, _) => return Err(format!("{other:?}")),
    };
    let wanted = &test["key"];
    equal("again", key.to_cose_key(), test.bytes("coseKey"))?;
    equal("algorithm", setup::algorithm_name(key.algorithm()), wanted.text("algorithm"))?;
    equal("point", key.to_point(), wanted.bytes("point"))?;
    equal("thumbprint", key.thumbprint(), wanted.bytes("thumbprint"))?;
    equal("key id", key.thumbprint()[..8].to_vec(), wanted.bytes("keyId"))?;
    equal("spki", key.to_spki_der(), wanted.bytes("spki"))?;
    let ways = [
        PublicKey::from_spki_der(wanted.bytes("spki")),
        PublicKey::from_spki_pem(&key.to_spki_pem()),
        PublicKey::from_point(wanted.bytes("point")),
    ];
    for way in ways {
        equal("another way", &way.map_err(told)?, &key)?;
    }
    if let Some(private) = wanted.maybe_text("private") {
        let private = unhex(&private);
        let owner = match wanted.text("algorithm") {
            "Ed25519" => SecretKey::from_ed25519_seed(private),
            _ => SecretKey::from_p256_scalar(private),
        };
        equal("the public half", &*owner.map_err(told)?.public_key(), &key)?;
    }
    Ok(())
}
