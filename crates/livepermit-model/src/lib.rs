//! An executable model of what gates and stores of used codes can do together.
//!
//! [`explore`] goes breadth first through all states of a [`Scenario`]: gates whose clocks are
//! apart, servers that lose what replicas or disks had not got yet, old masters that live on,
//! answers in flight, operators. The store of the model asks the library itself
//! (`StoreState::meet`, `decide`, `Witness::take`), so what is explored is what is shipped.
//! [`Rules`] also has wrong rules, and the explorer must find how each of them fails.
//!
//! What is checked: no code of a permit opens two doors; nobody enters twice with a permit within
//! the permit's cool-down, by the true time. A failure is a [`Story`], the shortest there is.
//!
//! Seconds are scaled: a window of 2 s, a skew of 1 s, clocks of gates at most 2 s apart. A second
//! that passes moves everything else into the past, so the explorer comes to an end without a bound
//! on time or steps, where faults are bounded.

mod asking;
mod cases;
mod explore;
mod fault;
mod history;
mod rules;
mod scenario;
mod server;
mod step;
mod store;
mod story;
mod time;
mod world;

pub use cases::{Failing, controls, holding, impossible, wrong};
pub use explore::{Bound, Outcome, explore};
pub use history::Violation;
pub use rules::{Clock, Closed, LossRule, Rules};
pub use scenario::{
    CoolDown, DIFFERENCE, Fault, GateSetting, Operator, Promise, SKEW, Scenario, WINDOW, Waits,
};
pub use story::Story;
