//! Reads format, size and completeness from an image file's own structure, before any decoder
//! allocates a pixel.

use super::bytes::{be8, be16, be32};
use super::{PhotoError, jpeg2000};

/// What a file says about itself.
#[derive(Clone, Copy)]
pub(super) struct Header {
    pub(super) format: Format,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// The formats that are read.
#[derive(Clone, Copy)]
pub(super) enum Format {
    Jpeg,
    Png,
    Jpeg2000(jpeg2000::Size),
}

/// PNG signature, ISO/IEC 15948 5.2.
const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Scans of a progressive JPEG. Encoders write about ten; each costs a pass over all pixels, even
/// where it has a few bytes.
const MAX_SCANS: usize = 64;

/// Recognises the format and walks the file to its end marker.
pub(super) fn read(bytes: &[u8]) -> Result<Header, PhotoError> {
    if bytes.is_empty() {
        return Err(PhotoError::Empty);
    }
    if bytes.starts_with(b"\xff\xd8") {
        jpeg(bytes)
    } else if bytes.starts_with(PNG_SIGNATURE) {
        png(bytes)
    } else if bytes.starts_with(jpeg2000::SIGNATURE) || bytes.starts_with(jpeg2000::CODESTREAM) {
        let size = jpeg2000::size(bytes)?;
        Ok(Header {
            format: Format::Jpeg2000(size),
            width: size.width,
            height: size.height,
        })
    } else if bytes.starts_with(b"GIF8") {
        Err(PhotoError::Animated)
    } else if [
        &b"\xff\xd8"[..],
        PNG_SIGNATURE,
        jpeg2000::SIGNATURE,
        jpeg2000::CODESTREAM,
    ]
    .iter()
    .any(|signature| signature.starts_with(bytes))
    {
        Err(PhotoError::Truncated)
    } else {
        Err(PhotoError::UnknownFormat)
    }
}

/// JPEG segments and scans up to the end of the image, ITU-T T.81 B.1 and B.2.
fn jpeg(bytes: &[u8]) -> Result<Header, PhotoError> {
    let mut at = 2;
    let mut size = None;
    let mut scans = 0;
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
            // Decoders would fill what is missing before this with grey.
            0xd9 => break,
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
                    scans += 1;
                    at = scan_end(bytes, at)?;
                }
            }
        }
    }
    let (width, height) = size.ok_or(PhotoError::Malformed)?;
    match scans {
        0 => return Err(PhotoError::Malformed),
        1..=MAX_SCANS => {}
        _ => return Err(PhotoError::TooComplex),
    }
    Ok(Header {
        format: Format::Jpeg,
        width: width.into(),
        height: height.into(),
    })
}

/// Where the marker after a scan stands. In entropy-coded data an 0xff is followed by 0 or is
/// part of a restart marker, or it begins the next segment.
fn scan_end(bytes: &[u8], start: usize) -> Result<usize, PhotoError> {
    let scan = bytes.get(start..).ok_or(PhotoError::Truncated)?;
    let end = scan
        .windows(2)
        .position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7));
    end.map(|end| start + end).ok_or(PhotoError::Truncated)
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
