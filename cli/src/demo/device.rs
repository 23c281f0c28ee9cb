//! The holder's side of the demo: faces, secrets, proofs.

use std::time::Duration;

use humanseal_biometric::{
    Embedding, EmbeddingModel, GateName, GateOutcome, GateRecord, Limits, LiveCapture,
    MatchAgainst, Models, Photo, Pipeline,
};
use humanseal_documents::{ChipFiles, Dg2, Sod};
use humanseal_wallet_link::{Account, Request, binding};
use humanseal_zk_credentials::calendar::Today;
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::credential::SignedCredential;
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::enrolment::{EnrolPublic, EnrolWitness, EnrolmentError, prove_enrol};
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{SessionKind, enrol_context};
use humanseal_zk_credentials::groth16::Proof;
use humanseal_zk_credentials::holder::{HolderSecret, Slot};
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::presentation::{PresentPublic, PresentWitness, prove_present};
use humanseal_zk_credentials::status_list::StatusList;
use humanseal_zk_credentials::template::{Blinding, ModelId, Template};

use super::Now;
use super::issuer::{Session, tau};
use crate::output::Failure;

/// The device: its face pipeline and its owner's secret.
pub struct Device {
    pipeline: Pipeline,
    secret: HolderSecret,
}

/// A judged capture and the portrait that it is matched with.
pub struct Capture {
    portrait: Embedding,
    live: LiveCapture,
}

/// What the device sends as evidence: gates, public inputs, proof.
pub struct Evidence {
    /// Every gate.
    pub gates: Vec<GateRecord>,
    /// Public inputs of `enrol`.
    pub public: EnrolPublic,
    /// The proof.
    pub proof: Proof,
}

impl Evidence {
    /// Gate, outcome, reason.
    pub fn gate_rows(&self) -> Vec<[String; 3]> {
        self.gates
            .iter()
            .map(|gate| {
                [
                    gate.name.as_str(),
                    gate.outcome.as_str(),
                    gate.reason.code(),
                ]
                .map(str::to_owned)
            })
            .collect()
    }
}

impl Capture {
    /// Time of the steps on the first frame.
    pub fn times(&self) -> Vec<(&'static str, Duration)> {
        let Some(frame) = self.live.frames().first() else {
            return vec![];
        };
        let times = frame.timings;
        vec![
            ("detect", times.detect),
            ("embed", times.embed),
            ("liveness", times.liveness),
        ]
    }
}

impl Device {
    /// Loads the models and draws a holder secret.
    pub fn load() -> Result<Self, Failure> {
        let models = Models::load(&Models::default_dir(), EmbeddingModel::default())
            .map_err(|error| Failure::input(format!("the face models cannot be used: {error}")))?;
        Ok(Self {
            pipeline: Pipeline::new(models),
            secret: HolderSecret::generate(&mut OsEntropy),
        })
    }

    /// Model of the embeddings, as the circuits name it.
    pub fn model(&self) -> ModelId {
        ModelId::of_sha256(self.pipeline.embedding_model_sha256())
    }

    /// Matches frames with the portrait of a document whose DG2 the SOD signs.
    ///
    /// Stills cannot turn a head, so the active gate is staged, which only development takes.
    pub fn capture(&self, files: &ChipFiles, frames: &[Vec<u8>]) -> Result<Capture, Failure> {
        let dg2 = files
            .dg2
            .as_deref()
            .ok_or_else(|| Failure::input("the chip has no DG2"))?;
        let sod = Sod::parse(&files.sod).map_err(Failure::input)?;
        if !sod.lists(2, dg2) {
            return Err(Failure::input(
                "dg2_digest: the portrait is not the signed one",
            ));
        }
        let dg2 = Dg2::parse(dg2).map_err(Failure::input)?;
        let decode = |bytes: &[u8]| Photo::decode(bytes, Limits::default()).map_err(Failure::input);
        let portrait = self
            .pipeline
            .portrait(&decode(dg2.portrait().bytes())?)
            .map_err(Failure::input)?;
        let frames: Vec<_> = frames.iter().map(|f| decode(f)).collect::<Result<_, _>>()?;
        let against = MatchAgainst {
            portrait: &portrait,
            at_least: self.pipeline.thresholds().decision().similarity,
        };
        let mut live = self
            .pipeline
            .live(&frames, Some(against))
            .map_err(Failure::input)?;
        live.stage_active_liveness_for_development();
        Ok(Capture {
            portrait: portrait.embedding().clone(),
            live,
        })
    }

    /// Whether the match gate of a capture passed.
    pub fn matched(&self, capture: &Capture) -> bool {
        capture.live.gate(GateName::Match).outcome == GateOutcome::Passed
    }

    /// Proves the match for one session.
    pub fn enrol(
        &self,
        capture: &Capture,
        session: &Session,
        issuer: IssuerId,
    ) -> Result<Evidence, Failure> {
        let (proof, public) = self
            .prove_match(capture, session, issuer)?
            .map_err(|error| Failure::input(format!("{}: {error}", error.code())))?;
        Ok(Evidence {
            gates: capture.live.gates().to_vec(),
            public,
            proof,
        })
    }

    /// The proof, or the circuit's refusal by name.
    pub fn prove_match(
        &self,
        capture: &Capture,
        session: &Session,
        issuer: IssuerId,
    ) -> Result<Result<(Proof, EnrolPublic), EnrolmentError>, Failure> {
        let live = capture
            .live
            .embedding()
            .ok_or_else(|| Failure::input("no live face"))?;
        let template = |e: &Embedding| Template::quantise(e.values()).map_err(Failure::fault);
        let witness = EnrolWitness {
            secret: self.secret.clone(),
            portrait: template(&capture.portrait)?,
            portrait_blinding: Blinding::generate(&mut OsEntropy),
            live: template(live)?,
            live_blinding: Blinding::generate(&mut OsEntropy),
            tau: tau()?,
            model: self.model(),
            context: enrol_context(session.nonce, issuer, SessionKind::Issue),
        };
        let key = keys::development(Circuit::Enrol).map_err(Failure::fault)?;
        Ok(prove_enrol(key, &witness, &mut OsEntropy))
    }

    /// The witness of a presentation: the path comes from the whole list, so nobody learns which
    /// bit is needed.
    pub fn witness(
        &self,
        signed: &SignedCredential,
        list: &StatusList,
        request: &Request,
        account: &Account,
        slot: Slot,
        now: Now,
    ) -> Result<PresentWitness, Failure> {
        Ok(PresentWitness {
            signed: signed.clone(),
            path: list.path(signed.credential.status_index),
            secret: self.secret.clone(),
            slot,
            scope: request.computed_scope(),
            binding: binding(account, request.verifier.audience(), request.nonce_word()),
            today: Today::from_unix_seconds(now.0).map_err(Failure::fault)?,
            policy: request.policy,
            excluded: request.excluded.clone(),
        })
    }

    /// Proves a presentation.
    pub fn present(&self, witness: &PresentWitness) -> Result<(Proof, PresentPublic), Failure> {
        let key = keys::development(Circuit::Present).map_err(Failure::fault)?;
        prove_present(key, witness, &mut OsEntropy)
            .map_err(|error| Failure::input(format!("{}: {error}", error.code())))
    }
}
