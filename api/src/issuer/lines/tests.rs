//! The database against the model: the same histories come to the same lines.

#![allow(clippy::unwrap_used)]

use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::{SessionId, SessionKind, Sha256Digest};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use sqlx::SqliteConnection;

use super::*;
use crate::database;
use crate::issuer::life::tests::history::{History, People, Step, histories};
use crate::issuer::life::tests::issuer::{Document, calendar, day as day_of};
use crate::issuer::life::tests::player::{Outcome, Player, document, secret};
use crate::issuer::life::{
    self, Effect, LineId, Presented, Recovery, RecoveryState, Refusal, Release, Source,
};
use crate::issuer::status;

fn issuer() -> IssuerId {
    IssuerId(7u64.into())
}

/// Sessions that announce are named by the number of credentials before them.
fn session(number: usize) -> SessionId {
    SessionId::from_random([u8::try_from(number % 251).unwrap(); 16])
}

/// Plays a step in the database as the service does, and gives what came of it.
async fn play(
    connection: &mut SqliteConnection,
    player: &Player,
    step: &Step,
    announced_before: usize,
) -> Outcome {
    let today = day_of(player.now);
    settle_due(connection, today).await.unwrap();
    let read = match step {
        Step::Session { document, .. } | Step::Collect { document, .. } => *document,
        _ => 0,
    };
    let read = player.document(read);
    let next = u32::try_from(player.issuer.issued.len()).unwrap();
    let index = StatusIndex::new(next).unwrap();
    match step {
        Step::Session { .. } | Step::RefreshWithout { .. } => {
            let Some(presented) = player.presented(step, &read) else {
                return Outcome::Other;
            };
            let outcome = decided(connection, player, &presented).await;
            if let Outcome::Done(effect) = &outcome {
                let document = NewDocument {
                    tags: &read.tags,
                    expires_on: read.expires_on,
                };
                let name = session(announced_before);
                apply(connection, effect, &presented, document, index, name, today).await;
            }
            outcome
        }
        Step::Collect { secret: key, .. } => {
            let Some(line) = player.recovering(secret(*key)) else {
                return Outcome::Other;
            };
            let with = player.release(secret(*key), &read);
            match collect(connection, player, line, with, &read, index).await {
                Ok(standing) => Outcome::Released(line, standing),
                Err(refusal) => Outcome::Refused(refusal),
            }
        }
        Step::Withdraw { line } => {
            let line = player.issuer.lines.get(*line).map(|line| line.id);
            let name: Option<String> = sqlx::query_scalar(
                "SELECT session_id FROM recoveries WHERE line_id = ? AND state = 'announced'",
            )
            .bind(line.map(|line| line.0))
            .fetch_optional(&mut *connection)
            .await
            .unwrap();
            if let Some(name) = name {
                let name = SessionId::parse(&name).unwrap();
                cancel_of_session(connection, &name).await.unwrap();
            }
            Outcome::Other
        }
        Step::Erase { credential } => {
            if let Some(index) = player.credential(*credential) {
                let issuer = issuer().0.to_string();
                status::set_bit(connection, &issuer, index.get().into())
                    .await
                    .unwrap();
            }
            Outcome::Other
        }
        Step::Wait { .. } | Step::NewPepper | Step::Silence { .. } => Outcome::Other,
    }
}

fn given(standing: &life::Standing, index: StatusIndex) -> NewCredential<'_> {
    NewCredential {
        standing,
        index,
        app: None,
    }
}

async fn decided(
    connection: &mut SqliteConnection,
    player: &Player,
    presented: &Presented<'_>,
) -> Outcome {
    let (tags, index) = match presented.source {
        Source::Document(tags) => (tags, None),
        Source::Credential(index) => (&[][..], Some(index)),
    };
    let concern = Concern {
        tags,
        holder_key: presented.holder_key,
        index,
        line: None,
    };
    let lines = view(connection, issuer(), &concern, calendar(player.now))
        .await
        .unwrap();
    match life::decide(presented, &lines) {
        Ok(effect) => Outcome::Done(effect),
        Err(refusal) => Outcome::Refused(refusal),
    }
}

