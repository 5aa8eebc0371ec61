//! `trust show`: what a list says, and whether its signature is valid.

use std::fmt::Write as _;

use livepermit::field::Shown;
use livepermit::trust::UnverifiedList;
use livepermit::trust::{SkippedKey, TrustAnchor, TrustList};
use livepermit::{Timestamp, TrustedKey};
use serde_json::{Value, json};

use super::args::ShowArgs;
use super::texts;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::hex::hex;
use crate::shared::keys::read_public;
use crate::shared::lists::{other_content, print_refused, read_list};
use crate::shared::output::{self, CAUTION, GOOD, STRONG, row};
use crate::shared::time;
use crate::shared::trusted::anchor_failure;

pub(super) fn run(args: &ShowArgs, json: bool) -> Result<Outcome, Failure> {
    let path = args.list.display().to_string();
    let bytes = read_list(&args.list)?;
    let seen = UnverifiedList::read(&bytes).map_err(|_| {
        other_content(&path, &bytes).unwrap_or_else(|| texts::not_a_trust_list(&path))
    })?;
    if args.root.is_empty() {
        unverified(&bytes, &seen, json)?;
        return Ok(Outcome::Done);
    }
    let roots: Vec<_> = args.root.iter().map(|path| read_public(path)).collect::<Result<_, _>>()?;
    let name = args.name.as_deref().unwrap_or(seen.unverified_name());
    let now = time::at_or_now(args.time.at)?;
    let mut anchor = TrustAnchor::new(name, roots, 0).map_err(|error| anchor_failure(&error))?;
    match anchor.accept(&bytes, now, livepermit::Policy::DEFAULT_SKEW) {
        Ok(list) => {
            let successors = anchor.state().map_or(0, |state| state.roots.len());
            if json {
                output::print_json(&to_json(&list))?;
            } else {
                output::print(&to_text(&list, successors))?;
            }
            Ok(Outcome::Done)
        }
        Err(rejection) => {
            print_refused(&bytes, &rejection, json)?;
            Ok(Outcome::Refused)
        }
    }
}

/// The keys as a throwaway root sees them are not shown: without a signature they are anybody's
/// words.
fn unverified(bytes: &[u8], seen: &UnverifiedList<'_>, json: bool) -> Result<(), Failure> {
    let notation = livepermit::diagnostic_notation(bytes).ok();
    if json {
        return output::print_json(&json!({
            "verified": false, "name": seen.unverified_name(), "version": seen.unverified_version(),
            "issued_at": seen.unverified_issued_at().as_unix(), "expires": seen.unverified_expires().as_unix(),
            "notation": notation,
        }));
    }
    let mut out = format!("{CAUTION}UNVERIFIED{CAUTION:#}: {}\n", texts::unverified());
    row(&mut out, "name", Shown::new(seen.unverified_name()));
    row(&mut out, "version", seen.unverified_version());
    row(&mut out, "made", time::text(seen.unverified_issued_at()));
    row(&mut out, "ends", time::text(seen.unverified_expires()));
    if let Some(notation) = notation {
        row(&mut out, "as CBOR", notation);
    }
    output::print(&out)
}

/// A time that limits a key; `None` where there is no limit.
fn limit(at: Timestamp) -> Option<Timestamp> {
    (at != Timestamp::MIN && at != Timestamp::MAX).then_some(at)
}

fn to_text(list: &TrustList, roots: usize) -> String {
    let mut out = format!(
        "{GOOD}VERIFIED{GOOD:#} {STRONG}{}{STRONG:#} version {}\n",
        list.name(),
        list.version()
    );
    row(&mut out, "made", time::text(list.issued_at()));
    row(&mut out, "ends", time::text(list.expires()));
    row(&mut out, "next signed", texts::next_signed(roots));
    for key in list.trust().keys() {
        let uses: Vec<&str> = key.uses().iter().map(livepermit::Use::name).collect();
        let classes: Vec<&str> = key.classes().collect();
        let _ = writeln!(out, "key {STRONG}{}{STRONG:#} of {}", hex(key.key_id()), key.issuer());
        row(&mut out, "algorithm", key.algorithm());
        row(&mut out, "may sign", uses.join(", "));
        row(&mut out, "classes", classes.join(", "));
        for (name, at) in [
            ("signs from", key.not_before()),
            ("signs until", key.sign_until()),
            ("counts until", key.expires()),
        ] {
            if let Some(at) = limit(at) {
                row(&mut out, name, time::text(at));
            }
        }
    }
    for skipped in list.skipped() {
        let _ = writeln!(
            out,
            "{CAUTION}SKIPPED{CAUTION:#} entry {}: {}",
            skipped.index, skipped.reason
        );
    }
    out
}

fn to_json(list: &TrustList) -> Value {
    let exact = |at| limit(at).map(time::exact);
    let key = |key: &TrustedKey| {
        json!({
            "key_id": hex(key.key_id()), "issuer": key.issuer(),
            "algorithm": key.algorithm().to_string(),
            "uses": key.uses().iter().map(livepermit::Use::name).collect::<Vec<_>>(),
            "classes": key.classes().collect::<Vec<_>>(),
            "not_before": exact(key.not_before()), "sign_until": exact(key.sign_until()),
            "expires": exact(key.expires()), "public_key": key.public_key().to_spki_pem(),
        })
    };
    let skipped =
        |skipped: &SkippedKey| json!({ "index": skipped.index, "reason": skipped.reason });
    json!({
        "verified": true, "name": list.name(), "version": list.version(),
        "issued_at": list.issued_at().as_unix(), "expires": list.expires().as_unix(),
        "keys": list.trust().keys().iter().map(key).collect::<Vec<_>>(),
        "skipped": list.skipped().iter().map(skipped).collect::<Vec<_>>(),
    })
}
