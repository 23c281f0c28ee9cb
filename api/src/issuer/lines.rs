//! Lines: what one issuer key takes for one person (docs/protocol.md section 9).

use humanseal_attestation::AppId;
use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::{DeviceLevel, DocumentLevel, StatusIndex, UniqueLevel};
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::status_list::STATUS_BITS;
use humanseal_zk_credentials::template::{ModelId, TemplateCommitment};
use sqlx::SqliteConnection;

use super::page::DataPage;
use crate::problem::{Code, Problem};
use crate::random;

/// What a new credential brings to its line.
pub struct NewCredential<'a> {
    /// The issuer key.
    pub issuer: IssuerId,
    /// The data page.
    pub page: &'a DataPage,
    /// `T_portrait`.
    pub template: TemplateCommitment,
    /// The embedding model.
    pub model: ModelId,
    /// The device level reached.
    pub device: DeviceLevel,
    /// The app that vouches for the device, where one does.
    pub app: Option<&'a AppId>,
    /// The issuer's day.
    pub today: Day,
    /// The credential's last day.
    pub expires_on: Day,
}

/// What a line says about one of its credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The index in the status list.
    pub status_index: StatusIndex,
    /// The device level.
    pub device: DeviceLevel,
    /// The unique level.
    pub unique: UniqueLevel,
    /// Since when the secret stands for the person; day 0 for a first one.
    pub established_on: Day,
    /// The credential's last day.
    pub expires_on: Day,
}

/// Opens a line for a session of kind `issue`. The caller holds the write lock.
///
/// # Errors
/// `document_known`, `number_known`, `holder_key_taken`, `status_list_full`, or `internal`.
pub async fn open(
    connection: &mut SqliteConnection,
    new: &NewCredential<'_>,
) -> Result<Entry, Problem> {
    document_unknown(connection, new).await?;
    number_unknown(connection, new).await?;
    holder_key_free(connection, new).await?;
    let known = person(connection, new).await?;
    let entry = Entry {
        status_index: draw_index(connection, new.issuer).await?,
        device: new.device,
        unique: unique_level(new.page, known),
        established_on: if known.any { new.today } else { Day(0) },
        expires_on: new.expires_on,
    };
    insert(connection, new, &entry).await?;
    Ok(entry)
}

/// What the line says about the credential at `index`.
///
/// # Errors
/// `internal` where there is none.
pub async fn entry(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    index: StatusIndex,
) -> Result<Entry, Problem> {
    let (device, unique, established, expires): (i64, i64, i64, i64) = sqlx::query_as(
        "SELECT device_level, unique_level, established_on, expires_on FROM credentials
         WHERE issuer = ? AND status_index = ?",
    )
    .bind(issuer.0.to_string())
    .bind(i64::from(index.get()))
    .fetch_one(connection)
    .await?;
    Ok(Entry {
        status_index: index,
        device: level(device, DeviceLevel::new)?,
        unique: level(unique, UniqueLevel::new)?,
        established_on: day(established)?,
        expires_on: day(expires)?,
    })
}

async fn document_unknown(
    connection: &mut SqliteConnection,
    new: &NewCredential<'_>,
) -> Result<(), Problem> {
    for tags in &new.page.tags {
        let known: Option<i64> = sqlx::query_scalar(
            "SELECT line_id FROM line_documents
             WHERE issuer = ? AND pepper_version = ? AND document_tag = ?",
        )
        .bind(new.issuer.0.to_string())
        .bind(i64::from(tags.pepper_version))
        .bind(&tags.document.0[..])
        .fetch_optional(&mut *connection)
        .await?;
        if known.is_some() {
            return Err(Code::DocumentKnown.into());
        }
    }
    Ok(())
}

async fn number_unknown(
    connection: &mut SqliteConnection,
    new: &NewCredential<'_>,
) -> Result<(), Problem> {
    for tags in &new.page.tags {
        let Some(number) = &tags.number else { continue };
        let known: Option<i64> = sqlx::query_scalar(
            "SELECT line_id FROM line_numbers
             WHERE issuer = ? AND pepper_version = ? AND number_tag = ?",
        )
        .bind(new.issuer.0.to_string())
        .bind(i64::from(tags.pepper_version))
        .bind(&number.0[..])
        .fetch_optional(&mut *connection)
        .await?;
        if known.is_some() {
            return Err(Code::NumberKnown.into());
        }
    }
    Ok(())
}

async fn holder_key_free(
    connection: &mut SqliteConnection,
    new: &NewCredential<'_>,
) -> Result<(), Problem> {
    let taken: Option<i64> = sqlx::query_scalar(
        "SELECT line_id FROM credentials WHERE issuer = ? AND holder_key = ? LIMIT 1",
    )
    .bind(new.issuer.0.to_string())
    .bind(new.page.holder_key.0.to_string())
    .fetch_optional(connection)
    .await?;
    if taken.is_some() {
        return Err(Code::HolderKeyTaken.into());
    }
    Ok(())
}

/// Whether older lines carry the person tag, whether one of them is live, and whether such a one has
/// no personal number.
#[derive(Clone, Copy)]
struct KnownPerson {
    any: bool,
    live: bool,
    live_without_number: bool,
}

