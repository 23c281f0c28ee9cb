//! Rows of bytes within their limits, colours, and the turn to upright.

use super::{MAX_SIDE, MIN_SIDE, Rotation};
use crate::error::HumansealError;

/// A stride above so many times a row is no camera's.
const MAX_STRIDE_ROWS: usize = 4;

pub(super) fn size() -> HumansealError {
    HumansealError::input(
        "frame_size",
        "a frame's sides have 64 to 4096 pixels, and those of NV21 an even number",
    )
}

fn stride() -> HumansealError {
    HumansealError::input(
        "frame_stride",
        "a frame's stride is the bytes of a row, with at most three times as many to spare",
    )
}

pub(super) fn length() -> HumansealError {
    HumansealError::input(
        "frame_length",
        "the frame has other bytes than its size and stride say",
    )
}

/// The rows of one plane.
pub(super) struct Plane<'a, const N: usize> {
    bytes: &'a [u8],
    width: u32,
    height: u32,
    stride: usize,
}

impl<'a, const N: usize> Plane<'a, N> {
    /// A plane of `N` bytes a pixel that is all of the bytes; the last row may end with its last pixel.
    pub(super) fn new(
        bytes: &'a [u8],
        (width, height): (u32, u32),
        stride: u32,
    ) -> Result<Self, HumansealError> {
        let plane = Self::unmeasured(bytes, (width, height), stride)?;
        if !plane.measure().contains(&bytes.len()) {
            return Err(length());
        }
        Ok(plane)
    }

    fn unmeasured(
        bytes: &'a [u8],
        (width, height): (u32, u32),
        stride_bytes: u32,
    ) -> Result<Self, HumansealError> {
        let (short, long) = (width.min(height), width.max(height));
        if short < MIN_SIDE || long > MAX_SIDE {
            return Err(size());
        }
        let (row, stride_bytes) = (width as usize * N, stride_bytes as usize);
        if !(row..=MAX_STRIDE_ROWS * row).contains(&stride_bytes) {
            return Err(stride());
        }
        Ok(Self {
            bytes,
            width,
            height,
            stride: stride_bytes,
        })
    }

    /// How many bytes it may have.
    fn measure(&self) -> std::ops::RangeInclusive<usize> {
        let rows = self.height as usize;
        self.stride * (rows - 1) + self.width as usize * N..=self.stride * rows
    }

    pub(super) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The bytes of a pixel. Its place was measured when the plane was made.
    pub(super) fn pixel(&self, x: usize, y: usize) -> [u8; N] {
        let at = y * self.stride + x * N;
        let mut pixel = [0; N];
        if let Some(bytes) = self.bytes.get(at..at + N) {
            pixel.copy_from_slice(bytes);
        }
        pixel
    }
}

impl<'a> Plane<'a, 1> {
    /// Luma, then chroma at half the size with the same stride.
    pub(super) fn halves(
        bytes: &'a [u8],
        (width, height): (u32, u32),
        stride: u32,
    ) -> Result<(Self, Plane<'a, 2>), HumansealError> {
        let mut luma = Self::unmeasured(bytes, (width, height), stride)?;
        let (first, rest) = bytes
            .split_at_checked(*luma.measure().end())
            .ok_or_else(length)?;
        luma.bytes = first;
        let chroma = Plane {
            bytes: rest,
            width: width / 2,
            height: height / 2,
            stride: luma.stride,
        };
        if !chroma.measure().contains(&rest.len()) {
            return Err(length());
        }
        Ok((luma, chroma))
    }
}

/// Red, green and blue of full-range luma and chroma (JFIF 1.02, "Conversion to and from RGB"), which
/// Android's cameras give, in 1/65536.
pub(super) fn rgb(luma: u8, u: u8, v: u8) -> [u8; 3] {
    let (y, u, v) = (
        i32::from(luma) << 16,
        i32::from(u) - 128,
        i32::from(v) - 128,
    );
    let channel = |value: i32| ((value + (1 << 15)) >> 16).clamp(0, 255) as u8;
    [
        channel(y + 91_881 * v),
        channel(y - 22_554 * u - 46_802 * v),
        channel(y + 116_130 * u),
    ]
}

/// Every pixel once, in the order of the upright picture: its width, height and packed samples.
pub(super) fn upright(
    (width, height): (u32, u32),
    rotation: Rotation,
    pixel: impl Fn(usize, usize) -> [u8; 3],
) -> (u32, u32, Vec<u8>) {
    let (w, h) = (width as usize, height as usize);
    let turned = matches!(rotation, Rotation::Clockwise90 | Rotation::Clockwise270);
    let (columns, rows) = if turned { (h, w) } else { (w, h) };
    // Never grows, so that no copy stays behind.
    let mut samples = Vec::with_capacity(3 * w * h);
    for y in 0..rows {
        for x in 0..columns {
            let (from_x, from_y) = match rotation {
                Rotation::None => (x, y),
                Rotation::Clockwise90 => (y, h - 1 - x),
                Rotation::Half180 => (w - 1 - x, h - 1 - y),
                Rotation::Clockwise270 => (w - 1 - y, x),
            };
            samples.extend_from_slice(&pixel(from_x, from_y));
        }
    }
    match turned {
        true => (height, width, samples),
        false => (width, height, samples),
    }
}
