//! The credential, made from what the session and the line hold, never stored itself.

use humanseal_zk_credentials::calendar::Day;
use humanseal_zk_credentials::credential::{Credential, SignedCredential};
use humanseal_zk_credentials::eddsa::IssuerSecretKey;

use super::lines::Entry;
use super::page::DataPage;

/// Signs the credential of a line's entry.
///
/// The signature's nonce is derived from key and message, so the same inputs give the same bytes:
/// that is how a retry is answered (docs/protocol.md section 11).
pub fn sign(
    key: &IssuerSecretKey,
    page: &DataPage,
    entry: &Entry,
    verified_on: Day,
) -> SignedCredential {
    let credential = Credential {
        holder_key: page.holder_key,
        template: entry.template,
        birthdate: page.birthdate,
        nationality: page.nationality,
        document: entry.document,
        device: entry.device,
        unique: entry.unique,
        established_on: entry.established_on,
        verified_on,
        expires_on: entry.expires_on,
        status_index: entry.status_index,
    };
    let signature = key.sign(credential.message());
    SignedCredential {
        credential,
        issuer: key.public(),
        signature,
    }
}

/// The credential's last day: the earlier of the document's and the issuer's term.
pub fn last_day(document_expires: Day, today: Day, term_days: u16) -> Day {
    document_expires.min(Day(today.0.saturating_add(term_days)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_end_counts() {
        assert_eq!(last_day(Day(100), Day(50), 30), Day(80));
        assert_eq!(last_day(Day(60), Day(50), 30), Day(60));
        assert_eq!(last_day(Day(u16::MAX), Day(u16::MAX), 30), Day(u16::MAX));
    }
}
