//! `demo`: the main job, with nothing to set up.

mod cast;
mod live;
mod once;
mod screen;

use std::io::{self, IsTerminal as _};

use livepermit::{Code, Rejection, Verified};
use tempfile::TempDir;

use crate::args::DemoArgs;
use crate::failure::{Failure, Outcome};
use crate::output;

pub(crate) fn run(args: &DemoArgs, json: bool) -> Result<Outcome, Failure> {
    let folder = Folder::new(args.keep)?;
    if args.once || json {
        return once::run(args.time.at, &folder, json);
    }
    if !io::stdout().is_terminal() {
        output::note(
            "there is no terminal to show a live code in, so the demo runs in simulated time (--once)",
        );
        return once::run(args.time.at, &folder, json);
    }
    live::run(args.time.at, args.stop_after, &folder)
}

/// A fresh folder that only this user can look into; gone at the end unless it is to be kept.
struct Folder {
    folder: TempDir,
    kept: bool,
}

impl Folder {
    fn new(keep: bool) -> Result<Self, Failure> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("livepermit-demo-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(std::fs::Permissions::from_mode(0o700));
        }
        let mut folder = builder.tempdir().map_err(|error| {
            Failure::new(
                format!("cannot make a temporary folder: {error}"),
                "free some space, or point TMPDIR to another place",
            )
        })?;
        folder.disable_cleanup(keep);
        Ok(Self { folder, kept: keep })
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// Where the pictures are, and for how long.
    fn describe(&self) -> String {
        let fate = if self.kept { "kept" } else { "removed at the end; --keep keeps them" };
        format!("pictures in {} ({fate})", self.folder.path().display())
    }
}

/// What a step of the demo should end in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    Accepted,
    Refused(Code),
}

impl Expected {
    fn of(verdict: &Result<Verified, Rejection>) -> Self {
        match verdict {
            Ok(_) => Self::Accepted,
            Err(rejection) => Self::Refused(rejection.code()),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused(code) => code.as_str(),
        }
    }
}
