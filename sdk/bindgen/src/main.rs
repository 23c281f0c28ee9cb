//! Writes the sources of the SDK's packages out of its library: Kotlin, Swift with its C header, Python.
//!
//! It reads the interface from the symbols of the library, so that sources and library belong together.

//!
//! `humanseal-sdk-bindgen kotlin|swift|python LIBRARY OUT CONFIG`: the library is a shared one of any system, with its
//! symbols; the configuration names packages and modules.

use std::process::ExitCode;

use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage, generate};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match written(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("humanseal-sdk-bindgen: {error}");
            ExitCode::from(2)
        }
    }
}

fn written(arguments: &[String]) -> Result<(), String> {
    let [language, library, out, config] = arguments else {
        return Err("give language, library, folder to write into and configuration".into());
    };
    let language = match language.as_str() {
        "kotlin" => TargetLanguage::Kotlin,
        "swift" => TargetLanguage::Swift,
        "python" => TargetLanguage::Python,
        other => return Err(format!("no such language: {other}")),
    };
    let options = GenerateOptions {
        languages: vec![language],
        source: library.into(),
        out_dir: out.into(),
        config_override: Some(config.into()),
        ..GenerateOptions::default()
    };
    generate(options).map_err(|error| format!("{error:#}"))
}
