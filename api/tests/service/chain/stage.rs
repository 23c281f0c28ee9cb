//! A registry on a chain, a service that reads it, and people who register there with real proofs.

use alloy::primitives::{Address, U256};
use alloy::sol;
use alloy::sol_types::{SolCall, SolValue};
use humanseal_api::clock::Clock;
use humanseal_wallet_link::{Account, binding, contract_audience};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::credential::SignedCredential;
use humanseal_zk_credentials::eddsa::IssuerSecretKey;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::holder::{Scope, Slot};
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::policy::{Excluded, Policy};
use humanseal_zk_credentials::presentation::{PresentWitness, prove_present};
use humanseal_zk_credentials::status_root::{SignedStatusRoot, address};
use humanseal_zk_credentials::word::Word;
use serde_json::Value;

use super::node::UNLOCKED;
use super::proxy::Proxy;
use super::rpc::{CHAIN_ID, Rpc, bytecode};
use crate::client::Answer;
use crate::device::{Device, published, wallet};
use crate::world::{BACK_END, CHAIN_SEED, ISSUER_SEED, START, World};

sol! {
    struct Settings {
        uint256 policy;
        uint256 excluded;
        uint8 windowHours;
        uint16 termDays;
        uint16 maxBanDays;
        uint16 coolDownHours;
    }
    struct Issuer { uint256 id; address rootSigner; }
    struct Claim { uint256[8] proof; uint256 nullifier; address account; uint256 today; }

    function register(Claim calldata claim, uint8 issuer, uint40 issuedAt) external;
    function renew(Claim calldata claim, uint8 issuer, uint40 issuedAt) external;
    function move(Claim calldata claim, uint8 issuer, uint40 issuedAt) external;
    function revokeRegistration() external;
    function ban(uint256 nullifier, uint24 untilDay) external;
    function distrustIssuer(uint8 issuer) external;
    function distrustKey(uint8 key) external;
    function announce(bytes calldata call) external;
    function admitKey(address next, bytes32 codeHash) external;
    function isVerified(address account) external view returns (bool);
    function placeOf(uint256 nullifier) external view returns (address account, uint40 since, uint24 bannedUntilDay);
    function proofCount(uint256 nullifier) external view returns (uint32);
    function newestRoot(uint8 issuer) external view returns (uint256 root, uint40 issuedAt);
    function postRoot(uint8 issuer, uint256 root, uint64 issuedAt, bytes32 previous, bytes calldata signature) external;
}

pub const NETWORK: &str = "chain.example";
/// Blocks on top of one before the service reads it.
pub const CONFIRMATIONS: u64 = 2;
/// Days for which a registration stands.
pub const TERM_DAYS: u16 = 30;

/// What a claim asks the registry for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Register,
    Renew,
    Move,
}

/// A registry before there is a service that reads it.
pub struct Registry {
    pub rpc: Rpc,
    pub verifier: Address,
    pub address: Address,
    pub first_block: u64,
}

/// Registry, service, and what stands between them.
pub struct Stage {
    pub registry: Registry,
    pub proxy: Proxy,
    pub world: World,
}

pub fn scope(action: &str) -> Scope {
    Scope::new(NETWORK, action, 0)
}

pub fn word(value: &FieldElement) -> U256 {
    U256::from_be_bytes(value.to_be_bytes())
}

/// What the registry demands, and the network's configuration says.
pub fn policy() -> Policy {
    Policy {
        min_age: 18,
        min_document: 2,
        min_device: 1,
        min_unique: 2,
        max_slots: 2,
        max_verified_days: u16::MAX,
        min_established_days: TERM_DAYS + 3 + 1,
    }
}

impl Registry {
    /// The registry of `chain.example` and this action, which trusts the service's issuer.
    pub async fn deploy(action: &str) -> Self {
        Self::with(action, CHAIN_SEED, 0).await
    }

