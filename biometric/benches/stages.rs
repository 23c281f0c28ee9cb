//! How long each stage on one photograph takes: `cargo bench -p humanseal-biometric`. Against
//! another runtime: `onnxruntime.sh` beside this file.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::Criterion;
use humanseal_biometric::{EmbeddingModel, Limits, Models, Photo, Pipeline};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/faces");
    let file = std::fs::read(fixtures.join("astronaut.png"))?;
    let photo = Photo::decode(&file, Limits::default())?;
    let models = Models::load(&Models::default_dir(), EmbeddingModel::MobileFaceNet)?;
    let pipeline = Pipeline::new(models);
    let faces = pipeline.faces(&photo)?;
    let face = faces.first().ok_or("no face in the fixture")?;

    let mut criterion = Criterion::default()
        .sample_size(20)
        .measurement_time(Duration::from_secs(6))
        .configure_from_args();
    criterion.bench_function("decode", |b| {
        b.iter(|| Photo::decode(black_box(&file), Limits::default()));
    });
    criterion.bench_function("detect", |b| b.iter(|| pipeline.faces(black_box(&photo))));
    criterion.bench_function("detect and embed", |b| {
        b.iter(|| pipeline.portrait(black_box(&photo)));
    });
    criterion.bench_function("passive liveness", |b| {
        b.iter(|| pipeline.liveness(black_box(&photo), face));
    });
    criterion.bench_function("mesh", |b| {
        b.iter(|| pipeline.mesh(black_box(&photo), face))
    });
    criterion.bench_function("frame, all gates", |b| {
        b.iter(|| pipeline.live(std::slice::from_ref(black_box(&photo)), None));
    });
    criterion.final_summary();
    Ok(())
}
