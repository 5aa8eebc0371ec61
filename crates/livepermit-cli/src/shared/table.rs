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
                format!($message),
                format!($help),
            )
        }
    };
    (@entry $table:literal, $name:ident($($value:ident),*) => $text:literal) => {
        pub(super) fn $name($($value: impl std::fmt::Display),*) -> String {
            format!($text)
        }
    };
}

pub(crate) use texts;
