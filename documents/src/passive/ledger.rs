//! Keeps account of which check ran and how it ended.

use super::PassiveAuthError;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// What it needs was not there, because an earlier check failed.
    NotRun,
    /// It concerns a file that the document does not have.
    Absent,
}

impl Verdict {
    /// `passed`, `failed`, `not_run` or `absent`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotRun => "not_run",
            Self::Absent => "absent",
        }
    }
}

/// The account. One that stops gives the first refusal as an error; one that goes on only notes it.
pub(super) struct Ledger {
    stops: bool,
    entries: Vec<(PassiveAuthError, Verdict)>,
}

impl Ledger {
    pub(super) fn stopping() -> Self {
        Self {
            stops: true,
            entries: Vec::with_capacity(PassiveAuthError::ALL.len()),
        }
    }

    pub(super) fn going_on() -> Self {
        Self {
            stops: false,
            entries: Vec::with_capacity(PassiveAuthError::ALL.len()),
        }
    }

    /// Notes whether a check holds; none means that it could not run.
    pub(super) fn holds(
        &mut self,
        check: PassiveAuthError,
        holds: Option<bool>,
    ) -> Result<(), PassiveAuthError> {
        self.note(
            check,
            match holds {
                Some(true) => Verdict::Passed,
                Some(false) => Verdict::Failed,
                None => Verdict::NotRun,
            },
        )
    }

    /// As [`Self::holds`], for a file that need not be there.
    pub(super) fn holds_if_given(
        &mut self,
        check: PassiveAuthError,
        holds: Option<bool>,
    ) -> Result<(), PassiveAuthError> {
        match holds {
            None => self.note(check, Verdict::Absent),
            given => self.holds(check, given),
        }
    }

    /// Notes whether a check found what it looks for, and hands it on; an outer none means that it
    /// could not run.
    pub(super) fn finds<T>(
        &mut self,
        check: PassiveAuthError,
        found: Option<Option<T>>,
    ) -> Result<Option<T>, PassiveAuthError> {
        self.holds(check, found.as_ref().map(Option::is_some))?;
        Ok(found.flatten())
    }

    fn note(&mut self, check: PassiveAuthError, verdict: Verdict) -> Result<(), PassiveAuthError> {
        self.entries.push((check, verdict));
        match verdict {
            Verdict::Failed if self.stops => Err(check),
            Verdict::NotRun if self.stops => Err(PassiveAuthError::NotRun),
            _ => Ok(()),
        }
    }

    /// Refuses unless every check of the list stands here once and none failed or did not run.
    pub(super) fn is_complete(&self) -> Result<(), PassiveAuthError> {
        let in_order = self.entries.iter().map(|(check, _)| *check);
        if !in_order.eq(PassiveAuthError::ALL) {
            return Err(PassiveAuthError::NotRun);
        }
        let open = |verdict: &Verdict| matches!(verdict, Verdict::Failed | Verdict::NotRun);
        match self.entries.iter().find(|(_, verdict)| open(verdict)) {
            Some((check, _)) => Err(*check),
            None => Ok(()),
        }
    }

    pub(super) fn into_entries(self) -> Vec<(PassiveAuthError, Verdict)> {
        self.entries
    }
}
