//! Passive authentication: is this document what a state signed? (ICAO 9303 part 11, section 5.1;
//! docs/protocol.md section 11.)

mod ledger;
mod refusal;
#[cfg(test)]
mod twins;

pub use ledger::Verdict;
pub use refusal::PassiveAuthError;

use self::ledger::Ledger;
use crate::active::{ActiveAuthError, ChipKey};
use crate::certificate::{Fingerprint, X509, country};
use crate::data_group::Dg1;
use crate::digest::DataDigest;
use crate::mrz::{HolderData, Mrz, MrzError, MrzText, birthdate, expiry};
use crate::sod::{LDS_SECURITY_OBJECT, Sod};
use crate::time::Moment;
use crate::trust::{Anchor, TrustStore};

/// The data groups to check against EF.SOD.
#[derive(Clone, Copy)]
pub struct DataGroups<'a> {
    /// EF.DG1.
    pub dg1: &'a [u8],
    /// EF.DG2. The device gives it, so that the portrait is the one that the state signed; an issuer
    /// has none and reads its digest from EF.SOD.
    pub dg2: Option<&'a [u8]>,
    /// EF.DG14, if the document has one.
    pub dg14: Option<&'a [u8]>,
    /// EF.DG15, if the document has one.
    pub dg15: Option<&'a [u8]>,
}

/// A document that passed every check.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// What it says of its holder.
    pub holder: HolderData,
    /// The digest of EF.DG2 in the SOD's own algorithm. The issuer compares it with the statement
    /// and never needs the portrait.
    pub dg2_digest: DataDigest,
    /// The signer's certificate.
    pub signer: Fingerprint,
    /// The authority's certificate.
    pub authority: Fingerprint,
    /// Authority or issuing state is that of specimens (UTO). A production issuer refuses it.
    pub is_specimen: bool,
    chip: ChipGroups,
}

/// What was signed of the chip's key.
#[derive(Clone, Debug)]
struct ChipGroups {
    dg15: Option<Vec<u8>>,
    dg14: Option<Vec<u8>>,
    lists_dg14: bool,
}

impl Authenticated {
    /// The key of the document's chip, out of the signed EF.DG15 (and EF.DG14) that were given.
    ///
    /// # Errors
    /// [`ActiveAuthError::Dg15Missing`] where EF.DG15 was not given. [`ActiveAuthError::Dg14Missing`]
    /// where the key is on a curve and EF.DG14 is listed but was not given: it may forbid the
    /// digest. Else what [`ChipKey::new`] says.
    pub fn chip_key(&self) -> Result<ChipKey, ActiveAuthError> {
        let ChipGroups {
            dg15,
            dg14,
            lists_dg14,
        } = &self.chip;
        let dg15 = dg15.as_deref().ok_or(ActiveAuthError::Dg15Missing)?;
        let key = ChipKey::new(dg15, dg14.as_deref())?;
        if key.is_curve() && *lists_dg14 && dg14.is_none() {
            return Err(ActiveAuthError::Dg14Missing);
        }
        Ok(key)
    }
}

/// Runs every check, in order, and stops at the first that fails.
///
/// `at` is the time of the check: it decides validity periods, the currency of revocation lists,
/// the document's expiry, and centuries in the MRZ.
///
/// # Errors
/// The check that failed.
pub fn authenticate(
    sod: &Sod,
    groups: &DataGroups<'_>,
    trust: &TrustStore,
    at: Moment,
) -> Result<Authenticated, PassiveAuthError> {
    let mut ledger = Ledger::stopping();
    let authenticated = run_checks(sod, groups, trust, at, &mut ledger)?;
    ledger.is_complete()?;
    authenticated.ok_or(PassiveAuthError::NotRun)
}

/// Runs every check that can run and tells how each ended, for people who want to see why a
/// document is refused. Grants nothing.
#[must_use]
pub fn examine(
    sod: &Sod,
    groups: &DataGroups<'_>,
    trust: &TrustStore,
    at: Moment,
) -> Vec<(PassiveAuthError, Verdict)> {
    let mut ledger = Ledger::going_on();
    // A ledger that goes on gives no error, and what was authenticated is of no interest.
    let _ = run_checks(sod, groups, trust, at, &mut ledger);
    ledger.into_entries()
}

