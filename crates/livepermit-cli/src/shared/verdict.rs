//! A verdict as text and as JSON.

use std::fmt::Write as _;

use ciborium::Value as Cbor;
use livepermit::field::Shown;
use livepermit::rejection::Evidence;
use livepermit::{Rejection, RejectionCode, Timestamp, Verified};
use livepermit_gate::{Admitted, GateCautions, GatePlace};
use serde_json::{Map, Value, json};

use super::hex::hex;
use super::output::{BAD, CAUTION, GOOD, STRONG, row};
use super::time::{apart, birth_date, span, text};

pub(crate) type Verdict = Result<Verified, Rejection>;

pub(crate) fn to_text(verdict: &Verdict, now: Timestamp) -> String {
    match verdict {
        Ok(verified) => accepted(verified, verified.cautions().into(), None, now),
        Err(rejection) => refused(rejection, now),
    }
}

/// The verdict of a gate at `place`.
pub(crate) fn admitted_to_text(
    verdict: &Result<Admitted, Rejection>,
    place: &GatePlace,
    now: Timestamp,
) -> String {
    match verdict {
        Ok(admitted) => accepted(admitted.verified(), admitted.cautions(), Some(place), now),
        Err(rejection) => refused(rejection, now),
    }
}

pub(crate) fn admitted_to_json(verdict: &Result<Admitted, Rejection>, now: Timestamp) -> Value {
    match verdict {
        Ok(admitted) => accepted_json(admitted.verified(), admitted.cautions(), true, now),
        Err(rejection) => refused_json(rejection, now),
    }
}

fn accepted(
    verified: &Verified,
    cautions: GateCautions,
    place: Option<&GatePlace>,
    now: Timestamp,
) -> String {
    let mut out = format!("{GOOD}ACCEPTED{GOOD:#} {}\n", verified.form());
    row(&mut out, "subject", verified.subject());
    row(&mut out, "class", verified.class());
    row(&mut out, "issuer", verified.issuer());
    if let Some(person) = verified.person() {
        row(&mut out, "full name", Shown::new(person.full_name()));
        if let Some(date) = person.birth_date() {
            row(&mut out, "born", birth_date(date.as_str()));
        }
    }
    if let Some(acting) = verified.acting() {
        row(
            &mut out,
            "shown by",
            format!("{}, {} of {}", acting.representative(), acting.role(), verified.subject()),
        );
    }
    if let Some(number) = verified.check_number() {
        row(&mut out, "check number", number);
    }
    for (name, value) in claims(verified) {
        row(
            &mut out,
            "claim",
            format!("{} {}", Shown::quoted(&name), Shown::new(&value.to_string())),
        );
    }
    let age = apart(now, verified.issued_at());
    row(&mut out, "checked", format!("{}, {age} it was made", text(now)));
    row(
        &mut out,
        "live until",
        format!("{} (window {})", text(verified.live_until()), span(verified.window())),
    );
    row(&mut out, "made for", verified.audience().unwrap_or("every gate"));
    if verified.challenge_answered() {
        row(&mut out, "challenge", "answered");
    }
    if let (Some(from), Some(until)) =
        (verified.credential_not_before(), verified.credential_expires())
    {
        row(&mut out, "credential", format!("{} to {}", text(from), text(until)));
    }
    if let Some(status) = verified.status() {
        row(&mut out, "status", format!("entry {} of {}", status.index(), status.uri()));
    }
    row(&mut out, "permit id", verified.permit_id());
    match place {
        Some(place) => {
            row(&mut out, "admitted", format!("into {}: the code is used up", place.zone()))
        }
        None => row(&mut out, "admitted", "no: whether the code was used before is not known here"),
    }
    for caution in cautions.iter() {
        let _ = writeln!(
            out,
            "{CAUTION}CAUTION{CAUTION:#} {STRONG}{caution}{STRONG:#}: {}",
            caution.instruction()
        );
    }
    out
}

fn refused(rejection: &Rejection, now: Timestamp) -> String {
    let code = rejection.code();
    let mut out = format!("{BAD}REFUSED{BAD:#} {STRONG}{code}{STRONG:#}\n");
    row(&mut out, "cause", code.cause());
    match rejection.evidence() {
        Evidence::Times { found, limit } => {
            row(&mut out, "found", text(found));
            row(&mut out, "limit", format!("{} (found is {})", text(limit), apart(found, limit)));
        }
        Evidence::Numbers { found, limit } => {
            row(&mut out, "found", found);
            row(&mut out, "limit", limit);
        }
        Evidence::Counts { found, limit } => {
            row(&mut out, "found", found);
            row(&mut out, "limit", limit);
        }
        Evidence::Malformed(malformed) => row(&mut out, "broken", malformed),
        _ => {}
    }
    row(&mut out, "checked", format!("{}, in step {}", text(now), rejection.stage().name()));
    row(&mut out, "fault", rejection.fault().name());
    row(&mut out, "do this", rejection.instruction());
    out
}

/// The two values that a check compared, behind a code: `: found, limit …`, with dates by the clock
/// on the wall. Nothing without values.
pub(crate) fn values(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Times { found, limit } => {
            format!(": {}, limit {}", text(*found), text(*limit))
        }
        other => other.to_string(),
    }
}

pub(crate) fn to_json(verdict: &Verdict, now: Timestamp) -> Value {
    match verdict {
        Ok(verified) => accepted_json(verified, verified.cautions().into(), false, now),
        Err(rejection) => refused_json(rejection, now),
    }
}

