//! Sessions from opening to acknowledgement.

use humanseal_documents::Moment;
use humanseal_documents::specimen::{Authority, Holder};
use humanseal_zk_credentials::credential::UniqueLevel;
use humanseal_zk_credentials::exchange::{
    Base64, DeviceKeyKind, DeviceSignature, DocumentAccepted, EvidenceBody, Issued, PublicInput,
};
use serde_json::json;

use crate::device::{
    Device, acknowledge, document, document_body, enrol, enrol_proof, evidence, made, open,
    post_document, post_evidence, ready, statement,
};
use crate::world::{START, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_way_and_a_retry_gives_the_same_bytes_until_acknowledgement() {
    let mut world = World::development().await;
    let device = Device::new(1);
    let document = document(&world.authority, "L898902C3", START);
    let (session, body) = ready(&world, &device, &document).await;

    let first = post_evidence(&world, &session, &body).await;
    let issued: Issued = first.ok();
    issued.credential.verify().unwrap();
    let credential = &issued.credential.credential;
    assert_eq!(credential.holder_key, device.secret.holder_key());
    assert_eq!(credential.birthdate.yyyymmdd(), 19_740_812);
    assert_eq!(credential.established_on.0, 0);
    assert_eq!(credential.unique, UniqueLevel::NoLiveNamesake);
    assert_eq!(credential.verified_on, world.today().day());
    let signing = ed25519_dalek::SigningKey::from_bytes(&[12; 32]).verifying_key();
    issued.receipt.verify(&signing).unwrap();

    // The day changes, the process is a new one: the answer is the same.
    world.clock.advance(13 * 3_600);
    world.restart().await;
    assert_eq!(
        post_evidence(&world, &session, &body).await.body,
        first.body
    );

    // Another evidence in the same session is none.
    let mut other = body.clone();
    other.proofs.push(other.proofs[0].clone());
    assert_eq!(
        post_evidence(&world, &session, &other).await.code(),
        "evidence_differs"
    );

    assert_eq!(acknowledge(&world, &session).await.status, 204);
    assert_eq!(acknowledge(&world, &session).await.status, 204);
    assert_eq!(
        post_evidence(&world, &session, &body).await.code(),
        "session_state_wrong"
    );
    let path = format!("/v1/sessions/{}", session.id);
    let shown = world.client.get_as(&path, &session.token.bearer()).await;
    assert_eq!(shown.json()["state"], "acknowledged");
}

#[tokio::test]
async fn other_kinds_are_refused_by_name() {
    let world = World::development().await;
    for kind in ["refresh", "renew", "recover"] {
        let body = json!({ "kind": kind, "issuer": world.issuer_id(), "consent": world.consent });
        assert_eq!(
            world.client.post("/v1/sessions", &body).await.code(),
            "session_kind_not_supported"
        );
    }
    let body = json!({ "kind": "issue", "issuer": "1", "consent": world.consent });
    assert_eq!(
        world.client.post("/v1/sessions", &body).await.code(),
        "issuer_unknown"
    );
    let body = json!({ "kind": "issue", "issuer": world.issuer_id(), "consent": "0".repeat(64) });
    assert_eq!(
        world.client.post("/v1/sessions", &body).await.code(),
        "consent_mismatch"
    );
}

#[tokio::test]
async fn a_session_opens_to_its_own_token_only() {
    let world = World::development().await;
    let (session, other) = (open(&world).await, open(&world).await);
    let path = format!("/v1/sessions/{}", session.id);
    assert_eq!(world.client.get(&path).await.code(), "token_missing");
    assert_eq!(
        world
            .client
            .get_as(&path, &other.token.bearer())
            .await
            .code(),
        "token_invalid"
    );
    assert_eq!(
        world.client.get_as(&path, "abc").await.code(),
        "token_invalid"
    );
    let unknown = "/v1/sessions/vs_00000000000000000000000000000000";
    assert_eq!(
        world
            .client
            .get_as(unknown, &session.token.bearer())
            .await
            .code(),
        "session_unknown"
    );
    assert_eq!(
        world
            .client
            .get_as("/v1/sessions/none", &session.token.bearer())
            .await
            .code(),
        "session_unknown"
    );
    assert_eq!(
        world
            .client
            .get_as(&path, &session.token.bearer())
            .await
            .json()["state"],
        "created"
    );
}

#[tokio::test]
async fn documents_that_are_not_authentic_are_refused_by_the_check() {
    let world = World::development().await;
    let device = Device::new(1);
    let session = open(&world).await;
    let good = document(&world.authority, "L898902C3", START);

    let tampered = good
        .with_tampered_birthdate(humanseal_documents::Date::new(1990, 1, 1).unwrap())
        .unwrap();
    let body = document_body(&device, &tampered);
    assert_eq!(
        post_document(&world, &session, &body).await.code(),
        "dg1_digest"
    );

    let stranger = Authority::from_seed(&[9; 32]).unwrap();
    let body = document_body(&device, &document(&stranger, "L898902C3", START));
    assert_eq!(
        post_document(&world, &session, &body).await.code(),
        "csca_anchor"
    );

    let mut body = document_body(&device, &good);
    body["sod"] = json!("");
    assert_eq!(
        post_document(&world, &session, &body).await.code(),
        "document_refused"
    );
    let mut body = document_body(&device, &good);
    body["chip_answer"] = json!({ "signature": "AA==" });
    assert_eq!(
        post_document(&world, &session, &body).await.code(),
        "chip_authentication_not_offered"
    );
    let mut body = document_body(&device, &good);
    body["channel"] = json!("camera");
    assert_eq!(
        post_document(&world, &session, &body).await.code(),
        "document_channel"
    );
    let mut body = document_body(&device, &good);
    body["dg1"] = json!(null);
    assert_eq!(
        post_document(&world, &session, &body).await.code(),
        "document_shape"
    );

    // None of these was an attempt.
    assert_eq!(
        post_document(&world, &session, &document_body(&device, &good))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn five_plans_for_a_document_in_a_day() {
    let world = World::development().await;
    let device = Device::new(1);
    let body = document_body(&device, &document(&world.authority, "L898902C3", START));
    let mut plans = vec![];
    for _ in 0..5 {
        let session = open(&world).await;
        let accepted: DocumentAccepted = post_document(&world, &session, &body).await.ok();
        plans.push(accepted.plan.digest().unwrap());
    }
    plans.dedup();
    assert_eq!(plans.len(), 5);
    let session = open(&world).await;
    let refused = post_document(&world, &session, &body).await;
    assert_eq!(refused.code(), "attempts_exhausted");
    assert_eq!(refused.headers["retry-after"], "86400");
    // Another document is not concerned, and a day later this one is free again.
    let other = document_body(&device, &document(&world.authority, "L898902C4", START));
    assert_eq!(post_document(&world, &session, &other).await.status, 200);
    world.clock.advance(86_400);
    let session = open(&world).await;
    assert_eq!(post_document(&world, &session, &body).await.status, 200);
}

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
async fn what_is_known_is_refused_by_name_after_all_checks() {
    let world = World::development().await;
    let now = Moment::from_unix_seconds(START.unsigned_abs());
    let first = Device::new(1);
    let mut holder = Holder::specimen(now.date());
    let numbered = made(&world.authority, &holder, now);
    let credential = enrol(&world, &first, &numbered).await;
    assert_eq!(credential.credential.unique, UniqueLevel::PersonalNumber);

    // The same document, under another holder key.
    let second = Device::new(2);
    let (session, body) = ready(&world, &second, &numbered).await;
    // A copied document alone learns nothing: the evidence is judged first.
    let mut forged: EvidenceBody = body.clone();
    forged.proofs[0].public[5] = PublicInput::from_sent("1");
    assert_eq!(
        post_evidence(&world, &session, &forged).await.code(),
        "context_mismatch"
    );
    let (session, body) = ready(&world, &second, &numbered).await;
    assert_eq!(
        post_evidence(&world, &session, &body).await.code(),
        "document_known"
    );

    // Another document with the same lifelong number.
    holder.number = "L898902C4".into();
    let renewed = made(&world.authority, &holder, now);
    let (session, body) = ready(&world, &second, &renewed).await;
    assert_eq!(
        post_evidence(&world, &session, &body).await.code(),
        "number_known"
    );

    // Somebody else's document under the first one's holder key.
    holder.personal_number = "ZE184226C".into();
    holder.number = "L898902C5".into();
    let other = made(&world.authority, &holder, now);
    let (session, body) = ready(&world, &first, &other).await;
    assert_eq!(
        post_evidence(&world, &session, &body).await.code(),
        "holder_key_taken"
    );

    // The same name and birthdate, no number: a namesake is live.
    holder.personal_number = String::new();
    holder.number = "L898902C6".into();
    let namesake = made(&world.authority, &holder, now);
    let credential = enrol(&world, &second, &namesake).await.credential;
    assert_eq!(credential.unique, UniqueLevel::LiveNamesake);
    assert_eq!(credential.established_on, world.today().day());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_document_posted_at_once_in_many_sessions_gives_one_line() {
    let world = World::development().await;
    let document = document(&world.authority, "L898902C3", START);
    let mut ready_ones = vec![];
    for seed in 0..4 {
        ready_ones.push(ready(&world, &Device::new(seed), &document).await);
    }
    let posts = ready_ones
        .iter()
        .map(|(session, body)| post_evidence(&world, session, body));
    let mut codes = vec![];
    for answer in futures_joined(posts).await {
        codes.push(if answer.status == 200 {
            "200".into()
        } else {
            answer.code()
        });
    }
    codes.sort();
    assert_eq!(
        codes,
        ["200", "document_known", "document_known", "document_known"]
    );
}

/// Polls all futures at once.
pub async fn futures_joined<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut pending: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut waiting = false;
        for (future, output) in &mut pending {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *output = Some(value),
                    std::task::Poll::Pending => waiting = true,
                }
            }
        }
        if waiting {
            std::task::Poll::Pending
        } else {
            std::task::Poll::Ready(())
        }
    })
    .await;
    pending
        .into_iter()
        .map(|(_, output)| output.unwrap())
        .collect()
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
    type Change = fn(&mut DeviceSignature);
    let attempts: [(&str, Change); 4] = [
        ("device_kind_not_offered", |d| {
            d.kind = DeviceKeyKind::AndroidKey
        }),
        ("device_kind_not_offered", |d| {
            d.kind = DeviceKeyKind::AppleAppattest
        }),
        ("device_chain_unexpected", |d| {
            d.chain = vec![Base64::new(vec![1]).unwrap()]
        }),
        ("device_signature_invalid", |d| {
            d.signature = Base64::new(vec![1; 64]).unwrap()
        }),
    ];
    for (code, change) in attempts {
        let accepted: DocumentAccepted =
            post_document(&world, &session, &document_body(&device, &document))
                .await
                .ok();
        let statement = statement(&world, &device, &session, &document, &accepted.plan);
        let mut body = evidence(&device, &statement, proof.clone());
        change(&mut body.device);
        assert_eq!(post_evidence(&world, &session, &body).await.code(), code);
    }
}

