//! Where and how an input breaks the format.

use core::fmt;

/// The part of the input in which a [`Flaw`] was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layer {
    /// The text of a QR code or link, before decoding.
    Text,
    /// The outer `COSE_Sign1` array.
    Envelope,
    /// The protected header of the token.
    Header,
    /// The claims of the token.
    Payload,
    /// The `COSE_Sign1` array of the credential inside a presentation.
    CredentialEnvelope,
    /// The protected header of the credential inside a presentation.
    CredentialHeader,
    /// The claims of the credential inside a presentation.
    CredentialPayload,
    /// A key read by itself, outside a token.
    Key,
}

impl Layer {
    /// The stable kebab-case name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Envelope => "envelope",
            Self::Header => "header",
            Self::Payload => "payload",
            Self::CredentialEnvelope => "credential-envelope",
            Self::CredentialHeader => "credential-header",
            Self::CredentialPayload => "credential-payload",
            Self::Key => "key",
        }
    }
}

macro_rules! flaws {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// How an input breaks the format: the first broken rule, in reading order.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Flaw { $($(#[doc = $doc])+ $variant,)+ }

        impl Flaw {
            /// Every flaw, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable kebab-case name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

flaws! {
    /// A character outside the alphabet of the text form.
    BadCharacter = "bad-character",
    /// No byte string encodes to a text of this length.
    BadLength = "bad-length",
    /// A group of characters that stands for a value too large for its bytes (RFC 9285 §6).
    GroupOverflow = "group-overflow",
    /// Unused bits of the last character are not zero (RFC 4648 §3.5).
    PaddingBits = "padding-bits",
    /// The input ends inside an item.
    Truncated = "truncated",
    /// Bytes follow the end of the item.
    TrailingBytes = "trailing-bytes",
    /// An integer or length is not in its shortest form (RFC 8949 §4.2.1).
    LongForm = "long-form",
    /// An indefinite length (RFC 8949 §4.2.1).
    IndefiniteLength = "indefinite-length",
    /// Additional information 28 to 30, which has no meaning (RFC 8949 §3).
    ReservedHead = "reserved-head",
    /// Map keys are not in bytewise order (RFC 8949 §4.2.1).
    UnsortedKeys = "unsorted-keys",
    /// A map has the same key twice.
    DuplicateKey = "duplicate-key",
    /// A tag where no tag is allowed.
    UnexpectedTag = "unexpected-tag",
    /// A floating-point number.
    FloatNotAllowed = "float-not-allowed",
    /// A simple value other than true, false and null.
    SimpleNotAllowed = "simple-not-allowed",
    /// Arrays and maps are nested deeper than the limit.
    TooDeep = "too-deep",
    /// Text that is not UTF-8.
    InvalidUtf8 = "invalid-utf8",
    /// An item of the wrong type for its field.
    WrongType = "wrong-type",
    /// The outermost item is not tagged as `COSE_Sign1` (18).
    WrongTag = "wrong-tag",
    /// An array or map with the wrong number of elements.
    WrongCount = "wrong-count",
    /// The unprotected header is not empty.
    UnprotectedHeader = "unprotected-header",
    /// A required header parameter is missing.
    MissingHeader = "missing-header",
    /// A header parameter that this form does not allow.
    UnexpectedHeader = "unexpected-header",
    /// A required claim is missing.
    MissingClaim = "missing-claim",
    /// A claim that this form does not allow.
    UnexpectedClaim = "unexpected-claim",
    /// A string shorter or longer than its field allows.
    LengthOutOfRange = "length-out-of-range",
    /// A number outside the range of its field.
    NumberOutOfRange = "number-out-of-range",
    /// A character that the text field does not allow.
    TextNotAllowed = "text-not-allowed",
    /// A key that is not a valid point of its curve in canonical encoding, or an entry of a setup
    /// that cannot count.
    InvalidKey = "invalid-key",
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where and how an input breaks the format.
///
/// This value holds no part of the input, so a program can log and show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Malformed {
    /// The part of the input.
    pub layer: Layer,
    /// The rule that the input breaks.
    pub flaw: Flaw,
    /// The position of the flaw, counted from the start of the input: a byte, or a character in
    /// [`Layer::Text`].
    pub at: usize,
}

impl Malformed {
    pub(crate) const fn new(layer: Layer, flaw: Flaw, at: usize) -> Self {
        Self { layer, flaw, at }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in the {} at {}", self.flaw, self.layer, self.at)
    }
}
