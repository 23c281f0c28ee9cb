//! What only the owner decides. The device asks; an answer is never assumed.

use humanseal_wallet_link::{Account, ContractRequest, Demand, EarlierTerms};
use humanseal_zk_credentials::exchange::SessionKind;

/// A question to the wallet's owner.
#[derive(Clone, Copy, Debug)]
pub enum Question<'a> {
    /// Whether they agree to the issuer's consent text.
    Consent {
        /// What the session is for.
        kind: SessionKind,
        /// The issuer's origin.
        issuer: &'a str,
        /// The text.
        text: &'a str,
    },
    /// Whether this account is theirs and may be shown to this network.
    Account {
        /// The account.
        account: &'a Account,
        /// What is asked for.
        demand: Demand<'a>,
    },
    /// Whether they accept that the network asks for other things than within the last 30 days.
    /// A chain of demands can reveal a birthdate or a nationality.
    ChangedTerms {
        /// What it asked for before.
        earlier: &'a [EarlierTerms],
        /// What is asked for now.
        demand: Demand<'a>,
    },
    /// Whether a place of theirs in a contract may have one more account: everybody will see for ever
    /// that the accounts belong to one human.
    JoinsInPublic {
        /// The accounts that this wallet showed for the place before.
        earlier: &'a [Account],
        /// The one that joins them.
        account: &'a Account,
        /// What is asked for.
        request: &'a ContractRequest,
    },
    /// Whether they know of proofs of this place that this wallet does not: made by a copy of it, or
    /// ended by the account itself. If not, somebody collects a proof for later.
    MoreProofs {
        /// How many this wallet knows of.
        known: u32,
        /// What is asked for, and how many are said to be accepted.
        request: &'a ContractRequest,
    },
}

/// The wallet's owner.
pub trait Owner {
    /// Whether the owner says yes.
    fn agrees(&self, question: Question<'_>) -> bool;
}
