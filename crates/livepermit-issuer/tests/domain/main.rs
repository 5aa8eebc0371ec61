//! The rules of the domain, through the public API.

#![expect(clippy::expect_used, reason = "helpers of tests may panic")]

mod attestation;
mod calendar;
mod case;
mod case_sequences;
mod codes;
mod follow_ups;
mod permit;
mod permit_sequences;
mod personal;
mod representatives;
mod support;
