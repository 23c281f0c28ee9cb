//! The evidence step.

use humanseal_zk_credentials::exchange::{
    AndroidSignature, AppleAttestation, Base64, DeviceSignature, DocumentAccepted, PublicInput,
    SoftwareSignature,
};

use crate::client::futures_joined;
use crate::device::{
    Device, acknowledge, document, document_body, enrol_proof, evidence, open, post_document,
    post_evidence, ready, statement,
};
use crate::world::{START, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_evidence_uses_the_plan_up_and_writes_nothing() {
    let world = World::development().await;
    let device = Device::new(1);
    let document = document(&world.authority, "L898902C3", START);
    let (session, body) = ready(&world, &device, &document).await;
    let mut forged = body.clone();
    forged.proofs[0].public[3] = PublicInput::from_sent("1");
    assert_eq!(
        post_evidence(&world, &session, &forged).await.code(),
        "tau_mismatch"
    );
    assert_eq!(
        post_evidence(&world, &session, &body).await.code(),
        "plan_spent"
    );

    // A new plan in the same session, and the way is free.
    let accepted: DocumentAccepted =
        post_document(&world, &session, &document_body(&device, &document))
            .await
            .ok();
    let statement = statement(&world, &device, &session, &document, &accepted.plan);
    let body = evidence(&device, &statement, body.proofs[0].clone());
    assert_eq!(post_evidence(&world, &session, &body).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_ends_after_its_seconds_and_a_session_after_its_hour() {
    let world = World::development().await;
    let device = Device::new(1);
    let document = document(&world.authority, "L898902C3", START);
    let (session, body) = ready(&world, &device, &document).await;
    world.clock.advance(121);
    assert_eq!(
        post_evidence(&world, &session, &body).await.code(),
        "plan_expired"
    );
    world.clock.advance(3_600);
    assert_eq!(
        post_evidence(&world, &session, &body).await.code(),
        "session_expired"
    );
    assert_eq!(
        acknowledge(&world, &session).await.code(),
        "session_expired"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nonce_of_another_session_is_refused() {
    let world = World::development().await;
    let device = Device::new(1);
    let (_, stolen) = ready(
        &world,
        &device,
        &document(&world.authority, "L898902C3", START),
    )
    .await;
    let (session, _) = ready(
        &world,
        &device,
        &document(&world.authority, "L898902C3", START),
    )
    .await;
    assert_eq!(
        post_evidence(&world, &session, &stolen).await.code(),
        "nonce_mismatch"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_evidence_at_once_gives_one_answer() {
    let world = World::development().await;
    let device = Device::new(1);
    let (session, body) = ready(
        &world,
        &device,
        &document(&world.authority, "L898902C3", START),
    )
    .await;
    let answers = futures_joined((0..8).map(|_| post_evidence(&world, &session, &body))).await;
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.json());
        assert_eq!(answer.body, answers[0].body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attested_keys_are_refused_by_name_and_forged_signatures_too() {
    let world = World::development().await;
    let device = Device::new(1);
    let document = document(&world.authority, "L898902C3", START);
    let session = open(&world).await;
    let proof = enrol_proof(&world, &device, &session);
    let key = Base64::new(device.key.verifying_key().to_bytes().to_vec()).unwrap();
    let attempts = [
        (
            "device_kind_not_offered",
            DeviceSignature::AndroidKey(AndroidSignature {
                chain: vec![Base64::new(vec![1]).unwrap()],
                signature: Base64::new(vec![1]).unwrap(),
            }),
        ),
        (
            "device_kind_not_offered",
            DeviceSignature::AppleAppattest(AppleAttestation {
                attestation: Base64::new(vec![1]).unwrap(),
            }),
        ),
        (
            "device_key_invalid",
            DeviceSignature::Software(SoftwareSignature {
                public_key: Base64::new(vec![1]).unwrap(),
                signature: Base64::new(vec![1; 64]).unwrap(),
            }),
        ),
        (
            "device_signature_invalid",
            DeviceSignature::Software(SoftwareSignature {
                public_key: key,
                signature: Base64::new(vec![1; 64]).unwrap(),
            }),
        ),
    ];
    for (code, forged) in attempts {
        let accepted: DocumentAccepted =
            post_document(&world, &session, &document_body(&device, &document))
                .await
                .ok();
        let statement = statement(&world, &device, &session, &document, &accepted.plan);
        let mut body = evidence(&device, &statement, proof.clone());
        body.device = forged;
        assert_eq!(post_evidence(&world, &session, &body).await.code(), code);
    }
}
