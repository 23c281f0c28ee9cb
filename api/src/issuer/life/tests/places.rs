//! Random histories in a network: no line, and no human, ever has two active places.

use std::collections::{BTreeMap, BTreeSet};

use humanseal_zk_credentials::credential::UniqueLevel;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use super::history::{DOCUMENTS, History, histories};
use super::issuer::day;
use super::network::{Network, Terms};
use super::player::{Outcome, Player, document};
use crate::issuer::life::{Effect, Line, LineId};

/// What a history came to.
#[derive(Debug, Default)]
struct Report {
    /// Most active places of one line.
    line: usize,
    /// Most active places of documents that may be one human's.
    human: usize,
    /// Lines in which a second secret took a place, each in its time.
    moved: usize,
    /// How often each kind of step had an effect, or was refused and why.
    seen: BTreeMap<String, usize>,
    proofs: usize,
}

fn name(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done(Effect::Open(_)) => "open".into(),
        Outcome::Done(Effect::Supersede { joins: true, .. }) => "renew".into(),
        Outcome::Done(Effect::Supersede { .. }) => "refresh".into(),
        Outcome::Done(Effect::Announce { .. }) => "announce".into(),
        Outcome::Released(..) => "release".into(),
        Outcome::Refused(refusal) => {
            let text = format!("{refusal:?}");
            text.split('(').next().unwrap_or_default().to_owned()
        }
        Outcome::Other => "other".into(),
    }
}

/// The lines that may be one human's, by a document of each.
fn humans(player: &Player) -> Vec<Vec<LineId>> {
    let of = |line: &Line| -> Vec<u8> {
        (0..DOCUMENTS)
            .filter(|n| line.has_document(&document(player.people, *n, 2).tags))
            .collect()
    };
    let lines: Vec<_> = player.issuer.lines.iter().map(|l| (l.id, of(l))).collect();
    (0..DOCUMENTS)
        .map(|mine| {
            let same = |(_, documents): &&(LineId, Vec<u8>)| {
                documents
                    .iter()
                    .any(|theirs| player.people.one_place(mine, *theirs))
            };
            lines.iter().filter(same).map(|(id, _)| *id).collect()
        })
        .collect()
}

/// What must hold of the lines at every moment, whatever a network demands.
fn sound(player: &Player) {
    let today = day(player.now);
    for line in &player.issuer.lines {
        let live: Vec<_> = line.held.iter().filter(|held| !held.revoked).collect();
        assert!(live.len() <= 1, "two unrevoked credentials in one line");
        assert!(live.iter().all(|held| Some(*held) == line.newest()));
        for other in &player.issuer.lines {
            let key = |line: &Line| {
                line.held
                    .iter()
                    .map(|h| h.standing.holder_key)
                    .collect::<Vec<_>>()
            };
            assert!(
                line.id == other.id || key(line).iter().all(|key| !other.has_holder_key(*key)),
                "one holder key in two lines"
            );
        }
    }
    // All lines of a history share their person tag.
    let unique: Vec<&Line> = player
        .issuer
        .lines
        .iter()
        .filter(|line| line.is_live(today))
        .filter(|line| line.newest().unwrap().standing.unique > UniqueLevel::LiveNamesake)
        .collect();
    assert!(
        unique.len() <= 1 || unique.iter().all(|line| !line.numbers.is_empty()),
        "two live lines say that they are the only one"
    );
}

fn run(history: &History, terms: Terms) -> Report {
    let mut player = Player::new(history.people);
    let mut network = Network::new(terms);
    let mut report = Report::default();
    let mut holders: BTreeMap<LineId, BTreeSet<String>> = BTreeMap::new();
    for step in &history.steps {
        let groups = humans(&player);
        let mut each = |issuer: &super::issuer::Issuer, now: i64| {
            network.everybody_presents(issuer, now);
            for line in &issuer.lines {
                let active = network.active(issuer, &[line.id], now);
                report.line = report.line.max(active.len());
                let keys = active.iter().map(|key| key.0.to_string());
                holders.entry(line.id).or_default().extend(keys);
            }
            for lines in &groups {
                let active = network.active(issuer, lines, now);
                report.human = report.human.max(active.len());
            }
        };
        let outcome = player.play(step, &mut each);
        sound(&player);
        *report.seen.entry(name(&outcome)).or_default() += 1;
    }
    report.moved = holders.values().filter(|keys| keys.len() > 1).count();
    report.proofs = network.proofs;
    report
}

/// Registrations of 30 days, roots taken for 72 hours.
fn section_9() -> Terms {
    Terms::of_section_9(30, 72 * 3_600)
}

fn some_histories(count: usize, steps: usize) -> Vec<History> {
    let mut runner = TestRunner::deterministic();
    let strategy = histories(steps);
    (0..count)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .collect()
}

proptest! {
    #![proptest_config(Config { cases: 512, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_line_and_no_human_ever_has_two_active_places(
        history in histories(60),
        days in 1u16..60,
        hours in 6i64..100,
    ) {
        let report = run(&history, Terms::of_section_9(days, hours * 3_600));
        prop_assert!(report.line <= 1, "{} places of one line", report.line);
        prop_assert!(report.human <= 1, "{} places of one human", report.human);
    }
}

/// The histories do what they are there for: every effect and nearly every refusal, and secrets that
/// take over a place once it has lapsed.
#[test]
fn the_histories_reach_every_effect() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let (mut moved, mut proofs) = (0, 0);
    for history in some_histories(400, 60) {
        let report = run(&history, section_9());
        moved += report.moved;
        proofs += report.proofs;
        for (name, count) in report.seen {
            *seen.entry(name).or_default() += count;
        }
    }
    println!("{moved} places taken over, {proofs} proofs, {seen:?}");
    assert!(moved > 5, "{moved} places taken over");
    for effect in [
        "open",
        "renew",
        "refresh",
        "announce",
        "release",
        "DocumentKnown",
        "NumberKnown",
        "HolderKeyTaken",
        "LineUnknown",
        "HolderKeyNotNewest",
        "HolderKeyUnchanged",
        "DocumentNotAnnounced",
        "CredentialNotNewest",
        "CredentialExpired",
        "FormerPortraitMismatch",
        "DocumentLower",
        "RecoveryDeviceTooLow",
        "RecoveryTooSoon",
        "RecoveryEffective",
        "RecoveryPending",
        "RecoveryCancelled",
        "RecoveryLapsed",
    ] {
        assert!(seen.contains_key(effect), "no history reached {effect}");
    }
}

/// The control: a network that asks for less gives two places to one line, or to one human.
#[test]
fn a_network_that_asks_for_less_gives_two_places() {
    let histories = some_histories(400, 60);
    let most = |terms: Terms, of: fn(&Report) -> usize| {
        let reports = histories.iter().map(|history| run(history, terms));
        reports.map(|report| of(&report)).max().unwrap()
    };
    let no_days = Terms {
        min_established_days: 0,
        ..section_9()
    };
    assert!(most(no_days, |report| report.line) > 1);
    let window_forgotten = Terms {
        min_established_days: 30,
        ..section_9()
    };
    assert!(most(window_forgotten, |report| report.line) > 1);
    let any_unique = Terms {
        min_unique: 1,
        ..section_9()
    };
    assert!(most(any_unique, |report| report.human) > 1);
}
