#![allow(clippy::unwrap_used)]

use humanseal_attestation::android::specimen::Maker;

use super::*;

const NAMES_ONE: &str = "2026-06-01T12:00:00Z\n{\"entries\":{\"c0ffee\":{\"status\":\"REVOKED\"}}}";
const APPLE: &str = "[apple]\napp_ids = [\"ABCDE12345.com.example.seal\"]\n";

fn android(signer: &str) -> String {
    format!(
        "[android]\nminimum_patch_level = 202601\n\
         apps = [{{ package = \"com.example.seal\", signer = \"{signer}\" }}]\n"
    )
}

fn digits() -> String {
    "ab".repeat(32)
}

/// A folder with specimen roots of both kinds and what is listed.
fn folder(listed: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let file = dir.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    };
    put("devices.toml", listed.as_bytes());
    put("android-status", NAMES_ONE.as_bytes());
    let root = Maker::insecure().unwrap().root_der().unwrap();
    put("android-roots/specimen.der", &root);
    put(
        "apple-roots/specimen.der",
        &apple::specimen::root().unwrap(),
    );
    dir
}

fn refusal(dir: &tempfile::TempDir, environment: Environment) -> String {
    match DeviceTrust::load(dir.path(), environment) {
        Ok(_) => "loaded".into(),
        Err(error) => format!("{}: {error}", error.code()),
    }
}

#[test]
fn what_is_not_listed_is_not_offered() {
    let nothing = DeviceTrust::default();
    assert!(nothing.android().is_none() && nothing.apple().is_none());
    for (listed, has_android, has_apple) in [
        (String::new(), false, false),
        (android(&digits()), true, false),
        (APPLE.to_owned(), false, true),
        (android(&digits()) + APPLE, true, true),
    ] {
        let dir = folder(&listed);
        let trust = DeviceTrust::load(dir.path(), Environment::Development).unwrap();
        assert_eq!(trust.android().is_some(), has_android);
        assert_eq!(trust.apple().is_some(), has_apple);
    }
}

#[test]
fn only_development_takes_specimen_roots_and_apples_development() {
    for listed in [android(&digits()), APPLE.to_owned()] {
        let dir = folder(&listed);
        assert_eq!(
            refusal(&dir, Environment::Production),
            "development_only: only development takes an attestation root of specimens"
        );
        assert_ne!(refusal(&dir, Environment::Sandbox), "loaded");
        assert_eq!(refusal(&dir, Environment::Development), "loaded");
    }
    let dir = folder(APPLE);
    let specimen = dir.path().join("apple-roots/specimen.der");
    let root = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../fixtures/vectors/apple-appattest/Apple_App_Attestation_Root_CA.pem"
    );
    std::fs::copy(root, dir.path().join("apple-roots/apple.pem")).unwrap();
    // One beside a true one is refused all the same.
    assert_ne!(refusal(&dir, Environment::Production), "loaded");
    std::fs::remove_file(specimen).unwrap();
    let trust = DeviceTrust::load(dir.path(), Environment::Production).unwrap();
    assert!(!trust.apple().unwrap().takes_development());
    let trust = DeviceTrust::load(dir.path(), Environment::Sandbox).unwrap();
    assert!(!trust.apple().unwrap().takes_development());
    let trust = DeviceTrust::load(dir.path(), Environment::Development).unwrap();
    assert!(trust.apple().unwrap().takes_development());
}

