//! The table of what came of each fault.

use super::crowd::Outcome;

/// What must come of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Promise {
    /// No door opens twice.
    Never,
    /// The documents say that a door may open twice, and that no rule at the gates can stop this.
    Impossible,
}

/// One fault of a store.
pub(crate) struct Row {
    pub(crate) fault: &'static str,
    pub(crate) promise: Promise,
    /// How often the fault happened, and what came of it; `None` when the server is not here.
    pub(crate) play: Box<dyn FnOnce() -> Option<(u32, Outcome)>>,
}

impl Row {
    pub(crate) fn never(
        fault: &'static str,
        play: impl FnOnce() -> Option<(u32, Outcome)> + 'static,
    ) -> Self {
        Self { fault, promise: Promise::Never, play: Box::new(play) }
    }

    pub(crate) fn impossible(
        fault: &'static str,
        play: impl FnOnce() -> Option<(u32, Outcome)> + 'static,
    ) -> Self {
        Self { fault, promise: Promise::Impossible, play: Box::new(play) }
    }
}

/// Plays and prints all rows, then fails if one broke its promise. `LIVEPERMIT_FAULT_ROW` plays the
/// rows whose fault contains that text.
pub(crate) fn print(store: &str, rows: Vec<Row>) {
    let wanted = std::env::var("LIVEPERMIT_FAULT_ROW").unwrap_or_default();
    let mut broken = Vec::new();
    for row in rows.into_iter().filter(|row| row.fault.contains(&*wanted)) {
        let Some((times, outcome)) = (row.play)() else {
            let required = std::env::var_os("LIVEPERMIT_REQUIRE_ALL").is_some();
            assert!(!required, "the server of {store} is missing");
            println!("skipped: the server of {store} is missing");
            return;
        };
        let Outcome { admitted, twice, lost, shut } = outcome;
        let shut = shut.as_secs_f64();
        let fault = row.fault;
        let limit = if row.promise == Promise::Impossible { ", known limit" } else { "" };
        println!(
            "| {store} | {fault} | {times} | {admitted} | {twice}{limit} | {lost} | {shut:.1} s |"
        );
        // A crowd that nobody let in would prove nothing.
        let few = admitted <= 100 && row.promise == Promise::Never;
        assert!(!few, "{store}, {fault}: only {admitted} admitted");
        if (twice > 0) != (row.promise == Promise::Impossible) {
            broken.push(format!("{fault}: {twice} twice"));
        }
    }
    assert!(broken.is_empty(), "{store}: {broken:?}");
}
