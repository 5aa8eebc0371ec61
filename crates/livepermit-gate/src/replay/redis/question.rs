//! What a gate sends.

use livepermit::Timestamp;

use super::super::{Attempt, GoOn, Incarnation, Known, Passage, Retention, StoreId, Witness};
use super::settings::Settings;

/// Longer spans are sent as this one. It is longer than twice all time there is, so that the server
/// answers the same, and the server's sums of it are exact.
const LONGEST: u64 = 1 << 42;
/// The largest count that the server writes as its digits.
pub(super) const MAX_COUNT: u64 = 99_999_999_999_999;

/// Begins the state of a store: the version of what the server keeps.
const FORMAT: &str = "2";

/// What the script shall do.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mode<'a> {
    /// May this code be admitted? With the most records of a shard.
    Admit(&'a Attempt, u64),
    /// How is the store?
    Keep,
    /// Has the zone these settings, and may the user do what is needed?
    Check,
    /// The operator's word.
    GoOn(GoOn),
    /// Replace the settings with this text, `""` if there are none, by those of the question.
    Change(&'a str),
}

/// A question about one shard.
pub(super) struct Question<'a> {
    pub(super) mode: Mode<'a>,
    pub(super) settings: Settings,
    /// The limits that count.
    pub(super) limits: Retention,
    pub(super) gate: &'a str,
    pub(super) now: Timestamp,
    pub(super) witness: &'a Witness,
    /// The identity of the store if there is none yet.
    pub(super) fresh: StoreId,
}

impl Question<'_> {
    /// The arguments of the script, in its order.
    pub(super) fn args(&self) -> Vec<Vec<u8>> {
        let limits = self.limits;
        let known = self.witness.known();
        let mode = match self.mode {
            Mode::Admit(attempt, _) if attempt.passage == Passage::Enter => "enter",
            Mode::Admit(..) => "leave",
            Mode::Keep => "keep",
            Mode::Check => "check",
            Mode::GoOn(_) => "go-on",
            Mode::Change(_) => "change",
        };
        let settings = self.settings.text();
        let state = known.map(|known| state_text(&settings, known)).unwrap_or_default();
        let (limit, old_master) = (limits.cool_down_limit(), limits.old_master.min(LONGEST));
        let seldom =
            format!("{} {old_master} {} {settings}", limit.min(LONGEST), self.fresh.to_hex());
        let mut args = vec![
            mode.into(),
            state.into_bytes(),
            count(known.map_or(0, |known| known.generation)),
            known.map(|known| known.incarnation.as_str().into()).unwrap_or_default(),
            seconds(limits.largest_window),
            seconds(limits.clock_difference),
            seldom.into_bytes(),
            format!("gate:{}", self.gate).into_bytes(),
            seconds(self.now.as_unix()),
            count(self.witness.admissions()),
        ];
        match self.mode {
            Mode::Keep | Mode::Check => {}
            Mode::GoOn(GoOn::NothingWasAdmitted) => args.push("nothing-was-admitted".into()),
            Mode::GoOn(GoOn::CoolDownsLost) => args.push("cool-downs-lost".into()),
            Mode::Change(from) => args.push(from.into()),
            Mode::Admit(attempt, capacity) => {
                let moment = attempt.key.moment;
                args.push(count(capacity));
                args.push(attempt.key.permit.as_bytes().to_vec());
                args.push(moment.map(|at| seconds(at.as_unix())).unwrap_or_default());
                args.push(seconds(attempt.debounce));
                args.push(seconds(attempt.cool_down));
                args.push(attempt.place.gate().into());
                args.push(attempt.place.lane().into());
                args.push(attempt.place.zone().into());
            }
        }
        args
    }
}

/// The state of a store as the server keeps it.
fn state_text(settings: &str, known: &Known) -> String {
    let Known { store, generation, incarnation } = known;
    let generation = (*generation).min(MAX_COUNT);
    format!("{FORMAT} {settings} {} {generation} {}", store.to_hex(), incarnation.as_str())
}

/// The settings and the identity in the state of a store; `None` if the text is none.
pub(super) fn read_state(text: &str) -> Option<(Settings, Known)> {
    let (format, rest) = text.split_once(' ')?;
    let mut words = rest.rsplitn(4, ' ');
    let (incarnation, generation, store) = (words.next()?, words.next()?, words.next()?);
    let settings = Settings::parse(words.next()?)?;
    let known = Known {
        store: StoreId::from_hex(store)?,
        generation: generation.parse().ok()?,
        incarnation: Incarnation::new(incarnation)?,
    };
    let fits = format == FORMAT && (1..=MAX_COUNT).contains(&known.generation);
    (fits && state_text(&settings.text(), &known) == text).then_some((settings, known))
}

fn seconds(span: u64) -> Vec<u8> {
    span.min(LONGEST).to_string().into_bytes()
}

fn count(number: u64) -> Vec<u8> {
    number.min(MAX_COUNT).to_string().into_bytes()
}
