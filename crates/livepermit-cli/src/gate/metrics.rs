//! Numbers for Prometheus, on a port of this machine.

mod numbers;
mod serve;
mod store;

pub(crate) use numbers::Metrics;
pub(crate) use serve::serve;
pub(crate) use store::MeasuredStore;
