//! Which language is spoken: `--lang`, or what the system is set to.

use std::path::Path;
use std::sync::OnceLock;

use super::texts;
use super::{BUILT_IN, Language};
use crate::shared::failure::Failure;
use crate::shared::files;

/// The largest table that is read, in bytes.
const MAX_TABLE: u64 = 1 << 20;

static SPOKEN: OnceLock<Language> = OnceLock::new();
static ENGLISH: OnceLock<Language> = OnceLock::new();

/// The language of visitors, guards and paper: what [`choose`] chose, else English.
pub(crate) fn spoken() -> &'static Language {
    SPOKEN.get_or_init(Language::english)
}

/// English, for programs: logs and JSON stay the same in every language.
pub(crate) fn english() -> &'static Language {
    ENGLISH.get_or_init(Language::english)
}

/// Chooses the language of this run. `asked` is the value of `--lang`: the code of a language that
/// is built in, or the file of a table.
pub(crate) fn choose(asked: Option<&str>) -> Result<(), Failure> {
    let language = match asked {
        Some(asked) => named(asked)?,
        None => of_system(|name| std::env::var(name).ok()),
    };
    // The first choice of a process stays; there is one.
    let _ = SPOKEN.set(language);
    Ok(())
}

fn named(asked: &str) -> Result<Language, Failure> {
    if let Some(language) = Language::built_in(&code_of(asked)) {
        return Ok(language);
    }
    let path = Path::new(asked);
    if !asked.contains(['.', '/', '\\']) {
        let known = BUILT_IN.map(|(code, _)| code).join(", ");
        return Err(texts::unknown(asked, known));
    }
    read(path)
}

/// Reads the file of a table. The name of the file is the code of the language.
pub(crate) fn read(path: &Path) -> Result<Language, Failure> {
    let table = files::read_text(path, MAX_TABLE)?;
    let code =
        path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    Language::read(&code, &table).map_err(|error| texts::unreadable(path.display(), error))
}

/// What the system is set to, in the order of POSIX; English for every other language.
fn of_system(variable: impl Fn(&str) -> Option<String>) -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty())
        .unwrap_or_default();
    Language::built_in(&code_of(&locale)).unwrap_or_else(Language::english)
}

/// `zh` of `zh_CN.UTF-8` and of `zh-Hans`.
fn code_of(locale: &str) -> String {
    let end = locale.find(['_', '-', '.', '@']).unwrap_or(locale.len());
    locale.get(..end).unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_says_which_language_is_spoken() {
        let with = |set: &[(&str, &str)]| {
            let find = |name: &str| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            };
            of_system(find).code().to_owned()
        };
        assert_eq!(with(&[]), "en");
        for (locale, code) in [
            ("zh_CN.UTF-8", "zh"),
            ("zh_TW", "zh"),
            ("zh", "zh"),
            ("ZH-Hans", "zh"),
            ("en_GB.UTF-8", "en"),
            ("C", "en"),
            ("C.UTF-8", "en"),
            ("POSIX", "en"),
            ("de_DE@euro", "en"),
            ("zhuang", "en"),
        ] {
            assert_eq!(with(&[("LANG", locale)]), code, "{locale}");
        }
        assert_eq!(with(&[("LANG", "zh_CN"), ("LC_ALL", "en_US")]), "en");
        assert_eq!(with(&[("LANG", "zh_CN"), ("LC_MESSAGES", "en_US")]), "en");
        assert_eq!(with(&[("LANG", "zh_CN"), ("LC_ALL", "")]), "zh");
    }
}
