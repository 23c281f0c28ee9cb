//! One camera frame as phones give it, turned into an upright picture.

mod pixels;

use std::sync::Arc;

use humanseal_biometric::{Limits, Photo};
use zeroize::Zeroizing;

use self::pixels::{Plane, upright};
use crate::error::HumansealError;

/// The shorter side of a frame has at least so many pixels, as no face is found in less.
pub(crate) const MIN_SIDE: u32 = 64;
/// The longer side has at most so many: a frame of 4K.
pub(crate) const MAX_SIDE: u32 = 4096;

/// By how much a frame is to be turned clockwise to stand upright. Android's `rotationDegrees` says the same
/// number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Rotation {
    /// It is upright.
    None,
    /// A quarter.
    Clockwise90,
    /// Half.
    Half180,
    /// Three quarters.
    Clockwise270,
}

/// A frame. It prints nothing in any language, gives its pixels to nobody, and wipes them when it goes.
///
/// `stride` is the number of bytes from the start of one row to that of the next. The last row may end
/// with its last pixel. Anything else is refused by its code: `frame_size` for sides outside of 64 to 4096
/// pixels, `frame_stride` for a stride below a row's bytes or above four times as much, `frame_length` for bytes
/// too few or too many. Raw bytes are read where they are, without a copy: in Kotlin a direct `ByteBuffer`, such as a
/// camera image's plane.
#[derive(uniffi::Object)]
pub struct Frame(pub(crate) Arc<Photo>);

#[uniffi::export]
impl Frame {
    /// Packed red, green, blue, 3 bytes a pixel.
    #[uniffi::constructor]
    pub fn rgb(
        bytes: &[u8],
        width: u32,
        height: u32,
        stride: u32,
        rotation: Rotation,
    ) -> Result<Arc<Self>, HumansealError> {
        Self::packed(bytes, (width, height), stride, rotation, |[r, g, b]| {
            [r, g, b]
        })
    }

    /// Red, green, blue and a byte that is not looked at, as Android's `RGBA_8888`.
    #[uniffi::constructor]
    pub fn rgba(
        bytes: &[u8],
        width: u32,
        height: u32,
        stride: u32,
        rotation: Rotation,
    ) -> Result<Arc<Self>, HumansealError> {
        Self::packed(bytes, (width, height), stride, rotation, |[r, g, b, _]| {
            [r, g, b]
        })
    }

    /// Blue, green, red and a byte that is not looked at, as iOS gives it (`kCVPixelFormatType_32BGRA`).
    #[uniffi::constructor]
    pub fn bgra(
        bytes: &[u8],
        width: u32,
        height: u32,
        stride: u32,
        rotation: Rotation,
    ) -> Result<Arc<Self>, HumansealError> {
        Self::packed(bytes, (width, height), stride, rotation, |[b, g, r, _]| {
            [r, g, b]
        })
    }

    /// Android's NV21: the rows of luma, then half as many rows of V and U in turn, both with this stride.
    /// Sides are even.
    #[uniffi::constructor]
    pub fn nv21(
        bytes: &[u8],
        width: u32,
        height: u32,
        stride: u32,
        rotation: Rotation,
    ) -> Result<Arc<Self>, HumansealError> {
        if !width.is_multiple_of(2) || !height.is_multiple_of(2) {
            return Err(pixels::size());
        }
        let (luma, chroma) = Plane::halves(bytes, (width, height), stride)?;
        Self::of((width, height), rotation, |x, y| {
            let ([luma], [v, u]) = (luma.pixel(x, y), chroma.pixel(x / 2, y / 2));
            pixels::rgb(luma, u, v)
        })
    }

    /// A file: JPEG, PNG or JPEG 2000. Its own orientation is applied.
    #[uniffi::constructor]
    pub fn file(bytes: Vec<u8>) -> Result<Arc<Self>, HumansealError> {
        let bytes = Zeroizing::new(bytes);
        let photo = Photo::decode(&bytes, Limits::default())?;
        Ok(Arc::new(Self(Arc::new(photo))))
    }
}

impl Frame {
    /// `N` bytes a pixel, one behind the other.
    fn packed<const N: usize>(
        bytes: &[u8],
        size: (u32, u32),
        stride: u32,
        rotation: Rotation,
        rgb: impl Fn([u8; N]) -> [u8; 3],
    ) -> Result<Arc<Self>, HumansealError> {
        let plane = Plane::new(bytes, size, stride)?;
        Self::of(plane.size(), rotation, |x, y| rgb(plane.pixel(x, y)))
    }

    fn of(
        size: (u32, u32),
        rotation: Rotation,
        pixel: impl Fn(usize, usize) -> [u8; 3],
    ) -> Result<Arc<Self>, HumansealError> {
        let (width, height, samples) = upright(size, rotation, pixel);
        let photo = Photo::from_rgb(width, height, samples).ok_or_else(pixels::length)?;
        Ok(Arc::new(Self(Arc::new(photo))))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
