//! Presentations that contract wallets sign (EIP-1271), also before they are deployed (EIP-6492).

use alloy::primitives::{Address, B256, Bytes, U256};
use alloy::sol;
use alloy::sol_types::{SolCall, SolValue};
use humanseal_wallet_link::{
    Account, AccountSignature, Presentation, Request, SignatureKind, binding, challenge,
};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::Base64;
use humanseal_zk_credentials::holder::Slot;
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::presentation::{PresentWitness, prove_present};
use serde_json::{Value, json};

use crate::chain::node::UNLOCKED;
use crate::chain::proxy::{Fault, WORDS};
use crate::chain::rpc::{CHAIN_ID, bytecode};
use crate::chain::stage::{NETWORK, Stage};
use crate::device::{Device, answer, published, wallet};
use crate::privacy::logged;
use crate::world::BACK_END;

sol! {
    function make(address owner, bytes32 salt) external returns (address);
    function addressOf(address owner, bytes32 salt) external view returns (address);
    function made() external view returns (uint256);
    function owner() external view returns (address);
    function idle() external;
    function burn() external;
    function setOwner(address next) external;
}

const MAGIC: [u8; 2] = [0x64, 0x92];
const SALT: B256 = B256::repeat_byte(3);

async fn request(stage: &Stage, chain_id: u64) -> Request {
    let chains = [format!("eip155:{chain_id}")];
    let body = json!({ "network": NETWORK, "action": "desk", "chains": chains });
    let made = stage
        .world
        .client
        .post_as("/v1/requests", BACK_END, &body)
        .await;
    assert_eq!(made.status, 201, "{}", made.json());
    serde_json::from_value(made.json()["request"].clone()).unwrap()
}

/// What the key of this byte signs for a request in the name of an account.
fn signed(request: &Request, account: &Account, byte: u8) -> Vec<u8> {
    let message = challenge::message(request, account, None).unwrap();
    wallet(byte).sign(&message).bytes.into_bytes()
}

fn wrapped(factory: Address, call: &[u8], signature: &[u8]) -> Vec<u8> {
    let parts = (
        factory,
        Bytes::copy_from_slice(call),
        Bytes::copy_from_slice(signature),
    );
    [parts.abi_encode_params(), MAGIC.repeat(16)].concat()
}

/// A presentation with a proof for this account, and this for its signature.
async fn present(
    stage: &Stage,
    device: &Device,
    request: &Request,
    account: &Account,
    kind: SignatureKind,
    signature: Vec<u8>,
) -> Presentation {
    let credential = stage.world.credential(device, 7);
    let list = published(&stage.world).await;
    let witness = PresentWitness {
        path: list.list().path(credential.credential.status_index),
        signed: credential,
        secret: device.secret.clone(),
        slot: Slot(0),
        scope: request.scope,
        binding: binding(account, request.verifier.audience(), request.nonce_word()),
        today: stage.world.today(),
        policy: request.policy,
        excluded: request.excluded.clone(),
    };
    let proving = tokio::task::spawn_blocking(move || {
        let key = keys::development(Circuit::Present).unwrap();
        prove_present(key, &witness, &mut OsEntropy).unwrap()
    });
    let (proof, public) = proving.await.unwrap();
    Presentation {
        request_id: request.id.clone(),
        account: account.clone(),
        public: public.elements().map(Into::into),
        proof: Base64::new(proof.to_bytes().to_vec()).unwrap(),
        signature: AccountSignature {
            kind,
            bytes: Base64::new(signature).unwrap(),
        },
        machine_key: None,
    }
}

/// Asks and answers; the status, or code and reason of the refusal.
async fn answered(
    stage: &Stage,
    account: &Account,
    kind: SignatureKind,
    sign: impl FnOnce(&Request) -> Vec<u8>,
) -> Result<(), (String, Option<String>)> {
    let request = request(stage, CHAIN_ID).await;
    let signature = sign(&request);
    let presentation = present(stage, &Device::new(1), &request, account, kind, signature).await;
    let answer = answer(&stage.world, &request, &presentation).await;
    if answer.status.is_success() {
        return Ok(());
    }
    let reason = answer.json()["reason"].as_str().map(str::to_owned);
    Err((answer.code(), reason))
}

fn invalid() -> Result<(), (String, Option<String>)> {
    Err(("account_signature_invalid".into(), None))
}

