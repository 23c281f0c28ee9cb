//! The log of an issuer key's signed roots as its readers follow it (docs/protocol.md section 6).
//!
//! Every root names the hash of the one before. Whoever remembers one root and is shown a later one
//! asks for those between: then the issuer cannot have taken a root back, nor have shown this
//! reader another log than the others, without being found out.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::exchange::Timestamp;
use crate::status_root::{SignedStatusRoot, StatusRootError, hexadecimal};

/// Seconds of one page, about three days: what a reader's question tells of when it last asked.
const PAGE_SECONDS: i64 = 1 << 18;

/// A page of the log: the roots that were issued in one span of 262,144 seconds. Page 0 begins
/// with 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogPage(pub u32);

impl LogPage {
    /// The page that a time belongs to.
    pub fn of(time: Timestamp) -> Self {
        Self(u32::try_from(time.unix_seconds() / PAGE_SECONDS).unwrap_or(0))
    }

    /// The Unix seconds of its roots.
    pub fn seconds(self) -> Range<i64> {
        let start = i64::from(self.0) * PAGE_SECONDS;
        start..start + PAGE_SECONDS
    }

    /// This page and all up to another.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> {
        (self.0..=last.0).map(Self)
    }
}

/// The newest root of a log that a reader knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogHead {
    issued_at: Timestamp,
    #[serde(with = "hexadecimal")]
    hash: [u8; 32],
}

impl LogHead {
    /// The log up to this root.
    pub fn of(root: &SignedStatusRoot) -> Self {
        Self {
            issued_at: root.issued_at(),
            hash: root.hash(),
        }
    }

    /// When the newest root was issued.
    pub fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// Checks that `newest` stands behind this head or is it: `log`, in order, leads from one to
    /// the other. What it has before and after is not looked at. Signatures are not checked: the
    /// hash that `newest` names vouches for all before.
    ///
    /// # Errors
    /// [`StatusRootError::Chain`]: a root is missing, or this is another log.
    pub fn leads_to(
        &self,
        newest: &SignedStatusRoot,
        log: &[SignedStatusRoot],
    ) -> Result<(), StatusRootError> {
        let mut head = *self;
        let between = log.iter().filter(|root| {
            root.issued_at() > self.issued_at && root.issued_at() <= newest.issued_at()
        });
        for root in between {
            if root.previous() != Some(head.hash) || root.issued_at() <= head.issued_at {
                return Err(StatusRootError::Chain);
            }
            head = Self::of(root);
        }
        if head == Self::of(newest) {
            Ok(())
        } else {
            Err(StatusRootError::Chain)
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::eddsa::IssuerId;
    use crate::field::FieldElement;
    use crate::status_list::StatusRoot;
    use crate::status_root::StatusRootStatement;

    /// A root of this number, signed that many seconds after 1970.
    fn root(number: u64, seconds: i64, before: Option<&SignedStatusRoot>) -> SignedStatusRoot {
        let statement = StatusRootStatement {
            issuer: IssuerId(FieldElement::from(7)),
            root: StatusRoot(FieldElement::from(number)),
            issued_at: Timestamp::from_unix_seconds(seconds).unwrap(),
            previous: before.map(SignedStatusRoot::hash),
        };
        let key = ed25519_dalek::SigningKey::from_bytes(&[5; 32]);
        let chain_key = k256::ecdsa::SigningKey::from_slice(&[6; 32]).unwrap();
        SignedStatusRoot::sign(statement, &key, &chain_key)
    }

    #[test]
    fn pages_meet_without_a_gap() {
        let at = |seconds| LogPage::of(Timestamp::from_unix_seconds(seconds).unwrap());
        for seconds in [0, PAGE_SECONDS - 1, PAGE_SECONDS, 1_900_000_000] {
            assert!(at(seconds).seconds().contains(&seconds));
        }
        assert_eq!(LogPage(0).seconds().end, LogPage(1).seconds().start);
        assert_eq!(at(PAGE_SECONDS - 1).through(at(PAGE_SECONDS)).count(), 2);
        assert_eq!(LogPage(2).through(LogPage(1)).count(), 0);
    }

    #[test]
    fn a_log_leads_from_what_is_known_to_what_is_shown() {
        let mut log = vec![root(0, 10, None)];
        for number in 1..6 {
            let next = root(number, 10 + number as i64, log.last());
            log.push(next);
        }
        let head = LogHead::of(&log[1]);
        // The whole log, only what is between, none where nothing is new.
        assert_eq!(head.leads_to(&log[4], &log), Ok(()));
        assert_eq!(head.leads_to(&log[4], &log[2..5]), Ok(()));
        assert_eq!(head.leads_to(&log[1], &[]), Ok(()));

        let broken = Err(StatusRootError::Chain);
        let fork = root(9, 12, Some(&log[0]));
        let behind_fork = root(10, 13, Some(&fork));
        let same_time = root(9, 11, Some(&log[0]));
        let mut swapped = log.clone();
        swapped.swap(2, 3);
        for (newest, log) in [
            // Not told what is between, one missing, the last missing, out of order.
            (&log[4], &log[..1]),
            (&log[4], &[log[2].clone(), log[4].clone()]),
            (&log[4], &log[2..4]),
            (&log[4], &swapped),
            // Another root in place of the known one; one beside it; one before it.
            (&behind_fork, &[fork.clone(), behind_fork.clone()]),
            (&same_time, std::slice::from_ref(&same_time)),
            (&log[0], &log[..]),
        ] {
            assert_eq!(head.leads_to(newest, log), broken);
        }
    }

    #[test]
    fn a_head_can_be_kept() {
        let head = LogHead::of(&root(1, 10, None));
        let json = serde_json::to_string(&head).unwrap();
        assert_eq!(serde_json::from_str::<LogHead>(&json).unwrap(), head);
    }
}