async fn apply(
    connection: &mut SqliteConnection,
    effect: &Effect,
    presented: &Presented<'_>,
    document: NewDocument<'_>,
    index: StatusIndex,
    name: SessionId,
    today: Day,
) {
    match effect {
        Effect::Open(standing) => {
            open(connection, issuer(), document, given(standing, index))
                .await
                .unwrap();
        }
        Effect::Supersede {
            line,
            joins,
            standing,
        } => {
            let joins = joins.then_some(document);
            supersede(connection, issuer(), *line, joins, given(standing, index))
                .await
                .unwrap();
        }
        Effect::Announce {
            line,
            contested,
            effective_on,
        } => {
            let tags = &document.tags;
            let recovery = Recovery::announced(presented, tags, today, *effective_on).unwrap();
            let announced = Announced {
                line: *line,
                recovery,
                statement: Sha256Digest([1; 32]),
                app: None,
            };
            announce(connection, issuer(), *contested, &announced, &name)
                .await
                .unwrap();
        }
    }
}

async fn collect(
    connection: &mut SqliteConnection,
    player: &Player,
    line: LineId,
    with: Release<'_>,
    read: &Document,
    index: StatusIndex,
) -> Result<life::Standing, Refusal> {
    let name: String = sqlx::query_scalar(
        "SELECT session_id FROM recoveries WHERE line_id = ? AND holder_key = ?
         ORDER BY announced_on DESC LIMIT 1",
    )
    .bind(line.0)
    .bind(with.holder_key.0.to_string())
    .fetch_one(&mut *connection)
    .await
    .unwrap();
    let name = SessionId::parse(&name).unwrap();
    let announced = announced(connection, &name).await.unwrap().unwrap();
    let concern = Concern {
        tags: &read.tags,
        holder_key: with.holder_key,
        index: None,
        line: Some(line),
    };
    let lines = view(connection, issuer(), &concern, calendar(player.now))
        .await
        .unwrap();
    let known = lines.get(line).unwrap();
    let shown_on = shown_on(connection, issuer(), &announced).await.unwrap();
    let standing = life::release(
        &announced.recovery,
        known,
        &lines,
        &Release { shown_on, ..with },
    )?;
    let joins = (!known.has_document(&read.tags)).then_some(NewDocument {
        tags: &read.tags,
        expires_on: read.expires_on,
    });
    let new = given(&standing, index);
    release(connection, issuer(), line, &name, joins, new)
        .await
        .unwrap();
    Ok(standing)
}

/// Roots that the model signed while time passed, written as the service writes them.
async fn publish(connection: &mut SqliteConnection, player: &Player, from: usize) {
    for root in &player.issuer.roots[from..] {
        settle_due(connection, day_of(root.issued_at))
            .await
            .unwrap();
        sqlx::query("INSERT INTO status_roots (issuer, issued_at, signed) VALUES (?, ?, '')")
            .bind(issuer().0.to_string())
            .bind(root.issued_at)
            .execute(&mut *connection)
            .await
            .unwrap();
        sqlx::query("UPDATE revocations SET shown_at = ? WHERE shown_at IS NULL")
            .bind(root.issued_at)
            .execute(&mut *connection)
            .await
            .unwrap();
    }
}

