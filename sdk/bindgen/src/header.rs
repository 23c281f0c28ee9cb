//! The header of the C API, out of its Rust sources.

use std::path::{Path, PathBuf};

use cbindgen::{Braces, Builder, Config, DocumentationStyle, Language, Layout, RenameRule, Style};

/// Writes `humanseal.h`: what `module` (`sdk/ffi/src/c.rs`) says of the whole API, then its types and functions.
///
/// # Errors
/// A sentence, where a source cannot be read or understood, or the header cannot be written.
pub fn written(module: &Path, out: &Path) -> Result<(), String> {
    let told = |what: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", what.display());
    let text = std::fs::read_to_string(module).map_err(|error| told(module, &error))?;
    let mut builder = Builder::new().with_config(config(&text));
    for name in modules(&text) {
        builder = builder.with_src(folder(module).join(format!("{name}.rs")));
    }
    let header = builder.generate().map_err(|error| told(module, &error))?;
    let mut bytes = Vec::new();
    header.write(&mut bytes);
    std::fs::write(out, bytes).map_err(|error| told(out, &error))
}

/// `c` beside `c.rs`.
fn folder(module: &Path) -> PathBuf {
    module.with_extension("")
}

/// The names of the modules whose functions C sees, and of those with their types.
fn modules(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().filter_map(|line| {
        let name = line.strip_prefix("pub ").unwrap_or(line);
        name.strip_prefix("mod ")?.strip_suffix(';')
    });
    lines.filter(|&name| name != "tests")
}

/// What the module says of the whole API, as a comment.
fn comment(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let lines = lines.map(|line| format!(" *{line}\n"));
    format!("/*\n{} */", lines.collect::<String>())
}

fn config(text: &str) -> Config {
    let mut config = Config {
        header: Some(comment(text)),
        autogen_warning: Some(
            "/* Written by sdk/bindgen; a change belongs into sdk/ffi/src/c. */".into(),
        ),
        include_guard: Some("HUMANSEAL_H".into()),
        no_includes: true,
        sys_includes: ["stdbool.h", "stddef.h", "stdint.h"].map(Into::into).into(),
        language: Language::C,
        cpp_compat: true,
        style: Style::Both,
        braces: Braces::SameLine,
        line_length: 110,
        tab_width: 4,
        usize_is_size_t: true,
        documentation: true,
        documentation_style: DocumentationStyle::C99,
        ..Config::default()
    };
    config.export.prefix = Some("Humanseal".into());
    // Numbers that a caller gives: a parameter of the type itself could hold a number that is none of it.
    config.export.include = ["DeviceLevel", "Environment"].map(Into::into).into();
    config.enumeration.rename_variants = RenameRule::QualifiedScreamingSnakeCase;
    config.function.args = Layout::Auto;
    config
}
