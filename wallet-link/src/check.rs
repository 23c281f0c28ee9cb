//! The checks of a presentation that need no database (docs/protocol.md section 10).
//!
//! [`check`] reads top to bottom as the section does. Whoever has a registry first looks up the
//! request (known, unused) and afterwards stores the nullifier.

use humanseal_zk_credentials::{
    calendar::Today,
    eddsa::IssuerId,
    exchange::{Environment, PublicInput, Timestamp},
    field::FieldElement,
    groth16::{Proof, VerifyingKey, verify},
    holder::{Nullifier, Scope},
    status_list::StatusRoot,
};

use crate::{
    account::Account,
    binding::binding,
    challenge::{self, ChallengeError, ContractQuestion},
    machine_key::MachineKey,
    presentation::Presentation,
    request::{IssuedRoot, Request, RequestError},
};

/// How long a status root is accepted unless a network states otherwise: 72 hours.
pub const ROOT_WINDOW_SECONDS: i64 = 72 * 3600;

/// What the verifier knows by itself.
#[derive(Debug, Clone, Copy)]
pub struct VerifierContext<'a> {
    /// The moment of the check.
    pub now: Timestamp,
    /// The verifier's environment.
    pub environment: Environment,
    /// The issuers that it trusts; it has checked their keys.
    pub issuers: &'a [IssuerId],
    /// Status roots whose signatures it has checked.
    pub roots: &'a [IssuedRoot],
    /// How long a root is accepted, in seconds.
    pub root_window_seconds: i64,
    /// The verifying key of circuit `present` that it pins.
    pub verifying_key: &'a VerifyingKey,
    /// Questions about contract wallets which their chains answered with yes. A verifier that asks
    /// no chain has none.
    pub chain_answers: &'a [ContractQuestion],
}

/// What a presentation proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The place that its owner takes.
    pub nullifier: Nullifier,
    /// In which scope.
    pub scope: Scope,
    /// For which account.
    pub account: Account,
    /// By which issuer.
    pub issuer: IssuerId,
    /// Not revoked under this root.
    pub root: StatusRoot,
    /// On which day.
    pub today: Today,
    /// The machine to whose key the pass is to be bound.
    pub machine_key: Option<MachineKey>,
}

/// All but the proof's equation is checked.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// What the presentation proves if the equation holds.
    pub claimed: Verified,
    /// The proof: points on the curve, in the subgroup, canonical.
    pub proof: Proof,
    /// The public inputs in protocol order, each equal to what the verifier computed itself.
    pub public: [FieldElement; 8],
}

/// The first check that a presentation does not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The request itself.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The presentation answers another request.
    #[error("the presentation answers another request")]
    RequestMismatch,
    /// The request names another verifying key than the verifier's.
    #[error("the request names another verifying key")]
    VerifyingKeyMismatch,
    /// The account's signature.
    #[error(transparent)]
    AccountSignature(#[from] ChallengeError),
    /// A public input in a second spelling or not below r.
    #[error("a public input is not a canonical decimal string below r")]
    PublicInputNotCanonical,
    /// Bound to another account, audience or nonce.
    #[error("the proof is bound to another account, verifier or request")]
    BindingMismatch,
    /// Neither today nor yesterday.
    #[error("the proof's day is neither today nor yesterday")]
    TodayOutOfWindow,
    /// An issuer that the request does not name or the verifier does not trust.
    #[error("the issuer is not trusted here")]
    IssuerUntrusted,
    /// Another policy.
    #[error("the proof is for another policy")]
    PolicyMismatch,
    /// Another list of refused nationalities.
    #[error("the proof is for another list of excluded nationalities")]
    ExcludedMismatch,
    /// Another scope.
    #[error("the proof is for another scope")]
    ScopeMismatch,
    /// A root that the request does not name, or that the verifier never saw from this issuer.
    #[error("the status root is unknown here")]
    RootUnknown,
    /// A root that is too old.
    #[error("the status root is too old")]
    RootStale,
    /// Not 128 bytes, a point off the curve or outside the subgroup, or a second encoding.
    #[error("the proof is not 128 canonical bytes of points in the subgroup")]
    ProofMalformed,
    /// The equation does not hold.
    #[error("the proof does not hold")]
    ProofInvalid,
}

impl Refusal {
    /// Stable code: the name of the check.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Request(error) => error.code(),
            Self::RequestMismatch => "request_mismatch",
            Self::VerifyingKeyMismatch => "verifying_key_mismatch",
            Self::AccountSignature(error) => error.code(),
            Self::PublicInputNotCanonical => "public_input_not_canonical",
            Self::BindingMismatch => "binding_mismatch",
            Self::TodayOutOfWindow => "today_out_of_window",
            Self::IssuerUntrusted => "issuer_untrusted",
            Self::PolicyMismatch => "policy_mismatch",
            Self::ExcludedMismatch => "excluded_mismatch",
            Self::ScopeMismatch => "scope_mismatch",
            Self::RootUnknown => "root_unknown",
            Self::RootStale => "root_stale",
            Self::ProofMalformed => "proof_malformed",
            Self::ProofInvalid => "proof_invalid",
        }
    }
}

/// Checks a presentation against the request that it answers.
pub fn check(
    request: &Request,
    presentation: &Presentation,
    context: &VerifierContext<'_>,
) -> Result<Verified, Refusal> {
    let prepared = prepare(request, presentation, context)?;
    proof_holds(&prepared, context)?;
    Ok(prepared.claimed)
}

