//! Checks without a registry: a request document and a presentation, both handed in.

use std::sync::Arc;

use humanseal_wallet_link::batch::holding;
use humanseal_wallet_link::{
    ContractQuestion, IssuedRoot, Prepared, Presentation, Request, Verified, VerifierContext,
    check, prepare,
};
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use utoipa::ToSchema;

use super::Verifier;
use super::presentation::refused;
use crate::problem::{Code, Problem};

/// Most entries of a batch.
pub const BATCH: usize = 256;

/// A request document with the presentation that answers it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The request.
    pub request: Request,
    /// The presentation.
    pub presentation: Presentation,
}

/// `POST /v1/verify/batch`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// 1 to 256 entries.
    pub entries: Vec<Entry>,
}

/// What came of one entry. It says that the proof holds for the request as handed in; whether the
/// request was this verifier's, was used before, or the place is taken, only the registry knows.
#[derive(Debug, Serialize, ToSchema)]
pub struct Verdict {
    /// Whether every check held.
    pub verified: bool,
    /// The code of the first check that did not: those of
    /// `POST /v1/requests/{id}/presentation`, and `origin_mismatch`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// A finer code, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The nullifier, where verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nullifier: Option<String>,
    /// The account, where verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

impl Verdict {
    fn good(verified: &Verified) -> Self {
        Self {
            verified: true,
            code: None,
            reason: None,
            nullifier: Some(verified.nullifier.0.to_string()),
            account: Some(verified.account.to_string()),
        }
    }
    fn bad(problem: &Problem) -> Self {
        Self {
            verified: false,
            code: Some(problem.code().name()),
            reason: problem.reason(),
            nullifier: None,
            account: None,
        }
    }
}

/// The verifier's knowledge, owned, so that it can go to another thread.
struct Knowledge {
    verifier: Arc<Verifier>,
    now: Timestamp,
    roots: Vec<IssuedRoot>,
    chain_answers: Vec<ContractQuestion>,
}

impl Knowledge {
    /// Issuers and window are those of the request's network. A request that another origin made
    /// is bound to that one's audience: whoever answered it never meant this verifier.
    fn context(&self, request: &Request) -> Result<VerifierContext<'_>, Problem> {
        let network = self.verifier.network(&request.network)?;
        if request.verifier != network.origin {
            return Err(Code::OriginMismatch.into());
        }
        Ok(VerifierContext {
            now: self.now,
            environment: self.verifier.environment,
            issuers: &network.issuers,
            roots: &self.roots,
            root_window_seconds: network.window_seconds,
            verifying_key: &self.verifier.present_key,
            chain_answers: &self.chain_answers,
        })
    }

    /// What an entry's chain is to be asked.
    fn question(&self, entry: &Entry) -> Result<Option<ContractQuestion>, Problem> {
        self.context(&entry.request)?;
        let now = self.now.unix_seconds();
        self.verifier
            .chain_question(&entry.request, &entry.presentation, now)
    }

    /// Asks the chains for all entries at once. An entry whose chain did not say yes is refused, in
    /// its place.
    async fn ask_chains(&mut self, entries: &[Entry]) -> Result<Vec<Result<(), Problem>>, Problem> {
        let mut asked = JoinSet::new();
        let mut refusals = Vec::with_capacity(entries.len());
        for (place, entry) in entries.iter().enumerate() {
            refusals.push(match self.question(entry) {
                Err(problem) => Err(problem),
                Ok(None) => Ok(()),
                Ok(Some(question)) => {
                    let verifier = Arc::clone(&self.verifier);
                    asked.spawn(async move {
                        let answer = verifier.wallet_chains.ask(&question).await;
                        (place, question, answer)
                    });
                    // Until its chain has answered.
                    Err(Code::ChainUnavailable.into())
                }
            });
        }
        while let Some(answered) = asked.join_next().await {
            let (place, question, answer) = answered.map_err(|_| Code::Internal)?;
            if answer.is_ok() {
                self.chain_answers.push(question);
            }
            refusals[place] = answer;
        }
        Ok(refusals)
    }

    fn judge(&self, entry: &Entry) -> Result<Verified, Problem> {
        let context = self.context(&entry.request)?;
        check(&entry.request, &entry.presentation, &context).map_err(|refusal| refused(&refusal))
    }

    fn prepare(&self, entry: &Entry) -> Result<Prepared, Problem> {
        let context = self.context(&entry.request)?;
        prepare(&entry.request, &entry.presentation, &context).map_err(|refusal| refused(&refusal))
    }
}

impl Verifier {
    async fn knowledge(self: &Arc<Self>) -> Result<Knowledge, Problem> {
        self.fetch_roots().await?;
        let issuers: Vec<IssuerId> = self.issuers.iter().map(|issuer| issuer.id).collect();
        Ok(Knowledge {
            verifier: Arc::clone(self),
            now: Timestamp::from_unix_seconds(self.clock.now()).map_err(|_| Code::Internal)?,
            roots: self.roots_known(&issuers).await?,
            chain_answers: vec![],
        })
    }

    /// Checks one entry.
    pub(super) async fn judge(self: &Arc<Self>, entry: Entry) -> Result<Verdict, Problem> {
        let mut knowledge = self.knowledge().await?;
        let asked = knowledge.ask_chains(std::slice::from_ref(&entry)).await?;
        if let Some(Err(problem)) = asked.first() {
            return Ok(Verdict::bad(problem));
        }
        let verdict = self.heavy.run(move || knowledge.judge(&entry)).await?;
        Ok(match verdict {
            Ok(verified) => Verdict::good(&verified),
            Err(problem) => Verdict::bad(&problem),
        })
    }

    /// Checks many entries with one equation; culprits are found by halving.
    ///
    /// An empty list is refused: nothing verified is never "all verified".
    pub(super) async fn judge_batch(
        self: &Arc<Self>,
        batch: Batch,
    ) -> Result<Vec<Verdict>, Problem> {
        if !(1..=BATCH).contains(&batch.entries.len()) {
            return Err(Code::BatchSize.into());
        }
        let mut knowledge = self.knowledge().await?;
        let asked = knowledge.ask_chains(&batch.entries).await?;
        self.heavy
            .run(move || {
                let prepared: Vec<Result<Prepared, Problem>> = batch
                    .entries
                    .iter()
                    .zip(asked)
                    .map(|(entry, asked)| asked.and_then(|()| knowledge.prepare(entry)))
                    .collect();
                let sound: Vec<&Prepared> = prepared
                    .iter()
                    .filter_map(|entry| entry.as_ref().ok())
                    .collect();
                let mut holds = holding(&knowledge.verifier.present_key, &sound).into_iter();
                prepared
                    .iter()
                    .map(|entry| match entry {
                        Err(problem) => Verdict::bad(problem),
                        Ok(entry) if holds.next() == Some(true) => Verdict::good(&entry.claimed),
                        Ok(_) => Verdict::bad(&Code::ProofInvalid.into()),
                    })
                    .collect()
            })
            .await
    }
}
