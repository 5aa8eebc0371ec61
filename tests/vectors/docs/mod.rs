//! The parts of the documents that are made from the library and the vectors. With
//! `LIVEPERMIT_BLESS=1` in the environment they are written again instead of compared.

mod dump;

use std::fmt::Write as _;
use std::fs::{read_to_string, write};

use dump::Dump;
use livepermit::rejection::{ListRejectionCode, SetupRejectionCode};
use livepermit::{RejectionCode, Token, qr};
use livepermit_gate::GateCaution;
use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn json(name: &str) -> Value {
    serde_json::from_str(&read_to_string(format!("{ROOT}/test-vectors/{name}")).unwrap()).unwrap()
}

fn unhex(digits: &str) -> Vec<u8> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

/// Puts each block between its two markers, and compares the file with that or writes it.
fn hold(name: &str, blocks: &[(&str, String)]) {
    let found = read_to_string(format!("{ROOT}/docs/{name}")).unwrap();
    let mut wanted = found.clone();
    for (block, content) in blocks {
        let (begin, end) = (format!("<!-- begin {block} -->\n"), format!("<!-- end {block} -->\n"));
        let from = wanted.find(&begin).unwrap_or_else(|| panic!("{name} has no block {block}"))
            + begin.len();
        let to =
            from + wanted[from..].find(&end).unwrap_or_else(|| panic!("block {block} has no end"));
        wanted.replace_range(from..to, &format!("\n{content}\n"));
    }
    hold_whole(name, &found, &wanted);
}

/// Compares the file with what it should hold, or writes it.
fn hold_whole(name: &str, found: &str, wanted: &str) {
    if found == wanted {
        return;
    }
    if std::env::var_os("LIVEPERMIT_BLESS").is_some() {
        write(format!("{ROOT}/docs/{name}"), wanted).unwrap();
        return;
    }
    let line = found
        .lines()
        .zip(wanted.lines())
        .position(|(found, wanted)| found != wanted)
        .unwrap_or_default();
    panic!(
        "docs/{name} differs from line {} on: look at what `LIVEPERMIT_BLESS=1 cargo test --test vectors docs` changes",
        line + 1
    );
}

/// What stands around the tables of `figures/rejections.md`.
const REJECTIONS: [&str; 4] = [
    "# Rejections\n\n\
     Every code of a verifier or a gate, in the order of the checks: its stage, its fault (who has\n\
     to act), its cause, and what the person at the gate does. The rules are in\n\
     [spec.md](../spec.md), sections 11 and 13, and section 14 explains the faults. Codes are\n\
     stable: programs can depend on them. A test writes this page from the tables of the library.\n\n\
     The guard turns the visitor away for every code but two kinds. With the fault `ours` the gate\n\
     is out of order, and the guard checks the visitor by other means. `already-accepted-here`\n\
     opens nothing and needs nothing.\n\n",
    "\n## Cautions\n\n\
     A caution stands beside an accepted permit: a yellow light. The fault is not the visitor's.\n\
     With `printed` and `acting` the guard checks the person. With the others the operator of the\n\
     gate has to act; the policy says that the door opens meanwhile.\n\n",
    "\n## Lists that are refused\n\n\
     A refused trust list or status list changes nothing: the gate continues with the list that it\n\
     holds until that list ends, and then shows `trust-list-expired`, `status-list-expired` or\n\
     `status-list-too-old`. The fault is never a visitor's, and the guard has nothing to do. The\n\
     operator of the gate acts, or the publisher of the list where the table says so.\n\n",
    "\n## Setups that are refused\n\n\
     A refused setup changes nothing: the gate keeps the setup that it has. Section 9.5 of\n\
     [spec.md](../spec.md) has the rules.\n\n",
];

#[test]
fn rejections() {
    let mut table =
        String::from("| code | stage | fault | cause | what to do |\n|---|---|---|---|---|\n");
    for code in RejectionCode::ALL {
        let (stage, fault) = (code.stage().name(), code.fault().name());
        writeln!(
            table,
            "| `{code}` | {stage} | {fault} | {} | {} |",
            code.cause(),
            code.instruction()
        )
        .unwrap();
    }
    let mut lists = String::from("| code | cause | what the operator does |\n|---|---|---|\n");
    for code in ListRejectionCode::ALL {
        writeln!(lists, "| `{code}` | {} | {} |", code.cause(), code.instruction()).unwrap();
    }
    let mut cautions = String::from("| caution | what it means and what to do |\n|---|---|\n");
    for caution in GateCaution::ALL {
        writeln!(cautions, "| `{caution}` | {} |", caution.instruction()).unwrap();
    }
    let mut setups = String::from("| code | cause | what to do |\n|---|---|---|\n");
    for code in SetupRejectionCode::ALL {
        writeln!(setups, "| `{code}` | {} | {} |", code.cause(), code.instruction()).unwrap();
    }
    let [head, of_cautions, of_lists, of_setups] = REJECTIONS;
    let wanted =
        [head, &table, of_cautions, &cautions, of_lists, &lists, of_setups, &setups].concat();
    let found = read_to_string(format!("{ROOT}/docs/figures/rejections.md")).unwrap_or_default();
    hold_whole("figures/rejections.md", &found, &wanted);
}

