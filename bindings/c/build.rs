//! Names the shared library for the loader: version 0 of the interface.

fn main() {
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,liblivepermit.so.0");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
