//! Gates that share a store, under any sequence of shows, clocks and restarts, against a
//! model of the rules: no moment is admitted twice, none behind a newer one, none in the cool-down,
//! no question is answered twice.
#![no_main]

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use livepermit::hold::Challenge;
use livepermit::issue::StatusReference;
use livepermit::verify::PermitId;
use livepermit::{
    Context, Form, Permit, Recipient, Rejection, RejectionCode, Timestamp, Token, Verifier,
};
use livepermit_fuzz::{
    CLASS, GATE, Input, NOW, URI, about_now, at, device, gates, issuer, issuer_key, now, presented,
    slip, verifier,
};
use livepermit_gate::replay::{
    Answer, Attempt, Passage, Record, ReplayStore, Retention, StoreError,
};
use livepermit_gate::{
    Admitted, ClockState, CoolDownPolicy, Gate, GateCaution, MemoryReplay, StoreFailurePolicy,
};

/// Which verifiers the lanes may have, of `gates()`; the last lane has the one that asks.
const VERIFIERS: [usize; 4] = [0, 1, 2, 4];
const ASKING: usize = 3;
const LANES: usize = 4;
/// The first two enter the hall, the third leaves it, the fourth enters the yard and asks.
const PLACES: [(&str, &str, &str, Passage); LANES] = [
    ("north", "1", "hall", Passage::Enter),
    ("north", "2", "hall", Passage::Enter),
    ("south", "1", "hall", Passage::Leave),
    (GATE, "1", "yard", Passage::Enter),
];
const DEBOUNCE: u64 = 3;
/// The largest skew of `gates()` is the zone's.
const LIMITS: Retention = Retention {
    largest_window: 30,
    largest_skew: 60,
    clock_difference: 60,
    longest_cool_down: 0,
    old_master: 0,
};

/// For each lane what it may have of `gates()`, under the name of its own gate.
static OWN: LazyLock<[Vec<Arc<Verifier>>; LANES]> = LazyLock::new(|| {
    PLACES.map(|(name, ..)| {
        let own = |gate: &livepermit_fuzz::Gate| {
            let policy = gate.verifier.policy().clone().with_gate(name);
            let own = Verifier::new(gate.verifier.trust().clone(), policy).expect("a good policy");
            Arc::new(own.with_status_lists(gate.verifier.status_lists().iter().cloned()))
        };
        gates().iter().map(own).collect()
    })
});

/// A time that no right clock has given is the gate's own fault.
fn ahead(time: u64, now: u64, most: u64, code: RejectionCode) -> RejectionCode {
    let right = now + most + 2 * LIMITS.clock_difference;
    if time > right { RejectionCode::MemoryAhead } else { code }
}

/// A store that can be taken away.
struct Flaky {
    store: MemoryReplay,
    gone: AtomicBool,
}

impl ReplayStore for Flaky {
    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
        if self.gone.load(Ordering::Relaxed) {
            Err(StoreError::new("gone"))
        } else {
            self.store.admit(attempt)
        }
    }

    fn retention(&self) -> Retention {
        self.store.retention()
    }

    fn earlier(&self, permit: PermitId) -> Result<Option<Record>, StoreError> {
        self.store.earlier(permit)
    }
}

/// What the rules say, of one permit.
#[derive(Default, Clone)]
struct Memory {
    /// Newest moment, and by which lane and when it was admitted.
    newest: Option<(u64, usize, u64)>,
    slip: Option<(usize, u64)>,
    /// By zone, from when on it is free.
    free: HashMap<&'static str, u64>,
    moments: Vec<u64>,
}

impl Memory {
    fn answer(&self, moment: Option<u64>, lane: usize, now: u64) -> Option<RejectionCode> {
        let (_, _, zone, passage) = PLACES[lane];
        let here = |by: usize, then: u64| by == lane && (then..then + DEBOUNCE).contains(&now);
        match (moment, self.newest) {
            (Some(moment), Some((newest, by, then))) if moment == newest => {
                return Some(if here(by, then) {
                    RejectionCode::AlreadyAcceptedHere
                } else {
                    RejectionCode::AlreadyUsed
                });
            }
            (Some(moment), Some((newest, ..))) if moment < newest => {
                return Some(ahead(newest, now, LIMITS.largest_window, RejectionCode::Superseded));
            }
            (None, _) if self.slip.is_some_and(|(by, then)| here(by, then)) => {
                return Some(RejectionCode::AlreadyAcceptedHere);
            }
            _ => {}
        }
        let free = *self.free.get(zone)?;
        let code = ahead(free, now, LIMITS.cool_down_limit(), RejectionCode::CoolingDown);
        (now < free && passage == Passage::Enter).then_some(code)
    }

