//! A request and what answers it: a verifier's, or a contract's.

use std::path::Path;

use humanseal_wallet_link::check::ROOT_WINDOW_SECONDS;
use humanseal_wallet_link::presentation::MAX_PRESENTATION_BYTES;
use humanseal_wallet_link::request::MAX_REQUEST_BYTES;
use humanseal_wallet_link::{
    ContractPresentation, ContractRequest, Prepared, Presentation, Refusal, Request,
    VerifierContext, prepare, prepare_for_contract,
};
use humanseal_zk_credentials::exchange::{Environment, Timestamp};
use humanseal_zk_credentials::groth16::VerifyingKey;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::output::{Failure, read};

/// Both documents.
pub enum Pair {
    Verifier(Box<(Request, Presentation)>),
    Contract(Box<(ContractRequest, ContractPresentation)>),
}

/// The member that a contract's request has and a verifier's has not.
#[derive(Deserialize)]
struct Kind {
    contract: Option<IgnoredAny>,
}

impl Pair {
    /// Reads two files. Which kind they are, the request says; the presentation must be of the same.
    pub fn read(request: &Path, presentation: &Path) -> Result<Self, Failure> {
        let asked = read(request, MAX_REQUEST_BYTES as u64)?;
        let shown = read(presentation, MAX_PRESENTATION_BYTES as u64)?;
        let input = |file: &Path, error: String, code: &str| {
            Failure::input(format!("{}: {error} [{code}]", file.display()))
        };
        let kind: Option<Kind> = serde_json::from_slice(&asked).ok();
        if kind.is_some_and(|kind| kind.contract.is_some()) {
            let asked = ContractRequest::from_json(&asked)
                .map_err(|error| input(request, error.to_string(), error.code()))?;
            let shown = ContractPresentation::from_json(&shown)
                .map_err(|error| input(presentation, error.to_string(), error.code()))?;
            return Ok(Self::Contract(Box::new((asked, shown))));
        }
        let asked = Request::from_json(&asked)
            .map_err(|error| input(request, error.to_string(), error.code()))?;
        let shown = Presentation::from_json(&shown)
            .map_err(|error| input(presentation, error.to_string(), error.code()))?;
        Ok(Self::Verifier(Box::new((asked, shown))))
    }

    /// What it is called where no file says so.
    pub fn name(&self) -> String {
        match self {
            Self::Verifier(pair) => pair.0.id.to_string(),
            Self::Contract(pair) => pair.0.contract.to_string(),
        }
    }

    /// Where the request belongs.
    pub fn environment(&self) -> Environment {
        match self {
            Self::Verifier(pair) => pair.0.environment,
            Self::Contract(pair) => pair.0.environment,
        }
    }

    /// All checks but the proof's equation.
    pub fn prepare(&self, key: &VerifyingKey, now: Timestamp) -> Result<Prepared, Refusal> {
        match self {
            Self::Verifier(pair) => {
                let (request, presentation) = &**pair;
                let context = VerifierContext {
                    now,
                    environment: request.environment,
                    issuers: &request.issuers,
                    roots: &request.roots,
                    root_window_seconds: ROOT_WINDOW_SECONDS,
                    verifying_key: key,
                    chain_answers: &[],
                };
                prepare(request, presentation, &context)
            }
            Self::Contract(pair) => {
                let (request, presentation) = &**pair;
                prepare_for_contract(request, presentation, key, request.environment, now)
            }
        }
    }
}
