//! Whether a kind fits, and what it does. Asked only after all checks of the evidence: a copied MRZ
//! tells nobody who is enrolled.

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::{DeviceLevel, DocumentLevel, StatusIndex, UniqueLevel};
use humanseal_zk_credentials::exchange::SessionKind;
use humanseal_zk_credentials::holder::HolderKey;
use humanseal_zk_credentials::template::{ModelId, TemplateCommitment};

use super::line::{Held, Line, LineId, Standing};
use super::lines::Lines;
use super::recovery::{self, Recovery, RecoveryState};
use super::refusal::Refusal;
use super::unique;
use crate::issuer::tags::Tags;

/// What was shown at the document step.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// A document: its tags under every pepper version.
    Document(&'a [Tags]),
    /// A credential in its place: its index. The caller checked its signature.
    Credential(StatusIndex),
}

/// A session whose evidence passed every check.
#[derive(Clone, Copy)]
pub struct Presented<'a> {
    /// What the session is for.
    pub kind: SessionKind,
    /// What was shown.
    pub source: Source<'a>,
    /// `H`.
    pub holder_key: HolderKey,
    /// `T_portrait`.
    pub template: TemplateCommitment,
    /// The commitment of the second proof, for renew.
    pub former_template: Option<TemplateCommitment>,
    /// The issuer's embedding model.
    pub model: ModelId,
    /// The document level reached.
    pub document: DocumentLevel,
    /// The device level reached.
    pub device: DeviceLevel,
    /// The earlier of the document's last day and the issuer's term from today.
    pub expires_on: Day,
}

/// What a session does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// A new line with this credential.
    Open(Standing),
    /// A new credential of a line. The bits of all older ones are set, and a recovery that is
    /// announced is cancelled.
    Supersede {
        /// The line.
        line: LineId,
        /// Whether the document joins it.
        joins: bool,
        /// The credential.
        standing: Standing,
    },
    /// A recovery is announced; nothing is superseded yet.
    Announce {
        /// The line.
        line: LineId,
        /// The credential that is contested.
        contested: StatusIndex,
        /// The day on which the recovery takes effect.
        effective_on: Day,
    },
}

/// What a session does to the lines, by its kind.
///
/// # Errors
/// [`Refusal`].
pub fn decide(session: &Presented<'_>, lines: &Lines) -> Result<Effect, Refusal> {
    not_blocked(session, lines)?;
    match (session.kind, session.source) {
        (SessionKind::Issue, Source::Document(tags)) => issue(session, tags, lines),
        (SessionKind::Refresh, Source::Document(tags)) => refresh(session, tags, lines),
        (SessionKind::Refresh, Source::Credential(index)) => {
            refresh_without_document(session, index, lines)
        }
        (SessionKind::Renew, Source::Document(tags)) => renew(session, tags, lines),
        (SessionKind::Recover, Source::Document(tags)) => recover(session, tags, lines),
        // The document step takes a credential for a refresh alone.
        (_, Source::Credential(_)) => Err(Refusal::LineUnknown),
    }
}

/// Document and number tags of a line that was revoked for fraud, and its holder keys, are of no
/// use any more. Its person tag only costs namesakes their level: they may be other people.
fn not_blocked(session: &Presented<'_>, lines: &Lines) -> Result<(), Refusal> {
    let of_source = match session.source {
        Source::Document(tags) => [lines.with_document(tags), lines.with_number(tags)],
        Source::Credential(index) => [lines.with_index(index), None],
    };
    let mut concerned = of_source
        .into_iter()
        .flatten()
        .chain(lines.with_holder_key(session.holder_key));
    holds(
        !concerned.any(|line| line.blocked),
        Refusal::DocumentBlocked,
    )
}

