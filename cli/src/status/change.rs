//! Changes of a register, each followed by a freshly signed list.

use std::path::Path;
use std::time::Duration;

use livepermit::{Issuer, StatusListError, StatusValue, Timestamp};
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use serde_json::json;

use super::register::{Register, list_failure};
use super::{NewArgs, SignArgs};
use crate::challenge::random;
use crate::failure::{Failure, Outcome};
use crate::keys::{claim_failure, read_secret};
use crate::{files, output, time};

pub(super) fn new(args: &NewArgs, json: bool) -> Result<Outcome, Failure> {
    let register = Register::create(&args.dir, &args.issuer, &args.uri, args.bits, args.entries)?;
    if json {
        output::print_json(&json!({
            "uri": register.list.uri(), "issuer": register.header.issuer, "bits": register.list.bits(),
            "entries": register.list.entries(),
        }))?;
    } else {
        output::note(&format!(
            "{} has room for {} permits",
            args.dir.display(),
            register.list.entries()
        ));
        output::note(
            "give out an entry for each permit with `livepermit status allocate`, and sign with `status sign`",
        );
        output::note("back it up: a register that is lost forgets who was withdrawn");
    }
    Ok(Outcome::Done)
}

pub(super) fn allocate(
    dir: &Path,
    count: std::num::NonZeroU32,
    json: bool,
) -> Result<Outcome, Failure> {
    // Drawn once to see that there is randomness; the next draws do not fail.
    let _: [u8; 1] = random()?;
    let mut register = Register::open(dir)?;
    let mut indices = Vec::new();
    for _ in 0..count.get() {
        let entry =
            register.list.allocate(&mut UnwrapErr(SysRng)).map_err(|error| list_failure(&error))?;
        indices.push(entry.index());
    }
    // Stored before anybody learns of it, so that none is given out twice.
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
        StatusValue::Revoked => Err(Failure::new(
            format!("entry {index} is revoked, and that is for good"),
            "leave it away; a suspension would undo it",
        )),
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
        StatusValue::Revoked if !undo => Err(Failure::new(
            format!("entry {index} is revoked, and that is for good"),
            "issue a new permit with a new entry; a revocation made by mistake is taken back with --undo-revocation",
        )),
        _ => Ok(StatusValue::Valid),
    })
}

pub(super) fn sign_again(sign: &SignArgs, json: bool) -> Result<Outcome, Failure> {
    change(&[], sign, json, |_, old| Ok(old))
}

/// All of them or, where one is refused, none.
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
            return Err(Failure::new(
                format!("entry {index} was never given out"),
                "check the number: it stands in the permit, and `livepermit status allocate` printed it",
            ));
        }
        register.list.set(index, value(index, old)?).map_err(|error| list_failure(&error))?;
    }
    let issuer =
        Issuer::new(&register.header.issuer, key.public_key()).map_err(|error| match error {
            livepermit::TrustError::Claim(error) => claim_failure(&error),
            _ => Failure::new(
                format!(
                    "{} is not an Ed25519 key, and issuers sign with Ed25519 only",
                    sign.key.display()
                ),
                "name the issuer's key",
            ),
        })?;
    let issuer = if sign.eddsa { issuer.pinned_to_eddsa() } else { issuer };
    let now = date(&register, sign)?;
    let expires = now.plus(sign.lifetime);
    let list =
        register.list.sign(&issuer, &key, now, expires).map_err(|error| list_failure(&error))?;
    register.header.signed_at = Some(now.as_unix());
    // The register first: a list that was never published does no harm, a forgotten withdrawal
    // does.
    register.store()?;
    let out = sign.out.clone().unwrap_or_else(|| register.default_list());
    files::write(&out, &list)?;
    if json {
        output::print_json(&json!({
            "uri": register.list.uri(), "issued_at": now.as_unix(), "expires": expires.as_unix(),
            "bytes": list.len(), "list": out.display().to_string(), "changed": indices,
        }))?;
    } else {
        output::print(&format!(
            "{}: {} bytes, made {}, good until {}\n",
            out.display(),
            list.len(),
            time::text(now),
            time::text(expires)
        ))?;
        output::note("publish it; gates refuse a list that is older than their policy allows");
    }
    Ok(Outcome::Done)
}

/// Seconds that a list may be dated ahead of this machine's clock.
const MOST_AHEAD: u64 = 86_400;

/// Later than the last list: gates refuse another list of the same second, and an older one.
fn date(register: &Register, sign: &SignArgs) -> Result<Timestamp, Failure> {
    let mut now = time::at_or_now(sign.time.at)?;
    // Every list after this one has to be dated later still, and gates take none of them before
    // their date.
    if let Some(at) = sign.time.at {
        let clock = time::at_or_now(None)?;
        if at.seconds_since(clock) > MOST_AHEAD {
            return Err(Failure::new(
                format!(
                    "the list would be dated {}, and this machine's clock says {}",
                    time::text(at),
                    time::text(clock)
                ),
                "give an --at that is not ahead of the clock: until then gates would take neither this list nor the next",
            ));
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
        return Err(Failure::new(
            format!(
                "the last list is dated {}, which is not before {}",
                time::text(last),
                time::text(now)
            ),
            "if that date is right, set this machine's clock; if it was a mistake, gates take no list before it: begin a register \
             with another --uri for new permits; to change several entries at once, name them all in one command",
        ));
    }
    Ok(now)
}
