//! A registry on a chain: deployed, fed with roots, asked and called.

use alloy::primitives::aliases::U40;
use alloy::primitives::{Address, Bytes, FixedBytes, U256};
use alloy::sol_types::{SolCall, SolConstructor};
use humanseal_contracts::bindings::PresentVerifierDevelopment as Verifier;
use humanseal_contracts::bindings::ProviderRegistry::{self as Contract, Claim, Entry, Settings};
use humanseal_contracts::claim::{ClaimError, word};
use humanseal_contracts::refusal::Revert;
use humanseal_wallet_link::{
    Account, Action, ContractPresentation, ContractRequest, IssuedRoot, NetworkId,
};
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::{Environment, KeyHash, Timestamp};
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::holder::{Nullifier, Scope};
use humanseal_zk_credentials::policy::{Excluded, Policy};
use humanseal_zk_credentials::status_list::StatusRoot;
use humanseal_zk_credentials::status_root::SignedStatusRoot;

use crate::chain::{Chain, ChainError, Receipt, ask};

/// Why a registry was not deployed, asked or called.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The chain, or a contract on it.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The presentation is in no form that a contract reads.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// A transaction that was to make a contract made none.
    #[error("no contract was made")]
    NotDeployed,
    /// The contract is for another network, action or epoch.
    #[error("the contract is for another network, action or epoch")]
    OtherScope,
    /// The contract does not trust this issuer, or knows no root of it.
    #[error("the contract trusts no root of this issuer")]
    IssuerUnknown,
    /// The contract shows a number that is in no form of the protocol.
    #[error("the contract's settings are in no form of the protocol")]
    Settings,
}

impl RegistryError {
    /// What a contract said when it refused; `None` where something else went wrong.
    pub fn revert(&self) -> Option<&Revert> {
        match self {
            Self::Chain(error) => error.revert(),
            _ => None,
        }
    }
}

/// What a registry is for. It never changes.
#[derive(Clone, Debug)]
pub struct Purpose {
    /// Where the network belongs.
    pub environment: Environment,
    /// The network.
    pub network: NetworkId,
    /// What for.
    pub action: Action,
    /// The epoch, 0 "for ever".
    pub epoch: u64,
    /// The first moment after the epoch; none exactly for epoch 0.
    pub epoch_end: Option<Timestamp>,
    /// Between the announcement of what loosens and its effect, in seconds: 1 to 30 days.
    pub delay_seconds: u32,
}

/// What a registry demands.
#[derive(Clone, Debug)]
pub struct Terms {
    /// What the credential must satisfy.
    pub policy: Policy,
    /// Nationalities that are refused.
    pub excluded: Excluded,
    /// For how many hours a status root counts, 1 to 168.
    pub window_hours: u8,
    /// For how many days a registration stands, 1 to 365.
    pub term_days: u16,
    /// The longest ban, in days, at most 3650.
    pub max_ban_days: u16,
    /// For how many hours a place stays with its account.
    pub cool_down_hours: u16,
}

impl From<&Terms> for Settings {
    fn from(terms: &Terms) -> Self {
        Self {
            policy: word(&terms.policy.pack()),
            excluded: word(&terms.excluded.pack()),
            windowHours: terms.window_hours,
            termDays: terms.term_days,
            maxBanDays: terms.max_ban_days,
            coolDownHours: terms.cool_down_hours,
        }
    }
}

/// An issuer that a registry trusts.
#[derive(Clone, Copy, Debug)]
pub struct TrustedIssuer {
    /// Its key.
    pub id: IssuerId,
    /// The address that signs its status roots for chains.
    pub root_signer: [u8; 20],
}

/// A registry on a chain.
#[derive(Clone, Debug)]
pub struct Registry {
    /// Its address.
    pub address: Address,
    /// Its account, chain id and address.
    pub account: Account,
    /// What it is for.
    pub purpose: Purpose,
}

/// Deploys the verifier of the development key.
///
/// # Errors
/// [`RegistryError`]; the contract refuses any but a local chain.
pub fn deploy_verifier(chain: &mut dyn Chain, from: Address) -> Result<Address, RegistryError> {
    let made = chain.send(from, None, Verifier::BYTECODE.to_vec())?;
    made.created.ok_or(RegistryError::NotDeployed)
}

