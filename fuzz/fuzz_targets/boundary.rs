//! The boundary to C: any bytes, numbers, choices, addresses and sizes of buffers, within memory that
//! the caller has. Nothing is written outside the buffer, every pointer of a result leads into the
//! buffer, and no call panics.
#![no_main]

use std::ptr::{null, null_mut};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use livepermit_c::*;
use livepermit_fuzz::{CLASS, GATE, Input, NOW, issuer_key};

const GUARD: usize = 64;
const MARK: u8 = 0xa5;

/// A buffer at any address, with memory around it that nobody may touch.
struct Guarded {
    memory: Vec<u8>,
    buffer: lp_buffer,
    start: usize,
}

impl Guarded {
    fn new(input: &mut Input<'_>) -> Self {
        let capacity = match input.below(4) {
            0 => input.number(2) as usize,
            _ => LP_SCAN_BYTES,
        };
        let start = GUARD + input.below(16);
        let mut memory = vec![MARK; start + capacity + GUARD];
        let buffer = lp_buffer { data: memory[start..].as_mut_ptr(), capacity, used: 0 };
        Self { memory, buffer, start }
    }

    fn check(&self, result: lp_result) {
        assert_ne!(result, LP_INTERNAL, "no call panics");
        let end = self.start + self.buffer.capacity;
        assert!(self.memory[..self.start].iter().all(|byte| *byte == MARK), "before the buffer");
        assert!(self.memory[end..].iter().all(|byte| *byte == MARK), "behind the buffer");
        match result {
            LP_OK => assert!(self.buffer.used <= self.buffer.capacity),
            LP_BUFFER_TOO_SMALL => assert!(self.buffer.used > self.buffer.capacity),
            _ => {}
        }
    }

    fn holds<T>(&self, pointer: *const T, count: usize) {
        if pointer.is_null() || count == 0 {
            return;
        }
        let (from, at) = (self.buffer.data as usize, pointer as usize);
        assert!(at >= from && at + count * size_of::<T>() <= from + self.buffer.used);
        assert!(pointer.is_aligned());
    }

    fn holds_text(&self, text: lp_text) {
        self.holds(text.data, text.length + 1);
        if !text.data.is_null() {
            // SAFETY: it leads into the buffer.
            let bytes =
                unsafe { std::slice::from_raw_parts(text.data.cast::<u8>(), text.length + 1) };
            let (end, text) = bytes.split_last().expect("a zero byte");
            assert!(*end == 0 && std::str::from_utf8(text).is_ok());
        }
    }

    fn holds_rejection(&self, rejection: *const lp_rejection) {
        self.holds(rejection, 1);
        // SAFETY: it leads into the buffer, or is NULL.
        if let Some(of) = unsafe { rejection.as_ref() } {
            let texts = [of.code, of.stage, of.fault, of.reason, of.instruction];
            texts.into_iter().for_each(|text| self.holds_text(text));
        }
    }

    fn holds_verified(&self, verified: *const lp_verified) {
        self.holds(verified, 1);
        // SAFETY: it leads into the buffer, or is NULL.
        if let Some(of) = unsafe { verified.as_ref() } {
            let texts = [of.issuer, of.subject, of.permit_class, of.audience, of.check_number];
            texts.into_iter().for_each(|text| self.holds_text(text));
            for bytes in [of.key_id, of.application, of.permit_id] {
                self.holds(bytes.data, bytes.length);
            }
            self.holds(of.credential, 1);
            self.holds(of.person, 1);
            self.holds(of.status, 1);
            self.holds(of.acting, 1);
            self.holds(of.cautions.items, of.cautions.count);
        }
    }
}

struct Handles {
    trust: *mut lp_trust,
    verifier: *mut lp_verifier,
    gate: *mut lp_gate,
    elsewhere: *mut lp_gate,
    scanner: *mut lp_scanner,
}

// SAFETY: all functions can be called from several threads.
unsafe impl Send for Handles {}
// SAFETY: the same.
unsafe impl Sync for Handles {}

fn text(text: &str) -> lp_text {
    lp_text { data: text.as_ptr().cast(), length: text.len() }
}

fn bytes(bytes: &[u8]) -> lp_bytes {
    lp_bytes { data: bytes.as_ptr(), length: bytes.len() }
}

