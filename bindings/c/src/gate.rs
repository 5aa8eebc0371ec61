//! One lane of a gate: it verifies a code and admits each code once.

use std::sync::Arc;

use livepermit_ffi::{
    Admission, Attempt, Begun, ClockState, CoolDownPolicy, Gate, GateSettings, Passage, Pending,
    StoreFailurePolicy, gate_settings,
};

use crate::buffer::{Arena, LP_VERDICT_BYTES, give, has_room, is_place, lp_buffer, set};
use crate::error::{Failure, Outcome, lp_error, lp_result, run};
use crate::handle::{free, hand_out};
use crate::status::lp_status_list;
use crate::store::{lp_retention, lp_store, lp_store_answer};
use crate::text::{lp_bytes, lp_optional, lp_text, object, optional};
use crate::trust::lp_trust;
use crate::verdict::{
    LP_ACCEPTED, LP_REFUSED, lp_cautions, lp_rejection, lp_verdict_kind, lp_verified,
};
use crate::verify::{lp_challenge, lp_policy, scanned, status_lists};

/// Which way people go: one of the constants `LP_PASSAGE_*`.
pub type lp_passage = u32;

/// Into the zone. The cool-down applies.
pub const LP_PASSAGE_ENTER: u32 = 1;
/// Out of the zone. The cool-down ends.
pub const LP_PASSAGE_LEAVE: u32 = 2;

/// When the same permit is admitted again into one zone: one of the constants `LP_COOL_DOWN_*`.
pub type lp_cool_down_policy = u32;

/// When no code that was live at the admission is live any more.
pub const LP_COOL_DOWN_WINDOW: u32 = 1;
/// After `cool_down_seconds`.
pub const LP_COOL_DOWN_SECONDS: u32 = 2;
/// At once: two phones with the same key both enter.
pub const LP_COOL_DOWN_DANGEROUS_NONE: u32 = 3;

/// What a gate does when its store gives no answer: one of the constants `LP_STORE_FAILURE_*`.
pub type lp_store_failure_policy = u32;

/// The gate refuses, and says that it is out of order.
pub const LP_STORE_FAILURE_REFUSE: u32 = 1;
/// The gate admits with a caution: codes can then be used twice.
pub const LP_STORE_FAILURE_DANGEROUS_ADMIT: u32 = 2;

/// What a gate knows about the time. Store it, and give it to the gate after a restart.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_clock_state {
    /// The latest date of all accepted lists. An earlier clock is wrong.
    pub floor: i64,
    /// The latest time of an admission.
    pub last_admission: lp_optional,
}

/// The place and the rules of a lane. `lp_gate_settings_default` fills one.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_gate_settings {
    /// What is accepted, with the name of the gate.
    pub policy: lp_policy,
    /// The name of the lane.
    pub lane: lp_text,
    /// The name of the zone behind the gate.
    pub zone: lp_text,
    /// Which way people go.
    pub passage: lp_passage,
    /// Seconds for which the same code at the same lane is `already-accepted-here`, not used.
    pub debounce: i64,
    /// When the same permit is admitted again.
    pub cool_down: lp_cool_down_policy,
    /// With `LP_COOL_DOWN_SECONDS`: the seconds.
    pub cool_down_seconds: i64,
    /// What the gate does when its store gives no answer.
    pub store_failure: lp_store_failure_policy,
    /// Seconds without an admission after which the clock is doubted.
    pub clock_jump: i64,
    /// What the gate knew about the time, or NULL.
    pub clock: *const lp_clock_state,
    /// Whether a window, skew or cool-down may be longer than the store remembers. For tests: the
    /// gate then refuses codes as `forgotten`.
    pub short_retention: bool,
}

/// The end of an admission.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_admission {
    /// `LP_ACCEPTED`: the door may open. `LP_REFUSED`: it stays closed.
    pub kind: lp_verdict_kind,
    /// With `LP_ACCEPTED` the permit, else NULL.
    pub verified: *const lp_verified,
    /// With `LP_ACCEPTED`: warnings for the person at the gate.
    pub cautions: lp_cautions,
    /// With `LP_REFUSED` why, else NULL.
    pub rejection: *const lp_rejection,
}

