//! What only the owner decides. The device asks; an answer is never assumed.

use humanseal_wallet_link::{Account, EarlierTerms, Request};
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
        request: &'a Request,
    },
    /// Whether they accept that the network asks for other things than within the last 30 days.
    /// A chain of demands can reveal a birthdate or a nationality.
    ChangedTerms {
        /// What it asked for before.
        earlier: &'a [EarlierTerms],
        /// What is asked for now.
        request: &'a Request,
    },
}

/// The wallet's owner.
pub trait Owner {
    /// Whether the owner says yes.
    fn agrees(&self, question: Question<'_>) -> bool;
}
