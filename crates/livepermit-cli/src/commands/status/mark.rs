//! Marks entries as given out, in a register that was put back from a backup.

use std::path::Path;

use livepermit::Unverified;
use livepermit::issue::StatusListError;
use livepermit::verify::{Buffer, Input};
use serde::Deserialize;
use serde_json::json;

use super::args::MarkArgs;
use super::register::{Register, list_failure};
use super::texts;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::{files, output};

/// More than the entries of any register need.
const MAX_FILE: u64 = 256 << 20;

/// What `status allocate --json` and `issue … --json` print.
#[derive(Debug, Deserialize)]
struct Printed {
    uri: Option<String>,
    #[serde(default)]
    indices: Vec<u64>,
    link: Option<String>,
}

/// Marks all entries, or none if one of them is not of this list.
pub(super) fn run(args: &MarkArgs, json: bool) -> Result<Outcome, Failure> {
    let mut register = Register::open(&args.dir)?;
    let mut indices = args.index.clone();
    for path in &args.from {
        read(path, register.list.uri(), &mut indices)?;
    }
    indices.sort_unstable();
    indices.dedup();
    let (mut marked, mut known) = (Vec::new(), Vec::new());
    for index in indices {
        let mark = register.list.mark_given(index);
        if mark.map_err(|error: StatusListError| list_failure(&error))? {
            marked.push(index);
        } else {
            known.push(index);
        }
    }
    register.store()?;
    if json {
        output::print_json(&json!({
            "uri": register.list.uri(), "marked": marked, "known": known,
        }))?;
    } else {
        output::print(&(texts::marked(marked.len(), known.len()) + "\n"))?;
    }
    Ok(Outcome::Done)
}

/// Reads the entries that a file names: a token in binary, or lines.
fn read(path: &Path, uri: &str, indices: &mut Vec<u64>) -> Result<(), Failure> {
    let name = path.display().to_string();
    let bytes = files::read_bytes(path, MAX_FILE)?;
    if let Some(index) = of_token(Input::Bytes(&bytes), &name, uri) {
        indices.push(index?);
        return Ok(());
    }
    let text = String::from_utf8_lossy(&bytes);
    for (line, number) in text.lines().map(str::trim).zip(1_u64..) {
        let line = line.trim_start_matches('\u{feff}');
        if !line.is_empty() {
            indices.extend(of_line(line, &name, number, uri)?);
        }
    }
    Ok(())
}

fn of_line(line: &str, name: &str, number: u64, uri: &str) -> Result<Vec<u64>, Failure> {
    if let Ok(index) = line.parse() {
        return Ok(vec![index]);
    }
    if let Some(index) = of_token(Input::Text(line), name, uri) {
        return index.map(|index| vec![index]);
    }
    if let Some((list, Ok(index))) =
        line.split_once(' ').map(|(list, index)| (list, index.trim().parse()))
    {
        return same_list(name, list, uri).map(|()| vec![index]);
    }
    let printed: Option<Printed> = serde_json::from_str(line).ok();
    match printed {
        Some(Printed { uri: Some(list), indices, .. }) if !indices.is_empty() => {
            same_list(name, &list, uri).map(|()| indices)
        }
        Some(Printed { link: Some(link), .. }) => of_token(Input::Text(&link), name, uri)
            .unwrap_or_else(|| Err(texts::names_no_entry(name, number)))
            .map(|index| vec![index]),
        _ => Err(texts::names_no_entry(name, number)),
    }
}

/// The entry of a token. Nobody verifies the token: the issuer keeps what it signed. `None` if this
/// is no token.
fn of_token(token: Input<'_>, name: &str, uri: &str) -> Option<Result<u64, Failure>> {
    let mut buffer = Buffer::new();
    let token = Unverified::read(&mut buffer, token).ok()?;
    let Some(status) = token.unverified_status() else {
        return Some(Err(texts::token_names_no_entry(name)));
    };
    Some(same_list(name, status.uri(), uri).map(|()| status.index()))
}

fn same_list(name: &str, found: &str, own: &str) -> Result<(), Failure> {
    if found == own { Ok(()) } else { Err(texts::other_list(name, found, own)) }
}
