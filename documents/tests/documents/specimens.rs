//! Specimens from their making to their check, through folders as the command line uses them.

use std::path::Path;

use humanseal_documents::specimen::{Authority, Holder, KeyKind, SpecimenDocument};
use humanseal_documents::{
    ChipFiles, Date, Dg2, DigestAlgorithm, Fingerprint, FolderChip, Moment, MrzFormat,
    PassiveAuthError, PortraitFormat, Sod, TrustStore, authenticate,
};

pub(crate) const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xd9];
const JPEG_2000: &[u8] = b"\0\0\0\x0cjP  \r\n\x87\nrest";

pub(crate) fn now() -> Moment {
    Moment::start_of(Date::new(2026, 6, 1).unwrap())
}

pub(crate) fn specimen(kind: KeyKind, digest: DigestAlgorithm) -> (Authority, SpecimenDocument) {
    let authority = Authority::insecure(kind).unwrap();
    let holder = Holder::specimen(now().date());
    let document = SpecimenDocument::make(&authority, &holder, JPEG, digest, now()).unwrap();
    (authority, document)
}

fn verdict(authority: &Authority, files: &ChipFiles) -> Option<PassiveAuthError> {
    let sod = Sod::parse(&files.sod).unwrap();
    let trust = authority.trust_store().unwrap();
    authenticate(&sod, &files.data_groups(), &trust, now()).err()
}

#[test]
fn every_algorithm_and_size_passes() {
    for kind in [KeyKind::Rsa2048, KeyKind::P256] {
        for digest in DigestAlgorithm::ALL {
            let (authority, document) = specimen(kind, digest);
            let sod = Sod::parse(&document.files().sod).unwrap();
            assert_eq!(sod.digest_algorithm(), digest);
            assert_eq!(verdict(&authority, document.files()), None);
        }
    }
    let authority = Authority::insecure(KeyKind::P256).unwrap();
    for (format, code) in [(MrzFormat::Td1, "I"), (MrzFormat::Td2, "ID")] {
        let mut holder = Holder::specimen(now().date());
        (holder.format, holder.code) = (format, code.into());
        holder.personal_number.clear();
        let digest = DigestAlgorithm::Sha256;
        let document = SpecimenDocument::make(&authority, &holder, JPEG, digest, now()).unwrap();
        assert_eq!(verdict(&authority, document.files()), None);
    }
}

#[test]
fn the_same_arguments_give_the_same_bytes() {
    for kind in [KeyKind::Rsa2048, KeyKind::P256] {
        let (_, one) = specimen(kind, DigestAlgorithm::Sha256);
        let (_, two) = specimen(kind, DigestAlgorithm::Sha256);
        assert_eq!(one.files().sod, two.files().sod);
    }
    let seeded = |seed| {
        Authority::from_seed(&[seed; 32])
            .unwrap()
            .csca_der()
            .to_vec()
    };
    assert_eq!(seeded(1), seeded(1));
    assert_ne!(seeded(1), seeded(2));
}

#[test]
fn an_issuer_learns_the_portraits_digest_without_the_portrait() {
    let (authority, document) = specimen(KeyKind::P256, DigestAlgorithm::Sha512);
    let files = document.files();
    let sod = Sod::parse(&files.sod).unwrap();
    let mut groups = files.data_groups();
    groups.dg2 = None;
    let trust = authority.trust_store().unwrap();
    let authenticated = authenticate(&sod, &groups, &trust, now()).unwrap();
    let dg2 = files.dg2.as_ref().unwrap();
    assert_eq!(authenticated.dg2_digest, DigestAlgorithm::Sha512.hash(dg2));
    assert!(authenticated.is_specimen);
    assert_eq!(authenticated.signer, Fingerprint::of(authority.dsc_der()));
    assert_eq!(authenticated.holder.name.as_str(), "ERIKSSON<<ANNA<MARIA");
    assert_eq!(authenticated.holder.number.as_str(), "L898902C3");
}

#[test]
fn tampering_after_signing_is_refused() {
    let (authority, document) = specimen(KeyKind::P256, DigestAlgorithm::Sha256);
    let older = Date::new(1950, 1, 1).unwrap();
    let tampered = document.with_tampered_birthdate(older).unwrap();
    assert_eq!(
        verdict(&authority, tampered.files()),
        Some(PassiveAuthError::Dg1Digest)
    );
    let swapped = document.with_swapped_portrait(JPEG_2000).unwrap();
    assert_eq!(
        verdict(&authority, swapped.files()),
        Some(PassiveAuthError::Dg2Digest)
    );
    let foreign = Authority::from_seed(&[3; 32]).unwrap();
    assert_eq!(
        verdict(&foreign, document.files()),
        Some(PassiveAuthError::CscaAnchor)
    );
}

