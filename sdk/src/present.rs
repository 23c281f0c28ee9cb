//! Presentation: from a request to a proof that is bound to one account
//! (docs/protocol.md sections 7 and 8).
//!
//! Before anything is proved the request is judged, and what a device refuses it refuses to its
//! owner only: to the verifier a refusal looks like abandonment. [`present`] answers a verifier,
//! [`present_to_contract`] a contract.

mod contract;
mod error;
mod judging;
mod proving;

use std::time::Duration;

use humanseal_wallet_link::check::ROOT_WINDOW_SECONDS;
use humanseal_wallet_link::{
    Account, Demand, IssuedRoot, MachineKey, Presentation, Request, binding, challenge, judge,
    presentation::AccountSignature,
};
use humanseal_zk_credentials::calendar::Today;
use humanseal_zk_credentials::exchange::{
    Environment, NetworkMetadata, ProofBytes, PublicInput, Timestamp,
};
use humanseal_zk_credentials::groth16::ProvingKey;
use humanseal_zk_credentials::holder::{Nullifier, Slot};

pub use self::contract::{PresentedToContract, count_seen, present_to_contract};
pub use self::error::PresentError;
use crate::client::Client;
use crate::owner::Owner;
use crate::progress::{Progress, Step, step};
use crate::service::network_address;
use crate::status::Status;
use crate::wallet::WalletFile;

/// Whoever holds the key of an account: a wallet program, a hardware device, a key file.
pub trait AccountSigner {
    /// The account.
    fn account(&self) -> &Account;
    /// Signs the sign-in message.
    ///
    /// # Errors
    /// A sentence for the owner.
    fn sign(&self, message: &str) -> Result<AccountSignature, String>;
}

/// What a presentation works with.
pub struct Presenting<'a> {
    /// The issuer, for its status list.
    pub issuer: &'a Client,
    /// The proving key of circuit `present`.
    pub proving_key: &'a ProvingKey,
    /// The network's own document, where it could be had: [`network_document`].
    pub network: Option<&'a NetworkMetadata>,
    /// The account.
    pub account: &'a dyn AccountSigner,
    /// The place to take.
    pub slot: Slot,
    /// The moment.
    pub now: Timestamp,
}

/// What a presentation came to. It is not sent yet.
#[derive(Clone, Debug)]
pub struct Presented {
    /// What the verifier gets.
    pub presentation: Presentation,
    /// The place that it takes.
    pub nullifier: Nullifier,
    /// A recovery is announced against this credential. If its owner did not ask for one, they
    /// cancel it by a refresh.
    pub contested: bool,
    /// How long the proof took.
    pub prove: Duration,
}

/// The document of a request's network: `https://<network id>/.well-known/humanseal.json`, in
/// development with a local verifier that one's. `None` where there is none: then only origins
/// under the network's own name speak for it, and no day demand of its own is taken. Nothing is
/// fetched for a request of another environment.
pub fn network_document(request: &Request, environment: Environment) -> Option<NetworkMetadata> {
    if request.environment != environment {
        return None;
    }
    let address = network_address(&request.network, &request.verifier);
    Client::new(&address, environment)
        .ok()?
        .well_known()
        .ok()?
        .network
}

/// Answers a request with a proof that is bound to one account, and writes into the wallet's
/// ledger what the network learns. The ledger is on the disk before the presentation is handed out.
/// `machine_key` is that of the machine to whose key the pass shall be bound.
///
/// # Errors
/// [`PresentError`]; then nothing was proved for the verifier and the wallet is as it was.
pub fn present(
    with: &Presenting<'_>,
    file: &mut WalletFile,
    request: &Request,
    machine_key: Option<MachineKey>,
    owner: &dyn Owner,
    progress: &dyn Progress,
) -> Result<Presented, PresentError> {
    let today = Today::from_unix_seconds(with.now.unix_seconds())?;
    request.validate(with.now, file.wallet.environment)?;
    let status = step(progress, Step::StatusList, || {
        judging::credential_status(with, file, ROOT_WINDOW_SECONDS)
    })?;
    step(progress, Step::JudgeRequest, || {
        allowed(with, file, request, &status, owner)
    })?;
    let signature = step(progress, Step::SignChallenge, || {
        signed(with, request, machine_key.as_ref())
    })?;
    let account = with.account.account();
    let binding = binding(account, request.verifier.audience(), request.nonce_word());
    let demand = Demand::from(request);
    let proven = proving::proven(with, file, &demand, binding, &status, today, progress)?;
    let digest = request.digest()?;
    proving::recorded(with, file, &demand, digest, None, &status, progress)?;
    Ok(Presented {
        presentation: Presentation {
            request_id: request.id.clone(),
            account: account.clone(),
            public: proven.public.elements().map(PublicInput::from),
            proof: ProofBytes::new(proven.proof.to_bytes().to_vec()).unwrap_or_default(),
            signature,
            machine_key,
        },
        nullifier: proven.public.nullifier,
        contested: status.contested,
        prove: proven.took,
    })
}

/// Section 8: everything for which this device would rather say nothing.
fn allowed(
    with: &Presenting<'_>,
    file: &WalletFile,
    request: &Request,
    status: &Status,
    owner: &dyn Owner,
) -> Result<(), PresentError> {
    judging::same_key(with, file, request.vk_hash)?;
    let issuer = status.root.issuer;
    if !request.issuers.contains(&issuer) {
        return Err(PresentError::IssuerNotAsked);
    }
    // The same root may have been signed again since; the verifier goes by its own record.
    let asked = |root: &IssuedRoot| root.issuer == issuer && root.root == status.root.root;
    if !request.roots.iter().any(asked) {
        return Err(PresentError::RootNotAsked);
    }
    // What else a request names this device never uses.
    let own = Request {
        issuers: vec![issuer],
        roots: vec![status.root],
        ..request.clone()
    };
    judging::allowed(with, file, request.into(), status, owner, &|context| {
        judge(&own, with.account.account(), context)
    })
}

/// The account signs; its signature is checked here, so that an account that is not its holder's
/// never gets a proof.
fn signed(
    with: &Presenting<'_>,
    request: &Request,
    machine_key: Option<&MachineKey>,
) -> Result<AccountSignature, PresentError> {
    let account = with.account.account();
    let message = challenge::message(request, account, machine_key)?;
    let signature = with.account.sign(&message).map_err(PresentError::Signer)?;
    challenge::verify(request, account, machine_key, &signature)?;
    Ok(signature)
}
