//! Why a command could not run, and what to do about it.

use std::fmt;

/// Why a command could not run, and what to try next. The exit code is 2. Only the tables of texts
/// make this type.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// The stable name of its entry in a table of texts, as in `key.same_file`.
    pub(crate) id: &'static str,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Failure {
    pub(crate) const fn from_table(id: &'static str, message: String, help: String) -> Self {
        Self { id, message, help }
    }

    /// Message and help on one line, for warnings.
    pub(crate) fn on_one_line(&self) -> String {
        on_one_line(format!("{}; {}", self.message.trim_end_matches('.'), self.help))
    }
}

/// Answers and warnings are lines, and a terminal obeys control characters, whoever wrote them: the
/// table of a translator, a server, or the name of a file.
pub(crate) fn on_one_line(text: String) -> String {
    if text.contains(char::is_control) { text.replace(char::is_control, " ") } else { text }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)
    }
}

impl std::error::Error for Failure {}

/// The result of a command. It decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done; for `verify`: accepted. Exit code 0.
    Done,
    /// `verify` refused, or a step of the demo gave another verdict than it should. Exit code 1.
    Refused,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_writes_no_line_and_no_control_character_into_a_warning() {
        let message = "the server says: no\r\nerror: \u{1b}[2Jgone.".to_owned();
        let failure = Failure { id: "", message, help: "ask\u{9b}it".to_owned() };
        assert_eq!(failure.on_one_line(), "the server says: no  error:  [2Jgone; ask it");
    }
}
