//! `man`: the manual pages, one for each command.

mod texts;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory as _};

use crate::cli::Cli;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::{files, output};

pub(crate) const HELP: &str = "\
Example:
  livepermit man /usr/local/share/man/man1";

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The folder to write the pages to; made if it does not exist
    dir: PathBuf,
}

pub(crate) fn run(args: &ManArgs) -> Result<Outcome, Failure> {
    fs::create_dir_all(&args.dir)
        .map_err(|error| texts::cannot_make_folder(args.dir.display(), error))?;
    let mut tree = Cli::command().disable_help_subcommand(true);
    tree.build();
    let count = write(&args.dir, &tree, "livepermit")?;
    output::note(&texts::written(count, args.dir.display()));
    Ok(Outcome::Done)
}

/// Writes the page of this command and of each command below it. Returns how many.
fn write(dir: &Path, command: &Command, name: &str) -> Result<usize, Failure> {
    let path = dir.join(format!("{name}.1"));
    let named = command.clone().name(name.to_owned());
    let mut page = Vec::new();
    clap_mangen::Man::new(named)
        .render(&mut page)
        .map_err(|error| texts::cannot_write(path.display(), error))?;
    files::write(&path, &page)?;
    let mut count = 1_usize;
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        count = count.saturating_add(write(dir, below, &format!("{name}-{}", below.get_name()))?);
    }
    Ok(count)
}
