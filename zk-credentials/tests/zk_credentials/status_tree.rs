//! The status list at its full size: 16,252,928 bits, 1 % and half of them set at random.

use std::sync::LazyLock;

use humanseal_zk_credentials::credential::StatusIndex;
use humanseal_zk_credentials::status_list::{PublishedStatusList, STATUS_BITS};
use humanseal_zk_credentials::status_tree::StatusTree;

use crate::scatter::scattered;

static ONE_PERCENT: LazyLock<StatusTree> = LazyLock::new(|| StatusTree::new(scattered(100)));

fn index(number: u32) -> StatusIndex {
    StatusIndex::new(number).unwrap()
}

#[test]
fn paths_of_a_downloaded_list_are_those_of_the_tree() {
    let published = PublishedStatusList::from_compressed(&ONE_PERCENT.to_compressed()).unwrap();
    assert_eq!(published.list(), ONE_PERCENT.list());
    for number in (0..STATUS_BITS).step_by(999_983).chain([STATUS_BITS - 1]) {
        let path = published.path(index(number), ONE_PERCENT.root()).unwrap();
        assert_eq!(path, ONE_PERCENT.path(index(number)), "{number}");
        assert_eq!(path.root(), ONE_PERCENT.root(), "{number}");
    }
}

/// A changed bit, many at once, one of them back: always what a tree made anew has.
#[test]
fn an_update_gives_the_tree_of_the_new_list() {
    let mut tree = ONE_PERCENT.clone();
    let mut list = tree.list().clone();
    let place = index(12_345_678);
    let before = list.get(place);
    list.set(place, !before);
    tree.update(list.clone());
    assert_ne!(tree.root(), ONE_PERCENT.root());
    // One leaf differs, so one path leads from the new leaf to the new root over old siblings.
    let (old, new) = (ONE_PERCENT.path(place), tree.path(place));
    assert_eq!((old.siblings, new.root()), (new.siblings, tree.root()));

    for number in (0..STATUS_BITS).step_by(16_001) {
        list.set(index(number), true);
    }
    tree.update(list.clone());
    assert_eq!(tree.root(), StatusTree::new(list).root());
    tree.update(ONE_PERCENT.list().clone());
    assert_eq!(tree.root(), ONE_PERCENT.root());
}

/// Where nothing compresses, the published list still has less than the 3 MiB that a device takes.
#[test]
fn the_fullest_list_is_published_within_the_device_s_limit() {
    let tree = StatusTree::new(scattered(2));
    let compressed = tree.to_compressed();
    assert!(compressed.len() <= 3 << 20, "{}", compressed.len());
    let published = PublishedStatusList::from_compressed(&compressed).unwrap();
    let path = published.path(index(STATUS_BITS / 2), tree.root());
    assert_eq!(path, Ok(tree.path(index(STATUS_BITS / 2))));
}
