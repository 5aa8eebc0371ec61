//! Writes the JavaScript around a module of WebAssembly: `livepermit-bindgen MODULE FOLDER NAME`.

use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [module, folder, name] = words.as_slice() else {
        eprintln!("livepermit-bindgen MODULE FOLDER NAME");
        return ExitCode::from(2);
    };
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(module)
        .out_name(name)
        .typescript(true)
        // The package says where the module is: bundlers find it there.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        // After a trap a fresh instance takes over.
        .reset_state_function(true);
    match bindgen.web(true).and_then(|bindgen| bindgen.generate(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("livepermit-bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}
