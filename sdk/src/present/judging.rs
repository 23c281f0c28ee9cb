//! Whether this device answers at all (docs/protocol.md section 8): the same for verifiers and
//! contracts.

use humanseal_wallet_link::{Account, Demand, DeviceContext, DeviceRefusal};
use humanseal_zk_credentials::exchange::KeyHash;
use humanseal_zk_credentials::keys;

use super::{PresentError, Presenting};
use crate::owner::{Owner, Question};
use crate::status::{self, Status};
use crate::wallet::WalletFile;

/// The credential's status under a root that the issuer signed within the window.
pub(super) fn credential_status(
    with: &Presenting<'_>,
    file: &WalletFile,
    window_seconds: i64,
) -> Result<Status, PresentError> {
    let credential = file.wallet.credential().ok_or(PresentError::NoCredential)?;
    let index = credential.credential.status_index;
    Ok(status::fetch(
        with.issuer,
        &file.wallet.issuer,
        index,
        with.now,
        window_seconds,
    )?)
}

/// That the asker checks proofs under the key that this program proves for, and that this key may
/// serve here.
pub(super) fn same_key(
    with: &Presenting<'_>,
    file: &WalletFile,
    vk_hash: KeyHash,
) -> Result<(), PresentError> {
    let verifying = with.proving_key.verifying();
    keys::admit(verifying, file.wallet.environment).map_err(|_| PresentError::DevelopmentKey)?;
    if vk_hash.0 == verifying.vk_hash() {
        Ok(())
    } else {
        Err(PresentError::VerifyingKeyUnknown)
    }
}

/// Judges a demand by `judged`, and asks the owner what only they decide. Whoever is refused anyway
/// is not asked.
pub(super) fn allowed(
    with: &Presenting<'_>,
    file: &WalletFile,
    demand: Demand<'_>,
    status: &Status,
    owner: &dyn Owner,
    judged: &dyn Fn(&DeviceContext<'_>) -> Result<(), DeviceRefusal>,
) -> Result<(), PresentError> {
    let account = with.account.account();
    let known = file.wallet.ledger.knows(&demand, account);
    let earlier = file.wallet.ledger.terms_of(demand.network);
    // First with the account taken as confirmed.
    let confirmed: [Account; 1] = [account.clone()];
    let context = |difference_confirmed: bool| {
        judged(&DeviceContext {
            now: with.now,
            environment: file.wallet.environment,
            network: with.network,
            // This device knows its own issuer and the root that it checked.
            issuers: &[status.root.issuer],
            roots: &[status.root],
            accounts: &confirmed,
            earlier: &earlier,
            difference_confirmed,
        })
    };
    match context(false) {
        Ok(()) => {}
        Err(DeviceRefusal::TermsChanged) => {
            let question = Question::ChangedTerms {
                earlier: &earlier,
                demand,
            };
            if !owner.agrees(question) {
                return Err(DeviceRefusal::TermsChanged.into());
            }
            context(true)?;
        }
        Err(refusal) => return Err(refusal.into()),
    }
    if !known && !owner.agrees(Question::Account { account, demand }) {
        return Err(PresentError::AccountRefused);
    }
    Ok(())
}
