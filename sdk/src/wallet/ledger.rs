//! The ledger: what each network asked for and learnt.

use humanseal_wallet_link::{Account, Action, Demand, EarlierTerms, NetworkId};
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
    /// The contract that it was shown to, and for which count; none for a verifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<Counted>,
    /// When.
    pub at: Timestamp,
}

/// Where a contract's count of a place stands, as far as this wallet knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// The contract.
    pub contract: Account,
    /// The count that the proof is bound to.
    pub count: u32,
    /// The highest count that was seen since; above `count` once the proof, or another, was accepted.
    pub newest: u32,
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

    /// Whether this account was shown to the network before, for the same action and epoch: another
    /// one is another place, which its owner is asked about.
    pub(crate) fn knows(&self, demand: &Demand<'_>, account: &Account) -> bool {
        self.0
            .iter()
            .any(|entry| entry.is_for(demand) && entry.account == *account)
    }

    /// How many proofs of a place in a contract this wallet knows to be accepted.
    pub(crate) fn count(&self, demand: &Demand<'_>, contract: &Account, slot: Slot) -> u32 {
        let of_place = self.0.iter().filter_map(|entry| {
            let counted = entry.contract.as_ref()?;
            entry
                .is_place(demand, contract, slot)
                .then_some(counted.newest)
        });
        of_place.max().unwrap_or(0)
    }

    /// The other accounts that were shown for a place in a contract, each once.
    pub(crate) fn other_accounts(
        &self,
        demand: &Demand<'_>,
        contract: &Account,
        slot: Slot,
        account: &Account,
    ) -> Vec<Account> {
        let mut others: Vec<Account> = Vec::new();
        for entry in &self.0 {
            let other = entry.is_place(demand, contract, slot) && entry.account != *account;
            if other && !others.contains(&entry.account) {
                others.push(entry.account.clone());
            }
        }
        others
    }

    /// Raises the count of a place; whether anything is new.
    pub(crate) fn count_seen(
        &mut self,
        demand: &Demand<'_>,
        contract: &Account,
        slot: Slot,
        count: u32,
    ) -> bool {
        let mut of_place = self
            .0
            .iter_mut()
            .filter(|entry| entry.is_place(demand, contract, slot));
        let last = of_place
            .next_back()
            .and_then(|entry| entry.contract.as_mut());
        match last {
            Some(counted) if counted.newest < count => {
                counted.newest = count;
                true
            }
            _ => false,
        }
    }
}

impl Disclosure {
    fn is_for(&self, demand: &Demand<'_>) -> bool {
        self.network == *demand.network
            && self.action == *demand.action
            && self.epoch == demand.epoch
    }

    fn is_place(&self, demand: &Demand<'_>, contract: &Account, slot: Slot) -> bool {
        let in_contract = self.contract.as_ref().map(|counted| &counted.contract);
        self.is_for(demand) && self.slot == slot && in_contract == Some(contract)
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
