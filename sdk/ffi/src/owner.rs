//! What only the wallet's owner decides, asked in the app.

use std::sync::Arc;

use humanseal_sdk as sdk;
use humanseal_wallet_link::{Account, Demand as Asked, EarlierTerms};
use humanseal_zk_credentials::exchange::{SessionKind, Timestamp};
use humanseal_zk_credentials::nationality::Nationality;
use humanseal_zk_credentials::policy::{Excluded, Policy};

use crate::error::ProviderError;

/// What a network asks to be shown, or was shown. An object and no record, because it prints nothing: who
/// reads two of them in a log may join two accounts of one human.
#[derive(uniffi::Object)]
pub struct Demand {
    pub(crate) network: String,
    pub(crate) asker: Option<String>,
    pub(crate) action: String,
    pub(crate) epoch: u64,
    pub(crate) policy: Policy,
    pub(crate) excluded: Excluded,
    pub(crate) statement: Option<String>,
}

#[uniffi::export]
impl Demand {
    /// The network, a DNS name.
    pub fn network(&self) -> String {
        self.network.clone()
    }

    /// Who asks: a verifier's origin, or a contract as a CAIP-10 account. None in the ledger.
    pub fn asker(&self) -> Option<String> {
        self.asker.clone()
    }

    /// What for.
    pub fn action(&self) -> String {
        self.action.clone()
    }

    /// The epoch, 0 for ever.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The verifier's line for the owner.
    pub fn statement(&self) -> Option<String> {
        self.statement.clone()
    }

    /// Least age in years; 0 no demand.
    pub fn min_age(&self) -> u8 {
        self.policy.min_age
    }

    /// Least document level; 0 no demand.
    pub fn min_document(&self) -> u8 {
        self.policy.min_document
    }

    /// Least device level; 0 no demand.
    pub fn min_device(&self) -> u8 {
        self.policy.min_device
    }

    /// Least level of uniqueness; 0 no demand.
    pub fn min_unique(&self) -> u8 {
        self.policy.min_unique
    }

    /// Places of one person.
    pub fn max_slots(&self) -> u8 {
        self.policy.max_slots
    }

    /// The last live match is at most so many days old; 65535 no demand.
    pub fn max_verified_days(&self) -> u16 {
        self.policy.max_verified_days
    }

    /// The credential's line was established at least so many days ago; 0 no demand.
    pub fn min_established_days(&self) -> u16 {
        self.policy.min_established_days
    }

    /// The nationalities that are refused, by their indices (docs/protocol.md section 5).
    pub fn excluded(&self) -> Vec<u8> {
        let excluded = |index: &u8| {
            Nationality::new(*index).is_ok_and(|nationality| self.excluded.contains(nationality))
        };
        (0..=u8::MAX).filter(excluded).collect()
    }
}

impl From<&Asked<'_>> for Demand {
    fn from(asked: &Asked<'_>) -> Self {
        Self {
            network: asked.network.to_string(),
            asker: Some(asked.asker.to_string()),
            action: asked.action.to_string(),
            epoch: asked.epoch,
            policy: asked.policy,
            excluded: asked.excluded.clone(),
            statement: asked.statement.map(str::to_owned),
        }
    }
}

/// What a network asked for before.
#[derive(uniffi::Object)]
pub struct Terms {
    at: Timestamp,
    policy: Policy,
    excluded: Excluded,
}

#[uniffi::export]
impl Terms {
    /// When it was last answered, RFC 3339.
    pub fn at(&self) -> String {
        self.at.to_string()
    }

    /// What it was; names and action are those of the demand beside it.
    pub fn demand(&self, beside: &Demand) -> Arc<Demand> {
        Arc::new(Demand {
            network: beside.network.clone(),
            asker: None,
            action: beside.action.clone(),
            epoch: beside.epoch,
            policy: self.policy,
            excluded: self.excluded.clone(),
            statement: None,
        })
    }
}

impl From<&EarlierTerms> for Terms {
    fn from(terms: &EarlierTerms) -> Self {
        Self {
            at: terms.at,
            policy: terms.policy,
            excluded: terms.excluded.clone(),
        }
    }
}

