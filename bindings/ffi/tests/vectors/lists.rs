//! Groups of type `AcceptTrustList` and `AcceptStatusList`.

use livepermit_ffi::{LivepermitError, StatusLimits, StatusList, Trust, TrustAnchor};
use serde_json::{Value, json};

use crate::json::{Fields as _, Outcome, equal, refused_as_said, told};
use crate::setup;

pub(crate) fn run_trust(group: &Value, test: &Value) -> Outcome {
    let roots = group.texts("roots");
    let roots: Result<Vec<_>, _> = roots.iter().map(|root| setup::key(root)).collect();
    let roots = roots.map_err(told)?;
    let (name, lowest) = (group.text("name"), group.number("lowestVersion"));
    let anchor = TrustAnchor::new(name, roots.clone(), lowest).map_err(told)?;
    let skew = group.number("skew");
    for held in test.list("held") {
        anchor.accept(held.bytes("list"), held.number("accepted"), skew).map_err(told)?;
    }
    let before = anchor.state();
    // After a restart the anchor must say the same.
    let anchor = match &before {
        Some(state) => TrustAnchor::resume(name, roots, lowest, state).map_err(told)?,
        None => anchor,
    };
    let taken = anchor.accept(test.bytes("list"), test.number("now"), skew);
    if taken.is_err() {
        equal("the state", anchor.state(), before)?;
    }
    check(
        test,
        taken.map(|list| {
            let roots = anchor.state().map(|state| state.roots).unwrap_or_default();
            let roots: Vec<_> = roots.iter().map(|root| hex::encode(root.to_cose_key())).collect();
            json!({
                "version": list.version,
                "issuedAt": list.issued_at,
                "expires": list.expires,
                "trust": list.trust.keys().iter().map(setup::describe_key).collect::<Vec<_>>(),
                "skipped": list.skipped.len(),
                "roots": roots,
            })
        }),
    )
}

pub(crate) fn run_status(group: &Value, test: &Value) -> Outcome {
    let keys = setup::trusted_keys(group.list("trust")).map_err(told)?;
    let trust = Trust::new(keys).map_err(told)?;
    let limits = StatusLimits {
        list_bytes: group["limits"].number("listBytes"),
        inflated_bytes: group["limits"].number("inflatedBytes"),
    };
    let accept = |list: Vec<u8>, now, held| {
        StatusList::accept(list, &trust, now, group.number("skew"), held, limits)
    };
    let mut remembered = Vec::new();
    for held in test.list("held") {
        let (list, now) = (held.bytes("list"), held.number("accepted"));
        remembered = vec![accept(list, now, remembered).map_err(told)?.held()];
    }
    let taken = accept(test.bytes("list"), test.number("now"), remembered);
    check(
        test,
        taken.map(|list| {
            let entries = u64::try_from(list.entries()).expect("a count");
            let values: Vec<u8> = (0..entries.min(64))
                .filter_map(|index| list.get(index))
                .map(|value| u8::try_from(value).expect("a byte"))
                .collect();
            let mut facts = json!({
                "issuer": list.issuer(),
                "uri": list.uri(),
                "bits": list.bits(),
                "issuedAt": list.issued_at(),
                "entries": list.entries(),
                "values": hex::encode(values),
            });
            if let Some(expires) = list.expires() {
                facts["expires"] = json!(expires);
            }
            facts
        }),
    )
}

fn check(test: &Value, taken: Result<Value, LivepermitError>) -> Outcome {
    match (taken, test.is_valid()) {
        (Ok(facts), true) => equal("accepted", &facts, &test["accepted"]),
        (Err(error), false) => refused_as_said(test, error),
        (Ok(facts), false) => Err(format!("taken in: {facts}")),
        (Err(error), true) => Err(told(error)),
    }
}
