//! Photographs: JPEG, PNG, JPEG 2000.

use humanseal_biometric::{Limits, Photo};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

use super::{Case, Reached, Target, fixture};
use crate::bounds::Bounds;
use crate::secret::{assert_hidden, assert_silent};
use crate::structure::{Structure, crc};

/// A megapixel, so that a decoder at its limit stays within the time.
const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    side: 4096,
    pixels: 1 << 20,
};
/// 128 bytes a pixel at the limit.
pub(super) const BOUNDS: Bounds = Bounds::mebibytes(128);

/// What is decoded keeps the limits, has three bytes a pixel, and shows none of them in `Debug`.
pub(super) fn target() -> Target {
    let jp2 = fixture("documents/portrait.jp2");
    let start = jp2.windows(4).position(|w| w == b"\xff\x4f\xff\x51");
    let codestream = jp2[start.unwrap_or(0)..].to_vec();
    let seeds = vec![
        jp2,
        codestream,
        fixture("documents/portrait.jpg"),
        jpeg(),
        with_orientation(&jpeg()),
        small_png(),
        png(ExtendedColorType::L8, 1),
        png(ExtendedColorType::La16, 4),
        png(ExtendedColorType::Rgba16, 8),
        with_chunk(&small_png(), b"tEXt", b"Comment\0ERIKSSON"),
    ];
    let properties = |case: &Case<'_>| decode(case.bytes);
    Target::new("images", Structure::Image, BOUNDS, seeds, properties)
}

/// Decodes an image and asserts what holds for every image.
pub(super) fn decode(bytes: &[u8]) -> Reached {
    let photo = match Photo::decode(bytes, LIMITS) {
        Ok(photo) => photo,
        Err(error) => {
            assert_silent(&error);
            return Reached::Refused;
        }
    };
    let (width, height) = (photo.width(), photo.height());
    let pixels = u64::from(width) * u64::from(height);
    assert!(pixels > 0 && pixels <= LIMITS.pixels, "{width} x {height}");
    assert!(width.max(height) <= LIMITS.side, "{width} x {height}");
    assert_eq!(photo.samples().len() as u64, 3 * pixels);
    assert_hidden(&photo);
    Reached::Decoded
}

/// 12 pixels by 10.
pub(crate) fn small_png() -> Vec<u8> {
    png(ExtendedColorType::Rgb8, 3)
}

const WIDTH: u32 = 12;
const HEIGHT: u32 = 10;

fn samples(bytes_per_pixel: u32) -> Vec<u8> {
    let count = WIDTH * HEIGHT * bytes_per_pixel;
    (0..count).map(|n| (n * n % 251) as u8).collect()
}

fn png(colour: ExtendedColorType, bytes_per_pixel: u32) -> Vec<u8> {
    let mut file = Vec::new();
    PngEncoder::new(&mut file)
        .write_image(&samples(bytes_per_pixel), WIDTH, HEIGHT, colour)
        .unwrap_or_else(|error| panic!("{error}"));
    file
}

fn jpeg() -> Vec<u8> {
    let mut file = Vec::new();
    JpegEncoder::new(&mut file)
        .write_image(&samples(3), WIDTH, HEIGHT, ExtendedColorType::Rgb8)
        .unwrap_or_else(|error| panic!("{error}"));
    file
}

/// An EXIF segment with orientation 6 behind the start of the image.
fn with_orientation(jpeg: &[u8]) -> Vec<u8> {
    let tiff = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let length = (tiff.len() + 2) as u16;
    let marker = [&b"\xff\xe1"[..], &length.to_be_bytes(), tiff].concat();
    [&jpeg[..2], &marker, &jpeg[2..]].concat()
}

/// A chunk behind IHDR, which ends at byte 33.
fn with_chunk(png: &[u8], kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let typed = [&kind[..], data].concat();
    let length = (data.len() as u32).to_be_bytes();
    let checksum = crc(&typed).to_be_bytes();
    [&png[..33], &length, &typed, &checksum, &png[33..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The codestream of the fixture as a megapixel in one tile, with other coding parameters:
    /// layers, code blocks of 2^(n + 2) a side, precincts of 2^n a side.
    fn megapixel(layers: u16, block: u8, precinct: u8) -> Vec<u8> {
        let jp2 = fixture("documents/portrait.jp2");
        let find = |bytes: &[u8], marker: &[u8]| {
            let place = bytes.windows(marker.len()).position(|w| w == marker);
            place.unwrap_or_else(|| panic!("the fixture has no such marker"))
        };
        let mut stream = jp2[find(&jp2, b"\xff\x4f\xff\x51")..].to_vec();
        let side = 1024_u32.to_be_bytes();
        // Behind SOC, marker, length and capabilities: width, height, offsets, the same of a tile.
        for field in [0, 1, 4, 5] {
            stream[8 + 4 * field..12 + 4 * field].copy_from_slice(&side);
        }
        let cod = find(&stream, b"\xff\x52");
        let length = usize::from(u16::from_be_bytes([stream[cod + 2], stream[cod + 3]]));
        let levels = stream[cod + 9];
        let transform = stream[cod + 13];
        let mut segment = vec![0xff, 0x52];
        segment.extend((12 + 1 + u16::from(levels)).to_be_bytes());
        segment.extend([1, 0]);
        segment.extend(layers.to_be_bytes());
        segment.extend([0, levels, block, block, 0, transform]);
        segment.extend(vec![precinct << 4 | precinct; usize::from(levels) + 1]);
        stream.splice(cod..cod + 2 + length, segment);
        // Empty packets, a byte of zero each, to the end of the file.
        let tile = find(&stream, b"\xff\x90");
        let data = find(&stream, b"\xff\x93") + 2;
        stream.truncate(data);
        stream.resize(900_000, 0);
        let length = (stream.len() - tile) as u32;
        stream[tile + 6..tile + 10].copy_from_slice(&length.to_be_bytes());
        stream.extend(b"\xff\xd9");
        stream
    }

    /// Parameters that make many parts of few bytes: the smallest that are taken keep the bounds.
    #[test]
    fn small_precincts_and_code_blocks_keep_the_bounds() {
        for (layers, block, precinct) in [
            (1, 4, 15),
            (32, 4, 15),
            (1, 2, 15),
            (1, 4, 5),
            (32, 2, 5),
            (1, 4, 4),
        ] {
            let file = megapixel(layers, block, precinct);
            BOUNDS.keep(|| decode(&file));
        }
    }

    #[test]
    fn smaller_ones_are_refused() {
        for (layers, block, precinct) in [(1, 1, 15), (1, 0, 15), (32, 0, 1)] {
            let file = megapixel(layers, block, precinct);
            let refused = Photo::decode(&file, LIMITS).map_err(|error| error.code());
            assert_eq!(refused.err(), Some("image_too_complex"));
        }
    }
}
