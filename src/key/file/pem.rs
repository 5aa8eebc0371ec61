//! PEM (RFC 7468) as tools, editors, shells and mail programs leave it.

use alloc::string::String;

use zeroize::Zeroizing;

use super::finds::Finds;
use super::text::{self, is_space};
use super::{KeyFileError, OtherFile, Read, bare, der, ssh};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
/// The begin of RFC 4716, and its end.
const BEGIN_SSH2: &str = "---- BEGIN SSH2 PUBLIC KEY ----";
const END_SSH2: &str = "---- END SSH2 PUBLIC KEY ----";
/// Longer than any label.
const LONGEST_LABEL: usize = 64;

/// Reads the blocks of a text, and ignores what stands between them.
pub(super) fn read(file: &str) -> Read {
    let mut finds = Finds::default();
    let mut rest = file;
    while let Some((_, after)) = rest.split_once(BEGIN) {
        rest = after;
        let Some((label, after)) = rest.split_once(DASHES) else {
            finds.add(Some(Err(KeyFileError::Damaged)));
            break;
        };
        if label.len() > LONGEST_LABEL {
            continue;
        }
        let Some((body, after)) = after.split_once(END) else {
            finds.add(Some(unfinished(label)));
            break;
        };
        // A block without its end: the end belongs to a later block.
        if body.contains(BEGIN) {
            finds.add(Some(unfinished(label)));
            continue;
        }
        rest = after;
        let end = after.split_once(DASHES).map(|(end, _)| end);
        let found = if end == Some(label) { block(label, body) } else { unfinished(label) };
        finds.add(Some(found));
    }
    let ssh2 = file.split_once(BEGIN_SSH2).and_then(|(_, after)| after.split_once(END_SSH2));
    if let Some((body, _)) = ssh2 {
        let blob = content(body).ok().and_then(|(content, _)| text::base64(&content));
        finds.add(Some(blob.map_or(Err(KeyFileError::Damaged), |blob| ssh::public(&blob))));
    }
    finds.finish()
}

fn unfinished(label: &str) -> Result<super::KeyFile, KeyFileError> {
    Err(other(label).unwrap_or(KeyFileError::Damaged))
}

/// What a label names that is no key of ours.
fn other(label: &str) -> Option<KeyFileError> {
    Some(match label {
        _ if label.starts_with("ENCRYPTED ") => KeyFileError::Encrypted,
        _ if label.ends_with("CERTIFICATE REQUEST") => {
            KeyFileError::Other(OtherFile::CertificateRequest)
        }
        _ if label.ends_with("CERTIFICATE") => KeyFileError::Other(OtherFile::Certificate),
        _ if label.ends_with("PARAMETERS") => KeyFileError::Other(OtherFile::Parameters),
        _ if label.starts_with("PGP ") => KeyFileError::Other(OtherFile::Pgp),
        "PKCS7" | "CMS" => KeyFileError::Other(OtherFile::Pkcs7),
        "RSA PRIVATE KEY" | "RSA PUBLIC KEY" => KeyFileError::OtherAlgorithm("RSA"),
        "DSA PRIVATE KEY" | "DSA PUBLIC KEY" => KeyFileError::OtherAlgorithm("DSA"),
        _ => return None,
    })
}

fn block(label: &str, body: &str) -> Result<super::KeyFile, KeyFileError> {
    let (content, encrypted) = content(body)?;
    if encrypted {
        return Err(KeyFileError::EncryptedLegacy);
    }
    if let Some(error) = other(label) {
        return Err(error);
    }
    let bytes = text::base64(&content).ok_or(KeyFileError::Damaged)?;
    if label == "OPENSSH PRIVATE KEY" {
        return ssh::private(&bytes);
    }
    // What it is, its bytes say: tools mix up labels.
    der::read(&bytes).or_else(|| bare(&bytes)).unwrap_or(Err(KeyFileError::Damaged))
}

/// The letters of base64 in a body, and whether its headers say that it is encrypted.
fn content(body: &str) -> Result<(Zeroizing<String>, bool), KeyFileError> {
    let body = unescaped(body);
    let mut letters = Zeroizing::new(String::with_capacity(body.len()));
    let mut encrypted = false;
    let mut header_goes_on = false;
    for line in body.split(['\n', '\r']) {
        if line.trim_matches(is_space).is_empty() {
            continue;
        }
        let is_header = line.contains(':') || header_goes_on;
        let is_edge = |c: char| is_space(c) || matches!(c, '>' | '|' | ',' | ';');
        let line = inside_quotes(line).trim_matches(is_edge);
        header_goes_on = is_header && line.ends_with('\\');
        let line = line.trim_end_matches('\\').trim_end_matches(is_edge);
        if is_header || line.starts_with('#') {
            encrypted |= line.starts_with("Proc-Type") && line.contains("ENCRYPTED");
            continue;
        }
        for c in line.chars().filter(|c| !is_space(*c)) {
            if !text::is_base64(c) {
                return Err(KeyFileError::Damaged);
            }
            letters.push(c);
        }
    }
    Ok((letters, encrypted))
}

/// The content of a line of source code: `"MCow..." +`.
fn inside_quotes(line: &str) -> &str {
    for quote in ['"', '\'', '`'] {
        if let Some((before, after)) = line.split_once(quote) {
            return match after.rsplit_once(quote) {
                Some((inside, _)) => inside,
                // One quote alone ends or begins a line.
                None if after.trim_matches([';', ',', '+', '.', ' ']).is_empty() => before,
                None => after,
            };
        }
    }
    line
}

/// Line ends that are written as a backslash and a letter, as JSON and environment variables have
/// them, however often they were escaped.
fn unescaped(body: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(body.len()));
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        while chars.next_if_eq(&'\\').is_some() {}
        match chars.peek() {
            Some('n' | 'r' | 't') => {
                chars.next();
                text.push('\n');
            }
            // A line goes on behind a backslash.
            Some(next) if is_space(*next) => text.push('\\'),
            // A slash may be escaped in JSON.
            _ => {}
        }
    }
    text
}

/// Whether the text has the label of a key without its dashes, as word processors leave it.
pub(super) fn has_lost_dashes(file: &str) -> bool {
    file.split("BEGIN ").skip(1).any(|after| {
        let label: String = after.chars().take(LONGEST_LABEL).collect();
        ["PUBLIC KEY", "PRIVATE KEY"].iter().any(|wanted| label.contains(wanted))
    })
}
