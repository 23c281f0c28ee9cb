//! What happens to a photograph on its way must not change who it shows: harmless edits move every
//! score by less than stated here. The fixtures are few; these are tests of the code, no error
//! rates. All eight EXIF orientations are in `images.rs`: there the pixels are equal.

use humanseal_biometric::quality::MIN_EYE_DISTANCE;
use humanseal_biometric::{Embedding, Limits, Photo, cosine};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, RgbImage, imageops};
use proptest::prelude::*;

use crate::{photo, pipeline};

const FIXTURES: [&str; 5] = [
    "astronaut.png",
    "biden.jpg",
    "obama.jpg",
    "obama2.jpg",
    "obama3.jpg",
];
/// How far a score with another photograph may move.
const MOVES: f32 = 0.15;
/// How similar an edited photograph stays to itself.
const ITSELF: f32 = 0.9;

fn embedding(photo: &Photo) -> Embedding {
    pipeline().portrait(photo).unwrap().embedding().clone()
}

fn originals() -> &'static [(RgbImage, Embedding)] {
    static ORIGINALS: std::sync::OnceLock<Vec<(RgbImage, Embedding)>> = std::sync::OnceLock::new();
    ORIGINALS.get_or_init(|| {
        let original = |name: &&str| {
            let photo = photo(name);
            let samples = photo.samples().to_vec();
            let pixels = RgbImage::from_raw(photo.width(), photo.height(), samples).unwrap();
            (pixels, embedding(&photo))
        };
        FIXTURES.iter().map(original).collect()
    })
}

/// The scores of an edited fixture with itself and with all others against the original's.
fn assert_moves_little(index: usize, edited: &Embedding, what: &str) {
    let (_, original) = &originals()[index];
    let itself = cosine(original, edited).unwrap();
    assert!(
        itself.value() >= ITSELF,
        "{} {what}: {itself}",
        FIXTURES[index]
    );
    for (name, (_, other)) in FIXTURES.iter().zip(originals()) {
        let (before, after) = (
            cosine(original, other).unwrap(),
            cosine(edited, other).unwrap(),
        );
        let moved = (before.value() - after.value()).abs();
        // With itself the score can only fall, and ITSELF bounds that.
        assert!(
            moved <= MOVES,
            "{} {what}, with {name}: {before} {after}",
            FIXTURES[index]
        );
    }
}

fn of_pixels(pixels: RgbImage) -> Embedding {
    let (width, height) = pixels.dimensions();
    embedding(&Photo::from_rgb(width, height, pixels.into_raw()).unwrap())
}

fn recompressed(pixels: &RgbImage, quality: u8) -> Embedding {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(pixels)
        .unwrap();
    embedding(&Photo::decode(&bytes, Limits::default()).unwrap())
}

fn brightened(pixels: &RgbImage, factor: f32) -> Embedding {
    let mut pixels = pixels.clone();
    for sample in pixels.iter_mut() {
        *sample = (f32::from(*sample) * factor).round() as u8;
    }
    of_pixels(pixels)
}

/// The longer side at most `side` pixels; `None` where that brings the eyes too close together,
/// which must then be refused as such.
fn shrunk(pixels: &RgbImage, side: u32) -> Option<Embedding> {
    let image = DynamicImage::from(pixels.clone());
    let small = match pixels.width().max(pixels.height()) <= side {
        true => image,
        false => image.resize(side, side, imageops::FilterType::CatmullRom),
    };
    let small = small.into_rgb8();
    let (width, height) = small.dimensions();
    let photo = Photo::from_rgb(width, height, small.into_raw()).unwrap();
    let eyes = pipeline().faces(&photo).unwrap()[0].eye_distance();
    if eyes < MIN_EYE_DISTANCE {
        let error = pipeline().portrait(&photo).unwrap_err();
        assert_eq!(error.code(), "face_too_small");
        return None;
    }
    Some(embedding(&photo))
}

#[test]
fn the_mildest_and_the_strongest_of_each_edit_move_no_score_far() {
    for (index, (pixels, _)) in originals().iter().enumerate() {
        let mirrored = of_pixels(imageops::flip_horizontal(pixels));
        assert_moves_little(index, &mirrored, "mirrored");
        assert_moves_little(index, &recompressed(pixels, 60), "at quality 60");
        if let Some(small) = shrunk(pixels, 480) {
            assert_moves_little(index, &small, "at 480 pixels");
        }
        assert_moves_little(index, &brightened(pixels, 0.9), "10 % darker");
        assert_moves_little(index, &brightened(pixels, 1.1), "10 % brighter");
    }
}

proptest! {
    // Each case runs models; the ends of the ranges are above.
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn edits_between_the_ends_move_no_score_far(
        index in 0..FIXTURES.len(),
        quality in 60u8..=100,
        side in 480u32..=1200,
        factor in 0.9f32..=1.1,
    ) {
        let (pixels, _) = &originals()[index];
        assert_moves_little(index, &recompressed(pixels, quality), "recompressed");
        if let Some(small) = shrunk(pixels, side) {
            assert_moves_little(index, &small, "shrunk");
        }
        assert_moves_little(index, &brightened(pixels, factor), "brightened");
    }
}
