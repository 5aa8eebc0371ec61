//! Gates, phones and visitors, and what goes wrong around them.

use livepermit::verify::{PermitId, ReplayKey};
use livepermit_gate::GatePlace;
use livepermit_gate::replay::{Answer, Attempt, Passage, Retention, Witnesses};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::history::{History, Opening};
use super::server::{Question, Reply, Rules, Server, at};

const WINDOW: u64 = 30;
const SKEW: u64 = 5;
const COOL_DOWN: u64 = 300;
const RETENTION: Retention = Retention {
    largest_window: WINDOW,
    largest_skew: SKEW,
    clock_difference: 60,
    longest_cool_down: COOL_DOWN,
    old_master: 10,
};
const NOON: u64 = 1_790_000_000;

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Failover,
    /// Gates stay with the old master for up to ten seconds.
    OldMaster,
    /// ... and for some minutes, which the zone was not told.
    LongOldMaster,
    Restart,
    Flush,
    Delete,
    /// Clocks of gates up to 60 s apart, in place of clocks that agree.
    Clocks,
    /// Gates with a window of 10 s and a skew of 2 s among the others.
    Windows,
    /// The memory is put back, with its identity.
    Snapshot,
}

impl Fault {
    /// Everything that the new rules bear.
    pub(crate) const ALL: [Self; 7] = [
        Self::Failover,
        Self::OldMaster,
        Self::Restart,
        Self::Flush,
        Self::Delete,
        Self::Clocks,
        Self::Windows,
    ];
}

#[derive(Debug, Clone)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn new(faults: &[Fault]) -> Self {
        Self(faults.to_vec())
    }

    fn has(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }
}

/// What came of a play.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) admitted: u64,
    pub(crate) losses: u64,
    /// The first two openings that must not be both.
    pub(crate) twice: Option<(Opening, Opening)>,
}

struct Gate {
    place: GatePlace,
    clock: i64,
    window: u64,
    skew: u64,
    server: usize,
    witnesses: Witnesses,
    /// Of the old rules.
    seen: u64,
}

impl Gate {
    fn now(&self, real: u64) -> u64 {
        real.saturating_add_signed(self.clock)
    }
}

/// An answer on its way.
struct Flight {
    arrives: u64,
    gate: usize,
    reply: Reply,
    opening: Opening,
}

pub(crate) struct World {
    rules: Rules,
    faults: Faults,
    rng: StdRng,
    real: u64,
    servers: Vec<Server>,
    gates: Vec<Gate>,
    flights: Vec<Flight>,
    /// Codes that phones have shown: permit and moment.
    shown: Vec<(u8, u64)>,
    history: History,
    outcome: Outcome,
}

impl World {
    pub(crate) fn new(rules: Rules, faults: Faults, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut clock = |apart: bool| if apart { rng.random_range(-15..=15) } else { 0 };
        let servers = vec![Server::new(clock(faults.has(Fault::Clocks)))];
        let gates = (0..3_u8).map(|number| {
            // The old rules know no clock of the server, so their gates may be 60 s apart. By the
            // new rules such a gate is out of order: its clock is 30 s away from the server's.
            let spread = if rules == Rules::Old { 2 } else { 1 };
            let short = faults.has(Fault::Windows) && number == 0;
            Gate {
                place: GatePlace::new(&format!("gate-{number}"), "1", "hall").unwrap(),
                clock: spread * clock(faults.has(Fault::Clocks)),
                window: if short { 10 } else { WINDOW },
                skew: if short { 2 } else { SKEW },
                server: 0,
                witnesses: Witnesses::in_memory(),
                seen: 0,
            }
        });
        let gates = gates.collect();
        Self {
            rules,
            faults,
            rng,
            real: NOON,
            servers,
            gates,
            flights: Vec::new(),
            shown: Vec::new(),
            history: History::default(),
            outcome: Outcome::default(),
        }
    }

    pub(crate) fn play(mut self, steps: usize) -> Outcome {
        for _ in 0..steps {
            self.real += match self.rng.random_range(0..20) {
                0 => self.rng.random_range(30..400),
                1..8 => self.rng.random_range(1..12),
                _ => 0,
            };
            self.land();
            match self.rng.random_range(0..40) {
                0 => self.fault(),
                _ => self.visit(),
            }
            if self.outcome.twice.is_some() {
                break;
            }
        }
        self.outcome
    }

