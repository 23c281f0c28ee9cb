//! JPEG 2000 files: what is decoded, and what is refused before anything is.

use std::time::{Duration, Instant};

use humanseal_biometric::{Limits, Photo};

use crate::{code, fixture};

/// A document's portrait may come as JPEG 2000. The same picture in both formats, each lossy.
#[test]
fn jpeg_2000_shows_what_jpeg_shows() {
    let [jpeg, jpeg_2000] = ["documents/portrait.jpg", "documents/portrait.jp2"]
        .map(|file| Photo::decode(&fixture(file), Limits::default()).unwrap());
    assert_eq!(
        (jpeg.width(), jpeg.height()),
        (jpeg_2000.width(), jpeg_2000.height())
    );
    let apart: u64 = jpeg
        .samples()
        .iter()
        .zip(jpeg_2000.samples())
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    let mean = apart as f64 / jpeg.samples().len() as f64;
    assert!(mean < 8.0, "mean difference {mean}");
    let brightest = jpeg_2000.samples().iter().max().unwrap();
    let darkest = jpeg_2000.samples().iter().min().unwrap();
    assert!(brightest - darkest > 32, "a picture, no plain surface");
}

/// The fixture's codestream as `change` makes it, and the same in its JP2 boxes.
fn jpeg_2000_with(change: impl Fn(&mut Vec<u8>)) -> [Vec<u8>; 2] {
    let file = fixture("documents/portrait.jp2");
    let start = file
        .windows(2)
        .position(|pair| pair == b"\xff\x4f")
        .unwrap();
    let mut codestream = file[start..].to_vec();
    change(&mut codestream);
    let mut boxed = file[..start - 8].to_vec();
    boxed.extend((codestream.len() as u32 + 8).to_be_bytes());
    boxed.extend(b"jp2c");
    boxed.extend(&codestream);
    [codestream, boxed]
}

/// Where a marker's segment begins in the fixture's codestream, after its length.
fn segment(codestream: &[u8], marker: u8) -> usize {
    let found = codestream
        .windows(2)
        .position(|pair| pair == [0xff, marker]);
    found.unwrap() + 4
}

#[test]
fn an_unchanged_jpeg_2000_decodes_bare_and_boxed() {
    for file in jpeg_2000_with(|_| {}) {
        let photo = Photo::decode(&file, Limits::default()).unwrap();
        assert_eq!((photo.width(), photo.height()), (90, 120));
    }
}

/// Each row asks for work that no portrait needs, and is refused from the header.
#[test]
fn jpeg_2000_that_multiplies_work_is_refused_before_decoding() {
    type Change = fn(&mut Vec<u8>);
    // Offsets into a codestream: SIZ begins at byte 2, its fields are those of A.5.1.
    let rows: [(&str, &str, Change); 12] = [
        (
            "four megapixels and more",
            "image_too_many_pixels",
            |file| {
                file[8..12].copy_from_slice(&2049u32.to_be_bytes());
                file[12..16].copy_from_slice(&2049u32.to_be_bytes());
            },
        ),
        ("a tile for each pixel", "image_too_complex", |file| {
            file[24..28].copy_from_slice(&1u32.to_be_bytes());
            file[28..32].copy_from_slice(&1u32.to_be_bytes());
        }),
        ("tiles of no width", "image_malformed", |file| {
            file[24..28].copy_from_slice(&0u32.to_be_bytes());
        }),
        ("16,384 components", "image_too_complex", |file| {
            file[40..42].copy_from_slice(&16_384u16.to_be_bytes());
        }),
        ("16 bits a sample", "image_too_complex", |file| {
            file[42] = 15
        }),
        ("signed samples", "image_too_complex", |file| {
            file[42] = 0x87
        }),
        ("coarse light", "image_too_complex", |file| file[43] = 2),
        ("very coarse colour", "image_too_complex", |file| {
            file[46] = 255
        }),
        ("65,535 layers", "image_too_complex", |file| {
            let cod = segment(file, 0x52);
            file[cod + 2..cod + 4].copy_from_slice(&[0xff; 2]);
        }),
        ("200 decompositions", "image_too_complex", |file| {
            let cod = segment(file, 0x52);
            file[cod + 5] = 200;
        }),
        ("code blocks of four by four", "image_too_complex", |file| {
            let cod = segment(file, 0x52);
            file[cod + 6..cod + 8].copy_from_slice(&[0; 2]);
        }),
        ("a change of progression", "image_too_complex", |file| {
            let comment = segment(file, 0x64);
            file[comment - 3] = 0x5f;
        }),
    ];
    for (what, expected, change) in rows {
        for file in jpeg_2000_with(change) {
            assert_eq!(code(&file), expected, "{what}");
        }
    }
}