/// What is contested: the newest credential of each line with an announced recovery.
async fn contested(connection: &mut SqliteConnection, player: &Player) {
    let listed: Vec<i64> =
        sqlx::query_scalar("SELECT status_index FROM contests ORDER BY status_index")
            .fetch_all(&mut *connection)
            .await
            .unwrap();
    let lines = player.issuer.lines.iter();
    let announced = |recovery: &Recovery| recovery.state == RecoveryState::Announced;
    let mut expected: Vec<i64> = lines
        .filter(|line| line.recoveries.iter().any(announced))
        .map(|line| line.newest().unwrap().index.get().into())
        .collect();
    expected.sort_unstable();
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn the_same_histories_come_to_the_same_lines() {
    let dir = tempfile::tempdir().unwrap();
    let pool = database::open_issuer(&dir.path().join("issuer.sqlite"))
        .await
        .unwrap();
    let mut runner = TestRunner::deterministic();
    let strategy = histories(50);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..60 {
        let history: History = strategy.new_tree(&mut runner).unwrap().current();
        // Given back unwritten, so that the next history begins with an empty database.
        let mut transaction = database::write(&pool).await.unwrap();
        let mut player = Player::new(history.people);
        publish(&mut transaction, &player, 0).await;
        let mut announcements = 0;
        for step in &history.steps {
            player.issuer.lines(player.now);
            let aimed = player.aimed(step);
            let stored = play(&mut transaction, &player, &aimed, announcements).await;
            let roots = player.issuer.roots.len();
            let outcome = player.play(step, &mut |_, _| {});
            assert_eq!(stored, outcome, "{step:?}");
            if let Outcome::Done(effect @ Effect::Announce { .. }) = &outcome {
                announcements += 1;
                seen.insert(format!("{effect:?}").split(' ').next().unwrap().to_owned());
            }
            if let Outcome::Released(..) = &outcome {
                seen.insert("Released".into());
            }
            publish(&mut transaction, &player, roots).await;
            settle_due(&mut transaction, day_of(player.now))
                .await
                .unwrap();
            player.issuer.lines(player.now);
            for line in &player.issuer.lines {
                let stored = view::line(&mut transaction, line.id).await.unwrap();
                assert_eq!(&stored, line, "{step:?}");
            }
            contested(&mut transaction, &player).await;
        }
        transaction.rollback().await.unwrap();
    }
    assert_eq!(seen.len(), 2, "{seen:?}");
}

#[tokio::test]
async fn a_line_that_nothing_rests_on_is_deleted_and_its_index_stays_set() {
    let dir = tempfile::tempdir().unwrap();
    let pool = database::open_issuer(&dir.path().join("issuer.sqlite"))
        .await
        .unwrap();
    let mut transaction = database::write(&pool).await.unwrap();
    let mut player = Player::new(People::Numbered);
    for (place, kind) in [
        (0u8, SessionKind::Issue),
        (1, SessionKind::Renew),
        (1, SessionKind::Recover),
    ] {
        let step = Step::Session {
            kind,
            aim: None,
            document: place,
            secret: u8::from(kind == SessionKind::Recover),
            document_level: 3,
            device_level: 3,
            portrait_known: true,
        };
        play(&mut transaction, &player, &step, 0).await;
        player.play(&step, &mut |_, _| {});
    }
    let last = document(People::Numbered, 1, 1).expires_on;
    settle_due(&mut transaction, last).await.unwrap();
    let over = Day(last.0 + 90 + 2);
    assert_eq!(
        delete_finished(&mut transaction, Day(over.0 - 1), 90)
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        delete_finished(&mut transaction, over, 90).await.unwrap(),
        1
    );
    for (table, rows) in [
        ("lines", 0i64),
        ("line_documents", 0),
        ("line_persons", 0),
        ("line_numbers", 0),
        ("credentials", 0),
        ("recoveries", 0),
        ("revocations", 2),
    ] {
        let query = match table {
            "lines" => "SELECT COUNT(*) FROM lines",
            "line_documents" => "SELECT COUNT(*) FROM line_documents",
            "line_persons" => "SELECT COUNT(*) FROM line_persons",
            "line_numbers" => "SELECT COUNT(*) FROM line_numbers",
            "credentials" => "SELECT COUNT(*) FROM credentials",
            "recoveries" => "SELECT COUNT(*) FROM recoveries",
            _ => "SELECT COUNT(*) FROM revocations",
        };
        let count: i64 = sqlx::query_scalar(query)
            .fetch_one(&mut *transaction)
            .await
            .unwrap();
        assert_eq!(count, rows, "{table}");
    }
}