/// The list of checks.
fn run_checks(
    sod: &Sod,
    groups: &DataGroups<'_>,
    trust: &TrustStore,
    at: Moment,
    ledger: &mut Ledger,
) -> Result<Option<Authenticated>, PassiveAuthError> {
    use PassiveAuthError as Check;

    // What was signed.
    let is_security_object = sod.content_type() == LDS_SECURITY_OBJECT;
    ledger.holds(Check::SodContentType, Some(is_security_object))?;
    let claims = ledger.finds(Check::SodSignedAttributes, Some(sod.signed_claims()))?;
    let claims = claims.as_ref();
    let same_type = claims.map(|c| c.content_type == sod.content_type());
    ledger.holds(Check::SodAttributeContentType, same_type)?;
    let same_digest = claims.map(|c| c.message_digest == sod.content_digest().as_bytes());
    ledger.holds(Check::SodMessageDigest, same_digest)?;

    // Who signed it.
    let dsc = ledger.finds(Check::DscCertificate, Some(sod.signer_certificate()))?;
    let dsc_key = ledger.finds(Check::DscKey, dsc.map(|dsc| dsc.public_key().ok()))?;
    let dsc_key = dsc_key.as_ref();
    ledger.holds(
        Check::SodSignature,
        dsc_key.map(|key| sod.is_signed_by(key)),
    )?;
    let not_refused = dsc.map(|dsc| !trust.refuses(dsc.fingerprint()));
    ledger.holds(Check::RefusedSigner, not_refused)?;
    let understood = dsc.map(|dsc| !dsc.has_unknown_critical_extension());
    ledger.holds(Check::DscExtensions, understood)?;
    ledger.holds(Check::DscBasicConstraints, dsc.map(is_no_authority))?;
    ledger.holds(Check::DscKeyUsage, dsc.map(may_sign_documents))?;

    // Who vouches for the signer.
    let anchor = dsc.map(|dsc| anchor_for(dsc, trust));
    let anchor = ledger.finds(Check::CscaAnchor, anchor)?;
    let csca = anchor.map(|anchor| &anchor.certificate);
    let both = dsc.zip(csca);
    let names_key = both.map(|(dsc, csca)| names_key_of(dsc, csca));
    ledger.holds(Check::DscKeyIdentifier, names_key)?;
    let csca_key = ledger.finds(Check::CscaKey, anchor.map(|anchor| anchor.key().ok()))?;
    let csca_key = csca_key.as_ref();
    let not_refused = csca.map(|csca| !trust.refuses(csca.fingerprint()));
    ledger.holds(Check::RefusedAuthority, not_refused)?;
    let understood = csca.map(|csca| !csca.has_unknown_critical_extension());
    ledger.holds(Check::CscaExtensions, understood)?;
    ledger.holds(Check::CscaBasicConstraints, csca.map(is_authority))?;
    ledger.holds(Check::CscaKeyUsage, csca.map(may_sign_certificates))?;
    let signed = dsc.zip(csca_key).map(|(dsc, key)| dsc.is_signed_by(key));
    ledger.holds(Check::DscSignature, signed)?;

    // When. Where the signer states no time, its certificate's first day stands for it, the
    // earliest time at which it can have signed.
    let stated = claims.map(|claims| claims.signing_time);
    let is_past = stated.map(|stated| stated.is_none_or(|time| time <= at));
    ledger.holds(Check::SigningTime, is_past)?;
    let signing = dsc
        .zip(stated)
        .map(|(dsc, stated)| stated.unwrap_or(dsc.not_before()));
    let valid_at_signing = |certificate: Option<&X509>| {
        certificate
            .zip(signing)
            .map(|(certificate, time)| certificate.is_valid_at(time))
    };
    ledger.holds(Check::DscValidityAtSigning, valid_at_signing(dsc))?;
    ledger.holds(Check::DscValidityToday, dsc.map(|dsc| dsc.is_valid_at(at)))?;
    ledger.holds(Check::CscaValidityAtSigning, valid_at_signing(csca))?;
    ledger.holds(
        Check::CscaValidityToday,
        csca.map(|csca| csca.is_valid_at(at)),
    )?;

    // Whether the authority took the signer back. Without a list nobody knows.
    let list = anchor.map(|anchor| trust.newest_list_of(anchor));
    let list = ledger.finds(Check::CrlPresent, list)?;
    let signed = list
        .zip(csca.zip(csca_key))
        .map(|(list, (csca, key))| list.is_signed_by(csca, key));
    ledger.holds(Check::CrlSignature, signed)?;
    let understood = list.map(|list| !list.has_critical_extension());
    ledger.holds(Check::CrlExtensions, understood)?;
    ledger.holds(Check::CrlDates, list.map(|list| list.is_current_at(at)))?;
    let not_revoked = list.zip(dsc).map(|(list, dsc)| !list.revokes(dsc));
    ledger.holds(Check::DscRevocation, not_revoked)?;

    // Whether the files are the signed ones.
    ledger.holds(Check::Dg1Digest, Some(sod.lists(1, groups.dg1)))?;
    let dg2_digest = ledger.finds(Check::Dg2Listed, Some(sod.digest_of(2)))?;
    let same_dg2 = groups.dg2.map(|bytes| sod.lists(2, bytes));
    ledger.holds_if_given(Check::Dg2Digest, same_dg2)?;
    let same_dg14 = groups.dg14.map(|bytes| sod.lists(14, bytes));
    ledger.holds_if_given(Check::Dg14Digest, same_dg14)?;
    let same_dg15 = groups.dg15.map(|bytes| sod.lists(15, bytes));
    ledger.holds_if_given(Check::Dg15Digest, same_dg15)?;

    // What the MRZ says.
    let dg1 = ledger.finds(Check::Dg1Structure, Some(Dg1::parse(groups.dg1).ok()))?;
    let text = dg1.map(|dg1| MrzText::new(dg1.mrz_bytes()).ok());
    let text = ledger.finds(Check::MrzForm, text)?;
    let text = text.as_ref();
    let right = text.map(|text| text.verify_check_digits().is_ok());
    ledger.holds(Check::MrzCheckDigits, right)?;
    let birth = text.map(|text| birthdate(text.birth(), at.date()));
    let unknown_year = Err(MrzError::BirthYearUnknown);
    ledger.holds(
        Check::MrzBirthYear,
        birth.map(|birth| birth != unknown_year),
    )?;
    let birth = birth.filter(|birth| *birth != unknown_year).map(Result::ok);
    let birth = ledger.finds(Check::MrzBirthdate, birth)?;
    let expires = text.map(|text| expiry(text.expiry(), at.date()).ok());
    let expires = ledger.finds(Check::MrzExpiry, expires)?;
    let mrz = match (text, birth, expires) {
        (Some(text), Some(birth), Some(expires)) => {
            Mrz::assemble(text.clone(), birth, expires).ok()
        }
        _ => None,
    };
    let mrz = mrz.as_ref();

    // Whether document and signer fit each other, and whether this document is taken.
    let one_country = both.map(|(dsc, csca)| is_of_one_country(dsc, csca));
    ledger.holds(Check::CscaCountry, one_country)?;
    let own_state = dsc.zip(mrz).map(|(dsc, mrz)| is_of_issuing_state(dsc, mrz));
    ledger.holds(Check::IssuingState, own_state)?;
    let taken = mrz.map(|mrz| trust.allows(&mrz.document_code()));
    ledger.holds(Check::DocumentCode, taken)?;
    let not_expired = expires.map(|expires| at.date() <= expires);
    ledger.holds(Check::DocumentExpiry, not_expired)?;

    let (Some(mrz), Some(dsc), Some(anchor), Some(dg2)) = (mrz, dsc, anchor, dg2_digest) else {
        return Ok(None);
    };
    Ok(Some(Authenticated {
        holder: mrz.holder(),
        dg2_digest: dg2.clone(),
        signer: dsc.fingerprint(),
        authority: anchor.fingerprint(),
        is_specimen: anchor.is_specimen() || mrz.state().is_specimen(),
        chip: ChipGroups {
            dg15: groups.dg15.map(<[u8]>::to_vec),
            dg14: groups.dg14.map(<[u8]>::to_vec),
            lists_dg14: sod.digest_of(14).is_some(),
        },
    }))
}

