//! `gate setup new`.

use std::path::Path;

use livepermit::field::Address;
use livepermit::issue::{PrepareError, SetupBuilder, SignedSetup};
use livepermit::key::Algorithm;
use livepermit::setup::{RelayAccess, Retention, SetupTrust, TrustListSource};
use livepermit::verify::ChallengePolicy;
use livepermit::{Policy, SecretKey, Timestamp};
use livepermit::{qr::ErrorCorrection, qr::QrCode};
use serde_json::json;

use super::args::NewArgs;
use super::texts;
use crate::shared::drawing::{DEFAULT_PIXELS, draw_failure};
use crate::shared::failure::{Failure, Outcome};
use crate::shared::fetch::ListArg;
use crate::shared::keys::{claim_failure, read_public, read_secret};
use crate::shared::relay_gates::RelayGates;
use crate::shared::{files, output, time};

pub(super) fn run(args: &NewArgs, json: bool) -> Result<Outcome, Failure> {
    let operator = read_operator(&args.operator_key)?;
    let now = time::at_or_now(args.time.at)?;
    let mut policy = args.policy.policy(&args.trusted.class)?;
    if args.challenge {
        policy = policy.with_challenge(ChallengePolicy::Required);
    }
    if args.place.admits_without_store() {
        return Err(texts::admits_without_store());
    }
    let place = args.place.place(&args.policy.gate)?;
    let version = args.number.unwrap_or_else(|| now.as_unix());
    let mut builder = SetupBuilder::new(policy.clone(), trust(args)?, version)
        .lane(place.lane())
        .zone(place.zone())
        .passage(args.place.passage())
        .cool_down(args.place.cool_down())
        .status_lists(status_lists(args)?)
        .retention(retention(args, &policy));
    if let Some(path) = &args.next_operator {
        builder = builder.next_operator(read_public(path)?);
    }
    let gates = relay(args)?;
    if let Some((url, gates)) = &gates {
        let key = gates.key(place.gate()).ok_or_else(|| texts::no_relay_key(place.gate()))?;
        builder = builder.relay(RelayAccess::new(address(url)?, key));
    }
    let setup = sign(&builder, &operator, now)?;
    let code = draw(&setup)?;
    if let (Some((_, gates)), Some(path)) = (&gates, &args.relay_gates) {
        // The relay knows the gate before anybody can read the code.
        gates.write(path)?;
    }
    write_pictures(args, &code)?;
    tell(args, (&setup, version, place.gate()), &code, json)
}

fn read_operator(path: &Path) -> Result<SecretKey, Failure> {
    let key = read_secret(path)?;
    if key.public_key().algorithm() != Algorithm::Ed25519 {
        return Err(texts::not_an_operator_key(path.display()));
    }
    Ok(key)
}

fn address(text: &str) -> Result<Address, Failure> {
    Address::new(text).map_err(texts::no_address)
}

fn list_address(list: &ListArg) -> Result<Address, Failure> {
    match list {
        ListArg::Url(url) => address(url),
        ListArg::File(path) => Err(texts::list_is_a_file(path.display())),
    }
}

fn trust(args: &NewArgs) -> Result<SetupTrust, Failure> {
    let Some(list) = &args.trusted.trust else {
        let uses = args.policy.uses();
        return Ok(SetupTrust::Keys(args.trusted.by_hand(&uses, args.policy.eddsa)?));
    };
    let name = args.trusted.trust_name.as_deref().ok_or_else(texts::no_trust_name)?;
    let (roots, lowest) = (args.trusted.read_roots()?, args.trusted.trust_minimum);
    let source = TrustListSource::new(name, roots, lowest, list_address(list)?);
    source.map(SetupTrust::List).map_err(|error| claim_failure(&error))
}

fn status_lists(args: &NewArgs) -> Result<Vec<Address>, Failure> {
    args.policy.status.iter().map(list_address).collect()
}

fn retention(args: &NewArgs, policy: &Policy) -> Retention {
    let own = args.place.retention(policy.window(), policy.skew());
    let usual = Retention::default();
    // A zone of gates with the usual settings has the usual settings, although this gate's window
    // may be shorter.
    Retention {
        largest_window: args.zone_window.unwrap_or(own.largest_window.max(usual.largest_window)),
        largest_skew: args.zone_skew.unwrap_or(own.largest_skew.max(usual.largest_skew)),
        longest_cool_down: args.zone_cool_down.unwrap_or(own.longest_cool_down),
        ..own
    }
}

/// The relay, and its gates with this gate among them.
fn relay(args: &NewArgs) -> Result<Option<(&str, RelayGates)>, Failure> {
    let (Some(url), Some(path)) = (&args.relay, &args.relay_gates) else { return Ok(None) };
    let mut gates = RelayGates::read_or_new(path)?;
    if args.new_relay_key || gates.key(&args.policy.gate).is_none() {
        gates.draw(&args.policy.gate)?;
    }
    Ok(Some((url, gates)))
}

fn sign(
    builder: &SetupBuilder,
    operator: &SecretKey,
    now: Timestamp,
) -> Result<SignedSetup, Failure> {
    let prepared = builder.prepare(&operator.public_key(), now).map_err(|error| match &error {
        PrepareError::Claim(error) => claim_failure(error),
        error => texts::setup_not_made(error),
    })?;
    prepared.sign(operator).map_err(texts::setup_not_made)
}

/// With the correction that pictures on screens need, or with less if there is no room for that.
fn draw(setup: &SignedSetup) -> Result<QrCode, Failure> {
    let text = setup.to_qr_text();
    QrCode::encode(&text, ErrorCorrection::Medium)
        .or_else(|_| QrCode::encode(&text, ErrorCorrection::Low))
        .map_err(|error| draw_failure(&error))
}

fn write_pictures(args: &NewArgs, code: &QrCode) -> Result<(), Failure> {
    if let Some(path) = &args.png {
        files::write(path, &code.to_png(DEFAULT_PIXELS).map_err(|error| draw_failure(&error))?)?;
    }
    if let Some(path) = &args.svg {
        files::write(path, code.to_svg().as_bytes())?;
    }
    Ok(())
}

fn tell(
    args: &NewArgs,
    (setup, version, gate): (&SignedSetup, u64, &str),
    code: &QrCode,
    json: bool,
) -> Result<Outcome, Failure> {
    let number = setup.check_number();
    if json {
        output::print_json(&json!({
            "gate": gate, "version": version, "check_number": number.to_string(),
            "bytes": setup.as_bytes().len(), "text": setup.to_qr_text(),
            "link": setup.to_link_text(), "qr_version": code.version(),
        }))?;
        return Ok(Outcome::Done);
    }
    if args.png.is_none() && args.svg.is_none() {
        output::print(&format!("{}\n", setup.to_qr_text()))?;
    }
    output::print(&format!("{}\n", texts::check_number(number)))?;
    output::note(&texts::compare(gate));
    if args.relay.is_some() {
        output::note(&texts::code_is_secret());
    }
    Ok(Outcome::Done)
}
