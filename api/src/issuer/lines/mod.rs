//! Lines in the database: what one issuer key takes for one person (docs/protocol.md section 9).
//!
//! Reading makes the [`Lines`](super::life::Lines) that the rules are about; writing applies what
//! they decided. Both happen in one transaction that holds the write lock.

mod deletion;
mod effect;
mod recovery;
mod view;

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::{DeviceLevel, DocumentLevel, StatusIndex, UniqueLevel};
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::template::TemplateCommitment;
use sqlx::SqliteConnection;

pub(super) use deletion::{delete_finished, forget_recoveries};
pub(super) use effect::{
    NewCredential, NewDocument, announce, block, draw_index, open, release, supersede,
};
pub(super) use recovery::{
    Announced, announced, cancel_of_app, cancel_of_session, settle_due, shown_on,
};
pub(super) use view::{Concern, view};

use crate::problem::{Code, Problem};

/// What a line says about one of its credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The index in the status list.
    pub status_index: StatusIndex,
    /// `T_portrait`.
    pub template: TemplateCommitment,
    /// The document level.
    pub document: DocumentLevel,
    /// The device level.
    pub device: DeviceLevel,
    /// The unique level.
    pub unique: UniqueLevel,
    /// Since when the secret stands for the person; day 0 for a first one.
    pub established_on: Day,
    /// The credential's last day.
    pub expires_on: Day,
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
    let (template, document, device, unique, established, expires): (
        String,
        i64,
        i64,
        i64,
        i64,
        i64,
    ) = sqlx::query_as(
        "SELECT template_commitment, document_level, device_level, unique_level, established_on,
                expires_on
         FROM credentials WHERE issuer = ? AND status_index = ?",
    )
    .bind(issuer.0.to_string())
    .bind(i64::from(index.get()))
    .fetch_one(connection)
    .await?;
    Ok(Entry {
        status_index: index,
        template: TemplateCommitment(field(&template)?),
        document: level(document, DocumentLevel::new)?,
        device: level(device, DeviceLevel::new)?,
        unique: level(unique, UniqueLevel::new)?,
        established_on: day(established)?,
        expires_on: day(expires)?,
    })
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

fn field(text: &str) -> Result<FieldElement, Problem> {
    FieldElement::parse(text).map_err(|_| Code::Internal.into())
}

#[cfg(test)]
mod tests;
