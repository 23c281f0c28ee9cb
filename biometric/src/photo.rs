//! Photographs: bytes of a file to upright RGB pixels, within limits that hold before decoding.

mod bytes;
mod header;
mod jpeg2000;

use std::fmt;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::{jpeg::JpegDecoder, png::PngDecoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, RgbImage, imageops};
use zeroize::Zeroize;

use header::Format;

/// What a file may cost before it is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Pixels of the longer side.
    pub side: u32,
    /// Pixels in all.
    pub pixels: u64,
}

impl Default for Limits {
    /// 32 MiB, 16,384 pixels a side, 50 million pixels: the largest photographs that phones
    /// make (48 megapixels) fit, and their pixels take 150 MB.
    fn default() -> Self {
        Self {
            bytes: 32 << 20,
            side: 16_384,
            pixels: 50_000_000,
        }
    }
}

/// Why a file is no usable photograph.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// Zero bytes.
    #[error("the image file is empty")]
    Empty,
    /// More bytes than the limit.
    #[error("the image file has {bytes} bytes, the limit is {limit}")]
    TooManyBytes {
        /// Size of the file.
        bytes: usize,
        /// What is allowed.
        limit: usize,
    },
    /// More pixels than the limit.
    #[error("the image has {width} x {height} pixels, which is over the limit")]
    TooManyPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Width or height 0.
    #[error("the image has no pixels")]
    NoPixels,
    /// None of JPEG, PNG, JPEG 2000.
    #[error("the file is neither JPEG, PNG nor JPEG 2000")]
    UnknownFormat,
    /// An animation, or of a format made for them (GIF).
    #[error("the image is an animation; give a still JPEG or PNG")]
    Animated,
    /// The file ends too early.
    #[error("the image file ends too early")]
    Truncated,
    /// The file breaks its format.
    #[error("the image file is damaged")]
    Malformed,
    /// Scans, components, tiles, precincts, bit depths, palettes that no portrait needs.
    #[error("the image uses features of its format that no portrait needs")]
    TooComplex,
    /// A colour space other than grey, RGB or what the decoder turns into RGB.
    #[error("the image's colours are of an unsupported kind")]
    UnsupportedColour,
}

impl PhotoError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "image_empty",
            Self::TooManyBytes { .. } => "image_too_many_bytes",
            Self::TooManyPixels { .. } => "image_too_many_pixels",
            Self::NoPixels => "image_no_pixels",
            Self::UnknownFormat => "image_unknown_format",
            Self::Animated => "image_animated",
            Self::Truncated => "image_truncated",
            Self::Malformed => "image_malformed",
            Self::TooComplex => "image_too_complex",
            Self::UnsupportedColour => "image_unsupported_colour",
        }
    }
}

/// An upright RGB photograph of 8 bits a channel. Its pixels are zeroized on drop.
#[derive(Clone)]
pub struct Photo {
    pixels: RgbImage,
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Photo(..)")
    }
}

impl Drop for Photo {
    fn drop(&mut self) {
        self.pixels.as_flat_samples_mut().samples.zeroize();
    }
}

impl Photo {
    /// Decodes JPEG, PNG or JPEG 2000 (JP2 or bare codestream) and applies the EXIF orientation
    /// once. Transparency is dropped.
    ///
    /// Limits are checked against what the file's header states, before a decoder allocates.
    ///
    /// # Errors
    /// One [`PhotoError`] for each kind of unusable file.
    pub fn decode(bytes: &[u8], limits: Limits) -> Result<Self, PhotoError> {
        if bytes.len() > limits.bytes {
            return Err(PhotoError::TooManyBytes {
                bytes: bytes.len(),
                limit: limits.bytes,
            });
        }
        let header = header::read(bytes)?;
        let (width, height) = (header.width, header.height);
        if width == 0 || height == 0 {
            return Err(PhotoError::NoPixels);
        }
        if width.max(height) > limits.side || u64::from(width) * u64::from(height) > limits.pixels {
            return Err(PhotoError::TooManyPixels { width, height });
        }
        // Decoders are foreign code fed with hostile bytes: a panic there is a damaged file here.
        let pixels = catch_unwind(AssertUnwindSafe(|| match header.format {
            Format::Jpeg => upright(JpegDecoder::new(Cursor::new(bytes)), width, height),
            Format::Png => {
                let mut limit = image::Limits::no_limits();
                // Sixteen bits and four channels are the most that a PNG pixel takes.
                limit.max_alloc = Some(u64::from(width) * u64::from(height) * 8 + (1 << 20));
                let decoder = PngDecoder::with_limits(Cursor::new(bytes), limit);
                upright(decoder, width, height)
            }
            Format::Jpeg2000(size) => jpeg2000::decode(bytes, size),
        }))
        .map_err(|_| PhotoError::Malformed)??;
        Ok(Self { pixels })
    }

