//! The programs of others: found, or the test says that it was skipped.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

/// Set to 1, a missing peer fails the test.
const REQUIRE_ALL: &str = "LIVEPERMIT_REQUIRE_ALL";
/// A Python that has the modules. Without it, `python3` is taken if it has them.
const PYTHON: &str = "LIVEPERMIT_PYTHON";

fn missing<T>(what: &str) -> Option<T> {
    assert!(
        env::var_os(REQUIRE_ALL).is_none_or(|value| value != "1"),
        "{what} is missing, and {REQUIRE_ALL}=1 asks for every peer; ci/install installs them"
    );
    println!("skipped: {what} is missing; ci/install installs it");
    None
}

fn runs(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// A Python with these modules. One that was named must have them.
pub(crate) fn python(modules: &str) -> Option<PathBuf> {
    let imports =
        |python: &PathBuf| runs(Command::new(python).arg("-c").arg(format!("import {modules}")));
    if let Some(named) = env::var_os(PYTHON).map(PathBuf::from) {
        assert!(imports(&named), "{PYTHON}={} cannot import {modules}", named.display());
        return Some(named);
    }
    let found = PathBuf::from("python3");
    if imports(&found) { Some(found) } else { missing(&format!("a Python with {modules}")) }
}

/// A command, if it is installed.
#[cfg(feature = "qr")]
pub(crate) fn installed(name: &'static str) -> Option<&'static str> {
    if runs(Command::new(name).arg("--version")) { Some(name) } else { missing(name) }
}

/// A file of the package that is called so in Debian, at the first of these places that has it.
pub(crate) fn file<const COUNT: usize>(package: &str, places: [PathBuf; COUNT]) -> Option<PathBuf> {
    places.into_iter().find(|place| place.exists()).or_else(|| missing(package))
}

/// What the command printed; that it succeeded.
pub(crate) fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{error}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// The command that runs one of the scripts beside this file.
pub(crate) fn script(python: PathBuf, name: &str) -> Command {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/interop").join(name);
    let mut command = Command::new(python);
    // Without leaving compiled modules in the source tree.
    command.arg("-B").arg(path);
    command
}

/// A directory that goes when the test ends.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("livepermit-interop-{}-{number}", process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
