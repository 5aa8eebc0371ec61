//! The bytes of documents that are attached to cases.

use sqlx::{AnyConnection, Row as _};

use super::super::change::Change;
use super::super::error::StoreError;
use crate::domain::{CaseId, DocumentId};

impl Change {
    /// Keeps the bytes of a document of a case.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`], and those of the database.
    pub async fn add_upload(
        &mut self,
        case: CaseId,
        document: DocumentId,
        content: Vec<u8>,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO uploads (id, case_id, content) VALUES ($1, $2, $3)";
        let query = sqlx::query(INSERT).bind(document.to_string()).bind(case.to_string());
        let done = match query.bind(content).execute(self.writes()).await {
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                Err(StoreError::Exists { kind: "document", id: document.to_string() })
            }
            Err(error) => Err(error.into()),
            Ok(_) => Ok(()),
        };
        self.step(done)
    }
}

/// Deletes the bytes of documents that were erased. Documents without bytes here are passed over.
pub(in super::super) async fn forget_uploads(
    connection: &mut AnyConnection,
    documents: &[DocumentId],
) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM uploads WHERE id = $1";
    for document in documents {
        sqlx::query(DELETE).bind(document.to_string()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// The bytes of a document.
pub(super) async fn load(
    connection: &mut AnyConnection,
    document: DocumentId,
) -> Result<Option<Vec<u8>>, StoreError> {
    const SELECT: &str = "SELECT content FROM uploads WHERE id = $1";
    let row = sqlx::query(SELECT).bind(document.to_string()).fetch_optional(connection).await?;
    row.map(|row| Ok(row.try_get(0)?)).transpose()
}
