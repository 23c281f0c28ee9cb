//! A device as far as the service sees one: commitments, proofs, signatures. Its vectors are made
//! up; nothing here looks at a face.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use humanseal_documents::specimen::{Authority, Holder, SpecimenDocument};
use humanseal_documents::{DigestAlgorithm, Moment, Sod};
use humanseal_wallet_link::{Account, EvmKey, Presentation, Request, binding, challenge};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::credential::SignedCredential;
use humanseal_zk_credentials::enrolment::{EnrolWitness, prove_enrol};
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{
    Base64, DeviceSignature, Dg2Digest, DocumentAccepted, EnrolProof, Environment, EvidenceBody,
    Gate, GateName, GateOutcome, Gates, HashAlgorithm, Issued, Plan, ReadChannel, ReasonCode,
    SessionCreated, SessionKind, Sha256Digest, SoftwareSignature, Statement, Transcript,
    enrol_context,
};
use humanseal_zk_credentials::holder::{HolderSecret, Slot};
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::presentation::{PresentWitness, prove_present};
use humanseal_zk_credentials::status_list::PublishedStatusList;
use humanseal_zk_credentials::template::{Blinding, Template};
use serde_json::{Value, json};

use crate::client::Answer;
use crate::world::{BACK_END, MANIFEST, Setting};

pub struct Device {
    pub secret: HolderSecret,
    pub vector: Vec<f32>,
    pub portrait: Template,
    pub portrait_blinding: Blinding,
    pub live: Template,
    pub live_blinding: Blinding,
    pub key: SigningKey,
}

/// A made-up vector; two with near phases are similar.
fn vector(seed: u32, noise: f32) -> Vec<f32> {
    (0..512)
        .map(|k| {
            let phase = (k * 37 + seed * 101) as f32;
            phase.sin() + noise * (phase * 1.7).cos()
        })
        .collect()
}

impl Device {
    pub fn new(seed: u32) -> Self {
        let rng = &mut OsEntropy;
        let portrait = vector(seed, 0.0);
        let mut key = [0; 32];
        getrandom::fill(&mut key).unwrap();
        Self {
            secret: HolderSecret::generate(rng),
            portrait: Template::quantise(&portrait).unwrap(),
            portrait_blinding: Blinding::generate(rng),
            live: Template::quantise(&vector(seed, 0.2)).unwrap(),
            live_blinding: Blinding::generate(rng),
            key: SigningKey::from_bytes(&key),
            vector: portrait,
        }
    }
}

/// A specimen document with this number; the personal number makes it a person of its own.
pub fn document(authority: &Authority, number: &str, now: i64) -> SpecimenDocument {
    let now = Moment::from_unix_seconds(now.unsigned_abs());
    let mut holder = Holder::specimen(now.date());
    holder.number = number.to_owned();
    holder.personal_number = String::new();
    made(authority, &holder, now)
}

/// The specimen document of one of many holders: a number and a birthdate of its own, so that no
/// two are taken for one person.
pub fn document_of(setting: &Setting, place: u16) -> SpecimenDocument {
    let now = Moment::from_unix_seconds(setting.now().unix_seconds().unsigned_abs());
    let mut holder = Holder::specimen(now.date());
    holder.number = format!("L8989{place:04}");
    holder.personal_number = String::new();
    holder.birthdate =
        humanseal_documents::Date::new(1950 + place % 50, 8, 1 + (place / 50) as u8).unwrap();
    made(&setting.authority, &holder, now)
}

pub fn made(authority: &Authority, holder: &Holder, now: Moment) -> SpecimenDocument {
    let portrait = [0xff, 0xd8, 0xff, 0xd9];
    SpecimenDocument::make(authority, holder, &portrait, DigestAlgorithm::Sha256, now).unwrap()
}

pub async fn open(world: &Setting) -> SessionCreated {
    open_for(world, SessionKind::Issue).await
}

