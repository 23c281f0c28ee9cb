//! Writes the sources of the SDK's packages: Kotlin, Swift with its C header and Python out of its library, so that sources
//! and library belong together; the header of the C API out of its Rust sources.
//!
//! `humanseal-sdk-bindgen kotlin|swift|python LIBRARY FOLDER CONFIG`: the library is a shared one of any system, with its
//! symbols; the configuration names packages and modules.
//!
//! `humanseal-sdk-bindgen c MODULE HEADER`: the module is `sdk/ffi/src/c.rs`.

mod header;

use std::path::Path;
use std::process::ExitCode;

use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage, generate};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match written(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("humanseal-sdk-bindgen: {error}");
            ExitCode::from(2)
        }
    }
}

fn written(arguments: &[&str]) -> Result<(), String> {
    match arguments {
        ["c", module, out] => header::written(Path::new(module), Path::new(out)),
        ["kotlin", rest @ ..] => generated(TargetLanguage::Kotlin, rest),
        ["swift", rest @ ..] => generated(TargetLanguage::Swift, rest),
        ["python", rest @ ..] => generated(TargetLanguage::Python, rest),
        _ => Err("give a language (c, kotlin, swift, python) and what it needs".into()),
    }
}

fn generated(language: TargetLanguage, arguments: &[&str]) -> Result<(), String> {
    let [library, out, config] = arguments else {
        return Err("give library, folder to write into and configuration".into());
    };
    let options = GenerateOptions {
        languages: vec![language],
        source: (*library).into(),
        out_dir: (*out).into(),
        config_override: Some((*config).into()),
        ..GenerateOptions::default()
    };
    generate(options).map_err(|error| format!("{error:#}"))
}
