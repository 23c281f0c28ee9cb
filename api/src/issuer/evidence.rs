//! The checks of docs/protocol.md section 11, in one function that reads top to bottom.

use humanseal_attestation::AppId;
use humanseal_documents::Moment;
use humanseal_zk_credentials::calendar::{Day, Today};
use humanseal_zk_credentials::circuit::enrol::EnrolPublic;
use humanseal_zk_credentials::credential::DeviceLevel;
use humanseal_zk_credentials::enrolment::verify_enrol;
use humanseal_zk_credentials::exchange::{
    EnrolProof, EvidenceBody, IssuerParameters, SessionKind, Sha256Digest, Statement, enrol_context,
};
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::groth16::{Proof, VerifyingKey};
use humanseal_zk_credentials::template::TemplateCommitment;

use super::device;
use super::device_trust::DeviceTrust;
use super::page::DataPage;
use super::session::{OpenPlan, Session};
use crate::problem::{Code, Problem};

/// What evidence is compared with: nothing in it comes from the evidence itself.
pub struct Expected<'a> {
    /// The session.
    pub session: &'a Session,
    /// The plan that waits for evidence.
    pub plan: OpenPlan,
    /// The data page of the document step.
    pub page: &'a DataPage,
    /// The parameters of the issuer key that the session named.
    pub issuer: &'a IssuerParameters,
    /// The verifying key of the circuit `enrol`.
    pub enrol_key: &'a VerifyingKey,
    /// Who may vouch for a device.
    pub devices: &'a DeviceTrust,
    /// The issuer's day.
    pub today: Today,
    /// The moment.
    pub now: Moment,
}

/// What evidence that passed every check is good for.
#[derive(Debug)]
pub struct Accepted {
    /// `T_portrait`.
    pub portrait: TemplateCommitment,
    /// The commitment that the second proof of a renewal is about. Whether it is the line's is a
    /// question of the line, so it is answered after all checks.
    pub former_portrait: Option<TemplateCommitment>,
    /// The device level that the signature earns.
    pub device: DeviceLevel,
    /// The app that vouches, where one does.
    pub app: Option<AppId>,
    /// Digest of the statement, for the receipt.
    pub statement: Sha256Digest,
}

/// Checks evidence. The first check that does not hold refuses it, by the check's own code.
///
/// # Errors
/// The codes of section "evidence" of docs/errors.md.
pub fn check(body: &EvidenceBody, expected: &Expected<'_>) -> Result<Accepted, Problem> {
    let bytes = body.statement.as_bytes();
    let statement = statement_readable(bytes)?;
    environment(&statement, expected)?;
    nonce(&statement, expected)?;
    consent(&statement, expected)?;
    plan(&statement, expected)?;
    document(&statement, expected)?;
    portrait(&statement, expected)?;
    channel(&statement, expected)?;
    holder_key(&statement, expected)?;
    tau(&statement, expected)?;
    manifest(&statement, expected)?;
    gates(&statement, expected)?;
    capture_day(&statement, expected)?;
    let digest = Sha256Digest::of(bytes);
    let device = device::check(&body.device, &digest, expected.devices, expected.now)?;
    let (proof, second) = proofs(&body.proofs, expected)?;
    let public = public_inputs(proof, statement.portrait, &statement, expected)?;
    proof_holds(proof, &public, expected)?;
    let former = second
        .map(|proof| former_portrait(proof, &statement, expected))
        .transpose()?;
    document_floor(expected)?;
    device_floor(device.level, expected)?;
    Ok(Accepted {
        portrait: statement.portrait,
        former_portrait: former,
        device: device.level,
        app: device.app,
        statement: digest,
    })
}

fn statement_readable(bytes: &[u8]) -> Result<Statement, Problem> {
    Statement::from_bytes(bytes)
        .map_err(|error| Problem::named(error.code(), Code::StatementMalformed))
}

fn environment(statement: &Statement, expected: &Expected<'_>) -> Result<(), Problem> {
    holds(
        statement.environment == expected.issuer.environment,
        Code::EnvironmentMismatch,
    )
}

fn nonce(statement: &Statement, expected: &Expected<'_>) -> Result<(), Problem> {
    holds(
        statement.nonce == expected.session.nonce,
        Code::NonceMismatch,
    )
}

fn consent(statement: &Statement, expected: &Expected<'_>) -> Result<(), Problem> {
    holds(
        statement.consent == expected.issuer.consent(),
        Code::StatementConsentMismatch,
    )
}

fn plan(statement: &Statement, expected: &Expected<'_>) -> Result<(), Problem> {
    holds(statement.plan == expected.plan.digest, Code::PlanMismatch)
}

fn document(statement: &Statement, expected: &Expected<'_>) -> Result<(), Problem> {
    holds(
        statement.document == expected.page.document_digest,
        Code::DocumentMismatch,
    )
}

/// The portrait is the chip's; or that of the credential which stands in a document's place.
fn portrait(statement: &Statement, expected: &Expected<'_>) -> Result<(), Problem> {
    let of_credential = expected
        .page
        .credential
        .is_none_or(|shown| shown.template == statement.portrait);
    holds(
        statement.dg2 == expected.page.dg2 && of_credential,
        Code::PortraitMismatch,
    )
}

