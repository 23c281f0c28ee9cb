//! How a chip is opened, and in what manner it answers.

use humanseal_documents::PaceInfo;

use super::curve::Curve;
use super::pace::offer;

/// How a chip is opened.
#[derive(Clone, Debug)]
pub struct Doors {
    /// What EF.CardAccess offers, none where there is no such file.
    pub card_access: Option<Vec<PaceInfo>>,
    /// The card access number.
    pub can: Option<[u8; 6]>,
    /// Whether basic access control opens it too.
    pub bac: bool,
}

impl Doors {
    /// Basic access control alone, as older passports have it.
    #[must_use]
    pub fn bac() -> Self {
        Self {
            card_access: None,
            can: None,
            bac: true,
        }
    }

    /// PACE over a curve, with the MRZ and this card access number, and basic access control.
    #[must_use]
    pub fn pace(curve: Curve, can: [u8; 6]) -> Self {
        Self {
            card_access: Some(vec![offer(curve)]),
            can: Some(can),
            bac: true,
        }
    }
}

/// In what manner a chip answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// Whole answers.
    #[default]
    Plain,
    /// At most so many bytes at once, the rest on GET RESPONSE (status 61).
    Parts(u8),
    /// An unprotected command that asks for another length than the answer has is told it (status 6C).
    Exact,
    /// At most so many bytes of a file at once, whatever is asked for.
    Drip(u8),
    /// Every byte of a file that is left, whatever is asked for.
    Flood,
}
