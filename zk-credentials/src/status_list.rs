//! The status list: one bit a credential, a 4-ary Poseidon tree over it (docs/protocol.md
//! section 6).

use std::io::{Read, Write};

use ark_bn254::Fr;
use ark_ff::PrimeField;
use flate2::Compression;
use flate2::bufread::ZlibDecoder;
use flate2::write::ZlibEncoder;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::credential::StatusIndex;
use crate::field::FieldElement;
use crate::poseidon::poseidon;

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
const PUBLISHED_LEVEL: usize = 4;
const PUBLISHED_NODES: usize = 256;
/// Length of an unpacked list: its bytes, then the published nodes, big-endian.
const UNPACKED: usize = LEAVES * LEAF_BYTES + PUBLISHED_NODES * 32;

/// The root of a status list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StatusRoot(pub FieldElement);

/// Why a published list is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusListError {
    /// Not the compressed form, too long, or too short.
    #[error("the status list is damaged")]
    Malformed,
    /// The published nodes do not belong to the bits on this path, or not to the root.
    #[error("the status list does not belong to its root")]
    OtherRoot,
}

impl StatusListError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "status_list_malformed",
            Self::OtherRoot => "status_list_other_root",
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

    fn leaf(&self, leaf: usize) -> Fr {
        Fr::from_le_bytes_mod_order(&self.bytes[leaf * LEAF_BYTES..(leaf + 1) * LEAF_BYTES])
    }

    /// The nodes of level 4, each over 256 leaves.
    fn published_nodes(&self) -> Vec<Fr> {
        let span = LEAVES / PUBLISHED_NODES;
        let empty = subtree_root(vec![Fr::from(0u64); span]);
        (0..PUBLISHED_NODES)
            .into_par_iter()
            .map(|node| {
                let leaves = node * span..(node + 1) * span;
                // Most of a young list is empty, and all empty subtrees are one.
                if self.bytes[leaves.start * LEAF_BYTES..leaves.end * LEAF_BYTES]
                    .iter()
                    .all(|b| *b == 0)
                {
                    empty
                } else {
                    subtree_root(leaves.map(|leaf| self.leaf(leaf)).collect())
                }
            })
            .collect()
    }

    /// The root.
    pub fn root(&self) -> StatusRoot {
        StatusRoot(subtree_root(self.published_nodes()).into())
    }

    /// The path of a credential's leaf.
    pub fn path(&self, index: StatusIndex) -> StatusPath {
        self.path_above(index, &self.published_nodes())
    }

    fn path_above(&self, index: StatusIndex, published: &[Fr]) -> StatusPath {
        let leaf_index = (index.get() / LEAF_BITS) as usize;
        let span = LEAVES / PUBLISHED_NODES;
        let node = leaf_index / span;
        let mut siblings = [[FieldElement::ZERO; 3]; DEPTH];
        let leaves: Vec<Fr> = (node * span..(node + 1) * span)
            .map(|l| self.leaf(l))
            .collect();
        climb(leaves, leaf_index % span, &mut siblings[..PUBLISHED_LEVEL]);
        climb(published.to_vec(), node, &mut siblings[PUBLISHED_LEVEL..]);
        StatusPath {
            leaf_index: leaf_index as u16,
            leaf: self.leaf(leaf_index).into(),
            siblings,
        }
    }

    /// The published form: zlib over the bytes of the list and the 256 level-4 nodes, big-endian.
    pub fn to_compressed(&self) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        let mut unpacked = self.bytes.clone();
        for node in self.published_nodes() {
            unpacked.extend(FieldElement::from(node).to_be_bytes());
        }
        // Writing into memory cannot fail; an empty result is refused by every reader.
        let written = encoder.write_all(&unpacked);
        written.and_then(|()| encoder.finish()).unwrap_or_default()
    }
}

impl std::fmt::Debug for StatusList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StatusList(..)")
    }
}

/// A list as a holder downloads it: bits and level-4 nodes, so that a path costs little hashing.
pub struct PublishedStatusList {
    list: StatusList,
    nodes: Vec<Fr>,
}

