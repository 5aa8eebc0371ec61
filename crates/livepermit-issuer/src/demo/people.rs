//! Synthetic people: nobody has these names, birthdays and numbers together.

use jiff::ToSpan as _;
use jiff::civil::Date;

/// Somebody of the story.
#[derive(Clone, Debug)]
pub(super) struct Someone {
    pub(super) name: &'static str,
    pub(super) born: Date,
    pub(super) kind: &'static str,
    pub(super) number: &'static str,
}

/// A paper that shows a guardian's right: the smallest PDF document with a page.
pub(super) const PAPER: &str = "%PDF-1.4\n\
    1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
    2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n\
    trailer<</Root 1 0 R>>\n%%EOF\n";

const fn someone(
    name: &'static str,
    (year, month, day): (i16, i8, i8),
    kind: &'static str,
    number: &'static str,
) -> Someone {
    Someone { name, born: Date::constant(year, month, day), kind, number }
}

pub(super) fn applicant() -> Someone {
    someone("林小雨", (1993, 4, 12), "identity-card", "000000199304120001")
}

pub(super) fn applicant_with_new_document() -> Someone {
    someone("林小雨", (1993, 4, 12), "passport", "Z0000001")
}

pub(super) fn grandmother() -> Someone {
    someone("赵桂兰", (1948, 9, 3), "identity-card", "000000194809030002")
}

pub(super) fn guardian() -> Someone {
    someone("陈志远", (1987, 1, 25), "identity-card", "000000198701250003")
}

/// A child of seven.
pub(super) fn child(today: Date) -> Someone {
    let born = today.saturating_sub(7.years());
    Someone { name: "陈果", born, kind: "birth-certificate", number: "X000000004" }
}
