//! The status list: one bit a credential, a 4-ary Poseidon tree over it (docs/protocol.md
//! section 6).

use std::io::Read;

use ark_bn254::Fr;
use ark_ff::PrimeField;
use flate2::bufread::ZlibDecoder;
use serde::{Deserialize, Serialize};

use crate::credential::StatusIndex;
use crate::field::FieldElement;
use crate::poseidon::poseidon;
use crate::status_tree::StatusTree;

/// Bits in one leaf.
pub const LEAF_BITS: u32 = 248;
/// Bytes in one leaf.
const LEAF_BYTES: usize = 31;
/// Levels of the tree.
pub const DEPTH: usize = 8;
/// Leaves of the tree.
pub const LEAVES: usize = 1 << (2 * DEPTH);
/// Bits of the list.
pub const STATUS_BITS: u32 = LEAF_BITS * LEAVES as u32;
/// The level whose nodes travel with the list, and how many it has.
pub(crate) const PUBLISHED_LEVEL: usize = 4;
const PUBLISHED_NODES: usize = 256;
/// Leaves under one published node.
const SPAN: usize = LEAVES / PUBLISHED_NODES;
/// Length of an unpacked list: its bytes, then the published nodes, big-endian.
const UNPACKED: usize = LEAVES * LEAF_BYTES + PUBLISHED_NODES * 32;

/// The root of a status list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StatusRoot(pub FieldElement);

/// Why a published list is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusListError {
    /// Not the compressed form, too long, too short, or more behind it.
    #[error("the status list is damaged")]
    Malformed,
    /// The published nodes do not lead to the root.
    #[error("the status list does not belong to its root")]
    OtherRoot,
    /// The bits around this credential do not lead to their published node.
    #[error("the bits of the status list do not belong to its nodes")]
    OtherBits,
}

impl StatusListError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "status_list_malformed",
            Self::OtherRoot => "status_list_other_root",
            Self::OtherBits => "status_list_other_bits",
        }
    }
}

/// A path from a leaf to the root: the leaf and, from the leaf level up, the three other children
/// of every node, in order of their digit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusPath {
    /// Number of the leaf.
    pub leaf_index: u16,
    /// Value of the leaf.
    pub leaf: FieldElement,
    /// Siblings by level, the leaf level first.
    pub siblings: [[FieldElement; 3]; DEPTH],
}

impl StatusPath {
    /// The digit of the leaf's position among its siblings on a level, 0..4.
    pub fn digit(&self, level: usize) -> usize {
        usize::from(self.leaf_index >> (2 * level) & 3)
    }

    /// The root that this path leads to.
    pub fn root(&self) -> StatusRoot {
        let mut node = self.leaf.fr();
        for level in 0..DEPTH {
            let mut children: Vec<Fr> = self.siblings[level].iter().map(FieldElement::fr).collect();
            children.insert(self.digit(level), node);
            node = poseidon(&children);
        }
        StatusRoot(node.into())
    }
}

/// The bits of all credentials of one issuer key; a set bit is revoked or superseded.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusList {
    bytes: Vec<u8>,
}

impl Default for StatusList {
    fn default() -> Self {
        Self::new()
    }
}

impl StatusList {
    /// A list with no bit set.
    pub fn new() -> Self {
        Self {
            bytes: vec![0; LEAVES * LEAF_BYTES],
        }
    }

    /// Sets or clears a bit.
    pub fn set(&mut self, index: StatusIndex, revoked: bool) {
        let (byte, bit) = (index.get() as usize / 8, index.get() % 8);
        self.bytes[byte] = self.bytes[byte] & !(1 << bit) | u8::from(revoked) << bit;
    }

    /// Whether a bit is set.
    pub fn get(&self, index: StatusIndex) -> bool {
        self.bytes[index.get() as usize / 8] >> (index.get() % 8) & 1 == 1
    }

    /// All bits: 31 bytes a leaf, least significant first.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn leaf_bytes(&self, leaf: usize) -> &[u8] {
        &self.bytes[leaf * LEAF_BYTES..(leaf + 1) * LEAF_BYTES]
    }

    pub(crate) fn leaf(&self, leaf: usize) -> Fr {
        Fr::from_le_bytes_mod_order(self.leaf_bytes(leaf))
    }

    /// The root. Whoever asks for more of one list makes its [`StatusTree`].
    pub fn root(&self) -> StatusRoot {
        StatusTree::new(self.clone()).root()
    }

    /// The path of a credential's leaf. Whoever asks for more of one list makes its [`StatusTree`].
    pub fn path(&self, index: StatusIndex) -> StatusPath {
        StatusTree::new(self.clone()).path(index)
    }

    /// [`StatusTree::to_compressed`]. Whoever asks for more of one list makes its [`StatusTree`].
    pub fn to_compressed(&self) -> Vec<u8> {
        StatusTree::new(self.clone()).to_compressed()
    }
}

