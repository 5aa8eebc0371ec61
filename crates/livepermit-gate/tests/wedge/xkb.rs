//! Keyboard layouts out of Debian's `xkb-data`: only as much of the format as typing needs.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// What a key types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Symbol {
    Nothing,
    Char(char),
    Dead(char),
}

/// The two levels of each key, by the name of the key.
pub(crate) type Keys = HashMap<String, Vec<String>>;

/// All files of symbols.
pub(crate) struct Files(BTreeMap<String, Vec<Section>>);

struct Section {
    name: String,
    is_default: bool,
    body: String,
}

const FOLDER: &str = "/usr/share/X11/xkb/symbols";
const RULES: &str = "/usr/share/X11/xkb/rules/base.lst";

impl Files {
    /// `None` if the package is not installed.
    pub(crate) fn read() -> Option<Self> {
        let folder = std::fs::read_dir(Path::new(FOLDER)).ok()?;
        let mut files = BTreeMap::new();
        for entry in folder {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                files.insert(name, sections(&std::fs::read_to_string(&path).unwrap()));
            }
        }
        Some(Self(files))
    }

    /// Every layout and variant that people can choose: its name, and its keys.
    pub(crate) fn layouts(&self) -> Vec<(String, Keys)> {
        let rules = std::fs::read_to_string(RULES).unwrap();
        let (mut layouts, mut kind) = (Vec::new(), "");
        for line in rules.lines() {
            let mut words = line.split_whitespace();
            let name = match (words.next(), words.next()) {
                (Some("!"), Some(next)) => {
                    kind = next;
                    continue;
                }
                (Some(layout), _) if kind == "layout" => (layout, None),
                (Some(variant), Some(layout)) if kind == "variant" => {
                    (layout.trim_end_matches(':'), Some(variant))
                }
                _ => continue,
            };
            let mut keys = Keys::new();
            self.include("pc", None, &mut keys, 0);
            self.include(name.0, name.1, &mut keys, 0);
            layouts.push((format!("{}({})", name.0, name.1.unwrap_or_default()), keys));
        }
        layouts
    }

    /// `AD01`: from the included section over what was there before.
    fn include(&self, file: &str, section: Option<&str>, keys: &mut Keys, depth: u32) {
        let Some(sections) = self.0.get(file).filter(|_| depth < 12) else { return };
        let found = sections.iter().find(|candidate| match section {
            Some(name) => candidate.name == name,
            None => candidate.is_default,
        });
        let Some(found) = found.or_else(|| sections.first().filter(|_| section.is_none())) else {
            return;
        };
        for statement in statements(&found.body) {
            let statement = statement.trim();
            let words: Vec<&str> = statement.split_whitespace().collect();
            let verb = words.first().copied().unwrap_or_default();
            if ["include", "augment", "override", "replace"].contains(&verb)
                && let Some(spec) = statement.split('"').nth(1)
                && !statement.contains('<')
            {
                for part in spec.split(['+', '|']) {
                    let (part, group) = part.split_once(':').unwrap_or((part, "1"));
                    if group != "1" {
                        continue;
                    }
                    let (file, section) = match part.split_once('(') {
                        Some((file, section)) => (file, Some(section.trim_end_matches(')'))),
                        None => (part, None),
                    };
                    self.include(file, section, keys, depth + 1);
                }
            } else if let Some((_, rest)) = statement.split_once("key")
                && let Some((name, rest)) =
                    rest.trim_start().strip_prefix('<').and_then(|rest| rest.split_once('>'))
                && let Some(levels) = levels(rest)
            {
                let known = keys.entry(real_name(name.trim())).or_default();
                for (at, symbol) in levels.into_iter().enumerate() {
                    match known.get_mut(at) {
                        Some(_) if symbol == "NoSymbol" || symbol == "any" => {}
                        Some(known) => *known = symbol,
                        None => known.push(symbol),
                    }
                }
            }
        }
    }
}

/// Some files name the keys of letters by their letter: `<LatQ>`.
fn real_name(name: &str) -> String {
    let letter = name.strip_prefix("Lat").and_then(|letter| letter.chars().next());
    let key = letter.filter(|_| name.len() == 4).and_then(key_of);
    key.map_or(name, |(key, _)| key).to_owned()
}