    fn admitted(&mut self, moment: Option<u64>, lane: usize, now: u64, cool_down: u64) {
        let (_, _, zone, passage) = PLACES[lane];
        match moment {
            Some(moment) => {
                self.newest = Some((moment, lane, now));
                self.moments.push(moment);
            }
            None => self.slip = Some((lane, now)),
        }
        self.free.remove(zone);
        // What is over by the clock that is furthest behind is forgotten.
        self.free.retain(|_, until| *until + LIMITS.clock_difference > now);
        if passage == Passage::Enter && cool_down > 0 {
            self.free.insert(zone, now + cool_down);
        }
    }
}

struct World {
    lanes: Vec<Gate>,
    verifiers: [usize; LANES],
    store: Arc<Flaky>,
    floors: [u64; LANES],
    cool_down: CoolDownPolicy,
    store_failure: StoreFailurePolicy,
    memory: HashMap<PermitId, Memory>,
    /// A full store and a restarted one may refuse what the model would admit; cool-downs may be
    /// forgotten.
    exact: bool,
    questions: HashMap<[u8; 16], i32>,
}

fn floor_of(gate: usize) -> u64 {
    match gate {
        2 => NOW,
        4 => NOW - 60,
        _ => 0,
    }
}

impl World {
    fn new(input: &mut Input<'_>) -> Self {
        let cool_down = match input.byte() % 4 {
            0 | 1 => CoolDownPolicy::Window,
            2 => CoolDownPolicy::Seconds(50),
            _ => CoolDownPolicy::DangerousNone,
        };
        let store_failure = match input.byte() % 4 {
            3 => StoreFailurePolicy::DangerousAdmit,
            _ => StoreFailurePolicy::Refuse,
        };
        let exact = input.byte() % 2 == 0;
        let store = MemoryReplay::new(if exact { 100 } else { 1 + input.below(3) }, LIMITS);
        let mut verifiers = [0; LANES].map(|_| VERIFIERS[input.below(VERIFIERS.len())]);
        verifiers[LANES - 1] = ASKING;
        let mut world = Self {
            lanes: Vec::new(),
            verifiers,
            store: Arc::new(Flaky { store, gone: AtomicBool::new(false) }),
            floors: verifiers.map(floor_of),
            cool_down,
            store_failure,
            memory: HashMap::new(),
            exact,
            questions: HashMap::new(),
        };
        world.start([ClockState::default(); LANES]);
        world
    }

    fn start(&mut self, clocks: [ClockState; LANES]) {
        self.lanes = (0..LANES)
            .map(|lane| {
                let (gate, name, zone, passage) = PLACES[lane];
                Gate::at(gate)
                    .lane(name)
                    .zone(zone)
                    .verifying(OWN[lane][self.verifiers[lane]].clone())
                    .store(self.store.clone())
                    .cool_down(self.cool_down)
                    .store_failure(self.store_failure)
                    .clock_jump(3600)
                    .passage(passage)
                    .clock(clocks[lane])
                    .build()
                    .expect("a good gate")
            })
            .collect();
        for (built, (gate, name, ..)) in self.lanes.iter().zip(PLACES) {
            assert_eq!((built.place().gate(), built.place().lane()), (gate, name));
            assert!(format!("{built:?}").contains(name));
        }
    }

    /// The process ends and begins again with an empty store; what it stored of time says how late
    /// it was.
    fn restart(&mut self, now: Timestamp) {
        let clocks: Vec<_> = self.lanes.iter().map(Gate::clock_state).collect();
        for (lane, clock) in clocks.iter().enumerate() {
            assert_eq!(clock.floor.as_unix(), self.floors[lane]);
        }
        let latest =
            clocks.iter().filter_map(|clock| clock.last_admission).fold(now, Timestamp::max);
        let store = MemoryReplay::after_restart(100, LIMITS, latest);
        self.store = Arc::new(Flaky { store, gone: AtomicBool::new(false) });
        self.exact = false;
        self.questions.clear();
        self.start(clocks.try_into().expect("one each"));
    }

