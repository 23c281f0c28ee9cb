//! Verdicts beside those of another implementation, the `dmrtd` crate, where both say something.

use dmrtd::auth::passive::{DataGroup, TrustAnchor, verify};
use dmrtd::lds::mrz::Mrz as OtherMrz;
use humanseal_documents::specimen::{Authority, Holder, KeyKind};
use humanseal_documents::{
    ChipFiles, Date, DigestAlgorithm, Moment, Mrz, PassiveAuthError, Sod, authenticate,
};

use crate::specimens::{now, specimen};

/// Whether the other implementation takes the document as authentic.
fn other_verdict(authority: &Authority, files: &ChipFiles) -> bool {
    let groups = [
        DataGroup {
            number: 1,
            bytes: &files.dg1,
        },
        DataGroup {
            number: 2,
            bytes: files.dg2.as_ref().unwrap(),
        },
    ];
    let anchor = TrustAnchor::from_certificate(authority.csca_der()).unwrap();
    verify(&files.sod, &groups, &[anchor]).is_ok_and(|result| result.is_authentic())
}

fn our_verdict(authority: &Authority, files: &ChipFiles) -> Result<(), PassiveAuthError> {
    let sod = Sod::parse(&files.sod).map_err(|_| PassiveAuthError::NotRun)?;
    let trust = authority.trust_store().unwrap();
    authenticate(&sod, &files.data_groups(), &trust, now()).map(|_| ())
}

#[test]
fn genuine_and_tampered_documents_get_one_verdict() {
    let foreign = Authority::from_seed(&[5; 32]).unwrap();
    for kind in [KeyKind::Rsa2048, KeyKind::P256] {
        for digest in DigestAlgorithm::ALL {
            let (authority, document) = specimen(kind, digest);
            assert_eq!(our_verdict(&authority, document.files()), Ok(()));
            assert!(
                other_verdict(&authority, document.files()),
                "{kind:?} {digest:?}"
            );

            let born = Date::new(1950, 1, 1).unwrap();
            let tampered = document.with_tampered_birthdate(born).unwrap();
            let swapped = document
                .with_swapped_portrait(&[0xff, 0xd8, 0xff, 0xd9])
                .unwrap();
            for files in [tampered.files(), swapped.files()] {
                assert!(our_verdict(&authority, files).is_err());
                assert!(!other_verdict(&authority, files));
            }
            assert!(our_verdict(&foreign, document.files()).is_err());
            assert!(!other_verdict(&foreign, document.files()));
        }
    }
}

/// Every byte of the signature's end and of the signed content, flipped.
#[test]
fn flipped_bytes_are_refused_by_both() {
    let (authority, document) = specimen(KeyKind::P256, DigestAlgorithm::Sha256);
    let length = document.files().sod.len();
    for place in (0..length).step_by(7) {
        let mut files = document.files().clone();
        files.sod[place] ^= 0x01;
        let ours = our_verdict(&authority, &files).is_ok();
        // Ours is the stricter: whatever it takes the other takes.
        assert!(!ours || other_verdict(&authority, &files), "byte {place}");
    }
}

/// Every character of an MRZ replaced by every other one: what we read the other reads, and alike.
/// Ours is the stricter in form, refusing names with digits or unknown document codes.
#[test]
fn mrzs_are_read_alike() {
    let today = Moment::start_of(Date::new(2026, 6, 1).unwrap());
    let good = Holder::specimen(today.date()).mrz().unwrap();
    let mut read = 0;
    for place in 0..good.len() {
        for character in b'0'..=b'Z' {
            let mut text = good.as_bytes().to_vec();
            text[place] = character;
            let Ok(ours) = Mrz::parse(&text, today) else {
                continue;
            };
            let others = OtherMrz::from_bytes(text.as_slice()).expect("what we read they read");
            // The other leaves a filler inside a number, which has the check digit of a zero.
            let number = others.document_number().replace('<', "");
            assert_eq!(number, ours.number().as_str());
            assert_eq!(others.country, ours.state().as_str());
            assert_eq!(others.nationality, ours.nationality().as_str());
            read += 1;
        }
    }
    assert!(read > good.len());
}
