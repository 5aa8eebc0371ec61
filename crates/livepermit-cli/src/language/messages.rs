//! The names of the messages that the program uses, each as a function.

/// A message that the program uses: its name, and the values that it fills in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message {
    pub(crate) table: &'static str,
    pub(crate) name: &'static str,
    pub(crate) values: &'static [&'static str],
}

/// Makes a function for each message: `permit(form, class)` of the table `gate` says the message
/// `gate-permit` in a language, with the values `form` and `class`. Tests hold the built-in tables to
/// these names.
macro_rules! messages {
    ($table:literal: $($name:ident($($value:ident),*);)+) => {
        /// The messages of this table.
        pub(crate) const MESSAGES: &[$crate::language::Message] = &[
            $($crate::language::Message {
                table: $table,
                name: stringify!($name),
                values: &[$(stringify!($value)),*],
            }),+
        ];
        $(
            pub(super) fn $name(
                language: &$crate::language::Language
                $(, $value: impl std::fmt::Display)*
            ) -> String {
                language.say(
                    concat!($table, "-", stringify!($name)),
                    &[$((stringify!($value), $value.to_string())),*],
                )
            }
        )+
    };
}

pub(crate) use messages;