/// Absent basicConstraints say the same as `cA` false (RFC 5280 section 4.2.1.9).
fn is_no_authority(dsc: &X509) -> bool {
    match dsc.basic_constraints() {
        Some(constraints) => !constraints.ca,
        None => !dsc.has_basic_constraints(),
    }
}

fn is_authority(csca: &X509) -> bool {
    csca.basic_constraints().is_some_and(|c| c.ca)
}

/// Part 12, section 7.1.1: key usage is mandatory.
fn may_sign_documents(dsc: &X509) -> bool {
    dsc.key_usage()
        .is_some_and(|usage| usage.digital_signature())
}

fn may_sign_certificates(csca: &X509) -> bool {
    let usage = csca.key_usage();
    usage.is_some_and(|usage| usage.key_cert_sign() && usage.crl_sign())
}

/// The authority of the name that the signer's certificate gives; of several keys under this name
/// the one that it names, of several certificates of one key the one that is valid longest.
fn anchor_for<'a>(dsc: &'a X509, trust: &'a TrustStore) -> Option<&'a Anchor> {
    trust.anchors_named(dsc.issuer()).max_by_key(|anchor| {
        let csca = &anchor.certificate;
        (names_key_of(dsc, csca), csca.not_after())
    })
}

/// Part 12, section 7.1.1: both identifiers are mandatory.
fn names_key_of(dsc: &X509, csca: &X509) -> bool {
    let named = dsc.authority_key_identifier();
    named.is_some() && named == csca.subject_key_identifier()
}

fn is_of_one_country(dsc: &X509, csca: &X509) -> bool {
    let of_dsc = country(dsc.subject());
    of_dsc.is_some() && of_dsc == country(csca.subject())
}

fn is_of_issuing_state(dsc: &X509, mrz: &Mrz) -> bool {
    let of_dsc = country(dsc.subject());
    of_dsc.is_some_and(|country| mrz.state().uses_certificate_country(country))
}
