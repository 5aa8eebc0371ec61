//! Tokens that were typed through another keyboard layout.
//!
//! A list of layouts never ends, so the layout need not be known. All tokens begin alike. A layout
//! replaces each character by its own image, so the beginning of a mistyped line repeats characters
//! at the places where the beginning of a token does. The rest of the line has the shape of a
//! token: long, and no character much more frequent than others, as in no language.

use std::collections::{HashMap, HashSet};

use super::layouts::{ALPHABET, LAYOUTS, Layout};
use super::{find, undo};

/// How tokens begin. `?` is a character that differs between tokens.
struct Beginning {
    text: &'static str,
    /// How many irregular places are allowed: at the start of a line, and behind a prefix. `None`
    /// if the beginning proves too little there. A key is irregular that types nothing, types two
    /// characters, or melts with the next key into one letter.
    irregular: [Option<usize>; 2],
    /// The same for a line of ASCII characters: others write such lines too.
    irregular_ascii: [Option<usize>; 2],
    /// The same for a line of base45 or base64 alone, as certificates and secrets are, whatever
    /// scanners add at its ends.
    irregular_common: [Option<usize>; 2],
    /// Whether one in some hundred random lines of base45 begins so too. In a line of base45 or
    /// base64 the rest of the line must prove more then.
    is_weak: bool,
}

const BEGINNINGS: [Beginning; 5] = [
    // A presentation: the credential inside begins as the token does.
    Beginning {
        text: "LP1:RRQ??BERK???RRQJEA?60GO0",
        irregular: [Some(5), Some(4)],
        irregular_ascii: [Some(3), Some(2)],
        irregular_common: [Some(1), Some(1)],
        is_weak: false,
    },
    // A token with data of applications.
    Beginning {
        text: "LP1:RRQ?BB????60SX1XWGERK",
        irregular: [Some(4), Some(3)],
        irregular_ascii: [Some(1), Some(0)],
        irregular_common: [Some(0), Some(0)],
        is_weak: false,
    },
    // A credential.
    Beginning {
        text: "LP1:RRQJEA?60GO0",
        irregular: [Some(2), Some(1)],
        irregular_ascii: [Some(0), Some(0)],
        irregular_common: [Some(0), None],
        is_weak: true,
    },
    // A pass or a slip.
    Beginning {
        text: "LP1:RRQ??BERK",
        irregular: [Some(2), Some(0)],
        irregular_ascii: [Some(2), Some(1)],
        irregular_common: [Some(0), Some(0)],
        is_weak: true,
    },
    Beginning {
        text: "LP1:RRQ??B0XK",
        irregular: [Some(1), Some(0)],
        irregular_ascii: [Some(0), Some(0)],
        irregular_common: [None, None],
        is_weak: true,
    },
];

/// The shortest line that is looked at. The smallest token has 260 characters, and keys can type
/// nothing.
const SHORTEST: usize = 120;
/// How many different characters a mistyped token has at least and at most.
const DISTINCT: core::ops::RangeInclusive<usize> = 16..=90;
/// As many in a line of ASCII: most of the keys of the alphabet, and a suffix.
const DISTINCT_ASCII: core::ops::RangeInclusive<usize> = 30..=48;
/// The most pairs of equal characters among 1000 pairs. Tokens have 25, languages have over 60.
const EQUAL_PAIRS: usize = 50;
/// The fewest characters that prove the shape of base45, which the smallest token has by far.
const FEWEST_IN_GROUPS: usize = 250;
/// The most different third characters of base45's groups of three (RFC 9285): two bytes are at
/// most 65535, which is 32 times 45 * 45 and a rest.
const MOST_THIRDS: usize = 33;
/// The fewest of 100 first and second characters that are never a third one. Tokens have 27 at the
/// mean, since 12 of the 45 characters cannot be; one in 2000 has less than 18.
const NEVER_THIRD: usize = 18;
/// The longest prefix that is looked behind.
const LONGEST_PREFIX: usize = 32;
/// The same in a line of ASCII.
const LONGEST_ASCII_PREFIX: usize = 8;

