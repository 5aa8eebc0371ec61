//! Runs the test vectors on an emulated Cortex-M4, through the functions of C.
//!
//! ```text
//! livepermit-emulator vectors PROGRAM VECTORS README   every vector, costs, tests of the test
//! livepermit-emulator code VECTORS                     a code to show, as constants of C
//! livepermit-emulator example PROGRAM                  runs a program, prints what it prints
//! ```

mod board;
mod figures;
mod pack;

use std::error::Error;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use board::Ran;
use figures::{Cost, is_blessed};
use pack::{Outcome, Pack, list, token_groups};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["vectors", program, vectors, readme] => {
            let bench = Bench::new(program)?;
            let files = files(Path::new(vectors))?;
            every_vector(&bench, &files, Path::new(readme))?;
            wrong_vectors_fail(&bench, &files)?;
            panics_end(&bench, &files)
        }
        ["code", vectors] => code(&files(Path::new(vectors))?),
        ["example", program] => {
            let ran = Bench::new(program)?.run(&Pack::default())?;
            ran.lines.iter().for_each(|line| println!("{line}"));
            if ran.is_right { Ok(()) } else { Err("the program failed".into()) }
        }
        _ => Err("livepermit-emulator vectors|code|example".into()),
    }
}

/// A program for the board, and a folder that is removed at the end.
struct Bench {
    program: PathBuf,
    folder: PathBuf,
}

impl Bench {
    fn new(program: &str) -> Outcome<Self> {
        let folder = std::env::temp_dir().join(format!("livepermit-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self { program: program.into(), folder })
    }

    fn run(&self, pack: &Pack) -> Outcome<Ran> {
        std::fs::write(self.folder.join("vectors.bin"), &pack.0)?;
        board::run(&self.program, &self.folder)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // What cannot be removed is in a folder of temporary files.
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// A file of vectors: its name and what it says.
type File = (String, Value);

fn files(folder: &Path) -> Outcome<Vec<File>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if path.extension().is_some_and(|end| end == "json") && name != "schema" {
            files.push((name.into(), serde_json::from_slice(&std::fs::read(&path)?)?));
        }
    }
    files.sort_by(|a: &File, b| a.0.cmp(&b.0));
    Ok(files)
}

fn file<'a>(files: &'a [File], name: &str) -> Outcome<&'a Value> {
    Ok(&files.iter().find(|(of, _)| of == name).ok_or_else(|| format!("no {name}.json"))?.1)
}

/// The calls that are measured: label, file, and the flag of the test; the first such test counts.
const SET_UP: &str = "a key and the rules, once";
const WITH_LIST: &str = "a key, a status list and the rules, once";
const MEASURED: [(&str, &str, &str); 4] = [
    ("a pass", "pass", "WorkedExample"),
    ("a presentation, Ed25519 in the phone", "credential-and-presentation", "WorkedExample"),
    ("a presentation, P-256 in the phone", "credential-and-presentation", "P256"),
    ("a slip", "slip", "WorkedExample"),
];

fn every_vector(bench: &Bench, files: &[File], readme: &Path) -> Outcome {
    let mut pack = Pack::default();
    let mut wanted = Vec::new();
    for (name, file) in files {
        let packed = pack.file(name, file)?;
        // Counted a second time, by what the file itself says.
        let groups = token_groups(file).count();
        let all = list(file, "testGroups").len();
        let tests = token_groups(file).map(|group| list(group, "tests").len()).sum::<usize>();
        let says = file["numberOfTests"].as_u64().and_then(|count| usize::try_from(count).ok());
        if packed != tests || (groups == all && says != Some(tests)) || (groups > 0 && tests == 0) {
            return Err(format!("{name}: {packed} packed of {tests}, and it says {says:?}").into());
        }
        wanted.push(format!("file {name} {tests} 0"));
    }
    for (label, name, flag) in MEASURED {
        let (group, test) = flagged(file(files, name)?, flag)?;
        pack.group(group)?;
        if name == "pass" {
            pack.0.push(b'K');
            pack.bytes(SET_UP.as_bytes());
            // Arguments that are wrong.
            pack.0.push(b'W');
        }
        pack.0.push(b'M');
        pack.bytes(label.as_bytes());
        pack.shown(test)?;
    }
    // The same pass with tables for the one key and the base point.
    let (group, test) = flagged(file(files, "pass")?, "WorkedExample")?;
    pack.group(group)?;
    pack.0.push(b'Q');
    pack.long(132 << 10)?;
    for of in [&test["verdict"]["class"], &group["policy"]["gate"]] {
        pack.bytes(of.as_str().unwrap_or_default().as_bytes());
    }
    pack.bytes(b"a pass, with tables of 132 KiB");
    pack.shown(test)?;
    let (group, _) = flagged(file(files, "status")?, "Value")?;
    pack.group(group)?;
    pack.0.push(b'K');
    pack.bytes(WITH_LIST.as_bytes());
    pack.0.push(b'E');
    let ran = bench.run(&pack)?;
    let found: Vec<_> = ran.lines.iter().filter(|line| line.starts_with("file ")).collect();
    ran.lines.iter().for_each(|line| println!("{line}"));
    if !ran.is_right || !found.iter().eq(&wanted.iter().collect::<Vec<_>>()) {
        return Err("not all vectors passed".into());
    }
    let mut costs: Vec<_> = ran.lines.iter().filter_map(|line| Cost::read(line)).collect();
    if costs.len() != MEASURED.len() + 3 {
        return Err("not all calls were measured".into());
    }
    costs.push(most(&ran)?);
    figures::hold(readme, &costs)?;
    for (row, column) in [(1, 0), (2, 1), (3, 2), (4, 3)].into_iter().filter(|_| !is_blessed()) {
        let mut worse = costs.clone();
        worse[row].values[column] += worse[row].values[column] / 8;
        if figures::hold(readme, &worse).is_ok() {
            return Err("a call may cost an eighth more than the README says".into());
        }
    }
    let again = bench.run(&pack)?;
    if again.lines != ran.lines {
        return Err("a second run was not the same".into());
    }
    let total: usize = files
        .iter()
        .flat_map(|(_, file)| token_groups(file))
        .map(|group| list(group, "tests").len())
        .sum();
    println!("{total} vectors passed on a Cortex-M4");
    Ok(())
}

