//! JPEG 2000, the second format of chip portraits: what a file may ask of the decoder, and the
//! decoding itself.
//!
//! A few bytes of a header can demand gigabytes of bookkeeping (a precinct for every four
//! samples, a tile for each pixel), so everything that multiplies work is limited before the
//! decoder sees the file. Clauses are those of ISO/IEC 15444-1.

use hayro_jpeg2000::{ColorSpace, DecodeSettings, DecoderContext, Image};
use image::RgbImage;
use zeroize::Zeroizing;

use super::PhotoError;
use super::bytes::{be8, be16, be32};

/// JP2 signature box, I.5.1.
pub(super) const SIGNATURE: &[u8] = b"\x00\x00\x00\x0cjP  \r\n\x87\n";
/// Start of codestream and image size markers, A.4 and A.5.
pub(super) const CODESTREAM: &[u8] = b"\xff\x4f\xff\x51";

/// Four times what the largest chip portraits have. Each sample of a hostile file can be visited
/// by some ninety coding passes, so this is also what bounds the time.
const MAX_PIXELS: u64 = 1 << 22;
/// Colour and transparency.
const MAX_COMPONENTS: u16 = 4;
/// A decoder keeps state for each tile; portraits have one.
const MAX_TILES: u64 = 4096;
/// Bits of a sample less one, as `Ssiz` counts; the sign bit above them must be clear.
const MAX_DEPTH: u8 = 7;
/// Quality layers: every code block keeps state for each.
const MAX_LAYERS: u16 = 32;
/// Precincts of a component over all tiles and resolutions.
const MAX_PRECINCTS: u64 = 1 << 16;
/// Decompositions: 2^32 pixels shrink to one in so many.
const MAX_LEVELS: u8 = 32;
/// Binary logarithm of the fewest samples in a code block; encoders write 10 to 12.
const MIN_BLOCK: u8 = 8;

/// What the size marker says (A.5.1).
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) width: u32,
    pub(super) height: u32,
    /// The rows and columns of tiles, and what each holds at most.
    tiles: u64,
    tile_width: u32,
    tile_height: u32,
}

/// Reads the size and refuses what no portrait needs, from the header alone.
pub(super) fn size(bytes: &[u8]) -> Result<Size, PhotoError> {
    let codestream = codestream(bytes)?;
    if !codestream.starts_with(CODESTREAM) {
        return Err(PhotoError::Malformed);
    }
    let field = |index: usize| be32(codestream, 8 + 4 * index);
    let (right, bottom, left, top) = (field(0)?, field(1)?, field(2)?, field(3)?);
    let (tile_width, tile_height) = (field(4)?, field(5)?);
    let components = be16(codestream, 40)?;
    let width = right.checked_sub(left).ok_or(PhotoError::Malformed)?;
    let height = bottom.checked_sub(top).ok_or(PhotoError::Malformed)?;
    if tile_width == 0 || tile_height == 0 || components == 0 {
        return Err(PhotoError::Malformed);
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PhotoError::TooManyPixels { width, height });
    }
    let tiles = u64::from(right.div_ceil(tile_width)) * u64::from(bottom.div_ceil(tile_height));
    if components > MAX_COMPONENTS || tiles > MAX_TILES {
        return Err(PhotoError::TooComplex);
    }
    for component in 0..usize::from(components) {
        let [depth, across, down] = [0, 1, 2].map(|k| be8(codestream, 42 + 3 * component + k));
        let (depth, across, down) = (depth?, across?, down?);
        // The first component is light; only colour may be coarser, and by half at most.
        let coarsest = if component == 0 { 1 } else { 2 };
        if depth > MAX_DEPTH || across > coarsest || down > coarsest {
            return Err(PhotoError::TooComplex);
        }
    }
    if !codestream.ends_with(b"\xff\xd9") {
        return Err(PhotoError::Truncated);
    }
    Ok(Size {
        width,
        height,
        tiles,
        tile_width: tile_width.min(width),
        tile_height: tile_height.min(height),
    })
}

/// The only codestream of a file: a bare one, or the box of a JP2 file (I.4).
fn codestream(bytes: &[u8]) -> Result<&[u8], PhotoError> {
    if !bytes.starts_with(SIGNATURE) {
        return Ok(bytes);
    }
    let mut found = None;
    for entry in boxes(bytes) {
        match entry? {
            // Several codestreams are the frames of an animation.
            (b"jp2c", _) if found.is_some() => return Err(PhotoError::Animated),
            (b"jp2c", content) => found = Some(content),
            (b"jp2h", content) => {
                for entry in boxes(content) {
                    // A palette copies the picture once for every entry of its mapping.
                    if matches!(entry?.0, b"pclr" | b"cmap") {
                        return Err(PhotoError::TooComplex);
                    }
                }
            }
            _ => {}
        }
    }
    found.ok_or(PhotoError::Truncated)
}

type Entry<'a> = (&'a [u8; 4], &'a [u8]);

/// The boxes of a file or a super box: kind and content.
fn boxes(bytes: &[u8]) -> impl Iterator<Item = Result<Entry<'_>, PhotoError>> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let here = rest.take().filter(|rest| !rest.is_empty())?;
        Some(next_box(here).map(|(entry, after)| {
            rest = Some(after);
            entry
        }))
    })
}