/// Every check but the last, which a batch makes for many at once.
pub fn prepare(
    request: &Request,
    presentation: &Presentation,
    context: &VerifierContext<'_>,
) -> Result<Prepared, Refusal> {
    request.validate(context.now, context.environment)?;
    answers_this_request(request, presentation)?;
    same_verifying_key(request, context)?;
    account_signed(request, presentation, context)?;
    let public = canonical_inputs(presentation)?;
    let [
        nullifier,
        bound,
        today,
        root,
        issuer,
        policy,
        excluded,
        scope,
    ] = public;
    bound_here(request, presentation, bound)?;
    let today = day_in_window(today, context.now)?;
    let issuer = issuer_trusted(request, issuer, context)?;
    same_policy(request, policy)?;
    same_excluded(request, excluded)?;
    same_scope(request, scope)?;
    let root = root_in_window(request, issuer, root, context)?;
    let proof = proof_well_formed(presentation)?;

    let claimed = Verified {
        nullifier: Nullifier(nullifier),
        scope: request.computed_scope(),
        account: presentation.account.clone(),
        issuer,
        root,
        today,
        machine_key: presentation.machine_key,
    };
    Ok(Prepared {
        claimed,
        proof,
        public,
    })
}

type Checked = Result<(), Refusal>;

fn ensure(holds: bool, refusal: Refusal) -> Checked {
    if holds { Ok(()) } else { Err(refusal) }
}

fn answers_this_request(request: &Request, presentation: &Presentation) -> Checked {
    ensure(
        presentation.request_id == request.id,
        Refusal::RequestMismatch,
    )
}

fn same_verifying_key(request: &Request, context: &VerifierContext<'_>) -> Checked {
    let pinned = context.verifying_key.vk_hash();
    ensure(request.vk_hash.0 == pinned, Refusal::VerifyingKeyMismatch)
}

fn account_signed(
    request: &Request,
    presentation: &Presentation,
    context: &VerifierContext<'_>,
) -> Checked {
    // Account, message and bytes are compared: the chain's yes to one question is none to another.
    if let Some(question) = ContractQuestion::of(request, presentation)? {
        let answered = context.chain_answers.contains(&question);
        return ensure(answered, ChallengeError::KindNotOffered.into());
    }
    let Presentation {
        account,
        machine_key,
        signature,
        ..
    } = presentation;
    Ok(challenge::verify(
        request,
        account,
        machine_key.as_ref(),
        signature,
    )?)
}

fn canonical_inputs(presentation: &Presentation) -> Result<[FieldElement; 8], Refusal> {
    PublicInput::fields(&presentation.public).map_err(|_| Refusal::PublicInputNotCanonical)
}

fn bound_here(request: &Request, presentation: &Presentation, bound: FieldElement) -> Checked {
    let audience = request.verifier.audience();
    let own = binding(&presentation.account, audience, request.nonce_word());
    ensure(bound == own, Refusal::BindingMismatch)
}

/// Today or yesterday at this moment, each with its own date.
pub(crate) fn day_in_window(packed: FieldElement, now: Timestamp) -> Result<Today, Refusal> {
    let today =
        Today::from_unix_seconds(now.unix_seconds()).map_err(|_| Refusal::TodayOutOfWindow)?;
    [Some(today), today.yesterday()]
        .into_iter()
        .flatten()
        .find(|day| day.pack() == packed)
        .ok_or(Refusal::TodayOutOfWindow)
}

fn issuer_trusted(
    request: &Request,
    issuer: FieldElement,
    context: &VerifierContext<'_>,
) -> Result<IssuerId, Refusal> {
    let issuer = IssuerId(issuer);
    let trusted = request.issuers.contains(&issuer) && context.issuers.contains(&issuer);
    ensure(trusted, Refusal::IssuerUntrusted)?;
    Ok(issuer)
}

fn same_policy(request: &Request, policy: FieldElement) -> Checked {
    ensure(request.policy.pack() == policy, Refusal::PolicyMismatch)
}

fn same_excluded(request: &Request, excluded: FieldElement) -> Checked {
    ensure(
        request.excluded.pack() == excluded,
        Refusal::ExcludedMismatch,
    )
}

fn same_scope(request: &Request, scope: FieldElement) -> Checked {
    ensure(request.computed_scope().0 == scope, Refusal::ScopeMismatch)
}

/// Unknown and stale are told apart: for a stale one, fetching the list again helps.
fn root_in_window(
    request: &Request,
    issuer: IssuerId,
    root: FieldElement,
    context: &VerifierContext<'_>,
) -> Result<StatusRoot, Refusal> {
    let root = StatusRoot(root);
    let of_issuer = |entry: &&IssuedRoot| entry.issuer == issuer && entry.root == root;
    ensure(
        request.roots.iter().any(|entry| of_issuer(&entry)),
        Refusal::RootUnknown,
    )?;
    // The issue time is the verifier's own record, never the request's. A root may have been
    // issued several times; the latest counts.
    let known = context.roots.iter().filter(of_issuer);
    let issued_at = known
        .map(|entry| entry.issued_at)
        .max()
        .ok_or(Refusal::RootUnknown)?;
    let age = context.now.seconds_since(issued_at);
    ensure(age <= context.root_window_seconds, Refusal::RootStale)?;
    Ok(root)
}

fn proof_well_formed(presentation: &Presentation) -> Result<Proof, Refusal> {
    Proof::from_bytes(presentation.proof.as_bytes()).map_err(|_| Refusal::ProofMalformed)
}

fn proof_holds(prepared: &Prepared, context: &VerifierContext<'_>) -> Checked {
    let public = prepared.public.map(|input| input.fr());
    verify(context.verifying_key, &prepared.proof, &public).map_err(|_| Refusal::ProofInvalid)
}
