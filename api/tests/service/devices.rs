//! Who vouches for a device: attested keys, and apps that are struck.

use humanseal_attestation::android::specimen::Value;
use humanseal_attestation::android::{SecurityLevel, VerifiedBootState, tag};
use humanseal_zk_credentials::credential::{DeviceLevel, SignedCredential};
use humanseal_zk_credentials::exchange::{
    DeviceSignature, EvidenceBody, Issued, SessionCreated, SessionKind, Sha256Digest,
};
use serde_json::Value as Json;

use crate::client::{Answer, futures_joined};
use crate::device::{Device, acknowledge, document, document_of, post_evidence, published, ready};
use crate::kinds::{bits, credential, session as session_of, with_new_portrait, without_document};
use crate::phones::{
    APP_ID, OTHER_PACKAGE, PACKAGE, android, android_with, apple, description, write_status,
};
use crate::world::{BACK_END, OPERATOR, START, World};

/// What vouches for the statement of a digest.
type Phone = Box<dyn Fn(&Sha256Digest) -> DeviceSignature>;

/// The digest that the device of this evidence vouches for.
fn digest(body: &EvidenceBody) -> Sha256Digest {
    Sha256Digest::of(body.statement.as_bytes())
}

/// Evidence of a holder of its own, under the word of a phone.
async fn vouched(
    world: &World,
    place: u16,
    phone: impl Fn(&Sha256Digest) -> DeviceSignature,
) -> (SessionCreated, EvidenceBody) {
    let device = Device::new(place.into());
    let (session, mut body) = ready(world, &device, &document_of(world, place)).await;
    body.device = phone(&digest(&body));
    (session, body)
}

async fn enrolled(
    world: &World,
    place: u16,
    phone: impl Fn(&Sha256Digest) -> DeviceSignature,
) -> SignedCredential {
    let (session, body) = vouched(world, place, phone).await;
    let issued: Issued = post_evidence(world, &session, &body).await.ok();
    assert_eq!(acknowledge(world, &session).await.status, 204);
    issued.credential
}

/// The reason of a refused attestation.
fn reason(answer: &Answer) -> String {
    assert_eq!(answer.code(), "attestation_refused");
    answer.json()["reason"].as_str().unwrap().to_owned()
}

