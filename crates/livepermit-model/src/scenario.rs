//! What stands in a zone, and what can go wrong there.

use livepermit_gate::replay::Retention;

use crate::rules::Rules;

/// The most gates of a scenario.
pub(crate) const GATES: usize = 3;
/// The most permits of a scenario.
pub(crate) const PERMITS: usize = 2;

/// The cool-down that a gate is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CoolDown {
    /// As long as two codes of one phone can be live.
    Window,
    /// This many seconds, or longer if the window is longer.
    Seconds(u8),
    /// None: an entry here holds nobody up.
    None,
}

/// A gate of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct GateSetting {
    /// Seconds by which its clock is ahead of the true time.
    pub clock: i8,
    /// Its window in seconds.
    pub window: u8,
    /// Its cool-down.
    pub cool_down: CoolDown,
    /// Whether people leave here.
    pub leaves: bool,
    /// The only permit that is shown here; `None` for every permit.
    pub only: Option<u8>,
}

impl GateSetting {
    /// A gate of the zone's window and cool-down.
    #[must_use]
    pub const fn at_clock(clock: i8) -> Self {
        Self { clock, window: WINDOW, cool_down: CoolDown::Window, leaves: false, only: None }
    }

    /// The same gate with another window.
    #[must_use]
    pub const fn window(self, window: u8) -> Self {
        Self { window, ..self }
    }

    /// The same gate with another cool-down.
    #[must_use]
    pub const fn cool_down(self, cool_down: CoolDown) -> Self {
        Self { cool_down, ..self }
    }

    /// A gate that leads out.
    #[must_use]
    pub const fn out(self) -> Self {
        Self { leaves: true, ..self }
    }

    /// The same gate, where one permit only is shown.
    #[must_use]
    pub const fn only(self, permit: u8) -> Self {
        Self { only: Some(permit), ..self }
    }
}

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// A replica that lacks some of the last writes becomes the master. The old master goes on for
    /// `Scenario::old_master_lives` seconds, and gates hop between the two.
    Failover,
    /// The server starts again from an older state of its disk.
    Restart,
    /// The server is emptied.
    Flush,
    /// Another server takes its place, which holds a store of its own with nothing admitted.
    Exchange,
    /// The record of one permit is deleted.
    Delete,
    /// The memory is put back to an older state, with its identity.
    PutBack,
    /// The same, at a time when no answer is in flight.
    PutBackQuietly,
    /// The memory is put back together with what all gates keep.
    PutBackWithGates,
    /// An operator lowers the zone's longest cool-down to the window plus the skew, which counts as
    /// a loss. Gates with a longer cool-down then have that cool-down.
    ChangeSettings,
    /// A gate starts again, with what it keeps.
    GateRestart,
    /// A gate starts again, and what it keeps is lost.
    GateForgets,
}

/// What an operator says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operator {
    /// Nothing.
    Silent,
    /// `GoOn::CoolDownsLost` at any time, once.
    GoesOn,
    /// The same, but only when no old master lives.
    GoesOnAlone,
}

/// How a server makes sure that replicas have an admission before the door opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Waits {
    /// Not at all.
    No,
    /// The gate opens only when each replica that can be promoted has the admission.
    ForAll,
    /// The gate opens when one of two replicas has the admission: an old master may keep one.
    ForOneOfTwo,
}

/// What is checked beside "no code twice, no cool-down broken".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Promise {
    /// Nothing.
    Safe,
    /// Nothing is lost, so nothing is out of order.
    InOrder,
    /// The same, and an honest visitor is let in.
    Honest,
    /// After a loss, order returns in the time that the rules say.
    Returns,
}

/// The window of the zone in seconds: the largest of its gates.
pub const WINDOW: u8 = 2;
/// The skew of the zone in seconds.
pub const SKEW: u8 = 1;
/// The most seconds between the clocks of two gates.
pub const DIFFERENCE: u8 = 2;

