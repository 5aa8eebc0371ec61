//! The documents that somebody chooses.

use sha2::{Digest as _, Sha256};

use crate::domain::{Digest, Document, DocumentId, DocumentKind, MAX_DOCUMENTS, RequestKind};
use crate::http::office::media_type;
use crate::pages::body::File;
use crate::pages::field::{Control, Field, Problems};
use crate::pages::stop::Stop;
use crate::pages::texts::{Texts, filled};

/// The field for what shows that somebody may act.
pub(super) const EVIDENCE: &str = "evidence";
/// The field for a signed consent.
pub(super) const CONSENT: &str = "consent";

/// A document that is taken.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(super) field: &'static str,
    pub(crate) document: Document,
    pub(crate) content: Vec<u8>,
}

/// A field for files.
#[derive(Clone, Copy, Debug)]
struct Files {
    id: &'static str,
    kind: DocumentKind,
    label: fn(&Texts) -> &'static str,
    required: bool,
}

const IDENTITY: Files = Files {
    id: "identity",
    kind: DocumentKind::Identity,
    label: |t| t.file_identity,
    required: true,
};
const RESIDENCE: Files = Files {
    id: "residence",
    kind: DocumentKind::Residence,
    label: |t| t.file_residence,
    required: false,
};
const OTHERS: [Files; 3] = [
    Files {
        id: "occupation",
        kind: DocumentKind::Occupation,
        label: |t| t.file_occupation,
        required: false,
    },
    Files {
        id: "portrait",
        kind: DocumentKind::Portrait,
        label: |t| t.file_portrait,
        required: false,
    },
    Files { id: "other", kind: DocumentKind::Other, label: |t| t.file_other, required: false },
];

/// The fields for files of such a request, those about somebody who acts apart.
fn of(kind: RequestKind) -> Vec<Files> {
    match kind {
        RequestKind::New => [IDENTITY, RESIDENCE].into_iter().chain(OTHERS).collect(),
        RequestKind::Change => {
            let identity = Files { required: false, ..IDENTITY };
            [identity, RESIDENCE].into_iter().chain(OTHERS).collect()
        }
        RequestKind::Endorsement => vec![RESIDENCE],
        RequestKind::NewDevice | RequestKind::Cancellation => Vec::new(),
    }
}

/// Whether such a request asks for files.
pub(crate) fn are_asked(kind: RequestKind) -> bool {
    !of(kind).is_empty()
}

const ACTING: [Files; 2] = [
    Files { id: EVIDENCE, kind: DocumentKind::Mandate, label: |t| t.file_evidence, required: true },
    Files { id: CONSENT, kind: DocumentKind::Consent, label: |t| t.file_consent, required: false },
];

fn drawn(files: &[Files], t: &Texts, problems: &Problems) -> Vec<Field> {
    let field = |files: &Files| {
        let (label, problem) = ((files.label)(t), problems.of(files.id));
        let field = Field::new(files.id, label, "", Control::Files, problem).hint(t.file_hint);
        if files.required { field } else { field.optional() }
    };
    files.iter().map(field).collect()
}

/// The fields of such a request.
pub(super) fn fields(kind: RequestKind, t: &Texts, problems: &Problems) -> Vec<Field> {
    drawn(&of(kind), t, problems)
}

/// The fields about somebody who acts.
pub(super) fn acting_fields(t: &Texts, problems: &Problems) -> Vec<Field> {
    drawn(&ACTING, t, problems)
}

/// Looks at files that were chosen. Those of fields that the form does not have are left out.
pub(super) async fn read(
    kind: Option<RequestKind>,
    acting: bool,
    mut files: Vec<File>,
    t: &Texts,
    random: impl Fn() -> [u8; 16],
    problems: &mut Problems,
) -> Result<Vec<Upload>, Stop> {
    let mut known = kind.map(of).unwrap_or_default();
    if acting {
        known.extend(ACTING);
    }
    let mut uploads: Vec<Upload> = Vec::new();
    for field in &known {
        let (chosen, others): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|file| file.field == field.id);
        files = others;
        if chosen.is_empty() && field.required {
            problems.add(field.id, filled(t.file_missing, (field.label)(t)));
        }
        for file in chosen {
            let taken = match file.bytes {
                None => Err(t.file_large),
                Some(_) if uploads.len() >= MAX_DOCUMENTS => Err(t.file_many),
                Some(bytes) => looked_at(bytes, t).await?,
            };
            match taken {
                Err(problem) if problems.of(field.id).is_none() => problems.add(field.id, problem),
                Err(_) => {}
                Ok((media_type, content)) => {
                    let document = Document {
                        id: DocumentId::from_bytes(random()),
                        kind: field.kind,
                        media_type,
                        digest: Digest::from_bytes(Sha256::digest(&content).into()),
                        bytes: u64::try_from(content.len()).unwrap_or(u64::MAX),
                    };
                    uploads.push(Upload { field: field.id, document, content });
                }
            }
        }
    }
    Ok(uploads)
}

type Looked = Result<(crate::domain::MediaType, Vec<u8>), &'static str>;

/// Looks at the bytes, away from the threads that answer: ten megabytes take a while.
async fn looked_at(content: Vec<u8>, t: &Texts) -> Result<Looked, Stop> {
    let look = move || media_type(&content).map(|media_type| (media_type, content));
    let looked = tokio::task::spawn_blocking(look).await.map_err(|error| {
        tracing::error!("a document was not looked at: {error}");
        Stop::Busy
    })?;
    Ok(looked.map_err(|problem| match problem.code() {
        "document-active" => t.file_active,
        "document-unreadable" => t.file_unreadable,
        _ => t.file_type,
    }))
}