fn sections(text: &str) -> Vec<Section> {
    let text: String =
        text.lines().map(|line| line.split("//").next().unwrap().to_owned() + "\n").collect();
    let mut sections = Vec::new();
    let mut rest = text.as_str();
    let mut before_start = 0;
    let mut at = 0;
    while let Some(found) = rest.find("xkb_symbols") {
        let flags = text.get(before_start..at + found).unwrap();
        let is_default = flags.split_whitespace().any(|word| word == "default");
        let head = rest.get(found..).unwrap();
        let name = head.split('"').nth(1).unwrap().to_owned();
        let open = head.find('{').unwrap();
        let (mut depth, mut end) = (0, head.len());
        for (at, c) in head.char_indices().skip_while(|(at, _)| *at < open) {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                end = at;
                break;
            }
        }
        sections.push(Section {
            name,
            is_default,
            body: head.get(open + 1..end).unwrap().to_owned(),
        });
        at += found + end;
        before_start = at;
        rest = text.get(at..).unwrap();
    }
    sections
}

/// The statements of a section. A list of symbols has no semicolon in it, but actions may.
fn statements(body: &str) -> Vec<String> {
    let mut statements = vec![String::new()];
    let (mut depth, mut is_quoted) = (0, false);
    for c in body.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        // An include has no semicolon.
        let ends = c == ';' && depth == 0
            || c == '\n' && depth == 0 && !is_quoted && {
                let last = statements.last().unwrap().trim_start();
                ["include", "augment", "override", "replace"]
                    .iter()
                    .any(|verb| last.starts_with(verb))
                    && last.contains('"')
            };
        if ends {
            statements.push(String::new());
        } else {
            statements.last_mut().unwrap().push(c);
        }
    }
    statements
}

/// The symbols of the first group.
fn levels(key: &str) -> Option<Vec<String>> {
    let mut rest = key;
    while let Some((_, after)) = rest.split_once('[') {
        let (list, more) = after.split_once(']')?;
        let lower = list.trim().to_ascii_lowercase();
        if !lower.starts_with("group") && !list.contains('(') {
            return Some(list.split(',').map(|symbol| symbol.trim().to_owned()).collect());
        }
        rest = more;
    }
    None
}

/// Gives each symbol that has no character of its own here one character: which one does not
/// matter.
#[derive(Default)]
pub(crate) struct Names(HashMap<String, char>);

impl Names {
    pub(crate) fn symbol(&mut self, name: &str) -> Symbol {
        const PUNCTUATION: [(&str, char); 33] = [
            ("space", ' '),
            ("exclam", '!'),
            ("quotedbl", '"'),
            ("numbersign", '#'),
            ("dollar", '$'),
            ("percent", '%'),
            ("ampersand", '&'),
            ("apostrophe", '\''),
            ("parenleft", '('),
            ("parenright", ')'),
            ("asterisk", '*'),
            ("plus", '+'),
            ("comma", ','),
            ("minus", '-'),
            ("period", '.'),
            ("slash", '/'),
            ("colon", ':'),
            ("semicolon", ';'),
            ("less", '<'),
            ("equal", '='),
            ("greater", '>'),
            ("question", '?'),
            ("at", '@'),
            ("bracketleft", '['),
            ("backslash", '\\'),
            ("bracketright", ']'),
            ("asciicircum", '^'),
            ("underscore", '_'),
            ("grave", '`'),
            ("braceleft", '{'),
            ("bar", '|'),
            ("braceright", '}'),
            ("asciitilde", '~'),
        ];
        let mut chars = name.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            return Symbol::Char(c);
        }
        if let Some((_, c)) = PUNCTUATION.iter().find(|(known, _)| *known == name) {
            return Symbol::Char(*c);
        }
        let code = name.strip_prefix('U').or_else(|| name.strip_prefix("0x100"));
        if let Some(c) = code
            .filter(|code| code.len() >= 4)
            .and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?))
        {
            return Symbol::Char(c);
        }
        let types_nothing = name.is_empty()
            || ["nosymbol", "any", "voidsymbol", "multi_key", "codeinput", "tab"]
                .contains(&name.to_ascii_lowercase().as_str())
            || ["ISO_", "KP_", "XF86", "Mode_", "Back", "Shift", "Control", "Caps", "braille_"]
                .iter()
                .any(|start| name.starts_with(start));
        if types_nothing {
            return Symbol::Nothing;
        }
        let own = self.0.len();
        let own = *self
            .0
            .entry(name.to_owned())
            .or_insert_with(|| char::from_u32(0x4e00 + u32::try_from(own).unwrap()).unwrap());
        if name.starts_with("dead_") { Symbol::Dead(own) } else { Symbol::Char(own) }
    }

    /// One character for each letter with an accent.
    fn melted(&mut self, dead: char, letter: char) -> char {
        match self.symbol(&format!("melted-{dead}-{letter}")) {
            Symbol::Char(c) => c,
            _ => letter,
        }
    }
}

