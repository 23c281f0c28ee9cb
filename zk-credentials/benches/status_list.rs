//! The status list at its full size, 16,252,928 bits: what an issuer, a holder and a verifier wait
//! for. docs/status-list.md keeps a table.

#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use humanseal_zk_credentials::content_id::ContentId;
use humanseal_zk_credentials::credential::StatusIndex;
use humanseal_zk_credentials::status_list::{PublishedStatusList, STATUS_BITS, StatusList};
use humanseal_zk_credentials::status_tree::StatusTree;

#[path = "../tests/zk_credentials/scatter.rs"]
mod scatter;

fn index(number: u32) -> StatusIndex {
    StatusIndex::new(number).expect("within the list")
}

fn status_list(c: &mut Criterion) {
    let mut group = c.benchmark_group("status_list");
    group.sample_size(10);
    for (share, list) in [
        ("no bit", StatusList::new()),
        ("1 %", scatter::scattered(100)),
        ("50 %", scatter::scattered(2)),
    ] {
        let tree = StatusTree::new(list.clone());
        let compressed = tree.to_compressed();
        println!("{share}: {} bytes published", compressed.len());
        group.bench_function(format!("tree from bits, {share}"), |b| {
            b.iter_batched(|| list.clone(), StatusTree::new, BatchSize::LargeInput);
        });
        group.bench_function(format!("compress, {share}"), |b| {
            b.iter(|| tree.to_compressed());
        });
        group.bench_function(format!("name, {share}"), |b| {
            b.iter(|| ContentId::of(&compressed));
        });
        group.bench_function(format!("path from compressed, {share}"), |b| {
            b.iter(|| {
                let published = PublishedStatusList::from_compressed(&compressed)?;
                published.path(black_box(index(STATUS_BITS / 3)), tree.root())
            });
        });
    }

    let mut tree = StatusTree::new(scatter::scattered(100));
    let mut list = tree.list().clone();
    group.bench_function("one bit changed, 1 %", |b| {
        b.iter_batched(
            || {
                let place = index(STATUS_BITS / 3);
                list.set(place, !list.get(place));
                list.clone()
            },
            |list| tree.update(list),
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(benches, status_list);
criterion_main!(benches);
