//! EF.DG14: the security infos of a chip, of which those for active authentication and PACE are read.

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Decode, Encode, Sequence, Tag, Tagged};

use super::{DataGroupError, PaceInfo};
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

/// EF.DG14: what it says of active authentication and of PACE. Other security infos are passed over.
#[derive(Clone, Debug)]
pub struct Dg14 {
    active: Option<ObjectIdentifier>,
    pace: Vec<PaceInfo>,
}

/// The infos of `SecurityInfos` (part 11, section 9.2): a set of sequences that begin with an object
/// identifier.
pub(super) fn security_infos(set: &[u8]) -> Result<Vec<(ObjectIdentifier, &[u8])>, DataGroupError> {
    let malformed = |_| DataGroupError::Structure("no security infos");
    if AnyRef::from_der(set).map_err(malformed)?.tag() != Tag::Set {
        return Err(DataGroupError::Structure("no security infos"));
    }
    let infos = items(set).map_err(malformed)?;
    if infos.len() > MOST_INFOS {
        return Err(DataGroupError::Structure("too many security infos"));
    }
    let named = infos.into_iter().map(|info| {
        let malformed = |_| DataGroupError::Structure("a security info");
        if AnyRef::from_der(info).map_err(malformed)?.tag() != Tag::Sequence {
            return Err(DataGroupError::Structure("a security info"));
        }
        let parts = items(info).map_err(malformed)?;
        let protocol = parts.first().copied().unwrap_or_default();
        let protocol = ObjectIdentifier::from_der(protocol).map_err(malformed)?;
        Ok((protocol, info))
    });
    named.collect()
}

impl Dg14 {
    /// Opens the file: tag 6E around `SecurityInfos`. Active authentication may stand there once, in
    /// version 1.
    ///
    /// # Errors
    /// [`DataGroupError::TooLong`], [`DataGroupError::Structure`].
    pub fn parse(bytes: &[u8]) -> Result<Self, DataGroupError> {
        if bytes.len() > ElementaryFile::Dg14.limit() {
            return Err(DataGroupError::TooLong);
        }
        let (mut active, mut pace) = (None, Vec::new());
        for (protocol, info) in security_infos(tlv::only(bytes, DG14)?)? {
            pace.extend(PaceInfo::of(protocol, info));
            if protocol != ACTIVE_AUTHENTICATION {
                continue;
            }
            let info = ActiveAuthenticationInfo::from_der(info)
                .map_err(|_| DataGroupError::Structure("a security info"))?;
            if info.version != 1 || active.is_some() {
                return Err(DataGroupError::Structure("active authentication"));
            }
            active = Some(info.signature_algorithm);
        }
        Ok(Self { active, pace })
    }

    /// The file that names this signature algorithm for active authentication, if any, and offers this
    /// PACE, if any.
    pub(crate) fn encode(
        signature_algorithm: Option<ObjectIdentifier>,
        pace: &[PaceInfo],
    ) -> der::Result<Vec<u8>> {
        let active = signature_algorithm.map(|signature_algorithm| ActiveAuthenticationInfo {
            protocol: ACTIVE_AUTHENTICATION,
            version: 1,
            signature_algorithm,
        });
        let mut infos = active.map_or(Ok(Vec::new()), |info| info.to_der())?;
        infos.extend(pace.iter().flat_map(PaceInfo::as_der));
        Ok(tlv::object(DG14, &tlv::object(SET_OF, &infos)))
    }

    /// What the signed file lists of PACE, in its order.
    #[must_use]
    pub fn pace(&self) -> &[PaceInfo] {
        &self.pace
    }

    /// The signature algorithm that the chip states for active authentication.
    pub(crate) fn signature_algorithm(&self) -> Option<ObjectIdentifier> {
        self.active
    }
}
