//! `demo`: the main job, with nothing to set up.

mod args;
mod cast;
mod expected;
mod folder;
mod live;
mod once;
mod texts;

use std::io::{self, IsTerminal as _};

use crate::shared::failure::{Failure, Outcome};
use crate::shared::output;
use folder::Folder;

pub(crate) use args::DemoArgs;

pub(crate) fn run(args: &DemoArgs, json: bool) -> Result<Outcome, Failure> {
    let folder = Folder::new(args.keep)?;
    if args.once || json {
        return once::run(args.time.at, &folder, json);
    }
    if !io::stdout().is_terminal() {
        output::note(&texts::no_terminal_to_show());
        return once::run(args.time.at, &folder, json);
    }
    live::run(args.time.at, args.stop_after, &folder)
}
