//! `store`: the memory of used codes, for its operator.

mod args;
mod texts;

use livepermit::Timestamp;
use livepermit_gate::replay::{GoOn, ReplayStore};
use serde_json::json;

use crate::shared::failure::{Failure, Outcome};
use crate::shared::store::store_failure;
use crate::shared::{output, time};

use args::{GoOnArgs, MemoryArgs};
pub(crate) use args::{HELP, StoreCommand};

pub(crate) fn run(command: &StoreCommand, json: bool) -> Result<Outcome, Failure> {
    match command {
        StoreCommand::Show(memory) => show(memory, json),
        StoreCommand::GoOn(args) => go_on(args, json),
        #[cfg(any(feature = "redis", feature = "postgres"))]
        StoreCommand::Settings(memory) => settings(memory, json),
    }
}

/// The name in messages.
const STORE: &str = "the memory of used codes";

fn show(memory: &MemoryArgs, json: bool) -> Result<Outcome, Failure> {
    let now = time::at_or_now(memory.time.at)?;
    let store = memory.store.open_for_operator(memory.state.as_deref(), memory.expected(), now)?;
    store.keep_alive(now).map_err(|error| store_failure(STORE, &error))?;
    tell(&*store, now, json)
}

fn go_on(args: &GoOnArgs, json: bool) -> Result<Outcome, Failure> {
    let memory = &args.memory;
    let now = time::at_or_now(memory.time.at)?;
    let word = if args.new { GoOn::NothingWasAdmitted } else { GoOn::CoolDownsLost };
    let store = memory.store.open_for_operator(memory.state.as_deref(), memory.expected(), now)?;
    store.go_on(word, now).map_err(|error| store_failure(STORE, &error))?;
    store.keep_alive(now).map_err(|error| store_failure(STORE, &error))?;
    tell(&*store, now, json)
}

#[cfg(any(feature = "redis", feature = "postgres"))]
fn settings(memory: &MemoryArgs, json: bool) -> Result<Outcome, Failure> {
    let now = time::at_or_now(memory.time.at)?;
    let store = memory.store.change_settings(memory.limits(), now)?;
    store.keep_alive(now).map_err(|error| store_failure(STORE, &error))?;
    tell(&*store, now, json)
}

/// Says how the store is.
fn tell(store: &dyn ReplayStore, now: Timestamp, json: bool) -> Result<Outcome, Failure> {
    // As the store answered just now.
    let (health, limits) = (store.health(), store.retention());
    let until = health.out_of_order_until;
    if json {
        let cautions: Vec<_> = health
            .cautions
            .iter()
            .map(|caution| json!({ "code": caution.code, "text": caution.text }))
            .collect();
        output::print_json(&json!({
            "at": now.as_unix(),
            "out_of_order_until": until.map(Timestamp::as_unix),
            "loss": health.loss.map(|loss| loss.code()),
            "largest_window": limits.largest_window,
            "largest_skew": limits.largest_skew,
            "clock_difference": limits.clock_difference,
            "longest_cool_down": limits.cool_down_limit(),
            "cautions": cautions,
        }))?;
        return Ok(Outcome::Done);
    }
    let mut lines = vec![match until {
        None => texts::in_order(),
        Some(Timestamp::MAX) => texts::waits_for_operator(),
        Some(until) => texts::waits(time::local(until), time::span(until.seconds_since(now))),
    }];
    lines.extend(health.loss.map(texts::loss));
    lines.push(texts::limits(
        time::span(limits.largest_window),
        time::span(limits.largest_skew),
        time::span(limits.clock_difference),
        time::span(limits.cool_down_limit()),
    ));
    lines.extend(health.cautions.iter().map(|caution| texts::caution(caution.code, &caution.text)));
    output::print(&format!("{}\n", lines.join("\n")))?;
    Ok(Outcome::Done)
}
