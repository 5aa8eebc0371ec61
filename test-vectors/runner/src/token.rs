//! Groups of type `VerifyToken`.

use livepermit::verify::{CredentialCache, Input};
use livepermit::{Context, Form, Rejection, RejectionCode, Token, Verified, Verifier};
use serde_json::{Map, Value, json};

use crate::model::{Expected, TokenGroup, TokenTest};
use crate::report::{GroupReport, Seen};
use crate::setup;

pub(crate) fn run(group: &TokenGroup, report: &mut GroupReport) {
    match verifiers(group) {
        Ok(verifiers) => {
            for test in &group.tests {
                let outcome = verifiers
                    .iter()
                    .try_for_each(|verifier| run_test(verifier, test, &mut report.seen));
                report.push(test.tc_id, &test.comment, &test.flags, test.result, outcome);
            }
        }
        Err(reason) => {
            for test in &group.tests {
                report.push(
                    test.tc_id,
                    &test.comment,
                    &test.flags,
                    test.result,
                    Err(reason.clone()),
                );
            }
        }
    }
}

/// The same verifier, once without tables for the keys and once with the smallest tables: verdicts
/// must not depend on the tables.
fn verifiers(group: &TokenGroup) -> setup::Result<[Verifier; 2]> {
    let build = |tables: usize| {
        let (list, rules) = (group.trust_list.as_ref(), &group.policy);
        setup::verifier(&group.trust, list, &group.status_lists, rules, tables)
    };
    Ok([build(0)?, build(SMALL_TABLES)?])
}

/// Bytes for the smallest tables of one key and of the base point.
const SMALL_TABLES: usize = 128 << 10;

fn run_test(verifier: &Verifier, test: &TokenTest, seen: &mut Seen) -> setup::Result<()> {
    let inputs = [test.text.as_deref().map(Input::Text), test.token.as_deref().map(Input::Bytes)];
    if inputs.iter().all(Option::is_none) {
        return Err("there is neither token nor text".to_string());
    }
    for input in inputs.into_iter().flatten() {
        check(test, verify(verifier, test, input)?, seen)?;
    }
    // Every text of an accepted token gets the verdict of the token, and no other text does.
    if let (Some(token), Expected::Valid) = (&test.token, test.result) {
        let token = Token::from_bytes(token).map_err(|rejection| rejection.to_string())?;
        for text in [token.to_qr_text(), token.to_link_text()] {
            check(test, verify(verifier, test, Input::Text(&text))?, seen)?;
        }
        if test.text.as_ref().is_some_and(|text| *text != token.to_qr_text()) {
            return Err("text is not the QR text of token".to_string());
        }
    }
    Ok(())
}

fn verify(
    verifier: &Verifier,
    test: &TokenTest,
    input: Input<'_>,
) -> setup::Result<Result<Verified, Rejection>> {
    let challenge = test.challenge.as_ref().map(|question| question.build()).transpose()?;
    let mut cache = CredentialCache::new(1);
    let mut verify = |cached: bool| {
        let mut context = Context::at(test.now);
        if let Some(challenge) = &challenge {
            context = context.with_challenge(challenge);
        }
        verifier.verify(input, if cached { context.with_cache(&mut cache) } else { context })
    };
    let verdict = verify(false);
    let mut others = vec![verify(true), verify(true)];
    if challenge.is_none() {
        // Verify it together with another token, so that the two share work.
        let shown = [(input, test.now), (Input::Bytes(&[]), test.now), (input, test.now)];
        let mut together = verifier.verify_many(&shown);
        if !matches!(together.get(1), Some(Err(rejection)) if rejection.code() == RejectionCode::Empty)
        {
            return Err("no bytes were not refused as empty".to_string());
        }
        drop(together.remove(1));
        others.append(&mut together);
    }
    if others.iter().all(|other| same(other, &verdict)) {
        Ok(verdict)
    } else {
        Err(format!("remembered or with others: {others:?}, alone: {verdict:?}"))
    }
}

