//! Image files: what is read and what is refused.

use std::io::Cursor;

use humanseal_biometric::{Limits, Photo, cosine};
use image::{DynamicImage, ImageEncoder, ImageFormat, RgbImage};

use crate::{code, fixture, photo, pipeline};

#[test]
fn zero_bytes_are_refused() {
    assert_eq!(code(b""), "image_empty");
}

#[test]
fn truncated_files_are_refused() {
    for name in ["faces/obama2.jpg", "faces/astronaut.png"] {
        let bytes = fixture(name);
        for keep in [1, 3, 20, bytes.len() / 2, bytes.len() - 1] {
            assert_eq!(code(&bytes[..keep]), "image_truncated", "{name} {keep}");
        }
    }
}

/// The checksum of each PNG chunk tells.
#[test]
fn a_damaged_png_is_refused() {
    let mut png = fixture("faces/astronaut.png");
    let middle = png.len() / 2;
    png[middle] ^= 1;
    assert_eq!(code(&png), "image_malformed");
}

#[test]
fn other_formats_are_refused() {
    assert_eq!(code(b"GIF89a"), "image_animated");
    assert_eq!(code(b"BM plain text"), "image_unknown_format");
}

#[test]
fn too_many_bytes_are_refused() {
    let limits = Limits {
        bytes: 9,
        ..Limits::default()
    };
    let error = Photo::decode(&[0; 10], limits).unwrap_err();
    assert_eq!(error.code(), "image_too_many_bytes");
}

fn png_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in kind.iter().chain(data) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    let mut chunk = (data.len() as u32).to_be_bytes().to_vec();
    chunk.extend(kind);
    chunk.extend(data);
    chunk.extend((!crc).to_be_bytes());
    chunk
}

/// Puts a chunk behind IHDR, which always ends at byte 33.
fn with_chunk(png: &[u8], kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    [&png[..33], &png_chunk(kind, data), &png[33..]].concat()
}

#[test]
fn fifty_thousand_pixels_a_side_are_refused_from_the_header() {
    let side = 50_000u32.to_be_bytes();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.extend(png_chunk(
        b"IHDR",
        &[&side[..], &side, &[8, 2, 0, 0, 0]].concat(),
    ));
    png.extend(png_chunk(b"IDAT", &[]));
    png.extend(png_chunk(b"IEND", &[]));
    assert_eq!(code(&png), "image_too_many_pixels");

    let jpeg =
        b"\xff\xd8\xff\xc0\x00\x0b\x08\xc3\x50\xc3\x50\x01\x01\x11\x00\xff\xda\x00\x02\xff\xd9";
    assert_eq!(code(jpeg), "image_too_many_pixels");

    let mut jp2 = b"\xff\x4f\xff\x51\x00\x29\x00\x00".to_vec();
    for value in [50_000u32, 50_000, 0, 0, 50_000, 50_000, 0, 0] {
        jp2.extend(value.to_be_bytes());
    }
    jp2.extend(b"\x00\x01\x07\x01\x01\xff\xd9");
    assert_eq!(code(&jp2), "image_too_many_pixels");
}

/// Blocks of 4 samples take a decoder's memory many times over; the fixture has blocks of 64.
#[test]
fn jpeg_2000_of_very_small_code_blocks_is_refused() {
    let mut jp2 = fixture("documents/portrait.jp2");
    assert!(Photo::decode(&jp2, Limits::default()).is_ok());
    let style = jp2.windows(2).position(|w| w == b"\xff\x52").unwrap();
    jp2[style + 10..style + 12].fill(0);
    assert_eq!(code(&jp2), "image_too_complex");
}

#[test]
fn animations_are_refused() {
    let control = [0, 0, 0, 2, 0, 0, 0, 0];
    let apng = with_chunk(&fixture("faces/astronaut.png"), b"acTL", &control);
    assert_eq!(code(&apng), "image_animated");
}

/// A big-endian EXIF block with nothing but the orientation.
fn exif(orientation: u8) -> Vec<u8> {
    let mut block = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01".to_vec();
    block.extend([0, orientation, 0, 0, 0, 0, 0, 0]);
    block
}

