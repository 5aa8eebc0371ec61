//! Bodies of forms (`multipart/form-data`, RFC 7578).

use std::sync::Arc;
use std::time::Duration;

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest as _, Request};
use axum::http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::stop::Stop;
use crate::domain::MAX_DOCUMENT_BYTES;

/// The longest text of a field, in bytes.
const LONGEST_TEXT: usize = 4 * 1024;
/// How many fields are read.
const MOST_FIELDS: usize = 64;
/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(300);
/// The memory for files of all bodies that are being read, in KiB.
const MEMORY: usize = 256 * 1024;

/// What was typed into a form, and the files that were chosen. Each text stands once.
#[derive(Debug, Default)]
pub(crate) struct Typed {
    texts: Vec<(String, String)>,
    files: Vec<File>,
    /// Held until the form was answered.
    memory: Vec<OwnedSemaphorePermit>,
}

/// A file that was chosen.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) field: String,
    /// `None` if it is larger than a document may be.
    pub(crate) bytes: Option<Vec<u8>>,
}

/// The memory for files. A body takes what it has sent so far: who sends slowly takes little, and
/// who sends more than there is room for is told to come again.
#[derive(Clone, Debug)]
pub(crate) struct Memory(Arc<Semaphore>);

impl Default for Memory {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MEMORY)))
    }
}

impl Memory {
    fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Stop> {
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        Arc::clone(&self.0).try_acquire_many_owned(kib).map_err(|_| Stop::Busy)
    }
}

impl Typed {
    /// As if somebody had typed this.
    pub(super) fn of(texts: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let texts = texts.into_iter().map(|(name, text)| (name.to_owned(), text));
        Self { texts: texts.collect(), ..Self::default() }
    }

    /// What was typed into a field, without spaces around it; empty for none.
    pub(crate) fn get(&self, name: &str) -> &str {
        let found = self.texts.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.trim()).unwrap_or_default()
    }

    /// The files, which are taken out.
    pub(crate) fn take_files(&mut self) -> Vec<File> {
        std::mem::take(&mut self.files)
    }
}

/// Reads the body of a form.
///
/// Pages of strangers are refused by what browsers say of the sender (Fetch Metadata). The pages
/// have no cookies, so that nothing could be done with them either.
pub(crate) async fn read(request: Request, memory: &Memory) -> Result<Typed, Stop> {
    let site = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
    if matches!(site, Some("cross-site" | "same-site")) {
        return Err(Stop::Wrong);
    }
    let late = |_| Stop::Wrong;
    tokio::time::timeout(PATIENCE, parts(request, memory)).await.map_err(late)?
}

async fn parts(request: Request, memory: &Memory) -> Result<Typed, Stop> {
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Stop::Wrong)?;
    let mut typed = Typed::default();
    while let Some(part) = parts.next_field().await.map_err(|error| broken(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        if typed.texts.len() + typed.files.len() >= MOST_FIELDS {
            return Err(Stop::Wrong);
        }
        if part.file_name().is_some() {
            let file = file(name, part, memory, &mut typed).await?;
            // A field in which nothing was chosen is sent as a file without a byte.
            if file.bytes.as_ref().is_none_or(|bytes| !bytes.is_empty()) {
                typed.files.push(file);
            }
            continue;
        }
        if typed.texts.iter().any(|(known, _)| *known == name) {
            return Err(Stop::Wrong);
        }
        typed.texts.push((name, text(part).await?));
    }
    Ok(typed)
}

async fn text(mut part: Field<'_>) -> Result<String, Stop> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > LONGEST_TEXT {
            return Err(Stop::Wrong);
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Stop::Wrong)
}

async fn file(
    field: String,
    mut part: Field<'_>,
    memory: &Memory,
    typed: &mut Typed,
) -> Result<File, Stop> {
    let mut bytes = Some(Vec::new());
    while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error))? {
        let Some(read) = &mut bytes else { continue };
        let length = u64::try_from(read.len() + chunk.len()).unwrap_or(u64::MAX);
        if length > MAX_DOCUMENT_BYTES {
            bytes = None;
            continue;
        }
        typed.memory.push(memory.take(chunk.len())?);
        read.extend_from_slice(&chunk);
    }
    Ok(File { field, bytes })
}

fn broken(error: &MultipartError) -> Stop {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Stop::TooLarge } else { Stop::Wrong }
}
