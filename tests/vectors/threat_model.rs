//! Holds what `docs/threat-model.md` and `docs/published-failures.md` point to: each vector, with
//! its verdict, each test, each code. And every link of the documents.

use std::collections::BTreeMap;
use std::fs::{read_dir, read_to_string};
use std::path::{Path, PathBuf};

use livepermit::RejectionCode;
use livepermit::rejection::{ListRejectionCode, SetupRejectionCode};
use livepermit_gate::GateCaution;
use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const THREATS: &str = "docs/threat-model.md";
const FAILURES: &str = "docs/published-failures.md";

fn read(path: &str) -> String {
    read_to_string(format!("{ROOT}/{path}")).unwrap()
}

/// What a document says holds an entry: a vector with its verdict, or a test.
#[derive(Debug)]
enum Held {
    /// `verdict` is a code, or the word valid or invalid.
    Vector {
        file: String,
        group: Option<String>,
        comment: String,
        verdict: String,
    },
    Test {
        file: String,
        name: String,
    },
}

/// The paragraphs that begin with `Held by: `, each as one line and without its full stop.
fn held_paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n")
        .filter_map(|paragraph| paragraph.trim().strip_prefix("Held by: "))
        .map(|paragraph| {
            let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
            let line = line.strip_suffix('.');
            line.unwrap_or_else(|| panic!("no full stop: {paragraph}")).to_owned()
        })
        .collect()
}

/// Reads all of
///
/// ```text
/// Held by: `file.json`: "comment" → `code`, "group" / "comment" → valid; `file.rs`: `name`, `name`.
/// ```
///
/// and panics at anything else, so that a mistake in the notation is no entry that goes unread.
fn held(paragraph: &str) -> Vec<Held> {
    let mut rest = Rest(paragraph);
    let mut out = Vec::new();
    loop {
        let file = rest.between('`', '`');
        rest.expect(": ");
        loop {
            out.push(if file.ends_with(".json") {
                let first = rest.between('"', '"');
                let (group, comment) = if rest.accept(" / ") {
                    (Some(first), rest.between('"', '"'))
                } else {
                    (None, first)
                };
                rest.expect(" → ");
                let verdict = ["valid", "invalid"].into_iter().find(|word| rest.accept(word));
                let verdict = verdict.map_or_else(|| rest.between('`', '`'), str::to_owned);
                Held::Vector { file: file.clone(), group, comment, verdict }
            } else {
                Held::Test { file: file.clone(), name: rest.between('`', '`') }
            });
            if !rest.accept(", ") {
                break;
            }
        }
        if rest.0.is_empty() {
            return out;
        }
        rest.expect("; ");
    }
}

struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn accept(&mut self, word: &str) -> bool {
        let rest = self.0.strip_prefix(word);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn expect(&mut self, word: &str) {
        assert!(self.accept(word), "no {word:?} before {:?}", self.0);
    }

    fn between(&mut self, open: char, close: char) -> String {
        let found = self.0.strip_prefix(open).and_then(|rest| rest.split_once(close));
        let (inner, rest) =
            found.unwrap_or_else(|| panic!("no {open}…{close} before {:?}", self.0));
        self.0 = rest;
        inner.to_owned()
    }
}

fn all_held(text: &str) -> Vec<Held> {
    held_paragraphs(text).iter().flat_map(|paragraph| held(paragraph)).collect()
}

