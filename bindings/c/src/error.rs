//! What a function returns, and what it tells beside.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use core::ffi::c_char;

#[cfg(feature = "std")]
use livepermit_ffi::{Evidence, LivepermitError};

/// What every function returns: `LP_OK` or another of four constants.
pub type lp_result = u32;

/// The function did what it says.
pub const LP_OK: u32 = 0;
/// The function gave no result, and changed nothing. `lp_error` says why.
pub const LP_FAILED: u32 = 1;
/// The result does not fit into the buffer, whose `used` says how many bytes the result needs.
pub const LP_BUFFER_TOO_SMALL: u32 = 2;
/// A defect of the library. The handles of the call should not be used any more.
pub const LP_INTERNAL: u32 = 3;

/// What a check compared: one of the constants `LP_EVIDENCE_*`.
pub type lp_evidence_kind = u32;

/// The check compares no values that may be shown.
pub const LP_EVIDENCE_NOTHING: u32 = 1;
/// Two times, in seconds since 1970.
pub const LP_EVIDENCE_TIMES: u32 = 2;
/// The COSE numbers of two algorithms.
pub const LP_EVIDENCE_NUMBERS: u32 = 3;
/// Two lengths, versions, indices or status values.
pub const LP_EVIDENCE_COUNTS: u32 = 4;
/// The place and the rule of the format that is broken there.
pub const LP_EVIDENCE_MALFORMED: u32 = 5;

/// What a check compared, or where the format is broken.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_evidence {
    /// Which of the fields below have a meaning.
    pub kind: lp_evidence_kind,
    /// The tested value, for times, numbers and counts.
    pub found: i64,
    /// The limit.
    pub limit: i64,
    /// Where the format is broken: counted from 0, in bytes or characters of the layer.
    pub at: i64,
    /// The part of the format, such as `cbor`, with a zero byte behind.
    pub layer: [c_char; 32],
    /// The rule that is broken, with a zero byte behind.
    pub flaw: [c_char; 48],
}

/// Why a function gave no result. Every function takes a pointer to one, which can be NULL.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_error {
    /// The stable code in kebab-case, with a zero byte behind.
    pub code: [c_char; 48],
    /// What is wrong, in one sentence, with a zero byte behind. What is longer is cut.
    pub reason: [c_char; 320],
    /// What to do about the error, where more can be said; else empty.
    pub instruction: [c_char; 320],
    /// The values compared.
    pub evidence: lp_evidence,
}

pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// Why a function ends.
pub(crate) enum Failure {
    /// Of the caller, of a store, of a signer.
    Told(Box<Told>),
    /// The buffer itself says how much is needed.
    BufferTooSmall,
    /// A panic.
    #[cfg(feature = "std")]
    Defect(String),
}

pub(crate) struct Told {
    code: Cow<'static, str>,
    reason: String,
    instruction: String,
    evidence: lp_evidence,
}

impl Failure {
    pub(crate) fn new(code: &'static str, reason: &[&str]) -> Self {
        Self::Told(Box::new(Told {
            code: code.into(),
            reason: reason.concat(),
            instruction: String::new(),
            evidence: lp_evidence::NOTHING,
        }))
    }

    pub(crate) fn pointer(what: &str) -> Self {
        Self::new("pointer-wrong", &[what, " is NULL or not aligned"])
    }

    pub(crate) fn value(what: &str, value: u32) -> Self {
        Self::Told(Box::new(Told {
            code: "value-unknown".into(),
            reason: [what, " has no such value"].concat(),
            instruction: "Take one of the constants of this type; 0 is none of them.".into(),
            evidence: lp_evidence::compared(LP_EVIDENCE_COUNTS, value.into(), 0),
        }))
    }
}

#[cfg(not(feature = "std"))]
impl Failure {
    pub(crate) fn told(
        code: &'static str,
        reason: String,
        instruction: &str,
        evidence: lp_evidence,
    ) -> Self {
        let instruction = instruction.into();
        Self::Told(Box::new(Told { code: code.into(), reason, instruction, evidence }))
    }
}

impl lp_evidence {
    pub(crate) const NOTHING: Self = Self {
        kind: LP_EVIDENCE_NOTHING,
        found: 0,
        limit: 0,
        at: 0,
        layer: [0; 32],
        flaw: [0; 48],
    };

    pub(crate) const fn compared(kind: lp_evidence_kind, found: i64, limit: i64) -> Self {
        Self { kind, found, limit, ..Self::NOTHING }
    }