#[tokio::test]
async fn a_data_page_alone_is_document_1() {
    let world = World::development().await;
    let device = Device::new(1);
    let session = open(&world).await;
    let mrz = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3104159ZE184226B<<<<<18";
    let body = json!({ "holder_key": device.secret.holder_key(), "channel": "camera", "mrz": mrz });
    let refused = post_document(&world, &session, &body).await;
    // Its last check digit is that of another expiry.
    assert_eq!(refused.json()["code"], "document_refused");
    let mut holder = Holder::specimen(Moment::from_unix_seconds(START.unsigned_abs()).date());
    holder.personal_number = String::new();
    let text = holder.mrz().unwrap();
    let body = json!({
        "holder_key": device.secret.holder_key(),
        "channel": "camera",
        "mrz": format!("{}\n{}", &text[..44], &text[44..]),
    });
    let accepted: DocumentAccepted = post_document(&world, &session, &body).await.ok();
    assert_eq!(u8::from(accepted.document), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_session_is_over_and_an_erased_one_revokes() {
    let world = World::development().await;
    let session = open(&world).await;
    let path = format!("/v1/sessions/{}", session.id);
    let cancel = format!("{path}/cancel");
    assert_eq!(
        world
            .client
            .post_empty_as(&cancel, &session.token.bearer())
            .await
            .status,
        204
    );
    let body = document_body(
        &Device::new(1),
        &document(&world.authority, "L898902C3", START),
    );
    assert_eq!(
        post_document(&world, &session, &body).await.code(),
        "session_state_wrong"
    );

    let device = Device::new(1);
    let (session, body) = ready(
        &world,
        &device,
        &document(&world.authority, "L898902C3", START),
    )
    .await;
    let issued: Issued = post_evidence(&world, &session, &body).await.ok();
    assert_eq!(acknowledge(&world, &session).await.status, 204);
    let path = format!("/v1/sessions/{}", session.id);
    assert_eq!(
        world
            .client
            .delete_as(&path, &session.token.bearer())
            .await
            .status,
        204
    );
    world.clock.advance(60);
    let list = world.client.get("/v1/status-list").await;
    let list =
        humanseal_zk_credentials::status_list::PublishedStatusList::from_compressed(&list.body);
    assert!(
        list.unwrap()
            .list()
            .get(issued.credential.credential.status_index)
    );
}
