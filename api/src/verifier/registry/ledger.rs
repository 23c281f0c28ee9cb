//! What the database has of a contract: blocks that were read, and what their events say.

use alloy::primitives::{Address, B256};
use humanseal_wallet_link::Account;
use sqlx::{SqliteConnection, SqliteExecutor};

use super::event::{Change, Event, Place, Trusted};
use crate::chain::Block;
use crate::database::{self, Pool};
use crate::problem::{Code, Problem};

/// Blocks behind the newest whose hashes are kept. A reorganisation below them is replayed from the
/// contract's first block.
const KEPT_BLOCKS: i64 = 4_096;

/// A block up to which a contract was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadBlock {
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: B256,
    /// Its time, Unix seconds.
    pub time: i64,
}

/// A range of blocks that was read: its last block, and the events of all of them with the times of
/// their blocks, in the chain's order.
#[derive(Debug)]
pub struct Range {
    /// The last block.
    pub last: Block,
    /// The events.
    pub events: Vec<(Event, i64)>,
}

/// A live registration as the chain has it; times in Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct OnChain {
    /// When the account took the place.
    pub since: i64,
    /// When it ends.
    pub expires_at: i64,
}

/// The rows of one contract.
#[derive(Debug, Clone)]
pub struct Ledger {
    pool: Pool,
    scope: String,
    chain_id: u64,
}

