//! Visitors who come to several gates at once, honest and not.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use livepermit::Timestamp;
use livepermit::verify::{PermitId, ReplayKey};
use livepermit_gate::GatePlace;
use livepermit_gate::replay::{Answer, Attempt, Passage, ReplayStore};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::LIMITS;
use super::history::{History, Opening};

/// A gate with its own connection to the store, and a clock that may be wrong.
pub(crate) struct Lane {
    pub(crate) store: Arc<dyn ReplayStore>,
    /// Seconds by which the clock is ahead.
    pub(crate) ahead: i64,
}

impl Lane {
    pub(crate) fn new(store: impl ReplayStore + 'static) -> Self {
        Self { store: Arc::new(store), ahead: 0 }
    }

    pub(crate) fn ahead(self, seconds: i64) -> Self {
        Self { ahead: seconds, ..self }
    }
}

/// What a gate was shown.
#[derive(Debug, Clone, Copy)]
struct Code {
    permit: PermitId,
    moment: Option<u64>,
    shown: Instant,
}

/// What came of a crowd.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Outcome {
    pub(crate) admitted: usize,
    pub(crate) twice: u32,
    /// The store was asked and gave no answer.
    pub(crate) lost: u32,
    /// From the fault to the first door that opened, longest of all rounds.
    pub(crate) shut: Duration,
}

/// The cool-down that gates ask for.
const COOL_DOWN: u64 = LIMITS.cool_down_limit();
/// How long a visitor's code is shown again at other gates.
const SHOWN: Duration = Duration::from_secs(12);

struct Shared {
    codes: Mutex<Vec<Code>>,
    history: Mutex<History>,
    lost: AtomicU32,
    stop: AtomicBool,
}

/// Gates under load. Dropping the crowd without [`Crowd::end`] leaves the threads running.
pub(crate) struct Crowd {
    shared: Arc<Shared>,
    gates: Vec<std::thread::JoinHandle<()>>,
    shut: Duration,
}

pub(crate) fn clock() -> u64 {
    Timestamp::try_from(SystemTime::now()).unwrap().as_unix()
}

impl Crowd {
    /// Begins with these gates.
    pub(crate) fn begin(lanes: Vec<Lane>) -> Self {
        let shared = Arc::new(Shared {
            codes: Mutex::default(),
            history: Mutex::default(),
            lost: AtomicU32::new(0),
            stop: AtomicBool::new(false),
        });
        let gates = lanes.into_iter().enumerate().map(|(number, lane)| {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || shared.ask(number, &lane))
        });
        Self { gates: gates.collect(), shared: Arc::clone(&shared), shut: Duration::ZERO }
    }

    /// Waits until a door has opened for which a gate asked after `then`.
    pub(crate) fn until_admits(&mut self, then: Instant) {
        let patience = Instant::now() + Duration::from_secs(90);
        loop {
            if let Some(opened) = self.shared.history.lock().unwrap().first_after(then) {
                self.shut = self.shut.max(opened.duration_since(then));
                return;
            }
            assert!(Instant::now() < patience, "nobody enters any more");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A fault under load: the crowd runs, the fault happens, the gates ask until they admit again
    /// and until no code of before can be used.
    pub(crate) fn round(&mut self, fault: impl FnOnce()) {
        self.until_admits(Instant::now());
        std::thread::sleep(Duration::from_millis(700));
        fault();
        let then = Instant::now();
        self.until_admits(then);
        std::thread::sleep(Duration::from_secs(COOL_DOWN + 1));
    }

    /// Ends the crowd.
    pub(crate) fn end(self) -> Outcome {
        self.shared.stop.store(true, Ordering::SeqCst);
        for gate in self.gates {
            gate.join().unwrap();
        }
        let history = self.shared.history.lock().unwrap();
        // The store counts whole seconds.
        let cool_down = Duration::from_secs(COOL_DOWN - 1);
        Outcome {
            admitted: history.len(),
            twice: history.twice(cool_down),
            lost: self.shared.lost.load(Ordering::SeqCst),
            shut: self.shut,
        }
    }
}

impl Shared {
    fn ask(&self, number: usize, lane: &Lane) {
        let mut random = StdRng::seed_from_u64(number as u64);
        let name = format!("gate-{number}");
        let place = GatePlace::new(&name, "1", "hall").unwrap();
        let mut beat = Instant::now();
        while !self.stop.load(Ordering::SeqCst) {
            let now = Timestamp::from_unix(clock().saturating_add_signed(lane.ahead)).unwrap();
            if beat.elapsed() > Duration::from_secs(1) {
                beat = Instant::now();
                // The next attempt tells how the store is.
                let _ = lane.store.keep_alive(now);
            }
            let code = self.choose(&mut random);
            std::thread::sleep(Duration::from_millis(random.random_range(1..8)));
            let Some(attempt) = attempt(&code, &place, now) else { continue };
            let asked = Instant::now();
            match lane.store.admit(&attempt) {
                Ok(Answer::Admitted) => self.history.lock().unwrap().add(Opening {
                    permit: code.permit,
                    moment: code.moment,
                    asked,
                    opened: Instant::now(),
                }),
                Ok(_) => {}
                Err(_) => {
                    self.lost.fetch_add(1, Ordering::SeqCst);
                }
            }
        }
    }

    /// A fresh visitor, or somebody who was here before: with the same code, or with the next code
    /// of the same phone.
    fn choose(&self, random: &mut StdRng) -> Code {
        let mut codes = self.codes.lock().unwrap();
        codes.retain(|code| code.shown.elapsed() < SHOWN);
        let shown = Instant::now();
        if random.random_bool(0.5) && !codes.is_empty() {
            // Those who came last most often.
            let back = random.random_range(0..codes.len().min(60));
            let code = *codes.iter().rev().nth(back).unwrap();
            let another = random.random_bool(0.3);
            let moment = if another { code.moment.map(|_| clock()) } else { code.moment };
            return Code { moment, ..code };
        }
        let slip = random.random_bool(0.2);
        let code = Code {
            permit: PermitId::from_bytes(random.random()),
            moment: (!slip).then(clock),
            shown,
        };
        codes.push(code);
        code
    }
}

/// The attempt that a gate makes of a verified code; `None` when the code is stale or too new for
/// the gate's clock, so that a verifier refuses it before the store is asked.
fn attempt(code: &Code, place: &GatePlace, now: Timestamp) -> Option<Attempt> {
    let time = |seconds: u64| Timestamp::from_unix(seconds).unwrap();
    let window = LIMITS.largest_window;
    let (from, until) = match code.moment {
        Some(moment) => (time(moment), time(moment + window + LIMITS.largest_skew)),
        None => (now, now.plus(window)),
    };
    if code.moment.is_some() && (now > until || from > now.plus(window / 2)) {
        return None;
    }
    let key = ReplayKey::new(code.permit, code.moment.map(time), until, until);
    // Debounce 0: another look of the same lane is a second use here.
    Some(Attempt::new(key, place.clone(), Passage::Enter, now, 0, COOL_DOWN))
}

/// A gate is shown the slip of this permit at this time.
pub(crate) fn slip(permit: u8, gate: usize, now: u64) -> Attempt {
    let place = GatePlace::new(&format!("gate-{gate}"), "1", "hall").unwrap();
    let now = Timestamp::from_unix(now).unwrap();
    let until = now.plus(LIMITS.largest_window);
    let key = ReplayKey::new(PermitId::from_bytes([permit; 32]), None, until, until);
    Attempt::new(key, place, Passage::Enter, now, 0, COOL_DOWN)
}