    fn show(&mut self, token: &Token, lane: usize, now: Timestamp) {
        let gate = &self.lanes[lane];
        let verifier = &OWN[lane][self.verifiers[lane]];
        let shown = gate.admit(token, now);
        let gone = self.store.gone.load(Ordering::Relaxed);
        if now.as_unix() + verifier.policy().skew() < self.floors[lane] {
            assert_eq!(code(&shown), Some(RejectionCode::ClockBelowFloor));
            return;
        }
        let asked = lane == LANES - 1;
        if !asked {
            let verified = match verifier.verify(token, Context::at(now)) {
                Ok(verified) => verified,
                Err(rejection) => {
                    let found = code(&shown).expect("what is not verified is not admitted");
                    if found == RejectionCode::ClockSuspect {
                        assert!(gate.clock_offset().is_some_and(|offset| offset != 0));
                    }
                    assert!(
                        found == rejection.code() || found == RejectionCode::ClockSuspect,
                        "{found} {rejection}"
                    );
                    return;
                }
            };
            let key = verified.replay_key();
            let model = self.memory.entry(key.permit).or_default();
            let moment = key.moment.map(Timestamp::as_unix);
            match (model.answer(moment, lane, now.as_unix()), gone) {
                (_, true) if self.store_failure == StoreFailurePolicy::Refuse => {
                    assert_eq!(code(&shown), Some(RejectionCode::StoreUnreachable));
                }
                // A copy is admitted too, as the policy says.
                (_, true) => assert!(shown.is_ok()),
                (expected, _) if self.exact => {
                    assert_eq!(code(&shown), expected, "{:?}", shown.err())
                }
                (
                    Some(
                        RejectionCode::AlreadyUsed
                        | RejectionCode::Superseded
                        | RejectionCode::MemoryAhead
                        | RejectionCode::AlreadyAcceptedHere,
                    ),
                    _,
                ) if moment.is_some() => {
                    assert!(shown.is_err(), "a moment twice");
                }
                _ => {}
            }
        }
        let Ok(admitted) = shown else { return };
        assert_eq!(admitted.cautions().contains(GateCaution::ReplayNotChecked), gone);
        for caution in admitted.cautions().iter() {
            assert_eq!(caution.to_string(), caution.code());
            assert!(caution.instruction().ends_with('.'));
        }
        if gone {
            assert_eq!(self.store_failure, StoreFailurePolicy::DangerousAdmit);
            return;
        }
        let verified = admitted.verified();
        assert_eq!(verified.token_bytes(), token.as_bytes());
        assert_eq!(verified.challenge_answered(), asked && verified.form() != Form::Slip);
        for caution in verified.cautions().iter() {
            assert!(admitted.cautions().contains(caution));
        }
        let key = verified.replay_key();
        let model = self.memory.entry(key.permit).or_default();
        if let Some(moment) = key.moment {
            assert!(
                model.moments.iter().all(|known| *known < moment.as_unix()),
                "a moment twice, or an older one"
            );
        }
        if verified.challenge_answered() {
            let nonce = token_nonce(token).expect("an answer");
            let open = self.questions.entry(nonce).or_default();
            *open -= 1;
            assert!(*open >= 0, "a question answered twice");
        }
        // Window and skew of the code; for a slip, which has none, the default window.
        let least = if key.moment.is_some() { 30 + LIMITS.largest_skew } else { 30 };
        let cool_down = match self.cool_down {
            CoolDownPolicy::Seconds(seconds) => least.max(seconds),
            CoolDownPolicy::DangerousNone => 0,
            _ => least,
        };
        let record =
            self.store.earlier(key.permit).expect("in memory").expect("it was just admitted");
        let store = &self.store.store;
        assert!(!store.is_empty() && store.len() <= 100);
        if let Some(moment) = key.moment {
            assert_eq!(record.newest.map(|(newest, _)| newest), Some(moment));
            assert!(store.remembers_from() <= moment);
        }
        model.admitted(key.moment.map(Timestamp::as_unix), lane, now.as_unix(), cool_down);
    }
}

fn code(shown: &Result<Admitted, Rejection>) -> Option<RejectionCode> {
    shown.as_ref().err().map(Rejection::code)
}

fn token_nonce(token: &Token) -> Option<[u8; 16]> {
    let [_, claims] = livepermit::fuzzing::parts(token.as_bytes())?;
    let claims = livepermit_fuzz::parse(&claims);
    livepermit_fuzz::get(&claims, 39)?.as_bytes()?.as_slice().try_into().ok()
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Pass(u8),
    Presentation(bool),
    Answer(u8),
    Slip,
}

/// Tokens are made once: signing is slow.
fn token(kind: Kind, dated: u64) -> Option<Token> {
    thread_local!(static MADE: RefCell<HashMap<(Kind, u64), Token>> = RefCell::default());
    MADE.with_borrow_mut(|made| {
        if made.len() > 20_000 {
            made.clear();
        }
        if let Some(token) = made.get(&(kind, dated)) {
            return Some(token.clone());
        }
        let token = make(kind, dated)?;
        made.insert((kind, dated), token.clone());
        Some(token)
    })
}