    /// One for whose roots this key signs, and whose epoch ends then; 0 never.
    pub async fn with(action: &str, chain_seed: [u8; 32], epoch_end: u64) -> Self {
        let rpc = Rpc::start(START - 100).await;
        let verifier = rpc
            .deploy(&bytecode("PresentVerifierDevelopment"), &[])
            .await;
        let settings = Settings {
            policy: word(&policy().pack()),
            excluded: U256::ZERO,
            windowHours: 72,
            termDays: TERM_DAYS,
            maxBanDays: TERM_DAYS,
            coolDownHours: 1,
        };
        let issuer = IssuerSecretKey::from_seed(ISSUER_SEED).public().id();
        let signer = k256::ecdsa::SigningKey::from_slice(&chain_seed).unwrap();
        let issuers = vec![Issuer {
            id: word(&issuer.0),
            rootSigner: address(signer.verifying_key()).into(),
        }];
        let arguments = (
            word(&scope(action).0),
            epoch_end,
            86_400u64,
            settings,
            verifier,
            issuers,
            UNLOCKED,
        );
        let first_block = rpc.head().await + 1;
        let arguments = arguments.abi_encode_params();
        let address = rpc.deploy(&bytecode("ProviderRegistry"), &arguments).await;
        Self {
            rpc,
            verifier,
            address,
            first_block,
        }
    }

    /// The part of a configuration that names it.
    pub fn config(&self, url: &str) -> String {
        format!(
            "{{ chain_id = {CHAIN_ID}, address = \"{}\", rpc_url = \"{url}\", from_block = {}, \
             confirmations = {CONFIRMATIONS} }}",
            self.address, self.first_block
        )
    }
}