fn issue(session: &Presented<'_>, tags: &[Tags], lines: &Lines) -> Result<Effect, Refusal> {
    holds(lines.with_document(tags).is_none(), Refusal::DocumentKnown)?;
    holds(lines.with_number(tags).is_none(), Refusal::NumberKnown)?;
    let taken = lines.with_holder_key(session.holder_key).is_some();
    holds(!taken, Refusal::HolderKeyTaken)?;
    let known = lines.namesakes(None, tags).next().is_some();
    Ok(Effect::Open(Standing {
        holder_key: session.holder_key,
        template: session.template,
        model: session.model,
        document: session.document,
        device: session.device,
        unique: unique::level(lines, None, tags, session.document),
        established_on: if known {
            lines.calendar().today
        } else {
            Day(0)
        },
        expires_on: session.expires_on,
    }))
}

/// With a document of the line. The portrait is committed anew; the term begins anew.
fn refresh(session: &Presented<'_>, tags: &[Tags], lines: &Lines) -> Result<Effect, Refusal> {
    let line = lines.with_document(tags).ok_or(Refusal::LineUnknown)?;
    let newest = newest_of_holder(session, line, lines)?;
    not_lower(session, newest)?;
    cancels_no_chip(session, line)?;
    let unique = kept_unique(line, newest, tags, lines);
    Ok(Effect::Supersede {
        line: line.id,
        joins: false,
        standing: Standing {
            template: session.template,
            model: session.model,
            device: session.device,
            unique,
            established_on: kept_day(line, newest, tags, unique, lines),
            expires_on: session.expires_on,
            ..newest.standing
        },
    })
}

/// With the newest credential in place of a document: nothing that a document would have to say
/// changes.
fn refresh_without_document(
    session: &Presented<'_>,
    index: StatusIndex,
    lines: &Lines,
) -> Result<Effect, Refusal> {
    let line = lines.with_index(index).ok_or(Refusal::LineUnknown)?;
    let newest = newest_of_holder(session, line, lines)?;
    let presentable = newest.index == index && !newest.revoked;
    holds(presentable, Refusal::CredentialNotNewest)?;
    let expired = newest.standing.expires_on < lines.calendar().today;
    holds(!expired, Refusal::CredentialExpired)?;
    holds(
        newest.standing.model == session.model,
        Refusal::ModelChanged,
    )?;
    // Evidence was compared with the credential; the line says the same of it.
    let same = newest.standing.template == session.template;
    holds(same, Refusal::FormerPortraitMismatch)?;
    not_lower(session, newest)?;
    cancels_no_chip(session, line)?;
    Ok(Effect::Supersede {
        line: line.id,
        joins: false,
        standing: Standing {
            device: session.device,
            ..newest.standing
        },
    })
}

/// With a new document of the line's person.
fn renew(session: &Presented<'_>, tags: &[Tags], lines: &Lines) -> Result<Effect, Refusal> {
    let line = lines
        .with_holder_key(session.holder_key)
        .ok_or(Refusal::LineUnknown)?;
    let newest = newest_of_holder(session, line, lines)?;
    holds(lines.with_document(tags).is_none(), Refusal::DocumentKnown)?;
    let numbered = lines.with_number(tags);
    let others = numbered.is_some_and(|other| other.id != line.id);
    holds(!others, Refusal::NumberKnown)?;
    let same_person = numbered.is_some() || line.has_person(tags);
    holds(same_person, Refusal::PersonDiffers)?;
    holds(
        newest.standing.model == session.model,
        Refusal::ModelChanged,
    )?;
    let same_face = session.former_template == Some(newest.standing.template);
    holds(same_face, Refusal::FormerPortraitMismatch)?;
    not_lower(session, newest)?;
    cancels_no_chip(session, line)?;
    let unique = unique::level(lines, Some(line), tags, session.document);
    let raised = unique > newest.standing.unique;
    Ok(Effect::Supersede {
        line: line.id,
        joins: true,
        standing: Standing {
            template: session.template,
            document: session.document,
            device: session.device,
            unique,
            established_on: if raised {
                unique::raised_on(lines, line, tags)
            } else {
                kept_day(line, newest, tags, unique, lines)
            },
            expires_on: session.expires_on,
            ..newest.standing
        },
    })
}

