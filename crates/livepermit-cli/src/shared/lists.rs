//! The trust list and the status lists that the command line names, and their errors in words for
//! the user.

use std::io::ErrorKind;
use std::path::Path;

use livepermit::rejection::{Evidence, ListRejection, ListRejectionCode};
use livepermit::{Policy, Timestamp, Use, Verifier};
use livepermit_gate::fetch::Content;
use livepermit_gate::lists::{
    self, FileAction, FileError, Folder, FolderError, GateLists, ListError, OpenError, Report,
    Sources, TrustListSource,
};
use serde_json::json;

use super::failure::Failure;
use super::fetch::ListArg;
use super::output::{self, BAD, STRONG, row};
use super::policy::PolicyArgs;
use super::trusted::{TrustedArgs, anchor_failure};
use super::{files, texts, time, verdict};

/// The lists of `verify`, `scan` and `gate`.
pub(crate) fn sources(trusted: &TrustedArgs, policy: &PolicyArgs) -> Result<Sources, Failure> {
    sources_for(trusted, &policy.uses(), policy.eddsa, &policy.status)
}

/// What the keys named by hand may sign.
pub(crate) fn sources_for(
    trusted: &TrustedArgs,
    uses: &[Use],
    eddsa: bool,
    status: &[ListArg],
) -> Result<Sources, Failure> {
    let sources = match &trusted.trust {
        None => Sources::keys(trusted.by_hand(uses, eddsa)?),
        Some(list) => Sources::trust_list(TrustListSource {
            from: trusted.fetch.source(list)?,
            roots: trusted.read_roots()?,
            name: trusted.trust_name.clone(),
            minimum: trusted.trust_minimum,
        }),
    };
    let status = status.iter().map(|list| trusted.fetch.source(list));
    Ok(sources.with_status(status.collect::<Result<Vec<_>, _>>()?))
}

/// The lists of a command that runs once. Those at web servers are fetched now.
pub(crate) fn sources_now(trusted: &TrustedArgs, policy: &PolicyArgs) -> Result<Sources, Failure> {
    let mut sources = sources(trusted, policy)?;
    trusted.fetch.fetch_once(&mut sources)?;
    Ok(sources)
}

/// Opens or makes a state folder.
pub(crate) fn folder(path: &Path) -> Result<Folder, Failure> {
    Folder::open(path).map_err(|error| folder_failure(&error))
}

/// Opens the lists. The reports are for the operator.
pub(crate) fn open(
    sources: &Sources,
    folder: Option<Folder>,
    now: Timestamp,
    skew: u64,
) -> Result<(GateLists, Vec<Report>), Failure> {
    GateLists::open(sources, folder, now, skew).map_err(|error| match error {
        OpenError::Folder(error) => folder_failure(&error),
        OpenError::List { name, error } => list_failure(&name, &error),
        other => texts::lists_unusable(other),
    })
}

/// Opens the lists, with a warning for each report.
pub(crate) fn open_with_warnings(
    sources: &Sources,
    folder: Option<Folder>,
    now: Timestamp,
    skew: u64,
) -> Result<GateLists, Failure> {
    let (lists, reports) = open(sources, folder, now, skew)?;
    for report in &reports {
        output::warning(&reported(report).on_one_line());
    }
    Ok(lists)
}

/// A verifier with the lists that are in use now.
pub(crate) fn verifier(lists: &GateLists, policy: &Policy) -> Result<Verifier, Failure> {
    lists.verifier(policy).map_err(texts::policy_unusable)
}

/// Reads the file of a list.
pub(crate) fn read_list(path: &Path) -> Result<Vec<u8>, Failure> {
    lists::read_list(path).map_err(|error| file_failure(&error))
}

/// A report, in words.
pub(crate) fn reported(report: &Report) -> Failure {
    match report {
        Report::Refused { name, error } | Report::CopyLost { name, error } => {
            list_failure(name, error)
        }
        Report::RootsChanged => texts::roots_changed(),
        Report::EntrySkipped(key) => texts::entry_skipped(key.index, &key.reason),
        Report::FolderReadable { path, .. } => texts::folder_readable(report, path.display()),
        Report::Strangers { .. } => texts::folder_strangers(report),
        other => texts::lists_unusable(other),
    }
}

/// Why a list is refused. `name` is its file.
pub(crate) fn refused(name: &str, rejection: &ListRejection) -> Failure {
    let cause = rejection.code().cause().trim_end_matches('.');
    let told = format!("{}{}", rejection.code(), values(rejection));
    texts::list_refused(name, told, cause, rejection.instruction())
}

