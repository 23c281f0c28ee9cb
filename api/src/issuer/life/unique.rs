//! What other lines say about a line: its `unique` level, and since when it holds.

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::{DocumentLevel, UniqueLevel};

use super::line::{Held, Line};
use super::lines::Lines;
use crate::issuer::tags::Tags;

/// Section 5: 1 an older line with the same person tag is live, 2 none is, 3 a lifelong personal
/// number says so. `line` is the line that the credential is for, nothing for a new one.
///
/// - Document 1 says nothing about uniqueness, so it never gets more than 1.
/// - A number tells its holder from namesakes that have one too; of a line without a number it says
///   nothing (docs/decisions/0007-numbers-and-namesakes.md). A line that was ever at document 1 counts as one
///   without: nobody signed its page, so the number may be made up.
/// - A younger line counts too once it says 2 or more itself, having come to it while this one was
///   dead: of two such lines one would otherwise be a second place. So does a blocked line
///   (docs/decisions/0008-lines-that-return.md).
pub(super) fn level(
    lines: &Lines,
    line: Option<&Line>,
    tags: &[Tags],
    document: DocumentLevel,
) -> UniqueLevel {
    let today = lines.calendar().today;
    let older = |other: &Line| line.is_none_or(|line| other.id < line.id);
    let claims = |other: &&Line| {
        let above_one = other
            .newest()
            .is_some_and(|held| held.standing.unique > UniqueLevel::LiveNamesake);
        other.blocked || other.is_live(today) && (older(other) || above_one)
    };
    let mut claiming = lines.namesakes(line, tags).filter(claims);
    let numbered = is_numbered(line, tags);
    if document == DocumentLevel::DataPage {
        UniqueLevel::LiveNamesake
    } else if numbered && claiming.clone().all(has_signed_number) {
        UniqueLevel::PersonalNumber
    } else if claiming.next().is_some() {
        UniqueLevel::LiveNamesake
    } else {
        UniqueLevel::NoLiveNamesake
    }
}

/// The `established_on` of a credential whose line says more of its uniqueness than before: the day
/// or, where a namesake's bit is in no signed root yet, the day of the first root that can show it.
/// A root without that bit was signed before the bit was set, so its issue time is no later than
/// this day either.
pub(super) fn raised_on(lines: &Lines, line: &Line, tags: &[Tags]) -> Day {
    let calendar = lines.calendar();
    let unseen = lines
        .namesakes(Some(line), tags)
        .flat_map(|other| &other.held)
        .any(|held| {
            held.revoked && held.shown_on.is_none() && held.standing.expires_on >= calendar.today
        });
    if unseen {
        calendar.today.max(calendar.next_root)
    } else {
        calendar.today
    }
}

/// The `established_on` of a line that comes back, having been dead. `kept` is what it would be if
/// nobody had been there meanwhile. A namesake that ever said 2 or more may have taken the place
/// while this line was dead, and may hold it still although it is dead itself: as where a line says
/// more than before, the days count from its return.
pub(super) fn returned_on(
    lines: &Lines,
    line: &Line,
    tags: &[Tags],
    level: UniqueLevel,
    kept: Day,
) -> Day {
    let numbered = is_numbered(Some(line), tags);
    let may_hold_the_place = |other: &Line| {
        let told_apart = numbered && has_signed_number(other);
        let above_one = |held: &Held| held.standing.unique > UniqueLevel::LiveNamesake;
        !told_apart && other.held.iter().any(above_one)
    };
    if level > UniqueLevel::LiveNamesake
        && lines.namesakes(Some(line), tags).any(may_hold_the_place)
    {
        kept.max(raised_on(lines, line, tags))
    } else {
        kept
    }
}

fn is_numbered(line: Option<&Line>, tags: &[Tags]) -> bool {
    match line {
        Some(line) if line.numbers.is_empty() => was_always_signed(line) && has_number(tags),
        Some(line) => was_always_signed(line),
        None => has_number(tags),
    }
}

fn has_number(tags: &[Tags]) -> bool {
    tags.iter().any(|tags| tags.number.is_some())
}

fn has_signed_number(line: &Line) -> bool {
    !line.numbers.is_empty() && was_always_signed(line)
}

fn was_always_signed(line: &Line) -> bool {
    let page = |held: &Held| held.standing.document == DocumentLevel::DataPage;
    !line.held.iter().any(page)
}
