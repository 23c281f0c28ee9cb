//! What a chip offers of PACE: in EF.CardAccess, which nobody signed, and in the signed EF.DG14.

use const_oid::ObjectIdentifier;

use super::DataGroupError;
use super::security_infos::security_infos;
use crate::tlv;

/// `id-PACE` (ICAO 9303 part 11, section 9.2.1). Two more arcs name mapping and cipher.
const PACE: &str = "0.4.0.127.0.7.2.2.4.";
/// How many arcs an identifier with both has.
const PACE_ARCS: usize = 11;
/// The identifier octet of a set.
const SET_OF: u16 = 0x31;
/// Real files have fewer than 500 bytes.
const CARD_ACCESS_LIMIT: usize = 4096;

/// `PACEInfo` (part 11, section 9.2.1), as it is encoded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PaceInfo(Vec<u8>);

impl PaceInfo {
    /// The PACE of this object identifier in DER content octets, version 2, over the standardised domain
    /// parameters of this number (part 11, section 9.5.1): for specimens.
    #[must_use]
    pub fn specimen(protocol: &[u8], parameters: u8) -> Self {
        let parts = [
            tlv::object(0x06, protocol),
            tlv::object(0x02, &[2]),
            tlv::object(0x02, &[parameters]),
        ];
        Self(tlv::object(0x30, &parts.concat()))
    }

    /// An info, if it is one of PACE. Domain parameters of a chip's own
    /// (`PACEDomainParameterInfo`) have one arc less.
    pub(super) fn of(protocol: ObjectIdentifier, info: &[u8]) -> Option<Self> {
        let is_pace =
            protocol.to_string().starts_with(PACE) && protocol.arcs().count() == PACE_ARCS;
        is_pace.then(|| Self(info.to_vec()))
    }

    /// The sequence in DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.0
    }
}

/// EF.CardAccess: the PACE that a chip offers before anything of it can be read.
#[derive(Clone, Debug)]
pub struct CardAccess {
    pace: Vec<PaceInfo>,
}

impl CardAccess {
    /// Opens the file: `SecurityInfos` alone (part 11, section 9.2.11).
    ///
    /// # Errors
    /// [`DataGroupError::TooLong`], [`DataGroupError::Structure`].
    pub fn parse(bytes: &[u8]) -> Result<Self, DataGroupError> {
        if bytes.len() > CARD_ACCESS_LIMIT {
            return Err(DataGroupError::TooLong);
        }
        let infos = security_infos(bytes)?;
        let pace = infos
            .iter()
            .filter_map(|(oid, info)| PaceInfo::of(*oid, info));
        Ok(Self {
            pace: pace.collect(),
        })
    }

    /// The file that offers these, for specimens.
    #[must_use]
    pub fn encode(pace: &[PaceInfo]) -> Vec<u8> {
        let infos: Vec<u8> = pace.iter().flat_map(|info| info.0.clone()).collect();
        tlv::object(SET_OF, &infos)
    }

    /// What is offered of PACE, in the order of the file.
    #[must_use]
    pub fn pace(&self) -> &[PaceInfo] {
        &self.pace
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// ICAO 9303 part 11, appendix G.1: ECDH with generic mapping, AES-128, brainpoolP256r1.
    const EXAMPLE: &str = "31143012060A04007F0007020204020202010202010D";

    #[test]
    fn the_worked_example_offers_one() {
        let bytes = hex::decode(EXAMPLE).unwrap();
        let read = CardAccess::parse(&bytes).unwrap();
        let protocol = hex::decode("04007F00070202040202").unwrap();
        assert_eq!(read.pace(), [PaceInfo::specimen(&protocol, 13)]);
        assert_eq!(CardAccess::encode(read.pace()), bytes);
    }

    #[test]
    fn other_infos_are_passed_over_and_other_files_refused() {
        // PACEDomainParameterInfo, terminal authentication.
        let other = hex::decode("3022300d060904007f000702020402300030110609").unwrap();
        assert!(CardAccess::parse(&other).is_err());
        let domain = tlv::object(0x06, &hex::decode("04007f000702020402").unwrap());
        let terminal = tlv::object(
            0x06,
            &hex::decode("04007f00070202 02".replace(' ', "")).unwrap(),
        );
        let infos = [tlv::object(0x30, &domain), tlv::object(0x30, &terminal)].concat();
        let read = CardAccess::parse(&tlv::object(SET_OF, &infos)).unwrap();
        assert!(read.pace().is_empty());
        assert!(CardAccess::parse(&[]).is_err());
        assert!(CardAccess::parse(&vec![0x31; CARD_ACCESS_LIMIT + 1]).is_err());
    }
}