/// The question of a gate to the store of used codes.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_attempt {
    /// The permit: 32 bytes.
    pub permit: lp_bytes,
    /// The moment of the code; absent for a slip.
    pub moment: lp_optional,
    /// The first second in which the code is stale.
    pub live_until: i64,
    /// Until when the store must remember the code.
    pub keep_until: i64,
    /// The name of the gate.
    pub gate: lp_text,
    /// The name of the lane.
    pub lane: lp_text,
    /// The name of the zone.
    pub zone: lp_text,
    /// Which way the person goes.
    pub passage: lp_passage,
    /// The gate's time.
    pub now: i64,
    /// Seconds of the debounce.
    pub debounce: i64,
    /// Seconds of the cool-down.
    pub cool_down: i64,
}

pub(crate) fn passage_of(number: lp_passage) -> Outcome<Passage> {
    match number {
        LP_PASSAGE_ENTER => Ok(Passage::Enter),
        LP_PASSAGE_LEAVE => Ok(Passage::Leave),
        other => Err(Failure::value("the passage", other)),
    }
}

const fn passage_number(passage: Passage) -> lp_passage {
    match passage {
        Passage::Enter => LP_PASSAGE_ENTER,
        Passage::Leave => LP_PASSAGE_LEAVE,
    }
}

impl lp_attempt {
    /// # Safety
    /// Pointers are valid.
    pub(crate) unsafe fn take(&self) -> Outcome<Attempt> {
        // SAFETY: the caller answers for the pointers.
        unsafe {
            Ok(Attempt {
                permit: self.permit.get("the permit")?.into(),
                moment: self.moment.into(),
                live_until: self.live_until,
                keep_until: self.keep_until,
                gate: self.gate.get("the gate")?.into(),
                lane: self.lane.get("the lane")?.into(),
                zone: self.zone.get("the zone")?.into(),
                passage: passage_of(self.passage)?,
                now: self.now,
                debounce: self.debounce,
                cool_down: self.cool_down,
            })
        }
    }

    fn of(attempt: &Attempt, arena: &mut Arena) -> Self {
        Self {
            permit: arena.bytes(&attempt.permit),
            moment: attempt.moment.into(),
            live_until: attempt.live_until,
            keep_until: attempt.keep_until,
            gate: arena.text(&attempt.gate),
            lane: arena.text(&attempt.lane),
            zone: arena.text(&attempt.zone),
            passage: passage_number(attempt.passage),
            now: attempt.now,
            debounce: attempt.debounce,
            cool_down: attempt.cool_down,
        }
    }
}

impl lp_gate_settings {
    /// # Safety
    /// Pointers are valid.
    unsafe fn take(&self) -> Outcome<GateSettings> {
        // SAFETY: the caller answers for the pointers.
        unsafe {
            Ok(GateSettings {
                policy: self.policy.take()?,
                lane: self.lane.get("the lane")?.into(),
                zone: self.zone.get("the zone")?.into(),
                passage: passage_of(self.passage)?,
                debounce: self.debounce,
                cool_down: match self.cool_down {
                    LP_COOL_DOWN_WINDOW => CoolDownPolicy::Window,
                    LP_COOL_DOWN_SECONDS => {
                        CoolDownPolicy::Seconds { seconds: self.cool_down_seconds }
                    }
                    LP_COOL_DOWN_DANGEROUS_NONE => CoolDownPolicy::DangerousNone,
                    other => return Err(Failure::value("the policy of cool-downs", other)),
                },
                store_failure: match self.store_failure {
                    LP_STORE_FAILURE_REFUSE => StoreFailurePolicy::Refuse,
                    LP_STORE_FAILURE_DANGEROUS_ADMIT => StoreFailurePolicy::DangerousAdmit,
                    other => return Err(Failure::value("the policy of store failures", other)),
                },
                clock_jump: self.clock_jump,
                clock: optional(self.clock, "the state of the clock")?.map(|clock| ClockState {
                    floor: clock.floor,
                    last_admission: clock.last_admission.into(),
                }),
                short_retention: self.short_retention,
            })
        }
    }

    /// Settings that are given to the caller: a clock is never among them.
    pub(crate) fn of(settings: &GateSettings, arena: &mut Arena) -> Self {
        let (cool_down, cool_down_seconds) = match settings.cool_down {
            CoolDownPolicy::Window => (LP_COOL_DOWN_WINDOW, 0),
            CoolDownPolicy::Seconds { seconds } => (LP_COOL_DOWN_SECONDS, seconds),
            CoolDownPolicy::DangerousNone => (LP_COOL_DOWN_DANGEROUS_NONE, 0),
        };
        Self {
            policy: lp_policy::of(&settings.policy, arena),
            lane: arena.text(&settings.lane),
            zone: arena.text(&settings.zone),
            passage: passage_number(settings.passage),
            debounce: settings.debounce,
            cool_down,
            cool_down_seconds,
            store_failure: match settings.store_failure {
                StoreFailurePolicy::Refuse => LP_STORE_FAILURE_REFUSE,
                StoreFailurePolicy::DangerousAdmit => LP_STORE_FAILURE_DANGEROUS_ADMIT,
            },
            clock_jump: settings.clock_jump,
            clock: core::ptr::null(),
            short_retention: settings.short_retention,
        }
    }
}

