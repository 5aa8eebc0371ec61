//! A token taken apart, line by line: offset, bytes, meaning.

use std::fmt::Write as _;

/// Bytes in one line.
const ROW: usize = 16;

/// What a map is, which names its labels.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Header,
    Claims,
    Confirmation,
    Key,
    Person,
    Other,
}

pub(crate) struct Dump<'a> {
    token: &'a [u8],
    at: usize,
    out: String,
    /// Shown as one lump and not taken apart again.
    known: Option<&'a [u8]>,
}

impl<'a> Dump<'a> {
    pub(crate) fn of(token: &'a [u8], known: Option<&'a [u8]>, halves: [&str; 2]) -> String {
        let mut dump = Self { token, at: 0, out: String::new(), known };
        dump.sign1(0, halves);
        assert_eq!(dump.at, token.len());
        dump.out
    }

    fn line(&mut self, length: usize, depth: usize, meaning: &str) {
        for start in (self.at..self.at + length).step_by(ROW) {
            let row = &self.token[start..(start + ROW).min(self.at + length)];
            let hex: String = row.iter().map(|byte| format!("{byte:02x}")).collect();
            let meaning = if start == self.at { meaning } else { "" };
            let line =
                format!("{start:>4}  {hex:<32}  {:indent$}{meaning}", "", indent = depth * 2);
            writeln!(self.out, "{}", line.trim_end()).unwrap();
        }
        self.at += length;
    }

    /// The head at the current place: major type, argument, its own length.
    fn head(&self) -> (u8, u64, usize) {
        let first = self.token[self.at];
        let width = match first & 31 {
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            small => return (first >> 5, u64::from(small), 1),
        };
        let argument = &self.token[self.at + 1..=self.at + width];
        let argument = argument.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
        (first >> 5, argument, 1 + width)
    }

    fn sign1(&mut self, depth: usize, halves: [&str; 2]) {
        self.line(1, depth, "tag 18: COSE_Sign1");
        self.line(1, depth, "array of 4");
        self.wrapped(depth + 1, "protected header", Kind::Header);
        self.line(1, depth + 1, "unprotected header: empty map");
        self.wrapped(depth + 1, "payload", Kind::Claims);
        self.line(2, depth + 1, "signature: byte string of 64");
        self.line(32, depth + 2, halves[0]);
        self.line(32, depth + 2, halves[1]);
    }

    fn wrapped(&mut self, depth: usize, name: &str, kind: Kind) {
        let (_, length, head) = self.head();
        self.line(head, depth, &format!("{name}: byte string of {length}"));
        self.item(depth + 1, kind);
    }

    fn item(&mut self, depth: usize, kind: Kind) {
        let (major, argument, head) = self.head();
        let length = usize::try_from(argument).unwrap();
        match major {
            0 => self.line(head, depth, &argument.to_string()),
            1 => self.line(head, depth, &format!("-{}", argument + 1)),
            2 => self.line(head + length, depth, &format!("byte string of {length}")),
            3 => {
                let text = &self.token[self.at + head..self.at + head + length];
                let text = format!("{:?}", std::str::from_utf8(text).unwrap());
                self.line(head + length, depth, &text);
            }
            5 => {
                self.line(head, depth, &format!("map of {argument}"));
                for _ in 0..argument {
                    let inside = self.label(depth + 1, kind);
                    self.item(depth + 2, inside);
                }
            }
            6 => match self.known {
                Some(known) => {
                    assert_eq!(&self.token[self.at..self.at + known.len()], known);
                    self.line(known.len(), depth, "the credential above");
                }
                None => self.sign1(depth, ["R", "s"]),
            },
            7 => self.line(head, depth, if argument == 21 { "true" } else { "false" }),
            _ => panic!("major type {major}"),
        }
    }

    /// Writes a key of a map, and tells what its value is.
    fn label(&mut self, depth: usize, kind: Kind) -> Kind {
        let (major, argument, head) = self.head();
        if major == 3 {
            self.item(depth, Kind::Other);
            return Kind::Other;
        }
        let number = i64::try_from(argument).unwrap();
        let number = if major == 1 { -1 - number } else { number };
        let (name, inside) = match (kind, number) {
            (Kind::Header, 1) => ("alg", Kind::Other),
            (Kind::Header, 4) => ("kid", Kind::Other),
            (Kind::Header, 13) => ("kcwt", Kind::Other),
            (Kind::Header, 16) => ("typ", Kind::Other),
            (Kind::Claims, 1) => ("iss", Kind::Other),
            (Kind::Claims, 2) => ("sub", Kind::Other),
            (Kind::Claims, 3) => ("aud", Kind::Other),
            (Kind::Claims, 4) => ("exp", Kind::Other),
            (Kind::Claims, 5) => ("nbf", Kind::Other),
            (Kind::Claims, 6) => ("iat", Kind::Other),
            (Kind::Claims, 8) => ("cnf", Kind::Confirmation),
            (Kind::Claims, 11) => ("vct", Kind::Other),
            (Kind::Claims, 169) => ("identity data", Kind::Person),
            (Kind::Person, 4) => ("full name", Kind::Other),
            (Kind::Person, 8) => ("birth date", Kind::Other),
            (Kind::Claims, 65535) => ("status", Kind::Other),
            (Kind::Claims, -65537) => ("window", Kind::Other),
            (Kind::Claims, -65544) => ("check number", Kind::Other),
            (Kind::Confirmation, 1) => ("COSE_Key", Kind::Key),
            (Kind::Key, 1) => ("kty", Kind::Other),
            (Kind::Key, -1) => ("crv", Kind::Other),
            (Kind::Key, -2) => ("x", Kind::Other),
            (Kind::Key, -3) => ("y is odd", Kind::Other),
            _ => panic!("label {number}"),
        };
        self.line(head, depth, &format!("{number} {name}:"));
        inside
    }
}
