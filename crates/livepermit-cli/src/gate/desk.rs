//! The gate's desk: it handles each verdict, and updates the light, the log and the clock.

use std::sync::Arc;
use std::time::Duration;

use livepermit::{Policy, RejectionCode, Timestamp};
use livepermit_gate::Gate;
use livepermit_gate::lists::{GateLists, Report, Watch};

use super::answer::{Answer, Finding};
use super::log::Log;
use super::screen::Screen;
use super::{keyboard, texts};
use crate::shared::failure::Failure;
use crate::shared::place::gate_failure;
use crate::shared::{lists, output};

/// How often the files of the lists are checked while nobody comes.
pub(super) const IDLE: Duration = Duration::from_secs(1);

/// A running gate, with everything around its verdict.
pub(crate) struct Desk {
    policy: Policy,
    pub(super) gate: Arc<Gate>,
    lists: GateLists,
    watch: Watch,
    /// When the files of the lists were last checked between two frames.
    looked: Option<Timestamp>,
    log: Log,
    pub(super) screen: Screen,
}

impl Desk {
    /// `watch` checks the files of `lists`. `policy` is the policy of each new verifier.
    pub(crate) fn new(
        gate: Gate,
        policy: Policy,
        (lists, watch): (GateLists, Watch),
        log: Log,
        screen: Screen,
    ) -> Self {
        let gate = Arc::new(gate);
        let mut desk = Self { policy, gate, lists, watch, looked: None, log, screen };
        desk.remember_clock();
        desk
    }

    /// Judges a line that a scanner typed.
    pub(super) fn judge(
        &mut self,
        text: &str,
        too_long: bool,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let text = keyboard::strip_symbology(text);
        let verdict = self.gate.admit(text, now);
        let is_text_wrong = |code| {
            matches!(
                code,
                RejectionCode::Malformed | RejectionCode::NotOurs | RejectionCode::OtherVersion
            )
        };
        let mangled = match &verdict {
            Err(rejection) if !too_long && is_text_wrong(rejection.code()) => {
                keyboard::diagnose(text)
            }
            _ => None,
        };
        self.tell(mangled.map_or_else(|| Finding::Judged(Box::new(verdict)), Finding::Mangled), now)
    }

    /// Writes a finding to the log and shows it.
    pub(super) fn tell(&mut self, finding: Finding, now: Timestamp) -> Result<(), Failure> {
        self.remember_clock();
        let answer = Answer { finding, now, clock_offset: self.gate.clock_offset() };
        self.log.answer(&answer, self.gate.place());
        self.screen.show(&answer, self.gate.place())
    }

    /// Loads lists whose files changed.
    pub(super) fn reload_lists(&mut self, now: Timestamp) -> Result<(), Failure> {
        let news = self.watch.look(&mut self.lists, now);
        for report in &news.reports {
            self.report(report, now);
        }
        if news.accepted.is_empty() {
            return Ok(());
        }
        let verifier = Arc::new(lists::verifier(&self.lists, &self.policy)?);
        self.gate.replace_verifier(verifier).map_err(|error| gate_failure(&error))?;
        for name in &news.accepted {
            output::note(&texts::list_loaded(name));
            self.log.loaded(name, now, self.gate.place());
        }
        self.remember_clock();
        Ok(())
    }

    /// Loads lists once a second, not for every frame.
    pub(super) fn reload_lists_each_second(&mut self, now: Timestamp) -> Result<(), Failure> {
        if self.looked == Some(now) {
            return Ok(());
        }
        self.looked = Some(now);
        self.reload_lists(now)
    }

    fn report(&mut self, report: &Report, now: Timestamp) {
        let failure = lists::reported(report);
        output::warning(&failure.on_one_line());
        self.log.report(report.code(), &failure, now, self.gate.place());
    }

    /// A clock that cannot be stored stops no visitor: used codes have a store of their own. A
    /// warning goes to the operator.
    fn remember_clock(&mut self) {
        if let Err(error) = self.lists.store_clock(self.gate.clock_state()) {
            output::warning(&lists::folder_failure(&error).on_one_line());
        }
    }
}