fn make(kind: Kind, dated: u64) -> Option<Token> {
    let permit = |number: u8| {
        let permit = Permit::new(&format!("BJ-{number}"), CLASS).expect("good names");
        permit.with_status(StatusReference::new(URI, 40).expect("a URI"))
    };
    Some(match kind {
        Kind::Pass(number) => {
            let prepared = issuer().prepare_pass(&permit(number), None, at(dated)).ok()?;
            prepared.sign(issuer_key()).expect("the key")
        }
        Kind::Presentation(p256) => presented_at(&permit(0), p256, Recipient::Anyone, dated)?,
        Kind::Answer(nonce) => presented_at(
            &permit(nonce % 2),
            false,
            Recipient::Challenge { gate: GATE, nonce: &[nonce; 16] },
            dated,
        )?,
        Kind::Slip => slip(),
    })
}

fn presented_at(
    permit: &Permit,
    p256: bool,
    recipient: Recipient<'_>,
    dated: u64,
) -> Option<Token> {
    let mut holder = livepermit::Holder::new(device(p256).public_key());
    let credential = livepermit_fuzz::credential(permit, p256);
    holder.accept(credential.as_bytes(), verifier().trust(), now()).ok()?;
    holder.prepare(recipient, at(dated)).ok()?.sign(device(p256)).ok()
}

fuzz_target!(
    init: {
        let _ = presented(&livepermit_fuzz::permit(), true, Recipient::Anyone);
    },
    |data: &[u8]| {
        let mut input = Input(data);
        let mut world = World::new(&mut input);
        let mut now = about_now(0);
        let mut last = None;
        for _ in 0..40 {
            if input.is_empty() {
                return;
            }
            let choice = input.byte();
            let lane = usize::from(choice >> 4) % LANES;
            match choice % 16 {
                0 | 1 => now = at(now.as_unix().saturating_add_signed(i64::from(input.signed()) / 4)),
                2 => now = now.plus(1),
                3 => {
                    // Far enough for a caution, back again for the floor.
                    let far = [3601, 90_000, 200][input.below(3)];
                    now = if input.byte() % 2 == 0 { now.plus(far) } else { at(now.as_unix().saturating_sub(far)) };
                }
                4 => {
                    let gate = VERIFIERS[input.below(VERIFIERS.len())];
                    if lane < LANES - 1 {
                        world.verifiers[lane] = gate;
                        world.floors[lane] = world.floors[lane].max(floor_of(gate));
                        let verifier = OWN[lane][gate].clone();
                        world.lanes[lane].replace_verifier(verifier).expect("of the same gate");
                    }
                }
                5 if choice == 5 => world.restart(now),
                6 if lane == 0 => {
                    let gone = !world.store.gone.load(Ordering::Relaxed);
                    world.store.gone.store(gone, Ordering::Relaxed);
                }
                7 | 8 => {
                    let nonce = [input.byte() % 32; 16];
                    let until = now.plus(u64::from(input.byte() % 32));
                    let challenge = Challenge::new(GATE, &nonce, until).expect("sixteen bytes");
                    if world.lanes[LANES - 1].open_challenge(challenge, now).is_ok() {
                        *world.questions.entry(nonce).or_default() += 1;
                    }
                }
                9 => {
                    // Digits, and what is neither digits nor long enough, or another gate's.
                    let (gate, count) = (input.byte(), usize::from(6 + input.byte() % 12));
                    let nonce = vec![b'0' + input.byte() % 11; count];
                    let gate = if gate >= 0xf0 { "gate-4" } else { GATE };
                    let challenge = Challenge::new(gate, &nonce, now.plus(u64::from(input.byte() % 40)));
                    let opened = world.lanes[LANES - 1].open_challenge(challenge.expect("6 to 17"), now);
                    if let Err(error) = opened {
                        assert_ne!(error.to_string(), "");
                    }
                }
                10 => {
                    if let Some(token) = &last {
                        world.show(token, lane, now);
                    }
                }
                11 => {
                    let bytes = input.byte().into();
                    let rejected = world.lanes[lane].admit(input.take(bytes), now);
                    assert!(rejected.is_err());
                }
                _ => {
                    let kind = match input.byte() % 16 {
                        number @ 0..=10 => Kind::Pass(number),
                        11 => Kind::Presentation(false),
                        12 => Kind::Presentation(true),
                        13 => Kind::Slip,
                        nonce => Kind::Answer(nonce % 2),
                    };
                    let dated = now.as_unix().saturating_add_signed(i64::from(input.signed()) / 4);
                    let lane = if matches!(kind, Kind::Answer(_)) { LANES - 1 } else { lane };
                    if let Some(token) = token(kind, dated) {
                        world.show(&token, lane, now);
                        last = Some(token);
                    }
                }
            }
        }
    }
);
