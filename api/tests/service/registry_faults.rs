//! A chain that changes its mind, nodes that lie or fail, contracts that are others.

use alloy::primitives::{Address, Bytes, keccak256};
use alloy::sol_types::SolCall;
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::groth16::snarkjs::write_verifying_key;
use humanseal_zk_credentials::keys;
use serde_json::{Value, json};

use crate::chain::node::UNLOCKED;
use crate::chain::proxy::{Fault, Proxy, WORDS};
use crate::chain::rpc::bytecode;
use crate::chain::stage::{
    CONFIRMATIONS, Registry, Stage, Step, admitKeyCall, announceCall, revokeRegistrationCall,
    with_contract,
};
use crate::device::Device;
use crate::privacy::logged;
use crate::world::{CHAIN_SEED, START, World};

async fn reason(stage: &Stage, byte: u8) -> String {
    let answer = stage.provider(byte).await;
    assert_eq!(answer.code(), "registry_stale");
    assert_eq!(answer.headers["retry-after"], "10");
    answer.json()["reason"].as_str().unwrap().to_owned()
}

/// A line of `/metrics`, its value.
async fn counted(stage: &Stage, name: &str) -> String {
    let metrics = stage.world.client.get("/metrics").await;
    let text = String::from_utf8(metrics.body.to_vec()).unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with(&format!("{name}{{")));
    line.unwrap().rsplit(' ').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reorganisation_takes_a_registration_back() {
    let stage = Stage::new().await;
    stage.take(Step::Register, &Device::new(2), 2).await;
    stage.settle().await;
    let before = stage.registry.rpc.head().await;
    stage.take(Step::Register, &Device::new(1), 1).await;
    stage.settle().await;
    assert_eq!(stage.same(&[1, 2]).await, [1, 2]);
    let depth = stage.registry.rpc.head().await - before;
    assert!(depth > CONFIRMATIONS);
    stage.registry.rpc.reorganise(depth).await;
    stage.look().await;
    // What happened before the fork stands.
    assert_eq!(stage.same(&[1, 2]).await, [2]);
    assert_eq!(
        counted(&stage, "humanseal_registry_roll_backs_total").await,
        "1"
    );
    // And what happens on the new branch is read.
    stage.take(Step::Register, &Device::new(3), 3).await;
    stage.settle().await;
    assert_eq!(stage.same(&[1, 2, 3]).await, [2, 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reorganisation_brings_a_revoked_registration_back() {
    let stage = Stage::new().await;
    stage.take(Step::Register, &Device::new(1), 1).await;
    stage.settle().await;
    let before = stage.registry.rpc.head().await;
    stage
        .done(Stage::address(1), revokeRegistrationCall {})
        .await;
    stage.settle().await;
    assert!(stage.same(&[1]).await.is_empty());
    let depth = stage.registry.rpc.head().await - before;
    stage.registry.rpc.reorganise(depth).await;
    stage.look().await;
    assert_eq!(stage.same(&[1]).await, [1]);
}

/// The logs are of a branch that is gone when the service asks for the next thing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reorganisation_between_two_questions_is_noticed() {
    let stage = Stage::new().await;
    stage.settle().await;
    let before = stage.registry.rpc.head().await;
    stage.take(Step::Register, &Device::new(1), 1).await;
    for _ in 0..=CONFIRMATIONS {
        stage.advance(1).await;
        stage.registry.rpc.mine().await;
    }
    let depth = stage.registry.rpc.head().await - before;
    stage.proxy.set(Fault::ReorganisesAtLogs(depth));
    stage.look().await;
    assert!(stage.same(&[1]).await.is_empty());
}

/// Many nodes behind one address: the newest block is of one, the logs are of one that has not seen it. What
/// is left out would never be asked for again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_behind_with_its_logs_loses_no_event() {
    let stage = Stage::new().await;
    stage.take(Step::Register, &Device::new(1), 1).await;
    stage.settle().await;
    assert_eq!(stage.same(&[1]).await, [1]);
    let behind = stage.registry.rpc.head().await;
    stage
        .done(Stage::address(1), revokeRegistrationCall {})
        .await;
    for _ in 0..=CONFIRMATIONS {
        stage.advance(1).await;
        stage.registry.rpc.mine().await;
    }
    stage.proxy.set(Fault::LagsAtLogs(behind));
    stage.look().await;
    let ready: Value = stage.world.client.get("/readyz").await.ok();
    assert_eq!(ready["registries"][0]["failure"], "node_behind");
    stage.proxy.set(Fault::None);
    stage.look().await;
    assert!(stage.same(&[1]).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logs_of_another_branch_are_not_taken() {
    let stage = Stage::new().await;
    stage.settle().await;
    stage.take(Step::Register, &Device::new(1), 1).await;
    stage.proxy.set(Fault::OtherBranch);
    stage.settle().await;
    assert_eq!(stage.provider(1).await.code(), "provider_unknown");
    let ready: Value = stage.world.client.get("/readyz").await.ok();
    assert_eq!(ready["registries"][0]["failure"], "chain_unsteady");
    stage.proxy.set(Fault::None);
    stage.settle().await;
    assert_eq!(stage.same(&[1]).await, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_lies_about_its_chain_is_not_read() {
    let mut stage = Stage::new().await;
    stage.proxy.set(Fault::ChainId(1));
    stage.settle().await;
    assert_eq!(reason(&stage, 1).await, "chain_id_mismatch");
    assert!(stage.proxy.calls("eth_getLogs").is_empty());

    // What was read of the right chain is no answer under a node of another one.
    stage.proxy.set(Fault::None);
    stage.take(Step::Register, &Device::new(1), 1).await;
    stage.settle().await;
    assert_eq!(stage.same(&[1]).await, [1]);
    stage.world.restart().await;
    assert_eq!(reason(&stage, 1).await, "chain_not_asked_yet");
    stage.proxy.set(Fault::ChainId(1));
    stage.look().await;
    assert_eq!(reason(&stage, 1).await, "chain_id_mismatch");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_registry_of_another_scope_is_not_read() {
    let stage = Stage::of(Registry::deploy("desk").await).await;
    stage.settle().await;
    assert_eq!(reason(&stage, 1).await, "scope_mismatch");
    assert!(stage.proxy.calls("eth_getLogs").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_registry_is_not_read() {
    for elsewhere in [true, false] {
        let mut registry = Registry::deploy("provider").await;
        // Another contract, or none at all.
        registry.address = if elsewhere {
            registry.verifier
        } else {
            Address::from([7; 20])
        };
        let stage = Stage::of(registry).await;
        stage.settle().await;
        assert_eq!(reason(&stage, 1).await, "contract_unknown");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_under_another_verifying_key_is_not_read() {
    let registry = Registry::deploy("provider").await;
    let proxy = Proxy::to(&registry.rpc.url).await;
    let contract = registry.config(&proxy.url);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("present.vkey.json");
    let text = write_verifying_key(keys::development_verifying(Circuit::Present));
    let mut key: Value = serde_json::from_str(&text).unwrap();
    key["IC"].as_array_mut().unwrap().swap(1, 2);
    std::fs::write(&file, key.to_string()).unwrap();
    let world = World::with(|text| {
        let own = format!("[verifier]\npresent_key_file = \"{}\"", file.display());
        with_contract(&text, &contract, &proxy.url).replacen("[verifier]", &own, 1)
    })
    .await;
    let stage = Stage {
        registry,
        proxy,
        world,
    };
    stage.settle().await;
    assert_eq!(reason(&stage, 1).await, "verifying_key_mismatch");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_down_is_told_by_age_and_says_nothing_else() {
    let stage = Stage::new().await;
    let byte = 0x77;
    stage.take(Step::Register, &Device::new(1), byte).await;
    stage.settle().await;
    stage.proxy.set(Fault::Down);
    stage.look().await;
    // What was read a moment ago still stands.
    assert_eq!(stage.same(&[byte]).await, [byte]);
    let ready: Value = stage.world.client.get("/readyz").await.ok();
    assert_eq!(ready["status"], "ok");
    assert_eq!(ready["registries"][0]["failure"], "node_unreachable");

    stage.world.clock.advance(900);
    assert_eq!(reason(&stage, byte).await, "node_unreachable");
    let ready: Value = stage.world.client.get("/readyz").await.ok();
    assert_eq!(ready["status"], "degraded");
    assert_eq!(ready["registries"][0]["fresh"], false);
    assert_eq!(counted(&stage, "humanseal_registry_fresh").await, "0");
    assert_eq!(
        counted(&stage, "humanseal_registry_failures_total").await,
        "1"
    );

    for (fault, failure) in [
        (Fault::Huge, "node_answer_too_large"),
        (Fault::Nonsense, "node_answer_malformed"),
        (Fault::Refuses("eth_blockNumber"), "node_refuses"),
        (Fault::Refuses("eth_getLogs"), "node_refuses"),
    ] {
        stage.proxy.set(fault);
        stage.registry.rpc.mine().await;
        stage.look().await;
        assert_eq!(reason(&stage, byte).await, failure);
    }

    stage.proxy.set(Fault::None);
    stage.settle().await;
    assert_eq!(stage.same(&[byte]).await, [byte]);
    assert_eq!(counted(&stage, "humanseal_registry_fresh").await, "1");
    let answers = stage.world.client.answers();
    let said = answers
        .iter()
        .map(|(_, answer)| String::from_utf8_lossy(&answer.body));
    assert!(!said.collect::<String>().contains(WORDS));
    let log = logged();
    assert!(!log.contains(WORDS) && log.contains("a contract is not read"));
    let account = hex::encode(Stage::address(byte));
    assert!(
        !log.to_lowercase().contains(&account),
        "an account stands in the log"
    );
}

/// A node that hangs answers everything, and nothing new.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chain_that_stands_still_grows_stale() {
    let stage = Stage::new().await;
    stage.take(Step::Register, &Device::new(1), 1).await;
    stage.settle().await;
    stage.world.clock.advance(901);
    stage.look().await;
    assert_eq!(reason(&stage, 1).await, "blocks_too_old");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_takes_short_ranges_alone_is_asked_for_short_ones() {
    let stage = Stage::new().await;
    stage.take(Step::Register, &Device::new(1), 1).await;
    stage.settle().await;
    for _ in 0..20 {
        stage.registry.rpc.mine().await;
    }
    let fresh = Stage::of(stage.registry).await;
    // The chain is ahead of a clock that begins anew.
    fresh.world.clock.advance(120);
    fresh.proxy.set(Fault::ShortLogs(3));
    fresh.settle().await;
    assert_eq!(fresh.same(&[1]).await, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_goes_on_where_it_stopped() {
    let stage = Stage::new().await;
    stage.take(Step::Register, &Device::new(1), 1).await;
    for _ in 0..20 {
        stage.registry.rpc.mine().await;
    }
    let mut stage = Stage::of(stage.registry).await;
    stage.world.clock.advance(120);
    let first = stage.registry.first_block;
    stage.proxy.set(Fault::DownAfterLogs(3, 2));
    stage.look().await;
    let ready: Value = stage.world.client.get("/readyz").await.ok();
    let read = ready["registries"][0]["block"].as_u64().unwrap();
    assert!(read > first && read < stage.registry.rpc.head().await - CONFIRMATIONS);
    stage.world.restart().await;
    stage.proxy.set(Fault::None);
    stage.proxy.calls("");
    stage.settle().await;
    let asked = stage.proxy.calls("eth_getLogs");
    assert_eq!(
        asked[0]["params"][0]["fromBlock"],
        json!(format!("{:#x}", read + 1))
    );
    assert_eq!(stage.same(&[1]).await, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_a_later_block_than_the_contracts_nobody_is_registered() {
    let mut registry = Registry::deploy("provider").await;
    registry.first_block += 1;
    let mut stage = Stage::of(registry).await;
    stage.post_root().await;
    stage.take(Step::Register, &Device::new(1), 1).await;
    stage.settle().await;
    // It was read, but not whom the contract trusts.
    assert_eq!(stage.provider(1).await.code(), "provider_unknown");
    // Mended, everything is read anew.
    let verifier = stage.world.setting.config.verifier.as_mut().unwrap();
    let scope = &mut verifier.networks[0].scopes[0];
    scope.contract.as_mut().unwrap().from_block -= 1;
    stage.world.restart().await;
    stage.settle().await;
    assert_eq!(stage.same(&[1]).await, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_whose_epoch_ends_otherwise_is_not_read() {
    let end = START.unsigned_abs() + 86_400;
    let stage = Stage::of(Registry::with("provider", CHAIN_SEED, end).await).await;
    stage.settle().await;
    assert_eq!(reason(&stage, 1).await, "epoch_end_mismatch");
}

/// The owner goes on to a key that this verifier does not pin.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_verifying_key_of_the_contract_stops_the_answers() {
    let stage = Stage::new().await;
    stage.take(Step::Register, &Device::new(1), 1).await;
    stage.settle().await;
    assert_eq!(stage.same(&[1]).await, [1]);
    let stated = [7; 32];
    let next = stage
        .registry
        .rpc
        .deploy(&bytecode("SpecimenVerifier"), &stated)
        .await;
    let runtime = stage
        .registry
        .rpc
        .call("eth_getCode", json!([next, "latest"]))
        .await;
    let runtime: Bytes = serde_json::from_value(runtime.unwrap()).unwrap();
    let admit = admitKeyCall {
        next,
        codeHash: keccak256(&runtime),
    };
    let call = admit.abi_encode().into();
    stage.done(UNLOCKED, announceCall { call }).await;
    stage.advance(86_401).await;
    stage.done(UNLOCKED, admit).await;
    stage.settle().await;
    assert_eq!(reason(&stage, 1).await, "verifying_key_mismatch");
}

#[test]
fn production_refuses_a_node_over_plain_http_but_on_this_machine() {
    use humanseal_api::config::RpcUrl;
    use humanseal_zk_credentials::exchange::Environment::{Development, Production, Sandbox};
    let refused = |url: &str, environment| {
        let url: RpcUrl = url.parse().unwrap();
        url.admit(environment).err().map(|error| error.code())
    };
    for url in [
        "http://127.0.0.1:8545",
        "http://localhost",
        "http://[::1]:1",
        "https://node.example/key",
    ] {
        assert_eq!(refused(url, Production), None, "{url}");
    }
    for url in [
        "http://node.example",
        "http://10.0.0.1",
        "http://localhost.example",
    ] {
        assert_eq!(
            refused(url, Production),
            Some("not_for_production"),
            "{url}"
        );
        assert_eq!(refused(url, Sandbox), Some("development_only"), "{url}");
        assert_eq!(refused(url, Development), None, "{url}");
    }
    for url in ["ws://node.example", "node.example", ""] {
        assert!(url.parse::<RpcUrl>().is_err(), "{url}");
    }
    let secret: RpcUrl = "https://node.example/v2/secret?key=secret".parse().unwrap();
    assert!(!format!("{secret} {secret:?}").contains("secret"));
}
