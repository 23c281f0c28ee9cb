//! X.509 certificates and revocation lists as passive authentication needs them (ICAO 9303 part 12,
//! section 7; RFC 5280).

use std::fmt;
use std::sync::OnceLock;

use der::asn1::ObjectIdentifier;
use der::{Decode, Tag, Tagged};
use sha2::Digest;
use x509_cert::Certificate;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::crl::CertificateList;
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, KeyUsage, SubjectKeyIdentifier,
};
use x509_cert::name::{Name, RelativeDistinguishedName};
use x509_cert::time::Time;

use crate::encoding::first_item;
use crate::signature::{AlgorithmError, PublicKey, SignatureAlgorithm};
use crate::state::CountryCode;
use crate::time::Moment;

/// The SHA-256 of a certificate's DER bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of these DER bytes.
    #[must_use]
    pub fn of(der: &[u8]) -> Self {
        Self(sha2::Sha256::digest(der).into())
    }

    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let text = text.as_bytes();
        if text.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks(2)) {
            let digit = |d: u8| char::from(d).to_digit(16);
            *byte = u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok()?;
        }
        Some(Self(bytes))
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// The most bytes that a certificate or a revocation list may have.
pub(crate) const CERTIFICATE_LIMIT: usize = 16 * 1024;
pub(crate) const REVOCATION_LIST_LIMIT: usize = 4 * 1024 * 1024;

const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const COUNTRY_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");

/// A certificate with its bytes.
#[derive(Clone, Debug)]
pub(crate) struct X509 {
    der: Vec<u8>,
    inner: Certificate,
}

impl X509 {
    pub(crate) fn from_der(bytes: &[u8]) -> der::Result<Self> {
        if bytes.len() > CERTIFICATE_LIMIT {
            return Err(der::ErrorKind::Overlength.into());
        }
        Ok(Self {
            der: bytes.to_vec(),
            inner: Certificate::from_der(bytes)?,
        })
    }

    pub(crate) fn inner(&self) -> &Certificate {
        &self.inner
    }

    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.der)
    }

    pub(crate) fn subject(&self) -> &Name {
        self.inner.tbs_certificate().subject()
    }

    pub(crate) fn issuer(&self) -> &Name {
        self.inner.tbs_certificate().issuer()
    }

    pub(crate) fn public_key(&self) -> Result<PublicKey, AlgorithmError> {
        PublicKey::new(self.inner.tbs_certificate().subject_public_key_info())
    }

    /// Whether the instant lies in the validity period, both ends included.
    pub(crate) fn is_valid_at(&self, at: Moment) -> bool {
        let validity = self.inner.tbs_certificate().validity();
        moment(validity.not_before) <= at && at <= moment(validity.not_after)
    }

    pub(crate) fn not_before(&self) -> Moment {
        moment(self.inner.tbs_certificate().validity().not_before)
    }

    pub(crate) fn not_after(&self) -> Moment {
        moment(self.inner.tbs_certificate().validity().not_after)
    }

    /// The extension, if it is there once and well-formed.
    fn extension<'a, T>(&'a self) -> Option<T>
    where
        T: Decode<'a, Error = der::Error> + const_oid::AssociatedOid,
    {
        let found = self.inner.tbs_certificate().get_extension::<T>();
        found.ok().flatten().map(|(_, extension)| extension)
    }

    pub(crate) fn key_usage(&self) -> Option<KeyUsage> {
        self.extension()
    }

    pub(crate) fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.extension()
    }

    /// Whether basicConstraints is absent altogether, as it is in many a signer's certificate.
    pub(crate) fn has_basic_constraints(&self) -> bool {
        let extensions = self.inner.tbs_certificate().extensions();
        extensions.is_some_and(|all| all.iter().any(|e| e.extn_id == BASIC_CONSTRAINTS))
    }

    /// Whether keyUsage stands there, well-formed or not.
    pub(crate) fn has_key_usage(&self) -> bool {
        let extensions = self.inner.tbs_certificate().extensions();
        extensions.is_some_and(|all| all.iter().any(|e| e.extn_id == KEY_USAGE))
    }

    pub(crate) fn subject_key_identifier(&self) -> Option<Vec<u8>> {
        let extension: SubjectKeyIdentifier = self.extension()?;
        Some(extension.0.as_bytes().to_vec())
    }

    pub(crate) fn authority_key_identifier(&self) -> Option<Vec<u8>> {
        let extension: AuthorityKeyIdentifier = self.extension()?;
        Some(extension.key_identifier?.as_bytes().to_vec())
    }

    /// Whether an extension is critical and none that is checked here (RFC 5280 section 4.2), or
    /// stands there twice.
    pub(crate) fn has_unknown_critical_extension(&self) -> bool {
        let extensions = self.inner.tbs_certificate().extensions();
        unknown_critical(extensions, &[BASIC_CONSTRAINTS, KEY_USAGE])
    }

    /// Whether this certificate was signed with that key. The algorithm must be the same inside and
    /// outside of the signed part (RFC 5280 section 4.1.1.2).
    pub(crate) fn is_signed_by(&self, key: &PublicKey) -> bool {
        let algorithm = self.inner.signature_algorithm();
        self.inner.tbs_certificate().signature() == algorithm
            && is_signed(&self.der, algorithm, self.inner.signature().as_bytes(), key)
    }
}