fn malformed() -> Result<(), (String, Option<String>)> {
    let reason = Some("account_signature_malformed".into());
    Err(("presentation_refused".into(), reason))
}

async fn deployed(stage: &Stage, owner: u8) -> Account {
    let arguments = Stage::address(owner).abi_encode();
    let wallet = stage
        .registry
        .rpc
        .deploy(&bytecode("SpecimenWallet"), &arguments)
        .await;
    Account::eip155(CHAIN_ID, wallet.into()).unwrap()
}

async fn factory(stage: &Stage) -> Address {
    stage
        .registry
        .rpc
        .deploy(&bytecode("SpecimenFactory"), &[])
        .await
}

async fn code(stage: &Stage, account: &Account) -> Value {
    let address = Address::from(account.evm_address().unwrap());
    stage
        .registry
        .rpc
        .call("eth_getCode", json!([address, "latest"]))
        .await
        .unwrap()
}

use SignatureKind::{Eip191, Eip1271, Eip6492};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contract_wallet_signs_by_its_owner_alone() {
    let stage = Stage::new().await;
    let account = deployed(&stage, 5).await;
    let by = |byte| {
        let account = account.clone();
        move |request: &Request| signed(request, &account, byte)
    };
    assert_eq!(answered(&stage, &account, Eip1271, by(5)).await, Ok(()));
    assert_eq!(answered(&stage, &account, Eip1271, by(6)).await, invalid());
    assert_eq!(
        answered(&stage, &account, Eip1271, |_| vec![]).await,
        invalid()
    );
    // As a key's own signature it is one of another account.
    assert_eq!(answered(&stage, &account, Eip191, by(5)).await, invalid());
    // A signature for another request.
    let other = request(&stage, CHAIN_ID).await;
    let stale = signed(&other, &account, 5);
    assert_eq!(
        answered(&stage, &account, Eip1271, |_| stale).await,
        invalid()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_code_a_key_signs_last_of_all() {
    let stage = Stage::new().await;
    let account = Stage::account(5);
    for kind in [Eip1271, Eip6492] {
        let by = |byte| {
            let account = account.clone();
            move |request: &Request| signed(request, &account, byte)
        };
        assert_eq!(answered(&stage, &account, kind, by(5)).await, Ok(()));
        assert_eq!(answered(&stage, &account, kind, by(6)).await, invalid());
        assert_eq!(
            answered(&stage, &account, kind, |_| vec![1; 64]).await,
            malformed()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wallet_signs_before_it_is_deployed_and_nothing_stays_of_it() {
    let stage = Stage::new().await;
    let factory = factory(&stage).await;
    let owner = Stage::address(5);
    let call = addressOfCall { owner, salt: SALT };
    let address = stage.registry.rpc.view(factory, &call, None).await;
    let account = Account::eip155(CHAIN_ID, address.into()).unwrap();
    let make = makeCall { owner, salt: SALT }.abi_encode();
    let by = |byte| {
        let (account, make) = (account.clone(), make.clone());
        move |request: &Request| wrapped(factory, &make, &signed(request, &account, byte))
    };
    assert_eq!(answered(&stage, &account, Eip6492, by(5)).await, Ok(()));
    assert_eq!(answered(&stage, &account, Eip6492, by(6)).await, invalid());
    assert_eq!(code(&stage, &account).await, "0x");
    let made = stage.registry.rpc.view(factory, &madeCall {}, None).await;
    assert_eq!(made, U256::ZERO);

    // Deployed meanwhile, the same form of signature is judged by the wallet as it stands.
    stage
        .registry
        .rpc
        .send(UNLOCKED, Some(factory), make.clone())
        .await;
    assert_ne!(code(&stage, &account).await, "0x");
    assert_eq!(answered(&stage, &account, Eip6492, by(5)).await, Ok(()));
    assert_eq!(answered(&stage, &account, Eip6492, by(6)).await, invalid());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signature_that_brings_code_with_an_effect_is_refused() {
    let stage = Stage::new().await;
    let factory = factory(&stage).await;
    let thief = Stage::address(6);
    // The wallet would sign for whoever called it first.
    let account = deployed(&stage, 5).await;
    let target = Address::from(account.evm_address().unwrap());
    let usurp = setOwnerCall { next: thief }.abi_encode();
    let forged = |request: &Request| wrapped(target, &usurp, &signed(request, &account, 6));
    assert_eq!(answered(&stage, &account, Eip6492, forged).await, invalid());
    let owner = stage.registry.rpc.view(target, &ownerCall {}, None).await;
    assert_eq!(owner, Stage::address(5));

    // The call makes the thief's wallet, or nothing, or never ends: the account has no code.
    let nobody = Account::eip155(CHAIN_ID, [9; 20]).unwrap();
    let other = makeCall {
        owner: thief,
        salt: SALT,
    };
    for call in [
        other.abi_encode(),
        idleCall {}.abi_encode(),
        burnCall {}.abi_encode(),
    ] {
        let forged = |request: &Request| wrapped(factory, &call, &signed(request, &nobody, 6));
        assert_eq!(
            answered(&stage, &nobody, Eip6492, forged).await,
            malformed()
        );
    }
    let made = stage.registry.rpc.view(factory, &madeCall {}, None).await;
    assert_eq!(made, U256::ZERO);
    // A wrapping that cannot be read.
    let cut = |_: &Request| [vec![0; 64], MAGIC.repeat(16)].concat();
    assert_eq!(answered(&stage, &account, Eip6492, cut).await, malformed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chain_that_is_not_configured_cannot_be_asked() {
    let stage = Stage::new().await;
    let request = request(&stage, 1).await;
    let account = Account::eip155(1, [9; 20]).unwrap();
    let signature = signed(&request, &account, 5);
    let device = Device::new(1);
    let presentation = present(&stage, &device, &request, &account, Eip1271, signature).await;
    let answer = answer(&stage.world, &request, &presentation).await;
    assert_eq!(answer.code(), "presentation_refused");
    assert_eq!(
        answer.json()["reason"],
        "account_signature_kind_not_offered"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_down_is_no_word_on_a_wallet_and_none_to_a_key() {
    let stage = Stage::new().await;
    let account = deployed(&stage, 5).await;
    let asked = request(&stage, CHAIN_ID).await;
    let signature = signed(&asked, &account, 5);
    let device = Device::new(1);
    let presentation = present(&stage, &device, &asked, &account, Eip1271, signature).await;
    let faults = [
        Fault::Down,
        Fault::Huge,
        Fault::Nonsense,
        // Before the node was once of the right chain.
        Fault::ChainId(1),
        Fault::Refuses("eth_call"),
        Fault::Hangs,
    ];
    for fault in faults {
        stage.proxy.set(fault.clone());
        let answer = answer(&stage.world, &asked, &presentation).await;
        assert_eq!(answer.code(), "chain_unavailable", "{fault:?}");
        assert_eq!(answer.headers["retry-after"], "10");
        assert!(!String::from_utf8_lossy(&answer.body).contains(WORDS));
        // A key's own signature needs no node.
        let key = Stage::account(7);
        let by = |request: &Request| signed(request, &key, 7);
        assert_eq!(answered(&stage, &key, Eip191, by).await, Ok(()));
    }
    assert!(!logged().contains(WORDS));
    // The request is not used up: the same call succeeds once the node is back.
    stage.proxy.set(Fault::None);
    let answer = answer(&stage.world, &asked, &presentation).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checks_without_registry_ask_chains_too() {
    let stage = Stage::new().await;
    let account = deployed(&stage, 5).await;
    let mut entries = vec![];
    for byte in [5, 6, 5] {
        let asked = request(&stage, CHAIN_ID).await;
        let signature = signed(&asked, &account, byte);
        let device = Device::new(byte.into());
        let presentation = present(&stage, &device, &asked, &account, Eip1271, signature).await;
        entries.push(json!({ "request": asked, "presentation": presentation }));
    }
    let batch = json!({ "entries": entries });
    let post = async |path: &str, body: &Value| -> Value {
        stage.world.client.post_as(path, BACK_END, body).await.ok()
    };
    let verdicts = post("/v1/verify/batch", &batch).await;
    assert_eq!(verdicts["verdicts"][0]["verified"], true);
    assert_eq!(verdicts["verdicts"][1]["code"], "account_signature_invalid");
    assert_eq!(verdicts["verdicts"][2]["verified"], true);
    assert_eq!(post("/v1/verify", &entries[0]).await["verified"], true);
    assert_eq!(
        post("/v1/verify", &entries[1]).await["code"],
        "account_signature_invalid"
    );
    stage.proxy.set(Fault::Down);
    let verdicts = post("/v1/verify/batch", &batch).await;
    assert_eq!(verdicts["verdicts"][2]["code"], "chain_unavailable");
}