fn next_box(bytes: &[u8]) -> Result<(Entry<'_>, &[u8]), PhotoError> {
    let kind = bytes.get(4..).and_then(|rest| rest.first_chunk::<4>());
    let kind = kind.ok_or(PhotoError::Truncated)?;
    let (head, length) = match be32(bytes, 0)? {
        // To the end of the file.
        0 => (8, bytes.len() as u64),
        1 => (
            16,
            u64::from(be32(bytes, 8)?) << 32 | u64::from(be32(bytes, 12)?),
        ),
        short => (8, u64::from(short)),
    };
    let length = usize::try_from(length).map_err(|_| PhotoError::Malformed)?;
    if length < head {
        return Err(PhotoError::Malformed);
    }
    let content = bytes.get(head..length).ok_or(PhotoError::Truncated)?;
    Ok(((kind, content), &bytes[length..]))
}

/// Walks main header and tile-part headers (A.3, A.4) and refuses coding styles that multiply
/// the decoder's work.
fn admit(codestream: &[u8], size: Size) -> Result<(), PhotoError> {
    // Where the current tile-part ends; unknown in the main header.
    let mut part_end = None;
    let mut at = 2;
    loop {
        let marker = be16(codestream, at)?;
        match marker {
            0xffd9 => return Ok(()),
            // Markers without a segment.
            0xff30..=0xff3f => at += 2,
            0xff93 => at = part_end.take().ok_or(PhotoError::Malformed)?,
            _ => {
                let length = usize::from(be16(codestream, at + 2)?);
                let body = codestream.get(at + 4..at + 2 + length);
                let body = body.ok_or(PhotoError::Truncated)?;
                match marker {
                    0xff90 => part_end = Some(tile_part_end(codestream, at, body)?),
                    0xff52 => admit_layers(body).and(admit_style(body, 0, 5, size))?,
                    0xff53 => admit_style(body, 1, 2, size)?,
                    // Changes of progression, packed packet headers.
                    0xff5f..=0xff61 => return Err(PhotoError::TooComplex),
                    _ => {}
                }
                at += 2 + length;
            }
        }
    }
}

/// A.4.2.
fn tile_part_end(codestream: &[u8], at: usize, body: &[u8]) -> Result<usize, PhotoError> {
    match be32(body, 2)? as usize {
        // To the end-of-codestream marker, which is the last two bytes.
        0 => Ok(codestream.len() - 2),
        // Shorter than its own markers, the next one would be read from within.
        1..14 => Err(PhotoError::Malformed),
        length => at.checked_add(length).ok_or(PhotoError::Malformed),
    }
}

fn admit_layers(cod: &[u8]) -> Result<(), PhotoError> {
    match be16(cod, 2)? {
        1..=MAX_LAYERS => Ok(()),
        _ => Err(PhotoError::TooComplex),
    }
}

/// The parameters of A.6.1 and A.6.2, `flags` and `start` bytes into a segment's body.
fn admit_style(body: &[u8], flags: usize, start: usize, size: Size) -> Result<(), PhotoError> {
    let levels = be8(body, start)?;
    let block = u16::from(be8(body, start + 1)?) + u16::from(be8(body, start + 2)?) + 4;
    if levels > MAX_LEVELS || block < u16::from(MIN_BLOCK) {
        return Err(PhotoError::TooComplex);
    }
    let explicit = be8(body, flags)? & 1 == 1;
    let mut precincts = 0;
    for resolution in 0..=levels {
        let exponents = match explicit {
            true => be8(body, start + 5 + usize::from(resolution))?,
            false => 0xff,
        };
        let shrunk = levels - resolution;
        // One more than fits, as the partition need not begin where the tile does.
        let along = |side: u32, exponent: u8| (u64::from(side) >> shrunk >> exponent) + 2;
        precincts += size.tiles
            * along(size.tile_width, exponents & 15)
            * along(size.tile_height, exponents >> 4);
    }
    if precincts > MAX_PRECINCTS {
        return Err(PhotoError::TooComplex);
    }
    Ok(())
}

/// Decodes strictly. Chip portraits carry no orientation.
pub(super) fn decode(bytes: &[u8], size: Size) -> Result<RgbImage, PhotoError> {
    admit(codestream(bytes)?, size)?;
    let settings = DecodeSettings {
        strict: true,
        ..DecodeSettings::default()
    };
    let parsed = Image::new(bytes, &settings).map_err(|_| PhotoError::Malformed)?;
    if (parsed.width(), parsed.height()) != (size.width, size.height) {
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
    let samples = Zeroizing::new(decoded.data_u8());
    let pixels = size.width as usize * size.height as usize;
    if channels < colours || samples.len() != pixels * channels {
        return Err(PhotoError::Malformed);
    }
    // Reserved in one piece, so that no shorter copy is left behind.
    let mut rgb = Vec::with_capacity(3 * pixels);
    for pixel in samples.chunks_exact(channels) {
        match colours {
            1 => rgb.extend([pixel[0]; 3]),
            _ => rgb.extend(&pixel[..3]),
        }
    }
    RgbImage::from_raw(size.width, size.height, rgb).ok_or(PhotoError::Malformed)
}