/// A revocation list with its bytes.
#[derive(Clone, Debug)]
pub(crate) struct RevocationList {
    der: Vec<u8>,
    inner: CertificateList,
    /// The first authority whose signature was looked for, and whether it holds: a list has up to
    /// 4 MiB, and is asked for with every document.
    signed_by: OnceLock<(Fingerprint, bool)>,
}

impl RevocationList {
    pub(crate) fn from_der(bytes: &[u8]) -> der::Result<Self> {
        if bytes.len() > REVOCATION_LIST_LIMIT {
            return Err(der::ErrorKind::Overlength.into());
        }
        Ok(Self {
            der: bytes.to_vec(),
            inner: CertificateList::from_der(bytes)?,
            signed_by: OnceLock::new(),
        })
    }

    pub(crate) fn this_update(&self) -> Moment {
        moment(self.inner.tbs_cert_list.this_update)
    }

    /// Whether the list is that of this authority: its name, and its key where the list names one.
    pub(crate) fn is_of(&self, authority: &X509) -> bool {
        let named_key = self.authority_key_identifier();
        same_name(&self.inner.tbs_cert_list.issuer, authority.subject())
            && (named_key.is_none() || named_key == authority.subject_key_identifier())
    }

    fn authority_key_identifier(&self) -> Option<Vec<u8>> {
        let extensions = self.inner.tbs_cert_list.crl_extensions.as_ref()?;
        let oid = <AuthorityKeyIdentifier as const_oid::AssociatedOid>::OID;
        let extension = extensions.iter().find(|e| e.extn_id == oid)?;
        let identifier = AuthorityKeyIdentifier::from_der(extension.extn_value.as_bytes()).ok()?;
        Some(identifier.key_identifier?.as_bytes().to_vec())
    }

    /// Whether the list was made before the instant and its next one is not due yet. A list that
    /// names no next one is never current.
    pub(crate) fn is_current_at(&self, at: Moment) -> bool {
        let next = self.inner.tbs_cert_list.next_update.map(moment);
        self.this_update() <= at && next.is_some_and(|next| at <= next)
    }

    /// Whether the list, or an entry in it, has a critical extension: a list that covers only a
    /// part, or changes to another list. States' lists have none (part 12, section 7.1.4).
    pub(crate) fn has_critical_extension(&self) -> bool {
        let list = &self.inner.tbs_cert_list;
        let entries = list.revoked_certificates.iter().flatten();
        unknown_critical(list.crl_extensions.as_ref(), &[])
            || entries
                .into_iter()
                .any(|entry| unknown_critical(entry.crl_entry_extensions.as_ref(), &[]))
    }

    /// Whether the authority, whose key is given beside it, signed the list.
    pub(crate) fn is_signed_by(&self, authority: &X509, key: &PublicKey) -> bool {
        let check = || {
            let algorithm = &self.inner.signature_algorithm;
            self.inner.tbs_cert_list.signature == *algorithm
                && is_signed(&self.der, algorithm, self.inner.signature.as_bytes(), key)
        };
        let asked = authority.fingerprint();
        let (first, holds) = self.signed_by.get_or_init(|| (asked, check()));
        if *first == asked { *holds } else { check() }
    }

    /// Whether the certificate stands in the list, whatever the reason.
    pub(crate) fn revokes(&self, certificate: &X509) -> bool {
        let serial = certificate.inner.tbs_certificate().serial_number();
        let mut entries = self
            .inner
            .tbs_cert_list
            .revoked_certificates
            .iter()
            .flatten();
        entries.any(|entry| entry.serial_number == *serial)
    }
}

fn is_signed(
    der: &[u8],
    algorithm: &spki::AlgorithmIdentifierOwned,
    signature: Option<&[u8]>,
    key: &PublicKey,
) -> bool {
    let Ok(algorithm) = SignatureAlgorithm::new(algorithm, None) else {
        return false;
    };
    match (first_item(der), signature) {
        (Ok(signed), Some(signature)) => key.verifies(algorithm, signed, signature),
        _ => false,
    }
}

fn unknown_critical(extensions: Option<&Extensions>, known: &[ObjectIdentifier]) -> bool {
    let Some(extensions) = extensions else {
        return false;
    };
    extensions.iter().enumerate().any(|(place, extension)| {
        let twice = extensions[..place]
            .iter()
            .any(|earlier| earlier.extn_id == extension.extn_id);
        twice || extension.critical && !known.contains(&extension.extn_id)
    })
}

