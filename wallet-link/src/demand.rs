//! What a holder is asked for, whoever asks: a verifier over REST or a contract on a chain.

use std::fmt;

use humanseal_zk_credentials::policy::{Excluded, Policy};

use crate::{
    account::Account,
    contract_request::ContractRequest,
    origin::{NetworkId, Origin},
    request::{Action, Request},
};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker<'a> {
    /// A verifier, by its origin.
    Verifier(&'a Origin),
    /// A contract, by its account.
    Contract(&'a Account),
}

impl fmt::Display for Asker<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verifier(origin) => origin.fmt(f),
            Self::Contract(account) => account.fmt(f),
        }
    }
}

/// What both kinds of request ask: the part of a request that a device judges and its owner is
/// shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand<'a> {
    /// Who asks.
    pub asker: Asker<'a>,
    /// For which network.
    pub network: &'a NetworkId,
    /// What for.
    pub action: &'a Action,
    /// The epoch, 0 "for ever".
    pub epoch: u64,
    /// What the credential must satisfy.
    pub policy: Policy,
    /// Nationalities that are refused.
    pub excluded: &'a Excluded,
    /// The verifier's line for the account's owner; a contract has none.
    pub statement: Option<&'a str>,
}

impl<'a> From<&'a Request> for Demand<'a> {
    fn from(request: &'a Request) -> Self {
        Self {
            asker: Asker::Verifier(&request.verifier),
            network: &request.network,
            action: &request.action,
            epoch: request.epoch,
            policy: request.policy,
            excluded: &request.excluded,
            statement: Some(&request.statement),
        }
    }
}

impl<'a> From<&'a ContractRequest> for Demand<'a> {
    fn from(request: &'a ContractRequest) -> Self {
        Self {
            asker: Asker::Contract(&request.contract),
            network: &request.network,
            action: &request.action,
            epoch: request.epoch,
            policy: request.policy,
            excluded: &request.excluded,
            statement: None,
        }
    }
}
