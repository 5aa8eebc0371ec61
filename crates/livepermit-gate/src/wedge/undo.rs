//! What scanners, editors and web pages do to a text, undone.

/// The most texts that undoing may give, and the longest text that is undone.
const MOST_FORMS: usize = 48;
const MOST_STEPS: usize = 3;
const LONGEST: usize = 64 * 1024;

/// The bytes of a line as text: UTF-8, UTF-16 with a byte order mark, or else Latin-1, in which
/// each byte is a character.
#[must_use]
pub fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match core::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().copied().map(char::from).collect(),
        },
    }
}

/// A last byte without its other half belongs to the line end that was cut off.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (units, _) = bytes.as_chunks::<2>();
    let units = units.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// A text without the control characters, white space, byte order marks and characters without
/// width at both ends. A token keeps all its characters: its last one stands for 32 at most, and a
/// space for 36 (RFC 9285).
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_nothing(c))
}

/// Characters that show nothing and mean nothing in a line.
fn is_nothing(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}')
}

/// The text, and what it may have been before something escaped it, the likeliest first.
pub(super) fn forms(text: &str) -> Vec<String> {
    const UNDO: [fn(&str) -> Option<String>; 7] = [
        without_nothing,
        without_line_breaks,
        narrow,
        |text| hexadecimal(text, b'%'),
        |text| hexadecimal(text, b'='),
        entities,
        backslashes,
    ];
    let mut forms = vec![text.to_owned()];
    let mut from = 0;
    for _ in 0..MOST_STEPS {
        let to = forms.len();
        for at in from..to {
            for undo in UNDO {
                let Some(form) = forms.get(at).filter(|form| form.len() <= LONGEST) else { break };
                if let Some(undone) = undo(form)
                    && !forms.contains(&undone)
                    && forms.len() < MOST_FORMS
                {
                    forms.push(undone);
                }
            }
        }
        from = to;
    }
    forms
}

/// The texts that the text can be if the case of its letters was changed. The QR form has no small
/// letters, so it can always be restored.
pub(super) fn cases(text: &str) -> Vec<String> {
    let starts = |start: &str| {
        text.as_bytes().windows(start.len()).any(|at| at.eq_ignore_ascii_case(start.as_bytes()))
    };
    let mut cases = Vec::new();
    if starts("LP1:") {
        cases.push(text.to_ascii_uppercase());
    }
    if text.contains("0Or") {
        cases.push(text.chars().map(swap_case).collect());
    }
    cases
}

const fn swap_case(c: char) -> char {
    if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
}

fn changed(text: &str, undone: String) -> Option<String> {
    (undone != text).then_some(undone)
}

/// Without controls and characters without width anywhere. Special spaces become the space, which
/// belongs to the alphabet.
fn without_nothing(text: &str) -> Option<String> {
    let keep = text.chars().filter(|c| !is_nothing(*c));
    changed(text, keep.map(|c| if c.is_whitespace() { ' ' } else { c }).collect())
}

/// Mail programs break a long line and begin the rest with spaces or a mark.
fn without_line_breaks(text: &str) -> Option<String> {
    if !text.contains(['\r', '\n', '\u{2028}', '\u{2029}', '\u{85}']) {
        return None;
    }
    Some(text.split(['\r', '\n', '\u{2028}', '\u{2029}', '\u{85}']).map(trim).collect())
}

/// Full-width characters and the marks that text programs put in place of ASCII, as the ASCII
/// characters that they stand for.
fn narrow(text: &str) -> Option<String> {
    let mut narrow = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{ff01}'..='\u{ff5e}' => {
                let code = u32::from(c).saturating_sub(0xfee0);
                narrow.push(char::from_u32(code).unwrap_or(c));
            }
            '\u{3000}' => narrow.push(' '),
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{fe58}' => narrow.push('-'),
            '\u{2044}' | '\u{2215}' => narrow.push('/'),
            '\u{2236}' | '\u{a789}' | '\u{fe55}' | '\u{fe13}' => narrow.push(':'),
            '\u{2217}' | '\u{fe61}' => narrow.push('*'),
            '\u{2024}' | '\u{fe52}' => narrow.push('.'),
            '\u{2025}' => narrow.push_str(".."),
            '\u{2026}' => narrow.push_str("..."),
            '\u{fe62}' => narrow.push('+'),
            '\u{fe69}' => narrow.push('$'),
            '\u{fe6a}' => narrow.push('%'),
            '\u{a0}' => narrow.push(' '),
            c => narrow.push(c),
        }
    }
    changed(text, narrow)
}

