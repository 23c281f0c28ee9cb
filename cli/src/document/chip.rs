//! Asking the chip of a folder, for `humanseal document check`.

use humanseal_documents::{
    ActiveAuthError, Authenticated, Challenge, Chip, FolderChip, Sod, Verdict,
};
use serde::Serialize;

use super::Row;
use crate::output::Failure;

/// The check's name in the list of checks.
const CHECK: &str = "active_authentication";

/// What a chip was asked and what it answered, so that another program can judge it too.
#[derive(Serialize)]
pub struct Asked {
    /// The kind of its key.
    pub key: Option<String>,
    /// The challenge, in hexadecimal digits.
    challenge: String,
    /// The answer, in hexadecimal digits.
    answer: String,
    /// The check that failed.
    pub refusal: Option<&'static str>,
    #[serde(skip)]
    reason: Option<String>,
}

/// Asks a chip that can answer, for a document that passed passive authentication and lists a key.
pub fn ask(
    chip: &mut FolderChip,
    sod: &Sod,
    authenticated: Option<&Authenticated>,
) -> Result<Option<Asked>, Failure> {
    let Some(authenticated) = authenticated else {
        return Ok(None);
    };
    if sod.digest_of(15).is_none() || !chip.answers() {
        return Ok(None);
    }
    let mut challenge = [0; 8];
    getrandom::fill(&mut challenge)
        .map_err(|_| Failure::fault("the operating system gives no randomness"))?;
    let answer = chip
        .authenticate(Challenge(challenge))
        .map_err(|error| Failure::input(format!("{error} ({})", error.code())))?;
    let key = authenticated.chip_key();
    let result: Result<(), ActiveAuthError> = match &key {
        Ok(key) => key.verify(Challenge(challenge), &answer),
        Err(error) => Err(*error),
    };
    let refusal = result.err();
    Ok(Some(Asked {
        key: key.ok().map(|key| key.name()),
        challenge: hex::encode(challenge),
        answer: hex::encode(&*answer),
        refusal: refusal.map(ActiveAuthError::code),
        reason: refusal.map(|error| error.to_string()),
    }))
}

/// The line of the list: absent where the document lists no key, not run where nothing answers.
pub fn row(sod: &Sod, asked: Option<&Asked>) -> Row {
    let (verdict, reason) = match asked {
        Some(Asked {
            refusal: Some(code),
            reason,
            ..
        }) => {
            let reason = reason.as_deref().unwrap_or_default();
            (Verdict::Failed, Some(format!("{reason} ({code})")))
        }
        Some(_) => (Verdict::Passed, None),
        None if sod.digest_of(15).is_none() => (Verdict::Absent, None),
        None => (Verdict::NotRun, Some("nothing here answers".into())),
    };
    Row {
        check: CHECK,
        verdict: verdict.code(),
        reason,
    }
}
