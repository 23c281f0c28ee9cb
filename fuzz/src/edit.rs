//! The edits: of bytes anywhere, and of the items of a format.

use arbitrary::{Arbitrary, Unstructured};

use crate::secret::SECRET;
use crate::structure::Structure;

/// The longest run of bytes that one edit inserts or repeats.
const LONGEST_RUN: usize = 64;
/// No edit makes an input longer than this: the readers' own limits lie below.
const LONGEST: usize = 4 << 20;

/// One edit. Places are taken modulo the length, items modulo their number.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Flips a bit.
    Flip {
        /// Where.
        at: u32,
        /// Which, modulo 8.
        bit: u8,
    },
    /// Overwrites a byte.
    Set {
        /// Where.
        at: u32,
        /// With what.
        value: u8,
    },
    /// Inserts bytes.
    Insert {
        /// Where.
        at: u32,
        /// Which.
        bytes: Vec<u8>,
    },
    /// Deletes bytes.
    Delete {
        /// From where.
        at: u32,
        /// How many.
        length: u16,
    },
    /// Cuts the rest off.
    Truncate {
        /// Where.
        at: u32,
    },
    /// Repeats a range somewhere else.
    Repeat {
        /// From where.
        from: u32,
        /// How many bytes.
        length: u16,
        /// To where.
        to: u32,
    },
    /// Brings a range of another valid input in.
    Splice {
        /// Which valid input.
        seed: u8,
        /// From where.
        from: u32,
        /// How many bytes.
        length: u16,
        /// To where.
        to: u32,
    },
    /// Overwrites bytes with the planted secret.
    Plant {
        /// Where.
        at: u32,
    },
    /// Removes an item.
    Remove {
        /// Which.
        item: u16,
    },
    /// Puts an item there twice.
    Double {
        /// Which.
        item: u16,
    },
    /// Puts an item in the place of another.
    Exchange {
        /// Which valid input it comes from; 0 is the input itself.
        seed: u8,
        /// Which item comes.
        from: u16,
        /// Which item goes.
        to: u16,
    },
    /// Puts a value that is hard on readers in the place of an item.
    Provoke {
        /// Which item.
        item: u16,
        /// Which value of the format's provocations.
        value: u8,
    },
    /// Writes another length or count before an item.
    Length {
        /// Which item.
        item: u16,
        /// Which of the other heads.
        how: u8,
    },
    /// Computes again what guards the parts of the format: a PNG's checksums.
    Mend,
}

impl<'a> Arbitrary<'a> for Edit {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let kind: u8 = bytes.int_in_range(0..=13)?;
        let mut at = || bytes.arbitrary();
        Ok(match kind {
            0 => Self::Flip {
                at: at()?,
                bit: bytes.arbitrary()?,
            },
            1 => Self::Set {
                at: at()?,
                value: bytes.arbitrary()?,
            },
            2 => {
                let at = at()?;
                let length = bytes.int_in_range(0..=LONGEST_RUN)?;
                let length = length.min(bytes.len());
                Self::Insert {
                    at,
                    bytes: bytes.bytes(length)?.to_vec(),
                }
            }
            3 => Self::Delete {
                at: at()?,
                length: bytes.arbitrary()?,
            },
            4 => Self::Truncate { at: at()? },
            5 => Self::Repeat {
                from: at()?,
                to: at()?,
                length: bytes.arbitrary()?,
            },
            6 => Self::Splice {
                from: at()?,
                to: at()?,
                seed: bytes.arbitrary()?,
                length: bytes.arbitrary()?,
            },
            7 => Self::Plant { at: at()? },
            8 => Self::Remove {
                item: bytes.arbitrary()?,
            },
            9 => Self::Double {
                item: bytes.arbitrary()?,
            },
            10 => Self::Exchange {
                seed: bytes.arbitrary()?,
                from: bytes.arbitrary()?,
                to: bytes.arbitrary()?,
            },
            11 => Self::Provoke {
                item: bytes.arbitrary()?,
                value: bytes.arbitrary()?,
            },
            12 => Self::Length {
                item: bytes.arbitrary()?,
                how: bytes.arbitrary()?,
            },
            _ => Self::Mend,
        })
    }
}

impl Edit {
    /// The bytes after this edit.
    pub(crate) fn apply(&self, bytes: &[u8], structure: Structure, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        match self {
            Self::Flip { at, bit } => {
                if let Some(byte) = place(&mut out, *at) {
                    *byte ^= 1 << (bit % 8);
                }
            }
            Self::Set { at, value } => {
                if let Some(byte) = place(&mut out, *at) {
                    *byte = *value;
                }
            }
            Self::Insert { at, bytes } => insert(&mut out, *at, bytes),
            Self::Delete { at, length } => {
                let range = range(&out, *at, *length);
                out.drain(range);
            }
            Self::Truncate { at } => out.truncate(boundary(&out, *at)),
            Self::Repeat { from, length, to } => {
                insert(&mut out, *to, &bytes[range(bytes, *from, *length)]);
            }
            Self::Splice {
                seed,
                from,
                length,
                to,
            } => {
                let other = &seeds[usize::from(*seed) % seeds.len()];
                insert(&mut out, *to, &other[range(other, *from, *length)]);
            }
            Self::Plant { at } => {
                let start = boundary(&out, *at);
                for (byte, letter) in out[start..].iter_mut().zip(SECRET.bytes()) {
                    *byte = letter;
                }
            }
            Self::Remove { item } => out = structure.replace(bytes, *item, |_| Vec::new(), -1),
            Self::Double { item } => {
                out = structure.replace(bytes, *item, |whole| structure.doubled(whole), 1);
            }
            Self::Exchange { seed, from, to } => {
                let other = match seed {
                    0 => bytes,
                    _ => &seeds[usize::from(*seed) % seeds.len()],
                };
                if let Some(new) = structure.item(other, *from) {
                    out = structure.replace(bytes, *to, |_| new.to_vec(), 0);
                }
            }
            Self::Provoke { item, value } => {
                let values = structure.provocations();
                let value = usize::from(*value) % values.len();
                out = structure.replace(bytes, *item, |_| values[value].clone(), 0);
            }
            Self::Length { item, how } => out = structure.with_other_head(bytes, *item, *how),
            Self::Mend => structure.mend(&mut out),
        }
        if out.len() > LONGEST {
            out.truncate(LONGEST);
        }
        out
    }
}

/// A place between two bytes or at an end.
fn boundary(bytes: &[u8], at: u32) -> usize {
    at as usize % (bytes.len() + 1)
}

fn place(bytes: &mut [u8], at: u32) -> Option<&mut u8> {
    let length = bytes.len().max(1);
    bytes.get_mut(at as usize % length)
}

fn range(bytes: &[u8], at: u32, length: u16) -> std::ops::Range<usize> {
    let start = boundary(bytes, at);
    start..bytes.len().min(start + usize::from(length))
}

fn insert(bytes: &mut Vec<u8>, at: u32, run: &[u8]) {
    let at = boundary(bytes, at);
    bytes.splice(at..at, run.iter().copied());
}