pub async fn open_for(world: &Setting, kind: SessionKind) -> SessionCreated {
    let body = json!({ "kind": kind, "issuer": world.issuer_id(), "consent": world.consent });
    let answer = world.client.post("/v1/sessions", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    answer.ok()
}

pub fn document_body(device: &Device, document: &SpecimenDocument) -> Value {
    let files = document.files();
    json!({
        "holder_key": device.secret.holder_key(),
        "channel": "file",
        "sod": STANDARD.encode(&*files.sod),
        "dg1": STANDARD.encode(&*files.dg1),
    })
}

pub async fn post_document(world: &Setting, session: &SessionCreated, body: &Value) -> Answer {
    let path = format!("/v1/sessions/{}/document", session.id);
    world
        .client
        .post_as(&path, &session.token.bearer(), body)
        .await
}

pub async fn post_evidence(
    world: &Setting,
    session: &SessionCreated,
    body: &EvidenceBody,
) -> Answer {
    let path = format!("/v1/sessions/{}/evidence", session.id);
    world
        .client
        .post_as(&path, &session.token.bearer(), body)
        .await
}

pub async fn acknowledge(world: &Setting, session: &SessionCreated) -> Answer {
    let path = format!("/v1/sessions/{}/ack", session.id);
    world
        .client
        .post_empty_as(&path, &session.token.bearer())
        .await
}

/// All gates passed but those of a followed plan, which are staged.
pub fn gates() -> Gates {
    let gate = |name| Gate {
        name,
        outcome: match name {
            name if GateName::ACTIVE.contains(&name) => GateOutcome::Staged,
            _ => GateOutcome::Passed,
        },
        reason: ReasonCode::new("ok").unwrap(),
    };
    Gates::new(GateName::ALL.map(gate).to_vec()).unwrap()
}

pub fn statement(
    world: &Setting,
    device: &Device,
    session: &SessionCreated,
    document: &SpecimenDocument,
    plan: &Plan,
) -> Statement {
    let sod = &document.files().sod;
    let dg2 = Sod::parse(sod)
        .unwrap()
        .digest_of(2)
        .unwrap()
        .as_bytes()
        .to_vec();
    let plan = plan.digest().unwrap();
    Statement {
        version: 1,
        environment: Environment::Development,
        nonce: session.nonce,
        consent: world.consent,
        plan,
        transcript: Transcript {
            plan,
            answers: vec![],
        }
        .digest()
        .unwrap(),
        document: Sha256Digest::of(sod),
        dg2: Dg2Digest::new(HashAlgorithm::Sha256, dg2),
        channel: ReadChannel::File,
        holder_key: device.secret.holder_key(),
        portrait: device
            .portrait
            .commit(world.model(), &device.portrait_blinding),
        live: device.live.commit(world.model(), &device.live_blinding),
        tau: world.tau(),
        model_manifest: Sha256Digest(MANIFEST),
        gates: gates(),
        capture_day: world.today().day(),
    }
}

pub fn enrol_proof(world: &Setting, device: &Device, session: &SessionCreated) -> EnrolProof {
    enrol_proof_for(world, device, device, session, SessionKind::Issue)
}

/// The proof of a session of this kind, with the portrait of another device.
pub fn enrol_proof_for(
    world: &Setting,
    device: &Device,
    portrait: &Device,
    session: &SessionCreated,
    kind: SessionKind,
) -> EnrolProof {
    let witness = EnrolWitness {
        secret: device.secret.clone(),
        portrait: portrait.portrait.clone(),
        portrait_blinding: portrait.portrait_blinding.clone(),
        live: device.live.clone(),
        live_blinding: device.live_blinding.clone(),
        tau: world.tau(),
        model: world.model(),
        context: enrol_context(session.nonce, session.issuer.id, kind),
    };
    let key = keys::development(Circuit::Enrol).unwrap();
    let (proof, public) = prove_enrol(key, &witness, &mut OsEntropy).unwrap();
    let public: Vec<_> = public
        .to_vec()
        .into_iter()
        .map(|value| humanseal_zk_credentials::field::FieldElement::from(value).into())
        .collect();
    EnrolProof {
        proof: Base64::new(proof.to_bytes().to_vec()).unwrap(),
        public: public.try_into().unwrap(),
    }
}

pub fn evidence(device: &Device, statement: &Statement, proof: EnrolProof) -> EvidenceBody {
    let bytes = statement.to_bytes().unwrap();
    EvidenceBody {
        device: DeviceSignature::Software(SoftwareSignature::sign(
            &device.key,
            &Sha256Digest::of(&bytes),
        )),
        statement: Base64::new(bytes).unwrap(),
        proofs: vec![proof],
    }
}

/// Everything from an open session to the evidence, not yet sent.
pub async fn ready(
    world: &Setting,
    device: &Device,
    document: &SpecimenDocument,
) -> (SessionCreated, EvidenceBody) {
    let session = open(world).await;
    let sent = document_body(device, document);
    let body = after_document(world, device, document, &session, &sent).await;
    (session, body)
}

/// The document step with this body, and the evidence for it, not yet sent.
pub async fn after_document(
    world: &Setting,
    device: &Device,
    document: &SpecimenDocument,
    session: &SessionCreated,
    sent: &Value,
) -> EvidenceBody {
    let accepted: DocumentAccepted = post_document(world, session, sent).await.ok();
    let statement = statement(world, device, session, document, &accepted.plan);
    evidence(device, &statement, enrol_proof(world, device, session))
}

/// A credential, all the way.
pub async fn enrol(
    world: &Setting,
    device: &Device,
    document: &SpecimenDocument,
) -> SignedCredential {
    let (session, body) = ready(world, device, document).await;
    let issued: Issued = post_evidence(world, &session, &body).await.ok();
    assert_eq!(acknowledge(world, &session).await.status, 204);
    issued.credential
}

pub async fn request(world: &Setting, network: &str) -> Request {
    let body = json!({ "network": network, "action": "provider", "chains": ["eip155:1"] });
    let answer = world.client.post_as("/v1/requests", BACK_END, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    serde_json::from_value(answer.json()["request"].clone()).unwrap()
}

pub fn wallet(byte: u8) -> EvmKey {
    EvmKey::from_bytes(&[byte; 32]).unwrap()
}

pub fn account(wallet: &EvmKey) -> Account {
    wallet.account(1).unwrap()
}

/// The newest published list, as a holder downloads it.
pub async fn published(world: &Setting) -> PublishedStatusList {
    let list = world.client.get("/v1/status-list").await;
    assert_eq!(list.status, 200);
    PublishedStatusList::from_compressed(&list.body).unwrap()
}

/// A presentation with a proof of its own, against the newest published list.
pub async fn present(
    world: &Setting,
    device: &Device,
    credential: &SignedCredential,
    request: &Request,
    wallet: &EvmKey,
    slot: u8,
) -> Presentation {
    let list = published(world).await;
    present_under(&list, world, device, credential, request, wallet, slot).await
}

/// The same against a list of the test's choice.
pub async fn present_under(
    list: &PublishedStatusList,
    world: &Setting,
    device: &Device,
    credential: &SignedCredential,
    request: &Request,
    wallet: &EvmKey,
    slot: u8,
) -> Presentation {
    let account = account(wallet);
    let witness = present_witness(list, world, device, credential, request, wallet, slot);
    let (proof, public) = tokio::task::spawn_blocking(move || {
        let key = keys::development(Circuit::Present).unwrap();
        prove_present(key, &witness, &mut OsEntropy).unwrap()
    })
    .await
    .unwrap();
    let message = challenge::message(request, &account, None).unwrap();
    Presentation {
        request_id: request.id.clone(),
        account,
        public: public.elements().map(Into::into),
        proof: Base64::new(proof.to_bytes().to_vec()).unwrap(),
        signature: wallet.sign(&message),
        machine_key: None,
    }
}

/// What a presentation is proved from.
pub fn present_witness(
    list: &PublishedStatusList,
    world: &Setting,
    device: &Device,
    credential: &SignedCredential,
    request: &Request,
    wallet: &EvmKey,
    slot: u8,
) -> PresentWitness {
    let path = list.list().path(credential.credential.status_index);
    let account = account(wallet);
    PresentWitness {
        signed: credential.clone(),
        path,
        secret: device.secret.clone(),
        slot: Slot(slot),
        scope: request.scope,
        binding: binding(&account, request.verifier.audience(), request.nonce_word()),
        today: world.today(),
        policy: request.policy,
        excluded: request.excluded.clone(),
    }
}

pub async fn answer(world: &Setting, request: &Request, presentation: &Presentation) -> Answer {
    let path = format!("/v1/requests/{}/presentation", request.id);
    world.client.post(&path, presentation).await
}