/// What a computer does with a dead key that has no such accented letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dead {
    /// It types both, as Windows does.
    Both,
    /// It types nothing, as X11 does.
    Neither,
}

/// A layout, ready to type.
pub(crate) struct Typist {
    pub(crate) symbols: HashMap<char, Symbol>,
    names: Names,
}

/// The keys that an American keyboard has for the characters that scanners type.
fn key_of(c: char) -> Option<(&'static str, usize)> {
    const DIGITS: [&str; 10] =
        ["AE10", "AE01", "AE02", "AE03", "AE04", "AE05", "AE06", "AE07", "AE08", "AE09"];
    const ROWS: [(&str, [&str; 10]); 3] = [
        (
            "QWERTYUIOP",
            ["AD01", "AD02", "AD03", "AD04", "AD05", "AD06", "AD07", "AD08", "AD09", "AD10"],
        ),
        ("ASDFGHJKL", ["AC01", "AC02", "AC03", "AC04", "AC05", "AC06", "AC07", "AC08", "AC09", ""]),
        ("ZXCVBNM", ["AB01", "AB02", "AB03", "AB04", "AB05", "AB06", "AB07", "", "", ""]),
    ];
    if let Some(digit) = c.to_digit(10) {
        return Some((DIGITS[digit as usize], 0));
    }
    for (letters, keys) in ROWS {
        if let Some(at) = letters.find(c.to_ascii_uppercase()) {
            return Some((keys[at], usize::from(c.is_ascii_uppercase())));
        }
    }
    Some(match c {
        '$' => ("AE04", 1),
        '%' => ("AE05", 1),
        '*' => ("AE08", 1),
        '+' => ("AE12", 1),
        '-' => ("AE11", 0),
        '.' => ("AB09", 0),
        '/' => ("AB10", 0),
        ':' => ("AC10", 1),
        ']' => ("AD12", 0),
        '#' => ("AE03", 1),
        _ => return None,
    })
}

impl Typist {
    pub(crate) fn new(keys: &Keys, caps_lock: bool) -> Self {
        let mut names = Names::default();
        let mut symbols = HashMap::from([(' ', Symbol::Char(' '))]);
        for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+-./:]#n".chars() {
            let (key, mut level) = key_of(c).unwrap();
            let levels = keys.get(key).cloned().unwrap_or_default();
            let (low, high) = (levels.first().cloned(), levels.get(1).cloned());
            let low = low.unwrap_or_default();
            let upper = low.to_uppercase();
            let is_letter = low.chars().count() == 1 && low.chars().all(char::is_alphabetic);
            let high = match high {
                Some(high) => high,
                None if is_letter => upper.clone(),
                None => low.clone(),
            };
            let is_alphabetic = low != high && low.to_uppercase() == high.to_uppercase();
            if caps_lock && is_alphabetic {
                level = 1 - level;
            }
            symbols.insert(c, names.symbol(if level == 0 { &low } else { &high }));
        }
        Self { symbols, names }
    }

    pub(crate) fn type_text(&mut self, text: &str, dead: Dead) -> String {
        let mut out = String::new();
        let mut pending: Option<char> = None;
        for c in text.chars() {
            let symbol = self.symbols.get(&c).cloned().unwrap_or(Symbol::Char(c));
            match (pending.take(), symbol) {
                (None, Symbol::Nothing) => {}
                (Some(accent), Symbol::Nothing) => pending = Some(accent),
                (None, Symbol::Char(c)) => out.push(c),
                (None, Symbol::Dead(accent)) => pending = Some(accent),
                (Some(accent), Symbol::Char(' ')) => out.push(accent),
                (Some(accent), Symbol::Char(c)) if "AEIOUaeiou".contains(c) => {
                    out.push(self.names.melted(accent, c));
                }
                (Some(accent), Symbol::Char(c)) => {
                    if dead == Dead::Both {
                        out.extend([accent, c]);
                    }
                }
                (Some(accent), Symbol::Dead(next)) => match dead {
                    Dead::Both if accent == next => out.extend([accent, next]),
                    Dead::Both => {
                        out.push(accent);
                        pending = Some(next);
                    }
                    Dead::Neither => {}
                },
            }
        }
        out
    }
}
