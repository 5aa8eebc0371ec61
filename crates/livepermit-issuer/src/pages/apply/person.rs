//! The fields about a person.

use jiff::civil::Date;

use crate::domain::{DomainError, IdentityDocument, IdentityKind, Person};
use crate::pages::body::Typed;
use crate::pages::field::{Choice, Control, Field, Problems};
use crate::pages::texts::{Texts, filled};

/// Kinds of identity documents, with their values in the form.
const KINDS: [(IdentityKind, &str); 4] = [
    (IdentityKind::IdentityCard, "identity-card"),
    (IdentityKind::Passport, "passport"),
    (IdentityKind::BirthCertificate, "birth-certificate"),
    (IdentityKind::TravelPermit, "travel-permit"),
];

/// The names of the fields about a person.
#[derive(Clone, Copy, Debug)]
pub(super) struct PersonIds {
    pub(super) name: &'static str,
    pub(super) born: &'static str,
    pub(super) kind: &'static str,
    pub(super) number: &'static str,
    /// Whether it is the one who fills in the form, of whom the browser may know. Of somebody else
    /// a problem says of whom it speaks.
    own: bool,
}

/// Who applies.
pub(super) const APPLICANT: PersonIds = PersonIds {
    name: "name",
    born: "born",
    kind: "document_kind",
    number: "document_number",
    own: true,
};

/// Who acts for the applicant.
pub(super) const REPRESENTATIVE: PersonIds = PersonIds {
    name: "acting_name",
    born: "acting_born",
    kind: "acting_document_kind",
    number: "acting_document_number",
    own: false,
};

/// Reads a date of birth.
pub(super) fn born(text: &str, t: &Texts, today: Date) -> Result<Date, &'static str> {
    match text.parse::<Date>() {
        Ok(born) if born > today => Err(t.born_future),
        Ok(born) => Ok(born),
        Err(_) if text.is_empty() => Err(t.born_missing),
        Err(_) => Err(t.born_wrong),
    }
}

/// What stands in the fields about the applicant, if this is known of him already.
pub(crate) fn applicant_typed(name: &str, born: Date, document: &IdentityDocument) -> Typed {
    let kind = KINDS.iter().find(|(kind, _)| *kind == document.kind).map(|(_, value)| *value);
    Typed::of([
        (APPLICANT.name, name.to_owned()),
        (APPLICANT.born, born.to_string()),
        (APPLICANT.kind, kind.unwrap_or_default().to_owned()),
        (APPLICANT.number, document.number.clone()),
    ])
}

impl PersonIds {
    /// Reads the person; `None` with at least one problem.
    pub(super) fn read(
        self,
        typed: &Typed,
        t: &Texts,
        today: Date,
        problems: &mut Problems,
    ) -> Option<Person> {
        let said = |text: &'static str| match self.own {
            true => text.to_owned(),
            false => filled(t.of_acting, text),
        };
        let (name, number) = (typed.get(self.name), typed.get(self.number));
        let chosen = typed.get(self.kind);
        let kind = KINDS.iter().find(|(_, value)| *value == chosen).map(|(kind, _)| *kind);
        // A name that is too long is told also while other fields are wrong.
        let tried = |name, number: &str| {
            let kind = kind.unwrap_or(IdentityKind::Passport);
            Person::new(name, today, IdentityDocument { kind, number: number.to_owned() })
        };
        let malformed = |person| matches!(person, Err(DomainError::PersonMalformed { .. }));
        if name.is_empty() {
            problems.add(self.name, said(t.name_missing));
        } else if malformed(tried(name, "1")) {
            problems.add(self.name, said(t.name_wrong));
        }
        let born = match born(typed.get(self.born), t, today) {
            Ok(born) => Some(born),
            Err(problem) => {
                problems.add(self.born, said(problem));
                None
            }
        };
        if kind.is_none() {
            problems.add(self.kind, said(t.kind_missing));
        }
        if number.is_empty() {
            problems.add(self.number, said(t.number_missing));
        } else if malformed(tried("1", number)) {
            problems.add(self.number, said(t.number_wrong));
        }
        let document = IdentityDocument { kind: kind?, number: number.to_owned() };
        Person::new(name, born?, document).ok()
    }

    /// The fields, with what was typed.
    pub(super) fn fields(self, t: &Texts, typed: &Typed, problems: &Problems) -> Vec<Field> {
        let field =
            |id, label, control| Field::new(id, label, typed.get(id), control, problems.of(id));
        let kinds = KINDS.map(|(kind, value)| Choice {
            value: value.to_owned(),
            label: t.identity(kind).to_owned(),
        });
        let filled = |name| if self.own { name } else { "off" };
        vec![
            field(self.name, t.name, Control::Line(200))
                .hint(t.name_hint)
                .autocomplete(filled("name")),
            field(self.born, t.born, Control::Date).hint(t.born_hint).autocomplete(filled("bday")),
            field(self.kind, t.document_kind, Control::Choice(t.choose, kinds.into())),
            field(self.number, t.document_number, Control::Line(40)).autocomplete("off"),
        ]
    }
}
