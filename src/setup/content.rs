//! What a setup says, in its closed shape.

use alloc::vec::Vec;

use super::format::{MAX_NAMES, RELAY_KEY_BYTES, label};
use super::policy::{self, GateRules, names, span};
use super::{CoolDownPolicy, RelayAccess, RelayKey, Retention, SetupTrust, TrustListSource};
use crate::bytes::cbor::{Label, Reader};
use crate::bytes::cose::Part;
use crate::bytes::malformed::{Flaw, Layer, Malformed};
use crate::field::{Address, GateName, Name, WINDOW_SECONDS};
use crate::key::PublicKey;
use crate::time::Timestamp;
use crate::trust::written::{WrittenEntry, ed25519, roots, text, time};
use crate::trust::{Trust, TrustError};
use crate::verify::Policy;

pub(super) struct Content {
    pub(super) version: u64,
    pub(super) issued_at: Timestamp,
    pub(super) operator: PublicKey,
    pub(super) lane: Name,
    pub(super) zone: Name,
    pub(super) policy: Policy,
    pub(super) rules: GateRules,
    pub(super) trust: SetupTrust,
    pub(super) status_lists: Vec<Address>,
    pub(super) relay: Option<RelayAccess>,
    pub(super) retention: Retention,
}

impl Content {
    pub(super) fn read(payload: Part<'_>) -> Result<Self, Malformed> {
        let mut reader = Reader::new(payload.bytes, payload.offset, Layer::Payload);
        let start = reader.offset();
        let missing = reader.flaw_at(start, Flaw::MissingClaim);
        let mut map = reader.map()?;
        let (mut gate, mut issued_at, mut version, mut operator) = (None, None, None, None);
        let (mut place, mut policy, mut trust, mut relay) = (None, None, None, None);
        let (mut status_lists, mut retention) = (Vec::new(), Retention::default());
        loop {
            let at = reader.offset();
            let Some(label) = map.next_label(&mut reader)? else { break };
            match label {
                Label::Int(label::SUB) => gate = Some(gate_name(&mut reader)?),
                Label::Int(label::IAT) => issued_at = Some(time(&mut reader)?),
                Label::Int(label::VERSION) => version = Some(reader.unsigned()?),
                Label::Int(label::KEYS) => trust = Some(keys(&mut reader)?),
                Label::Int(label::OPERATOR) => operator = Some(ed25519(&mut reader)?),
                Label::Int(label::PLACE) => place = Some(lane_and_zone(&mut reader)?),
                Label::Int(label::POLICY) => {
                    // The gate stands before the policy, or nowhere.
                    let gate = gate.as_ref().ok_or(missing)?;
                    let at = reader.offset();
                    policy = Some((policy::read(&mut reader, gate)?, at));
                }
                // A gate has one kind of trust.
                Label::Int(label::TRUST_LIST) if trust.is_none() => {
                    trust = Some(trust_list(&mut reader)?);
                }
                Label::Int(label::STATUS_LISTS) => {
                    status_lists = names(&mut reader, address)?;
                }
                Label::Int(label::RELAY) => relay = Some(access(&mut reader)?),
                Label::Int(label::SETTINGS) => retention = settings(&mut reader)?,
                _ => return Err(reader.flaw_at(at, Flaw::UnexpectedClaim)),
            }
        }
        let ((policy, rules), at) = policy.ok_or(missing)?;
        if !fits(&policy, rules, retention) {
            return Err(reader.flaw_at(at, Flaw::NumberOutOfRange));
        }
        reader.finish()?;
        let (lane, zone) = place.ok_or(missing)?;
        Ok(Self {
            version: version.ok_or(missing)?,
            issued_at: issued_at.ok_or(missing)?,
            operator: operator.ok_or(missing)?,
            lane,
            zone,
            policy,
            rules,
            trust: trust.ok_or(missing)?,
            status_lists,
            relay,
            retention,
        })
    }
}

/// Whether a gate with this policy can share a store with these settings.
fn fits(policy: &Policy, rules: GateRules, retention: Retention) -> bool {
    let cool_down = match rules.cool_down {
        CoolDownPolicy::Seconds(seconds) => seconds,
        CoolDownPolicy::Window | CoolDownPolicy::DangerousNone => 0,
    };
    policy.window() <= retention.largest_window
        && policy.skew() <= retention.largest_skew
        && cool_down <= retention.cool_down_limit()
}