/// What the check compared, in a person's words.
fn values(rejection: &ListRejection) -> String {
    use ListRejectionCode as Code;
    let local = time::local;
    let told = match (rejection.code(), rejection.evidence()) {
        (Code::FromTheFuture, Evidence::Times { found, limit }) => {
            texts::list_ahead(local(found), time::span(found.seconds_since(limit)))
        }
        (Code::Expired, Evidence::Times { limit, .. }) => texts::list_ended(local(limit)),
        (Code::Older, Evidence::Times { found, limit }) => {
            texts::list_of_before(local(found), local(limit))
        }
        (Code::Older, Evidence::Counts { found, limit }) => {
            texts::list_version_of_before(found, limit)
        }
        (_, Evidence::Times { found, limit }) => texts::list_times(local(found), local(limit)),
        (_, Evidence::Counts { found, limit }) => texts::list_times(found, limit),
        // Where the format is broken, and numbers that are no times.
        (_, evidence) => return evidence.to_string(),
    };
    format!(": {told}")
}

fn list_failure(name: &str, error: &ListError) -> Failure {
    match error {
        ListError::Refused(rejection) => refused(name, rejection),
        ListError::OtherContent { content: Content::Empty, rejection } => {
            texts::list_empty(name, rejection.code())
        }
        ListError::OtherContent { content, rejection } => {
            texts::list_other_content(name, content, rejection.code(), content_help(*content))
        }
        ListError::NotFetched(error) => texts::list_not_fetched(name, error, error.instruction()),
        ListError::NotFetchedYet => texts::list_not_fetched_yet(name),
        ListError::File(error) => file_failure(error),
        ListError::Folder(error) => folder_failure(error),
        ListError::NotATrustList => texts::no_trust_list(name),
        ListError::OtherName { .. } => texts::other_trust_list(error),
        ListError::Anchor(error) => anchor_failure(error),
        ListError::NoTrustList => texts::trust_list_unused(),
        other => texts::lists_unusable(other),
    }
}

/// The failure for a file that is no list at all. `None` for what may be a list.
pub(crate) fn other_content(name: &str, bytes: &[u8]) -> Option<Failure> {
    let code = ListRejectionCode::Malformed;
    Some(match Content::of(bytes)? {
        Content::Empty => texts::list_empty(name, code),
        content => texts::list_other_content(name, content, code, content_help(content)),
    })
}

/// What to do about a file that is no list.
fn content_help(content: Content) -> String {
    match content {
        Content::WebPage => texts::page_in_place_of_list(),
        Content::Packed(_) => texts::list_packed(),
        Content::Jwt => texts::list_as_jwt(),
        Content::HttpAnswer => texts::list_with_headers(),
        Content::Hexadecimal | Content::Base64 => texts::list_coded(),
        Content::Json => texts::list_as_json(),
        _ => texts::another_file(),
    }
}

/// Why a state folder cannot be used.
pub(crate) fn folder_failure(error: &FolderError) -> Failure {
    match error {
        FolderError::Unusable { path, error: cause }
            if matches!(cause.kind(), ErrorKind::AlreadyExists | ErrorKind::NotADirectory) =>
        {
            texts::state_is_a_file(path.display())
        }
        FolderError::Unusable { .. } => texts::folder_unusable(error),
        FolderError::InUse { .. } => texts::folder_in_use(error),
        FolderError::Strangers { path, .. } => texts::folder_of_others(error, path.display()),
        FolderError::WrongKind { .. } => texts::folder_wrong_kind(error),
        FolderError::Writable { path, .. } => texts::folder_writable(error, path.display()),
        FolderError::OtherOwner { path, user, .. } => {
            texts::folder_other_owner(error, path.display(), user)
        }
        FolderError::Damaged { .. } => texts::folder_damaged(error),
        FolderError::DamagedTrust { .. } => texts::folder_trust_damaged(error),
        FolderError::File(error) => file_failure(error),
        other => texts::lists_unusable(other),
    }
}

fn file_failure(error: &FileError) -> Failure {
    let (path, cause) = (&error.path, &error.error);
    match error.action {
        FileAction::Open if cause.kind() == ErrorKind::IsADirectory => files::is_directory(path),
        FileAction::Open => files::cannot_open(path, cause),
        FileAction::Read => texts::cannot_read(path.display(), cause),
        FileAction::Write => files::cannot_write(path, cause),
        FileAction::MakeFolder => texts::cannot_make_state_folder(path.display(), cause),
        _ => texts::lists_unusable(error),
    }
}

/// Says why a list is not accepted. What is no list at all is named.
pub(crate) fn print_refused(
    bytes: &[u8],
    rejection: &ListRejection,
    json: bool,
) -> Result<(), Failure> {
    let code = rejection.code();
    let content = Content::of(bytes);
    if json {
        return output::print_json(&json!({
            "verified": false, "code": code.as_str(), "cause": code.cause(),
            "content": content.map(|content| content.to_string()),
            "evidence": verdict::evidence(&rejection.evidence()),
            "instruction": rejection.instruction(),
        }));
    }
    let values = values(rejection);
    let mut out = format!("{BAD}REFUSED{BAD:#} {STRONG}{code}{values}{STRONG:#}\n");
    row(&mut out, "cause", code.cause());
    if let Some(content) = content {
        row(&mut out, "this is", content);
    }
    let help = content.map_or_else(|| rejection.instruction().to_owned(), content_help);
    row(&mut out, "do this", help);
    output::print(&out)
}
