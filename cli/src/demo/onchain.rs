//! The act on the chain: a registry contract admits the same human by the same kind of proof.
//!
//! The contracts run on the EVM of this process, or on a node that was named. Everything is real but
//! the network's document, which nobody serves: the device is handed it. The clock is the chain's.

mod batch;
mod refused;

use std::collections::BTreeMap;

use humanseal_chains::registry::deploy_verifier;
use humanseal_chains::{
    Chain, EmbeddedChain, Node, Purpose, Receipt, Registry, RegistryError, Terms, TrustedIssuer,
    gas,
};
use humanseal_sdk::{
    AccountSigner, PresentError, PresentedToContract, Presenting, Silent, WalletFile, count_seen,
    present_to_contract,
};
use humanseal_wallet_link::presentation::AccountSignature;
use humanseal_wallet_link::{Account, Action, ContractPresentation, ContractRequest};
use humanseal_zk_credentials::exchange::{Environment, NetworkAction, NetworkMetadata, Timestamp};
use humanseal_zk_credentials::holder::{Nullifier, Scope, Slot};
use humanseal_zk_credentials::policy::{ANY_VERIFIED_DAYS, Excluded, Policy};
use humanseal_zk_credentials::status_root::SignedStatusRoot;

use super::attempt::Tried;
use super::person::Agreeable;
use super::report::Teller;
use super::stage::ACTION;
use super::world::World;
use crate::clock::now;
use crate::output::Failure;

/// The network whose registry is a contract.
const NETWORK: &str = "chain.example";
const DAY: u32 = 86_400;
/// For how many hours a place stays with its account.
const COOL_DOWN_HOURS: u16 = 48;
/// For how many hours a status root counts.
const WINDOW_HOURS: u8 = 72;
/// For how many days a registration stands.
const TERM_DAYS: u16 = 30;

/// What each call cost, by its name.
pub type Gas = BTreeMap<&'static str, u64>;

/// The first registration: what the contract demanded, and what it took.
pub struct Registered {
    /// What it demanded.
    pub request: ContractRequest,
    /// What it took.
    pub presentation: ContractPresentation,
}

/// The chain of the story: the node at `rpc`, else the EVM of this process.
pub fn chain(rpc: Option<&str>) -> Result<Box<dyn Chain>, Failure> {
    let Some(url) = rpc else {
        return Ok(Box::new(EmbeddedChain::new(now()?)));
    };
    let node = Node::connect(url)
        .map_err(|error| Failure::input(format!("{url} is no node for the story: {error}")))?;
    Ok(Box::new(node))
}

/// Everything and everybody on the chain.
struct Stage<'a> {
    world: &'a World,
    chain: &'a mut dyn Chain,
    registry: Registry,
    network: NetworkMetadata,
    owner: Place,
    relayer: Place,
    first: Place,
    second: Place,
    thief: Place,
}

/// An account by its address.
type Place = alloy::primitives::Address;

/// An account of the chain, which signs for it.
struct OnChain<'a> {
    account: Account,
    address: Place,
    chain: &'a dyn Chain,
}

impl AccountSigner for OnChain<'_> {
    fn account(&self) -> &Account {
        &self.account
    }
    fn sign(&self, message: &str) -> Result<AccountSignature, String> {
        let signed = self.chain.sign(self.address, message);
        signed.map_err(|error| error.to_string())
    }
}

fn purpose(action: &str) -> Result<Purpose, Failure> {
    Ok(Purpose {
        environment: Environment::Development,
        network: NETWORK.parse().map_err(Failure::fault)?,
        action: Action::parse(action).ok_or_else(|| Failure::fault("no action"))?,
        epoch: 0,
        epoch_end: None,
        delay_seconds: 2 * DAY,
    })
}

fn terms(max_slots: u8) -> Terms {
    Terms {
        policy: Policy {
            min_age: 18,
            min_document: 2,
            min_device: 2,
            min_unique: 2,
            max_slots,
            max_verified_days: ANY_VERIFIED_DAYS,
            // Term, window and one: a lost secret's place has lapsed before a new one can take another.
            min_established_days: TERM_DAYS + u16::from(WINDOW_HOURS.div_ceil(24)) + 1,
        },
        excluded: Excluded::none(),
        window_hours: WINDOW_HOURS,
        term_days: TERM_DAYS,
        max_ban_days: TERM_DAYS,
        cool_down_hours: COOL_DOWN_HOURS,
    }
}

