//! What a device refuses, and says why to its owner only (docs/protocol.md section 8).
//!
//! To the verifier a refusal looks like abandonment: nothing of it is sent.

use humanseal_zk_credentials::{
    eddsa::IssuerId,
    exchange::{Environment, NetworkAction, NetworkMetadata, Timestamp},
    policy::{ANY_VERIFIED_DAYS, Excluded, Policy},
};

use crate::{
    account::Account,
    contract_request::ContractRequest,
    demand::Demand,
    request::{IssuedRoot, Request, RequestError},
};

/// The ages that may be asked for. Any other would, in a chain of requests, reveal the birthdate.
pub const AGES: [u8; 6] = [0, 13, 16, 18, 21, 25];
/// A demand that no recovered credential meets (docs/protocol.md section 9).
const NEVER_RECOVERED: u16 = 20_000;
/// How long a network's terms are remembered, in seconds.
const MEMORY_SECONDS: i64 = 30 * 86_400;

/// What a network asked for before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierTerms {
    /// Its policy.
    pub policy: Policy,
    /// The nationalities that it refused.
    pub excluded: Excluded,
    /// When it was last answered.
    pub at: Timestamp,
}

/// What the device knows when it judges a request.
#[derive(Debug, Clone, Copy)]
pub struct DeviceContext<'a> {
    /// The moment.
    pub now: Timestamp,
    /// The wallet's environment.
    pub environment: Environment,
    /// Member `network` of `https://<network id>/.well-known/humanseal.json`, if it could be had.
    pub network: Option<&'a NetworkMetadata>,
    /// Issuer keys in the public log.
    pub issuers: &'a [IssuerId],
    /// Status roots in the public log.
    pub roots: &'a [IssuedRoot],
    /// Accounts that signed to this wallet and that its owner confirmed.
    pub accounts: &'a [Account],
    /// What this network asked for before.
    pub earlier: &'a [EarlierTerms],
    /// Whether the owner confirmed the difference that was shown.
    pub difference_confirmed: bool,
}

/// Why the device does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeviceRefusal {
    /// The request itself.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The document's network is not the request's.
    #[error("the network's document is for another network")]
    NetworkDocumentMismatch,
    /// Neither the network's name, nor below it, nor listed by it.
    #[error("this origin does not speak for the network")]
    OriginNotOfNetwork,
    /// The network's document does not list this contract.
    #[error("the network does not list this contract")]
    ContractNotListed,
    /// Another age than the published ones.
    #[error("the age asked for is none of 0, 13, 16, 18, 21, 25")]
    AgeNotAllowed,
    /// A day count that could single out a date.
    #[error("the days asked for are neither a multiple of 30 nor a published exception")]
    DaysNotAllowed,
    /// Other terms than within the last 30 days, not confirmed.
    #[error("the network asks for other things than before, and the difference is not confirmed")]
    TermsChanged,
    /// An issuer key that is not in the public log.
    #[error("an issuer key of the request is not in the public log")]
    IssuerNotLogged,
    /// A root that is not in the public log.
    #[error("a status root of the request is not in the public log")]
    RootNotLogged,
    /// An account of a chain that the request does not take.
    #[error("the request takes no account of this chain")]
    ChainNotOffered,
    /// The account did not sign to this wallet, or its owner did not confirm it.
    #[error("this account is not confirmed in the wallet")]
    AccountNotConfirmed,
}

impl DeviceRefusal {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Request(error) => error.code(),
            Self::NetworkDocumentMismatch => "network_document_mismatch",
            Self::OriginNotOfNetwork => "origin_not_of_network",
            Self::ContractNotListed => "contract_not_listed",
            Self::AgeNotAllowed => "age_not_allowed",
            Self::DaysNotAllowed => "days_not_allowed",
            Self::TermsChanged => "terms_changed",
            Self::IssuerNotLogged => "issuer_not_logged",
            Self::RootNotLogged => "root_not_logged",
            Self::ChainNotOffered => "chain_not_offered",
            Self::AccountNotConfirmed => "account_not_confirmed",
        }
    }
}

/// Judges a verifier's request before anything is computed for it.
pub fn judge(
    request: &Request,
    account: &Account,
    context: &DeviceContext<'_>,
) -> Result<(), DeviceRefusal> {
    let demand = Demand::from(request);
    request.validate(context.now, context.environment)?;
    document_fits(&demand, context)?;
    origin_speaks_for_network(request, context)?;
    demand_allowed(&demand, context)?;
    issuers_logged(&request.issuers, context)?;
    roots_logged(&request.roots, context)?;
    let offered = request.chains.contains(account.chain());
    account_confirmed(account, offered, context)
}

