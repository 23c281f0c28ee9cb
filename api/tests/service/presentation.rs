//! Requests and presentations, one after the other and all at once.

use humanseal_wallet_link::{PassVerifier, Presentation, Request};
use humanseal_zk_credentials::exchange::{Base64, Environment, PublicInput};
use serde_json::{Value, json};

use crate::client::futures_joined;
use crate::device::{Device, account, answer, present, request, wallet};
use crate::world::{BACK_END, OPERATOR, World};

const COMPUTE: &str = "compute.example";

async fn shown(world: &World, request: &Request, token: Option<&str>) -> Value {
    let path = format!("/v1/requests/{}", request.id);
    match token {
        Some(token) => world.client.get_as(&path, token).await.json(),
        None => world.client.get(&path).await.json(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_presentation_gives_a_pass_and_is_shown_to_the_back_end_alone() {
    let world = World::development().await;
    let device = Device::new(1);
    let credential = world.credential(&device, 7);
    let request = request(&world, COMPUTE).await;
    assert_eq!(shown(&world, &request, None).await["state"], "open");
    let presentation = present(&world, &device, &credential, &request, &wallet(1), 0).await;
    let answered: Value = answer(&world, &request, &presentation).await.ok();
    assert_eq!(answered["verified"], true);
    assert_eq!(answered["account"], account(&wallet(1)).to_string());

    let jwks = world.client.get("/.well-known/jwks.json").await.ok();
    let passes = PassVerifier::new(
        &jwks,
        &request.verifier,
        &request.network,
        Environment::Development,
    );
    let pass = passes
        .unwrap()
        .verify(answered["pass"].as_str().unwrap(), world.now())
        .unwrap();
    assert_eq!(
        pass.nullifier.0.to_string(),
        answered["nullifier"].as_str().unwrap()
    );
    assert_eq!(pass.exp, world.now().unix_seconds() + 86_400);

    let open = shown(&world, &request, None).await;
    assert_eq!(open["state"], "used");
    assert!(open.get("outcome").is_none());
    let full = shown(&world, &request, Some(BACK_END)).await;
    // The pass is signed anew from its claims: the same token.
    assert_eq!(full["outcome"]["pass"], answered["pass"]);
    let path = format!("/v1/requests/{}", request.id);
    assert_eq!(
        world.client.get_as(&path, "wrong").await.code(),
        "token_invalid"
    );

    let provider = format!("/v1/networks/{COMPUTE}/providers/{}", account(&wallet(1)));
    assert_eq!(world.client.get(&provider).await.code(), "token_missing");
    let found = world.client.get_as(&provider, BACK_END).await.json();
    assert_eq!(found["registrations"].as_array().unwrap().len(), 1);
    let other = format!("/v1/networks/{COMPUTE}/providers/{}", account(&wallet(2)));
    assert_eq!(
        world.client.get_as(&other, BACK_END).await.code(),
        "provider_unknown"
    );
    // A replay.
    assert_eq!(
        answer(&world, &request, &presentation).await.code(),
        "request_used"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_change_of_a_presentation_is_refused_by_its_check() {
    let world = World::development().await;
    let device = Device::new(1);
    let credential = world.credential(&device, 7);
    let request_one = request(&world, COMPUTE).await;
    let good = present(&world, &device, &credential, &request_one, &wallet(1), 0).await;
    let set = |place: usize, text: &str| {
        let mut bad = good.clone();
        bad.public[place] = PublicInput::from_sent(text);
        bad
    };
    let proof = |bytes: Vec<u8>| {
        let mut bad = good.clone();
        bad.proof = Base64::new(bytes).unwrap();
        bad
    };
    let r = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    let bytes = good.proof.as_bytes().to_vec();
    let mut infinity = bytes.clone();
    infinity[..32].fill(0);
    infinity[31] = 0x40;
    let mut infinity_with_bits = infinity.clone();
    infinity_with_bits[0] = 1;
    let mut other_account = good.clone();
    other_account.account = account(&wallet(2));
    let cases: Vec<(&str, Presentation)> = vec![
        ("account_signature_invalid", other_account),
        ("public_input_not_canonical", set(0, r)),
        ("public_input_not_canonical", set(0, "01")),
        ("public_input_not_canonical", set(0, "-1")),
        ("binding_mismatch", set(1, "1")),
        ("today_out_of_window", set(2, "1")),
        ("root_unknown", set(3, "1")),
        ("issuer_untrusted", set(4, "1")),
        ("policy_mismatch", set(5, "1")),
        ("excluded_mismatch", set(6, "1")),
        ("scope_mismatch", set(7, "1")),
        ("proof_malformed", proof(bytes[..127].to_vec())),
        ("proof_malformed", proof([&bytes[..], &[0]].concat())),
        ("proof_malformed", proof(infinity)),
        ("proof_malformed", proof(infinity_with_bits)),
        ("proof_malformed", proof(vec![0xff; 128])),
        ("proof_invalid", set(0, "1")),
    ];
    for (code, presentation) in cases {
        assert_eq!(
            answer(&world, &request_one, &presentation).await.code(),
            code
        );
    }
    // A number instead of a string.
    let mut json = serde_json::to_value(&good).unwrap();
    json["public"][0] = json!(1);
    let path = format!("/v1/requests/{}/presentation", request_one.id);
    assert_eq!(
        world.client.post(&path, &json).await.code(),
        "public_input_not_canonical"
    );
    json["more"] = json!(1);
    assert_eq!(
        world.client.post(&path, &json).await.code(),
        "json_unknown_member"
    );
    // Another request.
    let request_two = request(&world, COMPUTE).await;
    assert_eq!(
        answer(&world, &request_two, &good).await.code(),
        "request_mismatch"
    );
    let mut moved = good.clone();
    moved.request_id = request_two.id.clone();
    assert_eq!(
        answer(&world, &request_two, &moved).await.code(),
        "account_signature_invalid"
    );
    // Nothing was written, and the good one still passes.
    assert_eq!(answer(&world, &request_one, &good).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_request_and_an_unknown_one() {
    let world = World::development().await;
    let device = Device::new(1);
    let credential = world.credential(&device, 7);
    let request = request(&world, COMPUTE).await;
    let presentation = present(&world, &device, &credential, &request, &wallet(1), 0).await;
    let unknown = "/v1/requests/pr_00/presentation";
    assert_eq!(
        world.client.post(unknown, &presentation).await.code(),
        "request_unknown"
    );
    world.clock.advance(600);
    assert_eq!(
        answer(&world, &request, &presentation).await.code(),
        "request_expired"
    );
    assert_eq!(shown(&world, &request, None).await["state"], "expired");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_posts_to_one_request_give_one_200() {
    let world = World::development().await;
    let device = Device::new(1);
    let credential = world.credential(&device, 7);
    let request = request(&world, COMPUTE).await;
    let presentation = present(&world, &device, &credential, &request, &wallet(1), 0).await;
    let answers = futures_joined((0..50).map(|_| answer(&world, &request, &presentation))).await;
    let good = answers.iter().filter(|answer| answer.status == 200).count();
    let used = answers
        .iter()
        .filter(|a| a.status != 200 && a.code() == "request_used")
        .count();
    assert_eq!((good, used), (1, 49));
}

/// Fifty requests, each with a proof of its own for one nullifier.
async fn fifty(world: &World, account_of: impl Fn(u8) -> u8) -> Vec<String> {
    let device = Device::new(1);
    let credential = world.credential(&device, 7);
    let mut ready = vec![];
    for i in 0..50 {
        let request = request(world, COMPUTE).await;
        let wallet = wallet(account_of(i));
        let presentation = present(world, &device, &credential, &request, &wallet, 0).await;
        ready.push((request, presentation));
    }
    let posts = ready
        .iter()
        .map(|(request, presentation)| answer(world, request, presentation));
    let answers = futures_joined(posts).await;
    answers
        .iter()
        .map(|a| {
            if a.status == 200 {
                "200".to_owned()
            } else {
                a.code()
            }
        })
        .collect()
}

async fn rows(world: &World) -> i64 {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(world.dir.path().join("verifier.sqlite"));
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query_scalar("SELECT COUNT(*) FROM registrations")
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_requests_with_one_nullifier_and_one_account_give_one_row() {
    let world = World::development().await;
    let codes = fifty(&world, |_| 1).await;
    assert!(codes.iter().all(|code| code == "200"), "{codes:?}");
    assert_eq!(rows(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_requests_with_one_nullifier_and_fifty_accounts_give_one_200() {
    let world = World::development().await;
    let codes = fifty(&world, |i| i + 1).await;
    let count = |wanted: &str| codes.iter().filter(|code| *code == wanted).count();
    assert_eq!((count("200"), count("nullifier_taken")), (1, 49));
    assert_eq!(rows(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_slots_are_two_places() {
    let world = World::development().await;
    let device = Device::new(1);
    let credential = world.credential(&device, 7);
    for slot in [0, 1] {
        let request = request(&world, COMPUTE).await;
        let wallet = wallet(slot + 1);
        let presentation = present(&world, &device, &credential, &request, &wallet, slot).await;
        assert_eq!(answer(&world, &request, &presentation).await.status, 200);
    }
    assert_eq!(rows(&world).await, 2);
}

#[tokio::test]
async fn requests_need_the_token_a_known_network_and_a_live_epoch() {
    let world = World::development().await;
    let body = |network: &str, action: &str, epoch: u64| json!({ "network": network, "action": action, "epoch": epoch, "chains": ["eip155:1"] });
    let good = body(COMPUTE, "provider", 0);
    assert_eq!(
        world.client.post("/v1/requests", &good).await.code(),
        "token_missing"
    );
    assert_eq!(
        world
            .client
            .post_as("/v1/requests", OPERATOR, &good)
            .await
            .code(),
        "token_invalid"
    );
    let post = |body: Value| {
        let client = world.client.clone();
        async move { client.post_as("/v1/requests", BACK_END, &body).await }
    };
    assert_eq!(
        post(body("other.example", "provider", 0)).await.code(),
        "network_unknown"
    );
    assert_eq!(
        post(body(COMPUTE, "other", 0)).await.code(),
        "scope_unknown"
    );
    assert_eq!(
        post(body(COMPUTE, "season", 2)).await.code(),
        "scope_unknown"
    );
    assert_eq!(post(body(COMPUTE, "season", 1)).await.status, 201);
    let none = json!({ "network": COMPUTE, "action": "provider", "chains": [] });
    assert_eq!(post(none).await.code(), "request_impossible");
    world.clock.advance(3 * 86_400);
    assert_eq!(
        post(body(COMPUTE, "season", 1)).await.code(),
        "scope_unknown"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_and_its_pass_end_with_the_epoch() {
    let world = World::development().await;
    let device = Device::new(1);
    let credential = world.credential(&device, 7);
    // Noon of the last day: twelve hours are left.
    world.clock.advance(2 * 86_400);
    let body =
        json!({ "network": COMPUTE, "action": "season", "epoch": 1, "chains": ["eip155:1"] });
    let made = world
        .client
        .post_as("/v1/requests", BACK_END, &body)
        .await
        .json();
    let request: Request = serde_json::from_value(made["request"].clone()).unwrap();
    let presentation = present(&world, &device, &credential, &request, &wallet(1), 0).await;
    let answered: Value = answer(&world, &request, &presentation).await.ok();
    assert_eq!(
        answered["registration"]["expires_at"],
        "2026-06-04T00:00:00Z"
    );
    let jwks = world.client.get("/.well-known/jwks.json").await.ok();
    let passes = PassVerifier::new(
        &jwks,
        &request.verifier,
        &request.network,
        Environment::Development,
    );
    let pass = passes
        .unwrap()
        .verify(answered["pass"].as_str().unwrap(), world.now())
        .unwrap();
    assert_eq!(pass.exp - world.now().unix_seconds(), 12 * 3_600);
}