/// An account in a question, CAIP-10. It prints nothing.
#[derive(uniffi::Object)]
pub struct ShownAccount(Account);

#[uniffi::export]
impl ShownAccount {
    /// The account in CAIP-10, to be shown to the owner.
    pub fn caip10(&self) -> String {
        self.0.to_string()
    }
}

fn shown(account: &Account) -> Arc<ShownAccount> {
    Arc::new(ShownAccount(account.clone()))
}

/// What a session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Kind {
    /// A first credential.
    Issue,
    /// A newer one.
    Refresh,
    /// One with a new document.
    Renew,
    /// A lost secret.
    Recover,
}

/// A question to the wallet's owner.
#[derive(uniffi::Enum)]
pub enum Question {
    /// Whether they agree to the issuer's consent text.
    Consent {
        /// What the session is for.
        kind: Kind,
        /// The issuer's origin.
        issuer: String,
        /// The text.
        text: String,
    },
    /// Whether this account is theirs and may be shown to this network.
    Account {
        /// The account.
        account: Arc<ShownAccount>,
        /// What is asked for.
        demand: Arc<Demand>,
    },
    /// Whether they accept that the network asks for other things than within the last 30 days. A chain of
    /// demands can reveal a birthdate or a nationality.
    ChangedTerms {
        /// What it asked for before.
        earlier: Vec<Arc<Terms>>,
        /// What is asked for now.
        demand: Arc<Demand>,
    },
    /// Whether a place of theirs in a contract may have one more account: everybody will see for ever that the
    /// accounts belong to one human.
    JoinsInPublic {
        /// The accounts that this wallet showed for the place before.
        earlier: Vec<Arc<ShownAccount>>,
        /// The one that joins them.
        account: Arc<ShownAccount>,
        /// What is asked for.
        demand: Arc<Demand>,
    },
    /// Whether they know of proofs of this place that this wallet does not: made by a copy of it, or ended by
    /// the account itself. If not, somebody collects a proof for later.
    MoreProofs {
        /// How many this wallet knows of.
        known: u32,
        /// How many are said to be accepted.
        said: u32,
        /// What is asked for.
        demand: Arc<Demand>,
    },
}

impl From<sdk::Question<'_>> for Question {
    fn from(question: sdk::Question<'_>) -> Self {
        match question {
            sdk::Question::Consent { kind, issuer, text } => Self::Consent {
                kind: match kind {
                    SessionKind::Issue => Kind::Issue,
                    SessionKind::Refresh => Kind::Refresh,
                    SessionKind::Renew => Kind::Renew,
                    SessionKind::Recover => Kind::Recover,
                },
                issuer: issuer.to_owned(),
                text: text.to_owned(),
            },
            sdk::Question::Account { account, demand } => Self::Account {
                account: shown(account),
                demand: Arc::new((&demand).into()),
            },
            sdk::Question::ChangedTerms { earlier, demand } => Self::ChangedTerms {
                earlier: earlier.iter().map(|terms| Arc::new(terms.into())).collect(),
                demand: Arc::new((&demand).into()),
            },
            sdk::Question::JoinsInPublic {
                earlier,
                account,
                request,
            } => Self::JoinsInPublic {
                earlier: earlier.iter().map(shown).collect(),
                account: shown(account),
                demand: Arc::new((&Asked::from(request)).into()),
            },
            sdk::Question::MoreProofs { known, request } => Self::MoreProofs {
                known,
                said: request.count,
                demand: Arc::new((&Asked::from(request)).into()),
            },
        }
    }
}

/// The wallet's owner, before the app. Asked on a thread of the library, which waits for the answer.
#[uniffi::export(with_foreign)]
pub trait Owner: Send + Sync {
    /// Whether the owner says yes. What is thrown is a no.
    fn agrees(&self, question: Question) -> Result<bool, ProviderError>;
}

/// The owner as the SDK asks them.
pub(crate) struct Asking(pub(crate) Arc<dyn Owner>);

impl sdk::Owner for Asking {
    fn agrees(&self, question: sdk::Question<'_>) -> bool {
        self.0.agrees(question.into()).unwrap_or(false)
    }
}