/// Tells the act with the holder of this wallet, whose credential is revoked in it.
pub fn tell(
    world: &World,
    wallet: &mut WalletFile,
    chain: &mut dyn Chain,
    teller: &Teller,
    tried: &mut Tried<'_>,
) -> Result<(Gas, Registered), Failure> {
    let root = newest_root(world, wallet)?;
    keep_up(chain, root.issued_at())?;
    let mut stage = Stage::deploy(world, chain, &root)?;
    teller.note(&format!(
        "verifier and registry deployed, the issuer's root posted: {}",
        stage.registry.account
    ));
    let mut gas = Gas::new();

    let (first, second, relayer) = (stage.first, stage.second, stage.relayer);
    let (request, shown) = stage.shown(wallet, first)?;
    let spent = {
        let Stage {
            chain, registry, ..
        } = &mut stage;
        gas::of_verification(*chain, relayer, registry, &request, &shown)
    };
    gas.insert("verify", spent.map_err(Failure::fault)?);
    refused::another_account(&mut stage, &shown, tried)?;
    let receipt = stage.calls(Registry::register, &shown)?;
    gas.insert("register", receipt.gas_used);
    let registered = Registered {
        request: request.clone(),
        presentation: shown.clone(),
    };
    count_seen(wallet, &request, Slot(0), 1).map_err(Failure::fault)?;
    let spent = gas::of_is_verified(stage.chain, relayer, &stage.registry, first);
    gas.insert("is_verified", spent.map_err(Failure::fault)?);
    stage.expect(first, true)?;
    teller.note(&format!(
        "{first} registered; any contract sees that it is verified"
    ));
    refused::replay(&mut stage, &shown, tried)?;

    stage.chain.advance(DAY).map_err(Failure::fault)?;
    refused::tomorrow(&mut stage, wallet, tried)?;
    let (request, shown) = stage.shown(wallet, first)?;
    let receipt = stage.calls(Registry::renew, &shown)?;
    gas.insert("renew", receipt.gas_used);
    count_seen(wallet, &request, Slot(0), 2).map_err(Failure::fault)?;
    teller.note("the next day: renewed for another term by a fresh proof");
    refused::cool_down(&mut stage, wallet, tried)?;

    stage.chain.advance(DAY).map_err(Failure::fault)?;
    let (request, shown) = stage.shown(wallet, second)?;
    let receipt = stage.calls(Registry::r#move, &shown)?;
    gas.insert("move", receipt.gas_used);
    count_seen(wallet, &request, Slot(0), 3).map_err(Failure::fault)?;
    stage.expect(first, false)?;
    stage.expect(second, true)?;
    teller.note(&format!(
        "after the cool-down: moved to {second}, the first account ends"
    ));
    refused::after_move(&mut stage, &shown, tried)?;

    let many = batch::register(&mut stage, wallet, &root)?;
    gas.insert("batch32_per_provider", many);
    teller.note("32 places in one transaction, one proof each");

    refused::revoked_and_distrusted(&mut stage, wallet, tried)?;
    Ok((gas, registered))
}

/// A chain's clock stands between two blocks; a root that was signed since is from its future.
fn keep_up(chain: &mut dyn Chain, at: Timestamp) -> Result<(), Failure> {
    let behind = at.seconds_since(chain.now().map_err(Failure::fault)?);
    match u32::try_from(behind) {
        Ok(seconds @ 1..) => chain.advance(seconds).map_err(Failure::fault),
        _ => Ok(()),
    }
}

/// The newest root of the wallet's issuer, signed for chains too.
fn newest_root(world: &World, wallet: &WalletFile) -> Result<SignedStatusRoot, Failure> {
    let issuer = wallet.wallet.issuer.key.id();
    let root = world.issuer()?.status_root(issuer);
    root.map_err(Failure::fault)
}

impl<'a> Stage<'a> {
    fn deploy(
        world: &'a World,
        chain: &'a mut dyn Chain,
        root: &SignedStatusRoot,
    ) -> Result<Self, Failure> {
        let accounts = <[Place; 5]>::try_from(chain.accounts().get(..5).unwrap_or_default());
        let [owner, relayer, first, second, thief] =
            accounts.map_err(|_| Failure::input("the node needs five unlocked accounts"))?;
        let issuer = TrustedIssuer {
            id: root.issuer(),
            root_signer: root.chain_signer().map_err(Failure::fault)?,
        };
        let verifier = deploy_verifier(chain, owner).map_err(Failure::fault)?;
        let registry = Registry::deploy(
            chain,
            owner,
            verifier,
            purpose(ACTION)?,
            &terms(1),
            &[issuer],
        );
        let registry = registry.map_err(Failure::fault)?;
        registry
            .post_root(chain, relayer, root)
            .map_err(Failure::fault)?;
        let network = NetworkMetadata {
            id: NETWORK.into(),
            origins: vec![],
            contracts: vec![registry.account.to_string()],
            actions: vec![NetworkAction {
                action: ACTION.into(),
                epoch: 0,
                ends_on: None,
                longest_registration_days: TERM_DAYS,
                root_window_hours: WINDOW_HOURS.into(),
            }],
        };
        Ok(Self {
            world,
            chain,
            registry,
            network,
            owner,
            relayer,
            first,
            second,
            thief,
        })
    }

    /// What the contract asks of this wallet's holder.
    fn request(&mut self, wallet: &WalletFile) -> Result<ContractRequest, Failure> {
        let nullifier = nullifier(wallet, ACTION, Slot(0));
        let issuer = wallet.wallet.issuer.key.id();
        let request = self.registry.request(self.chain, nullifier, issuer);
        request.map_err(Failure::fault)
    }

    /// The device's answer for an account, at a moment.
    fn answer(
        &mut self,
        wallet: &mut WalletFile,
        address: Place,
        request: &ContractRequest,
        now: Timestamp,
    ) -> Result<Result<PresentedToContract, PresentError>, Failure> {
        let account = Account::eip155(self.chain.chain_id(), address.into_array());
        let signer = OnChain {
            account: account.map_err(Failure::fault)?,
            address,
            chain: self.chain,
        };
        let with = Presenting {
            issuer: &self.world.issuer()?,
            proving_key: self.world.present_key,
            network: Some(&self.network),
            account: &signer,
            slot: Slot(0),
            now,
        };
        Ok(present_to_contract(
            &with, wallet, request, &Agreeable, &Silent,
        ))
    }

    /// An honest answer to what the contract asks now.
    fn shown(
        &mut self,
        wallet: &mut WalletFile,
        address: Place,
    ) -> Result<(ContractRequest, ContractPresentation), Failure> {
        let request = self.request(wallet)?;
        let now = self.now()?;
        let answer = self.answer(wallet, address, &request, now)?;
        let presentation = answer.map_err(Failure::fault)?.presentation;
        Ok((request, presentation))
    }

    fn now(&mut self) -> Result<Timestamp, Failure> {
        self.chain.now().map_err(Failure::fault)
    }

    /// Brings a presentation to the contract by one of its functions; anybody may.
    fn tries(
        &mut self,
        call: Call,
        shown: &ContractPresentation,
    ) -> Result<Receipt, RegistryError> {
        call(&self.registry, self.chain, self.relayer, shown)
    }

    /// The same, where it must take effect.
    fn calls(&mut self, call: Call, shown: &ContractPresentation) -> Result<Receipt, Failure> {
        self.tries(call, shown).map_err(Failure::fault)
    }

    /// That the contract says so of an account.
    fn expect(&mut self, account: Place, verified: bool) -> Result<(), Failure> {
        let said = self.registry.is_verified(self.chain, account);
        if said.map_err(Failure::fault)? == verified {
            Ok(())
        } else {
            Err(Failure::fault(format!(
                "isVerified({account}) is not {verified}"
            )))
        }
    }
}

/// `register`, `renew` or `move`.
type Call =
    fn(&Registry, &mut dyn Chain, Place, &ContractPresentation) -> Result<Receipt, RegistryError>;

/// The place of this wallet's holder for an action of the network.
fn nullifier(wallet: &WalletFile, action: &str, slot: Slot) -> Nullifier {
    wallet
        .wallet
        .secret
        .nullifier(Scope::new(NETWORK, action, 0), slot)
}
