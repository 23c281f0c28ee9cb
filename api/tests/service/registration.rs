//! Moves, ends and bans.

use crate::client::Answer;
use crate::device::{Device, account, answer, present, request, wallet};
use crate::world::{BACK_END, OPERATOR, World};

const MOVES: &str = "moves.example";

async fn register(world: &World, device: &Device, network: &str, byte: u8) -> Answer {
    // The credential outlives the test; a fresh proof each time.
    let credential = world.credential(device, 7);
    let request = request(world, network).await;
    let presentation = present(world, device, &credential, &request, &wallet(byte), 0).await;
    answer(world, &request, &presentation).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_moves_after_its_cool_down_and_the_old_accounts_last_pass() {
    let world = World::development().await;
    let device = Device::new(1);
    assert_eq!(register(&world, &device, MOVES, 1).await.status, 200);
    assert_eq!(
        register(&world, &device, MOVES, 2).await.code(),
        "nullifier_taken"
    );
    world.clock.advance(3_600);
    // The hour is over, the old account's pass is not.
    let waiting = register(&world, &device, MOVES, 2).await;
    assert_eq!(waiting.code(), "move_cooling_down");
    assert_eq!(waiting.json()["available_at"], "2026-06-02T12:00:00Z");
    world.clock.advance(23 * 3_600);
    assert_eq!(register(&world, &device, MOVES, 2).await.status, 200);
    let provider = |byte| format!("/v1/networks/{MOVES}/providers/{}", account(&wallet(byte)));
    assert_eq!(
        world.client.get_as(&provider(1), BACK_END).await.code(),
        "provider_unknown"
    );
    assert!(
        world.client.get_as(&provider(2), BACK_END).await.json()["registrations"][0]["moved_at"]
            .is_string()
    );
    // The next move cools down from this one.
    assert_eq!(
        register(&world, &device, MOVES, 1).await.code(),
        "move_cooling_down"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_without_moves_is_free_after_its_term() {
    let world = World::development().await;
    let device = Device::new(1);
    assert_eq!(
        register(&world, &device, "compute.example", 1).await.status,
        200
    );
    world.clock.advance(29 * 86_400);
    assert_eq!(
        register(&world, &device, "compute.example", 2).await.code(),
        "nullifier_taken"
    );
    world.clock.advance(86_400);
    assert_eq!(
        register(&world, &device, "compute.example", 2).await.status,
        200
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_ends_and_bans() {
    let world = World::development().await;
    let device = Device::new(1);
    assert_eq!(register(&world, &device, MOVES, 1).await.status, 200);
    let path = format!("/v1/networks/{MOVES}/providers/{}", account(&wallet(1)));
    assert_eq!(
        world.client.delete_as(&path, BACK_END).await.code(),
        "token_invalid"
    );
    let long = format!("{path}?ban_days=31");
    assert_eq!(
        world.client.delete_as(&long, OPERATOR).await.code(),
        "parameter_invalid"
    );
    let ban = format!("{path}?ban_days=2");
    assert_eq!(world.client.delete_as(&ban, OPERATOR).await.status, 204);
    // Nothing is left to end; a shorter ban changes nothing of the longer one.
    assert_eq!(
        world.client.delete_as(&path, OPERATOR).await.code(),
        "provider_unknown"
    );
    let shorter = format!("{path}?ban_days=1");
    assert_eq!(world.client.delete_as(&shorter, OPERATOR).await.status, 204);
    for byte in [1, 2] {
        assert_eq!(
            register(&world, &device, MOVES, byte).await.code(),
            "banned"
        );
    }
    world.clock.advance(2 * 86_400);
    assert_eq!(register(&world, &device, MOVES, 2).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_that_ended_can_still_be_banned() {
    let world = World::development().await;
    let device = Device::new(1);
    assert_eq!(register(&world, &device, MOVES, 1).await.status, 200);
    let path = format!("/v1/networks/{MOVES}/providers/{}", account(&wallet(1)));
    assert_eq!(world.client.delete_as(&path, OPERATOR).await.status, 204);
    let ban = format!("{path}?ban_days=2");
    assert_eq!(world.client.delete_as(&ban, OPERATOR).await.status, 204);
    assert_eq!(register(&world, &device, MOVES, 1).await.code(), "banned");
    let stranger = format!("/v1/networks/{MOVES}/providers/{}", account(&wallet(2)));
    let ban = format!("{stranger}?ban_days=2");
    assert_eq!(
        world.client.delete_as(&ban, OPERATOR).await.code(),
        "provider_unknown"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ended_registrations_pass_still_bars_another_account() {
    let world = World::development().await;
    let device = Device::new(1);
    assert_eq!(register(&world, &device, MOVES, 1).await.status, 200);
    let path = format!("/v1/networks/{MOVES}/providers/{}", account(&wallet(1)));
    assert_eq!(world.client.delete_as(&path, OPERATOR).await.status, 204);
    assert_eq!(
        register(&world, &device, MOVES, 2).await.code(),
        "move_cooling_down"
    );
    world.clock.advance(86_400);
    assert_eq!(register(&world, &device, MOVES, 2).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ban_follows_a_place_that_moved() {
    let world = World::development().await;
    let device = Device::new(1);
    assert_eq!(register(&world, &device, MOVES, 1).await.status, 200);
    world.clock.advance(86_400);
    for _ in 0..2 {
        // A second presentation of the new account keeps what is known of the old one.
        assert_eq!(register(&world, &device, MOVES, 2).await.status, 200);
    }
    let old = format!("/v1/networks/{MOVES}/providers/{}", account(&wallet(1)));
    // It holds nothing that could end, but what it did can bar the place.
    assert_eq!(
        world.client.delete_as(&old, OPERATOR).await.code(),
        "provider_unknown"
    );
    let ban = format!("{old}?ban_days=2");
    assert_eq!(world.client.delete_as(&ban, OPERATOR).await.status, 204);
    let new = format!("/v1/networks/{MOVES}/providers/{}", account(&wallet(2)));
    assert_eq!(
        world.client.get_as(&new, BACK_END).await.code(),
        "provider_unknown"
    );
    for byte in [1, 2, 3] {
        assert_eq!(
            register(&world, &device, MOVES, byte).await.code(),
            "banned"
        );
    }
}
