//! The issuer's service of livepermit: from application to cancellation.
//!
//! [`domain`] is the life of a permit as pure rules. [`store`] keeps it, in SQLite or PostgreSQL.
//! [`service`] does what is asked: it changes the register by the rules, and signs what is given out.
//! [`staff`] has the rules of officers' accounts. [`http`] has the ports, [`pages`] and [`desk`] what
//! applicants and officers open in a browser.
//!
//! What is above depends on what is below, never the other way round.

#[doc(hidden)]
pub mod command;
pub mod config;
pub mod demo;
pub mod desk;
pub mod domain;
mod hex;
pub mod http;
pub mod jobs;
mod mac;
pub mod pages;
pub mod protocol;
pub mod service;
pub mod staff;
pub mod store;
