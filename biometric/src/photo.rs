//! Photographs: bytes of a file to upright RGB pixels, within limits that hold before decoding.

mod header;

use std::fmt;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_jpeg2000::{ColorSpace, DecodeSettings, DecoderContext};
use image::codecs::{jpeg::JpegDecoder, png::PngDecoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, RgbImage};
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
    /// An animation.
    #[error("the image is animated; give a still")]
    Animated,
    /// The file ends too early.
    #[error("the image file ends too early")]
    Truncated,
    /// The file breaks its format.
    #[error("the image file is damaged")]
    Malformed,
    /// Components, tiles or subsampling that no portrait needs.
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
        let samples: &mut [u8] = &mut self.pixels;
        samples.zeroize();
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
            Format::Jpeg2000 => jpeg2000(bytes, width, height),
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
    let mut decoded = DynamicImage::from_decoder(decoder).map_err(|e| refusal(&e))?;
    decoded.apply_orientation(orientation);
    Ok(decoded.into_rgb8())
}

fn refusal(error: &image::ImageError) -> PhotoError {
    match error {
        image::ImageError::Unsupported(_) => PhotoError::UnsupportedColour,
        _ => PhotoError::Malformed,
    }
}

/// Decodes JPEG 2000 strictly. Chip portraits carry no orientation.
fn jpeg2000(bytes: &[u8], width: u32, height: u32) -> Result<RgbImage, PhotoError> {
    let settings = DecodeSettings {
        strict: true,
        ..DecodeSettings::default()
    };
    let parsed = hayro_jpeg2000::Image::new(bytes, &settings).map_err(|_| PhotoError::Malformed)?;
    if (parsed.width(), parsed.height()) != (width, height) {
        return Err(PhotoError::Malformed);
    }
    let colours = match parsed.color_space() {
        ColorSpace::Gray => 1,
        ColorSpace::RGB => 3,
        // A profile changes shades, not geometry; the samples are taken as they are.
        ColorSpace::Icc { num_channels, .. } if matches!(num_channels, 1 | 3) => {
            usize::from(*num_channels)
        }
        _ => return Err(PhotoError::UnsupportedColour),
    };
    let mut context = DecoderContext::default();
    let decoded = parsed
        .decode(&mut context)
        .map_err(|_| PhotoError::Malformed)?;
    let channels = decoded.components().len();
    let mut samples = decoded.data_u8();
    let pixels = width as usize * height as usize;
    if channels < colours || samples.len() != pixels * channels {
        samples.zeroize();
        return Err(PhotoError::Malformed);
    }
    let rgb = samples
        .chunks_exact(channels)
        .flat_map(|pixel| match colours {
            1 => [pixel[0]; 3],
            _ => [pixel[0], pixel[1], pixel[2]],
        })
        .collect();
    samples.zeroize();
    RgbImage::from_raw(width, height, rgb).ok_or(PhotoError::Malformed)
}