fn gate_name(reader: &mut Reader<'_>) -> Result<GateName, Malformed> {
    let at = reader.offset();
    GateName::new(reader.text()?).map_err(|error| reader.flaw_at(at, error.flaw))
}

fn address(text: &str) -> Result<Address, Flaw> {
    Address::new(text).map_err(|error| error.flaw)
}

fn read_address(reader: &mut Reader<'_>) -> Result<Address, Malformed> {
    let at = reader.offset();
    address(reader.text()?).map_err(|flaw| reader.flaw_at(at, flaw))
}

fn name(reader: &mut Reader<'_>) -> Result<Name, Malformed> {
    let at = reader.offset();
    Name::new(text(reader)?).map_err(|error| reader.flaw_at(at, error.flaw))
}

/// An array of exactly so many elements.
fn array_of(reader: &mut Reader<'_>, count: u64) -> Result<(), Malformed> {
    let at = reader.offset();
    if reader.array()? == count { Ok(()) } else { Err(reader.flaw_at(at, Flaw::WrongCount)) }
}

fn lane_and_zone(reader: &mut Reader<'_>) -> Result<(Name, Name), Malformed> {
    array_of(reader, 2)?;
    Ok((name(reader)?, name(reader)?))
}

/// One to sixteen trust entries. The operator made them for this gate, so each of them counts.
fn keys(reader: &mut Reader<'_>) -> Result<SetupTrust, Malformed> {
    let start = reader.offset();
    let count = reader.array()?;
    if !(1..=MAX_NAMES).contains(&count) {
        return Err(reader.flaw_at(start, Flaw::WrongCount));
    }
    let mut keys = Vec::new();
    for _ in 0..count {
        let at = reader.offset();
        let entry = WrittenEntry::read(reader)?.usable()?;
        keys.push(entry.map_err(|_| reader.flaw_at(at, Flaw::InvalidKey))?);
    }
    let trust = Trust::new(keys).map_err(|error| match error {
        TrustError::Duplicate => reader.flaw_at(start, Flaw::DuplicateKey),
        _ => reader.flaw_at(start, Flaw::WrongCount),
    })?;
    Ok(SetupTrust::Keys(trust))
}

/// `[name, lowest version, roots, address]`
fn trust_list(reader: &mut Reader<'_>) -> Result<SetupTrust, Malformed> {
    array_of(reader, 4)?;
    let (name, lowest_version) = (name(reader)?, reader.unsigned()?);
    let (roots, address) = (roots(reader)?, read_address(reader)?);
    Ok(SetupTrust::List(TrustListSource::of(name, lowest_version, roots, address)))
}

/// `[address, key]`
fn access(reader: &mut Reader<'_>) -> Result<RelayAccess, Malformed> {
    array_of(reader, 2)?;
    let address = read_address(reader)?;
    let at = reader.offset();
    let key: &[u8; RELAY_KEY_BYTES] =
        reader.bytes()?.try_into().map_err(|_| reader.flaw_at(at, Flaw::LengthOutOfRange))?;
    Ok(RelayAccess::new(address, RelayKey::from_bytes(key)))
}

/// `[W, S, D, longest cool-down, L]`; L is `null` when nothing bounds it.
fn settings(reader: &mut Reader<'_>) -> Result<Retention, Malformed> {
    array_of(reader, 5)?;
    let mut up_to = |least: u64, most: u64| -> Result<u64, Malformed> {
        let at = reader.offset();
        let seconds = reader.unsigned()?;
        let flaw = reader.flaw_at(at, Flaw::NumberOutOfRange);
        if (least..=most).contains(&seconds) { Ok(seconds) } else { Err(flaw) }
    };
    let longest = *WINDOW_SECONDS.end();
    let largest_window = up_to(*WINDOW_SECONDS.start(), longest)?;
    let largest_skew = up_to(0, longest / 2)?;
    let (clock_difference, longest_cool_down) = (span(reader)?, span(reader)?);
    let old_master = match reader.null_or(span)? {
        Some(seconds) => seconds,
        None => Retention::UNBOUNDED,
    };
    Ok(Retention { largest_window, largest_skew, clock_difference, longest_cool_down, old_master })
}
