//! An input as both engines make it: a valid one and what is changed in it.

use arbitrary::{Arbitrary, Unstructured};

use crate::edit::Edit;

/// The most edits of one input. Few, since most inputs shall get past the first check.
const MAX_EDITS: u8 = 6;

/// Which valid input, and the edits, applied one after the other.
#[derive(Clone, Debug)]
pub struct Input {
    /// Number of the valid input, modulo how many the target has.
    pub seed: u8,
    /// What is changed.
    pub edits: Vec<Edit>,
}

impl<'a> Arbitrary<'a> for Input {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let seed = bytes.arbitrary()?;
        let count: u8 = bytes.int_in_range(1..=MAX_EDITS)?;
        let edits = (0..count).map(|_| bytes.arbitrary());
        Ok(Self {
            seed,
            edits: edits.collect::<Result<_, _>>()?,
        })
    }
}