fn channel(statement: &Statement, expected: &Expected<'_>) -> Result<(), Problem> {
    holds(
        statement.channel == expected.page.channel,
        Code::ChannelMismatch,
    )
}

fn holder_key(statement: &Statement, expected: &Expected<'_>) -> Result<(), Problem> {
    holds(
        statement.holder_key == expected.page.holder_key,
        Code::HolderKeyMismatch,
    )
}

fn tau(statement: &Statement, expected: &Expected<'_>) -> Result<(), Problem> {
    holds(statement.tau == expected.issuer.tau, Code::TauMismatch)
}

fn manifest(statement: &Statement, expected: &Expected<'_>) -> Result<(), Problem> {
    holds(
        statement.model_manifest == expected.issuer.model_manifest,
        Code::ManifestMismatch,
    )
}

/// The statement's type holds all gates, each once; here each must have passed.
fn gates(statement: &Statement, expected: &Expected<'_>) -> Result<(), Problem> {
    statement
        .gates
        .admit(expected.issuer.environment)
        .map_err(|refusal| {
            Problem::named(refusal.code(), Code::GateFailed)
                .detail(format!("gate {}", refusal.name.as_str()))
        })
}

/// Today or yesterday of the issuer: a capture may stand on the other side of midnight.
fn capture_day(statement: &Statement, expected: &Expected<'_>) -> Result<(), Problem> {
    let today = expected.today.day();
    let yesterday = Day(today.0.saturating_sub(1));
    let day = statement.capture_day;
    holds(
        day == today || day == yesterday,
        Code::CaptureDayOutOfWindow,
    )
}

/// One proof against one portrait; a renewal has a second one, against the line's older portrait.
fn proofs<'a>(
    proofs: &'a [EnrolProof],
    expected: &Expected<'_>,
) -> Result<(&'a EnrolProof, Option<&'a EnrolProof>), Problem> {
    match (proofs, expected.session.kind) {
        ([proof, second], SessionKind::Renew) => Ok((proof, Some(second))),
        ([proof], SessionKind::Issue | SessionKind::Refresh | SessionKind::Recover) => {
            Ok((proof, None))
        }
        _ => Err(Code::ProofCountWrong.into()),
    }
}

/// The second proof: the same holder, live vector, threshold, model and session, another portrait.
fn former_portrait(
    proof: &EnrolProof,
    statement: &Statement,
    expected: &Expected<'_>,
) -> Result<TemplateCommitment, Problem> {
    let [_, portrait, ..] = fields(proof)?;
    let portrait = TemplateCommitment(portrait);
    let public = public_inputs(proof, portrait, statement, expected)?;
    proof_holds(proof, &public, expected)?;
    Ok(portrait)
}

fn fields(proof: &EnrolProof) -> Result<[FieldElement; 6], Problem> {
    proof
        .fields()
        .map_err(|error| Problem::named(error.code(), Code::PublicInputNotCanonical))
}

/// Each public input is compared with what the issuer computes itself.
fn public_inputs(
    proof: &EnrolProof,
    against: TemplateCommitment,
    statement: &Statement,
    expected: &Expected<'_>,
) -> Result<EnrolPublic, Problem> {
    let [holder_key, portrait, live, tau, model, context] = fields(proof)?;
    let own = EnrolPublic {
        holder_key: expected.page.holder_key,
        portrait: against,
        live: statement.live,
        tau: expected.issuer.tau,
        model: expected.issuer.model,
        context: enrol_context(
            expected.session.nonce,
            expected.issuer.id,
            expected.session.kind,
        ),
    };
    holds(holder_key == own.holder_key.0, Code::HolderKeyMismatch)?;
    holds(
        portrait == own.portrait.0 && live == own.live.0,
        Code::TemplateMismatch,
    )?;
    holds(
        tau.fr() == u64::from(own.tau.thousandths()).into(),
        Code::TauMismatch,
    )?;
    holds(model == own.model.0, Code::ModelMismatch)?;
    holds(context == own.context, Code::ContextMismatch)?;
    Ok(own)
}

fn proof_holds(
    proof: &EnrolProof,
    public: &EnrolPublic,
    expected: &Expected<'_>,
) -> Result<(), Problem> {
    let proof = Proof::from_bytes(proof.proof.as_bytes())
        .map_err(|_| Problem::new(Code::ProofMalformed))?;
    verify_enrol(expected.enrol_key, &proof, public).map_err(|_| Problem::new(Code::ProofInvalid))
}

fn document_floor(expected: &Expected<'_>) -> Result<(), Problem> {
    holds(
        expected.page.document >= expected.issuer.min_document,
        Code::DocumentLevelTooLow,
    )
}

fn device_floor(device: DeviceLevel, expected: &Expected<'_>) -> Result<(), Problem> {
    holds(
        device >= expected.issuer.min_device,
        Code::DeviceLevelTooLow,
    )
}

fn holds(condition: bool, code: Code) -> Result<(), Problem> {
    if condition { Ok(()) } else { Err(code.into()) }
}

#[cfg(test)]
mod tests;