/// Bytes written as a mark and two hexadecimal digits: in URLs, forms and quoted-printable mail. In
/// forms a plus is a space, and then no space is written in digits. Almost every token has a space.
fn hexadecimal(text: &str, mark: u8) -> Option<String> {
    let plus_is_space = mark == b'%' && !text.contains(digits_of_a_space(text));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let mut any = false;
    while let Some((byte, more)) = rest.split_first() {
        rest = more;
        if *byte == mark
            && let Some(([high, low], more)) = more.split_first_chunk::<2>()
            && let Some((high, low)) = hex(*high).zip(hex(*low))
        {
            bytes.push(high << 4 | low);
            (rest, any) = (more, true);
        } else if *byte == b'+' && plus_is_space {
            bytes.push(b' ');
        } else {
            bytes.push(*byte);
        }
    }
    if any { String::from_utf8(bytes).ok() } else { None }
}

/// How a space is written in digits: once, or twice where every mark was written in digits again.
/// Written once, `%2520` is no space, but the characters `%20`, which a token can have.
fn digits_of_a_space(text: &str) -> &'static str {
    let twice = text.split('%').skip(1).all(|after| after.starts_with("25"));
    if twice { "%2520" } else { "%20" }
}

const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit & 0x0f),
        b'A'..=b'F' | b'a'..=b'f' => Some((digit & 0x0f).saturating_add(9)),
        _ => None,
    }
}

/// HTML: `&#58;`, `&#x3a;` and `&colon;`.
fn entities(text: &str) -> Option<String> {
    const NAMES: [(&str, char); 16] = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("dollar", '$'),
        ("percnt", '%'),
        ("ast", '*'),
        ("midast", '*'),
        ("plus", '+'),
        ("hyphen", '-'),
        ("dash", '-'),
        ("period", '.'),
        ("sol", '/'),
        ("colon", ':'),
    ];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let entity = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        let meant = entity.and_then(|(name, more)| {
            let number = match name.strip_prefix('#') {
                Some(digits) => match digits.strip_prefix(['x', 'X']) {
                    Some(digits) => u32::from_str_radix(digits, 16).ok(),
                    None => digits.parse().ok(),
                },
                None => NAMES.iter().find(|(known, _)| *known == name).map(|(_, c)| u32::from(*c)),
            };
            Some((char::from_u32(number?)?, more))
        });
        rest = match meant {
            Some((c, more)) => {
                out.push(c);
                more
            }
            None => {
                out.push('&');
                after
            }
        };
    }
    out.push_str(rest);
    changed(text, out)
}

/// Strings of programs: `\u003a`, `\x3A`, `\/`, and a backslash before any other character.
fn backslashes(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        let kind = chars.next();
        let behind = chars.as_str();
        let digits = match kind {
            Some('u' | 'U') => 4,
            Some('x') => 2,
            _ => 0,
        };
        // Of no digits there is no number.
        let meant = behind.split_at_checked(digits).and_then(|(hex, more)| {
            Some((char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, more))
        });
        rest = match (meant, kind) {
            (Some((c, more)), _) => {
                out.push(c);
                more
            }
            (None, Some('t' | 'n' | 'r' | '0' | 'a' | 'b' | 'e' | 'f' | 'v')) => behind,
            (None, Some(c)) => {
                out.push(c);
                behind
            }
            (None, None) => behind,
        };
    }
    out.push_str(rest);
    changed(text, out)
}
