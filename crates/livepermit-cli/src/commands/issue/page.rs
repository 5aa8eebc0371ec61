//! The page on which a slip is printed: a template that an office can change, filled in the
//! language of the paper.

use std::path::Path;

use livepermit::Timestamp;
use livepermit::qr::{PAPER_SIDE_MM, QrCode};
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};

use super::args::PermitArgs;
use super::{messages, texts};
use crate::language::Language;
use crate::shared::failure::Failure;
use crate::shared::files;

/// The template that is built in.
pub(super) const TEMPLATE: &str = include_str!("../../../templates/slip.html");

/// The most bytes of an office's template: room for a picture of its arms.
const MAX_TEMPLATE: u64 = 4 << 20;

/// What the page says beside the permit.
#[derive(Debug)]
pub(super) struct Paper<'p> {
    /// The title; the language has a usual one.
    pub(super) title: Option<&'p str>,
    /// The authority that issues the slip, as people know it.
    pub(super) authority: Option<&'p str>,
    /// The office's own template.
    pub(super) template: Option<&'p Path>,
    pub(super) language: &'p Language,
}

/// Fills the template. Whatever a value contains, it cannot become markup.
pub(super) fn page(
    paper: &Paper<'_>,
    name: &str,
    permit: &PermitArgs,
    code: &QrCode,
    check_number: &str,
    (not_before, expires): (Timestamp, Timestamp),
) -> Result<String, Failure> {
    let language = paper.language;
    let row = |name: String, value: String| context! { name, value };
    let mut rows = vec![row(messages::name(language), name.to_owned())];
    if let Some(date) = &permit.birth_date {
        rows.push(row(messages::born(language), language.birth_date(date)));
    }
    rows.extend([
        row(messages::permit(language), permit.subject.clone()),
        row(messages::class(language), permit.class.clone()),
        row(messages::issuer(language), permit.issuer.clone()),
        row(messages::valid_from(language), language.local(not_before)),
        row(messages::valid_until(language), language.local(expires)),
    ]);
    let values = context! {
        lang => language.code(),
        title => paper.title.map_or_else(|| messages::title(language), ToOwned::to_owned),
        authority => paper.authority,
        // Drawn by this program, so it is markup.
        code => Value::from_safe_string(code.to_svg().trim_end().to_owned()),
        code_mm => PAPER_SIDE_MM,
        check_number => in_fours(check_number),
        rows,
        permit => context! {
            name, subject => &permit.subject, class => &permit.class, issuer => &permit.issuer,
            birth_date => permit.birth_date.as_ref().map(|date| language.birth_date(date)),
            valid_from => language.local(not_before), valid_until => language.local(expires),
        },
        text => context! {
            check_number => messages::check_number(language),
            seal => messages::seal(language),
            check_document => messages::check_document(language),
            can_be_copied => messages::can_be_copied(language),
            printing => messages::printing(language, PAPER_SIDE_MM),
        },
    };
    let (file, template) = match paper.template {
        None => ("slip.html".to_owned(), TEMPLATE.to_owned()),
        Some(path) => (path.display().to_string(), files::read_text(path, MAX_TEMPLATE)?),
    };
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    // A value that a template misspells must not be missing on the paper without a word.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.render_named_str(&file, &template, values).map_err(|error| {
        let line = error.line().map_or_else(String::new, |line| format!(" line {line}"));
        let detail = error.detail().map_or_else(String::new, |detail| format!(": {detail}"));
        texts::template_unusable(format_args!("{file}{line}"), error.kind(), detail)
    })
}

/// `1234 5678`: people compare such numbers in groups.
fn in_fours(digits: &str) -> String {
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}