/// Precincts of two by two pixels, in the main header and again in a tile-part's.
#[test]
fn jpeg_2000_of_tiny_precincts_is_refused_before_decoding() {
    let style = |levels: u8| {
        let mut cod = b"\xff\x52\x00\x00\x01\x00\x00\x01\x00".to_vec();
        cod.extend([levels, 4, 4, 0, 1]);
        cod.extend(vec![0x11; usize::from(levels) + 1]);
        let length = cod.len() as u16 - 2;
        cod[2..4].copy_from_slice(&length.to_be_bytes());
        cod
    };
    let large = |file: &mut Vec<u8>| {
        for (at, side) in [(8, 2000u32), (12, 2000), (24, 2000), (28, 2000)] {
            file[at..at + 4].copy_from_slice(&side.to_be_bytes());
        }
    };
    let main = jpeg_2000_with(|file| {
        large(file);
        let at = segment(file, 0x52) - 4;
        let end = at + 2 + usize::from(file[at + 3]);
        file.splice(at..end, style(5));
    });
    let part = jpeg_2000_with(|file| {
        large(file);
        let sot = segment(file, 0x90);
        let length = u32::from_be_bytes(file[sot + 2..sot + 6].try_into().unwrap());
        let cod = style(5);
        let length = length + cod.len() as u32;
        file[sot + 2..sot + 6].copy_from_slice(&length.to_be_bytes());
        file.splice(sot + 8..sot + 8, cod);
    });
    for file in [main, part].concat() {
        let start = Instant::now();
        assert_eq!(code(&file), "image_too_complex");
        assert!(start.elapsed() < Duration::from_secs(1));
    }
}

#[test]
fn a_second_codestream_is_an_animation_and_a_palette_is_refused() {
    let [codestream, mut boxed] = jpeg_2000_with(|_| {});
    let mut palette = boxed.clone();
    boxed.extend((codestream.len() as u32 + 8).to_be_bytes());
    boxed.extend(b"jp2c");
    boxed.extend(&codestream);
    assert_eq!(code(&boxed), "image_animated");

    let header = palette.windows(4).position(|kind| kind == b"jp2h").unwrap();
    let entries = b"\x00\x00\x00\x0ccmap\x00\x00\x00\x00";
    palette[header - 1] += entries.len() as u8;
    palette.splice(header + 4..header + 4, *entries);
    assert_eq!(code(&palette), "image_too_complex");
}

#[test]
fn a_jpeg_2000_cut_anywhere_is_refused() {
    let file = fixture("documents/portrait.jp2");
    for keep in 1..file.len() {
        let error = Photo::decode(&file[..keep], Limits::default()).unwrap_err();
        assert!(error.code().starts_with("image_"), "{keep}");
    }
}

/// Whatever a byte becomes, there is an answer within a bounded time.
#[test]
fn a_jpeg_2000_with_any_byte_changed_is_answered_in_time() {
    let file = fixture("documents/portrait.jp2");
    for at in 0..file.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut changed = file.clone();
            changed[at] ^= flip;
            let start = Instant::now();
            let _ = Photo::decode(&changed, Limits::default());
            let took = start.elapsed();
            assert!(took < Duration::from_secs(10), "{at} {flip}: {took:?}");
        }
    }
}