impl lp_admission {
    fn of(admission: &Admission, arena: &mut Arena) -> Self {
        match admission {
            Admission::Admitted { verified, cautions } => {
                let verified = lp_verified::of(verified, arena);
                Self {
                    kind: LP_ACCEPTED,
                    verified: arena.one(verified),
                    cautions: lp_cautions::of(cautions, arena),
                    rejection: core::ptr::null(),
                }
            }
            Admission::Refused { rejection } => {
                let rejection = lp_rejection::of(rejection, arena);
                Self {
                    kind: LP_REFUSED,
                    verified: core::ptr::null(),
                    cautions: lp_cautions::of(&[], arena),
                    rejection: arena.one(rejection),
                }
            }
        }
    }
}

/// One lane of a gate.
#[derive(Debug)]
pub struct lp_gate(pub(crate) Gate);

/// A code that is verified and not used yet. **No door opens on it.** When the handle is freed,
/// nothing was used.
#[derive(Debug)]
pub struct lp_pending(Arc<Pending>);

/// Fills the usual rules of a lane: it lets people in, debounces for 3 seconds, cools down for the
/// window, and refuses when its store gives no answer. The zone has the gate's name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_gate_settings_default(
    policy: *const lp_policy,
    settings: *mut lp_gate_settings,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let none = livepermit_ffi::RevocationPolicy::NotChecked;
            let usual = gate_settings(livepermit_ffi::policy(String::new(), Vec::new(), none));
            let policy = object(policy, "the policy")?;
            let filled = lp_gate_settings {
                policy: *policy,
                lane: lp_text { data: c"1".as_ptr(), length: 1 },
                zone: policy.gate,
                passage: LP_PASSAGE_ENTER,
                debounce: usual.debounce,
                cool_down: LP_COOL_DOWN_WINDOW,
                cool_down_seconds: 0,
                store_failure: LP_STORE_FAILURE_REFUSE,
                clock_jump: usual.clock_jump,
                clock: core::ptr::null(),
                short_retention: usual.short_retention,
            };
            set(settings, filled)
        })
    }
}

/// Makes a lane with a store.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_gate_new(
    settings: *const lp_gate_settings,
    trust: *const lp_trust,
    lists: *const *const lp_status_list,
    list_count: usize,
    store: *const lp_store,
    gate: *mut *mut lp_gate,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let settings = object(settings, "the settings")?.take()?;
            let (trust, store) = (object(trust, "the trust")?, object(store, "the store")?);
            let lists = status_lists(lists, list_count)?;
            hand_out(gate, lp_gate(Gate::new(&settings, &trust.0, lists, &store.0)?))
        })
    }
}

/// Makes a lane whose program asks a memory of its own, between `lp_gate_begin` and
/// `lp_gate_finish`. `lp_gate_admit` of such a lane gets no answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_gate_asking_elsewhere(
    settings: *const lp_gate_settings,
    trust: *const lp_trust,
    lists: *const *const lp_status_list,
    list_count: usize,
    retention: lp_retention,
    gate: *mut *mut lp_gate,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let settings = object(settings, "the settings")?.take()?;
            let trust = object(trust, "the trust")?;
            let lists = status_lists(lists, list_count)?;
            let made = Gate::asking_elsewhere(&settings, &trust.0, lists, retention.take())?;
            hand_out(gate, lp_gate(made))
        })
    }
}

/// Frees a lane.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_gate_free(gate: *mut lp_gate) {
    // SAFETY: the caller answers for the handle.
    unsafe { free(gate) }
}

/// Verifies the text of a code, asks the store, and admits or refuses. The buffer has
/// `LP_VERDICT_BYTES` or more; with less nothing happens, so no code is used up unseen.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_gate_admit(
    gate: *const lp_gate,
    text: lp_text,
    now: i64,
    admission: *mut lp_admission,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            has_room(buffer, LP_VERDICT_BYTES)?;
            is_place(admission)?;
            let admitted = object(gate, "the gate")?.0.admit(&scanned(text)?, now)?;
            give(admission, buffer, |arena| lp_admission::of(&admitted, arena))
        })
    }
}

