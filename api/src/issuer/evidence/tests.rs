#![allow(clippy::unwrap_used)]

use super::*;
use ed25519_dalek::SigningKey;
use humanseal_zk_credentials::calendar::Date;
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::credential::DocumentLevel;
use humanseal_zk_credentials::eddsa::IssuerSecretKey;
use humanseal_zk_credentials::enrolment::{EnrolWitness, prove_enrol};
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{
    Base64, DeviceSignature, Dg2Digest, Environment, Gate, GateName, GateOutcome, Gates,
    HashAlgorithm, KeyHash, Nonce, PublicInput, ReadChannel, ReasonCode, SessionKind,
    SoftwareSignature,
};
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::holder::{HolderKey, HolderSecret};
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::nationality::Nationality;
use humanseal_zk_credentials::template::{Blinding, ModelId, Tau, Template};
use std::sync::OnceLock;

/// One true evidence, with a proof that holds, and what it is compared with.
struct Case {
    session: Session,
    plan: OpenPlan,
    page: DataPage,
    issuer: IssuerParameters,
    today: Today,
    statement: Statement,
    proofs: Vec<EnrolProof>,
    device: SigningKey,
}

fn gates(active: GateOutcome) -> Vec<Gate> {
    GateName::ALL
        .map(|name| Gate {
            name,
            outcome: if GateName::ACTIVE.contains(&name) {
                active
            } else {
                GateOutcome::Passed
            },
            reason: ReasonCode::new("ok").unwrap(),
        })
        .to_vec()
}

impl Case {
    fn new(environment: Environment, document: DocumentLevel, device: DeviceLevel) -> Self {
        let key = IssuerSecretKey::from_seed([1; 32]).public();
        let (nonce, model, tau) = (
            Nonce([2; 32]),
            ModelId::of_sha256([3; 32]),
            Tau::new(531).unwrap(),
        );
        let context = enrol_context(nonce, key.id(), SessionKind::Issue);
        // One proof serves all cases: it depends on neither environment nor floors.
        static PROOF: OnceLock<(Vec<u8>, EnrolPublic)> = OnceLock::new();
        let (proof, public) = PROOF.get_or_init(|| {
            let vector: Vec<f32> = (0..512).map(|k| (k as f32 * 0.7).sin()).collect();
            let witness = EnrolWitness {
                secret: HolderSecret::generate(&mut OsEntropy),
                portrait: Template::quantise(&vector).unwrap(),
                portrait_blinding: Blinding::generate(&mut OsEntropy),
                live: Template::quantise(&vector).unwrap(),
                live_blinding: Blinding::generate(&mut OsEntropy),
                tau,
                model,
                context,
            };
            let key = keys::development(Circuit::Enrol).unwrap();
            let (proof, public) = prove_enrol(key, &witness, &mut OsEntropy).unwrap();
            (proof.to_bytes().to_vec(), public)
        });
        let today = Today::from_unix_seconds(1_780_315_200).unwrap();
        let digest = Sha256Digest([4; 32]);
        let dg2 = Dg2Digest::new(HashAlgorithm::Sha256, vec![5; 32]);
        let issuer = IssuerParameters {
            id: key.id(),
            key,
            environment,
            tau,
            model,
            model_manifest: Sha256Digest([6; 32]),
            min_document: document,
            min_device: device,
            enrol_vk_hash: KeyHash([0; 32]),
            consent_text: "yes".into(),
        };
        let statement = Statement {
            version: 1,
            environment,
            nonce,
            consent: issuer.consent(),
            plan: Sha256Digest([7; 32]),
            transcript: Sha256Digest([8; 32]),
            document: digest,
            dg2: dg2.clone(),
            channel: ReadChannel::File,
            holder_key: public.holder_key,
            portrait: public.portrait,
            live: public.live,
            tau,
            model_manifest: issuer.model_manifest,
            gates: Gates::new(gates(GateOutcome::Passed)).unwrap(),
            capture_day: today.day(),
        };
        let inputs: Vec<PublicInput> = public
            .to_vec()
            .into_iter()
            .map(|x| FieldElement::from(x).into())
            .collect();
        Self {
            session: Session::for_test(issuer.id, nonce),
            plan: OpenPlan {
                digest: statement.plan,
                by: i64::MAX,
            },
            page: DataPage {
                birthdate: Date::new(1974, 8, 12).unwrap(),
                nationality: Nationality::OTHER,
                document_expires: Day(u16::MAX),
                document: DocumentLevel::PassiveAuthentication,
                document_digest: digest,
                dg2,
                channel: ReadChannel::File,
                holder_key: public.holder_key,
                tags: vec![],
                credential: None,
            },
            issuer,
            today,
            statement,
            proofs: vec![EnrolProof {
                proof: Base64::new(proof.clone()).unwrap(),
                public: inputs.try_into().unwrap(),
            }],
            device: SigningKey::from_bytes(&[9; 32]),
        }
    }

