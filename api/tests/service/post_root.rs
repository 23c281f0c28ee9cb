//! `humanseald post-root`.

use std::path::PathBuf;
use std::process::Command;

use alloy::primitives::U256;
use axum::Router;
use axum::routing::get;
use humanseal_api::Config;
use humanseal_api::chain::NodeError;
use humanseal_api::config::RpcUrl;
use humanseal_api::post_root::{PostRoot, PostRootError, Posted, post_root};
use humanseal_wallet_link::Account;
use humanseal_zk_credentials::status_root::SignedStatusRoot;
use serde_json::json;

use crate::chain::proxy::Fault;
use crate::chain::rpc::CHAIN_ID;
use crate::chain::stage::{Registry, Stage, newestRootCall, with_contract, word};
use crate::world::config_text;

/// The key of the account that every node of these tests makes rich, as anvil publishes it.
const PAYER: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

struct Scene {
    stage: Stage,
    contract: Account,
    key_file: PathBuf,
}

impl Scene {
    async fn of(registry: Registry) -> Self {
        let stage = Stage::of(registry).await;
        let contract = Account::eip155(CHAIN_ID, stage.registry.address.into()).unwrap();
        let key_file = stage.world.dir.path().join("payer.key");
        std::fs::write(&key_file, PAYER).unwrap();
        let scene = Self {
            stage,
            contract,
            key_file,
        };
        scene.next_block().await;
        scene
    }

    async fn new() -> Self {
        Self::of(Registry::deploy("provider").await).await
    }

    /// A block of the present time: a root must not be later than the block.
    async fn next_block(&self) {
        self.stage.advance(1).await;
        self.stage.registry.rpc.mine().await;
    }

    async fn post(&self, from: Option<&RpcUrl>) -> Result<Posted, PostRootError> {
        let asked = PostRoot {
            contract: &self.contract,
            rpc: None,
            from,
            issuer: None,
            key_file: &self.key_file,
        };
        post_root(&self.stage.world.config, &asked).await
    }

    async fn newest(&self) -> (U256, i64) {
        let call = newestRootCall { issuer: 0 };
        let registry = &self.stage.registry;
        let newest = registry.rpc.view(registry.address, &call, None).await;
        (newest.root, newest.issuedAt.to::<u64>() as i64)
    }

    fn sent(&self) -> usize {
        self.stage.proxy.calls("eth_sendRawTransaction").len()
    }
}

/// A host that gives out this text under every path.
async fn host(text: String) -> RpcUrl {
    let router = Router::new().fallback(get(move || async move { text }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "http://{}/v1/status-list/root",
        listener.local_addr().unwrap()
    );
    tokio::spawn(async move { axum::serve(listener, router).await });
    url.parse().unwrap()
}

async fn hosted(root: &SignedStatusRoot) -> RpcUrl {
    host(serde_json::to_string(root).unwrap()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_root_is_posted_once() {
    let scene = Scene::new().await;
    let root = scene.stage.newest_root().await;
    let issued_at = root.issued_at().unix_seconds();
    let posted = scene.post(None).await.unwrap();
    assert!(
        matches!(posted, Posted::Now { issued_at: at, block, .. } if at == issued_at && block > 0)
    );
    assert_eq!(scene.newest().await, (word(&root.root().0), issued_at));
    assert_eq!(scene.sent(), 1);
    assert_eq!(
        scene.post(None).await.unwrap(),
        Posted::Before { issued_at }
    );
    assert_eq!(scene.sent(), 0);

    // The next one, from the issuer's address.
    scene.stage.advance(60).await;
    scene.stage.registry.rpc.mine().await;
    let next = scene.stage.newest_root().await;
    assert!(next.issued_at() > root.issued_at());
    assert!(matches!(
        scene.post(Some(&hosted(&next).await)).await,
        Ok(Posted::Now { .. })
    ));
    // The one before it is of no use any more.
    let late = scene.post(Some(&hosted(&root).await)).await.unwrap_err();
    assert_eq!((late.code(), late.exit_code()), ("root_not_newer", 1));
    assert_eq!(scene.sent(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_root_that_another_key_signed_is_not_sent() {
    // For chains.
    let scene = Scene::of(Registry::with("provider", [99; 32], 0).await).await;
    let error = scene.post(None).await.unwrap_err();
    assert!(matches!(error, PostRootError::Signature("for chains")));
    assert_eq!(
        (error.code(), error.exit_code()),
        ("root_signature_invalid", 1)
    );
    // For the log.
    let scene = Scene::new().await;
    let mut forged = serde_json::to_value(scene.stage.newest_root().await).unwrap();
    forged["issued_at"] = json!("2026-05-31T12:00:00Z");
    let url = host(forged.to_string()).await;
    let error = scene.post(Some(&url)).await.unwrap_err();
    assert!(matches!(error, PostRootError::Signature("for the log")));
    // Of an issuer that the configuration does not know.
    let mut foreign = serde_json::to_value(scene.stage.newest_root().await).unwrap();
    foreign["issuer"] = json!("7");
    let url = host(foreign.to_string()).await;
    let error = scene.post(Some(&url)).await.unwrap_err();
    assert_eq!(error.exit_code(), 1);
    let url = host("no root".into()).await;
    let error = scene.post(Some(&url)).await.unwrap_err();
    assert_eq!((error.code(), error.exit_code()), ("root_unavailable", 3));
    assert_eq!(scene.sent(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_chain_and_a_node_that_is_down_get_nothing() {
    let scene = Scene::new().await;
    scene.stage.proxy.set(Fault::ChainId(1));
    let error = scene.post(None).await.unwrap_err();
    assert!(matches!(error, PostRootError::Node(NodeError::OtherChain)));
    assert_eq!((error.code(), error.exit_code()), ("chain_id_mismatch", 2));
    scene.stage.proxy.set(Fault::Down);
    let error = scene.post(None).await.unwrap_err();
    assert_eq!((error.code(), error.exit_code()), ("node_unreachable", 3));
    assert_eq!(scene.newest().await, (U256::ZERO, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_says_what_it_did() {
    let scene = Scene::new().await;
    let dir = scene.stage.world.dir.path();
    let floors = ", min_device = 1, min_document = 1";
    let contract = scene.stage.registry.config(&scene.stage.proxy.url);
    let text = with_contract(
        &config_text(dir, "development", floors),
        &contract,
        &scene.stage.proxy.url,
    );
    let file = dir.join("humanseald.toml");
    std::fs::write(&file, &text).unwrap();
    assert!(Config::from_toml(&text).is_ok());
    let run = async |contract: String, key: PathBuf| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_humanseald"));
        command.args(["post-root", "--contract", &contract]);
        command
            .arg("--config")
            .arg(&file)
            .arg("--key-file")
            .arg(key);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    };
    let contract = scene.contract.to_string();
    let (code, said) = run(contract.clone(), scene.key_file.clone()).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("is posted: transaction 0x"), "{said}");
    let (code, said) = run(contract.clone(), scene.key_file.clone()).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("already; nothing was sent"), "{said}");
    let nowhere = format!("eip155:1:0x{}", "07".repeat(20));
    assert_eq!(run(nowhere, scene.key_file.clone()).await.0, Some(2));
    assert_eq!(run(contract.clone(), dir.join("none")).await.0, Some(2));
    scene.stage.proxy.set(Fault::Down);
    let (code, said) = run(contract, scene.key_file.clone()).await;
    assert_eq!(code, Some(3), "{said}");
    assert!(!said.contains(PAYER));
}
