//! How accounts stand in a network: shown to the verifier's back end, ended by the operator.

// utoipa's macro qualifies what it names.
#![allow(unused_qualifications)]

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use humanseal_wallet_link::{Account, NetworkId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Verifier;
use super::registration::{self, ScopedRegistration};
use super::routes::{BackEnd, Operator};
use crate::clock::rfc3339;
use crate::parameter::{PathOf, QueryOf};
use crate::problem::{Code, Problem};
use crate::schema::refusals;

/// The routes of providers, without state.
pub fn routes() -> OpenApiRouter<Arc<Verifier>> {
    OpenApiRouter::new().routes(routes!(get_provider, delete_provider))
}

/// One registration of an account.
#[derive(Serialize, ToSchema)]
struct RegistrationView {
    /// The scope, a decimal string.
    scope: String,
    /// When the place was taken (RFC 3339); at a contract, when this account took it.
    registered_at: String,
    /// When it last moved to this account.
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_at: Option<String>,
    /// When it ends, unless it is renewed.
    expires_at: String,
    /// The contract that it stands in (CAIP-10), where that is the scope's registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    contract: Option<String>,
    /// The block of that chain which the answer is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<u64>,
}

/// An account's live registrations.
#[derive(Serialize, ToSchema)]
struct ProviderView {
    /// The network.
    network: String,
    /// The account, CAIP-10.
    account: String,
    /// Its live registrations, at least one.
    registrations: Vec<RegistrationView>,
}

/// Shows an account's live registrations (verifier's back end).
#[utoipa::path(get, path = "/v1/networks/{network}/providers/{account}", tag = "networks",
    params(("network" = String, Path), ("account" = String, Path)), security(("verifier" = [])),
    responses((status = 200, body = ProviderView), refusals::Providers))]
async fn get_provider(
    State(verifier): State<Arc<Verifier>>,
    _: BackEnd,
    PathOf((network, account)): PathOf<(String, String)>,
) -> Result<Json<ProviderView>, Problem> {
    let (network, account) = provider(&verifier, &network, &account)?;
    let now = verifier.clock.now();
    let rows = registration::of_account(&verifier.pool, &network, &account, now).await?;
    let mut registrations: Vec<_> = rows
        .into_iter()
        .map(
            |ScopedRegistration {
                 scope,
                 registration: row,
             }| RegistrationView {
                scope,
                registered_at: rfc3339(row.registered_at),
                moved_at: row.moved_at.map(rfc3339),
                expires_at: rfc3339(row.expires_at),
                contract: None,
                block: None,
            },
        )
        .collect();
    for registry in verifier.registries_of(&network, &account) {
        if let Some(registered) = registry.registration(&account).await? {
            registrations.push(RegistrationView {
                scope: registered.scope.0.to_string(),
                registered_at: rfc3339(registered.since),
                moved_at: None,
                expires_at: rfc3339(registered.expires_at),
                contract: Some(registered.contract.to_string()),
                block: Some(registered.block),
            });
        }
    }
    if registrations.is_empty() {
        return Err(Code::ProviderUnknown.into());
    }
    Ok(Json(ProviderView {
        network: network.as_str().to_owned(),
        account: account.to_string(),
        registrations,
    }))
}

/// How an account's registrations end.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EndQuery {
    /// Days for which the nullifiers are barred; none where it is left out.
    ban_days: Option<u16>,
}

/// Ends an account's registrations, with or without a ban (operator).
#[utoipa::path(delete, path = "/v1/networks/{network}/providers/{account}", tag = "networks",
    params(("network" = String, Path), ("account" = String, Path), EndQuery),
    security(("operator" = [])), responses((status = 204), refusals::ProviderEnding))]
async fn delete_provider(
    State(verifier): State<Arc<Verifier>>,
    _: Operator,
    PathOf((network, account)): PathOf<(String, String)>,
    QueryOf(query): QueryOf<EndQuery>,
) -> Result<StatusCode, Problem> {
    let (network, account) = provider(&verifier, &network, &account)?;
    let longest = verifier.network(&network)?.max_ban_days;
    if query
        .ban_days
        .is_some_and(|days| days == 0 || days > longest)
    {
        return Err(Code::ParameterInvalid.into());
    }
    let now = verifier.clock.now();
    let until = query.ban_days.map(|days| now + i64::from(days) * 86_400);
    match registration::end(&verifier.pool, &network, &account, until, now).await {
        // Nothing here that could end, and a contract that nobody here can write to.
        Err(problem)
            if problem.code() == Code::ProviderUnknown
                && verifier.registries_of(&network, &account).next().is_some() =>
        {
            return Err(Code::ProviderOnChain.into());
        }
        ended => ended?,
    }
    tracing::info!("registrations ended by the operator");
    Ok(StatusCode::NO_CONTENT)
}

fn provider(
    verifier: &Verifier,
    network: &str,
    account: &str,
) -> Result<(NetworkId, Account), Problem> {
    let network: NetworkId = network.parse().map_err(|_| Code::NetworkUnknown)?;
    verifier.network(&network)?;
    let account = account.parse().map_err(|_| Code::ParameterInvalid)?;
    Ok((network, account))
}
