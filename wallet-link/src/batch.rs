//! The proofs of many presentations at once (docs/protocol.md section 10).

use std::collections::HashMap;

use humanseal_zk_credentials::{
    eddsa::IssuerId,
    entropy::OsEntropy,
    groth16::{BATCH_LIMIT, VerifyError, VerifyingKey},
    presentation::{PresentPublic, verify_present_batch},
    status_list::StatusRoot,
};

use crate::check::Prepared;

/// Which of the prepared presentations hold, in their order; none for an empty list.
///
/// One batch has one status root and one issuer, so they are sorted into batches first, of at most
/// [`BATCH_LIMIT`]. In each one equation decides, with coefficients from the operating system, and
/// culprits are found by halving. A batch without a verdict holds nothing.
pub fn holding(key: &VerifyingKey, prepared: &[&Prepared]) -> Vec<bool> {
    let mut batches: HashMap<(IssuerId, StatusRoot), Vec<usize>> = HashMap::new();
    for (place, entry) in prepared.iter().enumerate() {
        let batch = (entry.claimed.issuer, entry.claimed.root);
        batches.entry(batch).or_default().push(place);
    }
    let mut holds = vec![false; prepared.len()];
    for places in batches.values().flat_map(|all| all.chunks(BATCH_LIMIT)) {
        let entry = |place: &usize| {
            let entry = prepared[*place];
            let public = PresentPublic::from_elements(&entry.public);
            (entry.proof.clone(), public)
        };
        let entries = places.iter().map(entry).collect();
        let culprits = match verify_present_batch(key, entries, &mut OsEntropy) {
            Ok(()) => Vec::new(),
            Err(VerifyError::Culprits(culprits)) => culprits,
            Err(_) => continue,
        };
        for (at, place) in places.iter().enumerate() {
            holds[*place] = !culprits.contains(&at);
        }
    }
    holds
}
