//! The rules of the domain, through the public API.

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
