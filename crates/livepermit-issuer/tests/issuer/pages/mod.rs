//! The pages for applicants, asked over HTTP as a browser does. Each test that writes runs once on
//! SQLite, and once on a PostgreSQL server that the tests start themselves.

mod apply;
mod browser;
mod every_page;
mod files;
mod look;
mod permit;
