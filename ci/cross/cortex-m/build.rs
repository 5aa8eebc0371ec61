//! Links for the board that QEMU calls mps2-an386: an ARM MPS2 with a Cortex-M4.

use std::path::PathBuf;

/// The memory of the board (ARM AN386, "Memory map"). A firmware of real size has less; how much
/// the library needs is measured.
const MEMORY: &str = "
MEMORY
{
  FLASH : ORIGIN = 0x00000000, LENGTH = 4M
  RAM : ORIGIN = 0x20000000, LENGTH = 4M
}
";

fn main() -> std::io::Result<()> {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    std::fs::write(out.join("memory.x"), MEMORY)?;
    println!("cargo::rustc-link-search={}", out.display());
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
