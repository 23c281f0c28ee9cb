//! What stands in a service's two databases after it died, read from a copy of its files, so that
//! looking mends nothing; and what must hold of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Row, SqliteConnection};
use tempfile::TempDir;

/// Each session by its id.
type Sessions = BTreeMap<String, Session>;

/// What of a session's row changes from step to step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub state: String,
    pub plan_digest: Option<Vec<u8>>,
    pub status_index: Option<i64>,
}

/// The rows that the steps of a session and of a request write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    pub sessions: Sessions,
    /// Status indices ever given.
    pub indices: BTreeSet<i64>,
    pub attempts: i64,
    /// The outcome of each request.
    pub requests: BTreeMap<String, Option<Value>>,
    /// Scope, nullifier, account.
    pub registrations: BTreeSet<(String, String, String)>,
}

impl Ledger {
    /// Reads both databases as the next process would find them, and checks them.
    pub async fn read(dir: &Path) -> Self {
        let (_issuer, mut issuer) = copied(dir, "issuer.sqlite").await;
        let (_verifier, mut verifier) = copied(dir, "verifier.sqlite").await;
        let sessions = sessions(&mut issuer).await;
        let indices = lines(&mut issuer, &sessions).await;
        let registrations = registrations(&mut verifier).await;
        let requests = requests(&mut verifier, &registrations).await;
        let attempts = number(&mut issuer, "SELECT COUNT(*) FROM attempts").await;
        Self {
            sessions,
            indices,
            attempts,
            requests,
            registrations,
        }
    }

    pub fn state(&self, session: &str) -> &str {
        &self.sessions[session].state
    }
}

/// The sealed data pages that stand in the issuer's database.
pub async fn sealed(dir: &Path) -> Vec<Vec<u8>> {
    let (_copy, mut issuer) = copied(dir, "issuer.sqlite").await;
    sqlx::query_scalar("SELECT sealed FROM sessions WHERE sealed IS NOT NULL")
        .fetch_all(&mut issuer)
        .await
        .unwrap()
}

/// No file of the issuer's database holds any part of these bytes.
pub fn assert_gone(dir: &Path, bytes: &[u8]) {
    for name in ["issuer.sqlite", "issuer.sqlite-wal"] {
        let file = std::fs::read(dir.join(name)).unwrap_or_default();
        for piece in bytes.chunks_exact(32) {
            assert!(!file.windows(32).any(|window| window == piece), "{name}");
        }
    }
}

/// Reads a database and goes on reading, for as long as the connection is kept: so its log stays as it is.
/// Whoever closes the last connection to a file folds the log into it, and a full disk has room again.
pub async fn held(dir: &Path, name: &str) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(dir.join(name));
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT COUNT(*) FROM sqlite_schema")
        .execute(&mut connection)
        .await
        .unwrap();
    connection
}

/// A checked copy of a database, for as long as the folder is kept.
pub async fn copied(dir: &Path, name: &str) -> (TempDir, SqliteConnection) {
    let copy = tempfile::tempdir().unwrap();
    // The shared-memory file is left out: it says nothing after a crash.
    for name in [name.to_owned(), format!("{name}-wal")] {
        if dir.join(&name).exists() {
            // By another process: a file that this one closes loses the locks that a connection of
            // this one holds on it.
            let copied = Command::new("cp")
                .args([dir.join(&name), copy.path().join(&name)])
                .status();
            assert!(copied.unwrap().success());
        }
    }
    let options = SqliteConnectOptions::new().filename(copy.path().join(name));
    let mut connection = options.connect().await.unwrap();
    let sound: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(sound, "ok");
    let dangling = sqlx::query("PRAGMA foreign_key_check")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert!(dangling.is_empty(), "{} rows point nowhere", dangling.len());
    (copy, connection)
}

async fn number(connection: &mut SqliteConnection, query: &'static str) -> i64 {
    sqlx::query_scalar(query)
        .fetch_one(connection)
        .await
        .unwrap()
}

