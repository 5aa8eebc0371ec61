//! Groups of type `Admit`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use livepermit::{Rejection, Timestamp, Verifier};
use livepermit_gate::replay::{Answer, Attempt, Passage, ReplayStore, Retention, StoreError};
use livepermit_gate::{
    Admitted, ClockState, CoolDownPolicy, Gate, MemoryReplay, StoreFailurePolicy,
};

use crate::model::{
    AdmitGroup, AdmitTest, AskStep, CoolingDown, Expected, Lane, ShowStep, Step, Store,
};
use crate::report::{GroupReport, Seen};
use crate::setup;

pub(crate) fn run(group: &AdmitGroup, report: &mut GroupReport) {
    let verifier = setup::verifier(
        &group.trust,
        group.trust_list.as_ref(),
        &group.status_lists,
        &group.policy,
        0,
    )
    .map(Arc::new);
    for test in &group.tests {
        let outcome =
            verifier.clone().and_then(|verifier| run_test(group, verifier, test, &mut report.seen));
        report.push(test.tc_id, &test.comment, &test.flags, test.result, outcome);
    }
}

/// A store that can be made unreachable.
struct Reachable {
    store: MemoryReplay,
    reachable: AtomicBool,
}

impl ReplayStore for Reachable {
    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
        if self.reachable.load(Ordering::SeqCst) {
            self.store.admit(attempt)
        } else {
            Err(StoreError::new("the vector says so"))
        }
    }

    fn retention(&self) -> Retention {
        self.store.retention()
    }
}

impl Store {
    fn build(&self) -> Reachable {
        let retention = Retention {
            largest_window: self.largest_window,
            largest_skew: self.largest_skew,
            clock_difference: self.clock_difference,
            longest_cool_down: self.longest_cool_down,
            old_master: self.old_master,
        };
        let store = match self.lost_at {
            Some(time) => MemoryReplay::after_restart(self.capacity, retention, time),
            None => MemoryReplay::new(self.capacity, retention),
        };
        Reachable { store, reachable: AtomicBool::new(true) }
    }
}

impl Lane {
    fn build(&self, verifier: &Arc<Verifier>, store: Arc<Reachable>) -> setup::Result<Gate> {
        let cool_down = match &self.cool_down {
            CoolingDown::Named(word) if word == "window" => CoolDownPolicy::Window,
            CoolingDown::Named(word) if word == "none" => CoolDownPolicy::DangerousNone,
            CoolingDown::Named(word) => return Err(format!("coolDown: {word}")),
            CoolingDown::Seconds(seconds) => CoolDownPolicy::Seconds(*seconds),
        };
        let store_failure = match self.store_failure.as_str() {
            "refuse" => StoreFailurePolicy::Refuse,
            "admit" => StoreFailurePolicy::DangerousAdmit,
            other => return Err(format!("storeFailure: {other}")),
        };
        let passage = match self.passage.as_str() {
            "enter" => Passage::Enter,
            "leave" => Passage::Leave,
            other => return Err(format!("passage: {other}")),
        };
        Gate::at(&self.gate)
            .lane(&self.lane)
            .zone(&self.zone)
            .verifying(setup::verifier_at(&self.gate, verifier)?)
            .store(store)
            .allowing_short_retention()
            .debounce(self.debounce)
            .cool_down(cool_down)
            .store_failure(store_failure)
            .passage(passage)
            .clock_jump(self.clock_jump)
            .clock(ClockState::new(self.floor.unwrap_or(Timestamp::MIN), self.last_admission))
            .build()
            .map_err(setup::in_words("lane"))
    }
}

fn run_test(
    group: &AdmitGroup,
    verifier: Arc<Verifier>,
    test: &AdmitTest,
    seen: &mut Seen,
) -> setup::Result<()> {
    let store = Arc::new(group.store.build());
    let lanes: Vec<Gate> = group
        .lanes
        .iter()
        .map(|lane| lane.build(&verifier, Arc::clone(&store)))
        .collect::<setup::Result<_>>()?;
    let lane =
        |number: usize| lanes.get(number).ok_or_else(|| format!("there is no lane {number}"));
    let mut last = None;
    for (number, step) in test.steps.iter().enumerate() {
        let outcome = match step {
            Step::Show(step) => {
                store.reachable.store(!step.store_unreachable, Ordering::SeqCst);
                last = Some(step.result);
                check(step, lane(step.lane)?.admit(step.show.as_str(), step.now), seen)
            }
            Step::Ask(step) => {
                last = Some(step.result);
                ask(lane(step.lane)?, step)
            }
        };
        outcome.map_err(|reason| format!("step {number}: {reason}"))?;
    }
    if last == Some(test.result) {
        Ok(())
    } else {
        Err("result is not that of the last step".to_string())
    }
}

fn ask(lane: &Gate, step: &AskStep) -> setup::Result<()> {
    match (lane.open_challenge(step.ask.build()?, step.now), step.result) {
        (Ok(()), Expected::Valid) | (Err(_), Expected::Invalid) => Ok(()),
        (Ok(()), Expected::Invalid) => Err("the challenge was opened".to_string()),
        (Err(error), Expected::Valid) => Err(error.to_string()),
    }
}

fn check(
    step: &ShowStep,
    outcome: Result<Admitted, Rejection>,
    seen: &mut Seen,
) -> setup::Result<()> {
    match (outcome, step.result) {
        (Ok(admitted), Expected::Valid) => {
            let cautions: Vec<String> =
                admitted.cautions().iter().map(|caution| caution.code().to_string()).collect();
            let found = (Some(admitted.verified().subject().to_string()), Some(cautions));
            let expected = (step.subject.clone(), step.cautions.clone());
            if found == expected {
                Ok(())
            } else {
                Err(format!("admitted {found:?}, not {expected:?}"))
            }
        }
        (Err(rejection), Expected::Invalid) => {
            seen.refusal(rejection.code().as_str(), &rejection.evidence());
            let found = (Some(rejection.code().as_str()), Some(rejection.stage().name()));
            let expected = (step.code.as_deref(), step.stage.as_deref());
            if found == expected {
                Ok(())
            } else {
                Err(format!("refused as {rejection}, not {expected:?}"))
            }
        }
        (Ok(_), Expected::Invalid) => Err("admitted".to_string()),
        (Err(rejection), Expected::Valid) => Err(format!("refused: {rejection}")),
    }
}
