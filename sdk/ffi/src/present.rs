//! From a request to a proof that is bound to one account, and to the verifier's pass.

use std::sync::Arc;

use humanseal_sdk::{
    self as sdk, Client, Outcome, Presented, PresentedToContract, Presenting, count_seen,
    network_document,
};
use humanseal_wallet_link::{
    ContractRequest as AskedByContract, Demand as Asked, MachineKey, MachineKeyError,
    Request as AskedByVerifier, RequestId,
};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::exchange::NetworkMetadata;
use humanseal_zk_credentials::holder::Slot;

use crate::account::{AccountSigner, Signing};
use crate::background;
use crate::clock::now;
use crate::device::Device;
use crate::error::{HumansealError, told};
use crate::owner::{Asking, Demand, Owner};
use crate::wallet::Wallet;
use crate::watch::Watch;

/// What a verifier asks.
#[derive(uniffi::Object)]
pub struct Request(AskedByVerifier);

#[uniffi::export]
impl Request {
    /// Reads a request document, JSON.
    #[uniffi::constructor]
    pub fn from_json(json: Vec<u8>) -> Result<Arc<Self>, HumansealError> {
        Ok(Arc::new(Self(AskedByVerifier::from_json(&json)?)))
    }

    /// What it asks, to be shown before anything is answered.
    pub fn demand(&self) -> Arc<Demand> {
        Arc::new((&Asked::from(&self.0)).into())
    }

    /// When it ends, RFC 3339.
    pub fn expires_at(&self) -> String {
        self.0.expires_at.to_string()
    }

    /// The chains whose accounts it takes, CAIP-2.
    pub fn chains(&self) -> Vec<String> {
        self.0.chains.iter().map(ToString::to_string).collect()
    }
}

/// An answer to a verifier, not sent yet. It prints nothing.
#[derive(uniffi::Object)]
pub struct Presentation {
    presented: Presented,
    verifier: String,
}

#[uniffi::export]
impl Presentation {
    /// What the verifier gets, JSON.
    pub fn json(&self) -> Result<Vec<u8>, HumansealError> {
        written(&self.presented.presentation)
    }

    /// The place that it takes: the same for every presentation of this person there.
    pub fn nullifier(&self) -> String {
        self.presented.nullifier.0.to_string()
    }

    /// A recovery is announced against this credential. If its owner did not ask for one, they cancel it by
    /// a refresh.
    pub fn contested(&self) -> bool {
        self.presented.contested
    }

    /// How long the proof took, in milliseconds.
    pub fn prove_ms(&self) -> u64 {
        u64::try_from(self.presented.prove.as_millis()).unwrap_or(u64::MAX)
    }
}

/// A verifier's yes. It prints nothing: the pass lets whoever has it in.
#[derive(uniffi::Object)]
pub struct Accepted(Outcome);

#[uniffi::export]
impl Accepted {
    /// The pass, a JWT.
    pub fn pass_jwt(&self) -> String {
        self.0.pass.clone()
    }

    /// The account that the place was taken for, CAIP-10.
    pub fn account(&self) -> String {
        self.0.account.to_string()
    }

    /// The place.
    pub fn nullifier(&self) -> String {
        self.0.nullifier.0.to_string()
    }

    /// Until when the registration stands unless it is renewed by a fresh proof, RFC 3339.
    pub fn registered_until(&self) -> String {
        self.0.registration.expires_at.to_string()
    }
}

/// What a contract demands, as the app read it from its chain.
#[derive(uniffi::Object)]
pub struct ContractRequest {
    request: AskedByContract,
    network: Option<NetworkMetadata>,
}

#[uniffi::export]
impl ContractRequest {
    /// Reads it, JSON; `network` is the network's own `/.well-known/humanseal.json`, which must list the
    /// contract.
    #[uniffi::constructor]
    pub fn from_json(json: Vec<u8>, network: Vec<u8>) -> Result<Arc<Self>, HumansealError> {
        let network: humanseal_zk_credentials::exchange::WellKnown =
            serde_json::from_slice(&network).map_err(|_| {
                HumansealError::input("network_document_malformed", "no network's document")
            })?;
        Ok(Arc::new(Self {
            request: AskedByContract::from_json(&json)?,
            network: network.network,
        }))
    }

    /// What it asks, to be shown before anything is answered.
    pub fn demand(&self) -> Arc<Demand> {
        Arc::new((&Asked::from(&self.request)).into())
    }
}

/// An answer to a contract, not on the chain yet. Anybody may bring it there.
#[derive(uniffi::Object)]
pub struct ContractPresentation(PresentedToContract);

#[uniffi::export]
impl ContractPresentation {
    /// What the contract gets, JSON.
    pub fn json(&self) -> Result<Vec<u8>, HumansealError> {
        written(&self.0.presentation)
    }

    /// As [`Presentation::contested`].
    pub fn contested(&self) -> bool {
        self.0.contested
    }
}

