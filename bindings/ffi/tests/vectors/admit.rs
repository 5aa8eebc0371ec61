//! Groups of type `Admit`.

use std::sync::Arc;

use livepermit_ffi::{
    Admission, Begun, ClockState, CoolDownPolicy, Gate, GateSettings, Passage, Policy, Retention,
    Store, StoreAnswer, StoreFailurePolicy, gate_settings,
};
use serde_json::Value;

use crate::json::{Fields as _, Outcome, equal, told};
use crate::setup;
use crate::token;

pub(crate) fn run(group: &Value, test: &Value) -> Outcome {
    let trust = setup::trust(group).map_err(told)?;
    let lists = setup::status_lists(group, &trust).map_err(told)?;
    let rules = setup::rules(&group["policy"]);
    let store = store(&group["store"]).map_err(told)?;
    let lanes: Vec<Gate> = group
        .list("lanes")
        .iter()
        .map(|lane| Gate::new(&settings(lane, &rules), &trust, lists.clone(), &store).map_err(told))
        .collect::<Result<_, _>>()?;
    for (number, step) in test.list("steps").iter().enumerate() {
        let lane = usize::try_from(step.number("lane")).expect("a lane");
        run_step(&lanes[lane], &store, step)
            .map_err(|reason| format!("step {number}: {reason}"))?;
    }
    Ok(())
}

fn store(of: &Value) -> Result<Arc<Store>, livepermit_ffi::LivepermitError> {
    let retention = Retention {
        largest_window: of.number("largestWindow"),
        largest_skew: of.number("largestSkew"),
        clock_difference: of.number("clockDifference"),
        longest_cool_down: of.number("longestCoolDown"),
        old_master: of.maybe_number("oldMaster"),
    };
    let capacity = of.number("capacity");
    Ok(Arc::new(match of.maybe_number("lostAt") {
        Some(time) => Store::in_memory(capacity, retention, time)?,
        None => Store::in_memory_for_the_first_time(capacity, retention)?,
    }))
}

fn settings(lane: &Value, rules: &Policy) -> GateSettings {
    let policy = Policy { gate: lane.text("gate").into(), ..rules.clone() };
    GateSettings {
        lane: lane.text("lane").into(),
        zone: lane.text("zone").into(),
        passage: match lane.text("passage") {
            "leave" => Passage::Leave,
            _ => Passage::Enter,
        },
        debounce: lane.number("debounce"),
        cool_down: match &lane["coolDown"] {
            Value::Number(seconds) => {
                CoolDownPolicy::Seconds { seconds: seconds.as_i64().expect("seconds") }
            }
            word if word == "none" => CoolDownPolicy::DangerousNone,
            _ => CoolDownPolicy::Window,
        },
        store_failure: match lane.text("storeFailure") {
            "admit" => StoreFailurePolicy::DangerousAdmit,
            _ => StoreFailurePolicy::Refuse,
        },
        clock_jump: lane.number("clockJump"),
        clock: Some(ClockState {
            floor: lane.maybe_number("floor").unwrap_or(0),
            last_admission: lane.maybe_number("lastAdmission"),
        }),
        short_retention: true,
        ..gate_settings(policy)
    }
}

fn run_step(lane: &Gate, store: &Store, step: &Value) -> Outcome {
    let now = step.number("now");
    if let Some(question) = step.maybe("ask") {
        let opened = lane.open_challenge(&setup::challenge(question), now);
        return equal("opened", opened.is_ok(), step.is_valid());
    }
    let text = step.text("show");
    // Both ways must give the same, so steps go by turns.
    let is_away = step["storeUnreachable"] == true;
    let admission = if is_away || text.len().is_multiple_of(2) {
        in_halves(lane, store, text, now, is_away)?
    } else {
        lane.admit(text, now).map_err(told)?
    };
    match admission {
        Admission::Admitted { verified, cautions } if step.is_valid() => {
            equal("subject", verified.subject.as_str(), step.text("subject"))?;
            let codes: Vec<String> = cautions.into_iter().map(|caution| caution.code).collect();
            equal("cautions", codes, step.texts("cautions"))
        }
        Admission::Refused { rejection } if !step.is_valid() => token::refused(step, &rejection),
        other => Err(format!("{other:?}")),
    }
}

fn in_halves(
    lane: &Gate,
    store: &Store,
    text: &str,
    now: i64,
    is_away: bool,
) -> Result<Admission, String> {
    match lane.begin(text, now).map_err(told)? {
        Begun::Stopped { rejection } => Ok(Admission::Refused { rejection }),
        Begun::Asking { pending } => {
            let answer = if is_away {
                StoreAnswer::NoAnswer { reason: "away".into() }
            } else {
                store.admit(&pending.attempt()).map_err(told)?
            };
            lane.finish(&pending, answer, now).map_err(told)
        }
    }
}
