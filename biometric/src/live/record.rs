//! The records of the four gates that only a session can run.

use crate::gate::{GateName, GateRecord, Reason};

/// What a session found.
#[derive(Default)]
pub(crate) struct Verdicts {
    /// What ended it.
    pub(crate) failed: Option<(GateName, Reason)>,
    /// Every step was done, and the frontal frames after the last were taken.
    pub(crate) finished: bool,
    /// A movement was a head's.
    pub(crate) head: bool,
    /// A movement could not be followed.
    pub(crate) unclear: bool,
}

impl Verdicts {
    /// Why the session ended without success.
    pub(crate) fn against(&self) -> Option<Reason> {
        let unclear = self.unclear.then_some(Reason::TooLittleTexture);
        self.failed.map(|(_, reason)| reason).or(unclear)
    }

    /// Active liveness, depth, freshness and continuity. A gate that did not see the whole session did not run.
    pub(crate) fn records(&self) -> [GateRecord; 4] {
        GateName::ACTIVE.map(|name| match self.failed {
            Some((gate, reason)) if gate == name => GateRecord::failed(name, reason),
            _ if name == GateName::Depth && self.unclear => {
                GateRecord::not_run(name, Reason::TooLittleTexture)
            }
            _ if self.failed.is_some() || !self.finished => {
                GateRecord::not_run(name, Reason::Unfinished)
            }
            _ if name == GateName::Depth && !self.head => {
                GateRecord::not_run(name, Reason::NoMovement)
            }
            _ => GateRecord::passed(name),
        })
    }
}