#[test]
fn a_folder_holds_a_document_and_its_trust() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::insecure(KeyKind::Rsa2048).unwrap();
    let holder = Holder::specimen(now().date());
    let document = SpecimenDocument::make_with_groups(
        &authority,
        &holder,
        JPEG_2000,
        DigestAlgorithm::Sha1,
        now(),
        Some(b"DG14"),
        Some(b"DG15"),
    )
    .unwrap();
    document.write(folder.path()).unwrap();
    let trust_folder = folder.path().join("trust");
    authority.write_trust(&trust_folder).unwrap();

    let files = ChipFiles::read(&mut FolderChip::new(folder.path())).unwrap();
    let dg2 = Dg2::parse(files.dg2.as_ref().unwrap()).unwrap();
    assert_eq!(dg2.portrait().bytes(), JPEG_2000);
    assert_eq!(dg2.portrait().format(), PortraitFormat::Jpeg2000);
    let sod = Sod::parse(&files.sod).unwrap();
    assert_eq!(sod.groups().collect::<Vec<_>>(), [1, 2, 14, 15]);

    let check = |trust: &TrustStore| authenticate(&sod, &files.data_groups(), trust, now());
    let trust = TrustStore::load(&trust_folder).unwrap();
    assert!(trust.has_specimen());
    assert_eq!(trust.anchors()[0].key_name().unwrap(), "RSA-2048");
    let error = check(&trust).unwrap().chip_key().unwrap_err();
    assert_eq!(error.code(), "active_authentication_dg15_structure");

    let list = format!("# refused\n{}\n", Fingerprint::of(authority.dsc_der()));
    std::fs::write(trust_folder.join("refused-signers.txt"), list).unwrap();
    let trust = TrustStore::load(&trust_folder).unwrap();
    assert_eq!(check(&trust).err(), Some(PassiveAuthError::RefusedSigner));
    std::fs::write(trust_folder.join("refused-signers.txt"), "").unwrap();
    std::fs::write(trust_folder.join("document-codes.txt"), "ID\n").unwrap();
    let trust = TrustStore::load(&trust_folder).unwrap();
    assert_eq!(check(&trust).err(), Some(PassiveAuthError::DocumentCode));

    std::fs::write(trust_folder.join("document-codes.txt"), "toolong\n").unwrap();
    let error = TrustStore::load(&trust_folder).unwrap_err();
    assert_eq!(error.code(), "trust_line_malformed");
    std::fs::write(trust_folder.join("document-codes.txt"), "P\n").unwrap();
    std::fs::write(trust_folder.join("csca/broken.der"), [0x30, 0x80]).unwrap();
    let error = TrustStore::load(&trust_folder).unwrap_err();
    assert_eq!(error.code(), "trust_file_malformed");
    let nowhere = TrustStore::load(&folder.path().join("nowhere")).unwrap_err();
    assert_eq!(nowhere.code(), "trust_unreadable");
}

/// Without a trust anchor nothing passes.
#[test]
fn an_empty_store_trusts_nobody() {
    let (_, document) = specimen(KeyKind::P256, DigestAlgorithm::Sha256);
    let sod = Sod::parse(&document.files().sod).unwrap();
    let result = authenticate(
        &sod,
        &document.files().data_groups(),
        &TrustStore::new(),
        now(),
    );
    assert_eq!(result.err(), Some(PassiveAuthError::CscaAnchor));
}

/// The committed samples: one booklet a key kind, with a JPEG and a JPEG 2000 portrait (a drawn
/// gradient). They are what `make` gives for these arguments; `UPDATE_SAMPLES=1` writes them anew.
#[test]
fn committed_samples_are_what_is_made() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/documents");
    for (kind, digest, portrait) in [
        (KeyKind::Rsa2048, DigestAlgorithm::Sha256, "portrait.jpg"),
        (KeyKind::P256, DigestAlgorithm::Sha512, "portrait.jp2"),
    ] {
        let portrait = std::fs::read(samples.join(portrait)).unwrap();
        let mut holder = Holder::specimen(now().date());
        holder.expiry = Date::new(2050, 4, 15).unwrap();
        let authority = Authority::insecure(kind).unwrap();
        let signed = Moment::start_of(Date::new(2025, 1, 1).unwrap());
        let made = SpecimenDocument::make(&authority, &holder, &portrait, digest, signed).unwrap();

        let folder = samples.join(format!("specimen-{}-{}", kind.name(), digest.name()));
        if std::env::var_os("UPDATE_SAMPLES").is_some() {
            made.write(&folder).unwrap();
            authority.write_trust(&folder.join("trust")).unwrap();
        }
        let files = ChipFiles::read(&mut FolderChip::new(&folder)).unwrap();
        assert_eq!(files.sod, made.files().sod);
        assert_eq!(files.dg1, made.files().dg1);
        assert_eq!(files.dg2, made.files().dg2);
        let dg2 = Dg2::parse(files.dg2.as_ref().unwrap()).unwrap();
        assert_eq!(dg2.portrait().bytes(), portrait);
        let trust = TrustStore::load(&folder.join("trust")).unwrap();
        assert_eq!(trust.anchors()[0].der(), authority.csca_der());
        let sod = Sod::parse(&files.sod).unwrap();
        assert!(authenticate(&sod, &files.data_groups(), &trust, now()).is_ok());
    }
}
