//! What the server must do, written with the library's own rule: [`StoreState`] and [`decide`].

use std::collections::HashMap;

use livepermit::Timestamp;
use livepermit::verify::PermitId;
use livepermit_gate::replay::{
    Answer, Ask, Attempt, Decision, GoOn, Here, Incarnation, Loss, Record, Retention, StoreClock,
    StoreId, StoreState, Witness, decide,
};

/// The memory of one zone, and what its gates know.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) state: Option<StoreState>,
    pub(crate) records: HashMap<PermitId, Record>,
    /// Whether the order of forgetting fits the records.
    pub(crate) in_order: bool,
    /// Whether it has as many entries as there are records.
    pub(crate) same_count: bool,
    pub(crate) incarnation: Incarnation,
    pub(crate) witnesses: Vec<Witness>,
    /// The identity that a new store gets. The server draws its own; the test tells.
    pub(crate) fresh: StoreId,
    pub(crate) loss: Option<Loss>,
    retention: Retention,
}

impl Model {
    pub(crate) fn new(gates: usize, retention: Retention, incarnation: Incarnation) -> Self {
        Self {
            state: None,
            records: HashMap::new(),
            in_order: true,
            same_count: true,
            incarnation,
            witnesses: vec![Witness::new(); gates],
            fresh: StoreId::from_bytes([0; 16]),
            loss: None,
            retention,
        }
    }

    /// Compares the memory with what is there and with what the gate knows.
    fn meet(&mut self, gate: (usize, &str), now: Timestamp, time: Timestamp, sweeps: bool) {
        let ask = Ask::new(gate.1, &self.witnesses[gate.0], now, self.retention);
        let here = Here::new(self.incarnation.clone(), time, self.records.len() as u64);
        let mut held = self.state.take();
        if let Some(state) = held.as_mut().filter(|_| sweeps && !self.same_count) {
            // Seen only where the server looks at the order, and counts as other records.
            if state.records == here.records {
                state.records += 1;
            }
        }
        let (state, loss) = StoreState::meet(held, self.fresh, &ask, &here);
        self.loss = loss;
        // A loss puts the order right.
        self.in_order |= loss.is_some();
        self.same_count |= loss.is_some();
        self.state = Some(state);
    }

    /// The gate takes the answer.
    fn learn(&mut self, gate: (usize, &str)) {
        let state = self.state.as_ref().unwrap();
        let taken = self.witnesses[gate.0].take(state.known(), state.admissions_of(gate.1));
        taken.unwrap();
    }

    pub(crate) fn admit(
        &mut self,
        gate: (usize, &str),
        attempt: &Attempt,
        time: Timestamp,
    ) -> Answer {
        if StoreState::clocks_apart(attempt.now, time, self.retention) {
            return Answer::ClockApart { theirs: time };
        }
        let permit = attempt.key.permit;
        let known = self.records.get(&permit).cloned();
        let judge = |state: &StoreState| {
            let standing = state.standing(time, StoreClock::Own);
            decide(known.as_ref(), attempt, &standing, self.retention)
        };
        // What can be refused is refused before the memory is checked.
        if let Some(Decision::Refuse(answer)) = self.state.as_ref().map(judge) {
            return answer;
        }
        let own = self.state.as_ref().map_or(0, |state| state.admissions_of(gate.1));
        let own = own.max(self.witnesses[gate.0].admissions());
        self.meet(gate, attempt.now, time, own % 8 == 7);
        let state = self.state.clone().unwrap();
        let standing = state.standing(time, StoreClock::Own);
        let answer = match decide(known.as_ref(), attempt, &standing, self.retention) {
            Decision::Refuse(answer) => answer,
            Decision::Admit(record) => {
                if own % 8 == 7 {
                    self.sweep(time, Some(permit));
                }
                if let Some(state) = &mut self.state {
                    state.admitted(gate.1, known.is_none());
                }
                self.records.insert(permit, record);
                Answer::Admitted
            }
        };
        self.learn(gate);
        answer
    }

    pub(crate) fn keep_alive(&mut self, gate: (usize, &str), now: Timestamp, time: Timestamp) {
        if StoreState::clocks_apart(now, time, self.retention) {
            return;
        }
        self.meet(gate, now, time, true);
        self.sweep(time, None);
        self.learn(gate);
    }

    /// `None` if the clocks are apart.
    pub(crate) fn go_on(
        &mut self,
        gate: (usize, &str),
        word: GoOn,
        now: Timestamp,
        time: Timestamp,
    ) -> Option<()> {
        if StoreState::clocks_apart(now, time, self.retention) {
            return None;
        }
        self.meet(gate, now, time, true);
        self.state.as_mut().unwrap().go_on(word, now, time, self.retention);
        self.learn(gate);
        Some(())
    }

    /// Forgets what is over, except the record that is about to change.
    fn sweep(&mut self, time: Timestamp, except: Option<PermitId>) {
        let cutoff = time.minus(self.retention.clock_difference);
        let state = self.state.as_mut().unwrap();
        let in_order = self.in_order;
        self.records.retain(|permit, record| {
            let over =
                in_order && Some(*permit) != except && record.is_over(cutoff, self.retention);
            if over {
                state.forget(record);
            }
            !over
        });
    }
}
