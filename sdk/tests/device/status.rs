//! Status lists and roots that lie.

use humanseal_sdk::status::fetch;
use humanseal_zk_credentials::credential::StatusIndex;
use humanseal_zk_credentials::status_list::StatusList;
use humanseal_zk_credentials::status_root::SignedStatusRoot;

use crate::holder::{Issuer, at};
use crate::server::{Answer, Server};

/// How long verifiers take a root, in seconds.
pub const WINDOW: i64 = 72 * 3600;

/// Serves a root, a list and a list of contested credentials.
pub fn status(root: &SignedStatusRoot, list: &StatusList, contested: &StatusList) -> Answer {
    let root = serde_json::to_vec(root).unwrap();
    let (list, contested) = (list.to_compressed(), contested.to_compressed());
    Box::new(move |call| {
        let path = call.strip_prefix("GET /v1/status-list")?;
        let (path, _) = path.split_once("?issuer=")?;
        match path {
            "/root" => Some((200, root.clone())),
            "" => Some((200, list.clone())),
            "/contested" => Some((200, contested.clone())),
            _ => None,
        }
    })
}

/// A status index.
pub fn index(number: u32) -> StatusIndex {
    StatusIndex::new(number).unwrap()
}

fn marked(number: u32) -> StatusList {
    let mut list = StatusList::new();
    list.set(index(number), true);
    list
}

#[test]
fn the_path_is_that_of_the_signed_root_and_a_contest_is_told() {
    let issuer = Issuer::new(1);
    let list = marked(7);
    let server = Server::start(status(&issuer.root_of(&list, at(-60)), &list, &marked(123)));
    let pin = issuer.pin(&server.origin);
    let found = fetch(&server.client(), &pin, index(123), at(0), WINDOW).unwrap();
    assert_eq!(found.path.root(), list.root());
    assert!(found.contested);
    let other = fetch(&server.client(), &pin, index(124), at(0), WINDOW).unwrap();
    assert!(!other.contested);
    // Nobody can tell from the calls which credential was looked up.
    let calls = server.called();
    assert_eq!(calls[..3], calls[3..]);
}

#[test]
fn a_list_of_another_root_is_refused() {
    let issuer = Issuer::new(1);
    let (told, served) = (marked(7), marked(8));
    let server = Server::start(status(
        &issuer.root_of(&told, at(0)),
        &served,
        &StatusList::new(),
    ));
    let pin = issuer.pin(&server.origin);
    let error = fetch(&server.client(), &pin, index(123), at(0), WINDOW).unwrap_err();
    assert_eq!(error.code(), "status_list_other_root");
}

#[test]
fn a_damaged_list_is_refused() {
    let issuer = Issuer::new(1);
    let list = StatusList::new();
    let good = status(&issuer.root_of(&list, at(0)), &list, &list);
    let server = Server::start(Box::new(move |call| {
        let (status, mut body) = good(call)?;
        if call.starts_with("GET /v1/status-list?") {
            body.truncate(body.len() / 2);
        }
        Some((status, body))
    }));
    let pin = issuer.pin(&server.origin);
    let error = fetch(&server.client(), &pin, index(123), at(0), WINDOW).unwrap_err();
    assert_eq!(error.code(), "status_list_malformed");
}

#[test]
fn a_root_that_somebody_else_signed_is_refused() {
    let (issuer, other) = (Issuer::new(1), Issuer::new(2));
    let list = StatusList::new();
    let pin = issuer.pin("http://127.0.0.1:1");

    let server = Server::start(status(&other.root_of(&list, at(0)), &list, &list));
    let error = fetch(&server.client(), &pin, index(1), at(0), WINDOW).unwrap_err();
    assert_eq!(error.code(), "root_signature_invalid");

    // The right signing key, but another issuer key's list.
    let mixed = Issuer {
        secret: Issuer::new(2).secret,
        ..issuer
    };
    let server = Server::start(status(&mixed.root_of(&list, at(0)), &list, &list));
    let error = fetch(&server.client(), &pin, index(1), at(0), WINDOW).unwrap_err();
    assert_eq!(error.code(), "status_root_other_issuer");
}

#[test]
fn roots_of_the_future_and_of_long_ago_are_refused() {
    let issuer = Issuer::new(1);
    let list = StatusList::new();
    let pin = issuer.pin("http://127.0.0.1:1");
    for (issued, code) in [
        (301, Some("root_from_future")),
        (300, None),
        (-WINDOW, None),
        (-WINDOW - 1, Some("root_stale")),
    ] {
        let server = Server::start(status(&issuer.root_of(&list, at(issued)), &list, &list));
        let found = fetch(&server.client(), &pin, index(1), at(0), WINDOW);
        assert_eq!(
            found.err().map(|error| error.code().to_owned()).as_deref(),
            code,
            "{issued}"
        );
    }
}