/// The name of the layout through which a line was typed: `Some(None)` if the layout is not known,
/// `None` if the line is no mistyped token.
pub(super) fn detect(line: &str) -> Option<Option<&'static str>> {
    let text = undo::trim(line);
    if let Some(layout) = LAYOUTS.iter().find(|layout| is_mended(text, layout)) {
        return Some(Some(layout.name));
    }
    let chars: Vec<char> = text.chars().collect();
    let start = if lost_colon(text) { 0 } else { beginning(&chars, Part::Whole)? };
    let body = chars.get(start..)?;
    // What is written in the right alphabet was not typed through another layout. It is forged or
    // broken.
    if is_plain(text) || body.len() < SHORTEST || !has_shape(body) {
        return None;
    }
    Some(LAYOUTS.iter().find(|layout| layout.explains(body)).map(|layout| layout.name))
}

/// Whether the text so far can be the beginning of a token typed through another layout.
pub(super) fn begins(text: &str) -> bool {
    let text = undo::trim(text);
    !is_plain(text)
        && (lost_colon(text)
            || beginning(&text.chars().collect::<Vec<char>>(), Part::SoFar).is_some())
}

fn is_plain(text: &str) -> bool {
    let token = text.find("LP1:").and_then(|start| text.get(start..));
    token.is_some_and(|token| token.chars().all(|c| ALPHABET.contains(c)))
}

/// Whether the letters and digits of the beginning are right, and only the key of the colon typed
/// something else, or nothing.
fn lost_colon(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    upper.match_indices("LP1").take(4).any(|(at, _)| {
        let behind = upper.get(at.saturating_add(3)..).unwrap_or_default();
        let rest: String = behind.chars().take(5).collect();
        at <= LONGEST_PREFIX && !rest.starts_with(':') && rest.contains("RRQ")
    })
}

/// How much of a line is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    SoFar,
}

/// Where a mistyped token begins.
fn beginning(chars: &[char], part: Part) -> Option<usize> {
    let is_ascii = chars.iter().all(char::is_ascii);
    let is_common = is_common(chars);
    // The first characters of others are the same in many codes, the later ones are random.
    let longest = if is_ascii { LONGEST_ASCII_PREFIX } else { LONGEST_PREFIX };
    let last = longest.min(chars.len().saturating_sub(1));
    (0..=last).find(|start| {
        let body = chars.get(*start..).unwrap_or_default();
        // No others begin with the right letters. All characters are looked at only where a weak
        // beginning fits.
        let is_proven = || {
            part == Part::SoFar
                || !is_common
                || body.starts_with(&['L', 'P', '1', ':'])
                || has_groups(body)
        };
        BEGINNINGS.iter().any(|beginning| {
            let irregular = match (is_common, is_ascii) {
                (true, _) => beginning.irregular_common,
                (_, true) => beginning.irregular_ascii,
                _ => beginning.irregular,
            };
            let [at_start, behind_prefix] = irregular;
            // The end of a short code of others would fit what a long one begins with.
            let is_there = !is_common || body.len() >= beginning.text.len();
            let behind_prefix = behind_prefix.filter(|_| is_there);
            let allowed = if *start == 0 { at_start } else { behind_prefix };
            allowed.is_some_and(|allowed| {
                Alignment::default().fits(beginning.text.as_bytes(), body, allowed)
            }) && (!beginning.is_weak || is_proven())
        })
    })
}

/// Whether a line is base45 or base64, between what scanners add at its ends.
fn is_common(chars: &[char]) -> bool {
    let added = if chars.len() < SHORTEST { 0 } else { LONGEST_PREFIX };
    let between = chars.get(added..chars.len().saturating_sub(added)).unwrap_or(chars);
    between.iter().all(|c| ALPHABET.contains(*c))
        || between.iter().all(|c| c.is_ascii_alphanumeric() || "-_.+/=".contains(*c))
}

/// What one key typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Image {
    Nothing,
    One(char),
    Two(char, char),
}

/// The images of the keys so far.
#[derive(Debug, Default)]
struct Alignment {
    images: Vec<(u8, Image)>,
    steps: usize,
}

/// The most steps for one place of one beginning. Real lines need a few hundred.
const MOST_STEPS: usize = 20_000;

