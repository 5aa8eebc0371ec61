//! The ports: what other programs speak to. Each is a router of its own over the one
//! [`Service`](crate::service::Service).

pub mod office;
pub mod problem;