#[test]
fn what_cannot_be_used_is_named() {
    let listed = |text: &str| refusal(&folder(text), Environment::Development);
    for (text, named) in [
        ("[windows]", "windows"),
        ("[android]\nminimum_patch_level = 202601", "apps"),
        ("[apple]\napp_ids = [\"com.example\"]", "App ID"),
        ("[apple]\napp_ids = []", "at least one app"),
        (&android("ab"), "64"),
        (&android(&digits()).replace("202601", "202613"), "yyyymm"),
        (
            &android(&digits()).replace("com.example.seal", ""),
            "PACKAGE",
        ),
        (&(android(&digits()) + "boot_keys = [\"ab\"]"), "64"),
    ] {
        let refused = listed(text);
        assert!(refused.starts_with("config_"), "{text}: {refused}");
        assert!(refused.contains(named), "{text}: {refused}");
    }
    let dir = folder(&(android(&digits()) + APPLE));
    for (name, bytes) in [
        ("android-status", "{\"entries\":{}}\n"),
        ("android-status", "2026-06-01\n{\"entries\":{}}"),
        ("android-status", "2026-06-01T12:00:00Z\n{}"),
        ("apple-roots/specimen.der", "root"),
        ("android-roots/specimen.der", "root"),
    ] {
        let file = dir.path().join(name);
        let before = std::fs::read(&file).unwrap();
        std::fs::write(&file, bytes).unwrap();
        let refused = refusal(&dir, Environment::Development);
        assert!(refused.contains(name), "{name}: {refused}");
        std::fs::write(&file, before).unwrap();
    }
    assert_eq!(refusal(&dir, Environment::Development), "loaded");
    std::fs::remove_file(dir.path().join("apple-roots/specimen.der")).unwrap();
    let refused = refusal(&dir, Environment::Development);
    assert!(refused.contains("there is no root in it"), "{refused}");
    std::fs::remove_file(dir.path().join("devices.toml")).unwrap();
    let refused = refusal(&dir, Environment::Development);
    assert!(refused.starts_with("config_unreadable"), "{refused}");
}

#[test]
fn without_a_list_there_is_none_until_one_is_put_in_place() {
    let dir = folder(&android(&digits()));
    let file = dir.path().join(STATUS);
    std::fs::remove_file(&file).unwrap();
    let trust = DeviceTrust::load(dir.path(), Environment::Development).unwrap();
    let fetched = || {
        let list = trust.android().unwrap().1;
        list.map(|list| list.fetched_at().unix_seconds())
    };
    trust.reload();
    assert_eq!(fetched(), None);
    std::fs::write(&file, "2026-06-01T12:00:00Z\n{\"entries\":{}}").unwrap();
    trust.reload();
    assert_eq!(fetched(), Some(1_780_315_200));
    // Half a list, or none, leaves the old one in force.
    for broken in ["2026-06-02T12:00:00Z\n{\"entries\":", ""] {
        std::fs::write(&file, broken).unwrap();
        trust.reload();
        assert_eq!(fetched(), Some(1_780_315_200));
    }
}

#[test]
fn a_list_that_names_nobody_is_refused_outside_development() {
    let dir = folder(&android(&digits()));
    let root = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../fixtures/vectors/android-attestation/roots/p-384-2025.pem"
    );
    let roots = dir.path().join("android-roots");
    std::fs::remove_dir_all(&roots).unwrap();
    std::fs::create_dir(&roots).unwrap();
    std::fs::copy(root, roots.join("google.pem")).unwrap();
    let status = dir.path().join("android-status");
    std::fs::write(&status, "2026-06-01T12:00:00Z\n{\"entries\":{}}").unwrap();
    for environment in [Environment::Production, Environment::Sandbox] {
        let refused = refusal(&dir, environment);
        assert!(refused.ends_with("names no certificate"), "{refused}");
    }
    assert_eq!(refusal(&dir, Environment::Development), "loaded");

    let empty = std::fs::read(&status).unwrap();
    std::fs::write(&status, NAMES_ONE).unwrap();
    let trust = DeviceTrust::load(dir.path(), Environment::Production).unwrap();
    let names = |trust: &DeviceTrust| trust.android().unwrap().1.unwrap().len();
    assert_eq!(names(&trust), 1);
    // Nor does one take the place of one that names some.
    std::fs::write(&status, empty).unwrap();
    trust.reload();
    assert_eq!(names(&trust), 1);
}
