//! What a hand scanner types on a computer with another keyboard layout than its own.

/// The text, typed on a computer with a German keyboard layout by a scanner that is set to an
/// American one.
#[must_use]
pub fn german(text: &str) -> String {
    let key = |c| match c {
        'Y' => 'Z',
        'Z' => 'Y',
        '*' => '(',
        '+' => '`',
        '-' => 'ß',
        '/' => '-',
        ':' => 'Ö',
        c => c,
    };
    text.chars().map(key).collect()
}
