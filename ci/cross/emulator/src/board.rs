//! The emulated board.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::pack::Outcome;

/// What a program printed, and whether it ended well.
pub(crate) struct Ran {
    pub(crate) lines: Vec<String>,
    pub(crate) is_right: bool,
}

/// Runs a program in `folder`, from which it can read. One instruction takes a nanosecond of the
/// board's time, so that instructions can be counted and every run is the same.
pub(crate) fn run(program: &Path, folder: &Path) -> Outcome<Ran> {
    let printed = folder.join("printed");
    let mut board = Command::new("qemu-system-arm")
        .args(["-M", "mps2-an386", "-nographic", "-monitor", "none", "-serial", "none"])
        .args(["-semihosting-config", "enable=on,target=native", "-icount", "shift=0"])
        .arg("-kernel")
        .arg(program.canonicalize()?)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&printed)?)
        .stderr(std::fs::File::create(folder.join("errors"))?)
        .spawn()
        .map_err(|error| format!("qemu-system-arm: {error}"))?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = board.try_wait()? {
            break status;
        }
        if start.elapsed() > Duration::from_secs(900) {
            board.kill()?;
            return Err("the board did not end in 15 minutes".into());
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let said = std::fs::read_to_string(printed)?;
    let also = std::fs::read_to_string(folder.join("errors"))?;
    let lines = said.lines().chain(also.lines()).map(Into::into).collect();
    Ok(Ran { lines, is_right: status.success() })
}