impl std::fmt::Debug for StatusList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StatusList(..)")
    }
}

/// A list as a holder downloads it: bits and level-4 nodes, so that a path costs little hashing.
#[derive(Debug)]
pub struct PublishedStatusList {
    list: StatusList,
    nodes: Vec<Fr>,
}

impl PublishedStatusList {
    /// Unpacks a published list. The length is fixed and taken up once, so a compression bomb
    /// stops at once.
    ///
    /// # Errors
    /// [`StatusListError::Malformed`].
    pub fn from_compressed(bytes: &[u8]) -> Result<Self, StatusListError> {
        let malformed = StatusListError::Malformed;
        let mut unpacked = Vec::with_capacity(UNPACKED + 1);
        let mut decoder = ZlibDecoder::new(bytes);
        // One byte more than there may be: at the end of the stream its checksum is compared.
        let read = (&mut decoder)
            .take(UNPACKED as u64 + 1)
            .read_to_end(&mut unpacked);
        if read.is_err() || unpacked.len() != UNPACKED || !decoder.into_inner().is_empty() {
            return Err(malformed);
        }
        let nodes = unpacked[LEAVES * LEAF_BYTES..]
            .as_chunks()
            .0
            .iter()
            .map(|word| FieldElement::from_be_bytes(word).map(|node| node.fr()))
            .collect::<Result<_, _>>()
            .map_err(|_| malformed)?;
        unpacked.truncate(LEAVES * LEAF_BYTES);
        Ok(Self {
            list: StatusList { bytes: unpacked },
            nodes,
        })
    }

    /// The path of a credential, if the list leads to `root`: the published nodes hash to it, and
    /// the 256 leaves around the credential hash to their published node. The other bits are not
    /// hashed: they are of no use for this path.
    ///
    /// # Errors
    /// [`StatusListError::OtherRoot`] or [`StatusListError::OtherBits`].
    pub fn path(
        &self,
        index: StatusIndex,
        root: StatusRoot,
    ) -> Result<StatusPath, StatusListError> {
        let leaf_index = (index.get() / LEAF_BITS) as usize;
        let node = leaf_index / SPAN;
        let mut siblings = [[FieldElement::ZERO; 3]; DEPTH];
        let (below, above) = siblings.split_at_mut(PUBLISHED_LEVEL);
        if climb(self.nodes.clone(), node, above) != root.0.fr() {
            return Err(StatusListError::OtherRoot);
        }
        let leaves = (node * SPAN..(node + 1) * SPAN).map(|leaf| self.list.leaf(leaf));
        if climb(leaves.collect(), leaf_index % SPAN, below) != self.nodes[node] {
            return Err(StatusListError::OtherBits);
        }
        Ok(StatusPath {
            leaf_index: leaf_index as u16,
            leaf: self.list.leaf(leaf_index).into(),
            siblings,
        })
    }

    /// The bits.
    pub fn list(&self) -> &StatusList {
        &self.list
    }
}

/// The other three of a node's four children, in order of their digit.
pub(crate) fn siblings_of(family: &[Fr], digit: usize) -> [FieldElement; 3] {
    std::array::from_fn(|place| family[place + usize::from(place >= digit)].into())
}