static HANDLES: LazyLock<Handles> = LazyLock::new(|| {
    let key = issuer_key().public_key().to_cose_key();
    let class = text(CLASS);
    let classes = lp_texts { items: &raw const class, count: 1 };
    let mut made = Handles {
        trust: null_mut(),
        verifier: null_mut(),
        gate: null_mut(),
        elsewhere: null_mut(),
        scanner: null_mut(),
    };
    // SAFETY: all pointers lead to values that live as long as the calls.
    unsafe {
        let trusted = trusted_key(bytes(&key), classes);
        assert_eq!(lp_trust_new(&raw const trusted, 1, &raw mut made.trust, null_mut()), LP_OK);
        let mut policy = std::mem::zeroed::<lp_policy>();
        let mut settings = std::mem::zeroed::<lp_gate_settings>();
        let mut retention = std::mem::zeroed::<lp_retention>();
        let mut store = null_mut();
        lp_policy_default(text(GATE), classes, &raw mut policy, null_mut());
        policy.revocation = LP_REVOCATION_NOT_CHECKED;
        lp_gate_settings_default(&raw const policy, &raw mut settings, null_mut());
        lp_retention_default(&raw mut retention, null_mut());
        lp_store_in_memory_for_the_first_time(100, retention, &raw mut store, null_mut());
        let (trust, none, error) = (made.trust, null(), null_mut());
        let results = [
            lp_verifier_new(trust, &raw const policy, none, 0, &raw mut made.verifier, error),
            lp_gate_new(&raw const settings, trust, none, 0, store, &raw mut made.gate, error),
            lp_gate_asking_elsewhere(
                &raw const settings,
                trust,
                none,
                0,
                retention,
                &raw mut made.elsewhere,
                error,
            ),
            lp_scanner_new(made.gate, &raw mut made.scanner, error),
        ];
        assert_eq!(results, [LP_OK; 4]);
    }
    made
});

fn trusted_key(key: lp_bytes, classes: lp_texts) -> lp_trusted_key {
    let absent = lp_optional { is_present: false, value: 0 };
    lp_trusted_key {
        issuer: text("bj.example"),
        key,
        key_id: lp_bytes { data: null(), length: 0 },
        algorithm: LP_ALGORITHM_ED25519,
        uses: LP_USE_CREDENTIAL | LP_USE_PASS,
        classes,
        not_before: absent,
        sign_until: absent,
        expires: absent,
    }
}

/// Any text, or none.
fn some_text<'a>(input: &mut Input<'a>) -> lp_text {
    let taken: &'a [u8] = match input.below(8) {
        0 => return lp_text { data: null(), length: input.number(1) as usize },
        1 => b"gate-3",
        _ => {
            let length = input.byte().into();
            input.take(length)
        }
    };
    lp_text { data: taken.as_ptr().cast(), length: taken.len() }
}

fn some_bytes(input: &mut Input<'_>) -> lp_bytes {
    match input.below(8) {
        0 => lp_bytes { data: null(), length: 0 },
        1 => bytes(&[7; 32]),
        2 => bytes(&[1; 16]),
        _ => {
            let length = input.byte().into();
            bytes(input.take(length))
        }
    }
}

fn some_time(input: &mut Input<'_>) -> i64 {
    match input.below(4) {
        0 => input.number(8).cast_signed(),
        _ => NOW.cast_signed() + i64::from(input.signed()),
    }
}

fn some_optional(input: &mut Input<'_>) -> lp_optional {
    lp_optional { is_present: input.below(2) == 1, value: some_time(input) }
}

fn some_sighting(input: &mut Input<'_>) -> lp_sighting {
    lp_sighting { at: some_time(input), gate: some_text(input), lane: some_text(input) }
}

fn some_attempt(input: &mut Input<'_>) -> lp_attempt {
    lp_attempt {
        permit: some_bytes(input),
        moment: some_optional(input),
        live_until: some_time(input),
        keep_until: some_time(input),
        gate: some_text(input),
        lane: some_text(input),
        zone: some_text(input),
        passage: input.below(4) as u32,
        now: some_time(input),
        debounce: input.signed().into(),
        cool_down: input.signed().into(),
    }
}

