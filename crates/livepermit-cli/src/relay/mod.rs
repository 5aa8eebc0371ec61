//! The relay: several gates of a zone share one memory of used codes over HTTPS. The operator runs
//! it. `desk` answers, without I/O; `message` and `mac` are what gate and relay say to each other;
//! `serve` is HTTP and TLS.

mod desk;
mod mac;
mod message;
mod serve;

pub(crate) use desk::Desk;
pub(crate) use mac::{of_answer, of_question, same};
pub(crate) use message::{Asked, Given, Health, Question, Reply, Settings, Way};
pub(crate) use serve::{Listening, serve};

/// The one address of a relay, behind the address of the setup.
pub(crate) const PATH: &str = "v1/ask";
/// Names the gate.
pub(crate) const GATE: &str = "livepermit-gate";
/// The code of message authentication, in hexadecimal.
pub(crate) const MAC: &str = "livepermit-mac";
/// More bytes than any question and any answer has.
pub(crate) const MAX_BODY: usize = 4096;
