//! What an issuer keeps in memory of its lists: the tree of each, so that the next root costs only
//! what changed, and the published bytes, so that a download costs neither a tree nor the database.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use humanseal_zk_credentials::content_id::ContentId;
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::Timestamp;
use humanseal_zk_credentials::status_tree::StatusTree;

use super::status::ListKind;

/// A published list.
#[derive(Debug, Clone)]
pub struct PublishedList {
    /// The list, compressed.
    pub compressed: Bytes,
    /// Its name.
    pub id: ContentId,
}

impl PublishedList {
    pub(super) fn new(compressed: Vec<u8>) -> Self {
        Self {
            id: ContentId::of(&compressed),
            compressed: compressed.into(),
        }
    }
}

/// Trees and published lists of all issuer keys. Whatever is not here is made again.
#[derive(Default)]
pub(super) struct Shelf {
    trees: Mutex<HashMap<(IssuerId, ListKind), StatusTree>>,
    lists: Mutex<HashMap<(IssuerId, ListKind), (Timestamp, PublishedList)>>,
}

impl Shelf {
    /// Takes a tree out: 2.7 MB that are not copied.
    pub(super) fn take_tree(&self, issuer: IssuerId, kind: ListKind) -> StatusTree {
        locked(&self.trees)
            .remove(&(issuer, kind))
            .unwrap_or_default()
    }

    pub(super) fn put_tree(&self, issuer: IssuerId, kind: ListKind, tree: StatusTree) {
        locked(&self.trees).insert((issuer, kind), tree);
    }

    /// The list as it was published at this time.
    pub(super) fn list(
        &self,
        issuer: IssuerId,
        kind: ListKind,
        at: Timestamp,
    ) -> Option<PublishedList> {
        locked(&self.lists)
            .get(&(issuer, kind))
            .filter(|(published, _)| *published == at)
            .map(|(_, list)| list.clone())
    }

    pub(super) fn put_list(
        &self,
        issuer: IssuerId,
        kind: ListKind,
        at: Timestamp,
        list: PublishedList,
    ) {
        locked(&self.lists).insert((issuer, kind), (at, list));
    }
}

/// Trees and lists are whole whenever the lock is free, also after a panic elsewhere.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
