//! Where the fields of a token stand in its bytes.

use core::ops::Range;

/// The place of a field in the token. Tokens have fewer than 2^16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    start: u16,
    length: u16,
}

impl Span {
    /// The `length` bytes before the offset `end`.
    pub(crate) fn ending_at(end: usize, length: usize) -> Self {
        Self::from_to(end.saturating_sub(length), end)
    }

    pub(crate) fn range(self) -> Range<usize> {
        let start = usize::from(self.start);
        start..start.saturating_add(self.length.into())
    }

    pub(crate) fn from_to(start: usize, end: usize) -> Self {
        let short = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        Self { start: short(start), length: short(end.saturating_sub(start)) }
    }
}

/// The places of the fields of an issuer's claims, from the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Spans {
    pub(crate) key_id: Span,
    pub(crate) issuer: Span,
    pub(crate) subject: Span,
    pub(crate) class: Span,
    pub(crate) audience: Option<Span>,
    pub(crate) full_name: Option<Span>,
    pub(crate) birth_date: Option<Span>,
    pub(crate) status: Option<(u64, Span)>,
    pub(crate) acting: Option<(Span, Span)>,
    pub(crate) check_number: Option<Span>,
    pub(crate) application: Span,
}
