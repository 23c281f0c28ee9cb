//! Reads format, size and completeness from an image file's own structure, before any decoder
//! allocates a pixel.

use super::PhotoError;

/// What a file says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) format: Format,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Jpeg,
    Png,
    Jpeg2000,
}

/// JP2 signature box, ISO/IEC 15444-1 I.5.1.
const JP2_SIGNATURE: &[u8] = b"\x00\x00\x00\x0cjP  \r\n\x87\n";
/// Start of codestream and image size markers, ISO/IEC 15444-1 A.4 and A.5.
const CODESTREAM: &[u8] = b"\xff\x4f\xff\x51";
/// PNG signature, ISO/IEC 15948 5.2.
const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// A face has colour and perhaps transparency; more components only cost memory.
const MAX_COMPONENTS: u16 = 4;
/// Tiles above this serve no portrait; a decoder keeps state for each.
const MAX_TILES: u64 = 4096;

/// Recognises the format and walks the file to its end marker.
pub(super) fn read(bytes: &[u8]) -> Result<Header, PhotoError> {
    if bytes.is_empty() {
        return Err(PhotoError::Empty);
    }
    if bytes.starts_with(b"\xff\xd8") {
        jpeg(bytes)
    } else if bytes.starts_with(PNG_SIGNATURE) {
        png(bytes)
    } else if bytes.starts_with(JP2_SIGNATURE) {
        let (start, end) = jp2_codestream(bytes)?;
        jpeg2000(bytes.get(start..end).ok_or(PhotoError::Truncated)?)
    } else if bytes.starts_with(CODESTREAM) {
        jpeg2000(bytes)
    } else if bytes.starts_with(b"GIF8") {
        Err(PhotoError::Animated)
    } else if [&b"\xff\xd8"[..], PNG_SIGNATURE, JP2_SIGNATURE, CODESTREAM]
        .iter()
        .any(|signature| signature.starts_with(bytes))
    {
        Err(PhotoError::Truncated)
    } else {
        Err(PhotoError::UnknownFormat)
    }
}

/// JPEG segments up to the first scan, ITU-T T.81 B.1 and B.2.
fn jpeg(bytes: &[u8]) -> Result<Header, PhotoError> {
    let mut at = 2;
    let mut size = None;
    loop {
        if be8(bytes, at)? != 0xff {
            return Err(PhotoError::Malformed);
        }
        let marker = be8(bytes, at + 1)?;
        match marker {
            // A fill byte before a marker.
            0xff => at += 1,
            // Markers without a segment.
            0x01 | 0xd0..=0xd8 => at += 2,
            0xd9 => return Err(PhotoError::Malformed),
            _ => {
                let length = usize::from(be16(bytes, at + 2)?);
                if length < 2 {
                    return Err(PhotoError::Malformed);
                }
                // SOF0 to SOF15 but DHT, JPG and DAC.
                if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
                    if size.is_some() {
                        return Err(PhotoError::Malformed);
                    }
                    size = Some((be16(bytes, at + 7)?, be16(bytes, at + 5)?));
                }
                at += 2 + length;
                if marker == 0xda {
                    break;
                }
            }
        }
    }
    let (width, height) = size.ok_or(PhotoError::Malformed)?;
    let scan = bytes.get(at..).ok_or(PhotoError::Truncated)?;
    // In entropy-coded data an 0xff is followed by 0 or a restart marker, so that 0xffd9 can
    // only be the end of the image. Decoders would fill what is missing with grey.
    if !scan.windows(2).any(|pair| pair == [0xff, 0xd9]) {
        return Err(PhotoError::Truncated);
    }
    Ok(Header {
        format: Format::Jpeg,
        width: width.into(),
        height: height.into(),
    })
}

/// PNG chunks from IHDR to IEND, ISO/IEC 15948 5.3; `acTL` marks an animation (APNG).
fn png(bytes: &[u8]) -> Result<Header, PhotoError> {
    let mut at = PNG_SIGNATURE.len();
    let mut size = None;
    loop {
        let length = usize::try_from(be32(bytes, at)?).map_err(|_| PhotoError::Malformed)?;
        let kind = bytes.get(at + 4..at + 8).ok_or(PhotoError::Truncated)?;
        match (kind, size) {
            (b"IHDR", None) => size = Some((be32(bytes, at + 8)?, be32(bytes, at + 12)?)),
            (_, None) | (b"IHDR", _) => return Err(PhotoError::Malformed),
            (b"acTL" | b"fcTL" | b"fdAT", _) => return Err(PhotoError::Animated),
            _ => {}
        }
        let next = length.checked_add(12).and_then(|n| at.checked_add(n));
        let next = next.ok_or(PhotoError::Malformed)?;
        if next > bytes.len() {
            return Err(PhotoError::Truncated);
        }
        if kind == b"IEND" {
            break;
        }
        at = next;
    }
    let (width, height) = size.ok_or(PhotoError::Malformed)?;
    Ok(Header {
        format: Format::Png,
        width,
        height,
    })
}

/// Where the first contiguous codestream box lies, ISO/IEC 15444-1 I.4.
fn jp2_codestream(bytes: &[u8]) -> Result<(usize, usize), PhotoError> {
    let mut at = 0usize;
    loop {
        let short = be32(bytes, at)?;
        let kind = bytes.get(at + 4..at + 8).ok_or(PhotoError::Truncated)?;
        let (head, length) = match short {
            0 => (8, bytes.len() - at),
            1 => {
                let long = u64::from(be32(bytes, at + 8)?) << 32 | u64::from(be32(bytes, at + 12)?);
                (
                    16,
                    usize::try_from(long).map_err(|_| PhotoError::Malformed)?,
                )
            }
            _ => (8, short as usize),
        };
        if length < head {
            return Err(PhotoError::Malformed);
        }
        let end = at.checked_add(length).ok_or(PhotoError::Malformed)?;
        if end > bytes.len() {
            return Err(PhotoError::Truncated);
        }
        if kind == b"jp2c" {
            return Ok((at + head, end));
        }
        at = end;
    }
}

/// The SIZ segment, ISO/IEC 15444-1 A.5.1, and the end-of-codestream marker.
fn jpeg2000(codestream: &[u8]) -> Result<Header, PhotoError> {
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
    let tiles = u64::from(right.div_ceil(tile_width)) * u64::from(bottom.div_ceil(tile_height));
    if components > MAX_COMPONENTS || tiles > MAX_TILES {
        return Err(PhotoError::TooComplex);
    }
    if !codestream.ends_with(b"\xff\xd9") {
        return Err(PhotoError::Truncated);
    }
    Ok(Header {
        format: Format::Jpeg2000,
        width,
        height,
    })
}

fn be8(bytes: &[u8], at: usize) -> Result<u8, PhotoError> {
    bytes.get(at).copied().ok_or(PhotoError::Truncated)
}

fn be16(bytes: &[u8], at: usize) -> Result<u16, PhotoError> {
    Ok(u16::from(be8(bytes, at)?) << 8 | u16::from(be8(bytes, at + 1)?))
}

fn be32(bytes: &[u8], at: usize) -> Result<u32, PhotoError> {
    Ok(u32::from(be16(bytes, at)?) << 16 | u32::from(be16(bytes, at + 2)?))
}
