//! Runs the script on a connection.

use std::time::Instant;

use ::redis::{Cmd, Value, cmd};

use super::Call;
use super::error::{Fault, words};
use super::wire::Wire;

/// The script, and how many replicas must have what it writes.
pub(super) struct Script {
    text: &'static str,
    hash: Box<str>,
    replicas: Option<usize>,
}

impl Script {
    pub(super) fn new(text: &'static str, replicas: Option<usize>) -> Self {
        Self { text, hash: ::redis::Script::new(text).get_hash().into(), replicas }
    }

    /// Runs the script, by its hash if the server knows the script. A server that does not know
    /// the script has run nothing. `asking`: the slot of the keys is on its way to this server.
    pub(super) fn run(
        &self,
        wire: &mut Wire,
        call: &Call,
        asking: bool,
        until: Instant,
    ) -> Result<Value, Fault> {
        let by_hash = with_call(cmd("EVALSHA").arg(&*self.hash), call);
        match self.send(wire, by_hash, call.admits, asking, until) {
            Err(Fault::Said(error)) if error.code() == "NOSCRIPT" => {
                let whole = with_call(cmd("EVAL").arg(self.text), call);
                self.send(wire, whole, call.admits, asking, until)
            }
            answer => answer,
        }
    }

    fn send(
        &self,
        wire: &mut Wire,
        script: Cmd,
        admits: bool,
        asking: bool,
        until: Instant,
    ) -> Result<Value, Fault> {
        let mut commands = Vec::with_capacity(3);
        if asking {
            commands.push(cmd("ASKING"));
        }
        commands.push(script);
        let waits = self.replicas.filter(|_| admits);
        if let Some(replicas) = waits {
            let left = until.saturating_duration_since(Instant::now());
            // Time must be left for the answer. 0 would wait for ever.
            let wait = left.saturating_mul(4).checked_div(5).unwrap_or(left).as_millis().max(1);
            let mut command = cmd("WAIT");
            command.arg(replicas).arg(u64::try_from(wait).unwrap_or(u64::MAX));
            commands.push(command);
        }
        let mut answers = wire.ask(&commands, until)?;
        let confirmed = waits.and_then(|_| answers.pop());
        let answer = match answers.pop() {
            Some(Value::ServerError(error)) => return Err(Fault::Said(error)),
            Some(answer) => answer,
            None => return Err(Fault::Broken("the server gave no answer".into())),
        };
        match (waits, confirmed) {
            (None, _) => Ok(answer),
            // A refusal has written no admission that a replica must have.
            (Some(_), _) if !admitted(&answer) => Ok(answer),
            (Some(replicas), Some(Value::Int(confirmed))) => {
                if usize::try_from(confirmed).is_ok_and(|confirmed| confirmed >= replicas) {
                    return Ok(answer);
                }
                let reason = format!(
                    "{confirmed} of {replicas} replicas have confirmed the admission in time \
                     (WAIT): if it is recorded, it opens nothing"
                );
                Err(Fault::Unconfirmed(reason.into()))
            }
            (Some(_), Some(Value::ServerError(error))) => {
                let reason =
                    format!("the server cannot wait for its replicas (WAIT): {}", words(&error));
                Err(Fault::Unconfirmed(reason.into()))
            }
            (Some(_), _) => Err(Fault::Broken("the answer to WAIT cannot be read".into())),
        }
    }
}

/// Whether the script admitted: see its list of answers.
fn admitted(answer: &Value) -> bool {
    matches!(answer, Value::Array(parts) if parts.first() == Some(&Value::Int(0)))
}

fn with_call(command: &Cmd, call: &Call) -> Cmd {
    let mut command = command.clone();
    command.arg(call.keys.len());
    for key in &call.keys {
        command.arg(key);
    }
    for argument in &call.args {
        command.arg(argument.as_slice());
    }
    command
}
