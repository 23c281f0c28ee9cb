//! Status lists and their names as other libraries have them (`scripts/vectors/status-list.mjs`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use humanseal_zk_credentials::content_id::ContentId;
use humanseal_zk_credentials::credential::StatusIndex;
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::status_list::{
    PublishedStatusList, STATUS_BITS, StatusList, StatusRoot,
};
use humanseal_zk_credentials::status_tree::StatusTree;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    lists: Vec<List>,
    published: Published,
    names: Vec<Name>,
}

/// A list of which bit number `i * i * step` is set for each `i` below `set`.
#[derive(Deserialize)]
struct List {
    set: u64,
    step: u64,
    root: FieldElement,
}

#[derive(Deserialize)]
struct Published {
    list: usize,
    bytes: String,
}

#[derive(Deserialize)]
struct Name {
    bytes: String,
    name: String,
}

impl List {
    fn indices(&self) -> impl Iterator<Item = StatusIndex> {
        let bit = |i| i * i * self.step % u64::from(STATUS_BITS);
        (0..self.set).map(move |i| StatusIndex::new(bit(i) as u32).unwrap())
    }
    fn bits(&self) -> StatusList {
        let mut list = StatusList::new();
        self.indices().for_each(|index| list.set(index, true));
        list
    }
}

fn vectors() -> Vectors {
    let text = include_str!("../../../fixtures/vectors/status-list.json");
    serde_json::from_str(text).unwrap()
}

/// One tree that goes from list to list, the last of them with 1 % of all bits.
#[test]
fn circomlibjs_finds_the_same_roots() {
    let mut tree = StatusTree::default();
    for list in vectors().lists {
        tree.update(list.bits());
        assert_eq!(tree.root(), StatusRoot(list.root), "{} bits", list.set);
    }
}

/// Nodes hashed by circomlibjs, packed by another zlib.
#[test]
fn a_list_that_others_published_gives_paths() {
    let Vectors {
        lists, published, ..
    } = vectors();
    let list = &lists[published.list];
    let bytes = STANDARD.decode(published.bytes).unwrap();
    let published = PublishedStatusList::from_compressed(&bytes).unwrap();
    for index in list.indices().take(5) {
        assert!(published.list().get(index));
        let path = published.path(index, StatusRoot(list.root)).unwrap();
        assert_eq!(path.root(), StatusRoot(list.root));
    }
}

#[test]
fn multiformats_names_bytes_alike() {
    let names = vectors().names;
    assert_eq!(names.len(), 5);
    for Name { bytes, name } in names {
        let id = ContentId::of(&STANDARD.decode(bytes).unwrap());
        assert_eq!(id.to_string(), name);
        assert_eq!(name.parse(), Ok(id));
    }
}