/// The configuration with one network, whose scope `provider` has this contract.
pub fn with_contract(text: &str, contract: &str, wallet_chain: &str) -> String {
    let before = text.split("[[verifier.networks]]").next().unwrap();
    format!(
        "{before}
[[verifier.networks]]
id = \"{NETWORK}\"
origin = \"https://verify.{NETWORK}\"
policy = {{ min_age = 18, min_device = 1, max_slots = 2 }}
cool_down_hours = 1
scopes = [{{ action = \"provider\", contract = {contract} }}, {{ action = \"desk\" }}]

[[verifier.chains]]
chain_id = {CHAIN_ID}
rpc_url = \"{wallet_chain}\"
"
    )
}

impl Stage {
    pub async fn new() -> Self {
        let stage = Self::of(Registry::deploy("provider").await).await;
        stage.post_root().await;
        stage
    }

    /// A service that reads a registry through a proxy.
    pub async fn of(registry: Registry) -> Self {
        let proxy = Proxy::to(&registry.rpc.url).await;
        let contract = registry.config(&proxy.url);
        let edit = |text: String| with_contract(&text, &contract, &proxy.url);
        let world = World::with(edit).await;
        Self {
            registry,
            proxy,
            world,
        }
    }

    /// Moves the clocks of service and chain.
    pub async fn advance(&self, seconds: i64) {
        self.world.clock.advance(seconds);
        self.registry.rpc.next_time(self.world.clock.now()).await;
    }

    /// A transaction to the registry, a second after the one before.
    pub async fn transact(&self, from: Address, data: Vec<u8>) -> Value {
        self.advance(1).await;
        let to = Some(self.registry.address);
        self.registry.rpc.send(from, to, data).await
    }

    /// One that must succeed.
    pub async fn done(&self, from: Address, call: impl SolCall) {
        let receipt = self.transact(from, call.abi_encode()).await;
        assert_eq!(receipt["status"], "0x1", "{receipt}");
    }

    pub async fn newest_root(&self) -> SignedStatusRoot {
        self.world.client.get("/v1/status-list/root").await.ok()
    }

    /// Posts the issuer's newest root.
    pub async fn post_root(&self) {
        let root = self.newest_root().await;
        let call = postRootCall {
            issuer: 0,
            root: word(&root.root().0),
            issuedAt: root.issued_at().unix_seconds().unsigned_abs(),
            previous: root.previous().unwrap_or_default().into(),
            signature: root.chain_signature().to_vec().into(),
        };
        self.done(UNLOCKED, call).await;
    }

    /// The account of the wallet with this key.
    pub fn account(byte: u8) -> Account {
        wallet(byte).account(CHAIN_ID).unwrap()
    }
    pub fn address(byte: u8) -> Address {
        Self::account(byte).evm_address().unwrap().into()
    }

    pub fn nullifier(device: &Device) -> U256 {
        word(&device.secret.nullifier(scope("provider"), Slot(0)).0)
    }

    /// A proof for the registry, for this account and the nullifier's present count.
    pub async fn claim(&self, device: &Device, credential: &SignedCredential, byte: u8) -> Claim {
        let count = proofCountCall {
            nullifier: Self::nullifier(device),
        };
        let count = self
            .registry
            .rpc
            .view(self.registry.address, &count, None)
            .await;
        let account = Self::account(byte);
        let audience = contract_audience(self.registry.address.into());
        let list = published(&self.world).await;
        let witness = PresentWitness {
            signed: credential.clone(),
            path: list.list().path(credential.credential.status_index),
            secret: device.secret.clone(),
            slot: Slot(0),
            scope: scope("provider"),
            binding: binding(&account, audience, Word::of_u64(count.into())),
            today: self.world.today(),
            policy: policy(),
            excluded: Excluded::of([]),
        };
        let proving = tokio::task::spawn_blocking(move || {
            let key = keys::development(Circuit::Present).unwrap();
            prove_present(key, &witness, &mut OsEntropy).unwrap()
        });
        let (proof, public) = proving.await.unwrap();
        let [nullifier, _, today, ..] = public.elements();
        Claim {
            proof: proof.evm_words().map(U256::from_be_bytes),
            nullifier: word(&nullifier),
            account: Self::address(byte),
            today: word(&today),
        }
    }

    /// Proves and asks; the registry must do it.
    pub async fn take(&self, step: Step, device: &Device, byte: u8) {
        let receipt = self.try_from(UNLOCKED, step, device, byte).await;
        assert_eq!(receipt["status"], "0x1", "{step:?} {receipt}");
    }

    /// Proves and asks in the name of `from`.
    pub async fn try_from(&self, from: Address, step: Step, device: &Device, byte: u8) -> Value {
        let credential = self.world.credential(device, 7);
        let claim = self.claim(device, &credential, byte).await;
        let newest = newestRootCall { issuer: 0 };
        let root = self
            .registry
            .rpc
            .view(self.registry.address, &newest, None)
            .await;
        let (issuer, issued_at) = (0, root.issuedAt);
        let data = match step {
            Step::Register => registerCall {
                claim,
                issuer,
                issuedAt: issued_at,
            }
            .abi_encode(),
            Step::Renew => renewCall {
                claim,
                issuer,
                issuedAt: issued_at,
            }
            .abi_encode(),
            Step::Move => moveCall {
                claim,
                issuer,
                issuedAt: issued_at,
            }
            .abi_encode(),
        };
        self.transact(from, data).await
    }

    /// Lets what happened be confirmed, and the service look.
    pub async fn settle(&self) {
        // One more, so that a block that was read is of the present time too.
        for _ in 0..=CONFIRMATIONS {
            self.advance(1).await;
            self.registry.rpc.mine().await;
        }
        self.look().await;
    }

    pub async fn look(&self) {
        self.world.service.look_at_chains().await;
    }

    pub fn verifier_database(&self) -> std::path::PathBuf {
        self.world.dir.path().join("verifier.sqlite")
    }

    pub fn path(account: &Account) -> String {
        format!("/v1/networks/{NETWORK}/providers/{account}")
    }

    /// What the service says of an account.
    pub async fn provider(&self, byte: u8) -> Answer {
        let path = Self::path(&Self::account(byte));
        self.world.client.get_as(&path, BACK_END).await
    }

    /// Whether the service takes the account for registered. The contract must say the same at the
    /// block that the service answers from.
    pub async fn same(&self, bytes: &[u8]) -> Vec<u8> {
        let confirmed = self.registry.rpc.head().await - CONFIRMATIONS;
        let mut registered = vec![];
        for byte in bytes {
            let answer = self.provider(*byte).await;
            let here = match answer.status.as_u16() {
                200 => true,
                404 => false,
                _ => panic!("{}", answer.json()),
            };
            let account = Self::address(*byte);
            let call = isVerifiedCall { account };
            let registry = &self.registry;
            let there = registry
                .rpc
                .view(registry.address, &call, Some(confirmed))
                .await;
            assert_eq!(here, there, "account {byte} at block {confirmed}");
            if here {
                registered.push(*byte);
            }
        }
        registered
    }
}
