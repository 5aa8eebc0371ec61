//! How the scanner and the keyboard layout are, and what the operator is told about them.

use livepermit_gate::wedge::{Fault, Reading};

use super::store::StoreNews;
use super::texts;

/// So many faulty lines in a row are no joke of one visitor: the operator is told.
const SEVERAL: u32 = 3;

/// What the last lines said about the scanner. Any code that arrives whole puts it in order.
#[derive(Debug, Default)]
pub(super) struct Equipment {
    fault: Option<Fault>,
    /// Lines in a row with a fault.
    faults: u32,
    /// Different codes in a row whose letters had their case changed.
    changed: u32,
    last_changed: String,
    is_told: bool,
}

impl Equipment {
    /// Takes what a line was. Returns what the operator is told now.
    pub(super) fn saw(&mut self, reading: &Reading) -> Option<StoreNews> {
        match reading {
            Reading::Fault(fault) => {
                (self.fault, self.changed) = (Some(*fault), 0);
                self.faults = self.faults.saturating_add(1);
                (self.faults == SEVERAL).then(|| {
                    self.is_told = true;
                    let text = texts::scanner_faulty(self.faults, cause(*fault));
                    StoreNews::warning(code(*fault), text)
                })
            }
            Reading::Token(token) if token.case_changed() => {
                (self.fault, self.faults) = (None, 0);
                if self.last_changed != token.text() {
                    token.text().clone_into(&mut self.last_changed);
                    self.changed = self.changed.saturating_add(1);
                }
                (self.changed == SEVERAL && !self.is_told).then(|| {
                    self.is_told = true;
                    StoreNews::warning(CASE, texts::scanner_case_changed(self.changed))
                })
            }
            Reading::Token(_) => {
                let was_told = self.is_told;
                *self = Self::default();
                was_told.then(|| StoreNews::note("scanner-in-order", texts::scanner_in_order()))
            }
            // A code of others says nothing about the scanner.
            _ => None,
        }
    }

    /// What lasts, for a screen that waits for visitors.
    pub(super) fn standing(&self) -> Option<String> {
        match self.fault {
            Some(fault) if self.faults >= SEVERAL => {
                Some(texts::scanner_faulty(self.faults, cause(fault)).message)
            }
            _ if self.changed >= SEVERAL => Some(texts::scanner_case_changed(self.changed).message),
            _ => None,
        }
    }
}

/// The code of a line whose letters had their case changed.
pub(super) const CASE: &str = "keyboard-case";

pub(super) const fn code(fault: Fault) -> &'static str {
    match fault {
        Fault::SeveralCodes => "scanner-several-codes",
        Fault::CutLine => "scanner-cut-line",
        _ => "keyboard-layout",
    }
}

pub(super) fn cause(fault: Fault) -> String {
    match fault {
        Fault::SeveralCodes => texts::several_codes_cause(),
        Fault::CutLine => texts::cut_line_cause(),
        Fault::Layout(Some(name)) => texts::layout_cause(name),
        _ => texts::unknown_layout_cause(),
    }
}

pub(super) fn instruction(fault: Fault) -> String {
    match fault {
        Fault::SeveralCodes => texts::several_codes_instruction(),
        Fault::CutLine => texts::cut_line_instruction(),
        Fault::Layout(Some(name)) => texts::layout_instruction(name),
        _ => texts::unknown_layout_instruction(),
    }
}
