//! Certificates that OpenSSL and Google made, as other checkers of chains read them.

use std::path::Path;

use humanseal_documents::Moment;
use humanseal_documents::x509::{Certificate, MalformedCertificate};

fn fixture(path: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../fixtures")
            .join(path),
    )
    .unwrap()
}

#[test]
fn an_authority_of_each_curve_and_size_signed_itself_and_no_other() {
    let names = [
        "p-256-sha256",
        "p-384-sha384",
        "p-521-sha512",
        "brainpool-p256r1-sha256",
        "rsa-3072-sha256",
    ];
    let read = names.map(|name| {
        let der = fixture(&format!("documents/openssl/{name}/csca.der"));
        Certificate::from_der(&der).unwrap()
    });
    for (place, certificate) in read.iter().enumerate() {
        assert!(certificate.is_authority(), "{}", names[place]);
        for (other, issuer) in read.iter().enumerate() {
            let signed = certificate.is_signed_by(issuer).unwrap();
            assert_eq!(signed, place == other, "{} {}", names[place], names[other]);
            assert_eq!(certificate.is_same_authority(issuer), place == other);
        }
        assert_eq!(certificate.p256_key().is_some(), place == 0);
    }
}

#[test]
fn pem_and_der_are_one_certificate() {
    let pem = fixture("vectors/android-attestation/roots/p-384-2025.pem");
    let root = Certificate::from_der_or_pem(&pem).unwrap();
    let again = Certificate::from_der_or_pem(root.der()).unwrap();
    assert_eq!(root.fingerprint(), again.fingerprint());
    assert_eq!(
        root.serial(),
        hex::decode("0084a9d0297b0eb58ae7ff0e80de760605").unwrap()
    );
    assert!(
        root.subject_texts()
            .any(|text| text == "Key Attestation CA1")
    );
    // 2025-07-17T22:32:18Z to 2035-07-15T22:32:18Z.
    let valid = |seconds| root.is_valid_at(Moment::from_unix_seconds(seconds));
    assert_eq!(
        [1_752_791_537, 1_752_791_538, 2_068_151_538, 2_068_151_539].map(valid),
        [false, true, true, false]
    );
    assert_eq!(
        Certificate::from_der(&pem).unwrap_err(),
        MalformedCertificate
    );
}