fn recover(session: &Presented<'_>, tags: &[Tags], lines: &Lines) -> Result<Effect, Refusal> {
    let line = lines
        .with_document(tags)
        .or_else(|| lines.with_number(tags))
        .ok_or(Refusal::LineUnknown)?;
    let newest = line.newest().ok_or(Refusal::LineUnknown)?;
    let owner = lines.with_holder_key(session.holder_key);
    let taken = owner.is_some_and(|owner| owner.id != line.id);
    holds(!taken, Refusal::HolderKeyTaken)?;
    let another = session.holder_key != newest.standing.holder_key;
    holds(another, Refusal::HolderKeyUnchanged)?;
    let hardware = session.device >= DeviceLevel::Hardware;
    holds(hardware, Refusal::RecoveryDeviceTooLow)?;
    not_lower(session, newest)?;
    let today = lines.calendar().today;
    let counted = |recovery: &&Recovery| !is_a_page_over(recovery, session.document);
    if let Some(last) = line.recoveries.iter().rfind(counted)
        && last.next_on() > today
    {
        return Err(Refusal::RecoveryTooSoon(last.next_on()));
    }
    Ok(Effect::Announce {
        line: line.id,
        contested: newest.index,
        effective_on: recovery::effective_on(session.document, today),
    })
}

/// The newest credential of the line, if the session's holder key is the line's. Once a recovery
/// took effect it no longer is, also where the recovered credential was never collected.
fn newest_of_holder<'a>(
    session: &Presented<'_>,
    line: &'a Line,
    lines: &Lines,
) -> Result<&'a Held, Refusal> {
    let owner = lines.with_holder_key(session.holder_key);
    let taken = owner.is_some_and(|owner| owner.id != line.id);
    holds(!taken, Refusal::HolderKeyTaken)?;
    holds(!line.is_orphaned(), Refusal::RecoveryEffective)?;
    line.newest()
        .filter(|newest| newest.standing.holder_key == session.holder_key)
        .ok_or(Refusal::HolderKeyNotNewest)
}

/// A session never supersedes a credential of a higher document level, be it live or not.
fn not_lower(session: &Presented<'_>, newest: &Held) -> Result<(), Refusal> {
    holds(
        session.document >= newest.standing.document,
        Refusal::DocumentLower,
    )
}

/// A page does not cancel the recovery of somebody who has the document itself: nobody signed the page, so its line may be
/// made up of theirs.
fn cancels_no_chip(session: &Presented<'_>, line: &Line) -> Result<(), Refusal> {
    let by_chip = |recovery: &Recovery| {
        recovery.state == RecoveryState::Announced && recovery.document > DocumentLevel::DataPage
    };
    let page = session.document == DocumentLevel::DataPage;
    let cancels = page && line.recoveries.iter().any(by_chip);
    holds(!cancels, Refusal::DocumentLower)
}

/// A recovery by a page that is announced no more, collected or not: it keeps nobody waiting who has the document itself.
fn is_a_page_over(recovery: &Recovery, document: DocumentLevel) -> bool {
    recovery.state != RecoveryState::Announced
        && recovery.document == DocumentLevel::DataPage
        && document > DocumentLevel::DataPage
}

/// A refresh keeps `unique` and never raises it. A line that was dead comes back beside whoever came
/// to that level meanwhile, so it may say less.
fn kept_unique(line: &Line, newest: &Held, tags: &[Tags], lines: &Lines) -> UniqueLevel {
    if newest.is_live(lines.calendar().today) {
        newest.standing.unique
    } else {
        let level = unique::level(lines, Some(line), tags, newest.standing.document);
        newest.standing.unique.min(level)
    }
}

/// The day since when the secret stands for the person, unless the line was dead and somebody may
/// have stood for it meanwhile.
fn kept_day(line: &Line, newest: &Held, tags: &[Tags], unique: UniqueLevel, lines: &Lines) -> Day {
    if newest.is_live(lines.calendar().today) {
        newest.standing.established_on
    } else {
        unique::returned_on(lines, line, tags, unique, newest.standing.established_on)
    }
}

fn holds(condition: bool, refusal: Refusal) -> Result<(), Refusal> {
    if condition { Ok(()) } else { Err(refusal) }
}
