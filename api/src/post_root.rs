//! `humanseald post-root`: brings an issuer's newest signed root to a registry on a chain.
//!
//! Anybody may post a root, the issuer's signature decides. So the key that sends it needs nothing
//! but gas, and is never one that signs.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use alloy::network::{EthereumWallet, TransactionBuilder};
use alloy::primitives::{Address, B256, U256};
use alloy::providers::{Provider, ProviderBuilder};
use alloy::rpc::types::{TransactionReceipt, TransactionRequest};
use alloy::signers::local::PrivateKeySigner;
use alloy::sol_types::SolCall;
use ed25519_dalek::{SigningKey, VerifyingKey};
use humanseal_contracts::bindings::ProviderRegistry::{self, Issuer};
use humanseal_wallet_link::{Account, Chain};
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::status_root::SignedStatusRoot;

use crate::chain::{Node, NodeError};
use crate::clock::rfc3339;
use crate::config::{Config, ConfigError, RpcUrl, read_secret};
use crate::issuer::newest_root;

/// How long a transaction is waited for.
const PATIENCE: Duration = Duration::from_secs(180);
/// Between two looks for it.
const PAUSE: Duration = Duration::from_millis(500);
/// Longest answer of an issuer, in bytes.
const ROOT_BYTES: u64 = 16 << 10;

/// What is to be posted, and where.
#[derive(Debug, Clone, Copy)]
pub struct PostRoot<'a> {
    /// The registry, CAIP-10.
    pub contract: &'a Account,
    /// A node of its chain; by default that of the configuration.
    pub rpc: Option<&'a RpcUrl>,
    /// The issuer's `/v1/status-list/root`; by default the issuer's own database is read.
    pub from: Option<&'a RpcUrl>,
    /// The issuer key, where the database has several.
    pub issuer: Option<IssuerId>,
    /// 64 hexadecimal digits: the secp256k1 key of the account that pays.
    pub key_file: &'a Path,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posted {
    /// The contract had this very root, and nothing was sent.
    Before {
        /// Its issue time, Unix seconds.
        issued_at: i64,
    },
    /// The contract has it now.
    Now {
        /// Its issue time, Unix seconds.
        issued_at: i64,
        /// The transaction.
        transaction: B256,
        /// Its block.
        block: u64,
    },
}

impl fmt::Display for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before { issued_at } => write!(
                f,
                "the contract has the root of {} already; nothing was sent",
                rfc3339(*issued_at)
            ),
            Self::Now {
                issued_at,
                transaction,
                block,
            } => write!(
                f,
                "the root of {} is posted: transaction {transaction}, block {block}",
                rfc3339(*issued_at)
            ),
        }
    }
}

/// Why a root was not posted.
#[derive(Debug, thiserror::Error)]
pub enum PostRootError {
    /// The configuration or the key file.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The contract is no EVM account, or no node is known for it.
    #[error("{0}")]
    Input(&'static str),
    /// The issuer's root cannot be fetched or read.
    #[error("the issuer's newest root cannot be read")]
    NoRoot,
    /// The configuration trusts no issuer key of this id, or the contract does not.
    #[error("{0} does not trust the issuer of this root")]
    IssuerUntrusted(&'static str),
    /// A signature of the root is another's.
    #[error("the root's signature {0} is not the issuer's")]
    Signature(&'static str),
    /// The contract has a newer one.
    #[error("the contract has a newer root of this issuer")]
    NotNewer,
    /// There is no registry at the address.
    #[error("there is no registry at the address")]
    NoRegistry,
    /// The node.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The transaction was made and came to nothing.
    #[error("the contract refused transaction {0}")]
    Reverted(B256),
    /// The transaction was sent and is not in a block yet.
    #[error("transaction {0} was sent and is in no block after three minutes")]
    Pending(B256),
}

impl PostRootError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Config(error) => error.code(),
            Self::Input(_) => "input_invalid",
            Self::NoRoot => "root_unavailable",
            Self::IssuerUntrusted(_) => "issuer_untrusted",
            Self::Signature(_) => "root_signature_invalid",
            Self::NotNewer => "root_not_newer",
            Self::NoRegistry => "contract_unknown",
            Self::Node(error) => error.code(),
            Self::Reverted(_) => "transaction_reverted",
            Self::Pending(_) => "transaction_pending",
        }
    }
    /// The exit code: 1 the root is refused, 2 wrong input, 3 a fault.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::IssuerUntrusted(_)
            | Self::Signature(_)
            | Self::NotNewer
            | Self::Reverted(_)
            | Self::Node(NodeError::Reverted) => 1,
            Self::Config(_)
            | Self::Input(_)
            | Self::NoRegistry
            | Self::Node(NodeError::OtherChain) => 2,
            Self::NoRoot | Self::Node(_) | Self::Pending(_) => 3,
        }
    }
}

