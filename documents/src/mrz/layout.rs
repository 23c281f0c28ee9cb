//! Where the fields stand (ICAO 9303 parts 4, 5 and 6), counted over all lines joined.

use std::ops::Range;

/// The size of a document, which fixes the form of its MRZ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MrzFormat {
    /// A card of ID-1 size: three lines of 30 (part 5).
    Td1,
    /// A card of ID-2 size: two lines of 36 (part 6).
    Td2,
    /// A booklet: two lines of 44 (part 4).
    Td3,
}

impl MrzFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Td1, Self::Td2, Self::Td3];

    /// Characters in all lines together: 90, 72 or 88.
    #[must_use]
    pub fn length(self) -> usize {
        self.line_length() * self.lines()
    }

    /// Characters in a line: 30, 36 or 44.
    #[must_use]
    pub fn line_length(self) -> usize {
        match self {
            Self::Td1 => 30,
            Self::Td2 => 36,
            Self::Td3 => 44,
        }
    }

    /// The number of lines: 3, 2 or 2.
    #[must_use]
    pub fn lines(self) -> usize {
        match self {
            Self::Td1 => 3,
            Self::Td2 | Self::Td3 => 2,
        }
    }

    pub(crate) fn layout(self) -> &'static Layout {
        match self {
            Self::Td1 => &TD1,
            Self::Td2 => &TD2,
            Self::Td3 => &TD3,
        }
    }
}

/// The places of all fields. `optional` comes first, `optional_more` only in TD1; `optional_check`
/// only in TD3. `composite` lists what the last check digit covers.
pub(crate) struct Layout {
    pub(crate) code: Range<usize>,
    pub(crate) state: Range<usize>,
    pub(crate) names: Range<usize>,
    pub(crate) number: Range<usize>,
    pub(crate) number_check: usize,
    pub(crate) nationality: Range<usize>,
    pub(crate) birth: Range<usize>,
    pub(crate) birth_check: usize,
    pub(crate) sex: usize,
    pub(crate) expiry: Range<usize>,
    pub(crate) expiry_check: usize,
    pub(crate) optional: Range<usize>,
    pub(crate) optional_check: Option<usize>,
    pub(crate) optional_more: Range<usize>,
    pub(crate) composite: [Range<usize>; 4],
    pub(crate) composite_check: usize,
}

/// Part 5, section 4.2.2.
static TD1: Layout = Layout {
    code: 0..2,
    state: 2..5,
    number: 5..14,
    number_check: 14,
    optional: 15..30,
    birth: 30..36,
    birth_check: 36,
    sex: 37,
    expiry: 38..44,
    expiry_check: 44,
    nationality: 45..48,
    optional_more: 48..59,
    composite_check: 59,
    names: 60..90,
    optional_check: None,
    composite: [5..30, 30..37, 38..45, 48..59],
};

/// Part 6, section 4.2.2.
static TD2: Layout = Layout {
    code: 0..2,
    state: 2..5,
    names: 5..36,
    number: 36..45,
    number_check: 45,
    nationality: 46..49,
    birth: 49..55,
    birth_check: 55,
    sex: 56,
    expiry: 57..63,
    expiry_check: 63,
    optional: 64..71,
    optional_check: None,
    optional_more: 71..71,
    composite_check: 71,
    composite: [36..46, 49..56, 57..71, 0..0],
};

/// Part 4, section 4.2.2.
static TD3: Layout = Layout {
    code: 0..2,
    state: 2..5,
    names: 5..44,
    number: 44..53,
    number_check: 53,
    nationality: 54..57,
    birth: 57..63,
    birth_check: 63,
    sex: 64,
    expiry: 65..71,
    expiry_check: 71,
    optional: 72..86,
    optional_check: Some(86),
    optional_more: 87..87,
    composite_check: 87,
    composite: [44..54, 57..64, 65..87, 0..0],
};
