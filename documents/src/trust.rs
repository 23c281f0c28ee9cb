//! What a verifier of documents trusts: authorities of states, their revocation lists, signers that
//! it refuses, and kinds of documents that it takes.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::certificate::{
    CERTIFICATE_LIMIT, Fingerprint, REVOCATION_LIST_LIMIT, RevocationList, X509, country, same_name,
};
use crate::mrz::DocumentCode;
use crate::signature::{AlgorithmError, PublicKey};
use crate::state::CountryCode;

/// Why trust anchors cannot be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// A file or folder cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(PathBuf, #[source] std::io::Error),
    /// It is no certificate in DER or PEM of at most 16 KiB.
    #[error("a certificate is malformed")]
    Certificate,
    /// It is no revocation list in DER or PEM of at most 4 MiB.
    #[error("a revocation list is malformed")]
    RevocationList,
    /// A line of a list is no fingerprint or no document code.
    #[error("{0}, line {1}, is malformed")]
    Line(PathBuf, usize),
    /// A file of a folder holds no certificate or no revocation list.
    #[error("{0} is malformed")]
    File(PathBuf),
}

impl TrustError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(..) => "trust_unreadable",
            Self::Certificate => "trust_certificate_malformed",
            Self::RevocationList => "trust_crl_malformed",
            Self::Line(..) => "trust_line_malformed",
            Self::File(_) => "trust_file_malformed",
        }
    }
}

/// A country signing certification authority (CSCA) that is trusted.
#[derive(Clone, Debug)]
pub struct Anchor {
    pub(crate) certificate: X509,
}

impl Anchor {
    /// The SHA-256 of the certificate.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.certificate.fingerprint()
    }

    /// The country that the certificate names.
    #[must_use]
    pub fn country(&self) -> Option<CountryCode> {
        country(self.certificate.subject())
    }

    /// The certificate in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        self.certificate.der()
    }

    /// Whether it is an authority of specimens, country `UT`. A production issuer refuses it.
    #[must_use]
    pub fn is_specimen(&self) -> bool {
        self.country().is_none_or(|country| country.is_specimen())
    }

    /// The kind of its key, such as `RSA-4096`.
    ///
    /// # Errors
    /// [`AlgorithmError`] where signatures of this key cannot be verified.
    pub fn key_name(&self) -> Result<String, AlgorithmError> {
        self.key().map(|key| key.name())
    }

    /// Whether that authority's key signed this certificate: its own, or the one before, which hands
    /// over to it in a link certificate. What makes an authority trusted is that it was chosen; this
    /// shows that keys and signatures are read rightly.
    ///
    /// # Errors
    /// As [`Anchor::key_name`], of the other's key.
    pub fn is_signed_by(&self, other: &Anchor) -> Result<bool, AlgorithmError> {
        other.key().map(|key| self.certificate.is_signed_by(&key))
    }

    pub(crate) fn key(&self) -> Result<PublicKey, AlgorithmError> {
        self.certificate.public_key()
    }
}

/// The document codes that are taken where no list says otherwise: ordinary passports and identity
/// cards. Visas, residence permits and emergency documents are not among them.
const ALLOWED_CODES: [&str; 10] = ["P", "PP", "PN", "PM", "I", "ID", "IN", "IP", "A", "C"];

/// Everything that passive authentication trusts.
#[derive(Clone, Debug)]
pub struct TrustStore {
    anchors: Vec<Anchor>,
    revocation_lists: Vec<RevocationList>,
    refused_signers: BTreeSet<Fingerprint>,
    document_codes: BTreeSet<DocumentCode>,
}

impl Default for TrustStore {
    fn default() -> Self {
        Self::new()
    }
}

impl TrustStore {
    /// Trusts no authority and takes ordinary passports and identity cards.
    #[must_use]
    pub fn new() -> Self {
        Self {
            anchors: Vec::new(),
            revocation_lists: Vec::new(),
            refused_signers: BTreeSet::new(),
            document_codes: ALLOWED_CODES
                .into_iter()
                .filter_map(DocumentCode::new)
                .collect(),
        }
    }

    /// Loads a folder: `csca/` and `crl/` with one certificate or revocation list a file, in DER or
    /// PEM; `refused-signers.txt` with one SHA-256 fingerprint a line; `document-codes.txt` with
    /// one code a line, in place of the usual ones. All but `csca/` may be absent. Lines that begin
    /// with `#` are comments.
    ///
    /// # Errors
    /// [`TrustError`] at the first file that cannot be read or is malformed, naming it.
    pub fn load(folder: &Path) -> Result<Self, TrustError> {
        let mut store = Self::new();
        for file in files(&folder.join("csca"), true)? {
            let bytes = read(&file, 2 * CERTIFICATE_LIMIT)?;
            store.add_csca(&bytes).map_err(|_| TrustError::File(file))?;
        }
        for file in files(&folder.join("crl"), false)? {
            let bytes = read(&file, 2 * REVOCATION_LIST_LIMIT)?;
            store.add_crl(&bytes).map_err(|_| TrustError::File(file))?;
        }
        for fingerprint in lines(&folder.join("refused-signers.txt"), Fingerprint::from_hex)?
            .into_iter()
            .flatten()
        {
            store.refuse_signer(fingerprint);
        }
        if let Some(codes) = lines(&folder.join("document-codes.txt"), DocumentCode::new)? {
            store.allow_only(codes);
        }
        Ok(store)
    }

