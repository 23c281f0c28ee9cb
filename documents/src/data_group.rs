//! The data groups that are opened: EF.DG1 with the MRZ and EF.DG2 with the portrait.
//! EF.DG14 and EF.DG15 stay opaque here; only their digests are compared.

use zeroize::Zeroizing;

use crate::chip::ElementaryFile;
use crate::tlv::{self, Objects, TlvError};

/// Why a data group is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DataGroupError {
    /// The file is longer than [`ElementaryFile::limit`].
    #[error("the data group is too long")]
    TooLong,
    /// The TLV structure is not that of this data group.
    #[error("the data group is malformed: {0}")]
    Structure(&'static str),
    /// The portrait is encoded as ISO/IEC 39794-5, which is not read here yet.
    #[error("the portrait is encoded as ISO/IEC 39794-5, which is not supported")]
    UnsupportedFaceEncoding,
    /// The facial record is not that of ISO/IEC 19794-5:2005.
    #[error("the facial record is malformed: {0}")]
    FacialRecord(&'static str),
    /// The image bytes are neither JPEG nor JPEG 2000.
    #[error("the portrait is neither JPEG nor JPEG 2000")]
    PortraitFormat,
}

impl DataGroupError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "data_group_too_long",
            Self::Structure(_) => "data_group_malformed",
            Self::UnsupportedFaceEncoding => "face_encoding_unsupported",
            Self::FacialRecord(_) => "facial_record_malformed",
            Self::PortraitFormat => "portrait_format",
        }
    }
}

impl From<TlvError> for DataGroupError {
    fn from(error: TlvError) -> Self {
        Self::Structure(match error {
            TlvError::Truncated => "the data end inside an object",
            TlvError::Encoding => "a tag or length is encoded wrongly",
            TlvError::UnexpectedTag => "an unexpected object",
            TlvError::TrailingBytes => "bytes follow the last object",
        })
    }
}

/// EF.DG1: the MRZ's characters, not yet looked at.
#[derive(Clone)]
pub struct Dg1 {
    mrz: Zeroizing<Vec<u8>>,
}

/// Tags of ICAO 9303 part 10, sections 4.7.1 and 4.7.2.
const DG1: u16 = 0x61;
const MRZ: u16 = 0x5f1f;
const DG2: u16 = 0x75;
const TEMPLATE_GROUP: u16 = 0x7f61;
const TEMPLATE: u16 = 0x7f60;
const NUMBER_OF_TEMPLATES: u16 = 0x02;
const BIOMETRIC_HEADER: u16 = 0xa1;
const BIOMETRIC_DATA: u16 = 0x5f2e;
const BIOMETRIC_DATA_CONSTRUCTED: u16 = 0x7f2e;

impl Dg1 {
    /// Opens the file: tag 61 around tag 5F1F, nothing else.
    ///
    /// # Errors
    /// [`DataGroupError::TooLong`], [`DataGroupError::Structure`].
    pub fn parse(bytes: &[u8]) -> Result<Self, DataGroupError> {
        if bytes.len() > ElementaryFile::Dg1.limit() {
            return Err(DataGroupError::TooLong);
        }
        let mrz = tlv::only(tlv::only(bytes, DG1)?, MRZ)?;
        Ok(Self {
            mrz: Zeroizing::new(mrz.to_vec()),
        })
    }

    /// Wraps an MRZ into the file.
    #[must_use]
    pub fn encode(mrz: &[u8]) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(tlv::object(DG1, &Zeroizing::new(tlv::object(MRZ, mrz))))
    }

    /// The MRZ's characters, lines joined.
    #[must_use]
    pub fn mrz_bytes(&self) -> &[u8] {
        &self.mrz
    }
}

impl std::fmt::Debug for Dg1 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Dg1(..)")
    }
}

/// How a portrait is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortraitFormat {
    /// JPEG (ISO/IEC 10918-1).
    Jpeg,
    /// JPEG 2000 (ISO/IEC 15444-1), as a JP2 file or a bare codestream.
    Jpeg2000,
}

impl PortraitFormat {
    /// Tells the format from the first bytes. The type byte in the facial record is not believed:
    /// documents are about in which it is wrong, while these bytes decide what a decoder does.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        const JPEG: &[u8] = &[0xff, 0xd8, 0xff];
        const JP2: &[u8] = &[
            0x00, 0x00, 0x00, 0x0c, b'j', b'P', b' ', b' ', 0x0d, 0x0a, 0x87, 0x0a,
        ];
        const CODESTREAM: &[u8] = &[0xff, 0x4f, 0xff, 0x51];
        if bytes.starts_with(JPEG) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(JP2) || bytes.starts_with(CODESTREAM) {
            Some(Self::Jpeg2000)
        } else {
            None
        }
    }

    /// `jpeg` or `jpeg-2000`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Jpeg2000 => "jpeg-2000",
        }
    }

    /// The image data type of ISO/IEC 19794-5:2005 section 5.7.2.
    fn image_data_type(self) -> u8 {
        match self {
            Self::Jpeg => 0,
            Self::Jpeg2000 => 1,
        }
    }
}

