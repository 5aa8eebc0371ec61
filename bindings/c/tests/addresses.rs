//! Results at every address and in every size, without any code of a permit: what Miri can run in
//! minutes.

use std::ptr::{null, null_mut};

use livepermit_c::*;

fn text(text: &str) -> lp_text {
    lp_text { data: text.as_ptr().cast(), length: text.len() }
}

/// What a call writes into a buffer of this size at this distance from an aligned address.
fn call(
    shift: usize,
    capacity: usize,
    run: impl FnOnce(*mut lp_buffer) -> lp_result,
) -> (lp_result, usize) {
    let mut memory = vec![0u64; (capacity + shift) / 8 + 2];
    let data = memory.as_mut_ptr().cast::<u8>().wrapping_add(shift);
    let mut buffer = lp_buffer { data, capacity, used: 0 };
    let result = run(&raw mut buffer);
    (result, buffer.used)
}

#[test]
fn a_result_fits_exactly_or_says_what_it_needs() {
    let codes = |buffer| {
        let mut table = lp_code_table { items: null(), count: 0 };
        // SAFETY: all pointers are of this test.
        let result = unsafe { lp_list_rejection_codes(&raw mut table, buffer, null_mut()) };
        if result == LP_OK {
            // SAFETY: the result leads into the buffer.
            let items = unsafe { std::slice::from_raw_parts(table.items, table.count) };
            for item in items {
                // SAFETY: the same.
                let code = unsafe {
                    std::slice::from_raw_parts(item.code.data.cast::<u8>(), item.code.length)
                };
                assert!(std::str::from_utf8(code).expect("UTF-8").contains('-'));
            }
        }
        result
    };
    for shift in 0..9 {
        let (result, needed) = call(shift, 0, codes);
        assert_eq!(result, LP_BUFFER_TOO_SMALL);
        let (result, used) = call(shift, needed, codes);
        assert_eq!(result, LP_OK);
        assert!(used <= needed, "{used} of {needed}");
        for capacity in [1, needed / 2, used - 1] {
            assert_eq!(call(shift, capacity, codes).0, LP_BUFFER_TOO_SMALL);
        }
    }
}

#[test]
fn a_record_comes_back_as_it_was_given() {
    let sighting = lp_sighting { at: 1_790_000_000, gate: text("north"), lane: text("1") };
    let newest = lp_newest { moment: 1_790_000_000, sighting };
    let record = lp_record {
        newest: &raw const newest,
        slip: null(),
        cool_downs: null(),
        cool_down_count: 0,
    };
    let retention = lp_retention {
        largest_window: 30,
        largest_skew: 5,
        clock_difference: 60,
        longest_cool_down: 600,
        old_master: lp_optional { is_present: false, value: 0 },
    };
    for (cutoff, wanted) in [(1_790_000_000, false), (1_900_000_000, true)] {
        let mut is_over = !wanted;
        // SAFETY: all pointers are of this test.
        let result = unsafe {
            let (record, over) = (&raw const record, &raw mut is_over);
            lp_memory_record_is_over(record, cutoff, retention, over, null_mut())
        };
        assert_eq!((result, is_over), (LP_OK, wanted));
    }
    let read = |buffer| {
        let gate = lp_gate_code { kind: 0, challenge: no_challenge() };
        let mut code = gate;
        // SAFETY: all pointers are of this test.
        let result = unsafe {
            lp_read_gate_code(text("LPC1:6GG53D7WE6W5"), &raw mut code, buffer, null_mut())
        };
        if result == LP_OK {
            assert_eq!((code.kind, code.challenge.gate.length), (LP_GATE_CODE_NAME, 6));
        }
        result
    };
    assert_eq!(call(3, 100, read).0, LP_OK);
    assert_eq!(call(3, 6, read).0, LP_BUFFER_TOO_SMALL);
}

fn no_challenge() -> lp_challenge {
    let absent = lp_text { data: null(), length: 0 };
    lp_challenge { gate: absent, nonce: lp_bytes { data: null(), length: 0 }, expires: 0 }
}

#[test]
fn pointers_that_lead_nowhere_are_an_error() {
    let mut error = lp_error {
        code: [0; 48],
        reason: [0; 320],
        instruction: [0; 320],
        evidence: lp_evidence { kind: 0, found: 0, limit: 0, at: 0, layer: [0; 32], flaw: [0; 48] },
    };
    let mut table = lp_code_table { items: null(), count: 0 };
    let odd = (&raw mut table).cast::<u8>().wrapping_add(1).cast::<lp_code_table>();
    let (result, _) = call(0, 100_000, |buffer| {
        // SAFETY: the place is not aligned, which the function sees before it writes.
        unsafe { lp_list_rejection_codes(odd, buffer, &raw mut error) }
    });
    assert_eq!(result, LP_FAILED);
    let code: Vec<u8> = error
        .code
        .iter()
        .flat_map(|byte| byte.to_ne_bytes())
        .take_while(|byte| *byte != 0)
        .collect();
    assert_eq!(code, b"pointer-wrong");
    // SAFETY: NULL is an error here.
    let result = unsafe { lp_list_rejection_codes(&raw mut table, null_mut(), null_mut()) };
    assert_eq!(result, LP_FAILED);
}
