//! What only the wallet's owner decides, asked in the app.

use std::ffi::{CString, c_char, c_void};
use std::ptr;
use std::sync::Arc;

use super::boundary::{Context, callback, kept, lent, there};
use super::demand::Demand;
use crate::error::{HumansealError, ProviderError};
use crate::owner;

/// What a question is about.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionKind {
    /// No question: it is NULL.
    None = 0,
    /// Whether they agree to the issuer's consent text: `issuer`, `text`, `session`.
    Consent = 1,
    /// Whether this account is theirs and may be shown to this network: `account`, `demand`.
    Account = 2,
    /// Whether they accept that the network asks for other things than within the last 30 days: `earlier` with
    /// `earlier_at` and `earlier_demand`, `demand`. A chain of demands can reveal a birthdate or a nationality.
    ChangedTerms = 3,
    /// Whether a place of theirs in a contract may have one more account: `earlier` with `earlier_account`, `account`,
    /// `demand`. Everybody will see for ever that the accounts belong to one human.
    JoinsInPublic = 4,
    /// Whether they know of proofs of this place that this wallet does not: `known`, `said`, `demand`. They were made by
    /// a copy of it, or ended by the account itself. If not, somebody collects a proof for later.
    MoreProofs = 5,
}

/// What a session is for.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionKind {
    /// There is no session in the question.
    None = 0,
    /// A first credential.
    Issue = 1,
    /// A newer one.
    Refresh = 2,
    /// One with a new document.
    Renew = 3,
    /// A lost secret.
    Recover = 4,
}

/// A question to the wallet's owner. It is there while the callback runs, and everything in it.
pub struct Question {
    kind: QuestionKind,
    session: SessionKind,
    issuer: Option<CString>,
    text: Option<CString>,
    account: Option<CString>,
    demand: Option<Demand>,
    earlier: Vec<Earlier>,
    known: u32,
    said: u32,
}

/// What was answered or shown before: terms, or an account.
#[derive(Default)]
struct Earlier {
    at: Option<CString>,
    demand: Option<Demand>,
    account: Option<CString>,
}

impl From<owner::Question> for Question {
    fn from(question: owner::Question) -> Self {
        use owner::Question as Asked;
        let nothing = Self {
            kind: QuestionKind::None,
            session: SessionKind::None,
            issuer: None,
            text: None,
            account: None,
            demand: None,
            earlier: Vec::new(),
            known: 0,
            said: 0,
        };
        let account = |account: &owner::ShownAccount| Some(kept(&account.caip10()));
        let demanded = |demand: &Arc<owner::Demand>| Some(Demand::from(demand.as_ref()));
        match question {
            Asked::Consent { kind, issuer, text } => Self {
                kind: QuestionKind::Consent,
                session: match kind {
                    owner::Kind::Issue => SessionKind::Issue,
                    owner::Kind::Refresh => SessionKind::Refresh,
                    owner::Kind::Renew => SessionKind::Renew,
                    owner::Kind::Recover => SessionKind::Recover,
                },
                issuer: Some(kept(&issuer)),
                text: Some(kept(&text)),
                ..nothing
            },
            Asked::Account {
                account: of,
                demand,
            } => Self {
                kind: QuestionKind::Account,
                account: account(&of),
                demand: demanded(&demand),
                ..nothing
            },
            Asked::ChangedTerms { earlier, demand } => {
                let earlier = earlier.iter().map(|terms| Earlier {
                    at: Some(kept(&terms.at())),
                    demand: demanded(&terms.demand(&demand)),
                    account: None,
                });
                Self {
                    kind: QuestionKind::ChangedTerms,
                    earlier: earlier.collect(),
                    demand: demanded(&demand),
                    ..nothing
                }
            }
            Asked::JoinsInPublic {
                earlier,
                account: of,
                demand,
            } => {
                let earlier = earlier.iter().map(|shown| Earlier {
                    account: account(shown),
                    ..Earlier::default()
                });
                Self {
                    kind: QuestionKind::JoinsInPublic,
                    earlier: earlier.collect(),
                    account: account(&of),
                    demand: demanded(&demand),
                    ..nothing
                }
            }
            Asked::MoreProofs {
                known,
                said,
                demand,
            } => Self {
                kind: QuestionKind::MoreProofs,
                known,
                said,
                demand: demanded(&demand),
                ..nothing
            },
        }
    }
}