/// What all vectors together needed at most.
fn most(ran: &Ran) -> Outcome<Cost> {
    let line = ran.lines.iter().find_map(|line| line.strip_prefix("most "));
    let line = format!("cost the most of any vector instructions=0 {}", line.unwrap_or_default());
    Ok(Cost::read(&line).ok_or("what was needed at most is not told")?)
}

fn flagged<'a>(file: &'a Value, flag: &str) -> Outcome<(&'a Value, &'a Value)> {
    let tests = token_groups(file)
        .flat_map(|group| list(group, "tests").iter().map(move |test| (group, test)));
    let has = |test: &Value| list(test, "flags").iter().any(|of| of == flag);
    let mut valid = tests.filter(|(_, test)| test["result"] == "valid" && has(test));
    Ok(valid.next().ok_or_else(|| format!("no valid test with the flag {flag}"))?)
}

/// The test of the test: a vector that says something else fails, whatever it is.
fn wrong_vectors_fail(bench: &Bench, files: &[File]) -> Outcome {
    let changes: [(&str, &str, Value); 12] = [
        ("acting", "/code", json!("stale")),
        ("acting", "/stage", json!("key")),
        ("acting", "/malformed/layer", json!("text")),
        ("acting", "/malformed/flaw", json!("empty")),
        ("acting", "/verdict/subject", json!("BJ-00000000")),
        ("acting", "/verdict/acting/role", json!("friend")),
        ("acting", "/verdict/acting", Value::Null),
        ("acting", "/verdict/keepUntil", json!(1)),
        ("acting", "/verdict/cautions", json!([])),
        ("acting", "/verdict/permitId", json!("00")),
        ("credential-and-presentation", "/verdict/credential/deviceKey", json!("00")),
        ("trust-list-expiry", "/now", json!(1_800_000_000)),
    ];
    for (name, pointer, value) in &changes {
        let mut changed = file(files, name)?.clone();
        let tests = changed["testGroups"].as_array_mut().ok_or("no groups")?;
        let mut tests =
            tests.iter_mut().filter_map(|group| group["tests"].as_array_mut()).flatten();
        let place = tests.find_map(|test| test.pointer_mut(pointer).filter(|at| **at != *value));
        *place.ok_or_else(|| format!("no test has {pointer}"))? = value.clone();
        let mut pack = Pack::default();
        pack.file(name, &changed)?;
        pack.0.push(b'E');
        let ran = bench.run(&pack)?;
        let failures = ran.lines.iter().filter(|line| line.starts_with("fail test ")).count();
        if ran.is_right || failures == 0 {
            return Err(format!("{name} with another {pointer} passed").into());
        }
    }
    println!("{} vectors that were made wrong failed", changes.len());
    Ok(())
}

/// A defect, or no memory, ends in the caller's handler.
fn panics_end(bench: &Bench, files: &[File]) -> Outcome {
    let mut defect = Pack::default();
    defect.0.push(b'P');
    let mut no_memory = Pack::default();
    let (group, _) = flagged(file(files, "pass")?, "WorkedExample")?;
    no_memory.0.push(b'O');
    no_memory.group(group)?;
    // The letter is the program's own.
    no_memory.0.remove(1);
    for (what, place, pack) in
        [("a panic", "src/main.rs:", defect), ("no memory", "alloc", no_memory)]
    {
        let ran = bench.run(&pack)?;
        let told = ran.lines.iter().find(|line| line.starts_with("panic "));
        let line = told.and_then(|told| told.rsplit(':').next()?.parse::<u32>().ok());
        if ran.is_right
            || line.is_none_or(|line| line == 0)
            || !told.is_some_and(|told| told.contains(place))
        {
            return Err(format!("{what} did not end in the handler: {:?}", ran.lines).into());
        }
        println!("{what} ended in the caller's handler");
    }
    Ok(())
}

/// A pass that is good at its time, for the example in C.
fn code(files: &[File]) -> Outcome {
    let (group, test) = flagged(file(files, "pass")?, "WorkedExample")?;
    let key = hex::decode(group["trust"][0]["key"].as_str().ok_or("no key")?)?;
    let bytes: Vec<_> = key.iter().map(|byte| format!("0x{byte:02x}")).collect();
    println!("// A pass of the test vectors, and the key of its issuer.");
    println!("#define ISSUER {}", group["trust"][0]["issuer"]);
    println!("#define CLASS {}", test["verdict"]["class"]);
    println!("#define NOW {}", test["now"]);
    println!("#define CODE {}", test["text"]);
    println!("static const uint8_t ISSUER_KEY[] = {{ {} }};", bytes.join(", "));
    Ok(())
}
