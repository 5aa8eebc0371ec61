//! The policy of a setup: sections 10 and 13 of the specification in one map.

use alloc::vec::Vec;

use super::format::{MAX_NAMES, policy_label as label, word};
use super::{CoolDownPolicy, Passage};
use crate::bytes::cbor::{Label, Reader};
use crate::bytes::malformed::{Flaw, Malformed};
use crate::field::{GateName, WINDOW_SECONDS, check_class, check_window};
use crate::time::Timestamp;
use crate::token::Form;
use crate::trust::written::text;
use crate::verify::{ActingPolicy, AudiencePolicy, ChallengePolicy, Policy, RevocationPolicy};

/// What only a gate needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct GateRules {
    pub(super) passage: Passage,
    pub(super) cool_down: CoolDownPolicy,
    pub(super) debounce: u64,
}

/// Seconds in which the same lane may read the same code again, if the setup does not say.
pub(crate) const DEFAULT_DEBOUNCE: u64 = 3;

pub(super) fn read(
    reader: &mut Reader<'_>,
    gate: &GateName,
) -> Result<(Policy, GateRules), Malformed> {
    let start = reader.offset();
    let missing = reader.flaw_at(start, Flaw::MissingClaim);
    let mut map = reader.map()?;
    let (mut classes, mut revocation) = (None, None);
    let mut policy = Policy::new(gate.as_str(), [""; 0], RevocationPolicy::NotChecked);
    let mut rules = GateRules {
        passage: Passage::Enter,
        cool_down: CoolDownPolicy::Window,
        debounce: DEFAULT_DEBOUNCE,
    };
    loop {
        let at = reader.offset();
        let Some(label) = map.next_label(reader)? else { break };
        let value_at = reader.offset();
        let out_of_range = reader.flaw_at(value_at, Flaw::NumberOutOfRange);
        match label {
            Label::Int(label::CLASSES) => classes = Some(names(reader, class)?),
            Label::Int(label::REVOCATION) => revocation = Some(look_up(reader)?),
            Label::Int(label::FORMS) => policy = policy.with_forms(names(reader, form)?),
            Label::Int(label::AUDIENCE) => {
                the_word(reader, word::OWN)?;
                policy = policy.with_audience(AudiencePolicy::Own);
            }
            Label::Int(label::CHALLENGE) => {
                the_word(reader, word::REQUIRED)?;
                policy = policy.with_challenge(ChallengePolicy::Required);
            }
            Label::Int(label::ACTING) => {
                the_word(reader, word::ACCEPTED)?;
                policy = policy.with_acting(ActingPolicy::Accepted);
            }
            Label::Int(label::WINDOW) => {
                let seconds = reader.unsigned()?;
                check_window(seconds).map_err(|_| out_of_range)?;
                policy = policy.with_window(seconds);
            }
            Label::Int(label::SKEW) => {
                let seconds = reader.unsigned()?;
                if seconds > WINDOW_SECONDS.end() / 2 {
                    return Err(out_of_range);
                }
                policy = policy.with_skew(seconds);
            }
            Label::Int(label::MAX_CREDENTIAL_AGE) => match span(reader)? {
                0 => return Err(out_of_range),
                seconds => policy = policy.with_max_credential_age(seconds),
            },
            Label::Int(label::STATUS_EXEMPT) => {
                policy = policy.dangerous_exempt_from_status(names(reader, class)?);
            }
            Label::Int(label::COOL_DOWN) => {
                rules.cool_down = match span(reader)? {
                    0 => CoolDownPolicy::DangerousNone,
                    seconds => CoolDownPolicy::Seconds(seconds),
                }
            }
            Label::Int(label::PASSAGE) => {
                the_word(reader, word::LEAVE)?;
                rules.passage = Passage::Leave;
            }
            Label::Int(label::DEBOUNCE) => rules.debounce = span(reader)?,
            _ => return Err(reader.flaw_at(at, Flaw::UnexpectedClaim)),
        }
    }
    let policy = policy.accepting(classes.ok_or(missing)?, revocation.ok_or(missing)?);
    // The fields were checked one by one; what is left is that they fit together.
    policy.check().map_err(|_| missing)?;
    Ok((policy, rules))
}

/// Seconds below 2^40.
pub(super) fn span(reader: &mut Reader<'_>) -> Result<u64, Malformed> {
    let at = reader.offset();
    let seconds = reader.unsigned()?;
    let flaw = reader.flaw_at(at, Flaw::NumberOutOfRange);
    if seconds > Timestamp::MAX.as_unix() { Err(flaw) } else { Ok(seconds) }
}

/// `false`, or the largest age and the grace of a list.
fn look_up(reader: &mut Reader<'_>) -> Result<RevocationPolicy, Malformed> {
    let at = reader.offset();
    if reader.next_is_simple() {
        return match reader.boolean()? {
            false => Ok(RevocationPolicy::NotChecked),
            true => Err(reader.flaw_at(at, Flaw::WrongType)),
        };
    }
    match reader.array()? {
        2 => Ok(RevocationPolicy::Required { max_age: span(reader)?, grace: span(reader)? }),
        _ => Err(reader.flaw_at(at, Flaw::WrongCount)),
    }
}

/// A word stands only where the value is not the usual one.
fn the_word(reader: &mut Reader<'_>, wanted: &str) -> Result<(), Malformed> {
    let at = reader.offset();
    let found = reader.text()?;
    if found == wanted { Ok(()) } else { Err(reader.flaw_at(at, Flaw::TextNotAllowed)) }
}

/// One to sixteen texts, none of them twice.
pub(super) fn names<'a, T>(
    reader: &mut Reader<'a>,
    read: impl Fn(&'a str) -> Result<T, Flaw>,
) -> Result<Vec<T>, Malformed> {
    let start = reader.offset();
    let count = reader.array()?;
    if !(1..=MAX_NAMES).contains(&count) {
        return Err(reader.flaw_at(start, Flaw::WrongCount));
    }
    let (mut seen, mut all) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let at = reader.offset();
        let name = text(reader)?;
        if seen.contains(&name) {
            return Err(reader.flaw_at(at, Flaw::DuplicateKey));
        }
        all.push(read(name).map_err(|flaw| reader.flaw_at(at, flaw))?);
        seen.push(name);
    }
    Ok(all)
}

fn class(text: &str) -> Result<&str, Flaw> {
    check_class(text).map(|()| text)
}

fn form(text: &str) -> Result<Form, Flaw> {
    let shown = [Form::Pass, Form::Presentation, Form::Slip];
    shown.into_iter().find(|form| form.name() == text).ok_or(Flaw::TextNotAllowed)
}