/// The wallet's owner, before the app.
#[repr(C)]
pub struct Owner {
    /// Given back to the function.
    pub context: *mut c_void,
    /// Asks the owner and waits: 1 is a yes, anything else a no.
    pub agrees: Option<unsafe extern "C" fn(context: *mut c_void, question: &Question) -> i32>,
}

struct Asking {
    context: Context,
    agrees: unsafe extern "C" fn(*mut c_void, &Question) -> i32,
}

impl owner::Owner for Asking {
    fn agrees(&self, question: owner::Question) -> Result<bool, ProviderError> {
        let question = Question::from(question);
        // SAFETY: the app's function of this type, called as the module says; the question is there while it runs.
        Ok(unsafe { (self.agrees)(self.context.0, &question) } == 1)
    }
}

pub(super) fn asking(owner: Option<&Owner>) -> Result<Arc<dyn owner::Owner>, HumansealError> {
    let owner = there(owner)?;
    Ok(Arc::new(Asking {
        context: Context(owner.context),
        agrees: callback(owner.agrees)?,
    }))
}

/// What it is about.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_question_kind(question: Option<&Question>) -> QuestionKind {
    question.map_or(QuestionKind::None, |question| question.kind)
}

/// What the session is for, in a question about consent.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_question_session(question: Option<&Question>) -> SessionKind {
    question.map_or(SessionKind::None, |question| question.session)
}

/// The issuer's origin. NULL where the question has none, as everything that follows.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_question_issuer(question: Option<&Question>) -> *const c_char {
    lent(question.and_then(|question| question.issuer.as_ref()))
}

/// The consent text.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_question_text(question: Option<&Question>) -> *const c_char {
    lent(question.and_then(|question| question.text.as_ref()))
}

/// The account, CAIP-10.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_question_account(question: Option<&Question>) -> *const c_char {
    lent(question.and_then(|question| question.account.as_ref()))
}

/// What is asked for.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_question_demand(question: Option<&Question>) -> *const Demand {
    let demand = question.and_then(|question| question.demand.as_ref());
    demand.map_or(ptr::null(), ptr::from_ref)
}

/// How many earlier terms or accounts there are.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_question_earlier(question: Option<&Question>) -> usize {
    question.map_or(0, |question| question.earlier.len())
}

fn earlier(question: Option<&Question>, at: usize) -> Option<&Earlier> {
    question?.earlier.get(at)
}

/// When the earlier terms were last answered, RFC 3339.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_question_earlier_at(
    question: Option<&Question>,
    at: usize,
) -> *const c_char {
    lent(earlier(question, at).and_then(|earlier| earlier.at.as_ref()))
}

/// What the earlier terms were.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_question_earlier_demand(
    question: Option<&Question>,
    at: usize,
) -> *const Demand {
    let demand = earlier(question, at).and_then(|earlier| earlier.demand.as_ref());
    demand.map_or(ptr::null(), ptr::from_ref)
}

/// An account that this wallet showed for the place before, CAIP-10.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_question_earlier_account(
    question: Option<&Question>,
    at: usize,
) -> *const c_char {
    lent(earlier(question, at).and_then(|earlier| earlier.account.as_ref()))
}

/// How many proofs this wallet knows of.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_question_known(question: Option<&Question>) -> u32 {
    question.map_or(0, |question| question.known)
}

/// How many proofs are said to be accepted.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_question_said(question: Option<&Question>) -> u32 {
    question.map_or(0, |question| question.said)
}
