use crate::args::DemoArgs;
use crate::failure::{Failure, Outcome};
pub(crate) fn run(_args: &DemoArgs, _json: bool) -> Result<Outcome, Failure> {
    Ok(Outcome::Done)
}
