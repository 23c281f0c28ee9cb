//! Chains and security objects that OpenSSL made (`scripts/vectors/openssl-documents.sh`).

use std::path::{Path, PathBuf};

use humanseal_documents::{
    AlgorithmError, DataGroups, Date, Moment, PassiveAuthError, Sod, SodError, TrustStore,
    authenticate,
};

/// Variants that must pass: those that passports use.
const SUPPORTED: [(&str, &str); 23] = [
    ("rsa-3072-sha256", "RSA-3072"),
    ("rsa-2048-sha512", "RSA-2048"),
    ("rsa-pss-sha256", "RSA-2048"),
    ("rsa-pss-sha512", "RSA-2048"),
    ("rsa-pss-key-sha256", "RSA-2048"),
    ("rsa-pss-certificates-sha256", "RSA-2048"),
    ("rsa-pss-object-sha256", "RSA-2048"),
    ("p-256-sha224", "P-256"),
    ("p-256-sha256", "P-256"),
    ("p-256-sha512", "P-256"),
    ("p-256-explicit-sha256", "P-256"),
    ("p-384-sha1", "P-384"),
    ("p-384-sha384", "P-384"),
    ("p-384-explicit-sha384", "P-384"),
    ("p-521-sha256", "P-521"),
    ("p-521-sha512", "P-521"),
    ("p-521-explicit-sha512", "P-521"),
    ("brainpool-p256r1-sha256", "brainpoolP256r1"),
    ("brainpool-p256r1-explicit-sha256", "brainpoolP256r1"),
    ("brainpool-p384r1-sha384", "brainpoolP384r1"),
    ("brainpool-p384r1-explicit-sha384", "brainpoolP384r1"),
    ("brainpool-p512r1-sha512", "brainpoolP512r1"),
    ("brainpool-p512r1-explicit-sha512", "brainpoolP512r1"),
];

