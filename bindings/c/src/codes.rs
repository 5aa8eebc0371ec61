//! The tables of stable codes.

use livepermit_ffi::CodeFacts;

use crate::buffer::{give, lp_buffer};
use crate::error::{lp_error, lp_result, run};
use crate::text::lp_text;
use crate::verdict::lp_cautions;

/// What a stable code means.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_code_facts {
    /// The code.
    pub code: lp_text,
    /// The step of verification that gives the code; absent for lists.
    pub stage: lp_text,
    /// Who has to act; absent for lists.
    pub fault: lp_text,
    /// The cause, in one sentence.
    pub cause: lp_text,
    /// What to do.
    pub instruction: lp_text,
}

/// A table of codes.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_code_table {
    /// The first code.
    pub items: *const lp_code_facts,
    /// How many there are.
    pub count: usize,
}

/// Every code with which a token is refused, in the order of the checks. About 32 kB.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_rejection_codes(
    table: *mut lp_code_table,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe { give_table(livepermit_ffi::rejection_codes(), table, buffer, error) }
}

/// Every code with which a trust list or a status list is refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_list_rejection_codes(
    table: *mut lp_code_table,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe { give_table(livepermit_ffi::list_rejection_codes(), table, buffer, error) }
}

/// Every caution that an accepted code can carry.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_caution_codes(
    cautions: *mut lp_cautions,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let all = livepermit_ffi::caution_codes();
            give(cautions, buffer, |arena| lp_cautions::of(&all, arena))
        })
    }
}

unsafe fn give_table(
    codes: Vec<CodeFacts>,
    table: *mut lp_code_table,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            give(table, buffer, |arena| {
                let items: Vec<_> = codes
                    .iter()
                    .map(|facts| lp_code_facts {
                        code: arena.text(&facts.code),
                        stage: arena.maybe_text(facts.stage.as_deref()),
                        fault: arena.maybe_text(facts.fault.as_deref()),
                        cause: arena.text(&facts.cause),
                        instruction: arena.text(&facts.instruction),
                    })
                    .collect();
                lp_code_table { items: arena.array(&items), count: items.len() }
            })
        })
    }
}
