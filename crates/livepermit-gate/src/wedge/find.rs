//! Where in a text a token starts and ends.

use livepermit::rejection::Evidence;
use livepermit::{Token, decode_text};

/// The beginnings of the two text forms.
const QR_START: &str = "LP1:";
const LINK_START: &str = "0oR";

/// The most beginnings that are looked at in one text, so that a text of nothing but beginnings
/// costs little.
const MOST_STARTS: usize = 16;

/// How far the token reaches that begins a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// This many bytes of text.
    Whole(usize),
    /// The text ends before the token does.
    Short,
    /// This is no token.
    None,
}

/// The places and texts of all tokens in a text, which do not overlap.
pub(super) fn tokens(text: &str) -> Vec<(usize, &str)> {
    let mut found: Vec<(usize, &str)> = Vec::new();
    let mut end = 0;
    for start in starts(text) {
        if start < end {
            continue;
        }
        if let Some(rest) = text.get(start..)
            && let Extent::Whole(length) = extent(rest)
            && let Some(token) = rest.get(..length)
            && Token::from_text(token).is_ok()
        {
            found.push((start, token));
            end = start.saturating_add(length);
        }
    }
    found
}

/// Whether a token begins near the start of a text, and the text ends before the token does.
pub(super) fn is_cut(text: &str, most_added: usize) -> bool {
    let is_near = |start: &usize| *start <= most_added;
    let near = starts(text).take_while(is_near).filter_map(|start| text.get(start..)).map(extent);
    near.filter(|extent| *extent != Extent::None).last() == Some(Extent::Short)
}

/// How far the last token of a text reaches; `None` if no token begins.
pub(super) fn last_extent(text: &str) -> Option<Extent> {
    let all = starts(text).filter_map(|start| text.get(start..)).map(extent);
    all.filter(|extent| *extent != Extent::None).last()
}

/// The text from the first beginning of a token on, so that the strict reader says what is wrong
/// with the token. A text without a beginning stays as it is.
pub(super) fn claim(text: &str) -> &str {
    let before = |start: &usize| text.get(..*start).is_some_and(|text| text.len() <= 64);
    let start = text.find(QR_START).filter(before);
    start.and_then(|start| text.get(start..)).unwrap_or(text)
}

/// The places at which a token may begin.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    let is_start = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        rest.starts_with(QR_START) || (rest.starts_with(LINK_START) && !is_inside(text, at))
    };
    text.char_indices().map(|(at, _)| at).filter(move |at| is_start(*at)).take(MOST_STARTS)
}

/// How far the token reaches that begins this text. A token says its own length, so what follows
/// does not matter, even if it is of the same alphabet.
fn extent(text: &str) -> Extent {
    let is_qr = text.starts_with(QR_START);
    let run = text.bytes().take_while(|byte| if is_qr { of_base45(*byte) } else { of_link(*byte) });
    let run = run.count();
    let bytes = leading_bytes(text.get(..run).unwrap_or_default(), is_qr);
    let (head, group) = if is_qr { (QR_START.len(), 3) } else { (0, 4) };
    // Characters that are no bytes: others write the beginning of a token by chance.
    if bytes.is_empty() && run >= head.saturating_add(group) {
        return Extent::None;
    }
    let Some(length) = item(&bytes) else { return Extent::None };
    let Some(length) = length else {
        // What follows does not belong to the alphabet: the item is not cut, it is broken.
        return if run == text.len() { Extent::Short } else { Extent::None };
    };
    let characters = if is_qr {
        QR_START.len().saturating_add(length.saturating_mul(3).div_ceil(2))
    } else {
        length.saturating_mul(4).div_ceil(3)
    };
    if characters <= run {
        Extent::Whole(characters)
    } else if run == text.len() {
        Extent::Short
    } else {
        Extent::None
    }
}

const fn of_base45(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b' ' | b'$' | b'%' | b'*' | b'+' | b'-'..=b'/' | b':')
}

const fn of_link(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// The bytes of the longest beginning that decodes.
fn leading_bytes(run: &str, is_qr: bool) -> Vec<u8> {
    let (head, group) = if is_qr { (QR_START.len(), 3) } else { (0, 4) };
    let whole = |length: usize| {
        let body = length.saturating_sub(head);
        head.saturating_add(body.saturating_sub(body.checked_rem(group).unwrap_or(0)))
    };
    let mut length = whole(run.len().min(livepermit::verify::MAX_TEXT_CHARS));
    // Each round is shorter, and the second round mostly decodes.
    for _ in 0..3 {
        match run.get(..length).map(decode_text) {
            Some(Ok(bytes)) => return bytes,
            Some(Err(rejection)) => match rejection.evidence() {
                Evidence::Malformed(malformed) => length = whole(malformed.at),
                _ => break,
            },
            None => break,
        }
    }
    Vec::new()
}

/// The length of the token that begins the bytes: tag 18, four items, three of them byte strings.
/// `Some(None)` when the bytes end too early, `None` when this is no token.
fn item(bytes: &[u8]) -> Option<Option<usize>> {
    let mut rest = bytes;
    for expected in [0xd2, 0x84] {
        match rest.split_first() {
            Some((byte, more)) if *byte == expected => rest = more,
            Some(_) => return None,
            None => return Some(None),
        }
    }
    for place in 0..4 {
        let Some((head, more)) = rest.split_first() else { return Some(None) };
        rest = more;
        if place == 1 {
            if *head != 0xa0 {
                return None;
            }
            continue;
        }
        let extra = match head {
            0x40..=0x57 => 0_usize,
            0x58 => 1,
            0x59 => 2,
            _ => return None,
        };
        let Some((digits, more)) = rest.split_at_checked(extra) else { return Some(None) };
        let length = if extra == 0 {
            usize::from(head & 0x1f)
        } else {
            digits.iter().fold(0, |sum: usize, digit| sum << 8 | usize::from(*digit))
        };
        match more.split_at_checked(length) {
            Some((_, more)) => rest = more,
            // The signature is not needed to know the length.
            None if place == 3 => {
                let used = bytes.len().saturating_sub(more.len());
                return Some(Some(used.saturating_add(length)));
            }
            None => return Some(None),
        }
    }
    Some(Some(bytes.len().saturating_sub(rest.len())))
}

/// So many characters stand before the credential in the link form of a presentation, if the head of
/// the presentation's header has two bytes for the length.
const INSIDE: usize = 12;

/// Whether what begins here is the credential in a presentation. In the link form of a long
/// presentation, the credential begins as a token of its own does.
fn is_inside(text: &str, at: usize) -> bool {
    let outer = at.checked_sub(INSIDE).and_then(|start| text.get(start..)).unwrap_or_default();
    outer.starts_with(LINK_START) && extent(outer) != Extent::None
}
