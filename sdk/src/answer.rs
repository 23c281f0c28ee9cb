//! The issuer's answer, field by field: a device takes a credential that says exactly what it
//! expects, or none (docs/protocol.md sections 5 and 11).

use ed25519_dalek::VerifyingKey;
use humanseal_documents::HolderData;
use humanseal_zk_credentials::calendar::{CalendarError, Date, Day};
use humanseal_zk_credentials::credential::{
    Credential, DeviceLevel, DocumentLevel, SignedCredential, UniqueLevel,
};
use humanseal_zk_credentials::eddsa::IssuerKey;
use humanseal_zk_credentials::exchange::{
    Environment, Issued, SessionId, SessionKind, Sha256Digest, SignedReceipt,
};
use humanseal_zk_credentials::holder::HolderKey;
use humanseal_zk_credentials::nationality::Nationality;
use humanseal_zk_credentials::template::TemplateCommitment;
use serde::{Deserialize, Serialize};

/// What the credential and the receipt of one session must say.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Where the issuer belongs.
    pub environment: Environment,
    /// The key that signs.
    pub issuer: IssuerKey,
    /// The session.
    pub session: SessionId,
    /// What it is for.
    pub kind: SessionKind,
    /// `H`.
    pub holder_key: HolderKey,
    /// `T_portrait`.
    pub template: TemplateCommitment,
    /// The document's birthdate, open parts as the latest possible date.
    pub birthdate: Date,
    /// The document's nationality.
    pub nationality: Nationality,
    /// The level that the issuer answered at the document step; a refresh keeps that of the
    /// credential before.
    pub document: DocumentLevel,
    /// The highest level that this device's key can earn.
    pub device: DeviceLevel,
    /// The highest level that is true: 3 only for a document with a lifelong personal number, after
    /// a refresh not above that of the credential before.
    pub unique: UniqueLevel,
    /// What `established_on` counts from: 0 for a first credential, that of the credential before, for a
    /// recovery its effect day.
    pub established: Day,
    /// The last day that it may end on: the document's, or after a refresh without one that of the
    /// credential before.
    pub lasts_until: Day,
    /// The day of the capture.
    pub day: Day,
    /// What the owner agreed to.
    pub consent: Sha256Digest,
    /// The statement that was sent.
    pub statement: Sha256Digest,
}

impl std::fmt::Debug for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Expected(..)")
    }
}

/// Days from evidence to the effect of a recovery at document level 3.
const CHIP_DELAY: u16 = 7;
/// The same below.
const COPY_DELAY: u16 = 30;

/// What of an issuer's answer is not as it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Another key signed.
    #[error("the credential was signed by another key than the session's")]
    IssuerKey,
    /// The signature does not hold.
    #[error("the credential's signature does not hold")]
    Signature,
    /// Another holder key.
    #[error("the credential is for another holder")]
    HolderKey,
    /// Another template.
    #[error("the credential is for another portrait")]
    Template,
    /// Another birthdate.
    #[error("the credential states another birthdate than the document")]
    Birthdate,
    /// Another nationality.
    #[error("the credential states another nationality than the document")]
    Nationality,
    /// Another document level.
    #[error("the credential states another document level than was verified")]
    Document,
    /// A higher device level than was hoped for.
    #[error("the credential states a higher device level than this device earns")]
    Device,
    /// A personal number that the document does not carry.
    #[error("the credential states a personal number that the document does not carry")]
    Unique,
    /// An established day that follows from nothing.
    #[error("the credential states a wrong day of establishment")]
    EstablishedOn,
    /// Not the day of this capture.
    #[error("the credential states a wrong day of the live match")]
    VerifiedOn,
    /// After the document's last day, or already over.
    #[error("the credential ends after its document or before it begins")]
    ExpiresOn,
    /// A recovery was announced for another day than 7 or 30 days ahead.
    #[error("the recovery was announced for another day than the rules say")]
    EffectDay,
    /// A credential where a recovery was to be announced, or the other way round.
    #[error("the answer is for another kind of session")]
    Kind,
    /// A receipt for something else.
    #[error("the consent receipt is for something else")]
    Receipt,
    /// A receipt that the issuer did not sign.
    #[error("the consent receipt's signature does not hold")]
    ReceiptSignature,
}

impl AnswerError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::IssuerKey => "credential_issuer_key",
            Self::Signature => "credential_signature_invalid",
            Self::HolderKey => "credential_holder_key",
            Self::Template => "credential_template",
            Self::Birthdate => "credential_birthdate",
            Self::Nationality => "credential_nationality",
            Self::Document => "credential_document_level",
            Self::Device => "credential_device_level",
            Self::Unique => "credential_unique_level",
            Self::EstablishedOn => "credential_established_on",
            Self::VerifiedOn => "credential_verified_on",
            Self::ExpiresOn => "credential_expires_on",
            Self::EffectDay => "recovery_effect_day",
            Self::Kind => "answer_kind_mismatch",
            Self::Receipt => "receipt_mismatch",
            Self::ReceiptSignature => "receipt_signature_invalid",
        }
    }
}