    fn fault(&mut self) {
        let Some(fault) = (!self.faults.0.is_empty())
            .then(|| self.faults.0[self.rng.random_range(0..self.faults.0.len())])
        else {
            return;
        };
        let lost = self.rng.random_range(0..6);
        let clock =
            if self.faults.has(Fault::Clocks) { self.rng.random_range(-15..=15) } else { 0 };
        let life = self.servers.len() as u64;
        let Some(master) = self.servers.last_mut() else { return };
        match fault {
            Fault::Failover => {
                let lives = match (
                    self.faults.has(Fault::OldMaster),
                    self.faults.has(Fault::LongOldMaster),
                ) {
                    (false, _) => 0,
                    (true, false) => self.rng.random_range(0..=RETENTION.old_master),
                    (true, true) => self.rng.random_range(300..=1500),
                };
                master.gone = self.real + lives;
                let next = master.again(life, lost, clock);
                self.servers.push(next);
            }
            Fault::Restart => {
                master.gone = self.real;
                let next = master.again(life, lost, clock);
                self.servers.push(next);
            }
            Fault::Flush => master.flush(),
            Fault::Delete => {
                master.delete(lost);
            }
            Fault::Snapshot => master.forget_last(lost),
            Fault::OldMaster | Fault::LongOldMaster | Fault::Clocks | Fault::Windows => {}
        }
    }

    /// Somebody shows a code or a slip at a gate.
    fn visit(&mut self) {
        let gate = self.rng.random_range(0..self.gates.len());
        let permit = self.rng.random_range(0..3_u8);
        let now = self.gates[gate].now(self.real);
        let (permit, moment) = match self.rng.random_range(0..10) {
            0 => (permit, None),
            // A code that was shown before, by whoever has a picture of it.
            1..5 if !self.shown.is_empty() => {
                let recent = self.shown.len().saturating_sub(12);
                let (permit, moment) = self.shown[self.rng.random_range(recent..self.shown.len())];
                (permit, Some(moment))
            }
            _ => {
                let moment = self.real + self.rng.random_range(0..=SKEW);
                self.shown.push((permit, moment));
                (permit, Some(moment))
            }
        };
        let at_gate = &self.gates[gate];
        let (window, skew) = (at_gate.window, at_gate.skew);
        if moment.is_some_and(|moment| now >= moment + window || moment > now + skew) {
            return;
        }
        let leaves = self.rng.random_range(0..12) == 0;
        let until = at(moment.unwrap_or(now) + window);
        let key = ReplayKey::new(
            PermitId::from_bytes([permit; 32]),
            moment.map(at),
            until,
            until.plus(2 * skew),
        );
        // The gate's rule for a cool-down, before and now.
        let together = match (moment, self.rules) {
            (None, _) => WINDOW,
            (_, Rules::Old) => window + skew,
            (_, Rules::New) => WINDOW + SKEW,
        };
        let long = gate == 2;
        let cool_down = if long { COOL_DOWN } else { together };
        let passage = if leaves { Passage::Leave } else { Passage::Enter };
        let attempt = Attempt::new(key, at_gate.place.clone(), passage, at(now), 3, cool_down);
        self.ask(
            gate,
            attempt,
            Opening {
                permit,
                moment,
                gate,
                recorded: self.real,
                // What the zone owes, whatever one gate is set to.
                cool_down: if moment.is_some() { WINDOW + SKEW } else { WINDOW },
                leaves,
            },
        );
    }

    fn ask(&mut self, number: usize, attempt: Attempt, opening: Opening) {
        let newest = self.servers.len() - 1;
        let gate = &mut self.gates[number];
        // A gate hears of a new master when the old one does not answer any more, or earlier.
        if self.servers[gate.server].gone <= self.real || self.rng.random_range(0..4) == 0 {
            gate.server = newest;
        }
        if self.servers[gate.server].gone <= self.real {
            return;
        }
        let name = gate.place.gate().to_owned();
        let question =
            Question { gate: &name, witness: gate.witnesses.get(0), seen: gate.seen, attempt };
        let reply = self.servers[gate.server].ask(self.rules, &question, RETENTION, self.real);
        self.outcome.losses += u64::from(reply.loss.is_some());
        if reply.answer == Answer::Admitted && opening.leaves {
            self.history.leave(opening.permit, self.real);
        }
        let delay = if self.rng.random_range(0..6) == 0 { self.rng.random_range(1..3) } else { 0 };
        self.flights.push(Flight { arrives: self.real + delay, gate: number, reply, opening });
        self.land();
    }

    /// Answers arrive; on some of them doors open.
    fn land(&mut self) {
        let real = self.real;
        let (mut landed, flying): (Vec<_>, Vec<_>) =
            self.flights.drain(..).partition(|flight| flight.arrives <= real);
        self.flights = flying;
        // A gate gives up on an answer that takes longer than its timeout.
        landed.retain(|flight| real - flight.arrives <= 1);
        for Flight { gate, reply, opening, .. } in landed {
            let gate = &mut self.gates[gate];
            gate.seen = gate.seen.max(reply.sequence);
            let current = match reply.known {
                Some((known, admissions)) => gate.witnesses.take(0, known, admissions).is_ok(),
                None => self.rules == Rules::Old,
            };
            if reply.answer == Answer::Admitted && current {
                self.outcome.admitted += 1;
                if let Some(twice) = self.history.open(opening)
                    && self.outcome.twice.is_none()
                {
                    self.outcome.twice = Some(twice);
                }
            }
        }
    }
}
