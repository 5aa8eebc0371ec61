//! Still pictures, one by one or by the folder.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use livepermit::{Timestamp, Verifier};
use livepermit_qr::read::{FileFormat, FoundCode, PictureError, PictureLimits, read_picture};
use serde_json::json;

use super::args::ScanArgs;
use super::report::{Found, Report};
use super::{draw, texts};
use crate::shared::failure::{Failure, Outcome};
use crate::shared::input::is_foreign;
use crate::shared::pictures::picture_failure;
use crate::shared::{files, output};

/// With this many pictures or more, the command shows its progress.
const MANY: usize = 5;

pub(super) fn run(
    args: &ScanArgs,
    verifier: Option<&Verifier>,
    now: Timestamp,
    mut report: Report,
) -> Result<Outcome, Failure> {
    let pictures = collect(&args.paths)?;
    let bar = progress(pictures.len());
    let mut unreadable = 0_u64;
    for (number, path) in pictures.iter().enumerate() {
        let name = path.display().to_string();
        let place = || (name.as_str(), json!({ "file": name }));
        match read(path) {
            Ok((bytes, codes)) => {
                let found: Vec<_> = codes
                    .iter()
                    .map(|code| (judged(code, verifier, now), code.corners()))
                    .collect();
                for (found, corners) in &found {
                    bar.suspend(|| report.found(place(), found, *corners, now))?;
                }
                if let Some(folder) = &args.draw {
                    let marks: Vec<_> =
                        found.iter().map(|(found, corners)| (found.mark(), *corners)).collect();
                    let to = folder.join(draw::file_name(number.saturating_add(1), path));
                    draw::picture(&bytes, &marks, &to)?;
                }
            }
            Err(Trouble::NoCode(failure)) => bar.suspend(|| report.nothing(place(), &failure))?,
            Err(Trouble::Unreadable(failure)) => {
                unreadable = unreadable.saturating_add(1);
                bar.suspend(|| {
                    output::warning(&format!("{name}: {}", failure.on_one_line()));
                    report.unread(place().1, &failure)
                })?;
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if unreadable > 0 {
        return Err(texts::some_unreadable(unreadable, pictures.len()));
    }
    Ok(report.outcome())
}

fn progress(pictures: usize) -> ProgressBar {
    if pictures < MANY {
        return ProgressBar::hidden();
    }
    // On standard error, and only if it is a terminal.
    let bar = ProgressBar::new(u64::try_from(pictures).unwrap_or(u64::MAX));
    match ProgressStyle::with_template("{bar:40} {pos} of {len} pictures, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

enum Trouble {
    NoCode(Failure),
    Unreadable(Failure),
}

fn read(path: &Path) -> Result<(Vec<u8>, Vec<FoundCode>), Trouble> {
    let limits = PictureLimits::default();
    let bytes = files::open(path)
        .and_then(|file| {
            files::read_up_to(file, limits.max_file_bytes, &path.display().to_string())
        })
        .map_err(Trouble::Unreadable)?;
    match read_picture(&bytes, &limits) {
        Ok(codes) => Ok((bytes, codes)),
        Err(error) => {
            let failure = picture_failure(&path.display().to_string(), error);
            Err(match error {
                PictureError::NoCode => Trouble::NoCode(failure),
                _ => Trouble::Unreadable(failure),
            })
        }
    }
}

fn judged(code: &FoundCode, verifier: Option<&Verifier>, now: Timestamp) -> Found {
    if let Some(part) = code.part() {
        return Found::Part(part, verifier.is_some());
    }
    match (code.text(), verifier) {
        (text, None) => Found::Read(text.map(str::to_owned)),
        (Some(text), Some(verifier)) if !is_foreign(text) => {
            Found::Verdict(Box::new(verifier.verify(text, now)))
        }
        _ => Found::Foreign,
    }
}

/// The named files, and the pictures in the named folders.
fn collect(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut pictures = Vec::new();
    for path in paths {
        if !path.is_dir() {
            pictures.push(path.clone());
            continue;
        }
        let before = pictures.len();
        walk(path, &mut pictures)?;
        if pictures.len() == before {
            return Err(texts::no_picture(path.display()));
        }
    }
    Ok(pictures)
}

/// Sorted by name, so that two runs give the same output.
fn walk(folder: &Path, pictures: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error: std::io::Error| texts::cannot_read_folder(folder.display(), &error);
    let entries: Result<Vec<_>, _> = fs::read_dir(folder).map_err(failed)?.collect();
    let mut entries = entries.map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
        if kind.is_dir() {
            walk(&path, pictures)?;
        } else if path.is_file() && is_picture(&path) {
            // A link to a folder may form a circle; a link to a file cannot.
            pictures.push(path);
        }
    }
    Ok(())
}

/// Recognizes a picture by its first bytes. A picture that is not read counts too, and so does a
/// file that cannot be opened, so that both are reported.
fn is_picture(path: &Path) -> bool {
    let Ok(file) = fs::File::open(path) else { return true };
    let enough = u64::try_from(FileFormat::ENOUGH_BYTES).unwrap_or(0);
    let mut start = Vec::new();
    if file.take(enough).read_to_end(&mut start).is_err() {
        return false;
    }
    match FileFormat::of(&start) {
        Some(FileFormat::Picture(_)) => true,
        Some(FileFormat::Other(format)) => format.is_picture(),
        _ => false,
    }
}