#[test]
fn specification() {
    let pass = examples("pass.json").remove(0);
    let slip = examples("slip.json").remove(0);
    let [presentation, presentation_p256, credential, credential_p256]: [Vec<u8>; 4] =
        examples("credential-and-presentation.json").try_into().unwrap();
    let largest_slip = example_of("slip.json", "the largest slip without application claims");
    let sizes = [
        ("pass", &pass),
        ("slip", &slip),
        ("slip, the largest without application claims", &largest_slip),
        ("credential, Ed25519 device (not a token: inside a presentation)", &credential),
        ("credential, P-256 device (not a token: inside a presentation)", &credential_p256),
        ("presentation, Ed25519 device", &presentation),
        ("presentation, P-256 device", &presentation_p256),
    ];
    let ed25519 = ["R", "s"];
    hold(
        "spec.md",
        &[
            ("codes", codes()),
            ("list-codes", list_codes()),
            ("setup-codes", setup_codes()),
            ("sizes", size_table(&sizes)),
            ("keys", keys()),
            ("pass", example(&pass, None, ed25519)),
            // Never shown alone, so its texts are of no use.
            ("credential", dump(&credential, None, ed25519)),
            ("presentation", example(&presentation, Some(&credential), ed25519)),
            ("presentation-p256", example(&presentation_p256, None, ["r", "s"])),
            ("slip", example(&slip, None, ed25519)),
        ],
    );
}

/// The codes of each stage by fault, each in the order of its checks.
fn codes() -> String {
    let mut rows: Vec<([&str; 2], Vec<String>)> = Vec::new();
    for code in RejectionCode::ALL {
        let key = [code.stage().name(), code.fault().name()];
        match rows.iter_mut().find(|(found, _)| *found == key) {
            Some((_, codes)) => codes.push(format!("`{code}`")),
            None => rows.push((key, vec![format!("`{code}`")])),
        }
    }
    let mut table = String::from("| stage | fault | codes |\n|---|---|---|\n");
    for ([stage, fault], codes) in rows {
        writeln!(table, "| {stage} | {fault} | {} |", codes.join(", ")).unwrap();
    }
    table
}

fn list_codes() -> String {
    let codes: Vec<String> =
        ListRejectionCode::ALL.iter().map(|code| format!("- `{code}`\n")).collect();
    codes.concat()
}

fn setup_codes() -> String {
    let codes: Vec<String> =
        SetupRejectionCode::ALL.iter().map(|code| format!("- `{code}`\n")).collect();
    codes.concat()
}

fn examples(file: &str) -> Vec<Vec<u8>> {
    let file = json(file);
    let groups = file["testGroups"].as_array().unwrap();
    groups
        .iter()
        .flat_map(|group| group["tests"].as_array().unwrap())
        .filter(|test| test["flags"].as_array().unwrap().contains(&Value::from("WorkedExample")))
        .map(|test| unhex(test["token"].as_str().unwrap()))
        .collect()
}

/// The token of the vector with this comment.
fn example_of(file: &str, comment: &str) -> Vec<u8> {
    let file = json(file);
    let groups = file["testGroups"].as_array().unwrap();
    let mut tests = groups.iter().flat_map(|group| group["tests"].as_array().unwrap());
    let test = tests.find(|test| test["comment"] == comment).unwrap();
    unhex(test["token"].as_str().unwrap())
}

fn size_table(tokens: &[(&str, &Vec<u8>)]) -> String {
    let mut table =
        String::from("| | bytes | characters | L | M | Q | H |\n|---|---|---|---|---|---|---|\n");
    for (name, token) in tokens {
        let text = Token::from_bytes(token).unwrap().to_qr_text();
        let versions = qr::versions_for(&text).unwrap();
        write!(table, "| {name} | {} | {} |", token.len(), text.len()).unwrap();
        for version in [versions.low, versions.medium, versions.quartile, versions.high] {
            match version {
                Some(version) => write!(table, " {version} |").unwrap(),
                None => table.push_str(" none |"),
            }
        }
        table.push('\n');
    }
    table
}

fn keys() -> String {
    let file = json("keys.json");
    let mut out = String::from("```text\n");
    for name in ["issuer", "Ed25519 device", "P-256 device"] {
        let tests = file["testGroups"][0]["tests"].as_array().unwrap();
        let test = tests.iter().find(|test| test["comment"] == name).unwrap();
        let key = &test["key"];
        writeln!(out, "{name}").unwrap();
        for (field, value) in [
            ("private", &key["private"]),
            ("COSE_Key", &test["coseKey"]),
            ("thumbprint", &key["thumbprint"]),
            ("key id", &key["keyId"]),
        ] {
            let value = value.as_str().unwrap();
            for (index, start) in (0..value.len()).step_by(64).enumerate() {
                let field = if index == 0 { field } else { "" };
                writeln!(out, "  {field:<10}  {}", &value[start..value.len().min(start + 64)])
                    .unwrap();
            }
        }
    }
    out.push_str("```\n");
    out
}

/// The bytes with their meaning.
fn dump(token: &[u8], known: Option<&[u8]>, halves: [&str; 2]) -> String {
    format!("```text\n{}```\n", Dump::of(token, known, halves))
}

/// The bytes with their meaning, then the texts.
fn example(token: &[u8], known: Option<&[u8]>, halves: [&str; 2]) -> String {
    let (qr, link) = {
        let token = Token::from_bytes(token).unwrap();
        (token.to_qr_text(), token.to_link_text())
    };
    let mut out = dump(token, known, halves);
    for (name, text) in [("QR text", qr), ("Link text", link)] {
        write!(
            out,
            "\n{name}, {} characters (the line breaks are not part of it):\n\n```text\n",
            text.len()
        )
        .unwrap();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            // No line ends or begins with a space, where nobody would see it.
            let end = (1..=rest.len().min(100))
                .rev()
                .find(|end| !rest[end - 1..].starts_with(' ') && !rest[*end..].starts_with(' '));
            let (line, after) = rest.split_at(end.unwrap());
            writeln!(out, "{line}").unwrap();
            rest = after;
        }
        out.push_str("```\n");
    }
    out
}
