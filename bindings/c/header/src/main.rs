//! Writes `livepermit.h`: `livepermit-c-header FILE`.

use std::error::Error;
use std::path::Path;

/// Guards of what the ordinary library always has. They would only stand in the reader's way.
const ALWAYS: &str = "LIVEPERMIT_ALWAYS";

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("livepermit-c-header FILE")?;
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut config = cbindgen::Config::from_file(&library.join("header/cbindgen.toml"))?;
    for feature in ["std", "file", "scan"] {
        config.defines.insert(format!("feature = {feature}"), ALWAYS.into());
    }
    config.defines.insert("feature = panics".into(), "LIVEPERMIT_PANICS".into());
    let mut header = Vec::new();
    cbindgen::Builder::new()
        .with_src(library.join("src/lib.rs"))
        .with_config(config)
        .generate()?
        .write(&mut header);
    std::fs::write(file, without_guards(&String::from_utf8(header)?))?;
    Ok(())
}

/// Leaves out each `#if` that is always true, with its `#endif`.
fn without_guards(header: &str) -> String {
    let mut inside = Vec::new();
    let mut out = String::new();
    for line in header.lines() {
        let is_kept = match line {
            line if line.starts_with("#if") => {
                inside.push(!line.contains(ALWAYS));
                inside.last() == Some(&true)
            }
            "#endif" => inside.pop() == Some(true),
            line => !line.starts_with("#endif") || inside.pop() == Some(true),
        };
        if is_kept {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
