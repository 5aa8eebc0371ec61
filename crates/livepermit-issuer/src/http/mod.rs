//! The ports: what is asked over HTTP. Handlers are thin: they read a request by the rules of
//! [`protocol`](crate::protocol), let the [`service`](crate::service) work within one change of the
//! [`store`](crate::store), and write the answer.

mod limit;
mod metrics;
pub mod office;
pub mod problem;
mod public;
pub mod wallets;
mod web;

pub use limit::{ClientAddress, ClientLimit};
pub use metrics::{Metrics, metrics};
pub use public::{PublicState, public};
pub use web::{WEB, WEB_HEADERS, WebHeaders, web};
