//! Measures the depth check on a recording: frames of one person in a folder, in the order of their
//! names. Each frame that is turned by 8 to 28 degrees against the last one that looked straight is a
//! pair; the program prints how many pairs moved as a head, a flat or a bent sheet. Pairs of one
//! recording are not independent of one another.
//!
//! `cargo run --release -p humanseal-biometric --example depth -- FOLDER`

use std::path::PathBuf;

use humanseal_biometric::live::{Depth, movement};
use humanseal_biometric::{EmbeddingModel, Limits, Models, Photo, Pipeline, Reason};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("a folder of frames")?;
    let mut files = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<PathBuf>, _>>()?;
    files.sort();
    let models = Models::load(&Models::default_dir(), EmbeddingModel::default())?;
    let pipeline = Pipeline::new(models);
    let mut straight: Option<Photo> = None;
    let (mut head, mut flat, mut bent, mut unclear) = (0, 0, 0, 0);
    for file in files {
        let photo = Photo::decode(&std::fs::read(&file)?, Limits::default())?;
        let faces = pipeline.faces(&photo)?;
        let Some(face) = faces.first() else {
            straight = None;
            continue;
        };
        let mesh = pipeline.mesh(&photo, face)?;
        if mesh.yaw.abs() < 6.0 && mesh.roll.abs() < 15.0 {
            straight = Some(photo);
            continue;
        }
        let Some(still) = &straight else { continue };
        let Some(found) = movement(&pipeline, still, &photo)? else {
            continue;
        };
        if (8.0..=28.0).contains(&found.yaw.abs()) && found.yaw.abs() >= found.pitch.abs() {
            match found.depth {
                Depth::Head => head += 1,
                Depth::Sheet(Reason::BentSurface) => bent += 1,
                Depth::Sheet(_) => flat += 1,
                Depth::Unclear => unclear += 1,
            }
        }
    }
    println!("head {head}, flat {flat}, bent {bent}, too little to follow {unclear}");
    Ok(())
}
