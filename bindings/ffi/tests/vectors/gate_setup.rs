//! Groups of type `AcceptSetup`.

use livepermit_ffi::{
    ActingPolicy, AudiencePolicy, ChallengePolicy, CoolDownPolicy, Form, GateSetup,
    LivepermitError, Passage, Policy, Retention, RevocationPolicy, SetupTrust, accept_first_setup,
    accept_next_setup, read_setup, read_setup_bytes, setup_check_number, stored_setup,
};
use serde_json::{Value, json};

use crate::json::{Fields as _, Outcome, equal, refused_as_said, told};
use crate::setup;

pub(crate) fn run(group: &Value, test: &Value) -> Outcome {
    let accepted = accept(group, test);
    match (accepted, test.is_valid()) {
        (Ok(setup), true) => {
            let again = stored_setup(setup.bytes.clone()).map_err(told)?;
            equal("from the storage", &again, &setup)?;
            equal("accepted", &describe(&setup).map_err(told)?, &test["accepted"])
        }
        (Err(error), false) => refused_as_said(test, error),
        (Ok(setup), false) => Err(format!("accepted: {setup:?}")),
        (Err(error), true) => Err(told(error)),
    }
}

fn accept(group: &Value, test: &Value) -> Result<GateSetup, LivepermitError> {
    let read = match test.maybe("text") {
        Some(text) => read_setup(text.as_str().expect("a text"))?,
        None => read_setup_bytes(test.bytes("setup"))?,
    };
    let (now, skew) = (test.number("now"), group.number("skew"));
    match test.maybe("held") {
        Some(_) => accept_next_setup(read.bytes, test.bytes("held"), now, skew),
        None => accept_first_setup(read.bytes, test.text("compared"), now, skew),
    }
}

fn describe(setup: &GateSetup) -> Result<Value, LivepermitError> {
    let settings = &setup.settings;
    let mut out = json!({
        "version": setup.version,
        "issuedAt": setup.issued_at,
        "operator": hex::encode(setup.operator.to_cose_key()),
        "checkNumber": setup_check_number(setup.bytes.clone())?.replace(' ', ""),
        "lane": settings.lane,
        "zone": settings.zone,
        "policy": policy(&settings.policy),
        "passage": match settings.passage {
            Passage::Enter => "enter",
            Passage::Leave => "leave",
        },
        "debounce": settings.debounce,
        "coolDown": match settings.cool_down {
            CoolDownPolicy::Window => json!("window"),
            CoolDownPolicy::Seconds { seconds } => json!(seconds),
            CoolDownPolicy::DangerousNone => json!("none"),
        },
        "statusLists": setup.status_lists,
        "settings": retention(setup.retention),
    });
    match &setup.trust {
        SetupTrust::Named { keys } => {
            out["trust"] = keys.iter().map(setup::describe_key).collect();
        }
        SetupTrust::Listed { name, roots, lowest_version, address } => {
            let roots: Vec<_> = roots.iter().map(|root| hex::encode(root.to_cose_key())).collect();
            out["trustList"] = json!({
                "name": name, "lowestVersion": lowest_version, "roots": roots, "address": address,
            });
        }
    }
    if let Some(relay) = &setup.relay {
        out["relay"] = json!({ "address": relay.address, "key": hex::encode(&relay.key) });
    }
    Ok(out)
}

fn policy(policy: &Policy) -> Value {
    let forms: Vec<&str> = policy
        .forms
        .iter()
        .map(|form| match form {
            Form::Pass => "pass",
            Form::Presentation => "presentation",
            Form::Slip => "slip",
            Form::Credential => "credential",
        })
        .collect();
    let mut out = json!({
        "gate": policy.gate,
        "audience": match policy.audience {
            AudiencePolicy::Own => "own",
            AudiencePolicy::OwnOrAny => "own-or-any",
        },
        "classes": policy.classes,
        "forms": forms,
        "challenge": match policy.challenge {
            ChallengePolicy::NotUsed => "not-used",
            ChallengePolicy::Required => "required",
        },
        "window": policy.window,
        "skew": policy.skew,
        "maxCredentialAge": policy.max_credential_age,
        "acting": match policy.acting {
            ActingPolicy::Refused => "refused",
            ActingPolicy::Accepted => "accepted",
        },
        "revocation": match policy.revocation {
            RevocationPolicy::Required { max_age, grace } => {
                json!({ "maxAge": max_age, "grace": grace })
            }
            RevocationPolicy::NotChecked => json!("not-checked"),
        },
    });
    if !policy.dangerous_status_exempt.is_empty() {
        out["statusExempt"] = json!(policy.dangerous_status_exempt);
    }
    out
}

fn retention(of: Retention) -> Value {
    json!({
        "largestWindow": of.largest_window,
        "largestSkew": of.largest_skew,
        "clockDifference": of.clock_difference,
        "longestCoolDown": of.longest_cool_down,
        "oldMaster": of.old_master.map_or(json!("unbounded"), |seconds| json!(seconds)),
    })
}
