//! The form, with what was typed.

use super::holder::HolderClaim;
use super::person::{APPLICANT, REPRESENTATIVE};
use super::uploads;
use super::wanted::{ADDRESS, KnownBy, RIGHTS};
use crate::domain::{RepresentativeKind, RequestKind};
use crate::pages::body::Typed;
use crate::pages::field::{Choice, Control, Field, Problems, Section};
use crate::pages::state::ClassChoice;
use crate::pages::texts::Texts;
use crate::pages::view::View;

/// The sections of the form for such a request.
pub(crate) fn sections(
    kind: RequestKind,
    known_by: KnownBy,
    view: &View,
    classes: &[ClassChoice],
    typed: &Typed,
    problems: &Problems,
) -> Vec<Section> {
    let t = view.t;
    let mut sections = Vec::new();
    if kind == RequestKind::New {
        let classes = classes.iter().map(|choice| Choice {
            value: choice.class.to_string(),
            label: choice.name.of(view.language).to_owned(),
        });
        let control = Control::Choice(t.choose, classes.collect());
        let class = Field::new("class", t.class, typed.get("class"), control, problems.of("class"));
        sections.push(Section::new(t.section_permit, vec![class]));
        sections.push(Section::new(t.section_person, applicant(t, typed, problems)));
    } else if known_by == KnownBy::Claim {
        let holder = HolderClaim::fields(t, typed, problems);
        let lead = t.section_holder_lead;
        sections.push(Section { lead, ..Section::new(t.section_holder, holder) });
    }
    if kind == RequestKind::Change {
        let person = applicant(t, typed, problems);
        let lead = t.section_change_lead;
        sections.push(Section { lead, ..Section::new(t.section_change, person) });
    }
    let files = uploads::fields(kind, t, problems);
    if !files.is_empty() {
        let lead = t.section_files_lead;
        sections.push(Section { lead, ..Section::new(t.section_files, files) });
    }
    if kind == RequestKind::New {
        let unfolded = Some(!typed.get("acting").is_empty());
        let lead = t.section_acting_lead;
        let acting = acting(t, t.acting_nobody, typed, problems);
        sections.push(Section { lead, unfolded, ..Section::new(t.section_acting, acting) });
    }
    sections
}

/// The fields about the applicant, and where an officer looks on site.
fn applicant(t: &Texts, typed: &Typed, problems: &Problems) -> Vec<Field> {
    let (text, problem) = (typed.get(ADDRESS), problems.of(ADDRESS));
    let address = Field::new(ADDRESS, t.address, text, Control::Line(300), problem);
    let mut fields = APPLICANT.fields(t, typed, problems);
    fields.push(address.hint(t.address_hint).autocomplete("street-address"));
    fields
}

/// The form for a mandate in a permit that is there already.
pub(crate) fn mandate_sections(t: &Texts, typed: &Typed, problems: &Problems) -> Vec<Section> {
    let mut fields = acting(t, t.acting_choose, typed, problems);
    // Here somebody acts in any case.
    for field in &mut fields {
        field.marked &= field.id != "acting";
        field.required = !field.marked;
    }
    vec![Section::new(t.section_mandate, fields)]
}

/// The fields about somebody who acts for the applicant. `none` stands for no right to act.
fn acting(t: &Texts, none: &'static str, typed: &Typed, problems: &Problems) -> Vec<Field> {
    let field = |id, label, control| Field::new(id, label, typed.get(id), control, problems.of(id));
    let rights = RIGHTS.map(|(right, value)| Choice {
        value: value.to_owned(),
        label: match right {
            RepresentativeKind::Guardian => t.acting_guardian.to_owned(),
            RepresentativeKind::Relative => t.acting_relative.to_owned(),
        },
    });
    let right = Control::Choice(none, rights.into());
    let mut fields = vec![field("acting", t.acting, right).optional()];
    // A browser must not ask for them while nobody acts.
    let needed = REPRESENTATIVE.fields(t, typed, problems).into_iter();
    let files = uploads::acting_fields(t, problems).into_iter();
    let named = |field: Field| Field { required: false, ..field };
    fields.extend(needed.chain(files).map(named));
    let until = field("acting_until", t.acting_until, Control::Date).hint(t.acting_until_hint);
    fields.push(until.optional());
    fields.push(named(field("acting_consent", t.acting_consent, Control::Tick)));
    fields
}