fn same(a: &Result<Verified, Rejection>, b: &Result<Verified, Rejection>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => a.token_bytes() == b.token_bytes() && describe(a) == describe(b),
        (Err(a), Err(b)) => a == b,
        _ => false,
    }
}

fn check(
    test: &TokenTest,
    outcome: Result<Verified, Rejection>,
    seen: &mut Seen,
) -> setup::Result<()> {
    match (outcome, test.result) {
        (Ok(verified), Expected::Valid) => {
            let (found, expected) =
                (describe(&verified)?, test.verdict.clone().unwrap_or_default());
            if found == expected {
                Ok(())
            } else {
                Err(format!("verdict\n{found:#}\nnot\n{expected:#}"))
            }
        }
        (Err(rejection), Expected::Invalid) => {
            seen.hold_refusal(
                &rejection,
                (rejection.code().as_str(), &rejection.evidence()),
                (test.code.as_deref(), test.malformed.as_ref()),
            )?;
            let stage = rejection.stage().name();
            if Some(stage) == test.stage.as_deref() {
                Ok(())
            } else {
                Err(format!("refused at {stage}, not {:?}", test.stage))
            }
        }
        (Ok(_), Expected::Invalid) => Err("accepted".to_string()),
        (Err(rejection), Expected::Valid) => Err(format!("refused: {rejection}")),
    }
}

/// The verdict as the vectors write it.
fn describe(verified: &Verified) -> setup::Result<Value> {
    let key = verified.replay_key();
    let moment = (verified.form() != Form::Slip).then(|| verified.issued_at());
    if key.permit != verified.permit_id() || key.moment != moment {
        return Err("the claim is of another showing".to_string());
    }
    let mut out = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            out.insert(name.to_string(), value);
        }
    };
    put("form", Some(json!(verified.form().name())));
    put("issuer", Some(json!(verified.issuer())));
    put("subject", Some(json!(verified.subject())));
    put("class", Some(json!(verified.class())));
    put("keyId", Some(json!(hex::encode(verified.key_id()))));
    put("audience", verified.audience().map(|name| json!(name)));
    put("challengeAnswered", Some(json!(verified.challenge_answered())));
    put("issuedAt", Some(json!(verified.issued_at().as_unix())));
    put("liveUntil", Some(json!(verified.live_until().as_unix())));
    put("window", Some(json!(verified.window())));
    put(
        "credential",
        verified.device_key().map(|key| {
            json!({
                "notBefore": verified.credential_not_before().map(|time| time.as_unix()),
                "expires": verified.credential_expires().map(|time| time.as_unix()),
                "deviceKey": hex::encode(key.to_cose_key()),
            })
        }),
    );
    put(
        "person",
        verified.person().map(|person| match person.birth_date() {
            Some(date) => json!({"fullName": person.full_name(), "birthDate": date.as_str()}),
            None => json!({"fullName": person.full_name()}),
        }),
    );
    put(
        "status",
        verified
            .status()
            .map(|status| json!({"uri": status.uri(), "index": status.index().to_string()})),
    );
    put(
        "acting",
        verified.acting().map(
            |acting| json!({"role": acting.role(), "representative": acting.representative()}),
        ),
    );
    put("checkNumber", verified.check_number().map(|digits| json!(digits)));
    // ciborium keeps the order of a map and writes integers in their shortest form, so the bytes
    // come back.
    let application: ciborium::Value =
        verified.application().map_err(setup::in_words("application"))?;
    let mut encoded = Vec::new();
    ciborium::into_writer(&application, &mut encoded).map_err(setup::in_words("application"))?;
    put("application", Some(json!(hex::encode(&encoded))));
    put(
        "cautions",
        Some(verified.cautions().iter().map(|caution| json!(caution.code())).collect()),
    );
    put("permitId", Some(json!(key.permit.to_string())));
    put("keepUntil", Some(json!(key.keep_until.as_unix())));
    Ok(Value::Object(out))
}