/// The holder's portrait as the chip holds it, still encoded. Wiped when dropped.
#[derive(Clone)]
pub struct Portrait {
    bytes: Zeroizing<Vec<u8>>,
    format: PortraitFormat,
}

impl Portrait {
    /// The encoded image.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How it is encoded.
    #[must_use]
    pub fn format(&self) -> PortraitFormat {
        self.format
    }
}

impl std::fmt::Debug for Portrait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Portrait({}, ..)", self.format.name())
    }
}

/// EF.DG2: the first portrait in it.
#[derive(Clone, Debug)]
pub struct Dg2 {
    portrait: Portrait,
}

impl Dg2 {
    /// Opens the file down to the image bytes: the CBEFF structure of part 10 section 4.7.2 around
    /// a facial record of ISO/IEC 19794-5:2005. Of several templates or images the first counts.
    ///
    /// # Errors
    /// Whatever [`DataGroupError`] names.
    pub fn parse(bytes: &[u8]) -> Result<Self, DataGroupError> {
        if bytes.len() > ElementaryFile::Dg2.limit() {
            return Err(DataGroupError::TooLong);
        }
        let group = tlv::only(tlv::only(bytes, DG2)?, TEMPLATE_GROUP)?;
        let mut objects = Objects::new(group);
        let count = match objects.expect(NUMBER_OF_TEMPLATES)? {
            [count] if (1..=9).contains(count) => *count,
            _ => return Err(DataGroupError::Structure("the number of templates")),
        };
        let mut templates = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            templates.push(objects.expect(TEMPLATE)?);
        }
        objects.end()?;

        let mut template = Objects::new(templates[0]);
        template.expect(BIOMETRIC_HEADER)?;
        let record = match template.next()? {
            Some((BIOMETRIC_DATA, record)) => record,
            // In its constructed form the same object holds ISO/IEC 39794-5, or the older record.
            Some((BIOMETRIC_DATA_CONSTRUCTED, record)) if record.starts_with(FACIAL_FORMAT) => {
                record
            }
            Some((BIOMETRIC_DATA_CONSTRUCTED, _)) => {
                return Err(DataGroupError::UnsupportedFaceEncoding);
            }
            _ => return Err(DataGroupError::Structure("no biometric data block")),
        };
        template.end()?;

        let image = first_image(record)?;
        let format = PortraitFormat::of(image).ok_or(DataGroupError::PortraitFormat)?;
        Ok(Self {
            portrait: Portrait {
                bytes: Zeroizing::new(image.to_vec()),
                format,
            },
        })
    }

    /// Wraps an encoded image of this width and height in pixels into the file: one template, one
    /// image, full frontal, no feature points.
    #[must_use]
    pub fn encode(
        image: &[u8],
        format: PortraitFormat,
        width: u16,
        height: u16,
    ) -> Zeroizing<Vec<u8>> {
        let record = Zeroizing::new(facial_record(image, format, width, height));
        let mut template = Zeroizing::new(tlv::object(BIOMETRIC_HEADER, CBEFF_HEADER));
        template.extend_from_slice(&tlv::object(BIOMETRIC_DATA, &record));
        let mut group = Zeroizing::new(tlv::object(NUMBER_OF_TEMPLATES, &[1]));
        group.extend_from_slice(&tlv::object(TEMPLATE, &template));
        Zeroizing::new(tlv::object(
            DG2,
            &Zeroizing::new(tlv::object(TEMPLATE_GROUP, &group)),
        ))
    }

    /// The portrait.
    #[must_use]
    pub fn portrait(&self) -> &Portrait {
        &self.portrait
    }
}

/// Patron header version 1.1, type facial features, format owner ISO/IEC JTC 1/SC 37 (0101), format
/// type facial image (0008); part 10, table 40.
const CBEFF_HEADER: &[u8] = &[
    0x80, 0x02, 0x01, 0x01, 0x81, 0x01, 0x02, 0x87, 0x02, 0x01, 0x01, 0x88, 0x02, 0x00, 0x08,
];

/// The format identifier of a facial record (ISO/IEC 19794-5:2005, section 5.4).
const FACIAL_FORMAT: &[u8] = b"FAC\0";
/// Its version.
const FACIAL_VERSION: &[u8] = b"010\0";
/// Lengths of the record's fixed parts: header, facial information, feature point, image
/// information (sections 5.4 to 5.7).
const RECORD_HEADER: usize = 14;
const FACIAL_INFORMATION: usize = 20;
const FEATURE_POINT: usize = 8;
const IMAGE_INFORMATION: usize = 12;

