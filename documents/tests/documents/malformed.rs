//! Damaged files give errors, never a panic, and never pass.

use std::sync::OnceLock;

use humanseal_documents::specimen::{Authority, KeyKind};
use humanseal_documents::{
    ChipFiles, Dg1, Dg2, DigestAlgorithm, Sod, TrustStore, authenticate, examine,
};
use proptest::prelude::*;

use crate::specimens::{now, specimen};

fn genuine() -> &'static (Authority, ChipFiles, TrustStore) {
    static GENUINE: OnceLock<(Authority, ChipFiles, TrustStore)> = OnceLock::new();
    GENUINE.get_or_init(|| {
        let (authority, document) = specimen(KeyKind::P256, DigestAlgorithm::Sha256);
        let trust = authority.trust_store().unwrap();
        (authority, document.files().clone(), trust)
    })
}

#[test]
fn wrappings_are_strict() {
    let (_, files, _) = genuine();
    let code = |bytes: &[u8]| Sod::parse(bytes).err().map(|error| error.code());
    assert_eq!(code(&files.sod), None);
    assert_eq!(code(&[]), Some("sod_malformed"));
    assert_eq!(code(&files.sod[4..]), Some("sod_malformed"));
    assert_eq!(
        code(&files.sod[..files.sod.len() - 1]),
        Some("sod_malformed")
    );
    let trailing = [&files.sod[..], &[0]].concat();
    assert_eq!(code(&trailing), Some("sod_malformed"));
    assert_eq!(code(&vec![0x77; 64 * 1024 + 1]), Some("sod_too_long"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Bytes changed, inserted and cut: nothing panics. What still passes says the same as before,
    /// for only parts that no signature covers can have changed.
    #[test]
    fn damaged_sods_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let (_, files, trust) = genuine();
        let mut bytes = files.sod.to_vec();
        for (place, value) in &changes {
            let place = place.index(bytes.len());
            bytes[place] = *value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(sod) = Sod::parse(&bytes) {
            let _ = examine(&sod, &files.data_groups(), trust, now());
            if authenticate(&sod, &files.data_groups(), trust, now()).is_ok() {
                let genuine = Sod::parse(&files.sod).unwrap();
                prop_assert_eq!(sod.digest_of(1), genuine.digest_of(1));
                prop_assert_eq!(sod.digest_of(2), genuine.digest_of(2));
            }
        }
    }

    #[test]
    fn damaged_data_groups_never_pass(place: prop::sample::Index, value: u8) {
        let (_, files, trust) = genuine();
        let sod = Sod::parse(&files.sod).unwrap();
        let mut damaged = files.clone();
        let place_1 = place.index(damaged.dg1.len());
        damaged.dg1[place_1] = value;
        let dg2 = damaged.dg2.as_mut().unwrap();
        let place_2 = place.index(dg2.len());
        dg2[place_2] = value;
        let _ = Dg1::parse(&damaged.dg1);
        let _ = Dg2::parse(damaged.dg2.as_ref().unwrap());
        let changed = damaged.dg1 != files.dg1 || damaged.dg2 != files.dg2;
        let passed = authenticate(&sod, &damaged.data_groups(), trust, now()).is_ok();
        prop_assert_eq!(passed, !changed);
    }

    #[test]
    fn damaged_certificates_and_lists_never_panic(place: prop::sample::Index, value: u8) {
        let (authority, files, _) = genuine();
        let sod = Sod::parse(&files.sod).unwrap();
        let damage = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            let place = place.index(bytes.len());
            bytes[place] = value;
            bytes
        };
        let mut trust = TrustStore::new();
        let _ = trust.add_csca(&damage(authority.csca_der()));
        let _ = trust.add_crl(&damage(authority.revocation_list_der()));
        let _ = examine(&sod, &files.data_groups(), &trust, now());
    }
}
