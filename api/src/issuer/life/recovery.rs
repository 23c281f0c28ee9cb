//! A recovery: a line gets another holder key, after a delay in which its holder can object.

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::{DeviceLevel, DocumentLevel};
use humanseal_zk_credentials::holder::HolderKey;
use humanseal_zk_credentials::template::{ModelId, TemplateCommitment};

use super::decide::Presented;
use super::line::{KnownTag, Line, Standing};
use super::lines::Lines;
use super::refusal::Refusal;
use super::unique;
use crate::issuer::tags::Tags;

/// Days from announcement to effect where the chip proved that it is no copy (section 9).
pub const DELAY_DAYS: u16 = 7;
/// The same below document 3.
pub const LONG_DELAY_DAYS: u16 = 30;
/// A line is recovered once in this many days, counted from the announcement.
pub const RECOVERY_PERIOD_DAYS: u16 = 90;
/// The credential is handed out for this many days, from the first signed root that shows the old
/// bits.
pub const COLLECT_DAYS: u16 = 30;

/// Where a recovery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecoveryState {
    /// The newest credential is contested and still valid.
    Announced,
    /// Its day has come: the old bits are set. The credential is not handed out yet.
    Effective,
    /// The credential was handed out.
    Released,
    /// The holder objected, or it was withdrawn.
    Cancelled,
}

/// A recovery as its line keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// Where it stands.
    pub state: RecoveryState,
    /// The day of its evidence.
    pub announced_on: Day,
    /// The day on which the old bits are set.
    pub effective_on: Day,
    /// The other `H`.
    pub holder_key: HolderKey,
    /// `T_portrait` of its evidence.
    pub template: TemplateCommitment,
    /// The embedding model.
    pub model: ModelId,
    /// The document level reached.
    pub document: DocumentLevel,
    /// The device level reached.
    pub device: DeviceLevel,
    /// The tag of the document that was read, to be read again.
    pub document_tag: KnownTag,
}

impl Recovery {
    /// What a session announces that read a document of these tags, the newest pepper's first;
    /// nothing where there are none.
    pub fn announced(
        session: &Presented<'_>,
        tags: &[Tags],
        today: Day,
        effective_on: Day,
    ) -> Option<Self> {
        Some(Self {
            state: RecoveryState::Announced,
            announced_on: today,
            effective_on,
            holder_key: session.holder_key,
            template: session.template,
            model: session.model,
            document: session.document,
            device: session.device,
            document_tag: KnownTag::document(tags.first()?),
        })
    }

    /// Whether its holder key is to become the line's.
    pub fn is_open(&self) -> bool {
        matches!(
            self.state,
            RecoveryState::Announced | RecoveryState::Effective
        )
    }

    /// Whether its day has come and its effect has not.
    pub fn is_due(&self, today: Day) -> bool {
        self.state == RecoveryState::Announced && self.effective_on <= today
    }

    /// The first day on which the line can be recovered again.
    pub fn next_on(&self) -> Day {
        Day(self.announced_on.0.saturating_add(RECOVERY_PERIOD_DAYS))
    }
}

/// The day on which a recovery announced today takes effect.
pub(super) fn effective_on(document: DocumentLevel, today: Day) -> Day {
    let days = match document {
        DocumentLevel::ActiveAuthentication => DELAY_DAYS,
        DocumentLevel::DataPage | DocumentLevel::PassiveAuthentication => LONG_DELAY_DAYS,
    };
    Day(today.0.saturating_add(days))
}

/// The document that is read again for the credential of a recovery.
#[derive(Clone, Copy)]
pub struct Release<'a> {
    /// `H`, as the document step names it.
    pub holder_key: HolderKey,
    /// The tags of the document.
    pub tags: &'a [Tags],
    /// The level reached this time.
    pub document: DocumentLevel,
    /// The earlier of the document's last day and the issuer's term from today.
    pub expires_on: Day,
    /// The day of the first root signed on the effect day or later that shows the bits of all old
    /// credentials; nothing where none does yet.
    pub shown_on: Option<Day>,
}

/// What the credential of a recovery says, once it may be handed out.
///
/// # Errors
/// [`Refusal`].
pub fn release(
    recovery: &Recovery,
    line: &Line,
    lines: &Lines,
    with: &Release<'_>,
) -> Result<Standing, Refusal> {
    let today = lines.calendar().today;
    let mut read = with.tags.iter().map(KnownTag::document);
    if !read.any(|tag| tag == recovery.document_tag) {
        return Err(Refusal::DocumentNotAnnounced);
    }
    if with.holder_key != recovery.holder_key {
        return Err(Refusal::HolderKeyNotAnnounced);
    }
    if line.blocked {
        return Err(Refusal::DocumentBlocked);
    }
    match recovery.state {
        RecoveryState::Announced => Err(Refusal::RecoveryPending(recovery.effective_on)),
        RecoveryState::Cancelled => Err(Refusal::RecoveryCancelled),
        // The session answers a retry from what it kept; another session has nothing to collect.
        RecoveryState::Released => Err(Refusal::RecoveryLapsed),
        RecoveryState::Effective => {
            let shown_on = with
                .shown_on
                .ok_or(Refusal::RecoveryPending(lines.calendar().next_root))?;
            if today.0 > shown_on.0.saturating_add(COLLECT_DAYS) {
                return Err(Refusal::RecoveryLapsed);
            }
            if with.document < recovery.document {
                return Err(Refusal::DocumentLower);
            }
            // A document that was read for its number may have become another line's meanwhile.
            if lines
                .with_document(with.tags)
                .is_some_and(|other| other.id != line.id)
            {
                return Err(Refusal::DocumentKnown);
            }
            let unique = unique::level(lines, Some(line), with.tags, recovery.document);
            // The line was dead since the effect day.
            let established_on = unique::returned_on(lines, line, with.tags, unique, shown_on);
            let raised = line
                .newest()
                .is_none_or(|newest| unique > newest.standing.unique);
            let established_on = if raised {
                established_on.max(unique::raised_on(lines, line, with.tags))
            } else {
                established_on
            };
            Ok(Standing {
                holder_key: recovery.holder_key,
                template: recovery.template,
                model: recovery.model,
                document: recovery.document,
                device: recovery.device,
                unique,
                established_on,
                expires_on: with.expires_on,
            })
        }
    }
}
