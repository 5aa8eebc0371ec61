//! The gate's desk: it handles each verdict, and updates the light, the log and the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use livepermit::verify::PermitId;
use livepermit::{Policy, Timestamp};
use livepermit_gate::lists::{GateLists, Report, Watch};
use livepermit_gate::wedge::{self, Reading};
use livepermit_gate::{Gate, LastVisitor};

use super::answer::{Answer, Finding};
use super::clock::Clock;
use super::equipment::Equipment;
use super::fetching::Fetching;
use super::hangup::Hangup;
use super::health::{Health, HealthWatch, Seen};
use super::log::Log;
use super::metrics::Metrics;
use super::questions::Questions;
use super::remark::{ClockProof, Remark, let_in_before};
use super::screen::Screen;
use super::sight::FrameTrouble;
use super::store::{self, StoreNews, StoreWatch};
use super::texts;
use crate::language::{english, spoken};
use crate::shared::failure::Failure;
use crate::shared::fetch::clock;
use crate::shared::place::gate_failure;
use crate::shared::{lists, output, signals};

/// How often the lists are checked while nobody comes.
pub(super) const IDLE: Duration = Duration::from_secs(1);

/// A running gate, with everything around its verdict.
pub(crate) struct Desk {
    policy: Policy,
    pub(super) gate: Arc<Gate>,
    lists: GateLists,
    watch: Watch,
    fetching: Fetching,
    /// When the lists were last checked between two frames.
    looked: Option<Timestamp>,
    store: StoreWatch,
    log: Log,
    pub(super) screen: Screen,
    health: HealthWatch,
    metrics: Arc<Metrics>,
    /// Every so many seconds a line says how the gate is.
    health_every: Option<u64>,
    /// When the line or the frame came that is answered next.
    began: Option<Instant>,
    hangup: Hangup,
    equipment: Equipment,
    /// The visitor whom this lane let in last.
    last: LastVisitor,
    proof: ClockProof,
    questions: Option<Questions>,
    /// What is wrong with the camera's frames.
    frames: Option<FrameTrouble>,
    /// Why the state folder cannot be written.
    state: Option<String>,
    /// What the next answer says beside its verdict.
    remarks: Vec<Remark>,
    /// Somebody ended the gate: what the gate shows of itself says so, and the terminal is restored.
    ended: Arc<AtomicBool>,
    /// Whether the terminal of the gate is gone.
    is_over: bool,
}

impl Desk {
    /// `watch` checks the sources of `lists`, and `fetching` fetches those from web servers. `policy`
    /// is the policy of each new verifier.
    pub(crate) fn new(
        gate: Gate,
        policy: Policy,
        (lists, watch, fetching): (GateLists, Watch, Fetching),
        log: Log,
        screen: Screen,
        (metrics, health_every): (Arc<Metrics>, Option<u64>),
    ) -> Self {
        let gate = Arc::new(gate);
        let health = HealthWatch::new(policy.revocation());
        let store = StoreWatch::default();
        let hangup = Hangup::watch(log.is_kept() || screen.is_full());
        let mut desk = Self {
            policy,
            gate,
            lists,
            watch,
            fetching,
            looked: None,
            store,
            log,
            screen,
            health,
            metrics,
            health_every,
            began: None,
            hangup,
            equipment: Equipment::default(),
            last: LastVisitor::default(),
            proof: ClockProof::default(),
            questions: None,
            frames: None,
            state: None,
            remarks: Vec::new(),
            ended: signals::flag(signals::END),
            is_over: false,
        };
        desk.remember_clock();
        desk
    }

    /// Asks each visitor a question.
    pub(crate) fn ask_with(&mut self, questions: Option<Questions>) {
        self.questions = questions;
    }

    /// Says how the gate is before the first visitor comes, and asks the first question.
    pub(super) fn begin(&mut self, clock: &Clock) -> Result<(), Failure> {
        if clock.timed_lines || clock.fps.is_some() {
            return Ok(());
        }
        let now = clock.now()?;
        if clock.at.is_none() {
            self.gate.keep_alive(now);
        }
        self.look_at_store(now);
        self.ask(now)
    }

    /// Shows the question that is open now.
    pub(super) fn ask(&mut self, now: Timestamp) -> Result<(), Failure> {
        let Some(questions) = &mut self.questions else { return Ok(()) };
        match questions.at(&self.gate, now)? {
            Some((question, is_new)) => self.screen.ask(question, is_new, self.gate.place(), now),
            None => Ok(()),
        }
    }

    /// Asks the store each second while nobody comes.
    pub(crate) fn keep_store_alive(&self, clock: Clock) {
        store::keep_alive(&self.gate, clock);
    }

    /// Does what is due between two visitors. Returns `false` when somebody ended the gate.
    pub(super) fn goes_on(&mut self) -> bool {
        self.screen.refresh();
        self.heed_hangup();
        !self.is_over && !self.ended.load(Ordering::Relaxed)
    }

    fn heed_hangup(&mut self) {
        if !self.hangup.came() {
            return;
        }
        if self.log.is_kept() && !self.hangup.took_terminal() {
            self.log.reopen();
        } else {
            self.is_over = true;
        }
    }

