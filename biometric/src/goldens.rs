//! Every model's output against golden values that onnxruntime made (`scripts/goldens/make.py`).

#![allow(clippy::unwrap_used)]

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::manifest::EmbeddingModel;
use crate::models::{DetectorSide, Models};
use crate::photo::{Limits, Photo};

#[derive(Deserialize)]
struct File {
    photo_sha256: String,
    goldens: Vec<Golden>,
}

#[derive(Deserialize)]
struct Golden {
    name: String,
    input_sha256: String,
    rows: Option<Vec<usize>>,
    outputs: Vec<Vec<f32>>,
}

fn fixture(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../fixtures/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A square of whole pixels, RGB, channels last.
fn crop(photo: &Photo, left: usize, top: usize, side: usize) -> Vec<f32> {
    let width = photo.width() as usize;
    (0..side * side)
        .flat_map(|k| {
            let start = 3 * ((top + k / side) * width + left + k % side);
            photo.samples()[start..start + 3]
                .iter()
                .map(|v| f32::from(*v))
        })
        .collect()
}

/// Channels last, RGB, to channels first, BGR.
fn planes(rgb: &[f32]) -> Vec<f32> {
    [2, 1, 0]
        .iter()
        .flat_map(|channel| rgb.iter().skip(*channel).step_by(3).copied())
        .collect()
}

fn input(name: &str, photo: &Photo) -> Vec<f32> {
    let scaled = || -> Vec<f32> {
        let face = crop(photo, 170, 70, 112);
        face.iter().map(|v| (v - 127.5) / 128.0).collect()
    };
    match name {
        "retinaface" => {
            let image = crop(photo, 0, 0, 512);
            let mut canvas = vec![0f32; 3 * 640 * 640];
            for (k, value) in image.iter().enumerate() {
                let (row, column, channel) = (k / 3 / 512, k / 3 % 512, k % 3);
                let mean = [123.0, 117.0, 104.0][channel];
                canvas[3 * (row * 640 + column) + channel] = value - mean;
            }
            planes(&canvas)
        }
        "retinaface_320" => {
            let mut image = crop(photo, 80, 0, 320);
            for pixel in image.chunks_exact_mut(3) {
                pixel[0] -= 123.0;
                pixel[1] -= 117.0;
                pixel[2] -= 104.0;
            }
            planes(&image)
        }
        "mobilefacenet" => scaled(),
        "fr_feature" => planes(&scaled()),
        "fr_liveness" => planes(&crop(photo, 160, 60, 128)),
        _ => crop(photo, 130, 25, 192)
            .iter()
            .map(|v| v / 255.0)
            .collect(),
    }
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len());
    let dot = |x: &[f32], y: &[f32]| -> f64 {
        x.iter()
            .zip(y)
            .map(|(x, y)| f64::from(*x) * f64::from(*y))
            .sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn every_model_agrees_with_onnxruntime() {
    let photo_bytes = fixture("faces/astronaut.png");
    let file: File = serde_json::from_slice(&fixture("models/goldens.json")).unwrap();
    assert_eq!(hex::encode(Sha256::digest(&photo_bytes)), file.photo_sha256);
    let photo = Photo::decode(&photo_bytes, Limits::default()).unwrap();
    let dir = Models::default_dir();
    let models = Models::load(&dir, EmbeddingModel::MobileFaceNet).unwrap();
    let small = DetectorSide::Pixels320;
    let other = Models::load_with_detector(&dir, EmbeddingModel::FrFeature, small).unwrap();
    assert_eq!(file.goldens.len(), 6);
    for golden in &file.goldens {
        let input = input(&golden.name, &photo);
        let bytes: Vec<u8> = input.iter().flat_map(|v| v.to_le_bytes()).collect();
        assert_eq!(
            hex::encode(Sha256::digest(&bytes)),
            golden.input_sha256,
            "{}",
            golden.name
        );
        let of = match golden.name.as_str() {
            "fr_feature" | "retinaface_320" => &other,
            _ => &models,
        };
        let model = golden.name.trim_end_matches("_320");
        let mut got = of.outputs(model, &input).unwrap();
        if let Some(rows) = &golden.rows {
            // Two scores a prior.
            let priors = got[1].len() / 2;
            for output in &mut got {
                let width = output.len() / priors;
                *output = rows
                    .iter()
                    .flat_map(|row| output[row * width..(row + 1) * width].to_vec())
                    .collect();
            }
        }
        assert_eq!(got.len(), golden.outputs.len());
        for (got, expected) in got.iter().zip(&golden.outputs) {
            let cosine = cosine(got, expected);
            assert!(cosine >= 0.9999, "{}: {cosine}", golden.name);
            // A single number has no direction: its size must agree too.
            let scale = expected.iter().fold(1f32, |m, v| m.max(v.abs()));
            for (a, b) in got.iter().zip(expected) {
                assert!((a - b).abs() <= 1e-3 * scale, "{}: {a} {b}", golden.name);
            }
        }
    }
}
