//! Fields of forms, as templates draw them.

/// A field.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// Its name in the form, and its id in the page.
    pub(super) id: &'static str,
    pub(super) label: &'static str,
    /// What helps to fill it in; empty without.
    pub(super) hint: &'static str,
    /// What was typed.
    pub(super) value: String,
    pub(super) control: Control,
    /// What browsers know of the person (HTML, "autofill"); empty without.
    pub(super) autocomplete: &'static str,
    pub(super) required: bool,
    /// What is wrong with what was typed.
    pub(super) problem: Option<&'static str>,
}

/// How a field is drawn.
#[derive(Clone, Debug)]
pub(super) enum Control {
    /// A line of text, of so many letters at most.
    Line(usize),
    /// A day.
    Date,
    /// One of some.
    Choice(Vec<Choice>),
}

/// What can be chosen.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
}

/// Fields that belong together.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) legend: &'static str,
    pub(super) fields: Vec<Field>,
}

impl Field {
    /// A required field.
    pub(super) fn new(
        id: &'static str,
        label: &'static str,
        value: &str,
        control: Control,
        problem: Option<&'static str>,
    ) -> Self {
        Self {
            id,
            label,
            hint: "",
            value: value.to_owned(),
            control,
            autocomplete: "",
            required: true,
            problem,
        }
    }

    pub(super) const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    pub(super) const fn autocomplete(mut self, name: &'static str) -> Self {
        self.autocomplete = name;
        self
    }

    /// The ids of what describes it, for readers of screens; empty without.
    pub(super) fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let problem = self.problem.map(|_| format!("{}-problem", self.id));
        [hint, problem].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
