//! Reading: the lines that a session concerns.

use std::collections::BTreeSet;

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::{DeviceLevel, DocumentLevel, StatusIndex, UniqueLevel};
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::holder::HolderKey;
use humanseal_zk_credentials::template::{ModelId, TemplateCommitment};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::recovery;
use super::{day, field, level, status_index};
use crate::issuer::life::{Calendar, Held, KnownDocument, KnownTag, Line, LineId, Lines, Standing};
use crate::issuer::tags::{Tag, Tags};
use crate::problem::{Code, Problem};

/// By what a session can concern a line.
pub struct Concern<'a> {
    /// The tags of the document; none where a credential stands in its place.
    pub tags: &'a [Tags],
    /// The holder key.
    pub holder_key: HolderKey,
    /// The index of the credential that was shown.
    pub index: Option<StatusIndex>,
    /// The line of a recovery.
    pub line: Option<LineId>,
}

/// The lines that a session concerns, and all that share a person tag with one of them.
///
/// # Errors
/// `internal` where the database fails.
pub async fn view(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    concern: &Concern<'_>,
    calendar: Calendar,
) -> Result<Lines, Problem> {
    let mut ids: BTreeSet<i64> = concern.line.map(|line| line.0).into_iter().collect();
    for tags in concern.tags {
        ids.extend(by_tags(connection, issuer, tags).await?);
    }
    ids.extend(by_holder_key(connection, issuer, concern.holder_key).await?);
    if let Some(index) = concern.index {
        ids.extend(by_index(connection, issuer, index).await?);
    }
    for id in ids.clone() {
        ids.extend(namesakes(connection, id).await?);
    }
    let mut lines = Vec::with_capacity(ids.len());
    for id in ids {
        lines.push(line(connection, LineId(id)).await?);
    }
    Ok(Lines::on(calendar, lines))
}

async fn by_tags(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    tags: &Tags,
) -> Result<Vec<i64>, Problem> {
    Ok(sqlx::query_scalar(
        "SELECT line_id FROM line_documents
             WHERE issuer = ?1 AND pepper_version = ?2 AND document_tag = ?3
         UNION SELECT line_id FROM line_persons
             WHERE issuer = ?1 AND pepper_version = ?2 AND person_tag = ?4
         UNION SELECT line_id FROM line_numbers
             WHERE issuer = ?1 AND pepper_version = ?2 AND number_tag = ?5",
    )
    .bind(issuer.0.to_string())
    .bind(i64::from(tags.pepper_version))
    .bind(&tags.document.0[..])
    .bind(&tags.person.0[..])
    .bind(tags.number.as_ref().map(|number| &number.0[..]))
    .fetch_all(connection)
    .await?)
}

async fn by_holder_key(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    key: HolderKey,
) -> Result<Vec<i64>, Problem> {
    Ok(sqlx::query_scalar(
        "SELECT line_id FROM credentials WHERE issuer = ?1 AND holder_key = ?2
         UNION SELECT line_id FROM recoveries WHERE issuer = ?1 AND holder_key = ?2",
    )
    .bind(issuer.0.to_string())
    .bind(key.0.to_string())
    .fetch_all(connection)
    .await?)
}

async fn by_index(
    connection: &mut SqliteConnection,
    issuer: IssuerId,
    index: StatusIndex,
) -> Result<Option<i64>, Problem> {
    Ok(
        sqlx::query_scalar("SELECT line_id FROM credentials WHERE issuer = ? AND status_index = ?")
            .bind(issuer.0.to_string())
            .bind(i64::from(index.get()))
            .fetch_optional(connection)
            .await?,
    )
}

async fn namesakes(connection: &mut SqliteConnection, line: i64) -> Result<Vec<i64>, Problem> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT other.line_id FROM line_persons mine
         JOIN line_persons other ON other.issuer = mine.issuer
             AND other.pepper_version = mine.pepper_version AND other.person_tag = mine.person_tag
         WHERE mine.line_id = ?",
    )
    .bind(line)
    .fetch_all(connection)
    .await?)
}

