//! The ledger: what each network asked for and learnt.

use humanseal_wallet_link::{Account, Action, EarlierTerms, NetworkId, Request};
use humanseal_zk_credentials::exchange::{Sha256Digest, Timestamp};
use humanseal_zk_credentials::holder::Slot;
use humanseal_zk_credentials::policy::{Excluded, Policy};
use serde::{Deserialize, Serialize};

/// One presentation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// SHA-256 of the request in deterministic CBOR.
    pub request: Sha256Digest,
    /// The network.
    pub network: NetworkId,
    /// What for.
    pub action: Action,
    /// The epoch.
    pub epoch: u64,
    /// The place that was taken.
    pub slot: Slot,
    /// What the network learnt: that these demands are met.
    pub policy: Policy,
    /// And that the nationality is none of these.
    pub excluded: Excluded,
    /// The account that it was shown for.
    pub account: Account,
    /// When.
    pub at: Timestamp,
}

/// All presentations, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ledger(Vec<Disclosure>);

impl Ledger {
    /// The entries, the oldest first.
    pub fn entries(&self) -> &[Disclosure] {
        &self.0
    }

    /// Writes an entry.
    pub(crate) fn record(&mut self, disclosure: Disclosure) {
        self.0.push(disclosure);
    }

    /// What a network asked for before, under this name or another name of one owner: n subdomains
    /// that each asked once would learn as much as one that asked n times.
    pub(crate) fn terms_of(&self, network: &NetworkId) -> Vec<EarlierTerms> {
        let owned = self
            .0
            .iter()
            .filter(|entry| one_owner(&entry.network, network));
        owned
            .map(|entry| EarlierTerms {
                policy: entry.policy,
                excluded: entry.excluded.clone(),
                at: entry.at,
            })
            .collect()
    }

    /// Whether this account was shown to the request's network before, for the same action and
    /// epoch: another one is another place, which its owner is asked about.
    pub(crate) fn knows(&self, request: &Request, account: &Account) -> bool {
        self.0.iter().any(|entry| {
            entry.network == request.network
                && entry.action == request.action
                && entry.epoch == request.epoch
                && entry.account == *account
        })
    }
}

/// Whether two networks stand under one registrable domain, as the public suffix list has it. A name
/// that is a public suffix itself belongs to its own owner.
fn one_owner(left: &NetworkId, right: &NetworkId) -> bool {
    fn owned(network: &NetworkId) -> &str {
        let name = network.as_str();
        psl::domain_str(name).unwrap_or(name)
    }
    owned(left) == owned(right)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn subdomains_of_one_owner_are_one_owner() {
        let one =
            |left: &str, right: &str| one_owner(&left.parse().unwrap(), &right.parse().unwrap());
        assert!(one("compute.example", "compute.example"));
        assert!(one("a.compute.example", "b.c.compute.example"));
        assert!(one("a.compute.co.uk", "compute.co.uk"));
        // Owners of their own under a public suffix, private ones among them.
        assert!(!one("compute.example", "storage.example"));
        assert!(!one("compute.co.uk", "storage.co.uk"));
        assert!(!one("alice.github.io", "bob.github.io"));
        assert!(!one("co.uk", "compute.co.uk"));
    }
}
