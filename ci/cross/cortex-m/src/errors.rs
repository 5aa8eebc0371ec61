//! What the functions answer to arguments that are wrong: the codes of the bridge.

use core::ffi::CStr;
use core::ptr::{null, null_mut};

use cortex_m_semihosting::hprintln;
use livepermit_c::{
    LP_BUFFER_TOO_SMALL, LP_FAILED, LP_OK, LP_REFUSED, LP_REVOCATION_NOT_CHECKED,
    LP_REVOCATION_REQUIRED, LP_USE_PASS, lp_bytes, lp_challenge, lp_error, lp_held_list,
    lp_optional, lp_policy, lp_status_limits, lp_status_list_accept, lp_text, lp_texts,
    lp_trust_anchor_new, lp_trust_new, lp_trust_with_tables, lp_trusted_key, lp_verifier_new,
    lp_verifier_verify,
};

use crate::BUFFER;
use crate::group::{Group, policy};
use crate::read::text;

pub(crate) fn run(group: &Group) -> bool {
    let mut told = Told { count: 0, wrong: 0 };
    verifying(&mut told, group);
    policies(&mut told, group);
    keys(&mut told, group);
    lists(&mut told, group);
    room(&mut told, group);
    hprintln!("errors {} {}", told.count - told.wrong, told.wrong);
    told.wrong == 0
}

struct Told {
    count: u32,
    wrong: u32,
}

impl Told {
    fn is(&mut self, wanted: &str, call: impl FnOnce(*mut lp_error) -> u32) {
        self.count += 1;
        // SAFETY: all bits zero are numbers.
        let mut error: lp_error = unsafe { core::mem::zeroed() };
        let result = call(&mut error);
        let code = CStr::from_bytes_until_nul(&error.code).unwrap_or_default();
        let code = code.to_str().unwrap_or_default();
        let wanted_result =
            if wanted == "buffer-too-small" { LP_BUFFER_TOO_SMALL } else { LP_FAILED };
        if result != wanted_result || code != wanted || error.reason[0] == 0 {
            hprintln!("fail error {}: {} {}", wanted, result, code);
            self.wrong += 1;
        }
    }

    fn holds(&mut self, what: &str, is_so: bool) {
        self.count += 1;
        if !is_so {
            hprintln!("fail error {}", what);
            self.wrong += 1;
        }
    }
}

const ABSENT: lp_text = lp_text { data: null(), length: 0 };

fn bytes(of: &[u8]) -> lp_bytes {
    lp_bytes { data: of.as_ptr(), length: of.len() }
}

fn verifying(told: &mut Told, group: &Group) {
    let ask = |text: lp_text, now: i64, challenge: *const lp_challenge, error: *mut lp_error| {
        let mut buffer = BUFFER.take();
        // SAFETY: all bits zero are numbers and NULL; the pointers are those of the values.
        unsafe {
            let mut verdict = core::mem::zeroed();
            let verifier = group.verifier;
            lp_verifier_verify(verifier, text, now, challenge, &mut verdict, &mut buffer, error)
        }
    };
    let code = text(b"LP1:");
    told.is("time-out-of-range", |error| ask(code, -1, null(), error));
    told.is("time-out-of-range", |error| ask(code, 1 << 40, null(), error));
    told.is("time-out-of-range", |error| ask(code, i64::MIN, null(), error));
    told.is("pointer-wrong", |error| ask(ABSENT, 0, null(), error));
    let too_long = lp_text { data: code.data, length: usize::MAX };
    told.is("length-wrong", |error| ask(too_long, 0, null(), error));
    let mut challenge = lp_challenge { gate: text(b"gate-3"), nonce: bytes(&[7; 16]), expires: -1 };
    told.is("time-out-of-range", |error| ask(code, 0, &challenge, error));
    challenge.expires = 0;
    challenge.nonce = bytes(&[7; 5]);
    told.is("length-out-of-range", |error| ask(code, 0, &challenge, error));
    challenge.gate = text(&[0xff]);
    told.is("text-not-utf8", |error| ask(code, 0, &challenge, error));
    let mut buffer = BUFFER.take();
    // SAFETY: all bits zero are numbers and NULL; the pointers are those of the values.
    unsafe {
        let mut verdict: livepermit_c::lp_verdict = core::mem::zeroed();
        told.is("pointer-wrong", |error| {
            lp_verifier_verify(null(), code, 0, null(), &mut verdict, &mut buffer, error)
        });
        told.is("pointer-wrong", |error| {
            let verifier = group.verifier;
            lp_verifier_verify(verifier, code, 0, null(), null_mut(), &mut buffer, error)
        });
        // What a scanner reads is no argument that can be wrong.
        let (verifier, noise) = (group.verifier, text(&[0xff, 0xfe]));
        let result =
            lp_verifier_verify(verifier, noise, 0, null(), &mut verdict, &mut buffer, null_mut());
        told.holds("noise is refused", result == LP_OK && verdict.kind == LP_REFUSED);
    }
}

