//! EF.DG15: the public key of active authentication.

use der::Decode;
use spki::SubjectPublicKeyInfoOwned;

use super::DataGroupError;
use crate::chip::ElementaryFile;
use crate::tlv;

/// The tag of ICAO 9303 part 10, section 4.7.15.
const DG15: u16 = 0x6f;

/// EF.DG15: a `SubjectPublicKeyInfo`, not yet looked at.
#[derive(Clone, Debug)]
pub struct Dg15 {
    key: SubjectPublicKeyInfoOwned,
}

impl Dg15 {
    /// Opens the file: tag 6F around one `SubjectPublicKeyInfo` in DER, nothing else.
    ///
    /// # Errors
    /// [`DataGroupError::TooLong`], [`DataGroupError::Structure`].
    pub fn parse(bytes: &[u8]) -> Result<Self, DataGroupError> {
        if bytes.len() > ElementaryFile::Dg15.limit() {
            return Err(DataGroupError::TooLong);
        }
        let key = SubjectPublicKeyInfoOwned::from_der(tlv::only(bytes, DG15)?);
        let key = key.map_err(|_| DataGroupError::Structure("no public key"))?;
        Ok(Self { key })
    }

    /// Wraps a `SubjectPublicKeyInfo` in DER into the file.
    #[must_use]
    pub fn encode(key: &[u8]) -> Vec<u8> {
        tlv::object(DG15, key)
    }

    pub(crate) fn key(&self) -> &SubjectPublicKeyInfoOwned {
        &self.key
    }
}
