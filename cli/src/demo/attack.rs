//! Dishonest devices: they skip what an honest one checks, so that the refusals below are those of
//! issuer and verifier, not of the app.

use humanseal_documents::ChipFiles;
use humanseal_sdk::{AccountSigner, Client, ClientError, Outcome, Wallet};
use humanseal_wallet_link::{
    Account, ContractPresentation, ContractRequest, Presentation, Request, binding, challenge,
};
use humanseal_zk_credentials::calendar::Today;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{
    Base64, CreateSession, DocumentAnswer, DocumentBody, ProofBytes, PublicInput, ReadChannel,
    SessionKind, Timestamp,
};
use humanseal_zk_credentials::groth16::ProvingKey;
use humanseal_zk_credentials::holder::{HolderSecret, Slot};
use humanseal_zk_credentials::presentation::{PresentWitness, prove_present};
use humanseal_zk_credentials::status_list::StatusPath;

use crate::output::Failure;

/// Sends a document's files without looking at them.
pub fn send_document(issuer: &Client, files: &ChipFiles) -> Result<DocumentAnswer, ClientError> {
    let metadata = issuer.well_known()?.issuer;
    let metadata = metadata.ok_or_else(|| ClientError::AnswerInvalid("no issuer".into()))?;
    let [parameters] = metadata.keys.as_slice() else {
        return Err(ClientError::AnswerInvalid("one key expected".into()));
    };
    let session = issuer.open_session(&CreateSession {
        kind: SessionKind::Issue,
        issuer: parameters.id,
        consent: parameters.consent(),
    })?;
    let body = DocumentBody {
        holder_key: HolderSecret::generate(&mut OsEntropy).holder_key(),
        channel: ReadChannel::File,
        sod: Base64::new(files.sod.to_vec()),
        dg1: Base64::new(files.dg1.to_vec()),
        mrz: None,
        dg14: None,
        dg15: None,
        chip_answer: None,
        credential: None,
        accessible: false,
    };
    issuer.send_document(&session.id, &session.token, &body)
}

/// Proves for an account whatever the request asks, without judging request, root or issuer.
pub fn prove(
    wallet: &Wallet,
    path: &StatusPath,
    request: &Request,
    signer: &dyn AccountSigner,
    key: &ProvingKey,
    now: Timestamp,
) -> Result<Presentation, Failure> {
    let signed = wallet
        .credential()
        .ok_or_else(|| Failure::fault("no credential"))?
        .clone();
    let account = signer.account();
    let witness = PresentWitness {
        signed,
        path: path.clone(),
        secret: wallet.secret.clone(),
        slot: Slot(0),
        scope: request.computed_scope(),
        binding: binding(account, request.verifier.audience(), request.nonce_word()),
        today: Today::from_unix_seconds(now.unix_seconds()).map_err(Failure::fault)?,
        policy: request.policy,
        excluded: request.excluded.clone(),
    };
    let (proof, public) = prove_present(key, &witness, &mut OsEntropy).map_err(Failure::fault)?;
    let presentation = Presentation {
        request_id: request.id.clone(),
        account: account.clone(),
        public: public.elements().map(PublicInput::from),
        proof: ProofBytes::new(proof.to_bytes().to_vec()).unwrap_or_default(),
        signature: sign(request, signer)?,
        machine_key: None,
    };
    Ok(presentation)
}

/// Proves for an account whatever a contract asks, without judging contract, root or count.
pub fn prove_to_contract(
    wallet: &Wallet,
    path: &StatusPath,
    request: &ContractRequest,
    slot: Slot,
    account: &Account,
    key: &ProvingKey,
    now: Timestamp,
) -> Result<ContractPresentation, Failure> {
    let signed = wallet.credential().cloned();
    let today = Today::from_unix_seconds(now.unix_seconds()).map_err(Failure::fault)?;
    let binding = request.binding(account);
    let witness = PresentWitness {
        signed: signed.ok_or_else(|| Failure::fault("no credential"))?,
        path: path.clone(),
        secret: wallet.secret.clone(),
        slot,
        scope: request.computed_scope(),
        binding: binding.ok_or_else(|| Failure::fault("no EVM contract"))?,
        today,
        policy: request.policy,
        excluded: request.excluded.clone(),
    };
    let (proof, public) = prove_present(key, &witness, &mut OsEntropy).map_err(Failure::fault)?;
    Ok(ContractPresentation {
        contract: request.contract.clone(),
        account: account.clone(),
        proof: Base64::new(proof.evm_words().as_flattened().to_vec()).unwrap_or_default(),
        nullifier: public.nullifier,
        today: today.pack(),
        issuer_index: request.issuer_index,
        root_issued_at: request.root.issued_at,
        count: request.count,
    })
}

/// Takes somebody's presentation for an own account or for another request.
pub fn divert(
    presentation: &Presentation,
    request: &Request,
    signer: &dyn AccountSigner,
) -> Result<Presentation, Failure> {
    Ok(Presentation {
        request_id: request.id.clone(),
        account: signer.account().clone(),
        signature: sign(request, signer)?,
        ..presentation.clone()
    })
}

fn sign(
    request: &Request,
    signer: &dyn AccountSigner,
) -> Result<humanseal_wallet_link::presentation::AccountSignature, Failure> {
    let message = challenge::message(request, signer.account(), None).map_err(Failure::fault)?;
    signer.sign(&message).map_err(Failure::fault)
}

/// The code of a verifier's refusal; `None` if it accepted.
pub fn refused(answer: Result<Outcome, ClientError>) -> Option<String> {
    answer.err().map(|error| error.code().to_owned())
}