/// Variants that are refused, and what they are refused as.
const UNSUPPORTED: [(&str, &str); 2] = [
    ("brainpool-p224r1-sha224", "brainpoolP224r1"),
    ("p-224-sha224", "P-224"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/documents/openssl")
}

fn file(path: &str) -> Vec<u8> {
    std::fs::read(folder().join(path)).unwrap()
}

fn trust(variant: &str) -> TrustStore {
    let mut trust = TrustStore::new();
    trust
        .add_csca(&file(&format!("{variant}/csca.der")))
        .unwrap();
    trust.add_crl(&file(&format!("{variant}/crl.der"))).unwrap();
    trust
}

fn verdict(sod: &[u8], trust: &TrustStore) -> Result<(), PassiveAuthError> {
    let (dg1, dg2) = (file("EF.DG1"), file("EF.DG2"));
    let groups = DataGroups {
        dg1: &dg1,
        dg2: Some(&dg2),
        dg14: None,
        dg15: None,
    };
    let at = Moment::start_of(Date::new(2030, 1, 1).unwrap());
    authenticate(&Sod::parse(sod).unwrap(), &groups, trust, at).map(|_| ())
}

#[test]
fn what_passports_use_passes() {
    for (variant, key) in SUPPORTED {
        let trust = trust(variant);
        assert_eq!(trust.anchors()[0].key_name().unwrap(), key, "{variant}");
        let sod = file(&format!("{variant}/EF.SOD"));
        assert_eq!(verdict(&sod, &trust), Ok(()), "{variant}");
        // The signature is the last thing in the file.
        let mut damaged = sod.clone();
        *damaged.last_mut().unwrap() ^= 1;
        assert_eq!(
            verdict(&damaged, &trust),
            Err(PassiveAuthError::SodSignature),
            "{variant}"
        );
    }
}

#[test]
fn other_curves_are_refused_by_name() {
    for (variant, name) in UNSUPPORTED {
        let error = trust(variant).anchors()[0].key_name().unwrap_err();
        assert_eq!(error, AlgorithmError::Unsupported(name.into()), "{variant}");
        let sod = file(&format!("{variant}/EF.SOD"));
        let refusal = verdict(&sod, &trust(variant));
        assert_eq!(refusal, Err(PassiveAuthError::DscKey), "{variant}");
    }
}

/// Shapes of EF.SOD that passports use: LDS 1.8 names its versions, the signer is named by the
/// identifier of its key, authority and another signer stand among the certificates, the signer
/// digests with another algorithm than the data groups are digested with.
const SHAPES: [&str; 4] = [
    "p-256-sha256-lds-1.8",
    "p-256-sha256-key-identifier",
    "p-256-sha256-certificates",
    "p-256-sha256-signer-sha512",
];

/// Shapes that OpenSSL takes and a passport must not have.
const REFUSED_SHAPES: [&str; 3] = [
    "p-256-sha256-no-certificate",
    "p-256-sha256-no-attributes",
    "p-256-sha256-two-signers",
];

#[test]
fn shapes_that_passports_use_pass() {
    for variant in SHAPES {
        let (sod, trust) = (file(&format!("{variant}/EF.SOD")), trust(variant));
        assert_eq!(verdict(&sod, &trust), Ok(()), "{variant}");
        let mut damaged = sod;
        *damaged.last_mut().unwrap() ^= 1;
        let refusal = verdict(&damaged, &trust);
        assert_eq!(refusal, Err(PassiveAuthError::SodSignature), "{variant}");
    }
}

/// Some states name the issuer's parts in another order, or as strings of another type, where EF.SOD
/// points at its signer. What it points at is not signed.
#[test]
fn the_signer_is_found_by_a_name_in_another_order() {
    let (good, trust) = (file("p-256-sha256/EF.SOD"), trust("p-256-sha256"));
    // SET { SEQUENCE { countryName, PrintableString "UT" } }, and the same for the common name.
    let country = b"\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02UT";
    let name = b"OpenSSL specimen csca p-256-sha256";
    let place = good
        .windows(name.len())
        .rposition(|bytes| bytes == name)
        .unwrap();
    let whole = place - 11 - country.len()..place + name.len();
    assert_eq!(good[whole.clone()][..country.len()], country[..]);
    let mut turned = good.clone();
    turned[whole].rotate_left(country.len());
    // UTF8String as PrintableString.
    let tag = turned.windows(name.len()).rposition(|b| b == name).unwrap() - 2;
    assert_eq!(turned[tag], 0x0c);
    turned[tag] = 0x13;
    assert_ne!(turned, good);
    assert_eq!(verdict(&turned, &trust), Ok(()));
    // Another name points at nothing.
    turned[tag + 2] = b'X';
    let refusal = verdict(&turned, &trust);
    assert_eq!(refusal, Err(PassiveAuthError::DscCertificate));
}

#[test]
fn other_shapes_are_refused_by_name() {
    let [bare, unsigned, twice] = REFUSED_SHAPES;
    for (variant, refusal) in [
        (bare, PassiveAuthError::DscCertificate),
        (unsigned, PassiveAuthError::SodSignedAttributes),
    ] {
        let sod = file(&format!("{variant}/EF.SOD"));
        assert_eq!(verdict(&sod, &trust(variant)), Err(refusal), "{variant}");
    }
    let sod = file(&format!("{twice}/EF.SOD"));
    assert_eq!(Sod::parse(&sod).unwrap_err(), SodError::Signers);
}

/// Every folder that the script makes is looked at here.
#[test]
fn no_variant_is_left_out() {
    let folders = std::fs::read_dir(folder()).unwrap().map(Result::unwrap);
    let count = folders.filter(|entry| entry.path().is_dir()).count();
    let keys = SUPPORTED.len() + UNSUPPORTED.len();
    assert_eq!(count, keys + SHAPES.len() + REFUSED_SHAPES.len());
}

/// One authority's documents are not another's.
#[test]
fn a_foreign_authority_is_refused() {
    let sod = file("p-256-sha256/EF.SOD");
    let refusal = verdict(&sod, &trust("p-384-sha384"));
    assert_eq!(refusal, Err(PassiveAuthError::CscaAnchor));
}

/// Explicit parameters with another generator let anyone make a private key for a given public one
/// (CVE-2020-0601). So every parameter has to be that of the curve.
#[test]
fn explicit_parameters_are_compared_in_full() {
    for (variant, what, parameter) in [
        (
            "p-256-explicit-sha256",
            "prime",
            "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        ),
        (
            "p-256-explicit-sha256",
            "a",
            "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc",
        ),
        (
            "p-256-explicit-sha256",
            "b",
            "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
        ),
        (
            "p-256-explicit-sha256",
            "Gx",
            "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        ),
        (
            "p-256-explicit-sha256",
            "Gy",
            "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
        ),
        (
            "p-256-explicit-sha256",
            "order",
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        ),
    ] {
        let mut csca = file(&format!("{variant}/csca.der"));
        let parameter = hex::decode(parameter).unwrap();
        let place = csca
            .windows(parameter.len())
            .position(|w| w == parameter)
            .unwrap();
        csca[place + parameter.len() - 1] ^= 2;
        let mut trust = TrustStore::new();
        trust.add_csca(&csca).unwrap();
        let error = trust.anchors()[0].key_name().unwrap_err();
        assert_eq!(error.code(), "algorithm_unsupported", "{what}");
    }
}

/// `rsaEncryption` with PSS parameters, the other digest in the mask, and the like do not slip
/// through as something else.
#[test]
fn a_signature_algorithm_of_another_kind_is_refused() {
    // ecdsa-with-SHA256 in place of ecdsa-with-SHA512 in the signer's information.
    let sod = file("p-256-sha512/EF.SOD");
    let (sha512, unknown) = (
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4],
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 9],
    );
    let place = sod.windows(8).rposition(|w| w == sha512).unwrap();
    let mut changed = sod.clone();
    changed[place..place + 8].copy_from_slice(&unknown);
    let error = Sod::parse(&changed).unwrap_err();
    assert!(
        matches!(error, SodError::Algorithm(AlgorithmError::Unsupported(_))),
        "{error:?}"
    );
    changed[place + 7] = 2;
    let refusal = verdict(&changed, &trust("p-256-sha512"));
    assert_eq!(refusal, Err(PassiveAuthError::SodSignature));
}