/// Posts the newest root, unless the contract has it.
///
/// # Errors
/// As [`PostRootError`].
pub async fn post_root(config: &Config, asked: &PostRoot<'_>) -> Result<Posted, PostRootError> {
    let (node, contract) = node(config, asked)?;
    let secret = read_secret(asked.key_file, config.environment)?;
    let payer = PrivateKeySigner::from_slice(secret.as_ref())
        .map_err(|_| PostRootError::Input("the key file holds no secp256k1 key"))?;
    let root = root(config, asked).await?;
    signing_key(config, &root)?
        .ok_or(PostRootError::IssuerUntrusted("the configuration"))
        .and_then(|key| {
            root.verify(&key)
                .map_err(|_| PostRootError::Signature("for the log"))
        })?;

    node.check_chain().await?;
    let issuer = trusted_issuer(&node, contract, &root).await?;
    let issued_at = root.issued_at().unix_seconds();
    let newest = node
        .view(contract, &ProviderRegistry::newestRootCall { issuer })
        .await?
        .ok_or(PostRootError::NoRegistry)?;
    let newest_at = i64::try_from(newest.issuedAt.to::<u64>()).unwrap_or(i64::MAX);
    if newest_at == issued_at && newest.root == word(&root.root().0) {
        return Ok(Posted::Before { issued_at });
    }
    if newest_at >= issued_at {
        return Err(PostRootError::NotNewer);
    }
    let call = ProviderRegistry::postRootCall {
        issuer,
        root: word(&root.root().0),
        issuedAt: u64::try_from(issued_at).map_err(|_| PostRootError::NoRoot)?,
        previous: root.previous().unwrap_or_default().into(),
        signature: root.chain_signature().to_vec().into(),
    };
    let receipt = send(&node, contract, payer, call.abi_encode()).await?;
    Ok(Posted::Now {
        issued_at,
        transaction: receipt.transaction_hash,
        block: receipt.block_number.unwrap_or_default(),
    })
}

/// The node to ask, and the contract's address.
fn node(config: &Config, asked: &PostRoot<'_>) -> Result<(Node, Address), PostRootError> {
    let (Chain::Eip155(chain_id), Some(address)) =
        (asked.contract.chain(), asked.contract.evm_address())
    else {
        return Err(PostRootError::Input("a contract is written eip155:ID:0x…"));
    };
    let networks = config.verifier.iter().flat_map(|part| &part.networks);
    let mut contracts = networks
        .flat_map(|network| &network.scopes)
        .filter_map(|scope| scope.contract.as_ref());
    let configured = contracts
        .find(|contract| contract.account().ok().as_ref() == Some(asked.contract))
        .map(|contract| &contract.rpc_url);
    let url = asked.rpc.or(configured).ok_or(PostRootError::Input(
        "the configuration has no such contract: name a node",
    ))?;
    url.admit(config.environment)?;
    Ok((Node::new(*chain_id, url), address.into()))
}

/// The newest root, from where it is asked for.
async fn root(config: &Config, asked: &PostRoot<'_>) -> Result<SignedStatusRoot, PostRootError> {
    let Some(url) = asked.from else {
        let issuer = config.issuer.as_ref().ok_or(PostRootError::Input(
            "the configuration has no issuer: say where its root is",
        ))?;
        return newest_root(&issuer.database, asked.issuer)
            .await?
            .ok_or(PostRootError::NoRoot);
    };
    url.admit(config.environment)?;
    fetched_root(url).await.ok_or(PostRootError::NoRoot)
}