/// The instant of an X.509 time; those before 1970, which the type cannot hold, do not occur.
pub(crate) fn moment(time: Time) -> Moment {
    Moment::from_unix_seconds(time.to_unix_duration().as_secs())
}

/// The country of a name, if it holds exactly one.
pub(crate) fn country(name: &Name) -> Option<CountryCode> {
    let mut countries = name.iter().filter(|part| part.oid == COUNTRY_NAME);
    let country = countries.next()?;
    if countries.next().is_some() {
        return None;
    }
    CountryCode::new(text(&country.value)?)
}

/// Whether two names are the same: part by part, strings without regard to case, string type and
/// surplus spaces (RFC 5280 section 7.1). States change the string type between certificates.
pub(crate) fn same_name(left: &Name, right: &Name) -> bool {
    let mut pairs = left.iter_rdn().zip(right.iter_rdn());
    left.len() == right.len() && pairs.all(|(a, b)| same_part(a, b))
}

/// The most parts of a name, or of one part of it, that are compared in any order, each with each, before anything is known
/// to be signed. Real names have up to eight.
const MOST_PARTS: usize = 32;

/// Whether two names have the same parts in whatever order: some states turn it round where EF.SOD
/// names its signer. That name is not signed, it only points at one of the certificates. Names of more
/// than 32 parts are not the same.
pub(crate) fn same_parts(left: &Name, right: &Name) -> bool {
    let has = |name: &Name, part: &RelativeDistinguishedName| {
        name.iter_rdn().any(|other| same_part(part, other))
    };
    left.len() == right.len()
        && left.len() <= MOST_PARTS
        && left.iter_rdn().all(|part| has(right, part))
        && right.iter_rdn().all(|part| has(left, part))
}

fn same_part(left: &RelativeDistinguishedName, right: &RelativeDistinguishedName) -> bool {
    let same = |a: &AttributeTypeAndValue, b: &AttributeTypeAndValue| {
        a.oid == b.oid
            && match (text(&a.value), text(&b.value)) {
                (Some(a), Some(b)) => folded(a).eq(folded(b)),
                _ => a.value == b.value,
            }
    };
    left.len() == right.len()
        && left.len() <= MOST_PARTS
        && left.iter().all(|a| right.iter().any(|b| same(a, b)))
}

/// The string of a name's part, for the string types whose bytes are UTF-8.
pub(crate) fn text(value: &der::Any) -> Option<&str> {
    match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => {
            std::str::from_utf8(value.value()).ok()
        }
        _ => None,
    }
}

/// The words of a string in lower case.
fn folded(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split_whitespace().map(str::to_lowercase)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::str::FromStr;

    #[test]
    fn names_are_compared_as_strings() {
        let name = |s| Name::from_str(s).unwrap();
        let one = name("CN=CSCA  Utopia,O=Utopia,C=UT");
        assert!(same_name(&one, &name("CN=csca utopia,O=UTOPIA,C=ut")));
        assert!(!same_name(&one, &name("CN=CSCA Utopi a,O=Utopia,C=UT")));
        assert!(!same_name(&one, &name("O=Utopia,CN=CSCA Utopia,C=UT")));
        assert!(!same_name(&one, &name("CN=CSCA Utopia,C=UT")));
        assert!(same_parts(&one, &name("O=utopia,C=UT,CN=CSCA Utopia")));
        for other in [
            "CN=CSCA Utopia,C=UT",
            "O=Utopia,C=UT,CN=CSCA Utopia,CN=CSCA Utopia",
            "O=Utopia,C=UT,C=UT",
            "O=Utopia,C=UT,CN=Utopia",
        ] {
            assert!(!same_parts(&one, &name(other)), "{other}");
        }
        assert_eq!(country(&one).unwrap().as_str(), "UT");
        assert!(country(&name("CN=x,C=UT,C=DE")).is_none());
        assert!(country(&name("CN=x")).is_none());
    }

    #[test]
    fn fingerprints_are_64_digits() {
        let fingerprint = Fingerprint::of(b"abc");
        assert_eq!(
            Fingerprint::from_hex(&fingerprint.to_string()),
            Some(fingerprint)
        );
        assert!(Fingerprint::from_hex("ab").is_none());
        assert!(Fingerprint::from_hex(&"g0".repeat(32)).is_none());
    }

    #[test]
    fn names_of_more_parts_than_any_real_one_are_not_compared_each_with_each() {
        let name = |s: &str| Name::from_str(s).unwrap();
        for (parts, same) in [(MOST_PARTS, true), (MOST_PARTS + 1, false)] {
            let mut texts: Vec<String> = (0..parts).map(|n| format!("OU=unit {n}")).collect();
            let one = name(&texts.join(","));
            let joined = name(&texts.join("+"));
            texts.reverse();
            assert_eq!(same_parts(&one, &name(&texts.join(","))), same, "{parts}");
            assert_eq!(same_name(&joined, &joined), same, "{parts}");
        }
    }
}
