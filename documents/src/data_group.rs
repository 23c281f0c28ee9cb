//! The data groups that are opened: EF.DG1 with the MRZ, EF.DG2 with the portrait, and of EF.DG14
//! and EF.DG15 what active authentication needs.

mod chip_key;
mod facial_record;
mod pace;
mod portrait;
mod security_infos;

use zeroize::Zeroizing;

pub use self::chip_key::Dg15;
pub use self::pace::{CardAccess, PaceInfo};
pub use self::portrait::{Portrait, PortraitFormat};
pub use self::security_infos::Dg14;
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
            Some((BIOMETRIC_DATA_CONSTRUCTED, record))
                if record.starts_with(facial_record::FORMAT) =>
            {
                record
            }
            Some((BIOMETRIC_DATA_CONSTRUCTED, _)) => {
                return Err(DataGroupError::UnsupportedFaceEncoding);
            }
            _ => return Err(DataGroupError::Structure("no biometric data block")),
        };
        template.end()?;

        let image = facial_record::first_image(record)?;
        let format = PortraitFormat::of(image).ok_or(DataGroupError::PortraitFormat)?;
        Ok(Self {
            portrait: Portrait::new(image, format),
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
        let record = Zeroizing::new(facial_record::encode(image, format, width, height));
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
