//! A registry with one issuer and as many holders as a test asks for. Keys, times and the prover's
//! randomness are fixed, so every run sends the same bytes.

use alloy::primitives::{Address, U256};
use humanseal_chains::registry::deploy_verifier;
use humanseal_chains::{Chain, EmbeddedChain, Purpose, Registry, RegistryError, Terms};
use humanseal_contracts::refusal::{Refusal, Revert};
use humanseal_wallet_link::{Account, Action, ContractPresentation, ContractRequest};
use humanseal_zk_credentials::calendar::Today;
use humanseal_zk_credentials::exchange::{Environment, Timestamp};
use humanseal_zk_credentials::policy::{ANY_VERIFIED_DAYS, Excluded, Policy};
use humanseal_zk_credentials::presentation::PresentWitness;
use humanseal_zk_credentials::status_list::StatusList;
use humanseal_zk_credentials::status_root::SignedStatusRoot;

pub use crate::people::{Holder, Issuer};

/// 2030-01-02, midday.
pub const NOW: i64 = 1_893_585_600;
pub const HOUR: u32 = 3_600;
pub const DAY: u32 = 24 * HOUR;

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(NOW + seconds).unwrap()
}

pub fn today() -> Today {
    Today::from_unix_seconds(NOW).unwrap()
}

pub fn terms() -> Terms {
    Terms {
        policy: Policy {
            min_age: 18,
            min_document: 2,
            min_device: 2,
            min_unique: 2,
            max_slots: 2,
            max_verified_days: ANY_VERIFIED_DAYS,
            min_established_days: 34,
        },
        excluded: Excluded::none(),
        window_hours: 72,
        term_days: 30,
        max_ban_days: 30,
        cool_down_hours: 48,
    }
}

pub fn purpose() -> Purpose {
    Purpose {
        environment: Environment::Development,
        network: "compute.example".parse().unwrap(),
        action: Action::parse("provider").unwrap(),
        epoch: 0,
        epoch_end: None,
        delay_seconds: 2 * DAY,
    }
}

/// A registry that knows one root, two hours old.
pub struct Stage {
    pub chain: EmbeddedChain,
    pub registry: Registry,
    pub verifier: Address,
    pub issuer: Issuer,
    pub list: StatusList,
}

impl Stage {
    pub fn new() -> Self {
        Self::with(purpose(), &terms())
    }

    pub fn with(purpose: Purpose, terms: &Terms) -> Self {
        let mut chain = EmbeddedChain::new(at(0));
        let owner = chain.accounts()[0];
        let issuer = Issuer::new(1);
        let verifier = deploy_verifier(&mut chain, owner).unwrap();
        let trusted = [issuer.trusted()];
        let registry =
            Registry::deploy(&mut chain, owner, verifier, purpose, terms, &trusted).unwrap();
        let mut stage = Self {
            chain,
            registry,
            verifier,
            issuer,
            list: StatusList::new(),
        };
        stage
            .post(&stage.issuer.root(&stage.list, at(-7_200)))
            .unwrap();
        stage
    }

    pub fn post(&mut self, root: &SignedStatusRoot) -> Result<(), RegistryError> {
        let relayer = self.relayer();
        let registry = self.registry.clone();
        registry.post_root(&mut self.chain, relayer, root).map(drop)
    }

    pub fn owner(&self) -> Address {
        self.chain.accounts()[0]
    }
    /// Somebody who brings transactions to the chain and is nothing else.
    pub fn relayer(&self) -> Address {
        self.chain.accounts()[1]
    }
    /// A provider's account.
    pub fn account(&self, number: usize) -> Address {
        self.chain.accounts()[2 + number]
    }
    pub fn holder(&self, number: u8) -> Holder {
        Holder::new(&self.issuer, number)
    }
    pub fn caip10(&self, account: Address) -> Account {
        Account::eip155(self.chain.chain_id(), account.into_array()).unwrap()
    }
    pub fn request(&mut self, holder: &Holder) -> ContractRequest {
        let issuer = self.issuer.secret.public().id();
        let registry = self.registry.clone();
        registry
            .request(&mut self.chain, holder.nullifier(), issuer)
            .unwrap()
    }
    /// The day that the chain's clock shows.
    pub fn day(&mut self) -> Today {
        Today::from_unix_seconds(self.chain.now().unwrap().unix_seconds()).unwrap()
    }
    /// An honest proof of a holder for an account, on this day.
    pub fn shown(&mut self, holder: &Holder, account: Address) -> ContractPresentation {
        self.shown_with(holder, account, |_, _| {})
    }
    /// A proof of a statement that was changed, or for a request that was.
    pub fn shown_with(
        &mut self,
        holder: &Holder,
        account: Address,
        change: impl FnOnce(&mut PresentWitness, &mut ContractRequest),
    ) -> ContractPresentation {
        let (mut request, today) = (self.request(holder), self.day());
        let account = self.caip10(account);
        let mut witness = holder.witness(&request, &account, today, &self.list);
        change(&mut witness, &mut request);
        holder.prove(&witness, &request, &account)
    }

    pub fn register(&mut self, shown: &ContractPresentation) -> Result<(), RegistryError> {
        self.register_by(self.relayer(), shown)
    }
    pub fn register_by(
        &mut self,
        from: Address,
        shown: &ContractPresentation,
    ) -> Result<(), RegistryError> {
        let registry = self.registry.clone();
        registry.register(&mut self.chain, from, shown).map(drop)
    }
    pub fn renew(&mut self, shown: &ContractPresentation) -> Result<(), RegistryError> {
        let (registry, from) = (self.registry.clone(), self.relayer());
        registry.renew(&mut self.chain, from, shown).map(drop)
    }
    pub fn r#move(&mut self, shown: &ContractPresentation) -> Result<(), RegistryError> {
        self.move_by(self.relayer(), shown)
    }
    pub fn move_by(
        &mut self,
        from: Address,
        shown: &ContractPresentation,
    ) -> Result<(), RegistryError> {
        let registry = self.registry.clone();
        registry.r#move(&mut self.chain, from, shown).map(drop)
    }
    pub fn is_verified(&mut self, account: Address) -> bool {
        let registry = self.registry.clone();
        registry.is_verified(&mut self.chain, account).unwrap()
    }
    /// A holder who took a place for an account.
    pub fn registered(&mut self, number: u8, account: Address) -> Holder {
        let holder = self.holder(number);
        let shown = self.shown(&holder, account);
        self.register(&shown).unwrap();
        assert!(self.is_verified(account));
        holder
    }
}

/// What a contract said when it refused; panics where it did not.
#[track_caller]
pub fn revert<T>(outcome: Result<T, RegistryError>) -> Revert {
    let error = outcome.err().unwrap_or_else(|| panic!("accepted"));
    let revert = error.revert().cloned();
    revert.unwrap_or_else(|| panic!("not a revert: {error}"))
}

/// An error of the contract by its name.
pub fn named(name: &str) -> Revert {
    Revert::Named(name.to_owned())
}

pub fn refused(refusal: Refusal) -> Revert {
    Revert::Refused(refusal)
}

/// The order of the field.
pub fn order() -> U256 {
    "0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001"
        .parse()
        .unwrap()
}
