//! EF.DG14: the security infos of a chip, of which the one for active authentication is read.

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Decode, Encode, Sequence, Tag, Tagged};

use super::DataGroupError;
use crate::chip::ElementaryFile;
use crate::encoding::items;
use crate::tlv;

/// The tag of ICAO 9303 part 10, section 4.7.14.
const DG14: u16 = 0x6e;
/// `id-icao-mrtd-security-aaProtocolObject` (part 11, section 9.2.4).
const ACTIVE_AUTHENTICATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.23.136.1.1.5");
/// The identifier octet of a set.
const SET_OF: u16 = 0x31;
/// Chips have fewer than ten.
const MOST_INFOS: usize = 64;

/// `ActiveAuthenticationInfo` (part 11, section 9.2.4).
#[derive(Sequence)]
struct ActiveAuthenticationInfo {
    protocol: ObjectIdentifier,
    version: u8,
    signature_algorithm: ObjectIdentifier,
}

/// EF.DG14: what it says of active authentication. Other security infos are passed over.
#[derive(Clone, Debug)]
pub struct Dg14 {
    active: Option<ObjectIdentifier>,
}

impl Dg14 {
    /// Opens the file: tag 6E around `SecurityInfos` (part 11, section 9.2), a set of sequences that
    /// begin with an object identifier. Active authentication may stand there once, in version 1.
    ///
    /// # Errors
    /// [`DataGroupError::TooLong`], [`DataGroupError::Structure`].
    pub fn parse(bytes: &[u8]) -> Result<Self, DataGroupError> {
        if bytes.len() > ElementaryFile::Dg14.limit() {
            return Err(DataGroupError::TooLong);
        }
        let set = tlv::only(bytes, DG14)?;
        let malformed = |_| DataGroupError::Structure("no security infos");
        if AnyRef::from_der(set).map_err(malformed)?.tag() != Tag::Set {
            return Err(DataGroupError::Structure("no security infos"));
        }
        let infos = items(set).map_err(malformed)?;
        if infos.len() > MOST_INFOS {
            return Err(DataGroupError::Structure("too many security infos"));
        }
        let mut active = None;
        for info in infos {
            let malformed = |_| DataGroupError::Structure("a security info");
            if AnyRef::from_der(info).map_err(malformed)?.tag() != Tag::Sequence {
                return Err(DataGroupError::Structure("a security info"));
            }
            let parts = items(info).map_err(malformed)?;
            let protocol = parts.first().copied().unwrap_or_default();
            let protocol = ObjectIdentifier::from_der(protocol).map_err(malformed)?;
            if protocol != ACTIVE_AUTHENTICATION {
                continue;
            }
            let info = ActiveAuthenticationInfo::from_der(info).map_err(malformed)?;
            if info.version != 1 || active.is_some() {
                return Err(DataGroupError::Structure("active authentication"));
            }
            active = Some(info.signature_algorithm);
        }
        Ok(Self { active })
    }

    /// The file that names this signature algorithm for active authentication and nothing else.
    pub(crate) fn encode(signature_algorithm: ObjectIdentifier) -> der::Result<Vec<u8>> {
        let info = ActiveAuthenticationInfo {
            protocol: ACTIVE_AUTHENTICATION,
            version: 1,
            signature_algorithm,
        };
        Ok(tlv::object(DG14, &tlv::object(SET_OF, &info.to_der()?)))
    }

    /// The signature algorithm that the chip states for active authentication.
    pub(crate) fn signature_algorithm(&self) -> Option<ObjectIdentifier> {
        self.active
    }
}
