//! Certificates of authorities and their revocation lists, which an operator loads.

use humanseal_documents::{Sod, TrustStore, authenticate, examine};

use super::world::{documents, moment, trust};
use super::{Case, Reached, Target, contains};
use crate::bounds::Bounds;
use crate::secret::assert_silent;
use crate::structure::{Structure, body, inside};

/// A document verifies under a changed revocation list only if the list's signed part and its
/// signature still stand in it byte for byte. (A changed certificate of an authority is another
/// authority: who loads it trusts it.)
pub(super) fn target() -> Target {
    let documents = documents();
    let sods: Vec<Sod> = documents
        .iter()
        .map(|document| Sod::parse(&document.sod).unwrap_or_else(|error| panic!("{error}")))
        .collect();
    let lists = documents.iter().map(|document| document.crl.clone());
    let certificates = documents.iter().map(|document| document.csca.clone());
    let seeds = lists.chain(certificates).collect();
    let properties = move |case: &Case<'_>| {
        let number = case.seed % documents.len();
        let (document, sod) = (&documents[number], &sods[number]);
        let is_list = case.seed < documents.len();
        let mut alone = TrustStore::new();
        let read = match is_list {
            true => alone.add_crl(case.bytes),
            false => alone.add_csca(case.bytes),
        };
        if let Err(error) = read {
            assert_silent(&error);
            return Reached::Refused;
        }
        let store = match is_list {
            true => trust(&document.csca, case.bytes),
            false => trust(case.bytes, &document.crl),
        };
        for anchor in store.anchors() {
            if let Err(error) = anchor.key_name() {
                assert_silent(&error);
            }
        }
        let _ = examine(sod, &document.groups(), &store, moment());
        if authenticate(sod, &document.groups(), &store, moment()).is_err() {
            return Reached::Decoded;
        }
        if is_list {
            let parts = inside(&document.crl);
            assert!(contains(case.bytes, parts[0]), "the list was changed");
            assert!(
                contains(case.bytes, body(parts[2])),
                "its signature was changed"
            );
        }
        Reached::Verified
    };
    Target::new(
        "trust",
        Structure::Der,
        Bounds::mebibytes(8),
        seeds,
        properties,
    )
}
