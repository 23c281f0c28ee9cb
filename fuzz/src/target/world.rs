//! The moment, the documents and the trust that several targets share.

use humanseal_documents::specimen::{Authority, Holder, KeyKind, SpecimenDocument};
use humanseal_documents::{ChipFiles, DataGroups, Date, DigestAlgorithm, Moment, TrustStore};

use super::{fixture, fixtures};
use crate::secret::SECRET;

/// A document with whatever verifies it.
pub(super) struct Document {
    pub(super) sod: Vec<u8>,
    pub(super) dg1: Vec<u8>,
    pub(super) dg2: Vec<u8>,
    pub(super) csca: Vec<u8>,
    pub(super) crl: Vec<u8>,
}

impl Document {
    pub(super) fn trust(&self) -> TrustStore {
        trust(&self.csca, &self.crl)
    }

    pub(super) fn groups(&self) -> DataGroups<'_> {
        DataGroups {
            dg1: &self.dg1,
            dg2: Some(&self.dg2),
            dg14: None,
            dg15: None,
        }
    }
}

/// A store of one authority and its revocation list, as far as they can be read.
pub(super) fn trust(csca: &[u8], crl: &[u8]) -> TrustStore {
    let mut trust = TrustStore::new();
    // What cannot be read is not trusted.
    let _ = trust.add_csca(csca);
    let _ = trust.add_crl(crl);
    trust
}

/// Within the validity of all of them.
pub(super) fn moment() -> Moment {
    let date = Date::new(2030, 1, 1).unwrap_or_else(|| unreachable!("it is a date"));
    Moment::start_of(date)
}

/// Shapes of EF.SOD that the reader refuses by name, so that there is nothing of theirs to verify.
const REFUSED: [&str; 3] = ["-no-attributes", "-no-certificate", "-two-signers"];

/// Those that OpenSSL made, in the order of their names, without what is refused anyway; then two
/// specimens with the planted secret as optional data.
pub(super) fn documents() -> Vec<Document> {
    let folder = fixtures().join("documents/openssl");
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{error}"));
    let mut variants: Vec<String> = entries
        .filter_map(|entry| {
            let entry = entry.ok().filter(|entry| entry.path().is_dir())?;
            entry.file_name().into_string().ok()
        })
        .filter(|variant| !REFUSED.iter().any(|refused| variant.ends_with(refused)))
        .collect();
    variants.sort();
    let file = |name: &str| fixture(&format!("documents/openssl/{name}"));
    let foreign = variants.iter().map(|variant| Document {
        sod: file(&format!("{variant}/EF.SOD")),
        dg1: file("EF.DG1"),
        dg2: file("EF.DG2"),
        csca: file(&format!("{variant}/csca.der")),
        crl: file(&format!("{variant}/crl.der")),
    });
    let own = [
        specimen(KeyKind::Rsa2048, DigestAlgorithm::Sha1),
        specimen(KeyKind::P256, DigestAlgorithm::Sha512),
    ];
    foreign.chain(own).collect()
}

/// The files of a specimen with the planted secret and a portrait of a few bytes, which a chip is read of in little time.
pub(super) fn chip_files() -> ChipFiles {
    let authority = authority(KeyKind::P256);
    let document = planted(
        &authority,
        &[0xff, 0xd8, 0xff, 0xd9],
        DigestAlgorithm::Sha256,
    );
    let files = document.files();
    ChipFiles {
        sod: files.sod.clone(),
        dg1: files.dg1.clone(),
        dg2: files.dg2.clone(),
        dg14: None,
        dg15: None,
    }
}

fn authority(kind: KeyKind) -> Authority {
    Authority::insecure(kind).unwrap_or_else(|error| panic!("{error}"))
}

fn planted(authority: &Authority, portrait: &[u8], digest: DigestAlgorithm) -> SpecimenDocument {
    let mut holder = Holder::specimen(moment().date());
    holder.personal_number = SECRET.into();
    SpecimenDocument::make(authority, &holder, portrait, digest, moment())
        .unwrap_or_else(|error| panic!("{error}"))
}

fn specimen(kind: KeyKind, digest: DigestAlgorithm) -> Document {
    let authority = authority(kind);
    let document = planted(&authority, &fixture("documents/portrait.jp2"), digest);
    let files = document.files();
    Document {
        sod: files.sod.to_vec(),
        dg1: files.dg1.to_vec(),
        dg2: files
            .dg2
            .as_ref()
            .map(|dg2| dg2.to_vec())
            .unwrap_or_default(),
        csca: authority.csca_der().to_vec(),
        crl: authority.revocation_list_der().to_vec(),
    }
}
