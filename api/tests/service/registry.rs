//! A registry on a chain, read by the service.

use alloy::primitives::Address;
use humanseal_wallet_link::Account;
use serde_json::{Value, json};

use crate::chain::node::UNLOCKED;
use crate::chain::rpc::CHAIN_ID;
use crate::chain::stage::{
    NETWORK, Stage, Step, TERM_DAYS, banCall, distrustIssuerCall, distrustKeyCall, placeOfCall,
    revokeRegistrationCall, scope,
};
use crate::device::Device;
use crate::world::{BACK_END, OPERATOR};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_is_answered_once_enough_blocks_stand_on_it() {
    let stage = Stage::new().await;
    let device = Device::new(1);
    stage.settle().await;
    assert_eq!(stage.provider(1).await.code(), "provider_unknown");
    stage.take(Step::Register, &device, 1).await;
    let registered_in = stage.registry.rpc.head().await;
    stage.look().await;
    assert_eq!(stage.provider(1).await.code(), "provider_unknown");
    stage.registry.rpc.mine().await;
    stage.look().await;
    assert_eq!(stage.provider(1).await.code(), "provider_unknown");
    stage.registry.rpc.mine().await;
    stage.look().await;

    let found = stage.provider(1).await.json();
    let registrations = found["registrations"].as_array().unwrap();
    assert_eq!(registrations.len(), 1);
    let contract = Account::eip155(CHAIN_ID, stage.registry.address.into()).unwrap();
    assert_eq!(registrations[0]["contract"], contract.to_string());
    assert_eq!(registrations[0]["scope"], scope("provider").0.to_string());
    assert_eq!(registrations[0]["block"], registered_in);
    assert_eq!(stage.same(&[1, 2]).await, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_expires_and_is_renewed() {
    let stage = Stage::new().await;
    let device = Device::new(1);
    stage.take(Step::Register, &device, 1).await;
    stage.settle().await;
    let first = stage.provider(1).await.json()["registrations"][0].clone();
    stage.advance(86_400).await;
    stage.post_root().await;
    stage.take(Step::Renew, &device, 1).await;
    stage.settle().await;
    let renewed = stage.provider(1).await.json()["registrations"][0].clone();
    // The place cools down from when it was taken, not from when it was renewed.
    assert_eq!(renewed["registered_at"], first["registered_at"]);
    assert!(renewed["expires_at"].as_str() > first["expires_at"].as_str());
    let call = placeOfCall {
        nullifier: Stage::nullifier(&device),
    };
    let place = stage
        .registry
        .rpc
        .view(stage.registry.address, &call, None)
        .await;
    let since = humanseal_api::clock::rfc3339(place.since.to::<u64>() as i64);
    assert_eq!(renewed["registered_at"], since);

    stage.advance(i64::from(TERM_DAYS) * 86_400 - 60).await;
    stage.settle().await;
    assert_eq!(stage.same(&[1]).await, [1]);
    stage.advance(60).await;
    stage.settle().await;
    assert!(stage.same(&[1]).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lapsed_since_the_block_that_was_read_is_no_registration() {
    let stage = Stage::new().await;
    let device = Device::new(1);
    stage.take(Step::Register, &device, 1).await;
    stage.advance(i64::from(TERM_DAYS) * 86_400 - 30).await;
    stage.settle().await;
    assert_eq!(stage.provider(1).await.status, 200);
    // No new block, and no look; only time.
    stage.world.clock.advance(60);
    assert_eq!(stage.provider(1).await.code(), "provider_unknown");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_moves() {
    let stage = Stage::new().await;
    let device = Device::new(1);
    stage.take(Step::Register, &device, 1).await;
    stage.settle().await;
    stage.advance(3_600).await;
    stage.take(Step::Move, &device, 2).await;
    stage.settle().await;
    assert_eq!(stage.same(&[1, 2]).await, [2]);
    // And back again.
    stage.advance(3_600).await;
    stage.take(Step::Move, &device, 1).await;
    stage.settle().await;
    assert_eq!(stage.same(&[1, 2]).await, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_is_revoked_by_its_account() {
    let stage = Stage::new().await;
    let device = Device::new(1);
    stage.take(Step::Register, &device, 1).await;
    stage.settle().await;
    assert_eq!(stage.same(&[1]).await, [1]);
    stage
        .done(Stage::address(1), revokeRegistrationCall {})
        .await;
    stage.settle().await;
    assert!(stage.same(&[1]).await.is_empty());
    stage.take(Step::Register, &device, 1).await;
    stage.settle().await;
    assert_eq!(stage.same(&[1]).await, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_is_banned_by_the_owner() {
    let stage = Stage::new().await;
    let device = Device::new(1);
    stage.take(Step::Register, &device, 1).await;
    stage.settle().await;
    let ban = banCall {
        nullifier: Stage::nullifier(&device),
        untilDay: alloy::primitives::Uint::from(stage.world.today().day().0 + 2),
    };
    stage.done(UNLOCKED, ban).await;
    stage.settle().await;
    assert!(stage.same(&[1]).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_is_displaced_by_its_account() {
    let stage = Stage::new().await;
    let (one, two) = (Device::new(1), Device::new(2));
    stage.take(Step::Register, &one, 1).await;
    stage.settle().await;
    let account = Stage::address(1);
    let receipt = stage.try_from(account, Step::Register, &two, 1).await;
    assert_eq!(receipt["status"], "0x1", "{receipt}");
    stage.settle().await;
    assert_eq!(stage.same(&[1]).await, [1]);
    let found = stage.provider(1).await.json();
    assert_eq!(found["registrations"].as_array().unwrap().len(), 1);
    // What the displaced nullifier does from now on is nothing to this account.
    stage.advance(3_600).await;
    stage.take(Step::Register, &one, 3).await;
    stage.settle().await;
    assert_eq!(stage.same(&[1, 3]).await, [1, 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn distrust_of_an_issuer_ends_what_it_vouched_for() {
    let stage = Stage::new().await;
    stage.take(Step::Register, &Device::new(1), 1).await;
    stage.settle().await;
    assert_eq!(stage.same(&[1]).await, [1]);
    stage.done(UNLOCKED, distrustIssuerCall { issuer: 0 }).await;
    stage.settle().await;
    assert!(stage.same(&[1]).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn distrust_of_a_key_ends_what_it_checked() {
    let stage = Stage::new().await;
    stage.take(Step::Register, &Device::new(1), 1).await;
    stage.settle().await;
    stage.done(UNLOCKED, distrustKeyCall { key: 0 }).await;
    stage.settle().await;
    assert!(stage.same(&[1]).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_for_the_contracts_scope_are_refused_and_others_are_not() {
    let stage = Stage::new().await;
    let ask = async |action: &str| {
        let chains = [format!("eip155:{CHAIN_ID}")];
        let body = json!({ "network": NETWORK, "action": action, "chains": chains });
        stage
            .world
            .client
            .post_as("/v1/requests", BACK_END, &body)
            .await
    };
    assert_eq!(ask("provider").await.code(), "scope_on_chain");
    assert_eq!(ask("desk").await.status, 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operators_delete_is_refused() {
    let stage = Stage::new().await;
    stage.take(Step::Register, &Device::new(1), 1).await;
    stage.settle().await;
    let path = Stage::path(&Stage::account(1));
    for query in ["", "?ban_days=2"] {
        let path = format!("{path}{query}");
        let answer = stage.world.client.delete_as(&path, OPERATOR).await;
        assert_eq!(answer.code(), "provider_on_chain");
    }
    assert_eq!(stage.same(&[1]).await, [1]);
    // Of another chain nobody can be registered at the contract.
    let elsewhere = Account::eip155(1, Stage::address(1).into()).unwrap();
    let path = Stage::path(&elsewhere);
    let answer = stage.world.client.delete_as(&path, OPERATOR).await;
    assert_eq!(answer.code(), "provider_unknown");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_is_published() {
    let stage = Stage::new().await;
    let known: Value = stage
        .world
        .client
        .get("/.well-known/humanseal.json")
        .await
        .ok();
    let contract = Account::eip155(CHAIN_ID, stage.registry.address.into()).unwrap();
    assert_eq!(known["network"]["contracts"], json!([contract.to_string()]));
}

/// Whatever happens to registrations, in an order that is drawn: after each step the service says what
/// the contract said at the block that the service has read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_is_always_the_contracts() {
    let stage = Stage::new().await;
    let devices = [Device::new(1), Device::new(2)];
    let accounts = [1, 2, 3];
    // Xorshift from a fixed seed, so that a run can be repeated.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let (mut grown, mut shrunk) = (0, 0);
    let mut before = 0;
    for _ in 0..40 {
        // Longer than the cool-down, so that a move is refused for nothing else.
        stage.advance(3_601).await;
        let (device, byte) = (&devices[draw(2) as usize], accounts[draw(3) as usize]);
        let from = [UNLOCKED, Stage::address(byte)][draw(2) as usize];
        match draw(8) {
            // Refused or not: that is the contract's to say.
            0..=2 => drop(stage.try_from(from, Step::Register, device, byte).await),
            3 => drop(stage.try_from(from, Step::Renew, device, byte).await),
            4 | 5 => drop(stage.try_from(from, Step::Move, device, byte).await),
            6 => drop(stage.transact(Stage::address(byte), revoke()).await),
            // As deep as what the last step did, or less.
            _ => stage.registry.rpc.reorganise(2 + draw(3)).await,
        }
        stage.settle().await;
        let now = stage.same(&accounts).await.len();
        grown += usize::from(now > before);
        shrunk += usize::from(now < before);
        before = now;
    }
    assert!(grown >= 3 && shrunk >= 3, "{grown} {shrunk}");
}

fn revoke() -> Vec<u8> {
    use alloy::sol_types::SolCall;
    revokeRegistrationCall {}.abi_encode()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scope_never_changes_its_registry() {
    let mut stage = Stage::new().await;
    let refusal = async |stage: &Stage, edit: &dyn Fn(&mut humanseal_api::Config)| {
        let mut config = stage.world.config.clone();
        edit(&mut config);
        let clock = std::sync::Arc::new(stage.world.clock.clone());
        let opened = humanseal_api::Service::open(&config, clock).await;
        opened.err().map(|error| error.to_string())
    };
    assert_eq!(refusal(&stage, &|_| {}).await, None);
    let other = |config: &mut humanseal_api::Config| {
        let networks = &mut config.verifier.as_mut().unwrap().networks;
        let contract = networks[0].scopes[0].contract.as_mut().unwrap();
        contract.address = Address::from([7; 20]).to_string();
    };
    let none = |config: &mut humanseal_api::Config| {
        let networks = &mut config.verifier.as_mut().unwrap().networks;
        networks[0].scopes[0].contract = None;
    };
    for edit in [&other as &dyn Fn(&mut _), &none] {
        let said = refusal(&stage, edit).await.unwrap();
        assert!(said.contains("a scope never changes it"), "{said}");
    }
    // Nor does a scope that took registrations by REST get a contract.
    stage.world.restart().await;
    let late = |config: &mut humanseal_api::Config| {
        let networks = &mut config.verifier.as_mut().unwrap().networks;
        networks[0].scopes[1].contract = networks[0].scopes[0].contract.clone();
    };
    assert_eq!(refusal(&stage, &late).await, None);
    let desk = scope("desk").0.to_string();
    let pool = humanseal_api::database::open_verifier(&stage.verifier_database())
        .await
        .unwrap();
    sqlx::query("DELETE FROM contracts WHERE scope = ?")
        .bind(&desk)
        .execute(&pool)
        .await
        .unwrap();
    sqlx::query(
        "INSERT INTO registrations (scope, nullifier, network, account, registered_at, expires_at,
             pass_expires_at) VALUES (?, '1', ?, 'eip155:1:0x', 0, 0, 0)",
    )
    .bind(&desk)
    .bind(NETWORK)
    .execute(&pool)
    .await
    .unwrap();
    let said = refusal(&stage, &late).await.unwrap();
    assert!(said.contains("a scope never changes it"), "{said}");
}
