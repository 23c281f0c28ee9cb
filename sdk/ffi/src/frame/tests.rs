//! Formats, strides and turns give one picture; what does not fit is refused by its code.

use super::*;

const W: u32 = 70;
const H: u32 = 66;

/// A picture without symmetry.
fn colour(x: usize, y: usize) -> [u8; 3] {
    [(3 * x) as u8, (3 * y) as u8, (x + 2 * y) as u8]
}

fn rows(channels: usize, stride: usize, put: impl Fn(usize, usize, &mut [u8])) -> Vec<u8> {
    let mut bytes = vec![0xee; stride * H as usize];
    for y in 0..H as usize {
        for x in 0..W as usize {
            let at = y * stride + x * channels;
            put(x, y, &mut bytes[at..at + channels]);
        }
    }
    bytes
}

fn rgb(stride: usize) -> Vec<u8> {
    rows(3, stride, |x, y, to| to.copy_from_slice(&colour(x, y)))
}

fn code(made: Result<Arc<Frame>, HumansealError>) -> String {
    made.err().unwrap().code().to_owned()
}

#[test]
fn every_stride_and_format_gives_the_same_picture() {
    let expected: Vec<u8> = (0..H as usize)
        .flat_map(|y| (0..W as usize).flat_map(move |x| colour(x, y)))
        .collect();
    for stride in [210, 211, 256, 840] {
        let frame = Frame::rgb(&rgb(stride), W, H, stride as u32, Rotation::None).unwrap();
        assert_eq!(frame.0.samples(), expected, "{stride}");
        // The last row without its padding.
        let mut short = rgb(stride);
        short.truncate(stride * 65 + 210);
        let frame = Frame::rgb(&short, W, H, stride as u32, Rotation::None).unwrap();
        assert_eq!(frame.0.samples(), expected, "{stride}");
    }
    let bgra = rows(4, 288, |x, y, to| {
        let [r, g, b] = colour(x, y);
        to.copy_from_slice(&[b, g, r, 9]);
    });
    let frame = Frame::bgra(&bgra, W, H, 288, Rotation::None).unwrap();
    assert_eq!(frame.0.samples(), expected);
    let rgba = rows(4, 288, |x, y, to| {
        let [r, g, b] = colour(x, y);
        to.copy_from_slice(&[r, g, b, 9]);
    });
    let frame = Frame::rgba(&rgba, W, H, 288, Rotation::None).unwrap();
    assert_eq!(frame.0.samples(), expected);
}

#[test]
fn a_turn_moves_the_corners_where_they_belong() {
    let corners = |rotation| {
        let photo = &Frame::rgb(&rgb(210), W, H, 210, rotation).unwrap().0;
        let (w, h) = (photo.width() as usize, photo.height() as usize);
        let at = |x: usize, y: usize| {
            let start = 3 * (y * w + x);
            <[u8; 3]>::try_from(&photo.samples()[start..start + 3]).unwrap()
        };
        let corners = [at(0, 0), at(w - 1, 0), at(w - 1, h - 1), at(0, h - 1)];
        ((photo.width(), photo.height()), corners)
    };
    // Clockwise from the upper left.
    let [a, b, c, d] = [colour(0, 0), colour(69, 0), colour(69, 65), colour(0, 65)];
    assert_eq!(corners(Rotation::None), ((W, H), [a, b, c, d]));
    assert_eq!(corners(Rotation::Clockwise90), ((H, W), [d, a, b, c]));
    assert_eq!(corners(Rotation::Half180), ((W, H), [c, d, a, b]));
    assert_eq!(corners(Rotation::Clockwise270), ((H, W), [b, c, d, a]));
}

#[test]
fn nv21_has_its_colours_and_both_planes() {
    // JFIF's own primaries: Y, Cb, Cr of red, green, blue, white and black.
    for (y, u, v, rgb) in [
        (76, 85, 255, [254, 0, 0]),
        (150, 44, 21, [0, 255, 1]),
        (29, 255, 107, [0, 0, 254]),
        (255, 128, 128, [255; 3]),
        (0, 128, 128, [0; 3]),
    ] {
        let mut bytes = vec![y; 128 * 66];
        bytes.extend([v, u].repeat(64 * 33));
        let frame = Frame::nv21(&bytes, W, H, 128, Rotation::None).unwrap();
        assert_eq!(frame.0.samples()[..3], rgb, "{y} {u} {v}");
        assert_eq!(frame.0.samples()[3 * 70 * 66 - 3..], rgb, "{y} {u} {v}");
    }
    // Chroma of one pair of rows and columns reaches four pixels and no more.
    let mut bytes = vec![100; 70 * 66];
    bytes.extend(vec![128; 70 * 33]);
    bytes[70 * 66] = 228;
    let frame = Frame::nv21(&bytes, W, H, 70, Rotation::None).unwrap();
    let red = |x: usize, y: usize| frame.0.samples()[3 * (70 * y + x)];
    assert_eq!([red(0, 0), red(1, 0), red(0, 1), red(1, 1)], [240; 4]);
    assert_eq!([red(2, 0), red(0, 2)], [100; 2]);
}

#[test]
fn what_does_not_fit_is_refused_by_its_code() {
    let made = |bytes: usize, w, h, stride| {
        code(Frame::rgb(&vec![0; bytes], w, h, stride, Rotation::None))
    };
    assert_eq!(made(0, 0, 0, 0), "frame_size");
    assert_eq!(made(63 * 64 * 3, 63, 64, 189), "frame_size");
    assert_eq!(made(10, 64, 4097, 192), "frame_size");
    assert_eq!(made(10, u32::MAX, u32::MAX, u32::MAX), "frame_size");
    assert_eq!(made(64 * 192, 64, 64, 191), "frame_stride");
    assert_eq!(made(64 * 192, 64, 64, 769), "frame_stride");
    assert_eq!(made(64 * 192 - 1, 64, 64, 192), "frame_length");
    assert_eq!(made(64 * 192 + 1, 64, 64, 192), "frame_length");
    assert_eq!(made(0, 64, 64, 192), "frame_length");

    let nv21 = |bytes: usize, w, h, stride| {
        code(Frame::nv21(&vec![0; bytes], w, h, stride, Rotation::None))
    };
    assert_eq!(nv21(65 * 66 * 3 / 2, 65, 66, 65), "frame_size");
    assert_eq!(nv21(64 * 64, 64, 64, 64), "frame_length");
    assert_eq!(nv21(64 * 96 - 1, 64, 64, 64), "frame_length");
    assert_eq!(nv21(64 * 96 + 1, 64, 64, 64), "frame_length");
    let bgra = Frame::bgra(&vec![0; 64 * 192], 64, 64, 192, Rotation::None);
    assert_eq!(code(bgra), "frame_stride");
    assert_eq!(code(Frame::file(b"GIF89a".to_vec())), "image_animated");
}