    /// Judges a line that a scanner typed.
    pub(super) fn judge(
        &mut self,
        line: &str,
        too_long: bool,
        now: Timestamp,
    ) -> Result<(), Failure> {
        self.began = Some(Instant::now());
        let reading = if too_long { Reading::Other(line.to_owned()) } else { wedge::read(line) };
        if let Some(news) = self.equipment.saw(&reading) {
            news.print();
            self.log.store(&news, now, self.gate.place());
        }
        let judgement = match &reading {
            Reading::Token(token) => {
                if token.case_changed() {
                    self.remarks.push(Remark::CaseChanged);
                }
                let judgement = self.last.judge(&self.gate, token.text(), now);
                let before = let_in_before(&self.gate, token.text(), &judgement.verdict, now);
                self.remarks.extend(before);
                judgement
            }
            Reading::Fault(fault) => return self.tell(Finding::Mangled(*fault), None, now),
            Reading::Other(text) => self.gate.judge(text.as_str(), now),
            _ => return Ok(()),
        };
        let finding = Finding::Judged(Box::new(judgement.verdict));
        self.tell(finding, judgement.permit, now)
    }

    /// A frame of the camera came.
    pub(super) fn saw_frame(&mut self) {
        self.began = Some(Instant::now());
        self.health.saw_frame();
    }

    /// So many lines wait for their answer.
    pub(super) const fn queued(&mut self, lines: u64) {
        self.health.queued(lines);
    }

    /// Writes a finding to the log and shows it. `permit` is the permit of a code with good
    /// signatures, for the log.
    pub(super) fn tell(
        &mut self,
        finding: Finding,
        permit: Option<PermitId>,
        now: Timestamp,
    ) -> Result<(), Failure> {
        self.remember_clock();
        self.heed_hangup();
        let (clock_offset, store_error) = (self.gate.clock_offset(), self.gate.store_error());
        let waiting = self.watch.waiting().collect();
        let lane = self.gate.place().lane().to_owned();
        let warms_up = self.store.warms_up();
        let mut remarks = std::mem::take(&mut self.remarks);
        remarks.extend(self.proof.remark(&finding, now));
        let answer =
            Answer { finding, now, clock_offset, store_error, waiting, remarks, lane, warms_up };
        self.log.answer(&answer, permit, self.gate.place());
        self.screen.show(&answer, self.gate.place())?;
        let time = self.began.map(|began| began.elapsed());
        self.metrics.answered(answer.light().name(), answer.code(), time);
        self.health.answered(&answer);
        if answer.admitted().is_some_and(|admitted| admitted.verified().challenge_answered()) {
            if let Some(questions) = &mut self.questions {
                questions.answered();
            }
            self.ask(now)?;
        }
        self.look_at_store(now);
        Ok(())
    }

    /// Says what changed about the camera's frames.
    pub(super) fn frames_are(&mut self, trouble: Option<FrameTrouble>, now: Timestamp) {
        let news = match &trouble {
            Some(trouble) => StoreNews::warning(trouble.code, trouble.failure.clone()),
            None => StoreNews::note("frames-right", texts::frames_fit()),
        };
        news.print();
        self.log.store(&news, now, self.gate.place());
        self.frames = trouble;
        self.look_at_store(now);
    }

    /// Says what changed about the memory of used codes.
    pub(super) fn look_at_store(&mut self, now: Timestamp) {
        for news in self.store.look(&self.gate, now) {
            news.print();
            self.log.store(&news, now, self.gate.place());
        }
        self.look_at_health(now);
    }

    /// Says how the gate is: on the screen, and when it is time in the folder and in the log.
    fn look_at_health(&mut self, now: Timestamp) {
        let seen = Seen {
            gate: &self.gate,
            lists: &self.lists,
            watch: &self.watch,
            fetching: &self.fetching,
            store: &self.store,
            equipment: &self.equipment,
            frames: self.frames.as_ref(),
            state: self.state.as_deref(),
            log_lost: self.log.lost(),
        };
        let alarms = self.health.alarms(seen, now);
        // Programs read English; the screen is the guard's.
        let health = self.health.health(english(), seen, now);
        for alarm in alarms {
            output::warning(&alarm.text.on_one_line());
            self.log.report(alarm.code, &alarm.text, now, self.gate.place());
        }
        if self.screen.is_full() {
            self.screen.health(&self.health.health(spoken(), seen, now));
        }
        let at = clock();
        if self.health.is_shown_now(at) {
            self.show_health(&health);
        }
        if self.health_every.is_some_and(|every| self.health.is_logged_now(at, every)) {
            self.log.health(&health, now, self.gate.place());
        }
        self.metrics.is(health);
    }

    /// Shows in the state folder how the gate is. A disk that is full stops no visitor, and `gate
    /// status` then says that the gate shows nothing.
    fn show_health(&self, health: &Health) {
        if let Ok(text) = serde_json::to_string(health) {
            let _ = self.lists.show_health(&text);
        }
    }

    /// Loads lists that changed.
    pub(super) fn reload_lists(&mut self, now: Timestamp) -> Result<(), Failure> {
        self.look_at_store(now);
        self.ask(now)?;
        self.fetching.deliver(&mut self.watch);
        let news = self.watch.look(&mut self.lists, now);
        for report in &news.reports {
            self.report(report, now);
        }
        for name in &news.fetched_again {
            output::note(&texts::list_fetched_again(name));
            self.log.fetched_again(name, now, self.gate.place());
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

    /// A clock that cannot be stored stops no visitor: used codes have a store of their own. One
    /// warning goes to the operator, and a note when the clock is stored again.
    fn remember_clock(&mut self) {
        let stored = self.lists.store_clock(self.gate.clock_state());
        let trouble = stored.err().map(|error| lists::folder_failure(&error).on_one_line());
        if trouble != self.state {
            match &trouble {
                Some(trouble) => output::warning(trouble),
                None => output::note(&texts::state_written_again()),
            }
            self.state = trouble;
        }
    }
}

impl Drop for Desk {
    /// Says that the gate ended. A gate that is killed is only silent from then on.
    fn drop(&mut self) {
        if let Some(mut health) = self.metrics.last() {
            self.health.end(&mut health);
            self.show_health(&health);
        }
    }
}
