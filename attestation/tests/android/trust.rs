//! What an operator loads.

use humanseal_attestation::AppId;
use humanseal_attestation::android::specimen::Maker;
use humanseal_attestation::android::{PatchLevel, RevocationList, Trust, TrustError};
use humanseal_documents::x509::Certificate;

use crate::phone::{self, now, signer};
use crate::vectors::{chain, folder, google_root};

fn nothing() -> Trust {
    Trust::new(PatchLevel::from_yyyymm(202_601).unwrap())
}

#[test]
fn googles_roots_are_taken_and_are_two_keys() {
    let names = [
        "rsa-4096-2016",
        "rsa-4096-2019",
        "rsa-4096-2021",
        "rsa-4096-2022",
        "p-384-2025",
    ];
    let roots = names.map(|name| google_root(&format!("{name}.pem")));
    let mut trust = nothing();
    for root in &roots {
        trust.add_root(root).unwrap();
    }
    assert_eq!(trust.roots().count(), 5);
    assert!(!trust.is_specimen());
    let read = roots.map(|root| Certificate::from_der_or_pem(&root).unwrap());
    for (place, root) in read.iter().enumerate() {
        assert_eq!(
            root.is_same_authority(&read[0]),
            place < 4,
            "{}",
            names[place]
        );
    }
}

#[test]
fn androids_software_roots_are_refused() {
    for file in ["software.pem", "software-rsa-1024.pem"] {
        let root = chain(file).pop().unwrap();
        let refusal = nothing().add_root(&root).unwrap_err();
        match file {
            "software.pem" => assert_eq!(refusal, TrustError::SoftwareRoot),
            // A key of 1,024 bits is none at all.
            _ => assert_eq!(refusal, TrustError::NotARoot),
        }
    }
}

#[test]
fn what_is_no_root_is_refused() {
    let phone = phone::attestation().chain().unwrap();
    let mut trust = nothing();
    assert_eq!(
        trust.add_root(b"").unwrap_err().code(),
        "android_root_malformed"
    );
    let pem = google_root("p-384-2025.pem");
    assert_eq!(trust.add_root(&pem[..600]).unwrap_err(), TrustError::Root);
    for certificate in &phone[..3] {
        let refusal = trust.add_root(certificate).unwrap_err();
        assert_eq!(refusal.code(), "android_root_not_self_signed");
    }
    assert_eq!(trust.roots().count(), 0);
}

#[test]
fn every_specimen_root_is_known_as_one() {
    for maker in [
        Maker::insecure().unwrap(),
        Maker::from_seed(&[4; 32]).unwrap(),
    ] {
        let mut trust = nothing();
        trust.add_root(&google_root("rsa-4096-2022.pem")).unwrap();
        trust.add_root(&maker.root_der().unwrap()).unwrap();
        assert!(trust.is_specimen());
    }
    assert!(phone::trust().is_specimen());
}

#[test]
fn apps_are_android_packages() {
    let mut trust = nothing();
    let apple = AppId::apple("ABCDE12345.com.example.seal").unwrap();
    let refusal = trust.add_app(apple, signer()).unwrap_err();
    assert_eq!(refusal.code(), "android_app_not_android");
    let app = AppId::android("com.example.seal").unwrap();
    trust.add_app(app.clone(), signer()).unwrap();
    assert_eq!(trust.apps().collect::<Vec<_>>(), [&app]);
}

#[test]
fn patch_levels_are_months() {
    for month in [201_501, 202_612, 999_912] {
        assert_eq!(PatchLevel::from_yyyymm(month).unwrap().yyyymm(), month);
    }
    for wrong in [0, 201_412, 202_600, 202_613, 20_260_105, 1_000_001] {
        assert!(PatchLevel::from_yyyymm(wrong).is_none(), "{wrong}");
    }
}

#[test]
fn googles_status_list_is_read() {
    let json = std::fs::read(folder().join("status.json")).unwrap();
    let list = RevocationList::parse(&json, now()).unwrap();
    assert_eq!(list.len(), 5);
    assert_eq!(list.fetched_at(), now());
}

#[test]
fn what_is_no_status_list_is_refused() {
    let long = format!("{{\"entries\":{{}}}}{}", " ".repeat(16 * 1024 * 1024));
    for wrong in [
        "",
        "{}",
        "[]",
        "null",
        "<html>",
        r#"{"entries":[]}"#,
        r#"{"entries":{"":{"status":"REVOKED"}}}"#,
        r#"{"entries":{"AB":{"status":"REVOKED"}}}"#,
        r#"{"entries":{"0x1":{"status":"REVOKED"}}}"#,
        r#"{"entries":{"ab":{}}}"#,
        r#"{"entries":{"ab":"REVOKED"}}"#,
        r#"{"entries":{}} {}"#,
        &long,
    ] {
        let refusal = RevocationList::parse(wrong.as_bytes(), now()).unwrap_err();
        assert_eq!(refusal.code(), "android_revocation_list_malformed");
    }
}