impl PublishedStatusList {
    /// Unpacks a published list. The length is fixed, so a compression bomb stops at once.
    ///
    /// # Errors
    /// [`StatusListError::Malformed`].
    pub fn from_compressed(bytes: &[u8]) -> Result<Self, StatusListError> {
        let mut unpacked = Vec::new();
        let mut decoder = ZlibDecoder::new(bytes).take(UNPACKED as u64 + 1);
        decoder
            .read_to_end(&mut unpacked)
            .map_err(|_| StatusListError::Malformed)?;
        // Nothing stands behind the stream: a list has no second name by what nobody reads.
        if unpacked.len() != UNPACKED || !decoder.into_inner().into_inner().is_empty() {
            return Err(StatusListError::Malformed);
        }
        let nodes = unpacked[LEAVES * LEAF_BYTES..]
            .chunks_exact(32)
            .map(|chunk| {
                let mut word = [0; 32];
                word.copy_from_slice(chunk);
                FieldElement::from_be_bytes(&word).map(|node| node.fr())
            })
            .collect::<Result<_, _>>()
            .map_err(|_| StatusListError::Malformed)?;
        unpacked.truncate(LEAVES * LEAF_BYTES);
        Ok(Self {
            list: StatusList { bytes: unpacked },
            nodes,
        })
    }

    /// The path of a credential, if the list leads to `root` there.
    ///
    /// # Errors
    /// [`StatusListError::OtherRoot`].
    pub fn path(
        &self,
        index: StatusIndex,
        root: StatusRoot,
    ) -> Result<StatusPath, StatusListError> {
        let path = self.list.path_above(index, &self.nodes);
        if path.root() == root {
            Ok(path)
        } else {
            Err(StatusListError::OtherRoot)
        }
    }

    /// The bits.
    pub fn list(&self) -> &StatusList {
        &self.list
    }
}

/// The name of a published list: CIDv1, raw, SHA-256, in base 32 without padding.
pub fn content_id(published: &[u8]) -> String {
    // 0x01 version 1, 0x55 raw, 0x12 sha2-256, 0x20 its length (multiformats/cid, multicodec table).
    let mut bytes = vec![0x01, 0x55, 0x12, 0x20];
    bytes.extend(Sha256::digest(published));
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut name = String::from("b");
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in bytes {
        bits = bits << 8 | u32::from(byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            name.push(char::from(ALPHABET[(bits >> held & 31) as usize]));
        }
    }
    if held > 0 {
        name.push(char::from(ALPHABET[(bits << (5 - held) & 31) as usize]));
    }
    name
}

/// Hashes a level into the one above.
fn parents(nodes: &[Fr]) -> Vec<Fr> {
    nodes.chunks_exact(4).map(poseidon).collect()
}

fn subtree_root(mut nodes: Vec<Fr>) -> Fr {
    while nodes.len() > 1 {
        nodes = parents(&nodes);
    }
    nodes[0]
}

/// Fills in the siblings of `position` on every level from `nodes` up.
fn climb(mut nodes: Vec<Fr>, mut position: usize, siblings: &mut [[FieldElement; 3]]) {
    for level in siblings {
        let family = &nodes[position / 4 * 4..][..4];
        let others = (0..4).filter(|digit| *digit != position % 4);
        for (sibling, digit) in level.iter_mut().zip(others) {
            *sibling = family[digit].into();
        }
        nodes = parents(&nodes);
        position /= 4;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
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

    #[test]
    fn a_bomb_a_stump_and_noise_are_refused() {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![0; UNPACKED + 5_000_000]).unwrap();
        let bomb = encoder.finish().unwrap();
        let good = StatusList::new().to_compressed();
        let followed = [&good[..], &[0]].concat();
        for bad in [
            &bomb[..],
            &good[..good.len() / 2],
            &good[..good.len() - 1],
            &followed,
            &[],
            &[1, 2, 3],
        ] {
            assert!(PublishedStatusList::from_compressed(bad).is_err());
        }
        assert!(PublishedStatusList::from_compressed(&good).is_ok());
    }

    #[test]
    fn a_published_node_that_is_no_field_element_is_refused() {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&vec![0xff; UNPACKED]).unwrap();
        let refused = PublishedStatusList::from_compressed(&encoder.finish().unwrap()).err();
        assert_eq!(refused, Some(StatusListError::Malformed));
    }

    #[test]
    fn the_name_of_known_bytes_is_known() {
        // The empty raw block, as IPFS names it.
        assert_eq!(
            content_id(b""),
            "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
        );
    }
}
