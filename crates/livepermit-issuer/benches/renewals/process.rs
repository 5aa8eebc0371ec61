//! What processes use, as the system counts it.

use std::fs;
use std::time::Duration;

pub(crate) struct Process {
    first: u32,
    /// Whether those count that it has started.
    children: bool,
}

impl Process {
    /// The process alone.
    pub(crate) const fn alone(first: u32) -> Self {
        Self { first, children: false }
    }

    /// The PostgreSQL server at this port, with a process for each connection.
    pub(crate) fn postgres(port: u16) -> Self {
        let port = port.to_string();
        let serves = |id: &u32| {
            let words = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            let words: Vec<_> = words.split(|byte| *byte == 0).collect();
            words.first().is_some_and(|word| word.ends_with(b"postgres"))
                && words.windows(2).any(|pair| pair == [b"-p", port.as_bytes()])
        };
        Self { first: all().into_iter().find(serves).unwrap(), children: true }
    }

    /// The CPU time so far, its own and the system's for it.
    pub(crate) fn cpu(&self) -> Duration {
        let mut ids = vec![self.first];
        if self.children {
            ids.extend(all().into_iter().filter(|id| self.has_started(*id)));
        }
        ids.into_iter().map(cpu_of).sum()
    }

    /// The memory that it holds now, in MB.
    pub(crate) fn memory(&self) -> f64 {
        let text = fs::read_to_string(format!("/proc/{}/status", self.first)).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        kilobytes / 1e3
    }

    fn has_started(&self, id: u32) -> bool {
        fields(id).is_some_and(|fields| fields[1].parse() == Ok(self.first))
    }
}

fn all() -> Vec<u32> {
    let folders = fs::read_dir("/proc").unwrap().flatten();
    folders.filter_map(|folder| folder.file_name().to_str()?.parse().ok()).collect()
}

/// The fields of `/proc/ID/stat` after the name, which may have spaces: state, parent, and so on.
fn fields(id: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    Some(fields.split(' ').map(str::to_owned).collect())
}

fn cpu_of(id: u32) -> Duration {
    let Some(fields) = fields(id) else { return Duration::ZERO };
    let ticks = |field: usize| fields[field].parse::<u64>().unwrap();
    // A tick is 10 ms on Linux.
    Duration::from_millis(10 * (ticks(11) + ticks(12)))
}
