//! A decoder under test.

mod active;
mod apple;
mod attestations;
mod chips;
mod circuit;
mod data_groups;
mod images;
mod keys;
mod models;
mod phones;
mod proofs;
mod sod;
mod statements;
mod status_lists;
mod trust;
mod wallet;
mod world;

use std::path::{Path, PathBuf};

use crate::bounds::Bounds;
use crate::input::Input;
use crate::structure::Structure;

#[cfg(test)]
pub(crate) use self::images::small_png;

/// The names of all targets.
pub const NAMES: [&str; 19] = [
    "sod",
    "trust",
    "dg1",
    "dg2",
    "active",
    "images",
    "models",
    "proofs",
    "snarkjs",
    "zkeys",
    "requests",
    "presentations",
    "status_lists",
    "statements",
    "messages",
    "attestations",
    "apple",
    "chips",
    "phones",
];

/// The target of a name, with its valid inputs made or read.
///
/// # Panics
/// If a fixture is missing or the name is none of [`NAMES`].
#[must_use]
pub fn target(name: &str) -> Target {
    match name {
        "sod" => sod::target(),
        "trust" => trust::target(),
        "dg1" => data_groups::dg1(),
        "dg2" => data_groups::dg2(),
        "active" => active::target(),
        "images" => images::target(),
        "models" => models::target(),
        "proofs" => proofs::target(),
        "snarkjs" => keys::snarkjs(),
        "zkeys" => keys::zkeys(),
        "requests" => wallet::requests(),
        "presentations" => wallet::presentations(),
        "status_lists" => status_lists::target(),
        "statements" => statements::target(),
        "messages" => statements::messages(),
        "attestations" => attestations::target(),
        "apple" => apple::target(),
        "chips" => chips::target(),
        "phones" => phones::target(),
        _ => panic!("no target is named {name:?}; there are {NAMES:?}"),
    }
}

/// How far an input came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// The decoder refused it.
    Refused,
    /// It was decoded.
    Decoded,
    /// A signature, proof or root was found to be right as well.
    Verified,
}

/// One changed input, as a target's properties see it.
pub(crate) struct Case<'a> {
    /// The bytes.
    pub(crate) bytes: &'a [u8],
    /// Number of the valid input that they were made from.
    pub(crate) seed: usize,
    /// Whether they are other bytes than the valid ones.
    pub(crate) changed: bool,
}

type Properties = Box<dyn Fn(&Case<'_>) -> Reached>;

/// A decoder, valid inputs of it, and the properties that hold for whatever is made of them.
pub struct Target {
    name: &'static str,
    seeds: Vec<Vec<u8>>,
    structure: Structure,
    bounds: Bounds,
    properties: Properties,
}

impl Target {
    fn new(
        name: &'static str,
        structure: Structure,
        bounds: Bounds,
        seeds: Vec<Vec<u8>>,
        properties: impl Fn(&Case<'_>) -> Reached + 'static,
    ) -> Self {
        Self {
            name,
            seeds,
            structure,
            bounds,
            properties: Box::new(properties),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// How many valid inputs it has.
    #[must_use]
    pub fn seeds(&self) -> usize {
        self.seeds.len()
    }

    /// The bytes that an input stands for.
    #[must_use]
    pub fn bytes(&self, input: &Input) -> Vec<u8> {
        let seed = &self.seeds[usize::from(input.seed) % self.seeds.len()];
        input.edits.iter().fold(seed.clone(), |bytes, edit| {
            edit.apply(&bytes, self.structure, &self.seeds)
        })
    }

    /// Decodes an input and asserts the properties, within the bounds.
    ///
    /// # Panics
    /// If a property does not hold: that is a finding.
    pub fn run(&self, input: &Input) -> Reached {
        let bytes = self.bytes(input);
        let seed = usize::from(input.seed) % self.seeds.len();
        let case = Case {
            changed: bytes != self.seeds[seed],
            bytes: &bytes,
            seed,
        };
        self.bounds.keep(|| (self.properties)(&case))
    }
}

/// A file of the source tree's `fixtures/`.
fn fixture(path: &str) -> Vec<u8> {
    let file = fixtures().join(path);
    std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

/// Whether one run of bytes stands in another.
fn contains(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}
