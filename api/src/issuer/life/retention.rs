//! When a line is deleted.

use humanseal_zk_credentials::calendar::Day;

use super::line::Line;
use super::recovery::{COLLECT_DAYS, Recovery, RecoveryState};

/// A verifier takes proofs of today and of yesterday (section 10), so the last registration may
/// begin a day after the credential's last one.
const LAST_PROOF_DAYS: u32 = 1;

/// Whether a line and its tags are to go: the last of its documents expired, and since then the
/// longest registration of any network ended, so nobody's place rests on it. Blocked tags stay as
/// long. A live credential or an open recovery keeps the line whatever the days say; one that took
/// effect is open for the days of collection, and as many in which roots may be late.
pub fn is_over(line: &Line, today: Day, longest_registration_days: u16) -> bool {
    let last = line.documents.iter().map(|document| document.expires_on);
    let held = line.held.iter().map(|held| held.standing.expires_on);
    let is_open = |recovery: &Recovery| match recovery.state {
        RecoveryState::Announced => true,
        RecoveryState::Effective => {
            let until = u32::from(recovery.effective_on.0) + 2 * u32::from(COLLECT_DAYS);
            u32::from(today.0) <= until
        }
        RecoveryState::Released | RecoveryState::Cancelled => false,
    };
    let rests_on_it = line.is_live(today) || line.recoveries.iter().any(is_open);
    last.chain(held).max().is_some_and(|last| {
        u32::from(last.0) + LAST_PROOF_DAYS + u32::from(longest_registration_days)
            < u32::from(today.0)
    }) && !rests_on_it
}
