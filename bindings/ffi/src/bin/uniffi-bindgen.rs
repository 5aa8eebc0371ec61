//! Writes the Kotlin, Swift or Python sources of this crate's library: `uniffi-bindgen generate
//! --library <the library> --language python --out-dir <folder>`.

fn main() {
    uniffi::uniffi_bindgen_main();
}
