//! Documents of a case: taken if their bytes show something and do nothing else.

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::super::problem::Problem;
use super::ask::{Answer, Stop, Upload};
use super::cursor::{Ids, Params};
use super::paper::PermitView;
use super::session::Known;
use super::{OfficeState, scan, sight};
use crate::domain::{CaseId, Digest, Document, DocumentId, DocumentKind, MediaType, PermitId};
use crate::store::{AuditLine, Store};

/// What is said of a document beside its bytes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct About {
    kind: DocumentKind,
    id: Option<String>,
}

/// Attaches a document. Its type is what its bytes show.
pub(super) async fn attach<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    Params(about): Params<About>,
    upload: Upload,
) -> Result<Response, Stop> {
    let (case, asked) = (ids.get::<CaseId>(0, "case")?, upload.asked);
    // Who does not see the case has nothing looked at, and nobody waits for a large document.
    state.case(&asked.officer, case).await?;
    let (document, content) = described(&state, about, upload.bytes.to_vec()).await?;
    let id = document.id;
    let mut change = state.begin(&asked).await?;
    sight::case(&mut change, &asked.officer, case).await?;
    let actor = asked.name();
    let attach = |case: &mut crate::domain::Case, moment: &_| case.attach(document, moment);
    let service = &state.service;
    let changed =
        service.change_case(&mut change, case, asked.version, actor.as_str(), attach).await?;
    change.add_upload(case, id, content).await?;
    let view = state.case_view(&changed.document).await?;
    let answer = Answer::new(StatusCode::CREATED, &view)?.version(changed.version());
    state.finish(change, &asked, answer).await
}

/// Attaches a document to a permit: what shows the right of a mandate.
pub(super) async fn attach_to_permit<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    Params(about): Params<About>,
    upload: Upload,
) -> Result<Response, Stop> {
    let (permit, asked) = (ids.get::<PermitId>(0, "permit")?, upload.asked);
    state.permit(&asked.officer, permit).await?;
    let document = described(&state, about, upload.bytes.to_vec()).await?;
    let mut change = state.begin(&asked).await?;
    let (actor, service) = (asked.name(), &state.service);
    let permit = service
        .attach_to_permit(&mut change, permit, asked.version, actor.as_str(), document)
        .await?;
    let view = PermitView::of(&permit.document, &service.moment());
    let answer = Answer::new(StatusCode::CREATED, &view)?.version(permit.version());
    state.finish(change, &asked, answer).await
}

/// What a document is, by its bytes, and the bytes.
async fn described<S: Store>(
    state: &OfficeState<S>,
    about: About,
    content: Vec<u8>,
) -> Result<(Document, Vec<u8>), Problem> {
    let id = match about.id {
        Some(id) => id.parse()?,
        None => DocumentId::from_bytes(state.service.random()),
    };
    let (media_type, content) = looked_at(content).await?;
    let document = Document {
        id,
        kind: about.kind,
        media_type,
        digest: Digest::from_bytes(Sha256::digest(&content).into()),
        bytes: u64::try_from(content.len()).unwrap_or(u64::MAX),
    };
    Ok((document, content))
}

/// Looks at the bytes, away from the threads that answer: ten megabytes take a while.
async fn looked_at(content: Vec<u8>) -> Result<(MediaType, Vec<u8>), Problem> {
    let look = move || scan::media_type(&content).map(|media_type| (media_type, content));
    let looked = tokio::task::spawn_blocking(look).await;
    looked.map_err(|error| Problem::internal("document-check", &error))?
}

/// The bytes of a document, to be saved and never to be shown by a browser as a page. Who read them
/// stands in the audit log.
pub(super) async fn download<S: Store>(
    State(state): State<OfficeState<S>>,
    Extension(known): Extension<Known>,
    ids: Ids,
) -> Result<Response, Stop> {
    let case = state.case(&known.officer, ids.get(0, "case")?).await?;
    let subject = format!("case:{}", case.document.id());
    state.give(&known, &ids, &subject, case.document.documents()).await
}

/// The bytes of a document of a permit.
pub(super) async fn download_of_permit<S: Store>(
    State(state): State<OfficeState<S>>,
    Extension(known): Extension<Known>,
    ids: Ids,
) -> Result<Response, Stop> {
    let permit = state.permit(&known.officer, ids.get(0, "permit")?).await?;
    let subject = format!("permit:{}", permit.document.id());
    state.give(&known, &ids, &subject, permit.document.documents()).await
}

impl<S: Store> OfficeState<S> {
    async fn give(
        &self,
        known: &Known,
        ids: &Ids,
        subject: &str,
        documents: &[Document],
    ) -> Result<Response, Stop> {
        let id: DocumentId = ids.get(1, "document")?;
        let missing = || Problem::missing("document");
        let listed = documents.iter().find(|document| document.id == id);
        let document = listed.ok_or_else(missing)?;
        let content = self.service.store().upload(id).await?.ok_or_else(missing)?;
        let mut change = self.service.store().begin().await?;
        let (now, name) = (self.service.now(), known.officer.name.as_str());
        let line = AuditLine::new(now, name, "document-read", subject)?;
        change.audit(line.with("document", &id.to_string())?);
        change.commit().await?;
        Ok(sent(document, content)?)
    }
}

/// A document as an attachment.
fn sent(document: &Document, content: Vec<u8>) -> Result<Response, Problem> {
    let id = document.id;
    let (kind, ending) = match document.media_type {
        MediaType::Pdf => ("application/pdf", "pdf"),
        MediaType::Jpeg => ("image/jpeg", "jpg"),
        MediaType::Png => ("image/png", "png"),
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let name = format!("attachment; filename=\"{id}.{ending}\"");
    let name = HeaderValue::from_str(&name).map_err(|error| Problem::internal("name", &error))?;
    headers.insert(header::CONTENT_DISPOSITION, name);
    let sandbox = HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'");
    headers.insert(header::CONTENT_SECURITY_POLICY, sandbox);
    Ok((headers, Body::from(content)).into_response())
}
