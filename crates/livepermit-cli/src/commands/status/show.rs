//! `status show`: what a signed list says.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use livepermit::status::{StatusLimits, StatusList, StatusValue};
use livepermit::trust::TrustAnchor;
use livepermit::trust::UnverifiedList;
use livepermit::{Policy, Timestamp, Trust, TrustedKey, Use};
use serde_json::json;

use super::args::ShowArgs;
use super::texts;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::keys::{claim_failure, read_public};
use crate::shared::lists::{print_refused, read_list, refused};
use crate::shared::output::{self, CAUTION, GOOD, STRONG, row};
use crate::shared::time;
use crate::shared::trusted::trust_failure;

pub(super) fn run(args: &ShowArgs, json: bool) -> Result<Outcome, Failure> {
    let bytes = read_list(&args.list)?;
    let now = time::at_or_now(args.time.at)?;
    let trust = trust(args, now)?;
    let skew = Policy::DEFAULT_SKEW;
    let list =
        match StatusList::accept(&bytes, &trust, now, skew, |_, _| None, StatusLimits::default()) {
            Ok(list) => list,
            Err(rejection) => {
                print_refused(&bytes, &rejection, json)?;
                return Ok(Outcome::Refused);
            }
        };
    let mut asked = Vec::new();
    for &index in &args.index {
        let value = list.get(index).ok_or_else(|| texts::no_such_entry(index, list.len()))?;
        asked.push((index, name(value)));
    }
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for value in (0..list.len()).filter_map(|index| list.get(index)) {
        match value {
            StatusValue::Valid => {}
            other => *counts.entry(name(other)).or_default() += 1,
        }
    }
    if json {
        output::print_json(&json!({
            "verified": true, "uri": list.uri(), "issuer": list.issuer(), "entries": list.len(),
            "bits": list.bits(),
            "issued_at": list.issued_at().as_unix(),
            "expires": list.expires().map(Timestamp::as_unix),
            "withdrawn": counts,
            "asked": asked
                .iter()
                .map(|(index, value)| json!({ "index": index, "value": value }))
                .collect::<Vec<_>>(),
        }))?;
        return Ok(Outcome::Done);
    }
    let mut out = format!("{GOOD}VERIFIED{GOOD:#} {STRONG}{}{STRONG:#}\n", list.uri());
    row(&mut out, "issuer", list.issuer());
    row(&mut out, "entries", format!("{} of {} bit(s)", list.len(), list.bits()));
    row(&mut out, "made", time::text(list.issued_at()));
    row(&mut out, "ends", list.expires().map_or_else(texts::no_end, time::text));
    for (value, count) in &counts {
        row(&mut out, value, count);
    }
    if counts.is_empty() {
        row(&mut out, "withdrawn", texts::nothing_withdrawn());
    }
    for (index, value) in asked {
        let _ = writeln!(out, "entry {index} {CAUTION}{value}{CAUTION:#}");
    }
    output::print(&out)?;
    Ok(Outcome::Done)
}

fn name(value: StatusValue) -> String {
    match value {
        StatusValue::Valid => "valid".to_owned(),
        StatusValue::Revoked => "revoked".to_owned(),
        StatusValue::Suspended => "suspended".to_owned(),
        other => format!("value {}", other.as_u8()),
    }
}

fn trust(args: &ShowArgs, now: Timestamp) -> Result<Trust, Failure> {
    if let Some(path) = &args.trust {
        let bytes = read_list(path)?;
        let file = path.display().to_string();
        let not_a_list = || texts::not_a_trust_list(&file);
        let list = UnverifiedList::read(&bytes).map_err(|_| not_a_list())?;
        let roots: Vec<_> =
            args.root.iter().map(|path| read_public(path)).collect::<Result<_, _>>()?;
        let mut anchor =
            TrustAnchor::new(list.unverified_name(), roots, 0).map_err(|_| not_a_list())?;
        let list = anchor
            .accept(&bytes, now, Policy::DEFAULT_SKEW)
            .map_err(|rejection| refused(&file, &rejection))?;
        return Ok(list.trust().clone());
    }
    let issuer = args.issuer.as_deref().ok_or_else(texts::no_issuer)?;
    let mut keys = Vec::new();
    for path in &args.issuer_key {
        // A list is of no class; a key must have one.
        let key = TrustedKey::new(issuer, read_public(path)?, [Use::Status], ["status:list"]);
        keys.push(key.map_err(|error| {
            trust_failure(&path.display().to_string(), &error, texts::key_refused)
        })?);
    }
    Trust::new(keys).map_err(|error| match error {
        livepermit::trust::TrustError::Claim(error) => claim_failure(&error),
        error => texts::keys_unusable(error),
    })
}