    /// A photograph from packed RGB bytes, row by row; `None` unless there are exactly
    /// `3 * width * height` of them and at least one.
    pub fn from_rgb(width: u32, height: u32, samples: Vec<u8>) -> Option<Self> {
        if samples.is_empty() {
            return None;
        }
        let expected = 3 * u64::from(width) * u64::from(height);
        if samples.len() as u64 != expected {
            return None;
        }
        let pixels = RgbImage::from_raw(width, height, samples)?;
        Some(Self { pixels })
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.pixels.width()
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.pixels.height()
    }

    /// Packed RGB bytes, row by row.
    pub fn samples(&self) -> &[u8] {
        self.pixels.as_raw()
    }
}

/// Decodes with one of `image`'s decoders and turns the pixels upright.
fn upright<D: ImageDecoder>(
    decoder: image::ImageResult<D>,
    width: u32,
    height: u32,
) -> Result<RgbImage, PhotoError> {
    let mut decoder = decoder.map_err(|e| refusal(&e))?;
    // What was limited must be what is decoded.
    if decoder.dimensions() != (width, height) {
        return Err(PhotoError::Malformed);
    }
    // Orientation metadata that cannot be read is no reason to refuse the pixels.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let decoded = DynamicImage::from_decoder(decoder).map_err(|e| refusal(&e))?;
    let rgb = match decoded {
        DynamicImage::ImageRgb8(rgb) => rgb,
        other => {
            let rgb = other.to_rgb8();
            wipe(other);
            rgb
        }
    };
    Ok(turn(rgb, orientation))
}

/// Applies an EXIF orientation, leaving no copy of the pixels behind.
fn turn(mut image: RgbImage, orientation: Orientation) -> RgbImage {
    let quarter = match orientation {
        Orientation::Rotate90 | Orientation::Rotate90FlipH => Some(imageops::rotate90(&image)),
        Orientation::Rotate270 | Orientation::Rotate270FlipH => Some(imageops::rotate270(&image)),
        _ => None,
    };
    if let Some(turned) = quarter {
        image.as_flat_samples_mut().samples.zeroize();
        image = turned;
    }
    match orientation {
        Orientation::FlipHorizontal | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH => {
            imageops::flip_horizontal_in_place(&mut image)
        }
        Orientation::FlipVertical => imageops::flip_vertical_in_place(&mut image),
        Orientation::Rotate180 => imageops::rotate180_in_place(&mut image),
        Orientation::NoTransforms | Orientation::Rotate90 | Orientation::Rotate270 => {}
    }
    image
}

/// Zeroizes pixels of another kind than 8-bit RGB once they are converted.
fn wipe(image: DynamicImage) {
    use DynamicImage as D;
    match image {
        D::ImageLuma8(mut image) => image.as_flat_samples_mut().samples.zeroize(),
        D::ImageLumaA8(mut image) => image.as_flat_samples_mut().samples.zeroize(),
        D::ImageRgba8(mut image) => image.as_flat_samples_mut().samples.zeroize(),
        D::ImageLuma16(mut image) => image.as_flat_samples_mut().samples.zeroize(),
        D::ImageLumaA16(mut image) => image.as_flat_samples_mut().samples.zeroize(),
        D::ImageRgb16(mut image) => image.as_flat_samples_mut().samples.zeroize(),
        D::ImageRgba16(mut image) => image.as_flat_samples_mut().samples.zeroize(),
        // Neither JPEG nor PNG decodes to floats.
        _ => {}
    }
}

fn refusal(error: &image::ImageError) -> PhotoError {
    match error {
        image::ImageError::Unsupported(_) => PhotoError::UnsupportedColour,
        _ => PhotoError::Malformed,
    }
}