    fn development() -> Self {
        Self::new(
            Environment::Development,
            DocumentLevel::DataPage,
            DeviceLevel::Software,
        )
    }

    fn check(&self) -> Result<Accepted, Problem> {
        let bytes = self.statement.to_bytes().unwrap();
        let signature = SoftwareSignature::sign(&self.device, &Sha256Digest::of(&bytes));
        self.check_signed(bytes, signature)
    }

    fn check_signed(
        &self,
        bytes: Vec<u8>,
        signature: SoftwareSignature,
    ) -> Result<Accepted, Problem> {
        let body = EvidenceBody {
            device: DeviceSignature::Software(signature),
            statement: Base64::new(bytes).unwrap(),
            proofs: self.proofs.clone(),
        };
        check(
            &body,
            &Expected {
                session: &self.session,
                plan: self.plan,
                page: &self.page,
                issuer: &self.issuer,
                enrol_key: keys::development_verifying(Circuit::Enrol),
                devices: &DeviceTrust::default(),
                today: self.today,
                now: Moment::from_unix_seconds(1_780_315_200),
            },
        )
    }

    fn code(&self) -> Code {
        self.check().map(|_| ()).unwrap_err().code()
    }
}

/// Each row changes one thing of evidence that passes, and names the check that must refuse it.
#[test]
fn every_check_refuses_what_it_is_there_for() {
    let accepted = Case::development().check().unwrap();
    assert_eq!(accepted.device, DeviceLevel::Software);

    let other = Sha256Digest([0xee; 32]);
    let key = HolderKey(FieldElement::from(1u64));
    let input = |place: usize, text: &'static str| {
        move |case: &mut Case| case.proofs[0].public[place] = PublicInput::from_sent(text)
    };
    type Change = Box<dyn Fn(&mut Case)>;
    let rows: Vec<(Code, Change)> = vec![
        (
            Code::StatementVersion,
            Box::new(|c| c.statement.version = 2),
        ),
        (
            Code::EnvironmentMismatch,
            Box::new(|c| c.statement.environment = Environment::Production),
        ),
        (
            Code::NonceMismatch,
            Box::new(|c| c.statement.nonce = Nonce([0xee; 32])),
        ),
        (
            Code::StatementConsentMismatch,
            Box::new(move |c| c.statement.consent = other),
        ),
        (
            Code::PlanMismatch,
            Box::new(move |c| c.statement.plan = other),
        ),
        (
            Code::DocumentMismatch,
            Box::new(move |c| c.statement.document = other),
        ),
        (Code::PortraitMismatch, Box::new(|c| c.statement.dg2 = None)),
        (
            Code::PortraitMismatch,
            Box::new(|c| c.statement.dg2 = Dg2Digest::new(HashAlgorithm::Sha256, vec![0; 32])),
        ),
        (
            Code::ChannelMismatch,
            Box::new(|c| c.statement.channel = ReadChannel::Nfc),
        ),
        (
            Code::HolderKeyMismatch,
            Box::new(move |c| c.statement.holder_key = key),
        ),
        (
            Code::TauMismatch,
            Box::new(|c| c.statement.tau = Tau::new(1).unwrap()),
        ),
        (
            Code::ManifestMismatch,
            Box::new(move |c| c.statement.model_manifest = other),
        ),
        (
            Code::CaptureDayOutOfWindow,
            Box::new(|c| c.statement.capture_day.0 -= 2),
        ),
        (
            Code::CaptureDayOutOfWindow,
            Box::new(|c| c.statement.capture_day.0 += 1),
        ),
        (Code::ProofCountWrong, Box::new(|c| c.proofs.clear())),
        (
            Code::ProofCountWrong,
            Box::new(|c| c.proofs.push(c.proofs[0].clone())),
        ),
        (Code::PublicInputNotCanonical, Box::new(input(0, "01"))),
        (Code::HolderKeyMismatch, Box::new(input(0, "1"))),
        (Code::TemplateMismatch, Box::new(input(1, "1"))),
        (Code::TemplateMismatch, Box::new(input(2, "1"))),
        (Code::TauMismatch, Box::new(input(3, "1"))),
        (Code::ModelMismatch, Box::new(input(4, "1"))),
        (Code::ContextMismatch, Box::new(input(5, "1"))),
        (
            Code::ProofMalformed,
            Box::new(|c| c.proofs[0].proof = Base64::new(vec![0xff; 128]).unwrap()),
        ),
        // Another portrait throughout: all agrees, but no proof says so.
        (
            Code::ProofInvalid,
            Box::new(|c| {
                c.statement.portrait = TemplateCommitment(FieldElement::from(1u64));
                c.proofs[0].public[1] = PublicInput::from_sent("1");
            }),
        ),
        (
            Code::DocumentLevelTooLow,
            Box::new(|c| c.issuer.min_document = DocumentLevel::ActiveAuthentication),
        ),
        (
            Code::DeviceLevelTooLow,
            Box::new(|c| c.issuer.min_device = DeviceLevel::Hardware),
        ),
    ];
    for (place, (code, change)) in rows.iter().enumerate() {
        let mut case = Case::development();
        change(&mut case);
        assert_eq!(case.code(), *code, "row {place}");
    }
}