/// The root at an issuer's `/v1/status-list/root`; its signatures are not checked here.
pub(crate) async fn fetched_root(url: &RpcUrl) -> Option<SignedStatusRoot> {
    let url = url.clone();
    let fetched = tokio::task::spawn_blocking(move || fetch(&url)).await;
    fetched.ok().flatten()
}

fn fetch(url: &RpcUrl) -> Option<SignedStatusRoot> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .https_only(!url.is_plain())
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into();
    let mut response = agent.get(url.as_str()).call().ok()?;
    let body = response.body_mut().with_config().limit(ROOT_BYTES);
    serde_json::from_slice(&body.read_to_vec().ok()?).ok()
}

/// The key under which the root's signature for the log must hold: the one that the verifier trusts
/// for this issuer, or that of this process's own issuer.
fn signing_key(
    config: &Config,
    root: &SignedStatusRoot,
) -> Result<Option<VerifyingKey>, ConfigError> {
    let mut trusted = config.verifier.iter().flat_map(|part| &part.issuers);
    if let Some(issuer) = trusted.find(|issuer| issuer.key.id() == root.issuer()) {
        let bytes = <[u8; 32]>::try_from(issuer.signing_key.as_bytes());
        return Ok(bytes
            .ok()
            .and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok()));
    }
    let own = config.issuer.as_ref();
    own.map(|issuer| {
        let seed = read_secret(&issuer.signing_key_file, config.environment)?;
        Ok(SigningKey::from_bytes(&seed).verifying_key())
    })
    .transpose()
}

/// The contract's index of the root's issuer, whose root signer must have signed.
async fn trusted_issuer(
    node: &Node,
    contract: Address,
    root: &SignedStatusRoot,
) -> Result<u8, PostRootError> {
    let issuers = node
        .view(contract, &ProviderRegistry::issuersCall {})
        .await?
        .ok_or(PostRootError::NoRegistry)?;
    let id = word(&root.issuer().0);
    // An issuer that was admitted again has a new index.
    let Some((index, Issuer { rootSigner, .. })) = issuers
        .iter()
        .enumerate()
        .rfind(|(_, issuer)| issuer.id == id)
    else {
        return Err(PostRootError::IssuerUntrusted("the contract"));
    };
    let issuer = u8::try_from(index).map_err(|_| PostRootError::NoRegistry)?;
    let call = ProviderRegistry::issuerTrustedCall { issuer };
    if node.view(contract, &call).await? != Some(true) {
        return Err(PostRootError::IssuerUntrusted("the contract"));
    }
    if root.chain_signer().map(Address::from) != Ok(*rootSigner) {
        return Err(PostRootError::Signature("for chains"));
    }
    Ok(issuer)
}

/// Signs a call with the payer's key, sends it, and waits until it is in a block.
async fn send(
    node: &Node,
    contract: Address,
    payer: PrivateKeySigner,
    data: Vec<u8>,
) -> Result<TransactionReceipt, PostRootError> {
    let provider = ProviderBuilder::new()
        .wallet(EthereumWallet::from(payer))
        .connect_provider(node.provider().clone());
    let transaction = TransactionRequest::default()
        .with_to(contract)
        .with_input(data)
        .with_chain_id(node.chain_id());
    let sent = provider.send_transaction(transaction).await;
    let hash = *sent.map_err(NodeError::from)?.tx_hash();
    let mined = async {
        loop {
            let receipt = node.provider().get_transaction_receipt(hash).await;
            if let Some(receipt) = receipt.map_err(NodeError::from)? {
                return Ok(receipt);
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    let receipt: TransactionReceipt = tokio::time::timeout(PATIENCE, mined)
        .await
        .unwrap_or(Err(PostRootError::Pending(hash)))?;
    if receipt.status() {
        Ok(receipt)
    } else {
        Err(PostRootError::Reverted(hash))
    }
}

fn word(value: &humanseal_zk_credentials::field::FieldElement) -> U256 {
    U256::from_be_bytes(value.to_be_bytes())
}
