//! Groups of type `AcceptSetup`.

use livepermit::rejection::SetupRejection;
use livepermit::setup::{
    CoolDownPolicy, GateSetup, Passage, Retention, SetupTrust, UnverifiedSetup,
};
use livepermit::verify::{ActingPolicy, AudiencePolicy, ChallengePolicy};
use livepermit::{Policy, PublicKey, RevocationPolicy, TrustedKey};
use serde_json::{Value, json};

use crate::model::{Expected, SetupGroup, SetupTest};
use crate::report::{GroupReport, Seen};
use crate::setup;

pub(crate) fn run(group: &SetupGroup, report: &mut GroupReport) {
    for test in &group.tests {
        let outcome = run_test(group, test, &mut report.seen);
        report.push(test.tc_id, &test.comment, &test.flags, test.result, outcome);
    }
}

fn run_test(group: &SetupGroup, test: &SetupTest, seen: &mut Seen) -> setup::Result<()> {
    let held = test.held.as_deref().map(GateSetup::from_storage).transpose();
    let held = held.map_err(setup::in_words("held"))?;
    match (accept(group, test, held.as_ref()), test.result) {
        (Ok((setup, number)), Expected::Valid) => {
            let mut found = describe(&setup);
            found["checkNumber"] = number.into();
            let again = GateSetup::from_storage(setup.as_bytes());
            let again = again.map_err(setup::in_words("from storage"))?;
            if again.version() != setup.version() {
                return Err("the storage says something else".to_string());
            }
            match &test.accepted {
                Some(wanted) if *wanted == found => Ok(()),
                wanted => Err(format!("accepted as\n{found:#}\nnot\n{wanted:#?}")),
            }
        }
        (Err(rejection), Expected::Invalid) => seen.hold_refusal(
            &rejection,
            (rejection.code().as_str(), &rejection.evidence()),
            (test.code.as_deref(), test.malformed.as_ref()),
        ),
        (Ok(_), Expected::Invalid) => Err("accepted".to_string()),
        (Err(rejection), Expected::Valid) => Err(format!("refused: {rejection}")),
    }
}

fn accept(
    group: &SetupGroup,
    test: &SetupTest,
    held: Option<&GateSetup>,
) -> Result<(GateSetup, String), SetupRejection> {
    let read = match &test.text {
        Some(text) => UnverifiedSetup::from_text(text)?,
        None => UnverifiedSetup::read(test.setup.as_deref().unwrap_or_default())?,
    };
    let number = match test.result {
        Expected::Valid => read.check_number().digits(),
        Expected::Invalid => String::new(),
    };
    let compared = test.compared.as_deref().unwrap_or_default();
    let setup = match held {
        Some(held) => read.accept_after(held, test.now, group.skew),
        None => read.accept_first(compared, test.now, group.skew),
    }?;
    Ok((setup, number))
}

fn describe(setup: &GateSetup) -> Value {
    let mut out = json!({
        "version": setup.version(),
        "issuedAt": setup.issued_at().as_unix(),
        "operator": key(setup.operator()),
        "lane": setup.lane(),
        "zone": setup.zone(),
        "policy": policy(setup.policy()),
        "passage": match setup.passage() {
            Passage::Leave => "leave",
            _ => "enter",
        },
        "debounce": setup.debounce(),
        "coolDown": match setup.cool_down() {
            CoolDownPolicy::Window => json!("window"),
            CoolDownPolicy::Seconds(seconds) => json!(seconds),
            CoolDownPolicy::DangerousNone => json!("none"),
        },
        "statusLists": setup.status_lists().iter().map(|list| list.as_str()).collect::<Vec<_>>(),
        "settings": settings(setup.retention()),
    });
    match setup.trust() {
        SetupTrust::List(list) => {
            out["trustList"] = json!({
                "name": list.name(),
                "lowestVersion": list.lowest_version(),
                "roots": list.roots().iter().map(key).collect::<Vec<_>>(),
                "address": list.address().as_str(),
            });
        }
        SetupTrust::Keys(trust) => {
            out["trust"] = trust.keys().iter().map(entry).collect();
        }
        _ => {}
    }
    if let Some(relay) = setup.relay() {
        let key = hex::encode(relay.key().as_bytes());
        out["relay"] = json!({ "address": relay.address().as_str(), "key": key });
    }
    out
}

fn key(key: &PublicKey) -> String {
    hex::encode(key.to_cose_key())
}

fn entry(entry: &TrustedKey) -> Value {
    json!({
        "issuer": entry.issuer(),
        "keyId": hex::encode(entry.key_id()),
        "key": key(entry.public_key()),
        "algorithm": entry.algorithm().to_string(),
        "uses": entry.uses().iter().map(|word| word.name()).collect::<Vec<_>>(),
        "classes": entry.classes().collect::<Vec<_>>(),
        "notBefore": entry.not_before().as_unix(),
        "signUntil": entry.sign_until().as_unix(),
        "expires": entry.expires().as_unix(),
    })
}

fn policy(policy: &Policy) -> Value {
    let mut out = json!({
        "gate": policy.gate(),
        "audience": if policy.audience() == AudiencePolicy::Own { "own" } else { "own-or-any" },
        "classes": policy.classes().collect::<Vec<_>>(),
        "forms": policy.forms().iter().map(|form| form.name()).collect::<Vec<_>>(),
        "challenge": match policy.challenge() {
            ChallengePolicy::Required => "required",
            _ => "not-used",
        },
        "window": policy.window(),
        "skew": policy.skew(),
        "maxCredentialAge": policy.max_credential_age(),
        "acting": if policy.acting() == ActingPolicy::Accepted { "accepted" } else { "refused" },
        "revocation": match policy.revocation() {
            RevocationPolicy::Required { max_age, grace } => {
                json!({ "maxAge": max_age, "grace": grace })
            }
            _ => json!("not-checked"),
        },
    });
    let exempt: Vec<&str> = policy.status_exempt().collect();
    if !exempt.is_empty() {
        out["statusExempt"] = json!(exempt);
    }
    out
}

fn settings(of: Retention) -> Value {
    json!({
        "largestWindow": of.largest_window,
        "largestSkew": of.largest_skew,
        "clockDifference": of.clock_difference,
        "longestCoolDown": of.longest_cool_down,
        "oldMaster": match of.old_master {
            Retention::UNBOUNDED => json!("unbounded"),
            seconds => json!(seconds),
        },
    })
}