/// What stands in single backticks, each with its line ends as spaces.
fn code_spans(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(|span| span.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

fn as_array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Whether a test ends so; one of several steps, whether one of them does.
fn ends(test: &Value, verdict: &str) -> bool {
    if matches!(verdict, "valid" | "invalid") {
        return test["result"] == verdict;
    }
    let steps = as_array(&test["steps"]);
    test["code"] == verdict || steps.iter().any(|step| step["code"] == verdict)
}

#[test]
fn every_vector_exists_and_ends_as_said() {
    let mut files = BTreeMap::new();
    let mut wrong = Vec::new();
    for (document, least) in [(THREATS, 60), (FAILURES, 100)] {
        let mut vectors = 0;
        for entry in &all_held(&read(document)) {
            let Held::Vector { file, group, comment, verdict } = entry else { continue };
            vectors += 1;
            let json = files.entry(file.clone()).or_insert_with(|| {
                let path = format!("test-vectors/{file}");
                assert!(Path::new(ROOT).join(&path).exists(), "{document}: no {path}");
                serde_json::from_str::<Value>(&read(&path)).unwrap()
            });
            let groups = as_array(&json["testGroups"])
                .iter()
                .filter(|found| group.as_ref().is_none_or(|group| found["comment"] == **group));
            let named: Vec<&Value> = groups
                .flat_map(|group| as_array(&group["tests"]))
                .filter(|test| test["comment"] == **comment)
                .collect();
            // Where several have the comment, the group has to be told, unless all end alike.
            if named.is_empty() || !named.iter().all(|test| ends(test, verdict)) {
                wrong.push(format!("{document}: {entry:?}, of {}", named.len()));
            }
        }
        assert!(vectors >= least, "{document} has {vectors} vectors");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_test_exists() {
    let mut wrong = Vec::new();
    for document in [THREATS, FAILURES] {
        let mut tests = 0;
        for entry in all_held(&read(document)) {
            let Held::Test { file, name } = entry else { continue };
            tests += 1;
            // A packaged crate comes without the other crates and the pages.
            let absent =
                |folder: &&str| file.starts_with(*folder) && !Path::new(ROOT).join(folder).exists();
            if let Some(folder) = ["crates/", "web/"].into_iter().find(absent) {
                println!("skipped, no {folder} here: {document}: {file} {name}");
                continue;
            }
            let source = read_to_string(format!("{ROOT}/{file}")).unwrap_or_default();
            // Tests of pages are named by a text.
            let is_page = file.ends_with(".mjs");
            let test = if is_page { format!("test(\"{name}\"") } else { format!("fn {name}(") };
            if !source.contains(&test) {
                wrong.push(format!("{document}: {file} {name}"));
            }
        }
        assert!(tests >= 20, "{document} names {tests} tests");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words with a hyphen in backticks that are no codes: values of the policy, and a command.
const OTHER_WORDS: [&str; 3] = ["own-or-any", "not-checked", "go-on"];

#[test]
fn every_code_exists() {
    let codes = RejectionCode::ALL.iter().map(|code| code.as_str());
    let lists = ListRejectionCode::ALL.iter().map(|code| code.as_str());
    let cautions = GateCaution::ALL.map(GateCaution::code);
    let setups = SetupRejectionCode::ALL.iter().map(|code| code.as_str());
    let known: Vec<&str> =
        codes.chain(lists).chain(setups).chain(cautions).chain(OTHER_WORDS).collect();
    for document in [THREATS, FAILURES] {
        let spans = code_spans(&read(document));
        let is_code = |span: &&str| {
            span.contains('-') && span.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        };
        let unknown: Vec<&str> = spans
            .iter()
            .map(String::as_str)
            .filter(is_code)
            .filter(|span| !span.starts_with("--") && !known.contains(span))
            .collect();
        assert!(unknown.is_empty(), "{document}: {unknown:?}");
    }
    // What refuses a visitor is what the threat model is about: each of those codes has its place
    // in it.
    let threats = read(THREATS);
    let missing: Vec<&str> = RejectionCode::ALL
        .iter()
        .map(|code| code.as_str())
        .filter(|code| !threats.contains(&format!("`{code}`")) && !UNNAMED.contains(code))
        .collect();
    assert!(missing.is_empty(), "{THREATS} does not name {missing:?}");
}

/// Codes for what is no attack, or is said with its neighbour.
const UNNAMED: [&str; 7] = [
    "empty",
    "other-version",
    "unknown-type",
    "not-yet-valid",
    "challenge-not-supplied",
    "class-not-accepted",
    "status-not-valid",
];

/// The headings of a level with what stands below each.
fn sections<'a>(text: &'a str, mark: &str) -> Vec<(&'a str, &'a str)> {
    let parts = text.split(mark).skip(1);
    parts
        .map(|part| part.split_once('\n').unwrap())
        .map(|(title, body)| {
            let end = body.find("\n## ").unwrap_or(body.len());
            (title, body.get(..end).unwrap())
        })
        .collect()
}

#[test]
fn every_section_is_whole() {
    let threats = read(THREATS);
    let table = sections(&threats, "\n## ")
        .into_iter()
        .find(|(title, _)| *title == "At a glance")
        .unwrap()
        .1;
    for (title, body) in sections(&threats, "\n### ") {
        assert!(table.contains(&format!("(#{})", slug(title))), "{title} is not in the table");
        for part in ["- **Has**: ", "- **Stopped by**: ", "eft over**"] {
            assert!(body.contains(part), "{title} has no {part}");
        }
        assert_eq!(held_paragraphs(body).len(), 1, "{title} has no one paragraph Held by");
    }
    for (title, body) in sections(&read(FAILURES), "\n### ") {
        for part in ["**What went wrong.**", "\n**Here.**"] {
            assert!(body.contains(part), "{title} has no {part}");
        }
        assert_eq!(held_paragraphs(body).len(), 1, "{title} has no one paragraph Held by");
        assert!(body.contains("20"), "{title} has no year");
    }
}

/// The anchor that a heading gets.
fn slug(title: &str) -> String {
    let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn anchors(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut out: Vec<String> = Vec::new();
    for line in text.lines() {
        fenced ^= line.starts_with("```");
        let title = line.trim_start_matches('#');
        if !fenced && title.len() < line.len() && title.starts_with(' ') {
            let slug = slug(title.trim());
            let before = out.iter().filter(|other| **other == slug).count();
            out.push(if before == 0 { slug } else { format!("{slug}-{before}") });
        }
    }
    out
}

fn documents() -> Vec<PathBuf> {
    let mut out = Vec::new();
    for folder in ["", "docs", "docs/figures", "test-vectors", "test-vectors/reference", "fuzz"] {
        let Ok(entries) = read_dir(Path::new(ROOT).join(folder)) else { continue };
        let paths = entries.map(|entry| entry.unwrap().path());
        out.extend(
            paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")),
        );
    }
    out.sort();
    out
}

#[test]
fn every_link_leads_somewhere() {
    let documents = documents();
    assert!(documents.len() >= 8, "{documents:?}");
    let mut wrong = Vec::new();
    let mut links = 0;
    for document in &documents {
        let text = read_to_string(document).unwrap();
        for part in text.split("](").skip(1) {
            let target = part.split(')').next().unwrap_or_default();
            if target.contains("://") {
                continue;
            }
            links += 1;
            let (file, anchor) = target
                .split_once('#')
                .map_or((target, None), |(file, anchor)| (file, Some(anchor)));
            let path = match file {
                "" => document.clone(),
                file => document.parent().unwrap().join(file),
            };
            let there = path.exists()
                && anchor.is_none_or(|anchor| {
                    anchors(&read_to_string(&path).unwrap_or_default())
                        .iter()
                        .any(|found| found == anchor)
                });
            if !there {
                wrong.push(format!("{}: {target}", document.display()));
            }
        }
    }
    assert!(links >= 60, "{links} links");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
