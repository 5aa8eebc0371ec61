//! What applicants attach: the domain knows the digest, the store keeps the bytes.

use serde::{Deserialize, Serialize};

use super::{Digest, DocumentId, DomainError};

/// The largest document, in bytes: a photograph of a page in full.
pub const MAX_DOCUMENT_BYTES: u64 = 10 * 1024 * 1024;
/// The most documents that a case takes.
pub const MAX_DOCUMENTS: usize = 20;

/// What a document shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// Who the applicant is.
    Identity,
    /// Where the applicant lives.
    Residence,
    /// What the applicant works as or studies.
    Occupation,
    /// The applicant's face.
    Portrait,
    /// That somebody may act for the applicant.
    Mandate,
    /// That the applicant agrees.
    Consent,
    /// Something else.
    Other,
}

/// The type of a document's bytes, as the upload's content shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MediaType {
    /// A PDF document.
    #[serde(rename = "application/pdf")]
    Pdf,
    /// A JPEG picture.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// A PNG picture.
    #[serde(rename = "image/png")]
    Png,
}

/// A document that is attached to a case, or to a permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The name under which the store keeps the bytes.
    pub id: DocumentId,
    /// What the document shows.
    pub kind: DocumentKind,
    /// The type of the bytes.
    pub media_type: MediaType,
    /// SHA-256 over the bytes.
    pub digest: Digest,
    /// The number of bytes.
    pub bytes: u64,
}

impl Document {
    /// Whether the document can join `others`.
    ///
    /// # Errors
    ///
    /// [`DomainError::DocumentSize`], [`DomainError::TooManyDocuments`], or
    /// [`DomainError::DocumentAttachedAlready`].
    pub(super) fn joins(&self, others: &[Self]) -> Result<(), DomainError> {
        let Self { id: document, bytes, .. } = *self;
        if !(1..=MAX_DOCUMENT_BYTES).contains(&bytes) {
            return Err(DomainError::DocumentSize { document, bytes, most: MAX_DOCUMENT_BYTES });
        }
        if others.len() >= MAX_DOCUMENTS {
            return Err(DomainError::TooManyDocuments { most: MAX_DOCUMENTS });
        }
        if others.iter().any(|other| other.id == document) {
            return Err(DomainError::DocumentAttachedAlready { document });
        }
        Ok(())
    }
}
