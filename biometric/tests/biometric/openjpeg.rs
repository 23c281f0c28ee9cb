//! JPEG 2000 portraits that OpenJPEG made (`scripts/vectors/jpeg2000.sh`), held against what
//! OpenJPEG decodes from them.

use std::path::Path;

use humanseal_biometric::{Limits, Photo, cosine};

use crate::{fixture, pipeline};

fn read(file: &str) -> Photo {
    let bytes = fixture(&format!("documents/jpeg2000/{file}"));
    Photo::decode(&bytes, Limits::default()).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The largest and the mean difference of two photographs' samples.
fn apart(ours: &Photo, theirs: &Photo) -> (u8, f64) {
    assert_eq!(
        (ours.width(), ours.height()),
        (theirs.width(), theirs.height())
    );
    let samples = ours.samples().iter().zip(theirs.samples());
    let differences: Vec<u8> = samples.map(|(a, b)| a.abs_diff(*b)).collect();
    let sum: u64 = differences.iter().map(|d| u64::from(*d)).sum();
    let most = differences.iter().max().copied().unwrap_or_default();
    (most, sum as f64 / differences.len() as f64)
}

const LOSSLESS: [(&str, &str); 8] = [
    ("colour-lossless.jp2", "colour.png"),
    ("colour-lossless.j2k", "colour.png"),
    ("colour-no-mct.jp2", "colour.png"),
    ("colour-tiles.jp2", "colour.png"),
    ("colour-tiles-rpcl.j2k", "colour.png"),
    ("colour-bypass.jp2", "colour.png"),
    ("grey-lossless.jp2", "grey.png"),
    ("grey-lossless.j2k", "grey.png"),
];

/// With the mean difference of a sample that is allowed.
const LOSSY: [(&str, f64); 6] = [
    ("face-15-kb.jp2", 0.01),
    ("face-15-kb-reversible.jp2", 0.0),
    ("colour-lossy.j2k", 0.01),
    ("colour-layers.jp2", 0.01),
    ("grey-lossy.jp2", 0.01),
    // Luma and colour differences become RGB, which rounds once more.
    ("subsampled.jp2", 0.5),
];

#[test]
fn what_was_stored_without_loss_comes_back_to_the_bit() {
    for (file, pixels) in LOSSLESS {
        assert_eq!(apart(&read(file), &read(pixels)), (0, 0.0), "{file}");
    }
}

/// The irreversible transform is calculated in floating point, so decoders differ by rounding.
#[test]
fn what_was_stored_with_loss_differs_by_rounding() {
    for (file, allowed) in LOSSY {
        let theirs = file.replace(".jp2", ".png").replace(".j2k", ".png");
        let (most, mean) = apart(&read(file), &read(&theirs));
        assert!(most <= 1 && mean <= allowed, "{file}: {most}, mean {mean}");
    }
}

/// Whose every component has only each second column and row: no portrait needs that.
const SPARSE: &str = "colour-every-second.jp2";

#[test]
fn a_portrait_without_every_pixel_is_refused_by_name() {
    let bytes = fixture(&format!("documents/jpeg2000/{SPARSE}"));
    let error = Photo::decode(&bytes, Limits::default()).unwrap_err();
    assert_eq!(error.code(), "image_too_complex");
}

/// A portrait in 15 kB, as chips hold it, is still the person.
#[test]
fn fifteen_kilobytes_are_enough_for_a_match() {
    let photograph = pipeline().portrait(&crate::photo("astronaut.png")).unwrap();
    for file in ["face-15-kb.jp2", "face-15-kb-reversible.jp2"] {
        let portrait = pipeline().portrait(&read(file)).unwrap();
        let similarity = cosine(photograph.embedding(), portrait.embedding()).unwrap();
        assert!(similarity.value() >= 0.9, "{file}: {similarity}");
    }
}

/// Every portrait that the script makes is looked at here.
#[test]
fn no_portrait_is_left_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/documents/jpeg2000");
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let portraits = files
        .filter(|file| {
            let name = file.file_name().into_string().unwrap();
            name.ends_with(".jp2") || name.ends_with(".j2k")
        })
        .count();
    // And the one that is refused.
    assert_eq!(portraits, LOSSLESS.len() + LOSSY.len() + 1);
}