/// Hashes a level up to its root and fills in the siblings of `position` on every level.
fn climb(mut nodes: Vec<Fr>, mut position: usize, siblings: &mut [[FieldElement; 3]]) -> Fr {
    for level in siblings {
        let family = &nodes[position / 4 * 4..][..4];
        *level = siblings_of(family, position % 4);
        nodes = nodes.chunks_exact(4).map(poseidon).collect();
        position /= 4;
    }
    nodes[0]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn index(number: u32) -> StatusIndex {
        StatusIndex::new(number).unwrap()
    }

    #[test]
    fn every_edge_index_has_a_path_to_the_root() {
        let mut list = StatusList::new();
        for number in [0, 7, 247, 248, 100_000, STATUS_BITS - 1] {
            list.set(index(number), true);
        }
        let root = list.root();
        let published = PublishedStatusList::from_compressed(&list.to_compressed()).unwrap();
        for number in [
            0,
            1,
            247,
            248,
            249,
            99_999,
            STATUS_BITS - 2,
            STATUS_BITS - 1,
        ] {
            let path = list.path(index(number));
            assert_eq!(path.root(), root, "{number}");
            assert_eq!(published.path(index(number), root).unwrap(), path);
            let limbs = path.leaf.fr().into_bigint().0;
            let bit = (number % LEAF_BITS) as usize;
            assert_eq!(
                limbs[bit / 64] >> (bit % 64) & 1 == 1,
                list.get(index(number))
            );
        }
        assert!(StatusIndex::new(STATUS_BITS).is_err());
    }

    #[test]
    fn a_bit_can_be_set_and_cleared() {
        let (mut list, empty) = (StatusList::new(), StatusList::new());
        list.set(index(248), true);
        assert!(list.get(index(248)) && list.root() != empty.root());
        list.set(index(248), false);
        assert!(list == empty && list.root() == empty.root());
    }

    #[test]
    fn a_list_of_another_root_is_refused() {
        let mut revoked = StatusList::new();
        revoked.set(index(9), true);
        let published =
            PublishedStatusList::from_compressed(&StatusList::new().to_compressed()).unwrap();
        let refused = published.path(index(9), revoked.root());
        assert_eq!(refused, Err(StatusListError::OtherRoot));
    }

    fn packed(unpacked: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(unpacked).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(published: &[u8]) -> Vec<u8> {
        let mut unpacked = Vec::new();
        ZlibDecoder::new(published)
            .read_to_end(&mut unpacked)
            .unwrap();
        unpacked
    }

    /// Every way in which bits and nodes do not belong together, and what notices.
    #[test]
    fn bits_and_nodes_are_both_held_against_the_root() {
        let mut list = StatusList::new();
        list.set(index(9), true);
        let (root, good) = (list.root(), unpacked(&list.to_compressed()));
        let nodes = LEAVES * LEAF_BYTES;
        let far = index(STATUS_BITS - 1);
        for (byte, of, refusal) in [
            // The own node, a neighbour's, the last one.
            (nodes + 31, index(9), Err(StatusListError::OtherRoot)),
            (nodes + 63, index(9), Err(StatusListError::OtherRoot)),
            (good.len() - 1, index(9), Err(StatusListError::OtherRoot)),
            // The own bit cleared, a bit of the own leaf, the last leaf of the own subtree.
            (1, index(9), Err(StatusListError::OtherBits)),
            (30, index(9), Err(StatusListError::OtherBits)),
            (
                SPAN * LEAF_BYTES - 1,
                index(9),
                Err(StatusListError::OtherBits),
            ),
            // Another subtree's bits are no part of this path.
            (1, far, Ok(list.path(far))),
        ] {
            let mut bytes = good.clone();
            bytes[byte] ^= 2;
            let published = PublishedStatusList::from_compressed(&packed(&bytes)).unwrap();
            assert_eq!(published.path(of, root), refusal, "{byte}");
        }
        // A node that is no field element has no second spelling.
        let mut bytes = good;
        bytes[nodes..nodes + 32].fill(0xff);
        let refused = PublishedStatusList::from_compressed(&packed(&bytes));
        assert_eq!(refused.err(), Some(StatusListError::Malformed));
    }

    #[test]
    fn a_bomb_a_stump_and_noise_are_refused() {
        let bomb = packed(&vec![0; UNPACKED + 5_000_000]);
        let good = StatusList::new().to_compressed();
        let (short, long) = (packed(&[0; UNPACKED - 1]), packed(&[0; UNPACKED + 1]));
        let followed = [&good[..], &[0]].concat();
        let mut wrong_sum = good.clone();
        *wrong_sum.last_mut().unwrap() ^= 1;
        for bad in [
            &bomb[..],
            &short,
            &long,
            &followed,
            &wrong_sum,
            &good[..good.len() - 4],
            &good[..good.len() / 2],
            &[],
            &[1, 2, 3],
        ] {
            let refused = PublishedStatusList::from_compressed(bad);
            assert_eq!(refused.err(), Some(StatusListError::Malformed));
        }
    }
}