/// A zone, its rules, and what can go wrong.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Scenario {
    /// A name in plain words.
    pub name: &'static str,
    /// The rules.
    pub rules: Rules,
    /// Two or three gates.
    pub gates: Vec<GateSetting>,
    /// How many permits there are: 1 or 2.
    pub permits: u8,
    /// Whether the permits are shown as slips too.
    pub slips: bool,
    /// The largest window, in seconds.
    pub window: u8,
    /// The longest cool-down that the zone was told.
    pub longest_cool_down: u8,
    /// The seconds for which the zone was told that an old master lives; `None` if nothing ends it.
    pub old_master: Option<u8>,
    /// The seconds for which an old master really lives.
    pub old_master_lives: u8,
    /// The clocks that servers can have. The first server has the first clock.
    pub server_clocks: Vec<i8>,
    /// What can go wrong.
    pub faults: Vec<Fault>,
    /// How often, in all.
    pub most_faults: u8,
    /// How many writes a replica or a disk can lack.
    pub lag: usize,
    /// How many answers can be late or lost, in all.
    pub late_answers: u8,
    /// The seconds after which a gate gives an answer up.
    pub timeout: u8,
    /// Whether replicas have an admission before the door opens.
    pub waits: Waits,
    /// What an operator says.
    pub operator: Operator,
    /// Whether the last gate is new: the store has not heard of it.
    pub last_joins: bool,
    /// Whether each gate, but not one that joins, has asked the store before.
    pub gates_know: bool,
    /// Whether the store has no state at the start, and nobody says that the zone is new.
    pub new_store: bool,
    /// Whether gates ask without a visitor too.
    pub keep_alive: bool,
    /// Whether only codes are checked, not cool-downs.
    pub codes_only: bool,
    /// The only permit that is checked; `None` for every permit.
    pub checks_only: Option<u8>,
    /// What is checked beside safety.
    pub promise: Promise,
}

impl Scenario {
    /// Two gates whose clocks are two seconds apart, one permit, the rules of the library, and
    /// nothing that goes wrong.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            rules: Rules::new(),
            gates: vec![GateSetting::at_clock(-1), GateSetting::at_clock(1)],
            permits: 1,
            slips: false,
            window: WINDOW,
            longest_cool_down: 0,
            old_master: Some(0),
            old_master_lives: 0,
            server_clocks: vec![0],
            faults: Vec::new(),
            most_faults: 0,
            lag: 2,
            late_answers: 0,
            timeout: 1,
            waits: Waits::No,
            operator: Operator::Silent,
            last_joins: false,
            gates_know: false,
            new_store: false,
            keep_alive: true,
            codes_only: false,
            checks_only: None,
            promise: Promise::Safe,
        }
    }

    /// The same with other rules.
    #[must_use]
    pub fn rules(self, rules: Rules) -> Self {
        Self { rules, ..self }
    }

    /// The same with these gates.
    #[must_use]
    pub fn gates(self, gates: &[GateSetting]) -> Self {
        Self { gates: gates.iter().copied().take(GATES).collect(), ..self }
    }

    /// The same with these faults, `most` of them at most.
    #[must_use]
    pub fn faults(self, faults: &[Fault], most: u8) -> Self {
        Self { faults: faults.to_vec(), most_faults: most, ..self }
    }

    /// The same with so many answers that are late or lost: late by at most `timeout` seconds.
    #[must_use]
    pub fn late_answers(self, most: u8, timeout: u8) -> Self {
        Self { late_answers: most, timeout, ..self }
    }

    /// The limits of the zone, as the library knows them: at the start, or after an operator
    /// changed them.
    pub(crate) fn retention(&self, changed: bool) -> Retention {
        let longest = if changed { 0 } else { self.longest_cool_down };
        Retention {
            largest_window: u64::from(self.window),
            largest_skew: u64::from(SKEW),
            clock_difference: u64::from(DIFFERENCE),
            longest_cool_down: u64::from(longest),
            old_master: self.old_master.map_or(Retention::UNBOUNDED, u64::from),
        }
    }

    /// The longest cool-down of any gate, in seconds.
    pub(crate) fn cool_down_limit(&self) -> u8 {
        self.longest_cool_down.max(self.window + SKEW)
    }

    /// The seconds by which the slowest clock is behind.
    pub(crate) fn slowest(&self) -> u8 {
        let gates = self.gates.iter().map(|gate| gate.clock);
        let slowest = gates.chain(self.server_clocks.iter().copied()).min().unwrap_or(0);
        slowest.min(0).unsigned_abs()
    }
}
