//! Presentation: from a request to a proof that is bound to one account
//! (docs/protocol.md sections 7 and 8).
//!
//! Before anything is proved the request is judged, and what a device refuses it refuses to its
//! owner only: to the verifier a refusal looks like abandonment.

use std::time::{Duration, Instant};

use humanseal_wallet_link::check::ROOT_WINDOW_SECONDS;
use humanseal_wallet_link::{
    Account, ChallengeError, DeviceContext, DeviceRefusal, IssuedRoot, MachineKey, Presentation,
    Request, RequestError, binding, challenge, judge, presentation::AccountSignature,
};
use humanseal_zk_credentials::calendar::{CalendarError, Today};
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{
    CborError, Environment, NetworkMetadata, ProofBytes, PublicInput, Timestamp,
};
use humanseal_zk_credentials::groth16::ProvingKey;
use humanseal_zk_credentials::holder::{Nullifier, Slot};
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::presentation::{PresentWitness, PresentationError, prove_present};

use crate::client::{Client, ClientError};
use crate::owner::{Owner, Question};
use crate::progress::{Cancelled, Progress, Step, step};
use crate::service::network_address;
use crate::status::{self, Status, StatusError};
use crate::wallet::{Disclosure, WalletError, WalletFile};

/// Why there is no presentation.
#[derive(Debug, thiserror::Error)]
pub enum PresentError {
    /// The owner stopped.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The wallet waits for its credential.
    #[error("this wallet has no credential yet; run enrol again with it")]
    NoCredential,
    /// The request is refused, see docs/protocol.md section 8.
    #[error("the request is refused: {0}")]
    Refused(#[from] DeviceRefusal),
    /// The request takes no credential of this wallet's issuer.
    #[error("the request takes no credential of this wallet's issuer")]
    IssuerNotAsked,
    /// The request does not take the newest status root.
    #[error("the request does not take the issuer's newest status root; ask for a new request")]
    RootNotAsked,
    /// The verifier uses another verifying key than this program proves for.
    #[error("the verifier checks proofs under another key than this program knows")]
    VerifyingKeyUnknown,
    /// A development proving key where real proofs are made.
    #[error("this program has development proving keys only, and they serve development alone")]
    DevelopmentKey,
    /// The owner did not confirm the account.
    #[error("the account was not confirmed; nothing was proved")]
    AccountRefused,
    /// The account did not sign, or not this request.
    #[error("the account's signature is refused: {0}")]
    Signature(#[from] ChallengeError),
    /// The account's key cannot be asked.
    #[error("the account could not sign: {0}")]
    Signer(String),
    /// The status list.
    #[error(transparent)]
    Status(#[from] StatusError),
    /// The credential does not satisfy the request, or the prover refused.
    #[error(transparent)]
    Proof(#[from] PresentationError),
    /// The request cannot be hashed.
    #[error(transparent)]
    Encoding(#[from] CborError),
    /// The clock shows a day that no proof can carry.
    #[error("the device's clock is wrong: {0}")]
    Clock(#[from] CalendarError),
    /// A service cannot be reached or refused.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The wallet.
    #[error(transparent)]
    Wallet(#[from] WalletError),
}

impl From<RequestError> for PresentError {
    fn from(error: RequestError) -> Self {
        Self::Refused(error.into())
    }
}

impl PresentError {
    /// The stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::Cancelled(error) => error.code(),
            Self::NoCredential => "credential_missing",
            Self::Refused(error) => error.code(),
            Self::IssuerNotAsked => "issuer_not_asked",
            Self::RootNotAsked => "root_not_asked",
            Self::VerifyingKeyUnknown => "verifying_key_unknown",
            Self::DevelopmentKey => "development_key_refused",
            Self::AccountRefused => "account_not_confirmed",
            Self::Signature(error) => error.code(),
            Self::Signer(_) => "account_signer_failed",
            Self::Status(error) => error.code(),
            Self::Proof(error) => error.code(),
            Self::Encoding(_) => "request_malformed",
            Self::Clock(error) => error.code(),
            Self::Client(error) => error.code(),
            Self::Wallet(error) => error.code(),
        }
    }
}

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
    /// The machine to whose key the pass shall be bound.
    pub machine_key: Option<MachineKey>,
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
///
/// # Errors
/// [`PresentError`]; then nothing was proved for the verifier and the wallet is as it was.
pub fn present(
    with: &Presenting<'_>,
    file: &mut WalletFile,
    request: &Request,
    owner: &dyn Owner,
    progress: &dyn Progress,
) -> Result<Presented, PresentError> {
    let today = Today::from_unix_seconds(with.now.unix_seconds())?;
    request.validate(with.now, file.wallet.environment)?;
    let status = step(progress, Step::StatusList, || credential_status(with, file))?;
    step(progress, Step::JudgeRequest, || {
        allowed(with, file, request, &status, owner)
    })?;
    let signature = step(progress, Step::SignChallenge, || signed(with, request))?;
    let witness = witness(with, file, request, &status, today)?;
    let (proof, public, prove) = step(progress, Step::ProvePresent, || {
        let start = Instant::now();
        let (proof, public) = prove_present(with.proving_key, &witness, &mut OsEntropy)?;
        Ok::<_, PresentError>((proof, public, start.elapsed()))
    })?;
    file.wallet.issuer.newest_root = Some(status.head);
    file.wallet.ledger.record(Disclosure {
        request: request.digest()?,
        network: request.network.clone(),
        action: request.action.clone(),
        epoch: request.epoch,
        slot: with.slot,
        policy: request.policy,
        excluded: request.excluded.clone(),
        account: with.account.account().clone(),
        at: with.now,
    });
    step(progress, Step::SaveWallet, || {
        Ok::<_, PresentError>(file.save()?)
    })?;
    Ok(Presented {
        presentation: Presentation {
            request_id: request.id.clone(),
            account: with.account.account().clone(),
            public: public.elements().map(PublicInput::from),
            proof: ProofBytes::new(proof.to_bytes().to_vec()).unwrap_or_default(),
            signature,
            machine_key: with.machine_key,
        },
        nullifier: public.nullifier,
        contested: status.contested,
        prove,
    })
}

fn credential_status(with: &Presenting<'_>, file: &WalletFile) -> Result<Status, PresentError> {
    let credential = file.wallet.credential().ok_or(PresentError::NoCredential)?;
    let index = credential.credential.status_index;
    Ok(status::fetch(
        with.issuer,
        &file.wallet.issuer,
        index,
        with.now,
        ROOT_WINDOW_SECONDS,
    )?)
}

/// Section 8: everything for which this device would rather say nothing.
fn allowed(
    with: &Presenting<'_>,
    file: &WalletFile,
    request: &Request,
    status: &Status,
    owner: &dyn Owner,
) -> Result<(), PresentError> {
    let verifying = with.proving_key.verifying();
    keys::admit(verifying, file.wallet.environment).map_err(|_| PresentError::DevelopmentKey)?;
    if request.vk_hash.0 != verifying.vk_hash() {
        return Err(PresentError::VerifyingKeyUnknown);
    }
    let issuer = status.root.issuer;
    if !request.issuers.contains(&issuer) {
        return Err(PresentError::IssuerNotAsked);
    }
    // The same root may have been signed again since; the verifier goes by its own record.
    let asked = |root: &IssuedRoot| root.issuer == issuer && root.root == status.root.root;
    if !request.roots.iter().any(asked) {
        return Err(PresentError::RootNotAsked);
    }
    let account = with.account.account();
    let known = file.wallet.ledger.knows(request, account);
    let earlier = file.wallet.ledger.terms_of(&request.network);
    let (issuers, roots) = ([issuer], [status.root]);
    let judged = |confirmed: &[Account], difference_confirmed: bool| {
        // This device knows its own issuer and the root that it checked; what else a request
        // names it never uses.
        let own = Request {
            issuers: issuers.to_vec(),
            roots: roots.to_vec(),
            ..request.clone()
        };
        let context = DeviceContext {
            now: with.now,
            environment: file.wallet.environment,
            network: with.network,
            issuers: &issuers,
            roots: &roots,
            accounts: confirmed,
            earlier: &earlier,
            difference_confirmed,
        };
        judge(&own, account, &context)
    };
    // First with the account taken as confirmed: whoever is refused anyway is not asked.
    let confirmed = [account.clone()];
    match judged(&confirmed, false) {
        Ok(()) => {}
        Err(DeviceRefusal::TermsChanged) => {
            let question = Question::ChangedTerms {
                earlier: &earlier,
                request,
            };
            if !owner.agrees(question) {
                return Err(DeviceRefusal::TermsChanged.into());
            }
            judged(&confirmed, true)?;
        }
        Err(refusal) => return Err(refusal.into()),
    }
    if !known && !owner.agrees(Question::Account { account, request }) {
        return Err(PresentError::AccountRefused);
    }
    Ok(())
}

/// The account signs; its signature is checked here, so that an account that is not its holder's
/// never gets a proof.
fn signed(with: &Presenting<'_>, request: &Request) -> Result<AccountSignature, PresentError> {
    let account = with.account.account();
    let machine_key = with.machine_key.as_ref();
    let message = challenge::message(request, account, machine_key)?;
    let signature = with.account.sign(&message).map_err(PresentError::Signer)?;
    challenge::verify(request, account, machine_key, &signature)?;
    Ok(signature)
}

fn witness(
    with: &Presenting<'_>,
    file: &WalletFile,
    request: &Request,
    status: &Status,
    today: Today,
) -> Result<PresentWitness, PresentError> {
    let account = with.account.account();
    Ok(PresentWitness {
        signed: file
            .wallet
            .credential()
            .ok_or(PresentError::NoCredential)?
            .clone(),
        path: status.path.clone(),
        secret: file.wallet.secret.clone(),
        slot: with.slot,
        scope: request.computed_scope(),
        binding: binding(account, request.verifier.audience(), request.nonce_word()),
        today,
        policy: request.policy,
        excluded: request.excluded.clone(),
    })
}
