//! Fields of forms, as templates draw them, and what is wrong with what was typed.

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
    /// Whether the page says that it is optional.
    pub(super) marked: bool,
    /// What is wrong with what was typed.
    pub(super) problem: Option<String>,
}

/// How a field is drawn.
#[derive(Clone, Debug)]
pub(super) enum Control {
    /// A line of text, of so many letters at most.
    Line(usize),
    /// A day.
    Date,
    /// One of some. The first text stands for none of them.
    Choice(&'static str, Vec<Choice>),
    /// A box to tick.
    Tick,
    /// Files.
    Files,
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
    /// Said below the legend; empty without.
    pub(super) lead: &'static str,
    pub(super) fields: Vec<Field>,
    /// For a section that most people leave alone: whether it is shown unfolded.
    pub(super) unfolded: Option<bool>,
}

impl Section {
    pub(super) const fn new(legend: &'static str, fields: Vec<Field>) -> Self {
        Self { legend, lead: "", fields, unfolded: None }
    }
}

impl Field {
    /// A required field.
    pub(super) fn new(
        id: &'static str,
        label: &'static str,
        value: &str,
        control: Control,
        problem: Option<&str>,
    ) -> Self {
        Self {
            id,
            label,
            hint: "",
            value: value.to_owned(),
            control,
            autocomplete: "",
            required: true,
            marked: false,
            problem: problem.map(str::to_owned),
        }
    }

    pub(super) fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    pub(super) fn autocomplete(mut self, name: &'static str) -> Self {
        self.autocomplete = name;
        self
    }

    pub(super) fn optional(mut self) -> Self {
        (self.required, self.marked) = (false, true);
        self
    }

    /// The ids of what describes it, for readers of screens; empty without.
    pub(super) fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let problem = self.problem.as_ref().map(|_| format!("{}-problem", self.id));
        [hint, problem].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// What is wrong with what was typed: fields and texts, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Problems(Vec<(&'static str, String)>);

impl Problems {
    pub(super) fn add(&mut self, field: &'static str, text: impl Into<String>) {
        self.0.push((field, text.into()));
    }

    pub(super) fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == field).map(|(_, text)| &**text)
    }

    pub(super) fn all(&self) -> &[(&'static str, String)] {
        &self.0
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
