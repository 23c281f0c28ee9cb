//! Certificates of real authorities (fixtures/vectors/csca): every kind of key and signature that the
//! German master list has.

use std::path::Path;

use humanseal_documents::{Anchor, TrustStore};

fn certificates() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/vectors/csca");
    let mut found: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|file| file.extension().is_some_and(|extension| extension == "der"))
        .map(|file| {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(file).unwrap())
        })
        .collect();
    found.sort();
    found
}

fn anchor(der: &[u8]) -> Anchor {
    let mut store = TrustStore::new();
    store.add_csca(der).unwrap();
    store.anchors()[0].clone()
}

#[test]
fn every_certificate_verifies_under_its_signer_and_no_changed_one_under_any() {
    let certificates = certificates();
    let anchors: Vec<Anchor> = certificates.iter().map(|(_, der)| anchor(der)).collect();
    let mut keys = std::collections::BTreeSet::new();
    let mut links = 0;
    for (place, (name, der)) in certificates.iter().enumerate() {
        let signers = |certificate: &Anchor| -> Vec<usize> {
            let signed = |other: &usize| certificate.is_signed_by(&anchors[*other]).unwrap();
            (0..anchors.len()).filter(signed).collect()
        };
        let found = signers(&anchors[place]);
        assert!(!found.is_empty(), "{name}");
        links += usize::from(!found.contains(&place));
        keys.extend(
            found
                .iter()
                .map(|signer| anchors[*signer].key_name().unwrap()),
        );
        let mut changed = der.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(signers(&anchor(&changed)), [], "{name}, changed");
    }
    assert_eq!(
        keys.into_iter().collect::<Vec<_>>(),
        [
            "P-256",
            "P-384",
            "P-521",
            "RSA-2048",
            "RSA-3072",
            "RSA-4096",
            "RSA-6144",
            "brainpoolP256r1",
            "brainpoolP384r1",
            "brainpoolP512r1",
        ]
    );
    assert!(links >= 5, "{links}");
}