async fn app_of(world: &World, credential: &SignedCredential) -> Option<String> {
    let file = format!("sqlite://{}", world.issuer_database().display());
    let pool = sqlx::SqlitePool::connect(&file).await.unwrap();
    sqlx::query_scalar("SELECT app FROM credentials WHERE status_index = ?")
        .bind(i64::from(credential.credential.status_index.get()))
        .fetch_one(&pool)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn phones_earn_their_level_and_their_app_stays_with_the_credential() {
    let world = World::with_phones("").await;
    let cases: [(DeviceLevel, &str, Phone); 3] = [
        (
            DeviceLevel::Hardware,
            "android:com.example.seal",
            Box::new(|d| android(SecurityLevel::TrustedEnvironment, PACKAGE, d, 1)),
        ),
        (
            DeviceLevel::StrongBox,
            "android:com.example.other",
            Box::new(|d| android(SecurityLevel::StrongBox, OTHER_PACKAGE, d, 2)),
        ),
        (
            DeviceLevel::Hardware,
            "apple:ABCDE12345.com.example.seal",
            Box::new(|d| apple(APP_ID, d, START, 3)),
        ),
    ];
    for (place, (level, app, phone)) in (0..).zip(cases) {
        let credential = enrolled(&world, place, phone).await;
        credential.verify().unwrap();
        assert_eq!(credential.credential.device, level);
        assert_eq!(app_of(&world, &credential).await.as_deref(), Some(app));
    }
    // A software key is taken at this floor, at its own level, and nobody vouches for it.
    let device = Device::new(9);
    let (session, body) = ready(&world, &device, &document_of(&world, 9)).await;
    let issued: Issued = post_evidence(&world, &session, &body).await.ok();
    assert_eq!(issued.credential.credential.device, DeviceLevel::Software);
    assert_eq!(app_of(&world, &issued.credential).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_floor_of_device_2_refuses_software_and_takes_a_phone() {
    let world = World::with_phones(", min_device = 2, min_document = 1").await;
    let device = Device::new(1);
    let (session, body) = ready(&world, &device, &document_of(&world, 1)).await;
    assert_eq!(
        post_evidence(&world, &session, &body).await.code(),
        "device_level_too_low"
    );
    let phone = |d: &Sha256Digest| apple(APP_ID, d, START, 1);
    let credential = enrolled(&world, 2, phone).await;
    assert_eq!(credential.credential.device, DeviceLevel::Hardware);
}

/// A phone's word for another statement: of another session, or of this one with other commitments.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attestation_serves_one_statement_alone() {
    let world = World::with_phones("").await;
    let other = Sha256Digest([7; 32]);
    let tee = SecurityLevel::TrustedEnvironment;
    let cases: [(&str, Phone); 2] = [
        (
            "android_challenge",
            Box::new(move |_| android(tee, PACKAGE, &other, 1)),
        ),
        (
            "apple_nonce",
            Box::new(move |_| apple(APP_ID, &other, START, 1)),
        ),
    ];
    for (place, (check, phone)) in (0..).zip(cases) {
        let (session, body) = vouched(&world, place, phone).await;
        assert_eq!(reason(&post_evidence(&world, &session, &body).await), check);
    }
    // The right challenge, but the key signed another statement.
    let (session, mut body) = vouched(&world, 5, |d| android(tee, PACKAGE, d, 1)).await;
    let statement = digest(&body);
    let challenged = description(tee, PACKAGE, &statement.0);
    let signed = android_with(challenged, &other, 1);
    body.device = signed;
    assert_eq!(
        post_evidence(&world, &session, &body).await.code(),
        "device_signature_invalid"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_phone_lacks_is_refused_by_name() {
    let world = World::with_phones("").await;
    let tee = SecurityLevel::TrustedEnvironment;
    let unlocked = move |d: &Sha256Digest| {
        let mut description = description(tee, PACKAGE, &d.0);
        let root = Value::root_of_trust(&[0; 32], false, VerifiedBootState::Unverified);
        description
            .hardware
            .0
            .insert(tag::ROOT_OF_TRUST, root.unwrap());
        android_with(description, d, 1)
    };
    let cases: [(&str, Phone); 5] = [
        ("android_unlocked", Box::new(unlocked)),
        (
            "android_package_unlisted",
            Box::new(move |d| android(tee, "com.example.unlisted", d, 1)),
        ),
        (
            "android_attestation_level",
            Box::new(|d| android(SecurityLevel::Software, PACKAGE, d, 1)),
        ),
        (
            "apple_app",
            Box::new(|d| apple("ABCDE12345.com.example.unlisted", d, START, 1)),
        ),
        // An object of last week.
        (
            "apple_leaf_validity",
            Box::new(|d| apple(APP_ID, d, START - 7 * 86_400, 1)),
        ),
    ];
    for (place, (check, phone)) in (0..).zip(cases) {
        let (session, body) = vouched(&world, place, phone).await;
        assert_eq!(reason(&post_evidence(&world, &session, &body).await), check);
        // A refusal uses the plan up.
        assert_eq!(
            post_evidence(&world, &session, &body).await.code(),
            "plan_spent"
        );
    }
}

/// The list is in force for 24 hours from when it was fetched, and is read again without a restart.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_overdue_list_refuses_until_a_new_one_is_in_place() {
    let world = World::with_phones("").await;
    let phone = |d: &Sha256Digest| android(SecurityLevel::StrongBox, PACKAGE, d, 1);
    let code = async |place: u16| {
        let (session, body) = vouched(&world, place, phone).await;
        let answer = post_evidence(&world, &session, &body).await;
        match answer.status.is_success() {
            true => "taken".to_owned(),
            false => reason(&answer),
        }
    };
    world.clock.advance(86_400);
    assert_eq!(code(1).await, "taken");
    world.clock.advance(1);
    assert_eq!(code(2).await, "android_revocation_list_stale");
    // A file that cannot be read changes nothing.
    let folder = world.dir.path().join("devices");
    std::fs::write(folder.join("android-status"), "<html>").unwrap();
    world.service.maintain().await.unwrap();
    assert_eq!(code(3).await, "android_revocation_list_stale");
    let now = world.now().unix_seconds();
    write_status(&folder, now + 60, "{\"entries\": {}}");
    world.service.maintain().await.unwrap();
    assert_eq!(code(4).await, "android_revocation_list_stale");
    write_status(&folder, now, "{\"entries\": {}}");
    assert_eq!(code(5).await, "android_revocation_list_stale");
    world.service.maintain().await.unwrap();
    assert_eq!(code(6).await, "taken");
}

async fn strike(world: &World, app: &str) -> Json {
    let path = format!("/v1/apps/{app}/strike");
    let answer = world.client.post_empty_as(&path, OPERATOR).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_struck_app_stays_struck_and_takes_only_its_credentials_along() {
    let mut world = World::with_phones("").await;
    let struck = |d: &Sha256Digest| android(SecurityLevel::StrongBox, PACKAGE, d, 1);
    let other = |d: &Sha256Digest| android(SecurityLevel::StrongBox, OTHER_PACKAGE, d, 2);
    let apples = |d: &Sha256Digest| apple(APP_ID, d, START, 3);
    let gone = [
        enrolled(&world, 1, struck).await,
        enrolled(&world, 2, struck).await,
    ];
    let staying = [
        enrolled(&world, 3, other).await,
        enrolled(&world, 4, apples).await,
        {
            let device = Device::new(5);
            crate::device::enrol(&world, &device, &document_of(&world, 5)).await
        },
    ];

    let path = "/v1/apps/android:com.example.seal/strike";
    let refused = world.client.post_empty_as(path, BACK_END).await;
    assert_eq!(refused.code(), "token_invalid");
    for wrong in ["com.example.seal", "android:", "windows:x", "android:a%20b"] {
        let path = format!("/v1/apps/{wrong}/strike");
        let refused = world.client.post_empty_as(&path, OPERATOR).await;
        assert_eq!(refused.code(), "parameter_invalid", "{wrong}");
    }
    for _ in 0..2 {
        let answer = strike(&world, "android:com.example.seal").await;
        assert_eq!(answer["app"], "android:com.example.seal");
        assert_eq!(answer["credentials"], 2);
    }
    // An app that vouched for nobody can be struck too.
    assert_eq!(
        strike(&world, "android:com.example.none").await["credentials"],
        0
    );

    world.restart().await;
    world.clock.advance(60);
    let list = published(&world).await;
    let bit = |credential: &SignedCredential| list.list().get(credential.credential.status_index);
    assert!(gone.iter().all(bit));
    assert!(!staying.iter().any(bit));
    let (session, body) = vouched(&world, 6, struck).await;
    assert_eq!(
        post_evidence(&world, &session, &body).await.code(),
        "app_struck"
    );
    enrolled(&world, 7, other).await;
}

/// Evidence on its way while its app is struck: whatever was issued is revoked, the rest is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_strike_and_evidence_at_once_leave_nothing_valid() {
    let world = World::with_phones("").await;
    let phone = |d: &Sha256Digest| android(SecurityLevel::StrongBox, PACKAGE, d, 1);
    let mut waiting = Vec::new();
    for place in 1..=8 {
        waiting.push(vouched(&world, place, phone).await);
    }
    // Some are through before the strike, the others are under way, each with a proof to verify.
    let posts = async |from: usize, to: usize| {
        futures_joined(
            waiting[from..to]
                .iter()
                .map(|(session, body)| post_evidence(&world, session, body)),
        )
        .await
    };
    let mut answers = posts(0, 2).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let (raced, first) = tokio::join!(posts(2, 8), strike(&world, "android:com.example.seal"));
    answers.extend(raced);
    world.clock.advance(60);
    let list = published(&world).await;
    let mut issued = 0u64;
    for answer in &answers {
        if answer.status == 200 {
            let credential = answer.ok::<Issued>().credential.credential;
            assert!(list.list().get(credential.status_index), "still valid");
            issued += 1;
        } else {
            assert_eq!(answer.code(), "app_struck");
        }
    }
    // What was issued was issued before the strike, which counted it.
    assert_eq!(first["credentials"], issued);
    assert_eq!(
        strike(&world, "android:com.example.seal").await["credentials"],
        issued
    );
    // A retry of what was issued gives the same bytes, of a credential that is revoked.
    for ((session, body), answer) in waiting.iter().zip(&answers) {
        if answer.status == 200 {
            assert_eq!(post_evidence(&world, session, body).await.body, answer.body);
        }
    }
}

/// The same holder, refused under a struck app, enrols with another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_struck_app_costs_its_holder_no_more_than_an_attempt() {
    let world = World::with_phones("").await;
    strike(&world, "android:com.example.seal").await;
    let device = Device::new(1);
    let document = document(&world.authority, "L898902C3", START);
    for (package, expected) in [(PACKAGE, 422), (OTHER_PACKAGE, 200)] {
        let (session, mut body) = ready(&world, &device, &document).await;
        body.device = android(SecurityLevel::StrongBox, package, &digest(&body), 1);
        let answer = post_evidence(&world, &session, &body).await;
        assert_eq!(answer.status, expected, "{}", answer.json());
    }
}

/// A lying app vouches for a strange face; an honest one sees that same face when the credential is
/// refreshed. The strike takes the refreshed credential too, and nothing can be renewed from it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_without_the_document_does_not_outlive_the_strike_of_the_app_before() {
    let world = World::with_phones("").await;
    let device = Device::new(1);
    let passport = document(&world.authority, "L898902C3", START);
    let (session, mut body) = ready(&world, &device, &passport).await;
    body.device = android(SecurityLevel::StrongBox, PACKAGE, &digest(&body), 1);
    let first = credential(&post_evidence(&world, &session, &body).await);
    let (_, _, answer) = without_document(&world, &device, &passport, &first).await;
    let second = credential(&answer);
    assert_eq!(app_of(&world, &second).await, None);
    // A refresh with the document has a portrait of its own.
    let other = Device::new(2);
    let card = document_of(&world, 2);
    let (session, mut body) = ready(&world, &other, &card).await;
    body.device = android(SecurityLevel::StrongBox, PACKAGE, &digest(&body), 2);
    let third = credential(&post_evidence(&world, &session, &body).await);
    let renewed = with_new_portrait(&other);
    let answer = session_of(&world, SessionKind::Refresh, &renewed, &card, None).await;
    let fourth = credential(&answer);

    assert_eq!(
        strike(&world, "android:com.example.seal").await["credentials"],
        3
    );
    let set = bits(&world, &[&first, &second, &third, &fourth]).await;
    assert_eq!(set, [true, true, true, false]);
    let (_, _, answer) = without_document(&world, &device, &passport, &second).await;
    assert_eq!(answer.code(), "credential_not_newest");
    let renewal = document(&world.authority, "L898902C4", START);
    let renewed = with_new_portrait(&device);
    let kind = SessionKind::Renew;
    let answer = session_of(&world, kind, &renewed, &renewal, Some(&device)).await;
    assert_eq!(answer.code(), "app_struck");
}