#[uniffi::export]
impl Device {
    /// Fetches the request behind a verifier's link (`https://verifier.example/v1/requests/pr_…`).
    pub async fn fetch_request(
        self: Arc<Self>,
        link: String,
    ) -> Result<Arc<Request>, HumansealError> {
        background::run(None, move |_| {
            let parts = link.split_once("/v1/requests/");
            let parts = parts.and_then(|(origin, id)| Some((origin, RequestId::parse(id)?)));
            let (origin, id) = parts.ok_or_else(|| {
                HumansealError::input("link_invalid", "the link is no verifier's request")
            })?;
            let request = self.client(origin)?.request(&id)?;
            Ok(Arc::new(Request(request)))
        })
        .await
    }

    /// Answers a request with a proof that is bound to one account, and writes into the ledger what the network
    /// learns. `slot` is the place to take, below the demand's; `machine_key` names the machine to whose Ed25519
    /// key the pass shall be bound, base64url.
    #[uniffi::method(default(slot = 0, machine_key = None, watch = None))]
    #[allow(clippy::too_many_arguments)]
    pub async fn present(
        self: Arc<Self>,
        wallet: Arc<Wallet>,
        request: Arc<Request>,
        account: Arc<dyn AccountSigner>,
        owner: Arc<dyn Owner>,
        slot: u8,
        machine_key: Option<String>,
        watch: Option<Arc<Watch>>,
    ) -> Result<Arc<Presentation>, HumansealError> {
        background::run(watch, move |watch| {
            let machine_key: Option<MachineKey> = machine_key
                .map(|key| key.parse())
                .transpose()
                .map_err(|error: MachineKeyError| told!(Input, error))?;
            let network = network_document(&request.0, self.environment);
            self.presenting(&wallet, network.as_ref(), account, slot, |with| {
                let owner = Asking(owner);
                let presented = wallet.with(|file| {
                    let asked = &request.0;
                    Ok(sdk::present(with, file, asked, machine_key, &owner, watch)?)
                })?;
                Ok(Arc::new(Presentation {
                    presented,
                    verifier: request.0.verifier.to_string(),
                }))
            })
        })
        .await
    }

    /// Sends an answer to the verifier that asked.
    pub async fn send(
        self: Arc<Self>,
        presentation: Arc<Presentation>,
    ) -> Result<Arc<Accepted>, HumansealError> {
        background::run(None, move |_| {
            let verifier = self.client(&presentation.verifier)?;
            let outcome = verifier.send_presentation(&presentation.presented.presentation)?;
            Ok(Arc::new(Accepted(outcome)))
        })
        .await
    }

    /// Answers a contract's request, and writes into the ledger what everybody learns.
    #[uniffi::method(default(slot = 0, watch = None))]
    #[allow(clippy::too_many_arguments)]
    pub async fn present_to_contract(
        self: Arc<Self>,
        wallet: Arc<Wallet>,
        request: Arc<ContractRequest>,
        account: Arc<dyn AccountSigner>,
        owner: Arc<dyn Owner>,
        slot: u8,
        watch: Option<Arc<Watch>>,
    ) -> Result<Arc<ContractPresentation>, HumansealError> {
        background::run(watch, move |watch| {
            self.presenting(&wallet, request.network.as_ref(), account, slot, |with| {
                let (owner, asked) = (Asking(owner), &request.request);
                let presented = wallet
                    .with(|file| Ok(sdk::present_to_contract(with, file, asked, &owner, watch)?))?;
                Ok(Arc::new(ContractPresentation(presented)))
            })
        })
        .await
    }

    /// Tells the wallet what a node that its owner trusts says of a place in a contract: how many proofs of it
    /// were accepted.
    pub async fn count_seen(
        self: Arc<Self>,
        wallet: Arc<Wallet>,
        request: Arc<ContractRequest>,
        slot: u8,
        count: u32,
    ) -> Result<(), HumansealError> {
        background::run(None, move |_| {
            wallet.with(|file| Ok(count_seen(file, &request.request, Slot(slot), count)?))
        })
        .await
    }
}

impl Device {
    fn presenting<T>(
        &self,
        wallet: &Wallet,
        network: Option<&NetworkMetadata>,
        account: Arc<dyn AccountSigner>,
        slot: u8,
        work: impl FnOnce(&Presenting<'_>) -> Result<T, HumansealError>,
    ) -> Result<T, HumansealError> {
        let (origin, environment) =
            wallet.with(|file| Ok((file.wallet.issuer.origin.clone(), file.wallet.environment)))?;
        let issuer = Client::new(&origin, environment)?;
        work(&Presenting {
            issuer: &issuer,
            proving_key: self.proving_key(Circuit::Present)?,
            network,
            account: &Signing::new(account)?,
            slot: Slot(slot),
            now: now()?,
        })
    }
}

fn written(answer: &impl serde::Serialize) -> Result<Vec<u8>, HumansealError> {
    serde_json::to_vec(answer).map_err(|_| {
        HumansealError::fault("body_impossible", "the answer cannot be written as JSON")
    })
}
