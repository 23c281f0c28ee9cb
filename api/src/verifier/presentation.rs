//! A presentation, in the order of docs/protocol.md section 10.

use std::sync::Arc;

use humanseal_wallet_link::{
    ContractQuestion, Pass, Presentation, Refusal, Request, RequestId, Verified, VerifierContext,
    check,
};
use humanseal_zk_credentials::exchange::Timestamp;

use super::registration::{self, Claim};
use super::request::{self, StoredOutcome};
use super::{Network, Verifier};
use crate::database;
use crate::problem::{Code, Problem};
use crate::random;

/// What a presentation gives.
#[derive(Debug)]
pub struct Answered {
    /// What is stored of it.
    pub outcome: StoredOutcome,
    /// The signed pass.
    pub pass: String,
}

impl Verifier {
    /// Checks a presentation and takes its place; the request is used up by that alone.
    pub(super) async fn take_presentation(
        self: &Arc<Self>,
        id: &RequestId,
        presentation: Presentation,
    ) -> Result<Answered, Problem> {
        let now = self.clock.now();
        let stored = self.stored_request(id).await?;
        unexpired(&stored.request, now)?;
        unused(stored.used)?;
        let network = self.network(&stored.request.network)?.clone();
        let place = network
            .own_place(&stored.request.action, stored.request.epoch, now)?
            .clone();
        let verified = self
            .verify(&network, stored.request.clone(), presentation, now)
            .await?;

        let claim = Claim {
            network: &network,
            place: &place,
            scope: verified.scope,
            nullifier: verified.nullifier,
            account: &verified.account,
            now,
            pass_seconds: self.pass_seconds,
        };
        let mut transaction = database::write(&self.pool).await?;
        request::use_up(&mut transaction, id, now).await?;
        let taken = registration::take(&mut transaction, &claim).await?;
        let outcome = self.outcome(&stored.request, &verified, taken, now)?;
        request::store_outcome(&mut transaction, id, &outcome).await?;
        let pass = self.sign(&outcome.pass)?;
        transaction.commit().await?;
        Ok(Answered { outcome, pass })
    }

    /// The checks that need no database, off the request threads.
    async fn verify(
        self: &Arc<Self>,
        network: &Network,
        request: Request,
        presentation: Presentation,
        now: i64,
    ) -> Result<Verified, Problem> {
        let question = self.chain_question(&request, &presentation, now)?;
        if let Some(question) = &question {
            self.wallet_chains.ask(question).await?;
        }
        let chain_answers: Vec<ContractQuestion> = question.into_iter().collect();
        let roots = self.roots_known(&network.issuers).await?;
        let (issuers, window) = (network.issuers.clone(), network.window_seconds);
        let now = Timestamp::from_unix_seconds(now).map_err(|_| Code::Internal)?;
        let verifier = Arc::clone(self);
        self.heavy
            .run(move || {
                let context = VerifierContext {
                    now,
                    environment: verifier.environment,
                    issuers: &issuers,
                    roots: &roots,
                    root_window_seconds: window,
                    verifying_key: &verifier.present_key,
                    chain_answers: &chain_answers,
                };
                check(&request, &presentation, &context)
            })
            .await?
            .map_err(|refusal| refused(&refusal))
    }

    /// What the account's chain is to be asked, where only that can judge the signature. The request
    /// is looked at before, so that a call which cannot succeed costs no question.
    pub(super) fn chain_question(
        &self,
        request: &Request,
        presentation: &Presentation,
        now: i64,
    ) -> Result<Option<ContractQuestion>, Problem> {
        if !presentation.signature.kind.needs_chain() {
            return Ok(None);
        }
        let at = Timestamp::from_unix_seconds(now).map_err(|_| Code::Internal)?;
        request
            .validate(at, self.environment)
            .map_err(|error| refused(&Refusal::Request(error)))?;
        if presentation.request_id != request.id {
            return Err(refused(&Refusal::RequestMismatch));
        }
        ContractQuestion::of(request, presentation)
            .map_err(|error| refused(&Refusal::AccountSignature(error)))
    }

    fn outcome(
        &self,
        request: &Request,
        verified: &Verified,
        taken: registration::Taken,
        now: i64,
    ) -> Result<StoredOutcome, Problem> {
        let at = |seconds: i64| Timestamp::from_unix_seconds(seconds).map_err(|_| Code::Internal);
        Ok(StoredOutcome {
            verified_at: at(now)?,
            account: verified.account.clone(),
            nullifier: verified.nullifier,
            registration_expires_at: at(taken.expires_at)?,
            pass: Pass {
                iss: request.verifier.clone(),
                aud: request.network.clone(),
                sub: verified.account.clone(),
                exp: taken.pass_expires_at,
                iat: now,
                nbf: now,
                jti: random::identifier("pa_")?,
                environment: self.environment,
                nullifier: verified.nullifier,
                scope: verified.scope,
                policy: request.policy,
                excluded: request.excluded.clone(),
                cnf: verified.machine_key.map(Into::into),
            },
        })
    }

    /// Signs a pass. Ed25519 is deterministic: the same claims give the same token.
    pub(super) fn sign(&self, pass: &Pass) -> Result<String, Problem> {
        self.passes.sign(pass).map_err(|error| {
            tracing::error!(code = error.code(), "pass not signed");
            Code::Internal.into()
        })
    }
}

fn unexpired(request: &Request, now: i64) -> Result<(), Problem> {
    if now < request.expires_at.unix_seconds() {
        Ok(())
    } else {
        Err(Code::RequestExpired.into())
    }
}

fn unused(used: bool) -> Result<(), Problem> {
    if used {
        Err(Code::RequestUsed.into())
    } else {
        Ok(())
    }
}

/// The refusal under its own code; one that the catalogue does not list keeps its name as `reason`.
pub(super) fn refused(refusal: &Refusal) -> Problem {
    Problem::named(refusal.code(), Code::PresentationRefused)
}
