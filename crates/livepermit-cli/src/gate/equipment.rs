//! How the scanner and the keyboard layout are, and what the operator is told about them.

use livepermit_gate::wedge::{Fault, Reading};

use super::store::StoreNews;
use super::{messages, texts};
use crate::language::{Language, english};

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
                    let text = texts::scanner_faulty(self.faults, cause(english(), *fault));
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
    pub(super) fn standing(&self, language: &Language) -> Option<String> {
        match self.fault {
            Some(fault) if self.faults >= SEVERAL => {
                Some(messages::scanner_faulty(language, self.faults, cause(language, fault)))
            }
            _ if self.changed >= SEVERAL => {
                Some(messages::scanner_case_changed(language, self.changed))
            }
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

pub(super) fn cause(language: &Language, fault: Fault) -> String {
    match fault {
        Fault::SeveralCodes => messages::several_codes_cause(language),
        Fault::CutLine => messages::cut_line_cause(language),
        Fault::Layout(Some(name)) => messages::layout_cause(language, name),
        _ => messages::unknown_layout_cause(language),
    }
}

pub(super) fn instruction(language: &Language, fault: Fault) -> String {
    match fault {
        Fault::SeveralCodes => messages::several_codes_instruction(language),
        Fault::CutLine => messages::cut_line_instruction(language),
        Fault::Layout(Some(name)) => messages::layout_instruction(language, name),
        _ => messages::unknown_layout_instruction(language),
    }
}