/// The image bytes of the record's first image block.
fn first_image(record: &[u8]) -> Result<&[u8], DataGroupError> {
    use DataGroupError::FacialRecord;
    let header = record
        .get(..RECORD_HEADER)
        .ok_or(FacialRecord("the header is cut off"))?;
    if !header.starts_with(FACIAL_FORMAT) || header[4..8] != *FACIAL_VERSION {
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
fn facial_record(image: &[u8], format: PortraitFormat, width: u16, height: u16) -> Vec<u8> {
    let block_length = FACIAL_INFORMATION + IMAGE_INFORMATION + image.len();
    let word = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes();
    let mut record = Vec::with_capacity(RECORD_HEADER + block_length);
    record.extend_from_slice(FACIAL_FORMAT);
    record.extend_from_slice(FACIAL_VERSION);
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
    use proptest::prelude::*;

    const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 1, 2, 3];

    #[test]
    fn the_portrait_comes_out_as_it_went_in() {
        for (image, format) in [
            (JPEG, PortraitFormat::Jpeg),
            (&[0xff, 0x4f, 0xff, 0x51, 9][..], PortraitFormat::Jpeg2000),
            (b"\0\0\0\x0cjP  \r\n\x87\n1234", PortraitFormat::Jpeg2000),
        ] {
            let file = Dg2::encode(image, format, 413, 531);
            let portrait = Dg2::parse(&file).unwrap().portrait().clone();
            assert_eq!(portrait.bytes(), image);
            assert_eq!(portrait.format(), format);
        }
    }

    #[test]
    fn feature_points_are_skipped() {
        let mut record = facial_record(JPEG, PortraitFormat::Jpeg, 10, 10);
        let points = RECORD_HEADER + FACIAL_INFORMATION;
        record.splice(points..points, [7u8; 2 * FEATURE_POINT]);
        record[RECORD_HEADER + 5] = 2;
        let length = u32::try_from(record.len()).unwrap();
        record[8..12].copy_from_slice(&length.to_be_bytes());
        let block = length - u32::try_from(RECORD_HEADER).unwrap();
        record[RECORD_HEADER..RECORD_HEADER + 4].copy_from_slice(&block.to_be_bytes());
        assert_eq!(first_image(&record).unwrap(), JPEG);
    }

    #[test]
    fn malformed_files_are_refused_with_a_code() {
        let good = Dg2::encode(JPEG, PortraitFormat::Jpeg, 10, 10);
        let code = |bytes: &[u8]| Dg2::parse(bytes).unwrap_err().code();
        assert_eq!(code(&[]), "data_group_malformed");
        assert_eq!(code(&good[..good.len() - 1]), "data_group_malformed");
        let mut trailing = good.to_vec();
        trailing.push(0);
        assert_eq!(code(&trailing), "data_group_malformed");
        assert_eq!(code(&vec![0x75; 1024 * 1024 + 1]), "data_group_too_long");
        let png = Dg2::encode(b"\x89PNG", PortraitFormat::Jpeg, 1, 1);
        assert_eq!(code(&png), "portrait_format");
        let mut version = good.to_vec();
        let place = good.windows(4).position(|w| w == b"010\0").unwrap();
        version[place] = b'9';
        assert_eq!(code(&version), "facial_record_malformed");
        let newer = tlv::object(BIOMETRIC_DATA_CONSTRUCTED, &[0xa1, 0x00]);
        let template = [tlv::object(BIOMETRIC_HEADER, CBEFF_HEADER), newer].concat();
        let group = [
            tlv::object(NUMBER_OF_TEMPLATES, &[1]),
            tlv::object(TEMPLATE, &template),
        ];
        let file = tlv::object(DG2, &tlv::object(TEMPLATE_GROUP, &group.concat()));
        assert_eq!(code(&file), "face_encoding_unsupported");
    }

    proptest! {
        #[test]
        fn mutated_files_never_panic(place in 0usize..120, value: u8, cut in 0usize..120) {
            let good = Dg2::encode(JPEG, PortraitFormat::Jpeg, 10, 10);
            let mut file = good.to_vec();
            let place = place % file.len();
            file[place] = value;
            let _ = Dg2::parse(&file);
            let _ = Dg2::parse(&good[..cut.min(good.len())]);
            let mut dg1 = Dg1::encode(&[b'<'; 88]).to_vec();
            let place = place % dg1.len();
            dg1[place] = value;
            let _ = Dg1::parse(&dg1);
        }
    }
}
