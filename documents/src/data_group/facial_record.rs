//! The facial record around the portrait (ISO/IEC 19794-5:2005).

use super::DataGroupError;
use super::portrait::PortraitFormat;

/// The format identifier of a facial record (ISO/IEC 19794-5:2005, section 5.4).
pub(super) const FORMAT: &[u8] = b"FAC\0";
/// Its version.
const VERSION: &[u8] = b"010\0";
/// Lengths of the record's fixed parts: header, facial information, feature point, image
/// information (sections 5.4 to 5.7).
const RECORD_HEADER: usize = 14;
const FACIAL_INFORMATION: usize = 20;
const FEATURE_POINT: usize = 8;
const IMAGE_INFORMATION: usize = 12;

/// The image bytes of the record's first image block.
pub(super) fn first_image(record: &[u8]) -> Result<&[u8], DataGroupError> {
    use DataGroupError::FacialRecord;
    let header = record
        .get(..RECORD_HEADER)
        .ok_or(FacialRecord("the header is cut off"))?;
    if !header.starts_with(FORMAT) || header[4..8] != *VERSION {
        return Err(FacialRecord("the format or version is another"));
    }
    let length = |bytes: &[u8]| {
        let digits = bytes.try_into().map(u32::from_be_bytes).ok();
        digits.and_then(|n| usize::try_from(n).ok())
    };
    if length(&header[8..12]) != Some(record.len()) {
        return Err(FacialRecord("the record has another length than it says"));
    }
    if header[12..14] == [0, 0] {
        return Err(FacialRecord("it holds no image"));
    }
    let blocks = &record[RECORD_HEADER..];
    let block_length = blocks
        .get(..4)
        .and_then(length)
        .ok_or(FacialRecord("the image block is cut off"))?;
    let block = blocks
        .get(..block_length)
        .ok_or(FacialRecord("the image block is cut off"))?;
    let points = block
        .get(4..6)
        .map(|n| usize::from(u16::from_be_bytes([n[0], n[1]])))
        .ok_or(FacialRecord("the image block is cut off"))?;
    // At most 65,535 points of eight bytes: no overflow.
    let start = FACIAL_INFORMATION + points * FEATURE_POINT + IMAGE_INFORMATION;
    match block.get(start..) {
        Some(image) if !image.is_empty() => Ok(image),
        _ => Err(FacialRecord("the image is cut off")),
    }
}

/// A record with one image and no feature points.
pub(super) fn encode(image: &[u8], format: PortraitFormat, width: u16, height: u16) -> Vec<u8> {
    let block_length = FACIAL_INFORMATION + IMAGE_INFORMATION + image.len();
    let word = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes();
    let mut record = Vec::with_capacity(RECORD_HEADER + block_length);
    record.extend_from_slice(FORMAT);
    record.extend_from_slice(VERSION);
    record.extend_from_slice(&word(RECORD_HEADER + block_length));
    record.extend_from_slice(&1u16.to_be_bytes());
    record.extend_from_slice(&word(block_length));
    // No feature points; gender, eyes, hair, features, expression, pose: unspecified.
    record.extend_from_slice(&[0; FACIAL_INFORMATION - 4]);
    // Full frontal image.
    record.push(1);
    record.push(format.image_data_type());
    record.extend_from_slice(&width.to_be_bytes());
    record.extend_from_slice(&height.to_be_bytes());
    // Colour space sRGB; source, device and quality: unspecified.
    record.extend_from_slice(&[1, 0, 0, 0, 0, 0]);
    record.extend_from_slice(image);
    record
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 1, 2, 3];

    #[test]
    fn feature_points_are_skipped() {
        let mut record = encode(JPEG, PortraitFormat::Jpeg, 10, 10);
        let points = RECORD_HEADER + FACIAL_INFORMATION;
        record.splice(points..points, [7u8; 2 * FEATURE_POINT]);
        record[RECORD_HEADER + 5] = 2;
        let length = u32::try_from(record.len()).unwrap();
        record[8..12].copy_from_slice(&length.to_be_bytes());
        let block = length - u32::try_from(RECORD_HEADER).unwrap();
        record[RECORD_HEADER..RECORD_HEADER + 4].copy_from_slice(&block.to_be_bytes());
        assert_eq!(first_image(&record).unwrap(), JPEG);
    }
}
