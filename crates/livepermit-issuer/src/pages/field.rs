//! Fields of forms, as templates draw them, and what is wrong with what was typed.

/// A field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name in the form, and its id in the page.
    pub(crate) id: &'static str,
    pub(crate) label: &'static str,
    /// What helps to fill it in; empty without.
    pub(crate) hint: &'static str,
    /// What was typed.
    pub(crate) value: String,
    pub(crate) control: Control,
    /// What browsers know of the person (HTML, "autofill"); empty without.
    pub(crate) autocomplete: &'static str,
    pub(crate) required: bool,
    /// Whether the page says that it is optional.
    pub(crate) marked: bool,
    /// What is wrong with what was typed.
    pub(crate) problem: Option<String>,
}

/// How a field is drawn.
#[derive(Clone, Debug)]
pub(crate) enum Control {
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
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
}

/// Fields that belong together.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) legend: &'static str,
    /// Said below the legend; empty without.
    pub(crate) lead: &'static str,
    pub(crate) fields: Vec<Field>,
    /// For a section that most people leave alone: whether it is shown unfolded.
    pub(crate) unfolded: Option<bool>,
}

impl Section {
    pub(crate) const fn new(legend: &'static str, fields: Vec<Field>) -> Self {
        Self { legend, lead: "", fields, unfolded: None }
    }
}

impl Field {
    /// A required field.
    pub(crate) fn new(
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

    pub(crate) fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    pub(crate) fn autocomplete(mut self, name: &'static str) -> Self {
        self.autocomplete = name;
        self
    }

    pub(crate) fn optional(mut self) -> Self {
        (self.required, self.marked) = (false, true);
        self
    }

    /// The ids of what describes it, for readers of screens; empty without.
    pub(crate) fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let problem = self.problem.as_ref().map(|_| format!("{}-problem", self.id));
        [hint, problem].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// What is wrong with what was typed: fields and texts, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Problems(Vec<(&'static str, String)>);

impl Problems {
    pub(crate) fn add(&mut self, field: &'static str, text: impl Into<String>) {
        self.0.push((field, text.into()));
    }

    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == field).map(|(_, text)| &**text)
    }

    pub(crate) fn all(&self) -> &[(&'static str, String)] {
        &self.0
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
