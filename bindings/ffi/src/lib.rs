//! livepermit in owned types, for other languages: the bridge that Kotlin, Swift and Python (by
//! UniFFI), JavaScript (by wasm-bindgen), C and Go stand on.
//!
//! Everything here wraps the public API of `livepermit`, `livepermit-gate` and `livepermit-qr`, and
//! decides nothing. The types follow what all those languages can do:
//!
//! - Values are **records** without lifetimes. **Objects** hold keys, lists, a gate, a scanner.
//! - Times and spans are whole seconds in an `i64`, since 1970 for times. Negative numbers, and times
//!   of 2^40 and more, are refused with the code `time-out-of-range`.
//! - A visitor who is refused is a [`Verdict`] or an [`Admission`], never an exception. What the
//!   caller did wrong is a [`LivepermitError`] with a stable code.
//! - Signing is two steps, [`PreparedToken::message`] and [`PreparedToken::attach`], so that every
//!   keystore can sign. Nothing calls back into the other language, and nothing is asynchronous.
//! - All objects can be used from several threads.
//!
//! # Features
//!
//! `gate` (default): gates and the memory of used codes. `scan` (default): camera frames. `file`: a
//! memory in a file. `uniffi`: what Kotlin, Swift and Python need. `bindgen`: the generator of their
//! sources.
#![cfg_attr(not(feature = "uniffi"), forbid(unsafe_code))]
#![expect(
    clippy::result_large_err,
    reason = "an error is a record that another language gets whole; none is made in a loop"
)]

mod codes;
mod draw;
mod error;
#[cfg(feature = "gate")]
mod fetch;
#[cfg(feature = "gate")]
mod gate;
mod hold;
mod inspect;
mod issue;
mod key;
mod lists;
#[cfg(feature = "gate")]
mod memory;
mod number;
mod permit;
#[cfg(feature = "scan")]
mod scan;
mod schedule;
#[cfg(feature = "gate")]
mod setup;
mod status;
#[cfg(feature = "gate")]
mod store;
mod trust;
mod verify;

#[cfg(feature = "gate")]
pub use codes::caution_codes;
pub use codes::{CodeFacts, list_rejection_codes, rejection_codes, setup_rejection_codes};
pub use draw::{ErrorCorrection, QrPicture, draw_qr};
pub use error::{Evidence, LivepermitError, Rejection};
#[cfg(feature = "gate")]
pub use fetch::{FetchStep, HttpHeader, ListFetch, ListRequest, most_list_bytes};
#[cfg(feature = "gate")]
pub use gate::{
    Admission, Attempt, Begun, ClockState, CoolDownPolicy, Gate, GateSettings, Passage, Pending,
    StoreFailurePolicy, gate_settings,
};
pub use hold::{
    Challenge, GateCode, HeldCredential, Holder, Recipient, challenge_qr_text, gate_name_qr_text,
    read_gate_code,
};
#[cfg(feature = "panics")]
pub use inspect::panic_for_tests;
pub use inspect::{diagnostic_notation, inspect};
pub use issue::{Issuer, PreparedList, PreparedToken, Validity, default_validity};
pub use key::{Algorithm, PublicKey, SecretKey};
pub use lists::{StatusListBuilder, prepare_trust_list};
#[cfg(feature = "gate")]
pub use memory::{
    AskedBy, CoolDown, Decision, GoOn, Known, Meeting, Newest, Sighting, Standing, StoreClock,
    StoreRecord, StoreState, Witness, clocks_apart, decide, forget_record, go_on, known_of, meet,
    record_admission, record_is_over, standing_of, take_answer,
};
pub use permit::{
    Acting, Form, Permit, Person, StatusReference, Token, permit, read_token, read_token_text,
};
#[cfg(feature = "scan")]
pub use scan::{
    Asked, Corner, Frame, FrameCode, FrameCodes, FrameScanner, GateScanner, PixelLayout, ScanEvent,
    ScanStep,
};
pub use schedule::{Arrival, CodeSchedule, Countdown, ScheduleStep, Screen, Slot};
#[cfg(feature = "gate")]
pub use setup::{
    GateSetup, RelayAccess, SetupTrust, UnverifiedSetup, accept_first_setup, accept_next_setup,
    read_setup, read_setup_bytes, setup_check_number, stored_setup,
};
pub use status::{HeldList, StatusLimits, StatusList, default_status_limits};
#[cfg(feature = "gate")]
pub use store::{Retention, Store, StoreAnswer, StoreHealth, default_retention};
pub use trust::{SkippedKey, Trust, TrustAnchor, TrustList, TrustState, TrustedKey, Use};
pub use verify::{
    ActingPolicy, AudiencePolicy, Caution, ChallengePolicy, CredentialFacts, Policy,
    RevocationPolicy, Verdict, Verified, Verifier, policy,
};

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!("livepermit");
