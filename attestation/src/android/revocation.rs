//! The status list of attestation certificates.

use std::collections::BTreeSet;

use humanseal_documents::Moment;
use humanseal_documents::x509::Certificate;
use serde::Deserialize;

use super::trust::TrustError;

/// The most bytes of a status list.
const LIST_LIMIT: usize = 16 * 1024 * 1024;

/// How long a list is used, in seconds: 24 h (docs/protocol.md section 11).
const LONGEST_USE: u64 = 24 * 60 * 60;

/// The certificates that Google withdrew, with the time at which the list was fetched.
///
/// The list has no signature and no date of its own: it is as good as the connection that it came
/// over, and its age is counted from the time of fetching.
#[derive(Clone, Debug)]
pub struct RevocationList {
    serials: BTreeSet<String>,
    fetched_at: Moment,
}

#[derive(Deserialize)]
struct StatusList {
    entries: std::collections::BTreeMap<String, Entry>,
}

/// What an entry says. `REVOKED` and `SUSPENDED` are defined; whatever stands there, the list names
/// the certificate, so it is refused.
#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "status")]
    _status: String,
}

impl RevocationList {
    /// Reads the JSON of `https://android.googleapis.com/attestation/status`: a member `entries`
    /// whose names are serial numbers in lower-case hexadecimal.
    ///
    /// # Errors
    /// [`TrustError::RevocationList`] for anything else, or for more than 16 MiB.
    pub fn parse(json: &[u8], fetched_at: Moment) -> Result<Self, TrustError> {
        if json.len() > LIST_LIMIT {
            return Err(TrustError::RevocationList);
        }
        let list: StatusList =
            serde_json::from_slice(json).map_err(|_| TrustError::RevocationList)?;
        let serials = list.entries.into_keys().map(|serial| normal(&serial));
        Ok(Self {
            serials: serials
                .collect::<Option<_>>()
                .ok_or(TrustError::RevocationList)?,
            fetched_at,
        })
    }

    /// How many certificates it names. An operator whose list is empty should ask why.
    #[must_use]
    pub fn len(&self) -> usize {
        self.serials.len()
    }

    /// Whether it names none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.serials.is_empty()
    }

    /// When it was fetched.
    #[must_use]
    pub fn fetched_at(&self) -> Moment {
        self.fetched_at
    }

    /// Whether the list was fetched before the instant, and not more than 24 h before it.
    #[must_use]
    pub fn is_current_at(&self, now: Moment) -> bool {
        let age = now
            .unix_seconds()
            .checked_sub(self.fetched_at.unix_seconds());
        age.is_some_and(|age| age <= LONGEST_USE)
    }

    pub(super) fn names(&self, certificate: &Certificate) -> bool {
        let digits: String = certificate
            .serial()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        normal(&digits).is_none_or(|serial| self.serials.contains(&serial))
    }
}

/// A serial number in lower-case hexadecimal without leading zeros.
fn normal(serial: &str) -> Option<String> {
    let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    (!serial.is_empty() && serial.bytes().all(hexadecimal))
        .then(|| serial.trim_start_matches('0').to_owned())
}