/// The credential fields that follow from a data page, or from the credential in its place.
pub(crate) struct FromPage {
    pub(crate) birthdate: Date,
    pub(crate) nationality: Nationality,
    pub(crate) unique: UniqueLevel,
    pub(crate) lasts_until: Day,
}

impl FromPage {
    /// Reads them off the data page of a document that can earn this level.
    ///
    /// # Errors
    /// [`CalendarError`] for a date that a credential cannot carry.
    pub(crate) fn of(holder: &HolderData, document: DocumentLevel) -> Result<Self, CalendarError> {
        Ok(Self {
            birthdate: Date::from_yyyymmdd(holder.birthdate.yyyymmdd())?,
            nationality: Nationality::from_alpha3(holder.nationality.alpha3()),
            unique: match (document, &holder.personal_number) {
                // Nobody signed it, so it says nothing about uniqueness.
                (DocumentLevel::DataPage, _) => UniqueLevel::LiveNamesake,
                (_, Some(_)) => UniqueLevel::PersonalNumber,
                (_, None) => UniqueLevel::NoLiveNamesake,
            },
            lasts_until: Date::from_yyyymmdd(holder.expiry.yyyymmdd())?.day()?,
        })
    }
}

impl Expected {
    /// Checks an answer; every field that the device knows must be the one that it knows.
    ///
    /// # Errors
    /// [`AnswerError`], the first field that is not.
    pub fn check(&self, answer: &Issued, signing_key: &VerifyingKey) -> Result<(), AnswerError> {
        self.credential(&answer.credential)?;
        self.receipt(
            &answer.receipt,
            answer.credential.credential.verified_on,
            signing_key,
        )
    }

    /// Checks the effect day of a recovery: 7 days after the evidence at document level 3, else 30;
    /// clocks and midnight allow one day to either side.
    ///
    /// # Errors
    /// [`AnswerError::EffectDay`].
    pub fn effect_day(&self, effect: Day) -> Result<(), AnswerError> {
        let delay = match self.document {
            DocumentLevel::ActiveAuthentication => CHIP_DELAY,
            _ => COPY_DELAY,
        };
        let due = self.day.0.saturating_add(delay);
        match effect.0.abs_diff(due) {
            0 | 1 => Ok(()),
            _ => Err(AnswerError::EffectDay),
        }
    }

    fn credential(&self, signed: &SignedCredential) -> Result<(), AnswerError> {
        use AnswerError as E;
        let states = |holds: bool, error: E| if holds { Ok(()) } else { Err(error) };
        let credential = &signed.credential;
        states(signed.issuer == self.issuer, E::IssuerKey)?;
        signed.verify().map_err(|_| E::Signature)?;
        states(credential.holder_key == self.holder_key, E::HolderKey)?;
        states(credential.template == self.template, E::Template)?;
        states(credential.birthdate == self.birthdate, E::Birthdate)?;
        states(credential.nationality == self.nationality, E::Nationality)?;
        states(credential.document == self.document, E::Document)?;
        // The issuer may find an attestation worth less: the credential is good all the same.
        states(credential.device <= self.device, E::Device)?;
        // Whether a namesake lives only the issuer knows; a number that is not there it cannot.
        states(credential.unique <= self.unique, E::Unique)?;
        states(self.established(credential), E::EstablishedOn)?;
        // The issuer's day at evidence; clocks and midnight allow one day to either side.
        states(
            credential.verified_on.0.abs_diff(self.day.0) <= 1,
            E::VerifiedOn,
        )?;
        let lasts = credential.expires_on >= credential.verified_on;
        states(
            lasts && credential.expires_on <= self.lasts_until,
            E::ExpiresOn,
        )
    }

    /// The day on which the holder was established (docs/protocol.md section 9, docs/life.md).
    fn established(&self, credential: &Credential) -> bool {
        let (stated, match_day) = (credential.established_on, credential.verified_on);
        match self.kind {
            // 0, or the day of issue where the person tag is known.
            SessionKind::Issue => stated == self.established || stated == match_day,
            // Kept; or it begins anew on the day of the match, or with the next day's first root.
            SessionKind::Refresh | SessionKind::Renew => {
                stated == self.established
                    || (match_day..=Day(match_day.0.saturating_add(1))).contains(&stated)
            }
            // The day of the first root that shows the recovery. A later one than the truth would
            // only make its holder wait.
            SessionKind::Recover => stated >= self.established,
        }
    }

    fn receipt(
        &self,
        signed: &SignedReceipt,
        day: Day,
        key: &VerifyingKey,
    ) -> Result<(), AnswerError> {
        let receipt = &signed.receipt;
        let fits = receipt.version == 1
            && receipt.environment == self.environment
            && receipt.issuer == self.issuer.id()
            && receipt.session == self.session
            && receipt.kind == self.kind
            && receipt.consent == self.consent
            && receipt.statement == self.statement
            && receipt.day == day;
        if !fits {
            return Err(AnswerError::Receipt);
        }
        signed
            .verify(key)
            .map_err(|_| AnswerError::ReceiptSignature)
    }
}