/// The same with the bytes of a token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_gate_admit_bytes(
    gate: *const lp_gate,
    token: lp_bytes,
    now: i64,
    admission: *mut lp_admission,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            has_room(buffer, LP_VERDICT_BYTES)?;
            is_place(admission)?;
            let token = token.get("the token")?.into();
            let admitted = object(gate, "the gate")?.0.admit_bytes(token, now)?;
            give(admission, buffer, |arena| lp_admission::of(&admitted, arena))
        })
    }
}

/// The first half of an admission: everything but the store. If the code is refused already,
/// `pending` gets NULL and `stopped` says why. Else `pending` gets a handle, and `attempt` the
/// question for the store.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_gate_begin(
    gate: *const lp_gate,
    text: lp_text,
    now: i64,
    pending: *mut *mut lp_pending,
    attempt: *mut lp_attempt,
    stopped: *mut lp_rejection,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            set(pending, core::ptr::null_mut())?;
            match object(gate, "the gate")?.0.begin(&scanned(text)?, now)? {
                Begun::Stopped { rejection } => {
                    give(stopped, buffer, |arena| lp_rejection::of(&rejection, arena))
                }
                Begun::Asking { pending: begun } => {
                    let asked = begun.attempt();
                    give(attempt, buffer, |arena| lp_attempt::of(&asked, arena))?;
                    hand_out(pending, lp_pending(begun))
                }
            }
        })
    }
}

/// The second half: the answer of the store decides. It must come from the store of this gate. The
/// buffer has `LP_VERDICT_BYTES` or more. The pending code must still be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_gate_finish(
    gate: *const lp_gate,
    pending: *const lp_pending,
    answer: *const lp_store_answer,
    now: i64,
    admission: *mut lp_admission,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            has_room(buffer, LP_VERDICT_BYTES)?;
            is_place(admission)?;
            let (gate, pending) = (object(gate, "the gate")?, object(pending, "the code")?);
            let answer = object(answer, "the answer")?.take()?;
            let admitted = gate.0.finish(&pending.0, answer, now)?;
            give(admission, buffer, |arena| lp_admission::of(&admitted, arena))
        })
    }
}

/// Frees a pending code.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_pending_free(pending: *mut lp_pending) {
    // SAFETY: the caller answers for the handle.
    unsafe { free(pending) }
}

/// Opens a challenge of this gate. The first admitted answer uses the challenge up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_gate_open_challenge(
    gate: *const lp_gate,
    challenge: *const lp_challenge,
    now: i64,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let challenge = object(challenge, "the challenge")?.take()?;
            Ok(object(gate, "the gate")?.0.open_challenge(&challenge, now)?)
        })
    }
}

/// Makes a challenge with 16 random bytes that lives for `seconds`, and opens it. Show
/// `lp_challenge_qr_text` of it. The buffer has `LP_VERDICT_BYTES` or more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_gate_ask(
    gate: *const lp_gate,
    seconds: i64,
    now: i64,
    challenge: *mut lp_challenge,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            has_room(buffer, LP_VERDICT_BYTES)?;
            is_place(challenge)?;
            let asked = object(gate, "the gate")?.0.ask(seconds, now)?;
            give(challenge, buffer, |arena| lp_challenge::of(&asked, arena))
        })
    }
}

/// Goes on with other keys and lists, and the same rules.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_gate_replace_lists(
    gate: *const lp_gate,
    trust: *const lp_trust,
    lists: *const *const lp_status_list,
    list_count: usize,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let lists = status_lists(lists, list_count)?;
            let trust = object(trust, "the trust")?;
            Ok(object(gate, "the gate")?.0.replace_lists(&trust.0, lists)?)
        })
    }
}

/// Asks the store how it is, without a visitor: call it about once a second while nobody comes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_gate_keep_alive(
    gate: *const lp_gate,
    now: i64,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe { run(error, || Ok(object(gate, "the gate")?.0.keep_alive(now)?)) }
}

/// What the gate knows about the time, to be stored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_gate_clock_state(
    gate: *const lp_gate,
    state: *mut lp_clock_state,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let known = object(gate, "the gate")?.0.clock_state();
            let last_admission = known.last_admission.into();
            set(state, lp_clock_state { floor: known.floor, last_admission })
        })
    }
}

/// The error of the gate's clock in seconds, according to the last phones: positive when the clock
/// is slow. Absent when the phones are too few or do not agree.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_gate_clock_offset(
    gate: *const lp_gate,
    offset: *mut lp_optional,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe { run(error, || set(offset, object(gate, "the gate")?.0.clock_offset().into())) }
}
