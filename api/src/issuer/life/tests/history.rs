//! Random histories: what people do with documents, secrets and sessions, in which order and when.

use humanseal_zk_credentials::exchange::SessionKind;
use proptest::prelude::*;

/// 2026-06-01.
pub const BEGIN: i64 = 1_780_272_000;
/// Days of the issuer's term.
pub const TERM_DAYS: u16 = 365;

/// Who documents belong to, and which state numbers its people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum People {
    /// One human without numbers; five documents of one name.
    Unnumbered,
    /// One human with one lifelong number in some of the documents.
    Numbered,
    /// Two humans of one name and birthdate, without numbers.
    Namesakes,
    /// Two humans of one name and birthdate, each with a number.
    NumberedNamesakes,
}

pub const PEOPLE: [People; 4] = [
    People::Unnumbered,
    People::Numbered,
    People::Namesakes,
    People::NumberedNamesakes,
];
/// Documents of a history.
pub const DOCUMENTS: u8 = 6;
/// Secrets of a history.
pub const SECRETS: u8 = 5;

impl People {
    /// Whether two documents can be of one place: the network must never give them two.
    pub fn one_place(self, one: u8, other: u8) -> bool {
        match self {
            Self::NumberedNamesakes => one % 2 == other % 2,
            // Namesakes without numbers cannot be told from one human with two documents.
            _ => true,
        }
    }

    /// The number in a document, if it has one.
    pub fn number(self, document: u8) -> Option<u8> {
        match self {
            Self::Unnumbered | Self::Namesakes => None,
            Self::Numbered => (document % 3 != 2).then_some(0),
            Self::NumberedNamesakes => Some(document % 2),
        }
    }
}

/// One thing that happens.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// Time passes.
    Wait { hours: u32 },
    /// A session with a document, a secret, and the levels that it reaches. With `aim` both are
    /// what the kind needs for that line, where there is such.
    Session {
        kind: SessionKind,
        aim: Option<usize>,
        document: u8,
        secret: u8,
        document_level: u8,
        device_level: u8,
        portrait_known: bool,
    },
    /// A refresh that shows a credential: the n-th from the newest that was handed out.
    RefreshWithout { credential: usize, device_level: u8 },
    /// The document of a recovery is read again; with `aim` the one of that line's.
    Collect {
        aim: Option<usize>,
        document: u8,
        secret: u8,
    },
    /// The recovering device gives up.
    Withdraw { line: usize },
    /// A credential is erased by its owner.
    Erase { credential: usize },
    /// The issuer begins to use another pepper.
    NewPepper,
    /// The issuer signs no roots for a while.
    Silence { hours: u32 },
}

/// A whole history.
#[derive(Debug, Clone)]
pub struct History {
    pub people: People,
    pub steps: Vec<Step>,
}

fn waiting() -> impl Strategy<Value = u32> {
    // Hours, delays, terms: what the rules' numbers are made of, and what lies beside them.
    prop_oneof![
        4 => 0u32..30,
        5 => (1u32..12).prop_map(|days| days * 24),
        2 => (28u32..45).prop_map(|days| days * 24 + 5),
        1 => (85u32..95).prop_map(|days| days * 24),
        1 => (355u32..375).prop_map(|days| days * 24),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let kind = prop_oneof![
        3 => Just(SessionKind::Issue),
        2 => Just(SessionKind::Refresh),
        3 => Just(SessionKind::Renew),
        4 => Just(SessionKind::Recover),
    ];
    // Mostly at the levels at which nothing is refused.
    let level = || prop_oneof![6 => Just(3u8), 1 => Just(2u8), 1 => Just(1u8)];
    let aim = || prop::option::weighted(0.7, 0usize..3);
    let session = (
        kind,
        aim(),
        0..DOCUMENTS,
        0..SECRETS,
        level(),
        level(),
        prop::bool::weighted(0.95),
    );
    prop_oneof![
        8 => session.prop_map(
            |(kind, aim, document, secret, document_level, device_level, portrait_known)| Step::Session {
                kind,
                aim,
                document,
                secret,
                document_level,
                device_level,
                portrait_known,
            }
        ),
        8 => waiting().prop_map(|hours| Step::Wait { hours }),
        2 => (0usize..4, level()).prop_map(|(credential, device_level)| Step::RefreshWithout {
            credential,
            device_level
        }),
        6 => (aim(), 0..DOCUMENTS, 0..SECRETS)
            .prop_map(|(aim, document, secret)| Step::Collect { aim, document, secret }),
        1 => (0usize..3).prop_map(|line| Step::Withdraw { line }),
        2 => (0usize..4).prop_map(|credential| Step::Erase { credential }),
        1 => Just(Step::NewPepper),
        1 => (1u32..100).prop_map(|hours| Step::Silence { hours }),
    ]
}

/// A second line takes the place while the first is dead, dies in its turn, and the first comes back:
/// too many steps in one order for chance alone.
fn turn() -> impl Strategy<Value = Vec<Step>> {
    let session = |kind, aim, document, secret| Step::Session {
        kind,
        aim,
        document,
        secret,
        document_level: 3,
        device_level: 3,
        portrait_known: true,
    };
    let back = prop_oneof![
        Just(SessionKind::Refresh),
        Just(SessionKind::Renew),
        Just(SessionKind::Recover),
    ];
    let wait = || (1u32..75).prop_map(|days| Step::Wait { hours: 24 * days });
    let numbers = (0..DOCUMENTS, 0..SECRETS, 0..DOCUMENTS, 0..SECRETS);
    (numbers, any::<bool>(), back, wait(), wait(), 0usize..2).prop_map(
        move |((document, secret, other, another), new_pepper, back, before, after, aim)| {
            let mut steps = vec![session(SessionKind::Issue, None, document, secret)];
            if back == SessionKind::Recover {
                // The first line is dead from the effect of its recovery to the collection.
                steps.push(session(back, Some(aim), document, another));
                steps.push(Step::Wait { hours: 24 * 7 });
            } else {
                steps.push(Step::Erase { credential: 0 });
            }
            steps.extend(new_pepper.then_some(Step::NewPepper));
            let free = (another + 1) % SECRETS;
            steps.push(session(SessionKind::Issue, None, other, free));
            steps.push(before);
            steps.push(Step::Erase { credential: 0 });
            steps.push(match back {
                SessionKind::Recover => Step::Collect {
                    aim: Some(aim),
                    document,
                    secret: another,
                },
                kind => session(kind, Some(aim), document, secret),
            });
            steps.push(after);
            steps
        },
    )
}

/// Histories of about so many steps.
pub fn histories(steps: usize) -> impl Strategy<Value = History> {
    let some = prop_oneof![
        12 => step().prop_map(|step| vec![step]),
        1 => turn(),
    ];
    (
        prop::sample::select(PEOPLE.to_vec()),
        prop::collection::vec(some, 1..steps),
    )
        .prop_map(|(people, steps)| History {
            people,
            steps: steps.concat(),
        })
}
