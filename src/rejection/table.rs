//! What a table of codes is made into.

/// Makes a table of rows into an enum of stable codes. The doc of `instruction` says who is meant.
/// A row is `Variant = "code", "cause", "instruction"`; where the table says who has to act,
/// `Variant = "code", Stage, Fault, "cause", "instruction"`.
macro_rules! codes {
    (
        #[doc = $doc:literal] enum $name:ident, instruction: $reader:literal;
        $($variant:ident = $code:literal, $cause:literal, $instruction:literal;)+
    ) => {
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name { $(#[doc = concat!("`", $code, "`: ", $cause)] $variant,)+ }

        impl $name {
            /// Every code, in the order of the checks.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable kebab-case name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What led to it, in one sentence.
            #[must_use]
            pub const fn cause(self) -> &'static str {
                match self { $(Self::$variant => $cause,)+ }
            }

            #[doc = $reader]
            #[must_use]
            pub const fn instruction(self) -> &'static str {
                match self { $(Self::$variant => $instruction,)+ }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
    (
        #[doc = $doc:literal] enum $name:ident, instruction: $reader:literal;
        $($variant:ident = $code:literal, $stage:ident, $fault:ident, $cause:literal, $instruction:literal;)+
    ) => {
        codes! {
            #[doc = $doc] enum $name, instruction: $reader;
            $($variant = $code, $cause, $instruction;)+
        }

        impl $name {
            /// The step of verification that gives it.
            #[must_use]
            pub const fn stage(self) -> $crate::rejection::Stage {
                match self { $(Self::$variant => $crate::rejection::Stage::$stage,)+ }
            }

            /// Who has to act.
            #[must_use]
            pub const fn fault(self) -> $crate::rejection::Fault {
                match self { $(Self::$variant => $crate::rejection::Fault::$fault,)+ }
            }
        }
    };
}

pub(super) use codes;