impl Ledger {
    /// The ledger of `scope`, empty where the contract was never read, or from another first block.
    ///
    /// # Errors
    /// `None` where the scope's registry is, or was, another one: a scope never changes it.
    pub async fn open(
        pool: &Pool,
        scope: String,
        contract: &Account,
        chain_id: u64,
        from_block: u64,
    ) -> Result<Option<Self>, Problem> {
        let mut transaction = database::write(pool).await?;
        let by_rest: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM registrations WHERE scope = ? LIMIT 1")
                .bind(&scope)
                .fetch_optional(&mut *transaction)
                .await?;
        let known: Option<(String, i64)> =
            sqlx::query_as("SELECT contract, from_block FROM contracts WHERE scope = ?")
                .bind(&scope)
                .fetch_optional(&mut *transaction)
                .await?;
        let name = contract.to_string();
        let other = |(known, _): &(String, i64)| *known != name;
        if by_rest.is_some() || known.as_ref().is_some_and(other) {
            return Ok(None);
        }
        let from = number(from_block)?;
        if known.is_some_and(|(_, read_from)| read_from != from) {
            erase_above(&mut transaction, &scope, -1).await?;
        }
        sqlx::query(
            "INSERT INTO contracts (scope, contract, from_block) VALUES (?, ?, ?)
             ON CONFLICT (scope) DO UPDATE SET from_block = excluded.from_block",
        )
        .bind(&scope)
        .bind(name)
        .bind(from)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Some(Self {
            pool: pool.clone(),
            scope,
            chain_id,
        }))
    }

    /// Whether a contract is, or was, the registry of a scope.
    pub async fn exists(pool: &Pool, scope: &str) -> Result<bool, Problem> {
        let row: Option<i64> = sqlx::query_scalar("SELECT 1 FROM contracts WHERE scope = ?")
            .bind(scope)
            .fetch_optional(pool)
            .await?;
        Ok(row.is_some())
    }

    /// The newest block that was read.
    pub async fn newest(&self) -> Result<Option<ReadBlock>, Problem> {
        newest(&self.pool, &self.scope).await
    }

    /// All blocks whose hashes are known, oldest first.
    pub async fn blocks(&self) -> Result<Vec<ReadBlock>, Problem> {
        let rows: Vec<BlockRow> = sqlx::query_as(
            "SELECT number, hash, time FROM contract_blocks WHERE scope = ? ORDER BY number",
        )
        .bind(&self.scope)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(BlockRow::read).collect()
    }

    /// Takes back everything that is not of the chain up to `kept`; all of it where that is none.
    pub async fn roll_back(&self, kept: Option<&ReadBlock>) -> Result<(), Problem> {
        let mut transaction = database::write(&self.pool).await?;
        let above = kept.map_or(Ok(-1), |block| number(block.number))?;
        erase_above(&mut transaction, &self.scope, above).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Writes a range that follows `before`, all of it or nothing.
    ///
    /// # Errors
    /// `internal` where the newest block is another one by now.
    pub async fn append(&self, before: Option<&ReadBlock>, range: &Range) -> Result<(), Problem> {
        let mut transaction = database::write(&self.pool).await?;
        if newest(&mut *transaction, &self.scope).await?.as_ref() != before {
            tracing::error!("a contract is read by two at once");
            return Err(Code::Internal.into());
        }
        for (event, time) in &range.events {
            self.write(&mut transaction, event, *time).await?;
        }
        let last = number(range.last.number)?;
        sqlx::query("INSERT INTO contract_blocks (scope, number, hash, time) VALUES (?, ?, ?, ?)")
            .bind(&self.scope)
            .bind(last)
            .bind(range.last.hash.to_string())
            .bind(range.last.time)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM contract_blocks WHERE scope = ? AND number < ?")
            .bind(&self.scope)
            .bind(last - KEPT_BLOCKS)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn write(
        &self,
        connection: &mut SqliteConnection,
        event: &Event,
        time: i64,
    ) -> Result<(), Problem> {
        match event.change {
            Change::Registered {
                account,
                place,
                expires_at,
                issuer,
                key,
            } => {
                let account = self.account(account)?;
                let held = self.held(connection, &account, place, time).await?;
                sqlx::query(
                    "INSERT INTO contract_registrations (scope, block, log_index, block_hash,
                         account, place, since, expires_at, issuer, key)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(&self.scope)
                .bind(number(event.block)?)
                .bind(number(event.log_index)?)
                .bind(event.block_hash.to_string())
                .bind(account)
                .bind(place.as_text())
                .bind(held.unwrap_or(time))
                .bind(expires_at)
                .bind(issuer)
                .bind(key)
                .execute(connection)
                .await?;
            }
            Change::Ended { account, place } => {
                sqlx::query(
                    "INSERT INTO contract_ends (scope, block, log_index, block_hash, account, place)
                     VALUES (?, ?, ?, ?, ?, ?)",
                )
                .bind(&self.scope)
                .bind(number(event.block)?)
                .bind(number(event.log_index)?)
                .bind(event.block_hash.to_string())
                .bind(self.account(account)?)
                .bind(place.as_text())
                .execute(connection)
                .await?;
            }
            Change::Trust {
                kind,
                number: index,
                trusted,
            } => self.trust(connection, event, kind, index, trusted).await?,
            Change::Key { number: index, .. } => {
                self.trust(connection, event, Trusted::Key, index, true)
                    .await?;
            }
        }
        Ok(())
    }

    async fn trust(
        &self,
        connection: &mut SqliteConnection,
        event: &Event,
        kind: Trusted,
        index: u8,
        trusted: bool,
    ) -> Result<(), Problem> {
        sqlx::query(
            "INSERT INTO contract_trust (scope, block, log_index, block_hash, kind, number, trusted)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&self.scope)
        .bind(number(event.block)?)
        .bind(number(event.log_index)?)
        .bind(event.block_hash.to_string())
        .bind(kind.as_str())
        .bind(index)
        .bind(trusted)
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Since when the account has this very place, where it has it at this moment: renewing keeps
    /// the time from which the place cools down.
    async fn held(
        &self,
        connection: &mut SqliteConnection,
        account: &str,
        place: Place,
        time: i64,
    ) -> Result<Option<i64>, Problem> {
        let live = live(&mut *connection, &self.scope, account, time).await?;
        Ok(live
            .filter(|live| live.place == place.as_text())
            .map(|live| live.registration.since))
    }

    /// The newest block that was read, and what it says of an account, both of one moment. What
    /// lapsed since that block, by the clock, is no registration either.
    pub async fn standing(
        &self,
        account: &Account,
        now: i64,
    ) -> Result<Option<(ReadBlock, Option<OnChain>)>, Problem> {
        let mut transaction = self.pool.begin().await?;
        let Some(block) = newest(&mut *transaction, &self.scope).await? else {
            return Ok(None);
        };
        let at = block.time.max(now);
        let live = live(&mut *transaction, &self.scope, &account.to_string(), at).await?;
        Ok(Some((block, live.map(|live| live.registration))))
    }

    fn account(&self, address: Address) -> Result<String, Problem> {
        Account::eip155(self.chain_id, address.into())
            .map(|account| account.to_string())
            .map_err(|_| Code::Internal.into())
    }
}

#[derive(sqlx::FromRow)]
struct OnChainPlace {
    place: String,
    #[sqlx(flatten)]
    registration: OnChain,
}

/// What `isVerified` says at `time`: the account's newest registration, neither ended since nor
/// lapsed, its issuer and its key admitted and not distrusted.
async fn live(
    database: impl SqliteExecutor<'_>,
    scope: &str,
    account: &str,
    time: i64,
) -> Result<Option<OnChainPlace>, Problem> {
    Ok(sqlx::query_as(
        "SELECT r.place, r.since, r.expires_at FROM (
             SELECT * FROM contract_registrations WHERE scope = ?1 AND account = ?2
             ORDER BY block DESC, log_index DESC LIMIT 1) AS r
         WHERE r.expires_at > ?3
           AND NOT EXISTS (
             SELECT 1 FROM contract_ends AS e
             WHERE e.scope = ?1 AND e.account = ?2 AND e.place = r.place
               AND (e.block > r.block OR e.block = r.block AND e.log_index > r.log_index))
           AND 1 = (SELECT trusted FROM contract_trust
             WHERE scope = ?1 AND kind = 'issuer' AND number = r.issuer
             ORDER BY block DESC, log_index DESC LIMIT 1)
           AND 1 = (SELECT trusted FROM contract_trust
             WHERE scope = ?1 AND kind = 'key' AND number = r.key
             ORDER BY block DESC, log_index DESC LIMIT 1)",
    )
    .bind(scope)
    .bind(account)
    .bind(time)
    .fetch_optional(database)
    .await?)
}

#[derive(sqlx::FromRow)]
struct BlockRow {
    number: i64,
    hash: String,
    time: i64,
}

impl BlockRow {
    fn read(self) -> Result<ReadBlock, Problem> {
        Ok(ReadBlock {
            number: u64::try_from(self.number).map_err(|_| Code::Internal)?,
            hash: self.hash.parse().map_err(|_| Code::Internal)?,
            time: self.time,
        })
    }
}

async fn newest(
    database: impl SqliteExecutor<'_>,
    scope: &str,
) -> Result<Option<ReadBlock>, Problem> {
    let row: Option<BlockRow> = sqlx::query_as(
        "SELECT number, hash, time FROM contract_blocks WHERE scope = ?
         ORDER BY number DESC LIMIT 1",
    )
    .bind(scope)
    .fetch_optional(database)
    .await?;
    row.map(BlockRow::read).transpose()
}

async fn erase_above(
    connection: &mut SqliteConnection,
    scope: &str,
    block: i64,
) -> Result<(), Problem> {
    for erase in [
        "DELETE FROM contract_registrations WHERE scope = ? AND block > ?",
        "DELETE FROM contract_ends WHERE scope = ? AND block > ?",
        "DELETE FROM contract_trust WHERE scope = ? AND block > ?",
        "DELETE FROM contract_blocks WHERE scope = ? AND number > ?",
    ] {
        sqlx::query(erase)
            .bind(scope)
            .bind(block)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

fn number(number: u64) -> Result<i64, Problem> {
    i64::try_from(number).map_err(|_| Code::Internal.into())
}
