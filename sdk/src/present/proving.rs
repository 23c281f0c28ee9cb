//! The proof, and its entry in the ledger: the same for verifiers and contracts.

use std::time::{Duration, Instant};

use humanseal_wallet_link::Demand;
use humanseal_zk_credentials::calendar::Today;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::Sha256Digest;
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::groth16::Proof;
use humanseal_zk_credentials::holder::Scope;
use humanseal_zk_credentials::presentation::{PresentPublic, PresentWitness, prove_present};

use super::{PresentError, Presenting};
use crate::progress::{Progress, Step, step};
use crate::status::Status;
use crate::wallet::{Counted, Disclosure, WalletFile};

/// A proof and what it took.
pub(super) struct Proven {
    pub(super) proof: Proof,
    pub(super) public: PresentPublic,
    pub(super) took: Duration,
}

/// Proves that the wallet's credential meets a demand, bound by `binding`.
pub(super) fn proven(
    with: &Presenting<'_>,
    file: &WalletFile,
    demand: &Demand<'_>,
    binding: FieldElement,
    status: &Status,
    today: Today,
    progress: &dyn Progress,
) -> Result<Proven, PresentError> {
    let credential = file.wallet.credential().ok_or(PresentError::NoCredential)?;
    let network = demand.network.as_str();
    let witness = PresentWitness {
        signed: credential.clone(),
        path: status.path.clone(),
        secret: file.wallet.secret.clone(),
        slot: with.slot,
        scope: Scope::new(network, demand.action.as_str(), demand.epoch),
        binding,
        today,
        policy: demand.policy,
        excluded: demand.excluded.clone(),
    };
    step(progress, Step::ProvePresent, || {
        let start = Instant::now();
        let (proof, public) = prove_present(with.proving_key, &witness, &mut OsEntropy)?;
        Ok(Proven {
            proof,
            public,
            took: start.elapsed(),
        })
    })
}

/// Writes what the asker learns into the ledger. It is on the disk before the proof is handed out.
pub(super) fn recorded(
    with: &Presenting<'_>,
    file: &mut WalletFile,
    demand: &Demand<'_>,
    request: Sha256Digest,
    contract: Option<Counted>,
    status: &Status,
    progress: &dyn Progress,
) -> Result<(), PresentError> {
    file.wallet.issuer.newest_root = Some(status.head);
    file.wallet.ledger.record(Disclosure {
        request,
        network: demand.network.clone(),
        action: demand.action.clone(),
        epoch: demand.epoch,
        slot: with.slot,
        policy: demand.policy,
        excluded: demand.excluded.clone(),
        account: with.account.account().clone(),
        contract,
        at: with.now,
    });
    step(progress, Step::SaveWallet, || {
        Ok::<_, PresentError>(file.save()?)
    })
}
