//! The fields of the application, and what they say.

use jiff::civil::Date;

use crate::domain::{Class, DomainError, IdentityDocument, IdentityKind, Person, Request};
use crate::pages::body::Typed;
use crate::pages::field::{Choice, Control, Field, Section};
use crate::pages::state::ClassChoice;
use crate::pages::texts::Texts;
use crate::pages::view::View;

/// Kinds of identity documents, with their values in the form.
const KINDS: [(IdentityKind, &str); 4] = [
    (IdentityKind::IdentityCard, "identity-card"),
    (IdentityKind::Passport, "passport"),
    (IdentityKind::BirthCertificate, "birth-certificate"),
    (IdentityKind::TravelPermit, "travel-permit"),
];

/// What is wrong with what was typed: field and text, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Problems(Vec<(&'static str, &'static str)>);

impl Problems {
    fn add(&mut self, field: &'static str, text: &'static str) {
        self.0.push((field, text));
    }

    fn of(&self, field: &str) -> Option<&'static str> {
        self.0.iter().find(|(known, _)| *known == field).map(|(_, text)| *text)
    }

    pub(super) fn all(&self) -> &[(&'static str, &'static str)] {
        &self.0
    }
}

/// What somebody applies for.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) request: Request,
    pub(super) applicant: Person,
}

impl Wanted {
    /// Reads what was typed.
    pub(super) fn read(
        typed: &Typed,
        t: &Texts,
        classes: &[ClassChoice],
        today: Date,
    ) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let class = class(typed, classes);
        if class.is_none() {
            problems.add("class", t.class_missing);
        }
        let applicant = person(typed, t, today, &mut problems);
        match (class, applicant) {
            (Some(class), Some(applicant)) if problems.0.is_empty() => {
                let request = Request::New { class: class.clone(), mandate: None };
                Ok(Self { request, applicant })
            }
            _ => Err(problems),
        }
    }
}

fn class<'a>(typed: &Typed, classes: &'a [ClassChoice]) -> Option<&'a Class> {
    let chosen = typed.get("class");
    let found = classes.iter().find(|choice| choice.class.as_str() == chosen);
    found.map(|choice| &choice.class)
}

/// The person; `None` with at least one problem.
fn person(typed: &Typed, t: &Texts, today: Date, problems: &mut Problems) -> Option<Person> {
    let name = typed.get("name");
    if name.is_empty() {
        problems.add("name", t.name_missing);
    }
    let born = match typed.get("born").parse::<Date>() {
        Ok(born) if born > today => {
            problems.add("born", t.born_future);
            None
        }
        Ok(born) => Some(born),
        Err(_) if typed.get("born").is_empty() => {
            problems.add("born", t.born_missing);
            None
        }
        Err(_) => {
            problems.add("born", t.born_wrong);
            None
        }
    };
    let chosen = typed.get("document_kind");
    let kind = KINDS.iter().find(|(_, value)| *value == chosen).map(|(kind, _)| *kind);
    if kind.is_none() {
        problems.add("document_kind", t.kind_missing);
    }
    let number = typed.get("document_number");
    if number.is_empty() {
        problems.add("document_number", t.number_missing);
    }
    // A name that is too long is told also while other fields are wrong.
    let tried = IdentityDocument {
        kind: kind.unwrap_or(IdentityKind::Passport),
        number: number.to_owned(),
    };
    match Person::new(name, born.unwrap_or(today), tried) {
        Ok(person) => (kind.is_some() && born.is_some()).then_some(person),
        Err(DomainError::PersonMalformed { field: "name", letters: 1.., .. }) => {
            problems.add("name", t.name_wrong);
            None
        }
        Err(DomainError::PersonMalformed { letters: 1.., .. }) => {
            problems.add("document_number", t.number_wrong);
            None
        }
        Err(_) => None,
    }
}

/// The form, with what was typed.
pub(super) fn sections(
    view: &View,
    classes: &[ClassChoice],
    typed: &Typed,
    problems: &Problems,
) -> Vec<Section> {
    let t = view.t;
    let field = |id, label, control| Field::new(id, label, typed.get(id), control, problems.of(id));
    let classes = classes.iter().map(|choice| Choice {
        value: choice.class.to_string(),
        label: choice.name.of(view.language).to_owned(),
    });
    let kinds = KINDS.map(|(kind, value)| Choice {
        value: value.to_owned(),
        label: t.identity(kind).to_owned(),
    });
    vec![
        Section {
            legend: t.section_permit,
            fields: vec![field("class", t.class, Control::Choice(classes.collect()))],
        },
        Section {
            legend: t.section_person,
            fields: vec![
                field("name", t.name, Control::Line(200)).hint(t.name_hint).autocomplete("name"),
                field("born", t.born, Control::Date).hint(t.born_hint).autocomplete("bday"),
                field("document_kind", t.document_kind, Control::Choice(kinds.into())),
                field("document_number", t.document_number, Control::Line(40)).autocomplete("off"),
            ],
        },
    ]
}
