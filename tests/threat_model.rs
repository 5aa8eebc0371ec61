//! Holds what `docs/threat-model.md` and `docs/published-failures.md` point to: each vector, with
//! its verdict, each test, each code. And every link of the documents.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test is what a panic is for here"
)]

use std::collections::BTreeMap;
use std::fs::{read_dir, read_to_string};
use std::path::{Path, PathBuf};

use livepermit::{Caution, Code, ListCode};
use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const THREATS: &str = "docs/threat-model.md";
const FAILURES: &str = "docs/published-failures.md";

fn read(path: &str) -> String {
    read_to_string(format!("{ROOT}/{path}")).unwrap()
}

/// `` `file.json` "comment" → `code` ``, or with `"group" / "comment"`; in place of the code the
/// words valid or invalid.
#[derive(Debug)]
struct Reference {
    file: String,
    group: Option<String>,
    comment: String,
    verdict: String,
}

/// The text by turns outside and inside of single backticks, each with its line ends as spaces.
/// What stands in double ones explains the notation and is left out.
fn spans(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (index, part) in text.split("``").enumerate() {
        if index % 2 == 0 {
            out.push(part);
        }
    }
    out.concat()
        .split('`')
        .map(|span| span.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

fn inside(spans: &[String]) -> impl Iterator<Item = &str> {
    spans.iter().skip(1).step_by(2).map(String::as_str)
}

fn references(text: &str) -> Vec<Reference> {
    let spans = spans(text);
    let mut out = Vec::new();
    for at in (1..spans.len()).step_by(2) {
        let (file, behind) = (&spans[at], &spans[at + 1]);
        if !file.ends_with(".json") || !behind.trim_start().starts_with('"') {
            continue;
        }
        let (names, rest) =
            behind.split_once('→').unwrap_or_else(|| panic!("no verdict: {file} {behind}"));
        let names: Vec<_> = names.split(" / ").map(|name| name.trim().trim_matches('"')).collect();
        let (group, comment) = match names.as_slice() {
            [comment] => (None, *comment),
            [group, comment] => (Some((*group).to_owned()), *comment),
            _ => panic!("{file} {behind}"),
        };
        let word =
            rest.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        let verdict = if rest.trim().is_empty() { spans[at + 2].clone() } else { word.to_owned() };
        out.push(Reference { file: file.clone(), group, comment: comment.to_owned(), verdict });
    }
    out
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
        let references = references(&read(document));
        assert!(references.len() >= least, "{document} has {} vectors", references.len());
        for reference in references {
            let Reference { file, group, comment, verdict } = &reference;
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
                wrong.push(format!("{document}: {reference:?}, of {}", named.len()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_test_exists() {
    let mut wrong = Vec::new();
    for document in [THREATS, FAILURES] {
        let spans = spans(&read(document));
        let tests: Vec<&str> = inside(&spans).filter(|span| span.contains(".rs::")).collect();
        assert!(tests.len() >= 20, "{document} names {} tests", tests.len());
        for test in tests {
            let (file, name) = test.split_once("::").unwrap();
            // A packaged crate comes without the command.
            if file.starts_with("cli/") && !Path::new(ROOT).join("cli").exists() {
                println!("skipped, no cli/ here: {document}: {test}");
                continue;
            }
            let source = read_to_string(format!("{ROOT}/{file}")).unwrap_or_default();
            if !source.contains(&format!("fn {name}(")) {
                wrong.push(format!("{document}: {test}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words with a hyphen in backticks that are no codes: values of the policy.
const OTHER_WORDS: [&str; 2] = ["own-or-any", "not-checked"];

#[test]
fn every_code_exists() {
    let codes = Code::ALL.iter().map(|code| code.as_str());
    let lists = ListCode::ALL.iter().map(|code| code.as_str());
    let cautions = Caution::ALL.iter().map(|caution| caution.code());
    let known: Vec<&str> = codes.chain(lists).chain(cautions).chain(OTHER_WORDS).collect();
    for document in [THREATS, FAILURES] {
        let spans = spans(&read(document));
        let is_code = |span: &&str| {
            span.contains('-') && span.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        };
        let unknown: Vec<&str> = inside(&spans)
            .filter(is_code)
            .filter(|span| !span.starts_with("--") && !known.contains(span))
            .collect();
        assert!(unknown.is_empty(), "{document}: {unknown:?}");
    }
    // What refuses a visitor is what the threat model is about: each of those codes has its place
    // in it.
    let threats = read(THREATS);
    let missing: Vec<&str> = Code::ALL
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
        for part in ["- **Has**", "- **Stops it**", "eft over**", "- **Shown by**"] {
            assert!(body.contains(part), "{title} has no {part}");
        }
    }
    for (title, body) in sections(&read(FAILURES), "\n### ") {
        for part in ["**What went wrong.**", "\n**Here.**", "\n**Shown by** `"] {
            assert!(body.contains(part), "{title} has no {part}");
        }
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
    for folder in ["", "docs", "test-vectors", "fuzz"] {
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
