//! Changes of a register, each followed by a freshly signed list.

use std::path::Path;
use std::time::Duration;

use livepermit::issue::StatusListError;
use livepermit::status::StatusValue;
use livepermit::{Issuer, Timestamp};
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use serde_json::json;

use super::args::{NewArgs, SignArgs};
use super::register::{Register, list_failure};
use super::texts;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::keys::{claim_failure, read_secret};
use crate::shared::random::random;
use crate::shared::{files, output, time};

pub(super) fn new(args: &NewArgs, json: bool) -> Result<Outcome, Failure> {
    let register = Register::create(&args.dir, &args.issuer, &args.uri, args.bits, args.entries)?;
    if json {
        output::print_json(&json!({
            "uri": register.list.uri(), "issuer": register.header.issuer,
            "bits": register.list.bits(),
            "entries": register.list.entries(),
        }))?;
    } else {
        output::note(&texts::has_room(args.dir.display(), register.list.entries()));
        output::note(&texts::next_steps());
        output::note(&texts::back_it_up());
    }
    Ok(Outcome::Done)
}

pub(super) fn allocate(
    dir: &Path,
    count: std::num::NonZeroU32,
    json: bool,
) -> Result<Outcome, Failure> {
    // Draw once to check that there is randomness: later draws do not fail.
    let _: [u8; 1] = random()?;
    let mut register = Register::open(dir)?;
    let mut indices = Vec::new();
    for _ in 0..count.get() {
        let entry =
            register.list.allocate(&mut UnwrapErr(SysRng)).map_err(|error| list_failure(&error))?;
        indices.push(entry.index());
    }
    // Store the entries before anybody sees them, so that no entry is given out twice.
    register.store()?;
    if json {
        output::print_json(&json!({ "uri": register.list.uri(), "indices": indices }))?;
    } else {
        let lines: String =
            indices.iter().map(|index| format!("{} {index}\n", register.list.uri())).collect();
        output::print(&lines)?;
    }
    Ok(Outcome::Done)
}

pub(super) fn revoke(indices: &[u64], sign: &SignArgs, json: bool) -> Result<Outcome, Failure> {
    change(indices, sign, json, |_, _| Ok(StatusValue::Revoked))
}

pub(super) fn suspend(indices: &[u64], sign: &SignArgs, json: bool) -> Result<Outcome, Failure> {
    change(indices, sign, json, |index, old| match old {
        StatusValue::Revoked => Err(texts::revoked_not_suspended(index)),
        _ => Ok(StatusValue::Suspended),
    })
}

pub(super) fn restore(
    indices: &[u64],
    undo: bool,
    sign: &SignArgs,
    json: bool,
) -> Result<Outcome, Failure> {
    change(indices, sign, json, |index, old| match old {
        StatusValue::Revoked if !undo => Err(texts::revoked_not_restored(index)),
        _ => Ok(StatusValue::Valid),
    })
}

pub(super) fn sign_again(sign: &SignArgs, json: bool) -> Result<Outcome, Failure> {
    change(&[], sign, json, |_, old| Ok(old))
}

/// Changes all entries, or no entry if one is refused.
fn change(
    indices: &[u64],
    sign: &SignArgs,
    json: bool,
    value: impl Fn(u64, StatusValue) -> Result<StatusValue, Failure>,
) -> Result<Outcome, Failure> {
    let key = read_secret(&sign.key)?;
    let mut register = Register::open(&sign.dir)?;
    for &index in indices {
        let entries = register.list.entries();
        let old = register
            .list
            .get(index)
            .ok_or_else(|| list_failure(&StatusListError::Index { found: index, entries }))?;
        if !register.is_given(index) {
            return Err(texts::never_given_out(index));
        }
        register.list.set(index, value(index, old)?).map_err(|error| list_failure(&error))?;
    }
    let issuer =
        Issuer::new(&register.header.issuer, key.public_key()).map_err(|error| match error {
            livepermit::trust::TrustError::Claim(error) => claim_failure(&error),
            _ => texts::not_an_issuer_key(sign.key.display()),
        })?;
    let issuer = if sign.eddsa { issuer.pinned_to_eddsa() } else { issuer };
    let now = date(&register, sign)?;
    let expires = now.plus(sign.lifetime);
    let prepared = register.list.prepare(&issuer, now, expires).map_err(texts::lifetime_empty)?;
    let list = prepared.sign(&key).map_err(texts::wrong_issuer_key)?.into_bytes();
    register.header.signed_at = Some(now.as_unix());
    // Store the register first: an unpublished list does no harm, but a forgotten withdrawal does.
    register.store()?;
    let out = sign.out.clone().unwrap_or_else(|| register.default_list());
    files::write(&out, &list)?;
    if json {
        output::print_json(&json!({
            "uri": register.list.uri(), "issued_at": now.as_unix(), "expires": expires.as_unix(),
            "bytes": list.len(), "list": out.display().to_string(), "changed": indices,
        }))?;
    } else {
        let (made, until) = (time::text(now), time::text(expires));
        output::print(&(texts::signed(out.display(), list.len(), made, until) + "\n"))?;
        output::note(&texts::publish_it());
    }
    Ok(Outcome::Done)
}

/// Seconds that a list may be dated ahead of this machine's clock.
const MOST_AHEAD: u64 = 86_400;

/// Later than the last list: gates refuse another list of the same second, and an older one.
fn date(register: &Register, sign: &SignArgs) -> Result<Timestamp, Failure> {
    let mut now = time::at_or_now(sign.time.at)?;
    // Every later list must have a later date, and gates accept no list before its date.
    if let Some(at) = sign.time.at {
        let clock = time::at_or_now(None)?;
        if at.seconds_since(clock) > MOST_AHEAD {
            return Err(texts::dated_ahead(time::text(at), time::text(clock)));
        }
    }
    let Some(last) = register.last_signed() else { return Ok(now) };
    let behind = last.plus(1).seconds_since(now);
    if behind == 0 {
        return Ok(now);
    }
    if behind <= 2 && sign.time.at.is_none() {
        std::thread::sleep(Duration::from_secs(behind));
        now = time::at_or_now(None)?;
    }
    if now <= last {
        return Err(texts::dated_before_last(time::text(last), time::text(now)));
    }
    Ok(now)
}