    /// Trusts an authority, given as a certificate in DER or PEM.
    ///
    /// # Errors
    /// [`TrustError::Certificate`].
    pub fn add_csca(&mut self, bytes: &[u8]) -> Result<(), TrustError> {
        let der = der_of(bytes, "CERTIFICATE").ok_or(TrustError::Certificate)?;
        let certificate = X509::from_der(&der).map_err(|_| TrustError::Certificate)?;
        self.anchors.push(Anchor { certificate });
        Ok(())
    }

    /// Adds an authority's revocation list in DER or PEM. Of several lists of one authority the
    /// newest counts.
    ///
    /// # Errors
    /// [`TrustError::RevocationList`].
    pub fn add_crl(&mut self, bytes: &[u8]) -> Result<(), TrustError> {
        let der = der_of(bytes, "X509 CRL").ok_or(TrustError::RevocationList)?;
        let list = RevocationList::from_der(&der).map_err(|_| TrustError::RevocationList)?;
        self.revocation_lists.push(list);
        Ok(())
    }

    /// Refuses documents of this signer's or authority's certificate.
    pub fn refuse_signer(&mut self, fingerprint: Fingerprint) {
        self.refused_signers.insert(fingerprint);
    }

    /// Takes documents of these codes and no others.
    pub fn allow_only(&mut self, codes: impl IntoIterator<Item = DocumentCode>) {
        self.document_codes = codes.into_iter().collect();
    }

    /// The authorities.
    #[must_use]
    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// Whether an authority of specimens is among the anchors. A production issuer refuses to
    /// start with one.
    #[must_use]
    pub fn has_specimen(&self) -> bool {
        self.anchors.iter().any(Anchor::is_specimen)
    }

    /// The authorities of this name. More than one key may stand under one name.
    pub(crate) fn anchors_named<'a>(
        &'a self,
        name: &'a x509_cert::name::Name,
    ) -> impl Iterator<Item = &'a Anchor> {
        let named = |anchor: &&Anchor| same_name(anchor.certificate.subject(), name);
        self.anchors.iter().filter(named)
    }

    /// The authority's newest revocation list.
    pub(crate) fn newest_list_of(&self, anchor: &Anchor) -> Option<&RevocationList> {
        self.revocation_lists
            .iter()
            .filter(|list| list.is_of(&anchor.certificate))
            .max_by_key(|list| list.this_update())
    }

    pub(crate) fn refuses(&self, fingerprint: Fingerprint) -> bool {
        self.refused_signers.contains(&fingerprint)
    }

    /// Whether documents of this code are taken.
    #[must_use]
    pub fn allows(&self, code: &DocumentCode) -> bool {
        self.document_codes.contains(code)
    }
}

/// The DER bytes, also out of PEM with this label.
pub(crate) fn der_of(bytes: &[u8], label: &str) -> Option<Vec<u8>> {
    if !bytes.starts_with(b"-----BEGIN") {
        return Some(bytes.to_vec());
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let (found, document) = der::Document::from_pem(text).ok()?;
    (found == label).then(|| document.as_bytes().to_vec())
}

/// The files of a folder by name, without hidden ones.
fn files(folder: &Path, needed: bool) -> Result<Vec<PathBuf>, TrustError> {
    let fault = |error| TrustError::Unreadable(folder.to_owned(), error);
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if !needed && error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(fault(error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(fault)?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn read(file: &Path, limit: usize) -> Result<Vec<u8>, TrustError> {
    let fault = |error| TrustError::Unreadable(file.to_owned(), error);
    let mut bytes = Vec::new();
    let bound = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    std::fs::File::open(file)
        .and_then(|opened| opened.take(bound).read_to_end(&mut bytes))
        .map_err(fault)?;
    if bytes.len() > limit {
        return Err(TrustError::File(file.to_owned()));
    }
    Ok(bytes)
}

/// The entries of a list, one a line; none where there is no such file.
fn lines<T>(file: &Path, parse: impl Fn(&str) -> Option<T>) -> Result<Option<Vec<T>>, TrustError> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(TrustError::Unreadable(file.to_owned(), error)),
    };
    let entries = text.lines().enumerate().map(|(n, line)| (n, line.trim()));
    entries
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(n, line)| parse(line).ok_or_else(|| TrustError::Line(file.to_owned(), n + 1)))
        .collect::<Result<_, _>>()
        .map(Some)
}
