//! What the calls cost, exactly: under the rules of Osaka, with fixed keys, times and blindings. The
//! limits are those that this project promises.

use alloy::primitives::U256;
use humanseal_chains::{Chain, gas};
use serde::Serialize;

use crate::stage::{DAY, HOUR, Stage, at};

/// Providers in the batch.
const BATCH: u8 = 32;

#[derive(Serialize)]
struct Gas {
    /// The first registration of a fresh account, calldata and base cost included.
    register: u64,
    /// The same of its renewal, on the next day and under the same root.
    renew: u64,
    /// The same of a move to a fresh account.
    r#move: u64,
    /// The verifier's execution alone.
    verify: u64,
    /// A first registration in a batch of 32, the whole transaction divided.
    batch32_per_provider: u64,
    /// Execution alone, storage cold, address warm.
    is_verified: u64,
    /// A root posted, its point cached.
    post_root: u64,
    /// Bytes of deployed code.
    registry_bytes: usize,
    /// The same of the verifier.
    verifier_bytes: usize,
}

#[test]
fn gas_and_sizes_are_as_promised() {
    let mut stage = Stage::new();
    let relayer = stage.relayer();
    let registry = stage.registry.clone();
    let verifier = stage.verifier;
    let (account, next) = (stage.account(0), stage.account(1));
    let holder = stage.holder(1);

    let shown = stage.shown(&holder, account);
    let request = stage.request(&holder);
    let verify =
        gas::of_verification(&mut stage.chain, relayer, &registry, &request, &shown).unwrap();
    let register = registry
        .register(&mut stage.chain, relayer, &shown)
        .unwrap()
        .gas_used;
    let is_verified = gas::of_is_verified(&mut stage.chain, relayer, &registry, account).unwrap();

    stage.chain.advance(DAY).unwrap();
    let shown = stage.shown(&holder, account);
    let renew = registry
        .renew(&mut stage.chain, relayer, &shown)
        .unwrap()
        .gas_used;
    stage.chain.advance(24 * HOUR).unwrap();
    let shown = stage.shown(&holder, next);
    let moved = registry
        .r#move(&mut stage.chain, relayer, &shown)
        .unwrap()
        .gas_used;
    let list = stage.list.clone();
    let root = stage.issuer.root(&list, at(i64::from(2 * DAY)));
    let post_root = registry
        .post_root(&mut stage.chain, relayer, &root)
        .unwrap()
        .gas_used;

    let measured = Gas {
        register,
        renew,
        r#move: moved,
        verify,
        batch32_per_provider: batch(),
        is_verified,
        post_root,
        registry_bytes: stage.chain.code_length(registry.address),
        verifier_bytes: stage.chain.code_length(verifier),
    };
    insta::assert_json_snapshot!(measured);
    stated_by_the_page(&measured);
    assert!(measured.register <= 288_000);
    assert!(measured.renew <= 254_000);
    assert!(measured.verify <= 210_000);
    assert!(measured.batch32_per_provider <= 112_000);
    assert!(measured.is_verified <= 4_800);
    // EIP-170 allows 24,576 bytes.
    assert!(measured.registry_bytes < 22_000 && measured.verifier_bytes < 22_000);
}

/// What each of 32 fresh accounts costs in one transaction.
fn batch() -> u64 {
    let mut stage = Stage::new();
    let shown: Vec<_> = (1..=BATCH)
        .map(|number| {
            let holder = stage.holder(number);
            let account = stage.account(number.into());
            stage.shown(&holder, account)
        })
        .collect();
    let (registry, relayer) = (stage.registry.clone(), stage.relayer());
    let receipt = registry.register_batch(&mut stage.chain, relayer, &shown);
    let used = U256::from(receipt.unwrap().gas_used);
    let last = stage.account(BATCH.into());
    assert!(stage.is_verified(last));
    used.div_ceil(U256::from(BATCH)).to()
}

/// The page says what was measured. With `HUMANSEAL_WRITE_DOCS=1` it is written there.
fn stated_by_the_page(measured: &Gas) {
    let rows = [
        ("`register`, a fresh account", measured.register, "288,000"),
        ("`renew`", measured.renew, "254,000"),
        ("`move`, to a fresh account", measured.r#move, ""),
        (
            "`registerBatch` of 32, each",
            measured.batch32_per_provider,
            "112,000",
        ),
        (
            "the verifier's `verify`, execution alone",
            measured.verify,
            "210,000",
        ),
        (
            "`isVerified`, execution alone",
            measured.is_verified,
            "4,800",
        ),
        ("`postRoot`", measured.post_root, ""),
    ];
    let mut table = String::from("| call | gas | at most |\n| --- | ---: | ---: |\n");
    for (call, gas, limit) in rows {
        table += &format!("| {call} | {} | {limit} |\n", thousands(gas));
    }
    table += &format!(
        "\nDeployed code: registry {} bytes, verifier {} bytes, of 24,576 that EIP-170 allows.\n",
        thousands(measured.registry_bytes as u64),
        thousands(measured.verifier_bytes as u64),
    );
    println!("{table}");
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/on-chain.md");
    let page = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = page.split_once("<!-- gas -->\n").unwrap();
    let (stated, after) = rest.split_once("<!-- end -->").unwrap();
    if std::env::var_os("HUMANSEAL_WRITE_DOCS").is_some() {
        let page = format!("{before}<!-- gas -->\n{table}<!-- end -->{after}");
        std::fs::write(&file, page).unwrap();
    } else {
        assert_eq!(stated, table);
    }
}

/// A number with a comma before every third digit from the right.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