fn policies(told: &mut Told, group: &Group) {
    let class = text(b"bj.example:residence");
    let classes = lp_texts { items: &class, count: 1 };
    let mut try_with = |wanted: &str, change: &dyn Fn(&mut lp_policy)| {
        let mut rules = policy(text(b"gate-3"), classes);
        rules.revocation = LP_REVOCATION_NOT_CHECKED;
        change(&mut rules);
        let mut verifier = null_mut();
        // SAFETY: the pointers are those of the values above.
        told.is(wanted, |error| unsafe {
            lp_verifier_new(group.trust, &rules, null(), 0, &mut verifier, error)
        });
    };
    try_with("value-unknown", &|rules| rules.revocation = 0);
    try_with("value-unknown", &|rules| rules.audience = 0);
    try_with("value-unknown", &|rules| rules.challenge = 3);
    try_with("value-unknown", &|rules| rules.acting = 0);
    try_with("value-unknown", &|rules| rules.forms = 0);
    try_with("value-unknown", &|rules| rules.forms = 16);
    try_with("number-negative", &|rules| rules.window = -1);
    try_with("number-negative", &|rules| rules.skew = i64::MIN);
    try_with("number-negative", &|rules| rules.max_credential_age = -1);
    try_with("number-negative", &|rules| {
        rules.revocation = LP_REVOCATION_REQUIRED;
        rules.status_max_age = -1;
    });
    try_with("number-negative", &|rules| {
        rules.revocation = LP_REVOCATION_REQUIRED;
        rules.status_grace = -1;
    });
    try_with("pointer-wrong", &|rules| rules.gate = ABSENT);
    try_with("pointer-wrong", &|rules| rules.classes = lp_texts { items: null(), count: 1 });
}

fn keys(told: &mut Told, group: &Group) {
    let class = text(b"bj.example:residence");
    let none = lp_optional { is_present: false, value: 0 };
    let good =
        hex(b"a3010120062158207ca3ff005152fa9bd444a4623f19afd108da440cd989370a9533925e3db5c3e2");
    let usual = lp_trusted_key {
        issuer: text(b"bj.example"),
        key: bytes(&good),
        key_id: lp_bytes { data: null(), length: 0 },
        algorithm: livepermit_c::LP_ALGORITHM_ED25519,
        uses: LP_USE_PASS,
        classes: lp_texts { items: &class, count: 1 },
        not_before: none,
        sign_until: none,
        expires: none,
    };
    let mut try_with = |wanted: &str, change: &dyn Fn(&mut lp_trusted_key)| {
        let mut key = usual;
        change(&mut key);
        let mut trust = null_mut();
        // SAFETY: the pointers are those of the values above.
        told.is(wanted, |error| unsafe { lp_trust_new(&key, 1, &mut trust, error) });
    };
    let at = |value| lp_optional { is_present: true, value };
    try_with("time-out-of-range", &|key| key.not_before = at(-1));
    try_with("time-out-of-range", &|key| key.expires = at(1 << 40));
    try_with("value-unknown", &|key| key.algorithm = 0);
    try_with("value-unknown", &|key| key.uses = 16);
    try_with("pointer-wrong", &|key| key.key = lp_bytes { data: null(), length: 43 });
    try_with("key-malformed", &|key| key.key = bytes(b"\xa0\xa0"));
    let mut faster = null_mut();
    // SAFETY: the pointers are those of the values above.
    unsafe {
        told.is("number-negative", |error| {
            lp_trust_with_tables(group.trust, -1, &mut faster, error)
        });
        told.is("number-too-large", |error| {
            lp_trust_with_tables(group.trust, 1 << 32, &mut faster, error)
        });
        let (root, mut anchor) = (bytes(&good), null_mut());
        let roots = livepermit_c::lp_byte_strings { items: &root, count: 1 };
        told.is("number-negative", |error| {
            lp_trust_anchor_new(text(b"bj.example"), roots, -1, null(), &mut anchor, error)
        });
    }
}

fn lists(told: &mut Told, group: &Group) {
    let mut accepted = null_mut();
    let mut held = lp_held_list {
        issuer: text(b"bj.example"),
        uri: text(b"https://bj.example/status/1"),
        issued_at: 0,
        digest: bytes(&[0; 31]),
    };
    let mut limits = lp_status_limits { list_bytes: 1 << 32, inflated_bytes: 0 };
    // SAFETY: the pointers are those of the values above.
    unsafe {
        let list = bytes(b"\xd2");
        let mut accept = |held: &lp_held_list, limits: &lp_status_limits, now, error| {
            lp_status_list_accept(list, group.trust, now, 5, held, 1, limits, &mut accepted, error)
        };
        told.is("number-too-large", |error| accept(&held, &limits, 0, error));
        limits.list_bytes = -1;
        told.is("number-negative", |error| accept(&held, &limits, 0, error));
        limits.list_bytes = 100;
        told.is("length-wrong", |error| accept(&held, &limits, 0, error));
        let digest = [0; 32];
        held.digest = bytes(&digest);
        told.is("time-out-of-range", |error| accept(&held, &limits, -1, error));
        told.is("list-malformed", |error| accept(&held, &limits, 0, error));
    }
}

/// A buffer that is too small says how much is needed, and so much is enough.
fn room(told: &mut Told, group: &Group) {
    // SAFETY: all bits zero are numbers and NULL.
    let mut verdict = unsafe { core::mem::zeroed() };
    let mut ask = |capacity, error| {
        let mut buffer = BUFFER.take();
        buffer.capacity = capacity;
        // SAFETY: the pointers are those of the values above.
        let result = unsafe {
            let (verifier, code) = (group.verifier, text(b"LP1:"));
            lp_verifier_verify(verifier, code, 0, null(), &mut verdict, &mut buffer, error)
        };
        (result, buffer.used)
    };
    let mut needed = 0;
    told.is("buffer-too-small", |error| {
        let (result, used) = ask(0, error);
        needed = used;
        result
    });
    told.is("buffer-too-small", |error| ask(needed.saturating_sub(9), error).0);
    told.holds("a buffer of what is needed", ask(needed, null_mut()).0 == LP_OK);
}

fn hex(digits: &[u8]) -> [u8; 40] {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit - b'a' + 10,
    };
    let mut out = [0; 40];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = value(pair[0]) << 4 | value(pair[1]);
    }
    out
}