async fn person(
    connection: &mut SqliteConnection,
    new: &NewCredential<'_>,
) -> Result<KnownPerson, Problem> {
    let mut known = KnownPerson {
        any: false,
        live: false,
        live_without_number: false,
    };
    for tags in &new.page.tags {
        let (lines, live, without_number): (i64, i64, i64) = sqlx::query_as(
            "SELECT COUNT(DISTINCT p.line_id),
                    COUNT(CASE WHEN c.expires_on >= ?1 AND r.status_index IS NULL THEN 1 END),
                    COUNT(CASE WHEN c.expires_on >= ?1 AND r.status_index IS NULL
                               AND n.line_id IS NULL THEN 1 END)
             FROM line_persons p
             JOIN credentials c ON c.line_id = p.line_id
             LEFT JOIN revocations r ON r.issuer = c.issuer AND r.status_index = c.status_index
             LEFT JOIN line_numbers n ON n.line_id = p.line_id
             WHERE p.issuer = ?2 AND p.pepper_version = ?3 AND p.person_tag = ?4",
        )
        .bind(i64::from(new.today.0))
        .bind(new.issuer.0.to_string())
        .bind(i64::from(tags.pepper_version))
        .bind(&tags.person.0[..])
        .fetch_one(&mut *connection)
        .await?;
        known.any |= lines > 0;
        known.live |= live > 0;
        known.live_without_number |= without_number > 0;
    }
    Ok(known)
}

/// Section 5: 1 an older line with the same person tag is live, 2 none is, 3 a lifelong personal
/// number says so. Document 1 says nothing about uniqueness, so it never gets more than 1. A number
/// tells its holder from namesakes that have one too; of a line without a number it says nothing, so
/// that the same human's other document would be a second place
/// (docs/decisions/0007-numbers-and-namesakes.md).
fn unique_level(page: &DataPage, known: KnownPerson) -> UniqueLevel {
    let numbered = page.tags.iter().any(|tags| tags.number.is_some());
    if page.document == DocumentLevel::DataPage {
        UniqueLevel::LiveNamesake
    } else if numbered && !known.live_without_number {
        UniqueLevel::PersonalNumber
    } else if known.live {
        UniqueLevel::LiveNamesake
    } else {
        UniqueLevel::NoLiveNamesake
    }
}

/// An index that was never given before. The list is far larger than any sensible number of draws
/// needs, so many failures mean that it is full.
async fn draw_index(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
) -> Result<StatusIndex, Problem> {
    for _ in 0..256 {
        let drawn = random::below(STATUS_BITS)?;
        let taken: Option<i64> = sqlx::query_scalar(
            "SELECT status_index FROM credentials WHERE issuer = ? AND status_index = ?",
        )
        .bind(issuer.0.to_string())
        .bind(i64::from(drawn))
        .fetch_optional(&mut *connection)
        .await?;
        if taken.is_none() {
            return status_index(i64::from(drawn));
        }
    }
    Err(Code::StatusListFull.into())
}

async fn insert(
    connection: &mut SqliteConnection,
    new: &NewCredential<'_>,
    entry: &Entry,
) -> Result<(), Problem> {
    let issuer = new.issuer.0.to_string();
    let line: i64 = sqlx::query_scalar("INSERT INTO lines (issuer) VALUES (?) RETURNING id")
        .bind(&issuer)
        .fetch_one(&mut *connection)
        .await?;
    // Tags are written under the newest pepper, which stands first.
    let tags = new.page.tags.first().ok_or(Code::Internal)?;
    let version = i64::from(tags.pepper_version);
    sqlx::query(
        "INSERT INTO line_documents (line_id, issuer, pepper_version, document_tag, document_expires)
         VALUES (?, ?, ?, ?, ?)",
    )
    .bind(line)
    .bind(&issuer)
    .bind(version)
    .bind(&tags.document.0[..])
    .bind(i64::from(new.page.document_expires.0))
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO line_persons (line_id, issuer, pepper_version, person_tag) VALUES (?, ?, ?, ?)",
    )
    .bind(line)
    .bind(&issuer)
    .bind(version)
    .bind(&tags.person.0[..])
    .execute(&mut *connection)
    .await?;
    if let Some(number) = &tags.number {
        sqlx::query(
            "INSERT INTO line_numbers (line_id, issuer, pepper_version, number_tag)
             VALUES (?, ?, ?, ?)",
        )
        .bind(line)
        .bind(&issuer)
        .bind(version)
        .bind(&number.0[..])
        .execute(&mut *connection)
        .await?;
    }
    sqlx::query(
        "INSERT INTO credentials (issuer, status_index, line_id, holder_key, template_commitment,
             model, document_level, device_level, unique_level, established_on, expires_on, app)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&issuer)
    .bind(i64::from(entry.status_index.get()))
    .bind(line)
    .bind(new.page.holder_key.0.to_string())
    .bind(new.template.0.to_string())
    .bind(new.model.0.to_string())
    .bind(i64::from(new.page.document.get()))
    .bind(i64::from(entry.device.get()))
    .bind(i64::from(entry.unique.get()))
    .bind(i64::from(entry.established_on.0))
    .bind(i64::from(entry.expires_on.0))
    .bind(new.app.map(AppId::as_str))
    .execute(connection)
    .await?;
    Ok(())
}

/// A status index out of the database.
pub(super) fn status_index(number: i64) -> Result<StatusIndex, Problem> {
    u32::try_from(number)
        .ok()
        .and_then(|number| StatusIndex::new(number).ok())
        .ok_or_else(|| Code::Internal.into())
}

/// A day out of the database.
pub(super) fn day(number: i64) -> Result<Day, Problem> {
    u16::try_from(number)
        .map(Day)
        .map_err(|_| Code::Internal.into())
}

fn level<T, E>(number: i64, make: impl Fn(u8) -> Result<T, E>) -> Result<T, Problem> {
    u8::try_from(number)
        .ok()
        .and_then(|number| make(number).ok())
        .ok_or_else(|| Code::Internal.into())
}
