//! The tree over a status list, kept whole: what changed is hashed again and nothing else
//! (docs/protocol.md section 6, docs/status-list.md).

use std::io::Write;

use ark_bn254::Fr;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use rayon::prelude::*;

use crate::credential::StatusIndex;
use crate::field::FieldElement;
use crate::poseidon::poseidon;
use crate::status_list::{
    DEPTH, LEAF_BITS, LEAVES, PUBLISHED_LEVEL, StatusList, StatusPath, StatusRoot, siblings_of,
};

/// A status list and every node above it: 2 MB of bits and 21,845 nodes, 0.7 MB.
#[derive(Clone)]
pub struct StatusTree {
    list: StatusList,
    /// Nodes by level, those over four leaves first, the root last.
    levels: [Vec<Fr>; DEPTH],
}

impl Default for StatusTree {
    /// The tree of a list with no bit set: all subtrees of a level are one.
    fn default() -> Self {
        let mut node = Fr::from(0u64);
        let levels = std::array::from_fn(|level| {
            node = poseidon(&[node; 4]);
            vec![node; LEAVES >> (2 * (level + 1))]
        });
        Self {
            list: StatusList::new(),
            levels,
        }
    }
}

impl StatusTree {
    /// The tree of a list. Empty subtrees cost nothing; the others are hashed on all cores that
    /// the thread pool has.
    pub fn new(list: StatusList) -> Self {
        let mut tree = Self::default();
        tree.update(list);
        tree
    }

    /// Takes another state of the list. One changed bit costs eight hashes.
    pub fn update(&mut self, list: StatusList) {
        let mut changed: Vec<usize> = (0..LEAVES)
            .filter(|leaf| self.list.leaf_bytes(*leaf) != list.leaf_bytes(*leaf))
            .collect();
        self.list = list;
        for level in 0..DEPTH {
            // Ascending, so that children of one parent stand side by side.
            changed.iter_mut().for_each(|position| *position /= 4);
            changed.dedup();
            let hashes: Vec<Fr> = changed
                .par_iter()
                .map(|parent| poseidon(&self.family(level, *parent)))
                .collect();
            for (parent, hash) in changed.iter().zip(hashes) {
                self.levels[level][*parent] = hash;
            }
        }
    }

    /// The four children of a node; level 0 are the parents of leaves.
    fn family(&self, level: usize, parent: usize) -> [Fr; 4] {
        std::array::from_fn(|digit| {
            let child = 4 * parent + digit;
            match level.checked_sub(1) {
                None => self.list.leaf(child),
                Some(below) => self.levels[below][child],
            }
        })
    }

    /// The bits.
    pub fn list(&self) -> &StatusList {
        &self.list
    }

    /// The root.
    pub fn root(&self) -> StatusRoot {
        StatusRoot(self.levels[DEPTH - 1][0].into())
    }

    /// The path of a credential's leaf. It costs no hash.
    pub fn path(&self, index: StatusIndex) -> StatusPath {
        let leaf_index = (index.get() / LEAF_BITS) as usize;
        let mut position = leaf_index;
        let siblings = std::array::from_fn(|level| {
            let family = self.family(level, position / 4);
            let others = siblings_of(&family, position % 4);
            position /= 4;
            others
        });
        StatusPath {
            leaf_index: leaf_index as u16,
            leaf: self.list.leaf(leaf_index).into(),
            siblings,
        }
    }

    /// The published form: zlib (RFC 1950) over the bytes of the list and the 256 level-4 nodes,
    /// 32 bytes each, big-endian. Equal lists give equal bytes.
    pub fn to_compressed(&self) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        let nodes = self.levels[PUBLISHED_LEVEL - 1]
            .iter()
            .flat_map(|node| FieldElement::from(*node).to_be_bytes())
            .collect::<Vec<u8>>();
        // Writing into memory cannot fail; an empty result is refused by every reader.
        encoder
            .write_all(self.list.bytes())
            .and_then(|()| encoder.write_all(&nodes))
            .and_then(|()| encoder.finish())
            .unwrap_or_default()
    }
}

impl std::fmt::Debug for StatusTree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StatusTree(..)")
    }
}