/// One line, whole.
///
/// # Errors
/// `internal` where there is none.
pub async fn line(connection: &mut SqliteConnection, id: LineId) -> Result<Line, Problem> {
    let blocked: i64 = sqlx::query_scalar("SELECT blocked FROM lines WHERE id = ?")
        .bind(id.0)
        .fetch_one(&mut *connection)
        .await?;
    Ok(Line {
        id,
        documents: documents(connection, id).await?,
        persons: known_tags(
            connection,
            "SELECT pepper_version, person_tag FROM line_persons WHERE line_id = ? ORDER BY rowid",
            id,
        )
        .await?,
        numbers: known_tags(
            connection,
            "SELECT pepper_version, number_tag FROM line_numbers WHERE line_id = ? ORDER BY rowid",
            id,
        )
        .await?,
        held: held(connection, id).await?,
        recoveries: recovery::of_line(connection, id).await?,
        blocked: blocked != 0,
    })
}

async fn documents(
    connection: &mut SqliteConnection,
    line: LineId,
) -> Result<Vec<KnownDocument>, Problem> {
    let rows: Vec<(i64, Vec<u8>, i64)> = sqlx::query_as(
        "SELECT pepper_version, document_tag, document_expires FROM line_documents
         WHERE line_id = ? ORDER BY rowid",
    )
    .bind(line.0)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(version, tag, expires)| {
            Ok(KnownDocument {
                tag: known_tag(version, tag)?,
                expires_on: day(expires)?,
            })
        })
        .collect()
}

async fn known_tags(
    connection: &mut SqliteConnection,
    query: &'static str,
    line: LineId,
) -> Result<Vec<KnownTag>, Problem> {
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(query)
        .bind(line.0)
        .fetch_all(connection)
        .await?;
    rows.into_iter()
        .map(|(version, tag)| known_tag(version, tag))
        .collect()
}

/// A tag out of the database.
pub(super) fn known_tag(version: i64, tag: Vec<u8>) -> Result<KnownTag, Problem> {
    Ok(KnownTag {
        version: u32::try_from(version).map_err(|_| Code::Internal)?,
        tag: Tag(tag.try_into().map_err(|_| Code::Internal)?),
    })
}

async fn held(connection: &mut SqliteConnection, line: LineId) -> Result<Vec<Held>, Problem> {
    let rows = sqlx::query(
        "SELECT c.*, r.status_index AS bit, r.shown_at FROM credentials c
         LEFT JOIN revocations r ON r.issuer = c.issuer AND r.status_index = c.status_index
         WHERE c.line_id = ? ORDER BY c.place",
    )
    .bind(line.0)
    .fetch_all(connection)
    .await?;
    rows.iter().map(held_of_row).collect()
}

fn held_of_row(row: &SqliteRow) -> Result<Held, Problem> {
    let text = |column: &str| -> Result<String, Problem> { Ok(row.try_get(column)?) };
    let number = |column: &str| -> Result<i64, Problem> { Ok(row.try_get(column)?) };
    let shown_at: Option<i64> = row.try_get("shown_at")?;
    Ok(Held {
        index: status_index(number("status_index")?)?,
        standing: Standing {
            holder_key: HolderKey(field(&text("holder_key")?)?),
            template: TemplateCommitment(field(&text("template_commitment")?)?),
            model: ModelId(field(&text("model")?)?),
            document: level(number("document_level")?, DocumentLevel::new)?,
            device: level(number("device_level")?, DeviceLevel::new)?,
            unique: level(number("unique_level")?, UniqueLevel::new)?,
            established_on: day(number("established_on")?)?,
            expires_on: day(number("expires_on")?)?,
        },
        revoked: row.try_get::<Option<i64>, _>("bit")?.is_some(),
        shown_on: shown_at
            .map(Day::from_unix_seconds)
            .transpose()
            .map_err(|_| Code::Internal)?,
    })
}