/// The stored image that `orientation` turns back into `upright`.
fn stored(upright: &DynamicImage, orientation: u8) -> DynamicImage {
    match orientation {
        2 => upright.fliph(),
        3 => upright.rotate180(),
        4 => upright.flipv(),
        5 => upright.rotate90().fliph(),
        6 => upright.rotate270(),
        7 => upright.rotate270().fliph(),
        8 => upright.rotate90(),
        _ => upright.clone(),
    }
}

fn upright() -> DynamicImage {
    let photo = photo("astronaut.png");
    let samples = photo.samples().to_vec();
    let image = RgbImage::from_raw(photo.width(), photo.height(), samples).unwrap();
    // Not square, so that a missed turn shows in the size too.
    DynamicImage::from(image).crop_imm(60, 0, 340, 300)
}

#[test]
fn all_eight_orientations_of_a_png_give_equal_pixels() {
    let upright = upright();
    for orientation in 1..=8 {
        let mut png = Vec::new();
        let stored = stored(&upright, orientation);
        stored
            .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
            .unwrap();
        let png = with_chunk(&png, b"eXIf", &exif(orientation));
        let photo = Photo::decode(&png, Limits::default()).unwrap();
        assert_eq!((photo.width(), photo.height()), (340, 300), "{orientation}");
        assert_eq!(photo.samples(), upright.as_bytes(), "{orientation}");
    }
}

#[test]
fn all_eight_orientations_of_a_jpeg_give_one_embedding() {
    let upright = upright();
    let templates: Vec<_> = (1..=8)
        .map(|orientation| {
            let stored = stored(&upright, orientation).into_rgb8();
            let mut jpeg = Vec::new();
            let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 98);
            encoder.set_exif_metadata(exif(orientation)).unwrap();
            encoder.encode_image(&stored).unwrap();
            let photo = Photo::decode(&jpeg, Limits::default()).unwrap();
            assert_eq!((photo.width(), photo.height()), (340, 300), "{orientation}");
            pipeline().portrait(&photo).unwrap()
        })
        .collect();
    for other in &templates[1..] {
        let similarity = cosine(templates[0].embedding(), other.embedding()).unwrap();
        assert!(similarity.value() >= 0.999, "{similarity}");
    }
}

#[test]
fn debug_prints_no_pixel() {
    assert_eq!(format!("{:?}", photo("astronaut.png")), "Photo(..)");
}

/// A progressive JPEG may repeat scans without end; each costs a pass over all pixels.
#[test]
fn a_jpeg_of_very_many_scans_is_refused() {
    let mut jpeg = b"\xff\xd8\xff\xc2\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00".to_vec();
    for _ in 0..65 {
        jpeg.extend(b"\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00\x00");
    }
    assert_eq!(code(&jpeg), "image_truncated");
    jpeg.extend(b"\xff\xd9");
    assert_eq!(code(&jpeg), "image_too_complex");
}

/// A later frame header must not replace the size that was judged.
#[test]
fn a_jpeg_of_two_frames_is_refused() {
    let jpeg = fixture("documents/portrait.jpg");
    let end = jpeg.len() - 2;
    let frame = b"\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00";
    let second = [&jpeg[..end], frame, &jpeg[end..]].concat();
    assert_eq!(code(&second), "image_malformed");
}

/// Grey, transparent and 16-bit pictures become the RGB that they show.
#[test]
fn every_kind_of_png_becomes_rgb() {
    let upright = upright();
    for other in [
        DynamicImage::from(upright.to_rgba8()),
        DynamicImage::from(upright.to_rgb16()),
        DynamicImage::from(upright.to_rgba16()),
    ] {
        let mut png = Vec::new();
        other
            .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
            .unwrap();
        let photo = Photo::decode(&png, Limits::default()).unwrap();
        assert_eq!(photo.samples(), upright.as_bytes());
    }
    for grey in [
        DynamicImage::from(upright.to_luma8()),
        DynamicImage::from(upright.to_luma16()),
        DynamicImage::from(upright.to_luma_alpha8()),
    ] {
        let mut png = Vec::new();
        grey.write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
            .unwrap();
        let photo = Photo::decode(&png, Limits::default()).unwrap();
        assert_eq!(photo.samples(), grey.to_rgb8().as_raw().as_slice());
    }
}
