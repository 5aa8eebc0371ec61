//! Who asks for something in a permit that is there.
//!
//! The number of the permit, the number of the identity document and the date of birth have to fit.
//! What does not fit gets one answer, whichever it was. Wrong tries are counted for each number of a
//! permit: a count by the sender's address would stop whole networks behind one address, and nobody
//! with many addresses. Who knows a number and spoils its tries keeps the holder from these forms
//! for an hour at most, and from nothing else.

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan as _};

use super::person::born;
use crate::domain::{
    ENDORSEMENT_OPENS_DAYS, Moment, Permit, PermitState, Person, RequestKind, Subject,
};
use crate::pages::body::Typed;
use crate::pages::field::{Control, Field, Problems};
use crate::pages::texts::{Language, Texts, filled};

/// How many tries there are for the number of a permit.
pub(super) const MOST_TRIES: i64 = 5;
/// After what time they are forgotten.
pub(super) const TRIES: SignedDuration = SignedDuration::from_hours(1);

/// The names of the fields.
const NUMBER: &str = "permit_number";
const DOCUMENT: &str = "holder_number";
const BORN: &str = "holder_born";

/// What somebody says who asks.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct HolderClaim {
    /// The number of the permit, as offices write it.
    pub(super) number: String,
    document: String,
    born: Date,
}

/// Why what somebody asks for is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotTaken {
    /// Something does not fit.
    Unknown,
    /// There were too many tries.
    TooOften,
    /// The permit was cancelled, or is over.
    Over,
    /// An endorsement is taken from this day on.
    TooEarly(Date),
}

impl NotTaken {
    pub(super) fn problems(self, language: Language) -> Problems {
        let t = language.texts();
        let text = match self {
            Self::Unknown => t.holder_unknown.to_owned(),
            Self::TooOften => t.holder_too_often.to_owned(),
            Self::Over => t.permit_over.to_owned(),
            Self::TooEarly(opens) => filled(t.endorsement_early, language.date(opens)),
        };
        let mut problems = Problems::default();
        problems.add(NUMBER, text);
        problems
    }
}

impl HolderClaim {
    /// Reads what was typed; `None` with at least one problem.
    pub(super) fn read(
        typed: &Typed,
        t: &Texts,
        today: Date,
        problems: &mut Problems,
    ) -> Option<Self> {
        let number = permit_number(typed.get(NUMBER));
        if number.is_empty() {
            problems.add(NUMBER, t.permit_number_missing);
        }
        let document = plain(typed.get(DOCUMENT));
        if document.is_empty() {
            problems.add(DOCUMENT, t.number_missing);
        }
        let born = match born(typed.get(BORN), t, today) {
            Ok(born) => born,
            Err(problem) => {
                problems.add(BORN, problem);
                return None;
            }
        };
        (!number.is_empty() && !document.is_empty()).then_some(Self { number, document, born })
    }

    /// Whether the holder of the permit is who asks.
    pub(super) fn fits(&self, permit: &Permit) -> bool {
        permit.holder().person().is_some_and(|holder| {
            plain(&holder.document().number) == self.document && holder.born() == self.born
        })
    }

    /// The fields, with what was typed.
    pub(super) fn fields(t: &Texts, typed: &Typed, problems: &Problems) -> Vec<Field> {
        let field =
            |id, label, control| Field::new(id, label, typed.get(id), control, problems.of(id));
        vec![
            field(NUMBER, t.permit_number, Control::Line(40))
                .hint(t.permit_number_hint)
                .autocomplete("off"),
            field(DOCUMENT, t.document_number, Control::Line(40))
                .hint(t.holder_number_hint)
                .autocomplete("off"),
            field(BORN, t.born, Control::Date).hint(t.born_hint).autocomplete("bday"),
        ]
    }
}

/// The number of a document without what people write in two ways.
fn plain(number: &str) -> String {
    let signs = number.chars().filter(|sign| sign.is_alphanumeric());
    signs.flat_map(char::to_uppercase).collect()
}

/// The number of a permit as offices write it, from what somebody typed.
fn permit_number(typed: &str) -> String {
    let sign = |sign: char| match sign.to_ascii_uppercase() {
        'O' => '0',
        'I' => '1',
        other => other,
    };
    let plain: String = typed.chars().filter(char::is_ascii_alphanumeric).map(sign).collect();
    let mut number = String::new();
    for (place, sign) in plain.chars().enumerate() {
        if matches!(place, 4 | 7) && plain.len() == 10 {
            number.push('-');
        }
        number.push(sign);
    }
    number
}

/// The person for whom something is asked of this permit.
pub(super) fn holder_of(
    permit: &Permit,
    kind: RequestKind,
    moment: &Moment,
) -> Result<Person, NotTaken> {
    let Subject::Known(holder) = permit.holder() else { return Err(NotTaken::Unknown) };
    if let PermitState::Cancelled(_) | PermitState::Ended { .. } = permit.state(moment) {
        return Err(NotTaken::Over);
    }
    let opens = permit.ends().saturating_sub(ENDORSEMENT_OPENS_DAYS.days());
    if kind == RequestKind::Endorsement && moment.today() < opens {
        return Err(NotTaken::TooEarly(opens));
    }
    Ok(holder.clone())
}

#[cfg(test)]
mod tests {
    use super::{permit_number, plain};

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for typed in ["0B1C-2D3-F4G", "0b1c2d3f4g", " 0B1C 2D3F 4G", "obic-2d3-f4g", "OBIC2D3F4G"] {
            assert_eq!(permit_number(typed), "0B1C-2D3-F4G", "{typed}");
        }
        assert_eq!(permit_number(" - "), "");
        assert_eq!(permit_number("12"), "12");
        assert_eq!(plain(" 11010119900307123x "), "11010119900307123X");
    }
}
