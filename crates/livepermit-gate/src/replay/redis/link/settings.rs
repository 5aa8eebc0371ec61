//! The settings of a server, and what they promise less than they could.

use std::collections::BTreeMap;

use ::redis::{Cmd, Value, cmd};

use super::super::super::{Retention, StoreCaution, StoreError, StoreErrorKind};
use super::super::{Demands, Failover};
use super::address::Address;
use super::error::{of_server, setup, words};

/// What the zone was told about its servers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) failover: Failover,
    pub(super) demands: Demands,
    /// [`Retention::old_master`](super::super::super::Retention::old_master).
    pub(super) old_master: u64,
    pub(super) cluster: bool,
}

/// What a server says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found {
    master: bool,
    replicas: u64,
    /// By the server's names.
    settings: BTreeMap<String, String>,
    /// The server's words where the user may not read the settings.
    denied: Option<String>,
}

/// All sections of `INFO` that are read, in order. Each has its own command, because older servers
/// take only one section.
const SECTIONS: [&str; 3] = ["replication", "memory", "persistence"];
const POLICY: &str = "maxmemory-policy";
const APPEND: &str = "appendonly";
const FSYNC: &str = "appendfsync";
const BACKLOG: &str = "repl-backlog-ttl";
const LEAST: &str = "min-replicas-to-write";
const LAG: &str = "min-replicas-max-lag";
const NODE_TIMEOUT: &str = "cluster-node-timeout";
const SETTINGS: [&str; 7] = [POLICY, APPEND, FSYNC, BACKLOG, LEAST, LAG, NODE_TIMEOUT];

/// The commands that read the settings.
pub(super) fn questions() -> impl Iterator<Item = Cmd> {
    let sections = SECTIONS.into_iter().map(|section| {
        let mut command = cmd("INFO");
        command.arg(section);
        command
    });
    let settings = SETTINGS.into_iter().map(|name| {
        let mut command = cmd("CONFIG");
        command.arg("GET").arg(name);
        command
    });
    sections.chain(settings)
}

