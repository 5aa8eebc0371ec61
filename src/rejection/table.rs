//! The macro that makes an enum from a table of codes.

/// Makes an enum of stable codes from rows. The doc of `instruction` says who should act. A row is
/// `Variant = "code", "cause", "instruction"`, or, in a table with stages and faults, `Variant =
/// "code", Stage, Fault, "cause", "instruction"`.
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

            /// The cause of the rejection, in one sentence.
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
            /// The step of verification that gives this code.
            #[must_use]
            pub const fn stage(self) -> $crate::rejection::Stage {
                match self { $(Self::$variant => $crate::rejection::Stage::$stage,)+ }
            }

            /// Who has to act on the rejection.
            #[must_use]
            pub const fn fault(self) -> $crate::rejection::Fault {
                match self { $(Self::$variant => $crate::rejection::Fault::$fault,)+ }
            }
        }
    };
}

pub(super) use codes;
