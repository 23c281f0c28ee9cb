//! What a configuration may say, and what production refuses.

use std::sync::Arc;

use humanseal_api::clock::ManualClock;
use humanseal_api::{Config, ConfigError, Service};
use humanseal_documents::specimen::{Authority, KeyKind};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::exchange::Environment;
use humanseal_zk_credentials::groth16::snarkjs::write_verifying_key;
use humanseal_zk_credentials::keys;

use crate::world::{START, config_text};

fn refusal(text: &str) -> (&'static str, String) {
    let error = Config::from_toml(text).unwrap_err();
    (error.code(), error.to_string())
}

#[test]
fn production_is_the_default_and_has_no_built_in_keys() {
    let dir = tempfile::tempdir().unwrap();
    let text = config_text(dir.path(), "production", "");
    let silent = text.replacen("environment = \"production\"\n", "", 1);
    assert_eq!(
        refusal(&silent),
        (
            "config_invalid",
            "issuer.enrol_key_file: only development has a built-in key".into()
        )
    );
    let hasty = text.replace(
        "publish_period_seconds = 600",
        "publish_period_seconds = 599",
    );
    assert_eq!(
        refusal(&hasty).1,
        "issuer.publish_period_seconds: 600 or more outside development"
    );
    let low = config_text(dir.path(), "production", ", min_device = 1");
    assert_eq!(refusal(&low).0, "not_for_production");
}

#[test]
fn production_trusts_no_issuer_of_another_environment() {
    let dir = tempfile::tempdir().unwrap();
    let text = config_text(dir.path(), "production", "")
        .replace("[verifier]", "[verifier]\npresent_key_file = \"none\"")
        .replace("[issuer]", "[issuer]\nenrol_key_file = \"none\"")
        .replace(
            "environment = \"production\"\nsigning_key",
            "environment = \"development\"\nsigning_key",
        );
    assert_eq!(refusal(&text).0, "not_for_production");
}

#[test]
fn unknown_members_unsafe_networks_and_wrong_ranges_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let text = config_text(dir.path(), "development", "");
    assert!(Config::from_toml(&text).is_ok());
    let code = |from: &str, to: &str| {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        refusal(&changed).0
    };
    assert_eq!(
        code("limits.heavy_jobs = 2", "limits.heavy_job = 2"),
        "config_unreadable"
    );
    assert_eq!(code("tau = 531", "tau = 0"), "config_unreadable");
    assert_eq!(code("tau = 531", "tau = 1001"), "config_unreadable");
    assert_eq!(
        code("min_age = 18,", "min_age = 18, min_unique = 1,"),
        "config_invalid"
    );
    assert_eq!(
        code("min_age = 18,", "min_age = 18, min_established_days = 33,"),
        "config_invalid"
    );
    // Where a page suffices no human is counted, but a line's lost place still lapses first.
    let pages = "min_age = 18, min_document = 1, min_unique = 1,";
    assert!(Config::from_toml(&text.replacen("min_age = 18,", pages, 1)).is_ok());
    let hasty = format!("{pages} min_established_days = 33,");
    assert_eq!(code("min_age = 18,", &hasty), "config_invalid");
    assert_eq!(code("max_slots = 2", "max_slots = 0"), "config_invalid");
    assert_eq!(
        code("epoch = 1, ends_on = 20260603", "epoch = 1"),
        "config_invalid"
    );
    assert_eq!(
        code(
            "origin = \"https://moves.example\"",
            "origin = \"http://moves.example\""
        ),
        "config_unreadable"
    );
    assert_eq!(
        code("cool_down_hours = 1", "window_hours = 0"),
        "config_invalid"
    );
    assert_eq!(
        Config::from_toml("origin = \"https://id.example\"")
            .unwrap_err()
            .code(),
        "config_empty"
    );
}

/// The configuration of a production issuer that has everything but what the test takes away.
fn production(dir: &std::path::Path, key: Circuit) -> Config {
    let file = dir.join("enrol.json");
    std::fs::write(&file, write_verifying_key(keys::development_verifying(key))).unwrap();
    let text = config_text(dir, "production", "");
    let text = text.replace(
        "[issuer]",
        &format!("[issuer]\nenrol_key_file = \"{}\"", file.display()),
    );
    let (issuer, _) = text.split_once("[verifier]").unwrap();
    Config::from_toml(issuer).unwrap()
}

async fn opened(config: &Config) -> String {
    match Service::open(config, Arc::new(ManualClock::at(START))).await {
        Ok(_) => "opened".into(),
        Err(humanseal_api::ServeError::Config(error)) => format!("{}: {error}", error.code()),
        Err(other) => other.to_string(),
    }
}

#[tokio::test]
async fn production_refuses_development_keys() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("trust/csca")).unwrap();
    let config = production(dir.path(), Circuit::Enrol);
    assert_eq!(
        opened(&config).await,
        "not_for_production: production refuses the development proving keys"
    );
}

#[tokio::test]
async fn production_refuses_secrets_that_others_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let config = production(dir.path(), Circuit::Enrol);
    let file = dir.path().join("signing.key");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = opened(&config).await;
    assert!(
        refused.starts_with("config_file") && refused.contains("chmod 600"),
        "{refused}"
    );
    // Whoever reads the token is the operator.
    let file = dir.path().join("operator.token");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let token = humanseal_api::token::StaticToken::from_file(&file, Environment::Production);
    assert!(token.unwrap_err().to_string().contains("chmod 600"));
    assert!(humanseal_api::token::StaticToken::from_file(&file, Environment::Development).is_ok());
}

#[tokio::test]
async fn issuer_and_verifier_never_share_a_key() {
    let dir = tempfile::tempdir().unwrap();
    Authority::insecure(KeyKind::P256)
        .unwrap()
        .write_trust(&dir.path().join("trust"))
        .unwrap();
    let text = config_text(dir.path(), "development", "").replace("pass.key", "signing.key");
    let refused = opened(&Config::from_toml(&text).unwrap()).await;
    assert!(
        refused.starts_with("config_invalid") && refused.contains("pass_key_file"),
        "{refused}"
    );
}

#[tokio::test]
async fn issuer_and_verifier_never_share_a_database() {
    let dir = tempfile::tempdir().unwrap();
    Authority::insecure(KeyKind::P256)
        .unwrap()
        .write_trust(&dir.path().join("trust"))
        .unwrap();
    let text =
        config_text(dir.path(), "development", "").replace("verifier.sqlite", "issuer.sqlite");
    let config = Config::from_toml(&text).unwrap();
    assert!(opened(&config).await.starts_with("config_invalid"));
}

#[test]
fn a_missing_file_is_named() {
    let error = Config::load("/nonexistent/humanseald.toml".as_ref()).unwrap_err();
    assert!(matches!(error, ConfigError::Unreadable(_)));
}

/// The file that operators start from says what the types say.
#[test]
fn the_example_is_a_valid_configuration() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../fixtures/config/humanseald.toml"
    );
    let config = Config::load(file.as_ref()).unwrap();
    let issuer = config.issuer.unwrap();
    assert!(issuer.database.is_absolute());
    assert!(issuer.device_trust_folder.unwrap().is_absolute());
    assert_eq!(
        config.verifier.unwrap().networks[0].min_established_days(),
        34
    );
}