/// A camera that never saw a face, and a verdict that was changed after the device signed it.
#[test]
fn a_virtual_frame_with_an_edited_verdict() {
    let mut case = Case::development();
    let mut list = gates(GateOutcome::Passed);
    list[0].outcome = GateOutcome::Failed;
    case.statement.gates = Gates::new(list).unwrap();
    let honest = case.statement.to_bytes().unwrap();
    let signature = SoftwareSignature::sign(&case.device, &Sha256Digest::of(&honest));
    case.statement.gates = Gates::new(gates(GateOutcome::Passed)).unwrap();
    let edited = case.statement.to_bytes().unwrap();
    assert!(signature.verify(&Sha256Digest::of(&honest)).is_ok());
    assert!(signature.verify(&Sha256Digest::of(&edited)).is_err());
    let refused = case.check_signed(edited, signature).map(|_| ());
    assert_eq!(refused.unwrap_err().code(), Code::DeviceSignatureInvalid);
}

#[test]
fn a_statement_in_another_encoding_is_refused() {
    let case = Case::development();
    let mut bytes = case.statement.to_bytes().unwrap();
    bytes.push(0);
    assert_eq!(
        statement_readable(&bytes).unwrap_err().code(),
        Code::StatementMalformed
    );
    assert_eq!(
        statement_readable(&[]).unwrap_err().code(),
        Code::StatementMalformed
    );
}

/// Every gate but the active one: failed, not run and staged are refused by name, also where the
/// active gate is staged, in every environment. The active gate staged passes in development alone.
#[test]
fn only_the_active_gate_may_be_staged_and_only_in_development() {
    for environment in [
        Environment::Production,
        Environment::Sandbox,
        Environment::Development,
    ] {
        let floors = |c: Environment| match c {
            Environment::Production => {
                (DocumentLevel::PassiveAuthentication, DeviceLevel::Hardware)
            }
            _ => (DocumentLevel::DataPage, DeviceLevel::Software),
        };
        let (document, device) = floors(environment);
        let case = |list: Vec<Gate>| {
            let mut case = Case::new(environment, document, device);
            case.statement.gates = Gates::new(list).unwrap();
            case.check().map(|_| ()).map_err(|problem| problem.code())
        };
        // All passed: production only asks for a better device.
        let all_passed = match environment {
            Environment::Production => Err(Code::DeviceLevelTooLow),
            _ => Ok(()),
        };
        assert_eq!(case(gates(GateOutcome::Passed)), all_passed);
        let staged = match environment {
            Environment::Development => Ok(()),
            _ => Err(Code::GateStaged),
        };
        assert_eq!(case(gates(GateOutcome::Staged)), staged);
        assert_eq!(case(gates(GateOutcome::NotRun)), Err(Code::GateNotRun));
        assert_eq!(case(gates(GateOutcome::Failed)), Err(Code::GateFailed));

        let passive =
            (0..GateName::ALL.len()).filter(|k| !GateName::ACTIVE.contains(&GateName::ALL[*k]));
        for place in passive {
            for (outcome, code) in [
                (GateOutcome::Failed, Code::GateFailed),
                (GateOutcome::NotRun, Code::GateNotRun),
                (GateOutcome::Staged, Code::GateStaged),
            ] {
                let mut list = gates(GateOutcome::Passed);
                list[place].outcome = outcome;
                assert_eq!(case(list), Err(code), "{environment} {place}");
            }
        }
    }
}