/// Each session has what its state needs and nothing more.
async fn sessions(issuer: &mut SqliteConnection) -> Sessions {
    let rows = sqlx::query("SELECT * FROM sessions")
        .fetch_all(issuer)
        .await
        .unwrap();
    let mut sessions = BTreeMap::new();
    for row in rows {
        let state: String = row.get("state");
        let plan: Option<Vec<u8>> = row.get("plan_digest");
        let index: Option<i64> = row.get("status_index");
        let sealed = row.get::<Option<Vec<u8>>, _>("sealed").is_some();
        let plan_by = row.get::<Option<i64>, _>("plan_by").is_some();
        let outcome = [
            row.get::<Option<Vec<u8>>, _>("evidence_digest").is_some(),
            row.get::<Option<i64>, _>("ack_by").is_some(),
            row.get::<Option<i64>, _>("verified_on").is_some(),
        ];
        assert_eq!(plan.is_some(), plan_by, "{state}: half a plan");
        let (needs_page, needs_outcome, needs_index) = match state.as_str() {
            "created" | "cancelled" | "expired" => (false, false, false),
            "documented" => (true, false, false),
            "announced" => (false, true, false),
            "issued" => (true, true, true),
            "acknowledged" => (false, false, true),
            other => panic!("{other}"),
        };
        assert_eq!(sealed, needs_page, "{state}: data page");
        // Evidence claims its plan before it is judged; what comes of it is written with the state.
        let claimed = state == "documented" && outcome[0];
        assert!(
            outcome == [needs_outcome; 3] || claimed && !outcome[1] && !outcome[2],
            "{state}: outcome {outcome:?}"
        );
        assert_eq!(index.is_some(), needs_index, "{state}: status index");
        if !matches!(state.as_str(), "documented" | "issued") {
            assert!(plan.is_none(), "{state}: plan");
        }
        let session = Session {
            state,
            plan_digest: plan,
            status_index: index,
        };
        sessions.insert(row.get("id"), session);
    }
    sessions
}

/// Never a credential without its line, never a line without its credential and tags, and each
/// credential is of exactly one session.
async fn lines(issuer: &mut SqliteConnection, sessions: &Sessions) -> BTreeSet<i64> {
    for (what, query) in [
        (
            "a credential without its line",
            "SELECT COUNT(*) FROM credentials WHERE line_id NOT IN (SELECT id FROM lines)",
        ),
        (
            "a line without a credential",
            "SELECT COUNT(*) FROM lines WHERE id NOT IN (SELECT line_id FROM credentials)",
        ),
        (
            "a line without a document tag",
            "SELECT COUNT(*) FROM lines WHERE id NOT IN (SELECT line_id FROM line_documents)",
        ),
        (
            "a line without a person tag",
            "SELECT COUNT(*) FROM lines WHERE id NOT IN (SELECT line_id FROM line_persons)",
        ),
        (
            "a document tag without its line",
            "SELECT COUNT(*) FROM line_documents WHERE line_id NOT IN (SELECT id FROM lines)",
        ),
        (
            "a person tag without its line",
            "SELECT COUNT(*) FROM line_persons WHERE line_id NOT IN (SELECT id FROM lines)",
        ),
    ] {
        assert_eq!(number(issuer, query).await, 0, "{what}");
    }
    let given: Vec<i64> = sqlx::query_scalar("SELECT status_index FROM credentials")
        .fetch_all(issuer)
        .await
        .unwrap();
    let mut of_sessions: Vec<i64> = sessions
        .values()
        .filter_map(|row| row.status_index)
        .collect();
    let mut of_lines = given.clone();
    of_sessions.sort_unstable();
    of_lines.sort_unstable();
    assert_eq!(of_sessions, of_lines, "each index is of one session");
    let indices: BTreeSet<i64> = given.iter().copied().collect();
    assert_eq!(indices.len(), given.len(), "an index was given twice");
    indices
}

async fn registrations(verifier: &mut SqliteConnection) -> BTreeSet<(String, String, String)> {
    let rows = sqlx::query_as("SELECT scope, nullifier, account FROM registrations")
        .fetch_all(verifier)
        .await
        .unwrap();
    rows.into_iter().collect()
}

/// Each request is unused, or used with an outcome and its registration; and no registration is
/// without the request that made it.
async fn requests(
    verifier: &mut SqliteConnection,
    registrations: &BTreeSet<(String, String, String)>,
) -> BTreeMap<String, Option<Value>> {
    let rows: Vec<(String, Option<i64>, Option<String>)> =
        sqlx::query_as("SELECT id, used_at, outcome FROM requests")
            .fetch_all(verifier)
            .await
            .unwrap();
    let mut requests = BTreeMap::new();
    let mut made = BTreeSet::new();
    for (id, used_at, outcome) in rows {
        assert_eq!(used_at.is_some(), outcome.is_some(), "half an answer");
        let outcome: Option<Value> = outcome.map(|text| serde_json::from_str(&text).unwrap());
        if let Some(outcome) = &outcome {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            made.insert((
                text(&outcome["pass"]["scope"]),
                text(&outcome["nullifier"]),
                text(&outcome["account"]),
            ));
        }
        requests.insert(id, outcome);
    }
    assert_eq!(&made, registrations, "outcomes and registrations");
    requests
}
