//! The issuer's side of the demo: chip data, evidence, credential, status list.

use humanseal_biometric::{GateName, GateOutcome};
use humanseal_documents::{Authenticated, ChipFiles, Sod, TrustStore, authenticate};
use humanseal_zk_credentials::calendar::{Date, Day, Today};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::credential::{
    Credential, DeviceLevel, SignedCredential, StatusIndex,
};
use humanseal_zk_credentials::eddsa::{IssuerId, IssuerSecretKey};
use humanseal_zk_credentials::enrolment::verify_enrol;
use humanseal_zk_credentials::exchange::{Nonce, SessionKind, enrol_context};
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::nationality::Nationality;
use humanseal_zk_credentials::status_list::{STATUS_BITS, StatusList};
use humanseal_zk_credentials::template::{ModelId, Tau};

use super::Now;
use super::device::Evidence;
use crate::output::Failure;

/// The cosine threshold in thousandths: the embedding model's at a false match rate of 1e-4, as
/// fixtures/models/manifest.json has it.
pub fn tau() -> Result<Tau, Failure> {
    Tau::new(531).map_err(Failure::fault)
}

/// Fills from the operating system's generator.
fn fill(bytes: &mut [u8]) -> Result<(), Failure> {
    getrandom::fill(bytes).map_err(Failure::fault)
}

/// A development issuer in memory.
pub struct Issuer {
    key: IssuerSecretKey,
    trust: TrustStore,
    model: ModelId,
    /// The bits of its credentials.
    pub list: StatusList,
}

/// A session after the document.
pub struct Session {
    /// Its nonce.
    pub nonce: Nonce,
    page: Authenticated,
}

impl Issuer {
    /// A fresh key and an empty list.
    pub fn new(trust: TrustStore, model: ModelId) -> Result<Self, Failure> {
        let mut seed = [0; 32];
        fill(&mut seed)?;
        Ok(Self {
            key: IssuerSecretKey::from_seed(seed),
            trust,
            model,
            list: StatusList::new(),
        })
    }

    /// `P(Ax, Ay)`.
    pub fn id(&self) -> IssuerId {
        self.key.public().id()
    }

    /// Passive authentication; DG2 is not among what the issuer gets.
    pub fn open(&self, files: &ChipFiles, now: Now) -> Result<Session, Failure> {
        let mut nonce = [0; 32];
        fill(&mut nonce)?;
        let page = self.authenticate(files, now).map_err(Failure::input)?;
        Ok(Session {
            nonce: Nonce(nonce),
            page,
        })
    }

    /// The checks of docs/protocol.md section 11 on the chip data, or the code of the first that
    /// fails.
    pub fn authenticate(&self, files: &ChipFiles, now: Now) -> Result<Authenticated, &'static str> {
        let sod = Sod::parse(&files.sod).map_err(|error| error.code())?;
        authenticate(&sod, &files.data_groups(), &self.trust, now.moment())
            .map_err(|error| error.code())
    }

    /// Checks the evidence and signs. Every gate must have passed; the active one may be staged,
    /// here and at no production issuer.
    pub fn issue(
        &mut self,
        session: Session,
        evidence: &Evidence,
        now: Now,
    ) -> Result<SignedCredential, Failure> {
        for gate in &evidence.gates {
            let staged =
                gate.name == GateName::ActiveLiveness && gate.outcome == GateOutcome::Staged;
            if gate.outcome != GateOutcome::Passed && !staged {
                let (name, reason) = (gate.name.as_str(), gate.reason.code());
                return Err(Failure::input(format!(
                    "the gate {name} did not pass: {reason}"
                )));
            }
        }
        let mut expected = evidence.public;
        expected.tau = tau()?;
        expected.model = self.model;
        expected.context = enrol_context(session.nonce, self.id(), SessionKind::Issue);
        let key = keys::development_verifying(Circuit::Enrol);
        verify_enrol(key, &evidence.proof, &expected).map_err(Failure::input)?;

        let holder = &session.page.holder;
        let date = |d: humanseal_documents::Date| {
            Date::from_yyyymmdd(d.yyyymmdd()).map_err(Failure::fault)
        };
        let today = Today::from_unix_seconds(now.0)
            .map_err(Failure::fault)?
            .day();
        let term = Day(today.0.saturating_add(365));
        let mut draw = [0; 4];
        fill(&mut draw)?;
        let index = u32::from_be_bytes(draw) % STATUS_BITS;
        let credential = Credential {
            holder_key: expected.holder_key,
            template: expected.portrait,
            birthdate: date(holder.birthdate)?,
            nationality: Nationality::from_alpha3(holder.nationality.alpha3()),
            document: 2u8.try_into().map_err(Failure::fault)?,
            device: DeviceLevel::Software,
            unique: 2u8.try_into().map_err(Failure::fault)?,
            established_on: Day(0),
            verified_on: today,
            expires_on: term.min(date(holder.expiry)?.day().map_err(Failure::fault)?),
            status_index: StatusIndex::new(index).map_err(Failure::fault)?,
        };
        Ok(self.sign(credential))
    }

    /// Signs a credential as it stands.
    pub fn sign(&self, credential: Credential) -> SignedCredential {
        let signature = self.key.sign(credential.message());
        SignedCredential {
            credential,
            issuer: self.key.public(),
            signature,
        }
    }
}
