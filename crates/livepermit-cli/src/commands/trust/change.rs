//! Changes of a trust list: each is a new version.

use livepermit::{Timestamp, TrustedKey};
use serde_json::json;

use super::args::{KeyArgs, SignArgs, WhichKey};
use super::source::{Entry, Source, source_path};
use super::texts;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::hex::hex;
use crate::shared::keys::read_public;
use crate::shared::output;
use crate::shared::time;
use crate::shared::trusted::trust_failure;

pub(super) fn new(
    name: &str,
    key: &KeyArgs,
    sign: &SignArgs,
    json: bool,
) -> Result<Outcome, Failure> {
    let path = source_path(sign);
    for path in [&path, &sign.out] {
        if path.exists() {
            return Err(texts::list_exists(path.display()));
        }
    }
    let mut source = Source::new(name);
    source.keys.push(entry(key)?);
    finish(source, sign, json)
}

pub(super) fn add(key: &KeyArgs, sign: &SignArgs, json: bool) -> Result<Outcome, Failure> {
    let mut source = Source::read(sign)?;
    let entry = entry(key)?;
    if source
        .keys
        .iter()
        .any(|old| old.public_key == entry.public_key && old.key_id == entry.key_id)
    {
        return Err(texts::key_exists(entry.key_id));
    }
    source.keys.push(entry);
    finish(source, sign, json)
}

pub(super) fn retire(
    which: &WhichKey,
    (sign_until, expires): (Option<Timestamp>, Option<Timestamp>),
    sign: &SignArgs,
    json: bool,
) -> Result<Outcome, Failure> {
    let mut source = Source::read(sign)?;
    let at = find(&source, which)?;
    let until = match sign_until {
        Some(time) => time,
        None => time::at_or_now(sign.time.at)?,
    };
    if let Some(entry) = source.keys.get_mut(at) {
        entry.sign_until = Some(time::exact(until));
        if let Some(expires) = expires {
            entry.expires = Some(time::exact(expires));
        }
    }
    finish(source, sign, json)
}

pub(super) fn remove(which: &WhichKey, sign: &SignArgs, json: bool) -> Result<Outcome, Failure> {
    let mut source = Source::read(sign)?;
    let at = find(&source, which)?;
    source.keys.remove(at);
    finish(source, sign, json)
}

pub(super) fn sign_again(sign: &SignArgs, json: bool) -> Result<Outcome, Failure> {
    finish(Source::read(sign)?, sign, json)
}

fn entry(args: &KeyArgs) -> Result<Entry, Failure> {
    let name = args.issuer_key.display().to_string();
    let public = read_public(&args.issuer_key)?;
    let key = TrustedKey::new(
        &args.issuer,
        public,
        args.uses.iter().map(|arg| (*arg).into()),
        &args.class,
    )
    .and_then(|key| match &args.key_id {
        Some(id) => key.with_key_id(&id.0),
        None => Ok(key),
    })
    .and_then(|key| if args.eddsa { key.pinned_to_eddsa() } else { Ok(key) })
    .and_then(|key| {
        key.with_times(
            args.not_before.unwrap_or(Timestamp::MIN),
            args.sign_until.or(args.expires).unwrap_or(Timestamp::MAX),
            args.expires.unwrap_or(Timestamp::MAX),
        )
    });
    key.map(|key| Entry::of(&key)).map_err(|error| trust_failure(&name, &error, texts::key_refused))
}

fn find(source: &Source, which: &WhichKey) -> Result<usize, Failure> {
    let public = which.issuer_key.as_deref().map(read_public).transpose()?;
    let pem = public.map(|key| key.to_spki_pem());
    let id = which.key_id.as_ref().map(|id| hex(&id.0));
    let is_meant = |entry: &Entry| {
        pem.as_ref().is_none_or(|pem| *pem == entry.public_key)
            && id.as_ref().is_none_or(|id| *id == entry.key_id)
    };
    let found: Vec<usize> = source
        .keys
        .iter()
        .enumerate()
        .filter(|(_, entry)| is_meant(entry))
        .map(|(at, _)| at)
        .collect();
    match found.as_slice() {
        [at] => Ok(*at),
        [] => {
            let known: Vec<&str> = source.keys.iter().map(|entry| entry.key_id.as_str()).collect();
            Err(texts::no_such_key(known.join(", ")))
        }
        _ => Err(texts::several_keys()),
    }
}

fn finish(source: Source, sign: &SignArgs, json: bool) -> Result<Outcome, Failure> {
    let (source, list, expires) = source.sign(sign)?;
    let (out, path) = (sign.out.display(), source_path(sign));
    if json {
        output::print_json(&json!({
            "name": source.name, "version": source.version, "keys": source.keys.len(),
            "bytes": list.len(),
            "expires": expires.as_unix(), "list": out.to_string(),
            "source": path.display().to_string(),
        }))?;
    } else {
        let until = time::text(expires);
        let signed = texts::signed(out, &source.name, source.version, source.keys.len(), until);
        output::print(&(signed + "\n"))?;
        output::note(&texts::give_to_gates());
        output::note(&texts::keep_source(path.display()));
    }
    Ok(Outcome::Done)
}
