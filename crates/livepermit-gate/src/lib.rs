//! The gate of livepermit: it verifies a code, admits each code once, and remembers the used codes.
//!
//! [`Gate`] is one lane of a gate. A [`ReplayStore`](replay::ReplayStore) remembers the used codes:
//! [`MemoryReplay`] for one process, `FileReplay` for one process that may be killed, `RedisReplay`
//! or `PostgresReplay` for a venue with many gates, or
//! [your own](replay::ReplayStore#write-your-own-store).
//!
//! This crate re-exports everything of `livepermit`, so a gate depends on one crate only.
//!
//! ```
//! use livepermit_gate::replay::Retention;
//! use livepermit_gate::{Gate, MemoryReplay, RevocationPolicy, Timestamp, Trust};
//!
//! # fn trusted() -> Result<Trust, Box<dyn std::error::Error>> { Ok(Trust::new([])?) }
//! let now = Timestamp::try_from(std::time::SystemTime::now())?;
//! let gate = Gate::at("gate-3")
//!     .zone("hall")
//!     .trusting(trusted()?)
//!     .accepting(["bj.example:residence"])
//!     .revocation(RevocationPolicy::NotChecked)
//!     .store(MemoryReplay::after_restart(100_000, Retention::default(), now))
//!     .build()?;
//! let refused = gate.admit("HTTPS://EXAMPLE.COM", now).unwrap_err();
//! assert_eq!(refused.code().as_str(), "not-ours");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! `scan`: verdicts on camera frames. `file`: remembers used codes in a file, and the lists of a
//! gate in a folder. `redis`: remembers used codes in a Redis server. `postgres`: in a PostgreSQL
//! server. Without these features, the crate uses no network, and no file but a gate's
//! [`Witnesses`](replay::Witnesses).
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(
        // No input of a stranger may stop the program or lose a bit silently: docs/assurance.md.
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::infinite_loop,
        clippy::panic_in_result_fn,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::unwrap_in_result
    )
)]

pub mod fetch;
mod gate;
#[cfg(feature = "file")]
pub mod lists;
mod place;
mod private;
pub mod replay;
#[cfg(feature = "scan")]
#[cfg_attr(
    not(test),
    expect(clippy::float_arithmetic, reason = "where a code is in a picture, and nothing else")
)]
pub mod scan;
mod visitor;
pub mod wedge;

pub use livepermit::*;

pub use gate::{
    Admitted, ClockState, CoolDownPolicy, Gate, GateBuilder, GateCaution, GateCautions, GateError,
    GateJudgement, OpenChallengeError, Pending, StoreFailurePolicy,
};
pub use place::GatePlace;
#[cfg(feature = "file")]
pub use replay::FileReplay;
pub use replay::MemoryReplay;
#[cfg(feature = "postgres")]
pub use replay::PostgresReplay;
#[cfg(feature = "redis")]
pub use replay::RedisReplay;
pub use visitor::LastVisitor;