fn some_retention(input: &mut Input<'_>) -> lp_retention {
    lp_retention {
        largest_window: input.signed().into(),
        largest_skew: input.signed().into(),
        clock_difference: input.signed().into(),
        longest_cool_down: some_time(input),
        old_master: some_optional(input),
    }
}

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let handles = &*HANDLES;
    let mut room = Guarded::new(&mut input);
    let buffer = &raw mut room.buffer;
    // SAFETY: zero is a value of every type that is zeroed here; pointers lead to values that live
    // as long as the calls, or are NULL.
    unsafe {
        let mut error = std::mem::zeroed::<lp_error>();
        let error = &raw mut error;
        match input.below(9) {
            0 => {
                let (now, by_text) = (some_time(&mut input), input.below(2) == 1);
                let mut verdict = std::mem::zeroed::<lp_verdict>();
                let challenge = lp_challenge {
                    gate: some_text(&mut input),
                    nonce: some_bytes(&mut input),
                    expires: some_time(&mut input),
                };
                let asked = if input.below(4) == 0 { &raw const challenge } else { null() };
                let code = input.0;
                let code_text = lp_text { data: code.as_ptr().cast(), length: code.len() };
                let (verifier, out) = (handles.verifier, &raw mut verdict);
                let result = if by_text {
                    lp_verifier_verify(verifier, code_text, now, asked, out, buffer, error)
                } else {
                    lp_verifier_verify_bytes(verifier, bytes(code), now, asked, out, buffer, error)
                };
                room.check(result);
                if result == LP_OK {
                    room.holds_verified(verdict.verified);
                    room.holds_rejection(verdict.rejection);
                }
            }
            1 => {
                let mut admission = std::mem::zeroed::<lp_admission>();
                let now = some_time(&mut input);
                let code = lp_text { data: input.0.as_ptr().cast(), length: input.0.len() };
                let out = &raw mut admission;
                let result = lp_gate_admit(handles.gate, code, now, out, buffer, error);
                room.check(result);
                if result == LP_OK {
                    room.holds_verified(admission.verified);
                    room.holds_rejection(admission.rejection);
                }
            }
            2 => {
                let mut pending = null_mut();
                let mut attempt = std::mem::zeroed::<lp_attempt>();
                let mut stopped = std::mem::zeroed::<lp_rejection>();
                let (now, later) = (some_time(&mut input), some_time(&mut input));
                let answer = lp_store_answer {
                    kind: input.below(12) as u32,
                    time: some_time(&mut input),
                    reason: some_text(&mut input),
                };
                let code = lp_text { data: input.0.as_ptr().cast(), length: input.0.len() };
                let result = lp_gate_begin(
                    handles.elsewhere,
                    code,
                    now,
                    &raw mut pending,
                    &raw mut attempt,
                    &raw mut stopped,
                    buffer,
                    error,
                );
                room.check(result);
                if !pending.is_null() {
                    let mut admission = std::mem::zeroed::<lp_admission>();
                    room.check(lp_gate_finish(
                        handles.elsewhere,
                        pending,
                        &raw const answer,
                        later,
                        &raw mut admission,
                        buffer,
                        error,
                    ));
                    lp_pending_free(pending);
                }
            }
            3 => {
                let newest = lp_newest {
                    moment: some_time(&mut input),
                    sighting: some_sighting(&mut input),
                };
                let slip = some_sighting(&mut input);
                let zones: Vec<_> = (0..input.below(4))
                    .map(|_| lp_cool_down {
                        zone: some_text(&mut input),
                        until: some_time(&mut input),
                        gate: some_text(&mut input),
                        generation: input.signed().into(),
                    })
                    .collect();
                let record = lp_record {
                    newest: if input.below(2) == 1 { &raw const newest } else { null() },
                    slip: if input.below(2) == 1 { &raw const slip } else { null() },
                    cool_downs: zones.as_ptr(),
                    cool_down_count: zones.len(),
                };
                let standing = lp_standing {
                    time: some_time(&mut input),
                    clock: input.below(4) as u32,
                    generation: input.signed().into(),
                    remembers_from: some_time(&mut input),
                    closed_until: some_time(&mut input),
                };
                let attempt = some_attempt(&mut input);
                let mut decision = std::mem::zeroed::<lp_decision>();
                let result = lp_memory_decide(
                    if input.below(4) == 0 { null() } else { &raw const record },
                    &raw const attempt,
                    &raw const standing,
                    some_retention(&mut input),
                    &raw mut decision,
                    buffer,
                    error,
                );
                room.check(result);
                if result == LP_OK {
                    assert_ne!(decision.write.is_null(), decision.answer.is_null());
                    room.holds(decision.write, 1);
                    room.holds(decision.answer, 1);
                }
            }
            4 => {
                let gates: Vec<_> = (0..input.below(4))
                    .map(|_| lp_gate_admissions {
                        gate: some_text(&mut input),
                        count: input.signed().into(),
                    })
                    .collect();
                let state = lp_store_state {
                    id: some_bytes(&mut input),
                    incarnation: some_text(&mut input),
                    generation: input.signed().into(),
                    forgotten: some_time(&mut input),
                    lost: some_time(&mut input),
                    closed_until: some_time(&mut input),
                    records: input.signed().into(),
                    admissions: gates.as_ptr(),
                    admissions_count: gates.len(),
                };
                let known = lp_known {
                    store: some_bytes(&mut input),
                    generation: input.signed().into(),
                    incarnation: some_text(&mut input),
                };
                let here = lp_store_here {
                    held: if input.below(4) == 0 { null() } else { &raw const state },
                    fresh: some_bytes(&mut input),
                    incarnation: some_text(&mut input),
                    time: some_time(&mut input),
                    records: input.signed().into(),
                };
                let asked = lp_asked_by {
                    gate: some_text(&mut input),
                    witness: lp_witness {
                        known: if input.below(4) == 0 { null() } else { &raw const known },
                        admissions: input.signed().into(),
                    },
                    now: some_time(&mut input),
                };
                let mut meeting = std::mem::zeroed::<lp_meeting>();
                let retention = some_retention(&mut input);
                let (here, asked) = (&raw const here, &raw const asked);
                let out = &raw mut meeting;
                let result = lp_memory_meet(here, asked, retention, out, buffer, error);
                room.check(result);
                if result == LP_OK {
                    room.holds_text(meeting.state.incarnation);
                    room.holds(meeting.state.admissions, meeting.state.admissions_count);
                }
            }
            5 => {
                let mut key = trusted_key(
                    some_bytes(&mut input),
                    lp_texts { items: null(), count: input.below(2) },
                );
                key.algorithm = input.below(5) as u32;
                key.uses = input.byte().into();
                key.expires = some_optional(&mut input);
                let mut trust = null_mut();
                room.check(lp_trust_new(&raw const key, 1, &raw mut trust, error));
                lp_trust_free(trust);
                let mut read = std::mem::zeroed::<lp_public_key>();
                room.check(lp_public_key_from_spki_der(
                    bytes(input.0),
                    &raw mut read,
                    buffer,
                    error,
                ));
                let mut secret = null_mut();
                room.check(lp_secret_key_from_pkcs8_der(bytes(input.0), &raw mut secret, error));
                lp_secret_key_free(secret);
            }
            6 => {
                let layout = input.below(10) as u32;
                let (width, height) = (input.byte(), input.byte());
                let frame = lp_frame {
                    pixels: bytes(input.0),
                    width: width.into(),
                    height: height.into(),
                    stride: i64::from(width) + i64::from(input.signed()),
                    layout,
                };
                let mut events = std::mem::zeroed::<lp_scan_events>();
                let result = lp_scanner_scan(
                    handles.scanner,
                    &raw const frame,
                    NOW.cast_signed(),
                    &raw mut events,
                    buffer,
                    error,
                );
                room.check(result);
                if result == LP_OK {
                    room.holds(events.items, events.count);
                }
            }
            7 => {
                let mut said = std::mem::zeroed::<lp_text>();
                let level = input.below(6) as u32;
                let (left, whole) = (some_time(&mut input), input.signed().into());
                let code = lp_text { data: input.0.as_ptr().cast(), length: input.0.len() };
                let out = &raw mut said;
                let result = lp_draw_svg(code, level, left, whole, out, buffer, error);
                room.check(result);
                if result == LP_OK {
                    room.holds_text(said);
                }
                let result = lp_inspect(code, out, buffer, error);
                room.check(result);
                if result == LP_OK {
                    room.holds_text(said);
                }
            }
            _ => {
                let mut facts = std::mem::zeroed::<lp_status_list_facts>();
                let mut list = null_mut();
                let (trust, now) = (handles.trust, some_time(&mut input));
                room.check(lp_status_list_accept(
                    bytes(input.0),
                    trust,
                    now,
                    input.signed().into(),
                    null(),
                    0,
                    null(),
                    &raw mut list,
                    error,
                ));
                if !list.is_null() {
                    room.check(lp_status_list_describe(list, &raw mut facts, buffer, error));
                }
                lp_status_list_free(list);
                let mut code = std::mem::zeroed::<lp_gate_code>();
                let read = lp_text { data: input.0.as_ptr().cast(), length: input.0.len() };
                room.check(lp_read_gate_code(read, &raw mut code, buffer, error));
            }
        }
    }
});
