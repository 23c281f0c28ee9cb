//! Stateless checks.

use serde_json::{Value, json};

use crate::device::{Device, present, request, wallet};
use crate::world::{BACK_END, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_names_its_culprits_and_an_empty_one_verifies_nothing() {
    let world = World::development().await;
    let mut entries = vec![];
    for byte in 1..=3 {
        let device = Device::new(u32::from(byte));
        let credential = world.credential(&device, u32::from(byte));
        let request = request(&world, "compute.example").await;
        let presentation = present(&world, &device, &credential, &request, &wallet(byte), 0).await;
        entries.push(json!({ "request": request, "presentation": presentation }));
    }
    let one: Value = world
        .client
        .post_as("/v1/verify", BACK_END, &entries[0])
        .await
        .ok();
    assert_eq!(one["verified"], true);
    // It uses nothing up.
    let again: Value = world
        .client
        .post_as("/v1/verify", BACK_END, &entries[0])
        .await
        .ok();
    assert_eq!(again, one);
    assert_eq!(
        world.client.post("/v1/verify", &entries[0]).await.code(),
        "token_missing"
    );

    // The second with a nullifier that its proof is not for, the third for another policy.
    entries[1]["presentation"]["public"][0] = json!("1");
    entries[2]["presentation"]["public"][5] = json!("1");
    let batch = json!({ "entries": entries });
    let verdicts: Value = world
        .client
        .post_as("/v1/verify/batch", BACK_END, &batch)
        .await
        .ok();
    let verdicts = &verdicts["verdicts"];
    assert_eq!(verdicts[0]["verified"], true);
    assert_eq!(verdicts[1]["code"], "proof_invalid");
    assert_eq!(verdicts[2]["code"], "policy_mismatch");
    assert_eq!(verdicts[1]["verified"], false);

    // A request of another origin for the same network: its audience is not this verifier.
    let mut phished = entries[0].clone();
    phished["request"]["verifier"] = json!("https://verify.compute-example.com");
    let verdict: Value = world
        .client
        .post_as("/v1/verify", BACK_END, &phished)
        .await
        .ok();
    assert_eq!(verdict["code"], "origin_mismatch");
    assert_eq!(verdict["nullifier"], Value::Null);

    let empty = json!({ "entries": [] });
    assert_eq!(
        world
            .client
            .post_as("/v1/verify/batch", BACK_END, &empty)
            .await
            .code(),
        "batch_size"
    );
}
