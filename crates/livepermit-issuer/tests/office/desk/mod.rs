//! The desk: pages for officers, opened as a browser without scripts opens them.

mod apply;
mod browser;
mod every_page;
mod follow_ups;
mod forms;
mod login;
mod mandate;
mod proposals;
mod roles;
mod search;
mod story;