impl Registry {
    /// Deploys a registry that `owner` owns.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub fn deploy(
        chain: &mut dyn Chain,
        owner: Address,
        verifier: Address,
        purpose: Purpose,
        terms: &Terms,
        issuers: &[TrustedIssuer],
    ) -> Result<Self, RegistryError> {
        let scope = scope(&purpose);
        let end = purpose.epoch_end.map_or(0, Timestamp::unix_seconds);
        let issuers = issuers.iter().map(|issuer| Contract::Issuer {
            id: word(&issuer.id.0),
            rootSigner: Address::new(issuer.root_signer),
        });
        let arguments = Contract::constructorCall {
            scope_: word(&scope.0),
            epochEnd_: U40::from(end.unsigned_abs()),
            delay_: U40::from(purpose.delay_seconds),
            settings_: terms.into(),
            verifier_: verifier,
            issuers_: issuers.collect(),
            owner_: owner,
        };
        let code = [&Contract::BYTECODE[..], &arguments.abi_encode()].concat();
        let made = chain.send(owner, None, code)?;
        let address = made.created.ok_or(RegistryError::NotDeployed)?;
        let account = Account::eip155(chain.chain_id(), address.into_array());
        Ok(Self {
            address,
            account: account.map_err(|_| RegistryError::NotDeployed)?,
            purpose,
        })
    }

    /// Posts a signed status root under the contract's index of its issuer.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub fn post_root(
        &self,
        chain: &mut dyn Chain,
        from: Address,
        root: &SignedStatusRoot,
    ) -> Result<Receipt, RegistryError> {
        let (issuer, _) = self.issuer(chain, root.issuer())?;
        let call = Contract::postRootCall {
            issuer,
            root: word(&root.root().0),
            issuedAt: root.issued_at().unix_seconds().unsigned_abs(),
            previous: FixedBytes(root.previous().unwrap_or_default()),
            signature: Bytes::copy_from_slice(root.chain_signature()),
        };
        self.send(chain, from, &call)
    }

    /// What the contract demands of the holder of this place under this issuer, as a device reads it.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub fn request(
        &self,
        chain: &mut dyn Chain,
        nullifier: Nullifier,
        issuer: IssuerId,
    ) -> Result<ContractRequest, RegistryError> {
        let scope = scope(&self.purpose);
        if self.ask(chain, &Contract::scopeCall {})? != word(&scope.0) {
            return Err(RegistryError::OtherScope);
        }
        let settings = self.ask(chain, &Contract::settingsCall {})?;
        let verifier = self.ask(chain, &Contract::verifierCall {})?;
        let vk_hash = ask(chain, verifier, &Verifier::vkHashCall {})?;
        let (issuer_index, root) = self.issuer(chain, issuer)?;
        let count = self.count(chain, nullifier)?;
        let Purpose {
            environment,
            network,
            action,
            epoch,
            ..
        } = self.purpose.clone();
        let unreadable = |_| RegistryError::Settings;
        Ok(ContractRequest {
            version: 1,
            environment,
            network,
            action,
            epoch,
            scope,
            contract: self.account.clone(),
            vk_hash: KeyHash(vk_hash.0),
            root: root.ok_or(RegistryError::IssuerUnknown)?,
            issuer_index,
            window_hours: settings.windowHours,
            policy: Policy::unpack(element(settings.policy)?).map_err(unreadable)?,
            excluded: Excluded::unpack(element(settings.excluded)?).map_err(unreadable)?,
            count,
        })
    }

    /// The contract's index of an issuer that it trusts, and the newest root that it knows of it.
    fn issuer(
        &self,
        chain: &mut dyn Chain,
        issuer: IssuerId,
    ) -> Result<(u8, Option<IssuedRoot>), RegistryError> {
        let known = self.ask(chain, &Contract::issuersCall {})?;
        for (index, entry) in (0..).zip(known) {
            let trusted = Contract::issuerTrustedCall { issuer: index };
            if entry.id != word(&issuer.0) || !self.ask(chain, &trusted)? {
                continue;
            }
            let newest = self.ask(chain, &Contract::newestRootCall { issuer: index })?;
            let seconds = i64::try_from(newest.issuedAt.to::<u64>()).unwrap_or(i64::MAX);
            let issued_at = Timestamp::from_unix_seconds(seconds).ok();
            let root = issued_at.filter(|_| seconds > 0).map(|issued_at| {
                Ok::<_, RegistryError>(IssuedRoot {
                    issuer,
                    root: StatusRoot(element(newest.root)?),
                    issued_at,
                })
            });
            return Ok((index, root.transpose()?));
        }
        Err(RegistryError::IssuerUnknown)
    }

    /// Takes a place for the first time, or again after it lapsed.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub fn register(
        &self,
        chain: &mut dyn Chain,
        from: Address,
        shown: &ContractPresentation,
    ) -> Result<Receipt, RegistryError> {
        let (claim, issuer, issued_at) = parts(shown)?;
        let call = Contract::registerCall {
            claim,
            issuer,
            issuedAt: issued_at,
        };
        self.send(chain, from, &call)
    }

    /// Keeps a place for another term.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub fn renew(
        &self,
        chain: &mut dyn Chain,
        from: Address,
        shown: &ContractPresentation,
    ) -> Result<Receipt, RegistryError> {
        let (claim, issuer, issued_at) = parts(shown)?;
        let call = Contract::renewCall {
            claim,
            issuer,
            issuedAt: issued_at,
        };
        self.send(chain, from, &call)
    }

    /// Takes a place to another account.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub fn r#move(
        &self,
        chain: &mut dyn Chain,
        from: Address,
        shown: &ContractPresentation,
    ) -> Result<Receipt, RegistryError> {
        let (claim, issuer, issued_at) = parts(shown)?;
        let call = Contract::moveCall {
            claim,
            issuer,
            issuedAt: issued_at,
        };
        self.send(chain, from, &call)
    }

    /// Registers or renews many holders in one transaction. All are under one root, the first's.
    ///
    /// # Errors
    /// [`RegistryError`]; [`RegistryError::IssuerUnknown`] for none at all.
    pub fn register_batch(
        &self,
        chain: &mut dyn Chain,
        from: Address,
        shown: &[ContractPresentation],
    ) -> Result<Receipt, RegistryError> {
        let first = shown.first().ok_or(RegistryError::IssuerUnknown)?;
        let (_, issuer, issued_at) = parts(first)?;
        let entries: Result<Vec<Entry>, ClaimError> = shown.iter().map(Entry::try_from).collect();
        let call = Contract::registerBatchCall {
            entries: entries?,
            issuer,
            issuedAt: issued_at,
        };
        self.send(chain, from, &call)
    }

    /// Whether the account has a place now, by an issuer and a verifying key that are trusted still.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub fn is_verified(
        &self,
        chain: &mut dyn Chain,
        account: Address,
    ) -> Result<bool, RegistryError> {
        self.ask(chain, &Contract::isVerifiedCall { account })
    }

    /// How many proofs of a place were accepted.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub fn count(&self, chain: &mut dyn Chain, nullifier: Nullifier) -> Result<u32, RegistryError> {
        let call = Contract::proofCountCall {
            nullifier: word(&nullifier.0),
        };
        self.ask(chain, &call)
    }

    /// Asks the contract.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub fn ask<C: SolCall>(
        &self,
        chain: &mut dyn Chain,
        call: &C,
    ) -> Result<C::Return, RegistryError> {
        Ok(ask(chain, self.address, call)?)
    }

    /// Calls the contract.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub fn send<C: SolCall>(
        &self,
        chain: &mut dyn Chain,
        from: Address,
        call: &C,
    ) -> Result<Receipt, RegistryError> {
        Ok(chain.send(from, Some(self.address), call.abi_encode())?)
    }
}

fn scope(purpose: &Purpose) -> Scope {
    let network = purpose.network.as_str();
    Scope::new(network, purpose.action.as_str(), purpose.epoch)
}

fn element(word: U256) -> Result<FieldElement, RegistryError> {
    FieldElement::from_be_bytes(&word.to_be_bytes()).map_err(|_| RegistryError::Settings)
}

/// What a call takes of a presentation: the claim, and the root by its issuer and issue time.
fn parts(shown: &ContractPresentation) -> Result<(Claim, u8, U40), RegistryError> {
    let issued_at = shown.root_issued_at.unix_seconds().unsigned_abs();
    Ok((shown.try_into()?, shown.issuer_index, U40::from(issued_at)))
}
