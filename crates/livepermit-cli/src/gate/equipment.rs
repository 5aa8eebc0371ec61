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
    pub(super) fn standing(&self, language: &Language) -> Option<Standing> {
        match self.fault {
            Some(fault) if self.faults >= SEVERAL => Some(Standing {
                code: FAULTY,
                text: messages::scanner_faulty(language, self.faults, cause(language, fault)),
                out_of_order: true,
            }),
            // The codes are restored and judged, so visitors get in.
            _ if self.changed >= SEVERAL => Some(Standing {
                code: CASE,
                text: messages::scanner_case_changed(language, self.changed),
                out_of_order: false,
            }),
            _ => None,
        }
    }
}

/// What lasts about the scanner.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) code: &'static str,
    pub(super) text: String,
    pub(super) out_of_order: bool,
}

const FAULTY: &str = "scanner-faulty";

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use livepermit::{Issuer, Permit, SecretKey, Timestamp};
    use livepermit_gate::wedge::read;

    /// What lasts, as (code, whether the gate is out of order).
    fn standing(equipment: &Equipment) -> Option<(&'static str, bool)> {
        equipment.standing(english()).map(|standing| (standing.code, standing.out_of_order))
    }

    #[test]
    fn only_what_lets_nobody_in_is_out_of_order() {
        let mut equipment = Equipment::default();
        let fault = Reading::Fault(Fault::CutLine);
        for _ in 1..SEVERAL {
            assert!(equipment.saw(&fault).is_none());
            assert_eq!(standing(&equipment), None);
        }
        assert_eq!(equipment.saw(&fault).map(|news| news.code), Some("scanner-cut-line"));
        assert!(equipment.saw(&fault).is_none(), "it is told once");
        assert_eq!(standing(&equipment), Some((FAULTY, true)));
        // Whatever is no permit says nothing about the scanner.
        assert!(equipment.saw(&read("https://others.example/")).is_none());
        assert_eq!(standing(&equipment), Some((FAULTY, true)));
    }

    #[test]
    fn each_fault_has_words_of_its_own() {
        let faults = [
            Fault::SeveralCodes,
            Fault::CutLine,
            Fault::Layout(Some("Danish")),
            Fault::Layout(None),
        ];
        for words in [cause, instruction] {
            let told: BTreeSet<String> = faults.map(|fault| words(english(), fault)).into();
            assert_eq!(told.len(), faults.len(), "{told:?}");
            assert_eq!(told.iter().filter(|text| text.contains("Danish")).count(), 1, "{told:?}");
        }
        let layout = "keyboard-layout";
        assert_eq!(faults.map(code), ["scanner-several-codes", "scanner-cut-line", layout, layout]);
    }

    /// The text of the pass of this subject.
    fn pass(subject: &str) -> String {
        let key = SecretKey::from_ed25519_seed(&[7; 32]);
        let now = Timestamp::from_unix(1_790_000_000).unwrap();
        let issuer = Issuer::new("bj.example", key.public_key()).unwrap();
        let permit = Permit::new(subject, "bj.example:residence").unwrap();
        issuer.prepare_pass(&permit, None, now).unwrap().sign(&key).unwrap().to_qr_text()
    }

    #[test]
    fn several_codes_of_another_case_are_told_once_and_so_is_the_end_of_it() {
        let mut equipment = Equipment::default();
        let small = |subject| read(&pass(subject).to_lowercase());
        let mut told = |reading: &Reading| {
            let code = equipment.saw(reading).map(|news| news.code);
            (code, standing(&equipment))
        };
        // One visitor, however often.
        for _ in 0..2 * SEVERAL {
            assert_eq!(told(&small("A")), (None, None));
        }
        assert_eq!(told(&small("B")), (None, None));
        let lasts = Some((CASE, false));
        assert_eq!(told(&small("C")), (Some(CASE), lasts));
        assert_eq!(told(&small("D")), (None, lasts));
        assert_eq!(told(&read("joke")), (None, lasts));
        // A fault in between is another matter, and no code of another case counts twice.
        assert_eq!(told(&Reading::Fault(Fault::CutLine)), (None, None));
        assert_eq!(told(&small("E")), (None, None));
        assert_eq!(told(&read(&pass("F"))), (Some("scanner-in-order"), None));
        assert_eq!(told(&read(&pass("G"))), (None, None));
        // From now on all of it is told anew, and a code of another case ends a fault.
        for _ in 1..SEVERAL {
            assert_eq!(told(&Reading::Fault(Fault::CutLine)), (None, None));
        }
        let lasts = Some((FAULTY, true));
        assert_eq!(told(&Reading::Fault(Fault::CutLine)), (Some("scanner-cut-line"), lasts));
        assert_eq!(told(&small("H")), (None, None));
    }
}
