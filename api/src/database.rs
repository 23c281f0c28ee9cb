//! The two databases: one of the issuer, one of the verifier, never joined.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Sqlite, Transaction};

/// A pool of connections to one of the databases.
pub type Pool = SqlitePool;
/// A write transaction of one of the databases.
pub type Write = Transaction<'static, Sqlite>;

static ISSUER: Migrator = sqlx::migrate!("../migrations/sqlite/issuer");
static VERIFIER: Migrator = sqlx::migrate!("../migrations/sqlite/verifier");

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The file cannot be opened, or is no SQLite database.
    #[error("cannot open the database: {0}")]
    Open(#[from] sqlx::Error),
    /// Its tables cannot be brought to this program's version.
    #[error("cannot migrate the database: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

/// Opens (or makes) the issuer's database and brings its tables up to date.
///
/// # Errors
/// As [`DatabaseError`].
pub async fn open_issuer(file: &Path) -> Result<Pool, DatabaseError> {
    open(file, &ISSUER).await
}

/// Opens (or makes) the verifier's database and brings its tables up to date.
///
/// # Errors
/// As [`DatabaseError`].
pub async fn open_verifier(file: &Path) -> Result<Pool, DatabaseError> {
    open(file, &VERIFIER).await
}

async fn open(file: &Path, migrator: &Migrator) -> Result<Pool, DatabaseError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A credential handed out must survive a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        // Deleted content is overwritten with zeros, not left on free pages.
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF");
    let pool = SqlitePoolOptions::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(20))
        // On a failed write SQLite itself ends the transaction, and the driver, which counts
        // transactions, never takes another on that connection: a new one takes its place.
        .before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }))
        .connect_with(options)
        .await?;
    migrator.run(&pool).await?;
    Ok(pool)
}

/// Begins a transaction that holds the one write lock from the start, so that what it reads
/// stays true until it commits.
///
/// # Errors
/// Where the lock is not free within the busy timeout, or the database fails.
pub async fn write(pool: &Pool) -> Result<Write, sqlx::Error> {
    pool.begin_with("BEGIN IMMEDIATE").await
}

/// Copies the write-ahead log into the database file and empties it, so that erased rows are
/// gone from both. Readers at work make it do less; the next call does the rest.
///
/// # Errors
/// Where the database fails.
pub async fn truncate_log(pool: &Pool) -> Result<(), sqlx::Error> {
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(pool)
        .await
        .map(drop)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeSet;

    #[tokio::test]
    async fn pragmas_hold_on_every_connection() {
        let dir = tempfile::tempdir().unwrap();
        let pool = open_issuer(&dir.path().join("issuer.sqlite"))
            .await
            .unwrap();
        let (mut first, mut second) =
            (pool.acquire().await.unwrap(), pool.acquire().await.unwrap());
        for connection in [&mut *first, &mut *second] {
            let number = |name: &'static str| name;
            for (pragma, expected) in [
                (number("PRAGMA foreign_keys"), 1i64),
                (number("PRAGMA secure_delete"), 1),
                (number("PRAGMA synchronous"), 2),
                (number("PRAGMA trusted_schema"), 0),
            ] {
                let value: i64 = sqlx::query_scalar(pragma)
                    .fetch_one(&mut *connection)
                    .await
                    .unwrap();
                assert_eq!(value, expected, "{pragma}");
            }
            let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
                .fetch_one(&mut *connection)
                .await
                .unwrap();
            assert_eq!(mode, "wal");
        }
    }

    #[tokio::test]
    async fn a_connection_whose_transaction_sqlite_ended_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let pool = open_issuer(&dir.path().join("issuer.sqlite"))
            .await
            .unwrap();
        for _ in 0..20 {
            let mut transaction = write(&pool).await.unwrap();
            // What SQLite does by itself where a write fails, behind the driver's back.
            sqlx::query("ROLLBACK")
                .execute(&mut *transaction)
                .await
                .unwrap();
            drop(transaction);
        }
        write(&pool).await.unwrap().commit().await.unwrap();
    }

    #[test]
    fn both_dialects_have_the_same_migrations() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
        let names = |dialect: &str, part: &str| -> BTreeSet<String> {
            std::fs::read_dir(root.join(dialect).join(part))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect()
        };
        for part in ["issuer", "verifier"] {
            assert_eq!(names("sqlite", part), names("postgres", part));
            assert!(!names("sqlite", part).is_empty());
        }
    }
}
