//! How long proofs and their verification take, keys loaded: `cargo bench -p
//! humanseal-zk-credentials`. Against another prover: `semaphore.sh` beside this file.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::enrolment::{prove_enrol, verify_enrol};
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::presentation::{prove_present, verify_present, verify_present_batch};
use humanseal_zk_credentials::specimen::{enrol_witness, present_witness};

/// Proofs in the batch.
const BATCH: usize = 64;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .measurement_time(Duration::from_secs(10))
        .configure_from_args();
    enrol(&mut criterion)?;
    present(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}

fn enrol(criterion: &mut Criterion) -> Result<(), Box<dyn std::error::Error>> {
    let key = keys::development(Circuit::Enrol)?;
    let witness = enrol_witness();
    let (proof, public) = prove_enrol(key, &witness, &mut OsEntropy)?;
    criterion.bench_function("enrol/prove", |b| {
        b.iter(|| prove_enrol(key, black_box(&witness), &mut OsEntropy));
    });
    criterion.bench_function("enrol/verify", |b| {
        b.iter(|| verify_enrol(key.verifying(), black_box(&proof), &public));
    });
    Ok(())
}

/// Proving includes the plain check of the witness and the computation of all wires.
fn present(criterion: &mut Criterion) -> Result<(), Box<dyn std::error::Error>> {
    let key = keys::development(Circuit::Present)?;
    let witness = present_witness();
    criterion.bench_function("present/prove", |b| {
        b.iter(|| prove_present(key, black_box(&witness), &mut OsEntropy));
    });
    let entries = (0..BATCH)
        .map(|_| prove_present(key, &witness, &mut OsEntropy))
        .collect::<Result<Vec<_>, _>>()?;
    let (proof, public) = &entries[0];
    verify_present(key.verifying(), proof, public)?;
    criterion.bench_function("present/verify", |b| {
        b.iter(|| verify_present(key.verifying(), black_box(proof), public));
    });
    verify_present_batch(key.verifying(), entries.clone(), &mut OsEntropy)?;
    let mut group = criterion.benchmark_group("present");
    group.throughput(Throughput::Elements(BATCH as u64));
    group.bench_function(format!("verify batch of {BATCH}"), |b| {
        b.iter_batched(
            || entries.clone(),
            |entries| verify_present_batch(key.verifying(), entries, &mut OsEntropy),
            BatchSize::LargeInput,
        );
    });
    group.finish();
    Ok(())
}