/// Judges a contract's request before anything is computed for it: by the same rules, and its
/// network must list it.
///
/// # Errors
/// [`DeviceRefusal`], the first thing that is wrong.
pub fn judge_contract(
    request: &ContractRequest,
    account: &Account,
    context: &DeviceContext<'_>,
) -> Result<(), DeviceRefusal> {
    let demand = Demand::from(request);
    request.validate(context.environment)?;
    document_fits(&demand, context)?;
    network_lists_contract(request, context)?;
    demand_allowed(&demand, context)?;
    issuers_logged(&[request.root.issuer], context)?;
    roots_logged(&[request.root], context)?;
    // A contract binds its own chain id: an account elsewhere could never take the place.
    let offered = request.contract.chain() == account.chain();
    account_confirmed(account, offered, context)
}

type Judged = Result<(), DeviceRefusal>;

fn ensure(holds: bool, refusal: DeviceRefusal) -> Judged {
    if holds { Ok(()) } else { Err(refusal) }
}

fn document_fits(demand: &Demand<'_>, context: &DeviceContext<'_>) -> Judged {
    let fits = context
        .network
        .is_none_or(|network| network.id == demand.network.as_str() && network.validate().is_ok());
    ensure(fits, DeviceRefusal::NetworkDocumentMismatch)
}

fn origin_speaks_for_network(request: &Request, context: &DeviceContext<'_>) -> Judged {
    let origin = request.verifier.to_string();
    let listed = || {
        context
            .network
            .is_some_and(|network| network.origins.contains(&origin))
    };
    let speaks = request
        .verifier
        .covers(&request.network, context.environment)
        || (!request.verifier.is_local() && listed());
    ensure(speaks, DeviceRefusal::OriginNotOfNetwork)
}

/// A contract has no name of its own, so only the network's document speaks for it. The account is
/// compared as a whole: the same address on another chain is another contract.
fn network_lists_contract(request: &ContractRequest, context: &DeviceContext<'_>) -> Judged {
    let contract = request.contract.to_string();
    let listed = context
        .network
        .is_some_and(|network| network.contracts.contains(&contract));
    ensure(listed, DeviceRefusal::ContractNotListed)
}

/// What may be asked, whoever asks.
fn demand_allowed(demand: &Demand<'_>, context: &DeviceContext<'_>) -> Judged {
    age_allowed(demand)?;
    days_allowed(demand, context)?;
    terms_as_before(demand, context)
}

fn age_allowed(demand: &Demand<'_>) -> Judged {
    ensure(
        AGES.contains(&demand.policy.min_age),
        DeviceRefusal::AgeNotAllowed,
    )
}

fn days_allowed(demand: &Demand<'_>, context: &DeviceContext<'_>) -> Judged {
    let Policy {
        max_verified_days,
        min_established_days,
        ..
    } = demand.policy;
    let gap = context
        .network
        .and_then(|network| network.action(demand.action.as_str(), demand.epoch))
        .map(NetworkAction::recovery_gap_days);
    let allowed =
        |days: u16| days.is_multiple_of(30) || days == ANY_VERIFIED_DAYS || days == NEVER_RECOVERED;
    // The gap is a demand on establishment alone: as a demand on the day of the live match, a
    // network could bisect that day with gaps that it publishes itself.
    let both = allowed(max_verified_days)
        && (allowed(min_established_days) || Some(min_established_days) == gap);
    ensure(both, DeviceRefusal::DaysNotAllowed)
}

fn terms_as_before(demand: &Demand<'_>, context: &DeviceContext<'_>) -> Judged {
    let same = |terms: &EarlierTerms| {
        context.now.seconds_since(terms.at) > MEMORY_SECONDS
            || (terms.policy == demand.policy && terms.excluded == *demand.excluded)
    };
    let unchanged = context.earlier.iter().all(same);
    ensure(
        unchanged || context.difference_confirmed,
        DeviceRefusal::TermsChanged,
    )
}

fn issuers_logged(issuers: &[IssuerId], context: &DeviceContext<'_>) -> Judged {
    let logged = issuers
        .iter()
        .all(|issuer| context.issuers.contains(issuer));
    ensure(logged, DeviceRefusal::IssuerNotLogged)
}

fn roots_logged(roots: &[IssuedRoot], context: &DeviceContext<'_>) -> Judged {
    let logged = roots.iter().all(|root| context.roots.contains(root));
    ensure(logged, DeviceRefusal::RootNotLogged)
}

fn account_confirmed(account: &Account, offered: bool, context: &DeviceContext<'_>) -> Judged {
    ensure(offered, DeviceRefusal::ChainNotOffered)?;
    ensure(
        context.accounts.contains(account),
        DeviceRefusal::AccountNotConfirmed,
    )
}