impl Found {
    /// Reads the answers to [`questions`].
    pub(super) fn read(
        at: &Address,
        answers: impl Iterator<Item = Value>,
    ) -> Result<Self, StoreError> {
        let mut found = Self::default();
        let mut answers = answers.fuse();
        let mut info = BTreeMap::new();
        for answer in answers.by_ref().take(SECTIONS.len()) {
            for line in words_of_info(at, answer)?.lines() {
                if let Some((name, value)) = line.trim_end().split_once(':') {
                    info.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        let Some(role) = info.get("role") else {
            let reason = format!("{at}: the server does not tell its role (INFO replication)");
            return Err(StoreError::new(&reason));
        };
        found.master = role == "master";
        found.replicas =
            info.get("connected_slaves").and_then(|number| number.parse().ok()).unwrap_or(0);
        // Where CONFIG is forbidden, INFO tells two settings.
        if let Some(policy) = info.remove("maxmemory_policy") {
            found.settings.insert(POLICY.into(), policy);
        }
        if let Some(enabled) = info.remove("aof_enabled") {
            let value = if enabled == "1" { "yes" } else { "no" };
            found.settings.insert(APPEND.into(), value.into());
        }
        for (name, answer) in SETTINGS.into_iter().zip(answers) {
            match answer {
                Value::ServerError(error) => match error.code() {
                    // Forbidden, renamed or not there.
                    "NOPERM" | "ERR" => found.denied = Some(words(&error)),
                    _ => return Err(of_server(at, &error)),
                },
                value => {
                    let pair: Result<Vec<String>, _> = ::redis::from_redis_value(value);
                    if let Ok([_, value]) = pair.as_deref() {
                        found.settings.insert(name.into(), value.clone());
                    }
                }
            }
        }
        Ok(found)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.parse().ok()
    }

    /// What this server promises less than it could.
    ///
    /// # Errors
    /// When the server is no master, or could forget used codes, or promises less than it could and
    /// the operator demands more.
    pub(super) fn judge(
        &self,
        at: &Address,
        wanted: &Wanted,
    ) -> Result<Vec<StoreCaution>, StoreError> {
        if !self.master {
            return Err(StoreError::new(&format!(
                "{at}: the server is a replica, which takes no admissions (READONLY)"
            )));
        }
        if let Some(policy) = self.text(POLICY).filter(|policy| *policy != "noeviction") {
            return Err(setup(&format!(
                "{at}: the server deletes used codes when memory is short (maxmemory-policy is \
                 {policy}); set maxmemory-policy noeviction"
            )));
        }
        let cautions: Vec<_> = [
            self.unreadable(wanted),
            self.on_disk(),
            self.forgotten_failover(wanted),
            self.replicas_waited_for(wanted),
            self.unbounded(wanted),
            self.false_alarm(),
        ]
        .into_iter()
        .flatten()
        .map(|(code, text)| StoreCaution::new(code, &format!("{at}: {text}")))
        .collect();
        if wanted.demands == Demands::Strict && !cautions.is_empty() {
            let texts: Vec<&str> = cautions.iter().map(|caution| &*caution.text).collect();
            return Err(StoreError::of(StoreErrorKind::Setup, &texts.join("; ")));
        }
        Ok(cautions)
    }

    /// The settings that count for this zone and that nobody could read.
    fn unreadable(&self, wanted: &Wanted) -> Option<(&'static str, String)> {
        let bounded = wanted.failover == Failover::Bounded;
        let counts = |name: &&str| match *name {
            BACKLOG => self.replicas > 0,
            LEAST | LAG => bounded,
            NODE_TIMEOUT => bounded && wanted.cluster,
            FSYNC => self.text(APPEND) != Some("no"),
            _ => true,
        };
        let unknown: Vec<&str> =
            SETTINGS.into_iter().filter(counts).filter(|name| self.text(name).is_none()).collect();
        if unknown.is_empty() {
            return None;
        }
        let why = self.denied.as_deref().unwrap_or("the server does not know them");
        let text = format!(
            "some settings cannot be read ({why}), so nobody checks what the server promises: {}; \
             give the user +config|get, or check the settings by hand",
            unknown.join(", ")
        );
        Some(("redis-settings-not-readable", text))
    }

    fn on_disk(&self) -> Option<(&'static str, String)> {
        match (self.text(APPEND), self.text(FSYNC)) {
            (Some("no"), _) => Some((
                "redis-appendonly-off",
                "the server keeps used codes in memory only (appendonly is no): each restart loses \
                 them and shuts the gates for a while; set appendonly yes and appendfsync always"
                    .into(),
            )),
            (_, Some(fsync)) if fsync != "always" => Some((
                "redis-appendfsync-not-always",
                format!(
                    "the server answers before an admission is on its disk (appendfsync is \
                     {fsync}): a crash loses the last admissions; set appendfsync always"
                ),
            )),
            _ => None,
        }
    }

    fn forgotten_failover(&self, wanted: &Wanted) -> Option<(&'static str, String)> {
        (wanted.failover == Failover::None && self.replicas > 0).then(|| {
            let text = format!(
                "replicas of the server: {}, and the gate was told that no server takes the place \
                 of another: after a failover, the old master and the new one can admit the same \
                 code; name the failover (waited, bounded or unbounded), or remove the replicas",
                self.replicas
            );
            ("redis-failover-not-named", text)
        })
    }

    fn replicas_waited_for(&self, wanted: &Wanted) -> Option<(&'static str, String)> {
        let Failover::Waited { replicas: waited } = wanted.failover else { return None };
        let waited = u64::try_from(waited).unwrap_or(u64::MAX);
        if self.replicas < waited {
            let text = format!(
                "replicas of the server: {}, and each admission waits for {waited}: no door opens \
                 until they are back",
                self.replicas
            );
            return Some(("redis-too-few-replicas", text));
        }
        (self.replicas > waited).then(|| {
            let text = format!(
                "replicas of the server: {}, and each admission waits for {waited} of them: a \
                 replica without the admission can become master while the old master goes on; \
                 wait for all replicas",
                self.replicas
            );
            ("redis-waits-for-too-few-replicas", text)
        })
    }

    /// An old master that goes on for longer than the zone was told.
    fn unbounded(&self, wanted: &Wanted) -> Option<(&'static str, String)> {
        const CODE: &str = "redis-old-master-not-bounded";
        let told = wanted.old_master;
        match wanted.failover {
            Failover::Bounded => {}
            Failover::Unbounded if told != Retention::UNBOUNDED => {
                let text = format!(
                    "the gate was told that nothing ends the life of an old master, and the zone \
                     that it ends after {told} s: the old master and the new one can admit the \
                     same code; set the zone's old_master to unbounded, or bound it"
                );
                return Some((CODE, text));
            }
            _ => return None,
        }
        let text = match (self.number(LEAST), self.number(LAG)) {
            (Some(0), _) => "nothing ends the life of an old master (min-replicas-to-write is 0); \
                             set min-replicas-to-write to 1 or more"
                .to_owned(),
            // 0 seconds switch the limit off.
            (_, Some(0)) => "nothing ends the life of an old master (min-replicas-max-lag is 0); \
                             set min-replicas-max-lag to some seconds"
                .to_owned(),
            (_, Some(lag)) if told < lag.saturating_add(2) => format!(
                "an old master goes on for {} s (min-replicas-max-lag is {lag}, and 2 s until the \
                 master notices), and the zone was told {told} s: the old master and the new one \
                 can admit the same code; make min-replicas-max-lag shorter, or the zone's \
                 old_master longer",
                lag.saturating_add(2)
            ),
            _ => {
                let seconds = self.number(NODE_TIMEOUT).unwrap_or(0).div_ceil(1000);
                if !wanted.cluster || told >= seconds {
                    return None;
                }
                format!(
                    "a master that is cut off from the cluster goes on for {seconds} s \
                     (cluster-node-timeout), and the zone was told {told} s: the old master and \
                     the new one can admit the same code; make cluster-node-timeout shorter, or \
                     the zone's old_master longer"
                )
            }
        };
        Some((CODE, text))
    }

    /// A replica that is away for long, so that the server takes another identity.
    fn false_alarm(&self) -> Option<(&'static str, String)> {
        let seconds = self.number(BACKLOG).filter(|seconds| *seconds > 0 && self.replicas > 0)?;
        let text = format!(
            "when all replicas are away for {seconds} s (repl-backlog-ttl), the server looks like \
             another one, and the gates are shut for a while; set repl-backlog-ttl 0"
        );
        Some(("redis-backlog-ends", text))
    }
}

/// The words of `INFO`. A store cannot do without: `INFO` tells each gate, within the script, that
/// the server is another one.
fn words_of_info(at: &Address, answer: Value) -> Result<String, StoreError> {
    match &answer {
        Value::ServerError(error) if error.code() == "NOPERM" => Err(setup(&format!(
            "{at}: the user may not call INFO, without which no failover is noticed: give the user \
             +info (the server says {})",
            words(error)
        ))),
        Value::ServerError(error) => Err(of_server(at, error)),
        _ => ::redis::from_redis_value(answer).map_err(|_| {
            let reason = format!("{at}: the answer to INFO is no text: is this a Redis server?");
            StoreError::new(&reason)
        }),
    }
}

#[cfg(test)]
mod tests;
