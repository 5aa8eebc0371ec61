//! By what permits are found beside their numbers: keyed digests of names and document numbers.
//!
//! Who reads the register alone cannot try names against it. Equal words have equal digests, so a
//! search finds whole names only, in every writing that folds to the same.

use std::collections::BTreeSet;
use std::fmt;

use sqlx::{AnyConnection, Row as _};
use zeroize::Zeroize as _;

use super::error::StoreError;
use crate::hex::hex;
use crate::mac::mac;

/// The key of searches: 32 bytes that were drawn at random once. With another key nothing is found
/// that was kept under this one.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchKey([u8; 32]);

impl SearchKey {
    /// The key with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl Drop for SearchKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for SearchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SearchKey")
    }
}

/// A name or a number to search by. `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct Word {
    kind: &'static str,
    folded: String,
}

impl Word {
    /// A person's name. Case, width, spaces and signs do not count.
    #[must_use]
    pub fn name(name: &str) -> Self {
        Self { kind: "name", folded: fold(name) }
    }

    /// The number of a person's document. Case, width, spaces and signs do not count.
    #[must_use]
    pub fn document(number: &str) -> Self {
        Self { kind: "document", folded: fold(number) }
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Word").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Letters and digits alone, small, and of ordinary width.
fn fold(text: &str) -> String {
    let narrow = |sign: char| match u32::from(sign) {
        wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(sign),
        _ => sign,
    };
    text.chars()
        .map(narrow)
        .filter(|sign| sign.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The digest under which the register keeps a word.
pub(super) fn digest(key: &SearchKey, word: &Word) -> String {
    let parts = [b"livepermit search 1\0", word.kind.as_bytes(), b"\0", word.folded.as_bytes()];
    hex(&mac(&key.0, &parts))
}

/// Keeps these words of a permit, and no others.
pub(super) async fn keep(
    connection: &mut AnyConnection,
    permit: &str,
    words: BTreeSet<String>,
) -> Result<(), StoreError> {
    const SELECT: &str = "SELECT word FROM search_words WHERE permit = $1";
    const DELETE: &str = "DELETE FROM search_words WHERE permit = $1 AND word = $2";
    const INSERT: &str = "INSERT INTO search_words (permit, word) VALUES ($1, $2)";
    let rows = sqlx::query(SELECT).bind(permit.to_owned()).fetch_all(&mut *connection).await?;
    let known = rows.iter().map(|row| row.try_get(0)).collect::<Result<BTreeSet<String>, _>>()?;
    for (statement, words) in
        [(DELETE, known.difference(&words)), (INSERT, words.difference(&known))]
    {
        for word in words {
            sqlx::query(statement)
                .bind(permit.to_owned())
                .bind(word.clone())
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

/// The ids of permits with this word, behind this id: at most so many.
pub(super) async fn find(
    connection: &mut AnyConnection,
    word: &str,
    behind: &str,
    most: u32,
) -> Result<Vec<String>, StoreError> {
    const SELECT: &str = "SELECT permit FROM search_words WHERE word = $1 AND permit > $2 \
                          ORDER BY permit LIMIT $3";
    let query = sqlx::query(SELECT).bind(word.to_owned()).bind(behind.to_owned());
    let rows = query.bind(i64::from(most)).fetch_all(connection).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_one_name_are_one_word() {
        assert_eq!(Word::name("Ｌｉｎ  O'Example"), Word::name("lin oexample"));
        assert_eq!(Word::document("1101 0119-90x"), Word::document("110101１９９０X"));
        assert_ne!(Word::name("李娜"), Word::name("李 明"));
        assert_eq!(format!("{:?}", Word::name("Lin")), "Word { kind: \"name\", .. }");
    }

    #[test]
    fn digests_depend_on_the_key_and_the_kind() {
        let key = SearchKey::from_bytes([1; 32]);
        let word = digest(&key, &Word::name("Lin"));
        assert_eq!(word.len(), 64);
        assert_ne!(word, digest(&SearchKey::from_bytes([2; 32]), &Word::name("Lin")));
        assert_ne!(word, digest(&key, &Word::document("Lin")));
    }
}
