//! Tables of texts. All texts for people are in such tables, so that they can be translated without
//! reading code.

/// Makes a function for each entry. The arguments are the values that the texts name in braces.
///
/// - `name(values) => "message", "what to do";` makes a [`Failure`](super::failure::Failure).
/// - `name(values) => "text";` makes a text: a note, a warning, or a line on a screen.
///
/// `#[cfg(…)]` before an entry leaves it out where nothing says it.
///
/// The name of the table and the name of the entry are the stable name of a failure
/// (`key.same_file`), which `--json` shows as `id`.
macro_rules! texts {
    (
        $table:literal:
        $($(#[$attribute:meta])*
        $name:ident($($value:ident),*) => $message:literal $(, $help:literal)?;)+
    ) => {
        $($(#[$attribute])* texts!(@entry $table, $name($($value),*) => $message $(, $help)?);)+
    };
    (@entry $table:literal, $name:ident($($value:ident),*) => $message:literal, $help:literal) => {
        pub(super) fn $name(
            $($value: impl std::fmt::Display),*
        ) -> $crate::shared::failure::Failure {
            $crate::shared::failure::Failure::from_table(
                concat!($table, ".", stringify!($name)),
                $crate::shared::table::in_words(format!($message)),
                $crate::shared::table::in_words(format!($help)),
            )
        }
    };
    (@entry $table:literal, $name:ident($($value:ident),*) => $text:literal) => {
        pub(super) fn $name($($value: impl std::fmt::Display),*) -> String {
            $crate::shared::table::in_words(format!($text))
        }
    };
}

pub(crate) use texts;

/// Takes the number of an error of the operating system out of a text: the words before the number
/// say the same, as in `No space left on device (os error 28)`.
pub(crate) fn in_words(mut text: String) -> String {
    const NUMBER: &str = " (os error ";
    while let Some((before, rest)) = text.split_once(NUMBER) {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let Some(after) = after.strip_prefix(')') else { break };
        text = [before, after].concat();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn numbers_of_errors_are_taken_out() {
        for (text, words) in [
            ("no space (os error 28)", "no space"),
            ("a: b (os error 2); c (os error 13).", "a: b; c."),
            ("a file called (os error x)", "a file called (os error x)"),
            ("plain", "plain"),
        ] {
            assert_eq!(in_words(text.to_owned()), words);
        }
    }
}
