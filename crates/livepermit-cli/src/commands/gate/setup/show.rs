//! `gate setup show`.

use livepermit::rejection::SetupRejection;
use livepermit::setup::{GateSetup, Passage, SetupTrust, UnverifiedSetup};
use livepermit::{Policy, RevocationPolicy};
use serde_json::json;

use super::args::ShowArgs;
use super::texts;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::hex::hex;
use crate::shared::input::{self, Material};
use crate::shared::keys::read_public;
use crate::shared::output::{self, BAD, CAUTION, GOOD, row};
use crate::shared::time;

pub(super) fn run(args: &ShowArgs, json: bool) -> Result<Outcome, Failure> {
    let read = match input::read(&args.input)?.one()? {
        Material::Text(text) => UnverifiedSetup::from_text(&text),
        Material::Bytes(bytes) | Material::Picture(bytes) => UnverifiedSetup::read(&bytes),
    };
    let read = match read {
        Ok(read) => read,
        Err(rejection) => return refused(&rejection, json),
    };
    let number = read.check_number().to_string();
    // What it says, whoever signed it.
    let content = GateSetup::from_storage(read.unverified_bytes()).map_err(texts::not_read)?;
    let verified = match &args.operator {
        None => None,
        Some(path) => {
            let now = time::at_or_now(args.time.at)?;
            match read.signed_by(&read_public(path)?, now, Policy::DEFAULT_SKEW) {
                Ok(()) => Some(()),
                Err(rejection) => return refused(&rejection, json),
            }
        }
    };
    if json {
        output::print_json(&to_json(&content, &number, verified.is_some()))?;
    } else {
        output::print(&to_text(&content, &number, verified.is_some()))?;
    }
    Ok(Outcome::Done)
}

fn refused(rejection: &SetupRejection, json: bool) -> Result<Outcome, Failure> {
    let code = rejection.code();
    if json {
        output::print_json(&json!({
            "verified": false, "code": code.as_str(), "cause": code.cause(),
            "instruction": rejection.instruction(),
        }))?;
    } else {
        let mut out = format!("{BAD}REFUSED{BAD:#} {rejection}\n");
        row(&mut out, "why", code.cause());
        row(&mut out, "what to do", rejection.instruction());
        output::print(&out)?;
    }
    Ok(Outcome::Refused)
}

fn to_text(setup: &GateSetup, number: &str, verified: bool) -> String {
    let policy = setup.policy();
    let mut out = if verified {
        format!("{GOOD}VERIFIED{GOOD:#} {}\n", texts::signed_by_operator())
    } else {
        format!("{CAUTION}UNVERIFIED{CAUTION:#}: {}\n", texts::signed_by_anybody())
    };
    row(&mut out, "check number", number);
    row(&mut out, "gate", policy.gate());
    row(&mut out, "lane, zone", format!("{}, {}", setup.lane(), setup.zone()));
    row(&mut out, "version", setup.version());
    row(&mut out, "made", time::text(setup.issued_at()));
    row(&mut out, "operator", hex(setup.operator().thumbprint().get(..8).unwrap_or_default()));
    row(&mut out, "passage", passage(setup));
    row(&mut out, "classes", policy.classes().collect::<Vec<_>>().join(", "));
    row(&mut out, "withdrawn", revocation(policy));
    match setup.trust() {
        SetupTrust::List(list) => row(
            &mut out,
            "trusts",
            texts::list_at(list.name(), list.address().as_str(), list.roots().len()),
        ),
        SetupTrust::Keys(trust) => {
            for key in trust.keys() {
                row(&mut out, "trusts", format!("{} of {}", hex(key.key_id()), key.issuer()));
            }
        }
        _ => {}
    }
    for list in setup.status_lists() {
        row(&mut out, "status list", list);
    }
    match setup.relay() {
        Some(relay) => row(&mut out, "relay", relay.address()),
        None => row(&mut out, "relay", texts::alone()),
    }
    out
}

fn passage(setup: &GateSetup) -> &'static str {
    match setup.passage() {
        Passage::Leave => "leave",
        _ => "enter",
    }
}

fn revocation(policy: &Policy) -> String {
    match policy.revocation() {
        RevocationPolicy::Required { max_age, grace } => {
            texts::looked_up(time::span(max_age), time::span(grace))
        }
        _ => texts::not_looked_up(),
    }
}

/// The key of the relay is not shown.
fn to_json(setup: &GateSetup, number: &str, verified: bool) -> serde_json::Value {
    let policy = setup.policy();
    let mut out = json!({
        "verified": verified, "check_number": number, "gate": policy.gate(),
        "lane": setup.lane(), "zone": setup.zone(), "version": setup.version(),
        "issued_at": setup.issued_at().as_unix(), "passage": passage(setup),
        "operator": setup.operator().to_spki_pem(),
        "classes": policy.classes().collect::<Vec<_>>(),
        "status_lists": setup.status_lists().iter().map(|list| list.as_str()).collect::<Vec<_>>(),
        "relay": setup.relay().map(|relay| relay.address().as_str()),
    });
    if let (Some(object), SetupTrust::List(list)) = (out.as_object_mut(), setup.trust()) {
        let list = json!({ "name": list.name(), "address": list.address().as_str() });
        object.insert("trust_list".into(), list);
    }
    out
}
