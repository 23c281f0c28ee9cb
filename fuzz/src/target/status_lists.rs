//! Published status lists: compressed bits and level-4 nodes.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use humanseal_zk_credentials::credential::StatusIndex;
use humanseal_zk_credentials::status_list::{DEPTH, PublishedStatusList, STATUS_BITS, StatusList};

use super::{Case, Reached, Target};
use crate::bounds::Bounds;
use crate::secret::assert_silent;
use crate::structure::Structure;

/// Where one of the valid inputs, which is a part of the unpacked list, belongs in it.
const NODES: usize = LEAF_BYTES << (2 * DEPTH);
const LEAF_BYTES: usize = 31;

/// A path that leads to the genuine root is the genuine path, so a changed list tells nobody
/// something else about a bit: it is refused, or right where it was asked. A list followed by
/// more is none. Unpacking never takes more memory than a few lists.
///
/// The valid inputs are two packed lists, and of the first, unpacked, the 256 nodes and the leaves
/// at its beginning: these are put in their place and packed after they were changed, since
/// nearly every change of packed bytes is refused by their checksum.
pub(super) fn target() -> Target {
    let indices = [0, 247, 248, 1_000_000, STATUS_BITS - 1].map(index);
    let mut few = StatusList::new();
    for index in [index(7), indices[1], indices[3]] {
        few.set(index, true);
    }
    let lists = [few, StatusList::new()];
    let known = lists.each_ref().map(|list| {
        let paths = indices.map(|index| (index, list.path(index)));
        (list.to_compressed(), list.root(), paths)
    });
    let unpacked = unpack(&known[0].0);
    let seeds = vec![
        known[0].0.clone(),
        known[1].0.clone(),
        unpacked[NODES..].to_vec(),
        unpacked[..2 * LEAF_BYTES].to_vec(),
    ];
    let properties = move |case: &Case<'_>| {
        let packed = match case.seed {
            2 => &pack(&[&unpacked[..NODES], case.bytes].concat()),
            3 => &pack(&[case.bytes, &unpacked[2 * LEAF_BYTES..]].concat()),
            _ => case.bytes,
        };
        let list = match PublishedStatusList::from_compressed(packed) {
            Ok(list) => list,
            Err(error) => {
                assert_silent(&error);
                return Reached::Refused;
            }
        };
        let (whole, root, paths) = &known[usize::from(case.seed == 1)];
        let longer = packed.len() > whole.len() && packed.starts_with(whole);
        assert!(!longer, "a list is read although more follows it");
        // One path, so that an input costs little: which one, the input says.
        let (index, genuine) =
            &paths[case.bytes.iter().fold(0, |sum, b| sum + usize::from(*b)) % paths.len()];
        match list.path(*index, *root) {
            Ok(path) => {
                assert_eq!(path, *genuine);
                assert_eq!(
                    list.list().get(*index),
                    lists[usize::from(case.seed == 1)].get(*index)
                );
                Reached::Verified
            }
            Err(error) => {
                assert_silent(&error);
                assert!(case.changed);
                Reached::Decoded
            }
        }
    };
    Target::new(
        "status_lists",
        Structure::Plain,
        Bounds::mebibytes(16),
        seeds,
        properties,
    )
}

fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    let read = ZlibDecoder::new(packed).read_to_end(&mut unpacked);
    read.unwrap_or_else(|error| panic!("{error}"));
    unpacked
}

fn pack(unpacked: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(unpacked);
    let packed = written.and_then(|()| encoder.finish());
    packed.unwrap_or_else(|error| panic!("{error}"))
}

fn index(number: u32) -> StatusIndex {
    StatusIndex::new(number).unwrap_or_else(|error| panic!("{error}"))
}