fn accepted_json(
    verified: &Verified,
    cautions: GateCautions,
    admitted: bool,
    now: Timestamp,
) -> Value {
    json!({
        "verdict": "accepted", "admitted": admitted, "at": now.as_unix(),
        "form": verified.form().name(), "issuer": verified.issuer(), "subject": verified.subject(),
        "class": verified.class(), "permit_id": verified.permit_id().to_string(),
        "key_id": hex(verified.key_id()), "audience": verified.audience(),
        "challenge_answered": verified.challenge_answered(),
        "issued_at": verified.issued_at().as_unix(), "live_until": verified.live_until().as_unix(),
        "window": verified.window(), "keep_until": verified.replay_key().keep_until.as_unix(),
        "credential": verified.credential_expires().map(|expires| json!({
            "not_before": verified.credential_not_before().map(Timestamp::as_unix),
            "expires": expires.as_unix(),
            "device_key": verified.device_key().map(|key| hex(&key.thumbprint())),
        })),
        "person": person(verified),
        "acting": verified.acting().map(|acting| json!({
            "role": acting.role(), "representative": acting.representative(),
        })),
        "check_number": verified.check_number(),
        "status": verified.status().map(|status| json!({
            "uri": status.uri(), "index": status.index(),
        })),
        "application": claims(verified).into_iter().collect::<Map<_, _>>(),
        "cautions": cautions.iter().map(|caution| json!({
            "code": caution.code(), "instruction": caution.instruction(),
        })).collect::<Vec<_>>(),
    })
}

pub(crate) fn person(verified: &Verified) -> Option<Value> {
    verified.person().map(|person| {
        let birth_date = person.birth_date().map(|date| date.as_str());
        json!({ "full_name": person.full_name(), "birth_date": birth_date })
    })
}

fn refused_json(rejection: &Rejection, now: Timestamp) -> Value {
    json!({
        "verdict": "refused", "admitted": false, "at": now.as_unix(),
        "code": rejection.code().as_str(),
        "stage": rejection.stage().name(), "fault": rejection.fault().name(),
        "evidence": evidence(&rejection.evidence()),
        "cause": rejection.code().cause(), "instruction": rejection.instruction(),
    })
}

/// The verdict on a code that is no permit. A camera saw the code, and nobody read its content.
pub(crate) fn not_ours_json(now: Timestamp) -> Value {
    let code = RejectionCode::NotOurs;
    json!({
        "verdict": "refused", "admitted": false, "at": now.as_unix(), "code": code.as_str(),
        "stage": code.stage().name(), "fault": code.fault().name(), "evidence": null,
        "cause": code.cause(), "instruction": code.instruction(),
    })
}

pub(crate) fn evidence(evidence: &Evidence) -> Value {
    match evidence {
        Evidence::Times { found, limit } => {
            json!({ "kind": "times", "found": found.as_unix(), "limit": limit.as_unix() })
        }
        Evidence::Numbers { found, limit } => {
            json!({ "kind": "numbers", "found": found, "limit": limit })
        }
        Evidence::Counts { found, limit } => {
            json!({ "kind": "numbers", "found": found, "limit": limit })
        }
        Evidence::Malformed(malformed) => json!({
            "kind": "malformed", "layer": malformed.layer.name(), "flaw": malformed.flaw.name(),
            "at": malformed.at,
        }),
        _ => Value::Null,
    }
}

/// The application's claims, in the order of the token.
fn claims(verified: &Verified) -> Vec<(String, Value)> {
    let Ok(Cbor::Map(pairs)) = verified.application::<Cbor>() else { return Vec::new() };
    pairs.iter().map(|(name, value)| (name_of(name), as_json(value))).collect()
}

fn name_of(label: &Cbor) -> String {
    match label {
        Cbor::Text(text) => text.clone(),
        other => as_json(other).to_string(),
    }
}

/// JSON has no byte strings: they become hexadecimal text. A permit contains no floats and no tags.
fn as_json(value: &Cbor) -> Value {
    match value {
        Cbor::Integer(integer) => {
            let integer = i128::from(*integer);
            u64::try_from(integer)
                .map(Value::from)
                .or_else(|_| i64::try_from(integer).map(Value::from))
                .unwrap_or_else(|_| integer.to_string().into())
        }
        Cbor::Bytes(bytes) => hex(bytes).into(),
        Cbor::Text(text) => text.clone().into(),
        Cbor::Bool(value) => (*value).into(),
        Cbor::Array(items) => items.iter().map(as_json).collect(),
        Cbor::Map(pairs) => pairs
            .iter()
            .map(|(name, value)| (name_of(name), as_json(value)))
            .collect::<Map<_, _>>()
            .into(),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_of_every_kind_become_json() {
        let integer = |number: i128| Cbor::Integer(number.try_into().unwrap());
        let cases = [
            (Cbor::Bytes(vec![0xAB, 1]), json!("ab01")),
            (Cbor::Bool(true), json!(true)),
            (integer(-2), json!(-2)),
            (integer(u64::MAX.into()), json!(u64::MAX)),
            (integer(-(1 << 64)), json!("-18446744073709551616")),
            (Cbor::Array(vec![Cbor::Null, Cbor::Text("a".into())]), json!([null, "a"])),
            (Cbor::Map(vec![(integer(7), Cbor::Text("b".into()))]), json!({"7": "b"})),
        ];
        for (cbor, expected) in cases {
            assert_eq!(as_json(&cbor), expected, "{cbor:?}");
        }
    }
}
