//! `humanseald registry-arguments`.

use std::process::Command;

use humanseal_api::registry_arguments::{ArgumentsError, RegistryArguments, registry_arguments};
use humanseal_wallet_link::{Action, NetworkId};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::eddsa::IssuerSecretKey;
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::status_root::address;

use crate::chain::stage::{NETWORK, Registry, Stage, TERM_DAYS, policy, scope, with_contract};
use crate::world::{CHAIN_SEED, ISSUER_SEED, config_text};

/// The very arguments that the registry of these tests was deployed with, which the service reads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_is_deployed_with_what_the_configuration_publishes() {
    let stage = Stage::of(Registry::deploy("provider").await).await;
    stage.newest_root().await;
    let network: NetworkId = NETWORK.parse().unwrap();
    let action = Action::parse("provider").unwrap();
    let asked = RegistryArguments {
        network: &network,
        action: &action,
        epoch: 0,
        from: &[],
    };
    let told = registry_arguments(&stage.world.config, &asked)
        .await
        .unwrap();
    assert_eq!((told.scope, told.epoch_end), (scope("provider"), 0));
    let term = TERM_DAYS.to_string();
    let policy = policy().pack().to_string();
    assert_eq!(told.settings, [&policy, "0", "72", &term, &term, "1"]);
    let signer = k256::ecdsa::SigningKey::from_slice(&CHAIN_SEED).unwrap();
    let issuer = IssuerSecretKey::from_seed(ISSUER_SEED).public().id();
    assert_eq!(
        told.issuers,
        [(issuer, address(signer.verifying_key()).into())]
    );
    assert_eq!(
        told.vk_hash,
        keys::development_verifying(Circuit::Present).vk_hash()
    );

    let other = Action::parse("vote").unwrap();
    let asked = RegistryArguments {
        action: &other,
        ..asked
    };
    let refused = registry_arguments(&stage.world.config, &asked).await;
    assert!(matches!(refused, Err(ArgumentsError::Input(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_prints_them() {
    let stage = Stage::of(Registry::deploy("provider").await).await;
    stage.newest_root().await;
    let dir = stage.world.dir.path();
    let contract = stage.registry.config(&stage.proxy.url);
    let floors = ", min_device = 1, min_document = 1";
    let text = with_contract(
        &config_text(dir, "development", floors),
        &contract,
        &stage.proxy.url,
    );
    let file = dir.join("humanseald.toml");
    std::fs::write(&file, &text).unwrap();
    let run = |action: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_humanseald"))
            .args([
                "registry-arguments",
                "--network",
                NETWORK,
                "--action",
                action,
            ])
            .arg("--config")
            .arg(&file)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    };
    let (code, said) = run("provider");
    assert_eq!(code, Some(0), "{said}");
    for line in [
        "SCOPE ",
        "EPOCH_END  0",
        "SETTINGS   (",
        ",0,72,30,30,1)",
        "ISSUERS    [(",
        "vkHash()   0x",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let (code, said) = run("vote");
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("input_invalid"), "{said}");
}
