//! `gate status`: how a running gate is.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::texts;
use crate::gate::health::{FILE, Health};
use crate::language::spoken;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::{files, output, time};

/// More bytes than the lists of any gate need.
const MAX_BYTES: u64 = 4 << 20;

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// The state folder of the gate
    #[arg(long, value_name = "DIR")]
    state: PathBuf,
}

/// Says how the gate is. A gate that shows nothing any more is not in order.
pub(super) fn run(args: &StatusArgs, json: bool) -> Result<Outcome, Failure> {
    let path = args.state.join(FILE);
    if !path.exists() {
        return Err(texts::no_health(args.state.display()));
    }
    let name = path.display().to_string();
    let bytes = files::read_up_to(files::open(&path)?, MAX_BYTES, &name)?;
    let health: Health =
        serde_json::from_slice(&bytes).map_err(|error| texts::health_damaged(&name, error))?;
    let now = time::at_or_now(None)?;
    let silent = health.stale_for(now).filter(|_| !health.ended);
    let in_order = health.is_in_order() && silent.is_none();
    if json {
        let mut value = json!({
            "in_order": in_order, "running": !health.ended && silent.is_none(),
            "silent_for": silent,
        });
        if let (Some(object), Ok(Value::Object(health))) =
            (value.as_object_mut(), serde_json::to_value(&health))
        {
            object.extend(health);
        }
        output::print_json(&value)?;
    } else {
        let silent = silent.map(|seconds| texts::gate_silent(time::span(seconds)));
        let lines: Vec<String> = silent.into_iter().chain(health.lines(spoken())).collect();
        output::print(&format!("{}\n", lines.join("\n")))?;
    }
    Ok(if in_order { Outcome::Done } else { Outcome::Refused })
}
