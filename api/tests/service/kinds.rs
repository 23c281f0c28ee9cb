//! Sessions of every kind, from opening to the answer.

use humanseal_documents::Moment;
use humanseal_documents::specimen::{Holder, SpecimenDocument};
use humanseal_zk_credentials::credential::SignedCredential;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{
    DocumentAccepted, EvidenceBody, Issued, SessionCreated, SessionKind, Sha256Digest,
};
use humanseal_zk_credentials::status_list::PublishedStatusList;
use humanseal_zk_credentials::template::Blinding;
use serde_json::{Value, json};

use crate::chips::chip_body;
use crate::client::Answer;
use crate::device::{
    Device, document_body, enrol_proof_for, evidence, made, open_for, post_document, post_evidence,
    published, statement,
};
use crate::phones::{APP_ID, apple};
use crate::world::{START, World};

pub const DAY: i64 = 86_400;

/// The same person's device with another portrait of them, for a new document.
pub fn with_new_portrait(device: &Device) -> Device {
    Device {
        secret: device.secret.clone(),
        vector: device.vector.clone(),
        portrait: device.portrait.clone(),
        portrait_blinding: Blinding::generate(&mut OsEntropy),
        live: device.live.clone(),
        live_blinding: Blinding::generate(&mut OsEntropy),
        key: device.key.clone(),
    }
}

/// Who vouches for the device.
#[derive(Clone, Copy, PartialEq)]
pub enum By {
    Software,
    Phone,
}

/// A session of a kind up to its evidence, with the body of the document step that is given.
pub async fn prepared(
    world: &World,
    kind: SessionKind,
    device: &Device,
    document: &SpecimenDocument,
    former: Option<&Device>,
    by: By,
    chipped: bool,
) -> (SessionCreated, Value, EvidenceBody) {
    let session = open_for(world, kind).await;
    let sent = if chipped {
        chip_body(device, &session, document)
    } else {
        document_body(device, document)
    };
    let accepted: DocumentAccepted = post_document(world, &session, &sent).await.ok();
    let statement = statement(world, device, &session, document, &accepted.plan);
    let proof = enrol_proof_for(world, device, device, &session, kind);
    let mut body = evidence(device, &statement, proof);
    if let Some(former) = former {
        let second = enrol_proof_for(world, device, former, &session, kind);
        body.proofs.push(second);
    }
    if by == By::Phone {
        let digest = Sha256Digest::of(body.statement.as_bytes());
        body.device = apple(APP_ID, &digest, world.now().unix_seconds(), 7);
    }
    (session, sent, body)
}

/// A whole session with a document, by a software key.
pub async fn session(
    world: &World,
    kind: SessionKind,
    device: &Device,
    document: &SpecimenDocument,
    former: Option<&Device>,
) -> Answer {
    let (session, _, body) =
        prepared(world, kind, device, document, former, By::Software, false).await;
    post_evidence(world, &session, &body).await
}

pub fn shown(device: &Device, credential: &SignedCredential) -> Value {
    json!({
        "holder_key": device.secret.holder_key(),
        "channel": "file",
        "credential": credential,
    })
}

/// A refresh that shows a credential in the place of a document.
pub async fn without_document(
    world: &World,
    device: &Device,
    document: &SpecimenDocument,
    credential: &SignedCredential,
) -> (SessionCreated, EvidenceBody, Answer) {
    let session = open_for(world, SessionKind::Refresh).await;
    let sent = shown(device, credential);
    let accepted: DocumentAccepted = post_document(world, &session, &sent).await.ok();
    assert_eq!(accepted.document, credential.credential.document);
    let mut statement = statement(world, device, &session, document, &accepted.plan);
    statement.document = credential.digest();
    statement.dg2 = None;
    let proof = enrol_proof_for(world, device, device, &session, SessionKind::Refresh);
    let body = evidence(device, &statement, proof);
    let answer = post_evidence(world, &session, &body).await;
    (session, body, answer)
}

pub fn credential(answer: &Answer) -> SignedCredential {
    let issued: Issued = answer.ok();
    issued.credential.verify().unwrap();
    issued.credential
}

/// Whether the bits of these are set in the next published list.
pub async fn bits(world: &World, credentials: &[&SignedCredential]) -> Vec<bool> {
    world.clock.advance(60);
    let list = published(world).await;
    let bit = |signed: &&SignedCredential| list.list().get(signed.credential.status_index);
    credentials.iter().map(bit).collect()
}

pub async fn is_contested(world: &World, credential: &SignedCredential) -> bool {
    world.clock.advance(60);
    let list = world.client.get("/v1/status-list/contested").await;
    let list = PublishedStatusList::from_compressed(&list.body).unwrap();
    list.list().get(credential.credential.status_index)
}

pub async fn erase(world: &World, session: &SessionCreated) {
    let path = format!("/v1/sessions/{}", session.id);
    let bearer = session.token.bearer();
    assert_eq!(world.client.delete_as(&path, &bearer).await.status, 204);
}

pub fn holder(number: &str, personal_number: &str) -> Holder {
    let mut holder = Holder::specimen(Moment::from_unix_seconds(START.unsigned_abs()).date());
    holder.number = number.to_owned();
    holder.personal_number = personal_number.to_owned();
    holder
}

pub fn numbered(world: &World, number: &str, personal_number: &str) -> SpecimenDocument {
    let now = Moment::from_unix_seconds(START.unsigned_abs());
    made(&world.authority, &holder(number, personal_number), now)
}