    pub(crate) fn malformed(layer: &str, flaw: &str, at: i64) -> Self {
        Self {
            kind: LP_EVIDENCE_MALFORMED,
            at,
            layer: fixed(layer),
            flaw: fixed(flaw),
            ..Self::NOTHING
        }
    }
}

#[cfg(feature = "std")]
impl From<&Evidence> for lp_evidence {
    fn from(evidence: &Evidence) -> Self {
        match evidence {
            Evidence::Nothing => Self::NOTHING,
            Evidence::Times { found, limit } => Self::compared(LP_EVIDENCE_TIMES, *found, *limit),
            Evidence::Numbers { found, limit } => {
                Self::compared(LP_EVIDENCE_NUMBERS, *found, *limit)
            }
            Evidence::Counts { found, limit } => Self::compared(LP_EVIDENCE_COUNTS, *found, *limit),
            Evidence::Malformed { layer, flaw, at } => Self::malformed(layer, flaw, *at),
        }
    }
}

#[cfg(feature = "std")]
impl From<LivepermitError> for Failure {
    fn from(error: LivepermitError) -> Self {
        let LivepermitError::Failed { code, reason, instruction, evidence } = error;
        Self::Told(Box::new(Told {
            code: code.into(),
            reason,
            instruction: instruction.unwrap_or_default(),
            evidence: (&evidence).into(),
        }))
    }
}

/// A text with a zero byte behind, cut between two characters where it is too long.
pub(crate) fn fixed<const SIZE: usize>(text: &str) -> [c_char; SIZE] {
    let mut out = [0; SIZE];
    let mut end = text.len().min(SIZE.saturating_sub(1));
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    for (slot, byte) in out.iter_mut().zip(text.bytes().take(end)) {
        *slot = c_char::from_ne_bytes([byte]);
    }
    out
}

/// Runs the body of a function, and tells the caller how it ended. A panic ends here.
///
/// # Safety
/// `error` is valid for a write, or NULL.
pub(crate) unsafe fn run(error: *mut lp_error, body: impl FnOnce() -> Outcome) -> lp_result {
    match guarded(body) {
        Ok(()) => LP_OK,
        // SAFETY: the caller answers for the pointer.
        Err(failure) => unsafe { tell(&failure, error) },
    }
}

/// Once for all functions, and off the stack of those that succeed.
///
/// # Safety
/// `error` is valid for a write, or NULL.
#[cold]
#[inline(never)]
unsafe fn tell(failure: &Failure, error: *mut lp_error) -> lp_result {
    let (result, told) = match failure {
        Failure::Told(told) => {
            let Told { code, reason, instruction, evidence } = &**told;
            (LP_FAILED, lp_error::new(code, reason, instruction, *evidence))
        }
        Failure::BufferTooSmall => {
            let reason = "the result does not fit into the buffer";
            let instruction = "Call again with a buffer of as many bytes as `used` says.";
            let evidence = lp_evidence::NOTHING;
            (LP_BUFFER_TOO_SMALL, lp_error::new("buffer-too-small", reason, instruction, evidence))
        }
        #[cfg(feature = "std")]
        Failure::Defect(reason) => {
            let instruction = "Tell who makes livepermit: this is a defect.";
            let evidence = lp_evidence::NOTHING;
            (LP_INTERNAL, lp_error::new("internal", reason, instruction, evidence))
        }
    };
    if !error.is_null() && error.is_aligned() {
        // SAFETY: not NULL and aligned; the caller answers for the rest.
        unsafe { error.write(told) };
    }
    result
}

impl lp_error {
    fn new(code: &str, reason: &str, instruction: &str, evidence: lp_evidence) -> Self {
        Self { code: fixed(code), reason: fixed(reason), instruction: fixed(instruction), evidence }
    }
}

#[cfg(feature = "std")]
fn guarded(body: impl FnOnce() -> Outcome) -> Outcome {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
    caught.unwrap_or_else(|panic| {
        let reason = panic
            .downcast_ref::<&str>()
            .map(|text| String::from(*text))
            .or_else(|| panic.downcast_ref::<String>().cloned());
        Err(Failure::Defect(reason.unwrap_or_else(|| "a panic without a text".into())))
    })
}

/// Nothing unwinds there: the panic handler of the firmware ends it.
#[cfg(not(feature = "std"))]
fn guarded(body: impl FnOnce() -> Outcome) -> Outcome {
    body()
}