impl Alignment {
    /// Whether `typed` begins with the image of `meant`, with at most `allowed` irregular places.
    fn fits(&mut self, meant: &[u8], typed: &[char], allowed: usize) -> bool {
        let Some((key, meant)) = meant.split_first() else { return true };
        self.steps = self.steps.saturating_add(1);
        if self.steps > MOST_STEPS {
            return false;
        }
        // The line may end before the beginning does, if enough of the line is there.
        let Some((first, behind)) = typed.split_first() else { return meant.len() < 12 };
        let less = allowed.checked_sub(1);
        if *key == b'?' {
            return self.fits(meant, behind, allowed)
                || less.is_some_and(|less| {
                    self.fits(meant, typed, less)
                        || behind.get(1..).is_some_and(|behind| self.fits(meant, behind, less))
                });
        }
        let known = self.images.iter().find(|(known, _)| known == key).map(|(_, image)| *image);
        if let Some(image) = known {
            let regular = match image {
                Image::Nothing => Some(typed),
                Image::One(one) => (one == *first).then_some(behind),
                Image::Two(one, two) => typed.strip_prefix(&[one, two]),
            };
            if regular.is_some_and(|typed| self.fits(meant, typed, allowed)) {
                return true;
            }
            return less.is_some_and(|less| {
                self.fits(meant, behind, less) || self.fits(meant, typed, less)
            });
        }
        let is_taken = self.images.iter().any(|(_, image)| *image == Image::One(*first));
        let mut ways = Vec::with_capacity(3);
        ways.push((Image::One(*first), behind, if is_taken { less } else { Some(allowed) }));
        ways.push((Image::Nothing, typed, less));
        if let Some((second, behind)) = behind.split_first() {
            ways.push((Image::Two(*first, *second), behind, less));
        }
        for (image, typed, allowed) in ways {
            let Some(allowed) = allowed else { continue };
            self.images.push((*key, image));
            if self.fits(meant, typed, allowed) {
                return true;
            }
            self.images.pop();
        }
        false
    }
}

/// Whether the characters are as evenly used as in a token.
fn has_shape(body: &[char]) -> bool {
    let mut counts: HashMap<char, usize> = HashMap::new();
    for c in body {
        let count = counts.entry(*c).or_default();
        *count = count.saturating_add(1);
    }
    let pairs = |count: usize| count.saturating_mul(count.saturating_sub(1));
    let equal: usize = counts.values().map(|count| pairs(*count)).sum();
    // A line of ASCII has no accented letters of dead keys.
    let distinct = if body.iter().all(char::is_ascii) { DISTINCT_ASCII } else { DISTINCT };
    distinct.contains(&counts.len())
        && counts.len().saturating_mul(2) <= body.len()
        && equal.saturating_mul(1000) <= pairs(body.len()).saturating_mul(EQUAL_PAIRS)
}

/// Whether the characters behind `LP1:` are the images of base45's groups, which random lines are
/// not: few characters are the third of a group.
fn has_groups(body: &[char]) -> bool {
    let groups = body.get(4..).unwrap_or_default().chunks_exact(3);
    let thirds: HashSet<char> = groups.clone().filter_map(|group| group.last().copied()).collect();
    let others = groups.clone().filter_map(|group| group.get(..2)).flatten();
    let never_third = others.filter(|c| !thirds.contains(*c)).count();
    let of_all = groups.len().saturating_mul(2).saturating_mul(NEVER_THIRD);
    body.len() >= FEWEST_IN_GROUPS
        && thirds.len() <= MOST_THIRDS
        && never_third.saturating_mul(100) >= of_all
}

/// Whether the layout's keys, pressed for a token, type this text.
fn is_mended(text: &str, layout: &Layout) -> bool {
    // A dead key swallows the next space, so there are two guesses.
    let (mut first, mut second) = (String::new(), String::new());
    for typed in text.chars() {
        match layout.meant(typed) {
            Some(meant) => {
                first.push(meant);
                second.push(meant);
                if layout.is_dead(meant) {
                    second.push(' ');
                }
            }
            None => match layout.melted(typed) {
                Some((dead, letter)) => {
                    first.extend([dead, letter]);
                    second.extend([dead, letter]);
                }
                None => return false,
            },
        }
    }
    [first, second].iter().any(|text| !find::tokens(text).is_empty())
}
