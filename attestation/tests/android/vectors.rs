//! Attestations that real phones made, with their sources in the folder's README.

use std::path::{Path, PathBuf};

use humanseal_attestation::android::{PatchLevel, RevocationList, Trust, verify};
use humanseal_attestation::{AppId, KeyProtection};
use humanseal_documents::x509::Certificate;
use humanseal_documents::{Date, Fingerprint, Moment};

use KeyProtection::{Hardware, StrongBox};

/// The key of GrapheneOS for the Pixel 9, as that project publishes it.
const GRAPHENE_PIXEL_9: &str = "9e6a8f3e0d761a780179f93acd5721ba1ab7c8c537c7761073c0a754b0e932de";
/// Who signs Google's and GrapheneOS' apps that made the vectors.
const GOOGLE: &str = "103938ee4537e59e8ee792f654504fb8346fc6b346d0bbc4415fc339fcfc8ec1";
const GRAPHENE: &str = "990e04f0864b19f14f84e0e432f7a393f297ab105a22c1e1b10b442a4a62c42c";
const PLAY: &str = "f0fd6c5b410f25cb25c3b53346c8972fae30f8ee7411df910480ad6b2d60db83";

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/vectors/android-attestation")
}

/// The certificates of a PEM file in DER.
pub fn chain(name: &str) -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(folder().join(name)).unwrap();
    text.split_inclusive("-----END CERTIFICATE-----\n")
        .map(|pem| {
            let certificate = Certificate::from_der_or_pem(pem.as_bytes()).unwrap();
            certificate.der().to_vec()
        })
        .collect()
}

pub fn google_root(name: &str) -> Vec<u8> {
    std::fs::read(folder().join("roots").join(name)).unwrap()
}

fn day(yyyymmdd: u32) -> Moment {
    Moment::start_of(Date::from_yyyymmdd(yyyymmdd).unwrap())
}

/// What an issuer would trust that serves all of these phones.
fn trust() -> Trust {
    let key = hex::decode(GRAPHENE_PIXEL_9).unwrap();
    trust_with(&[key.try_into().unwrap()])
}

fn trust_with(boot_keys: &[[u8; 32]]) -> Trust {
    let mut trust = Trust::new(PatchLevel::from_yyyymm(202_306).unwrap());
    trust.add_root(&google_root("rsa-4096-2022.pem")).unwrap();
    trust.add_root(&google_root("p-384-2025.pem")).unwrap();
    for (package, signer) in [
        ("com.google.android.attestation", GOOGLE),
        (
            "com.google.wireless.android.security.attestationverifier.collector",
            GOOGLE,
        ),
        ("app.attestation.auditor", GRAPHENE),
        ("com.android.vending", PLAY),
    ] {
        let signer = Fingerprint::from_hex(signer).unwrap();
        trust
            .add_app(AppId::android(package).unwrap(), signer)
            .unwrap();
    }
    for key in boot_keys {
        trust.add_boot_key(*key);
    }
    trust
}

/// The level, or the code of the refusal.
fn judge(
    chain: &[Vec<u8>],
    challenge: &[u8],
    trust: &Trust,
    now: Moment,
) -> Result<KeyProtection, &'static str> {
    let list = RevocationList::parse(br#"{"entries":{}}"#, now).unwrap();
    let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
    verify(&chain, challenge, trust, Some(&list), now)
        .map(|(vouched, _)| vouched.protection)
        .map_err(|error| error.code())
}

/// File, a day within its certificates' validity, challenge, outcome.
type Case = (
    &'static str,
    u32,
    &'static [u8],
    Result<KeyProtection, &'static str>,
);

const REAL: [Case; 12] = [
    (
        "strongbox-2026-root.pem",
        20260223,
        b"90578e1d-f5bf-4ccf-a27f-a4f4d89ee21f",
        Ok(StrongBox),
    ),
    (
        "tee-2026-root.pem",
        20260223,
        b"6417f92c-daef-4cc1-8828-5bb39338ffd5",
        Ok(Hardware),
    ),
    (
        "strongbox.pem",
        20250927,
        b"7ccac1ea-4845-482e-858d-f6fa9aa8c295",
        Ok(StrongBox),
    ),
    (
        "tee.pem",
        20250927,
        b"d688d763-6118-4ca6-94b2-e6cd9ed7e4e4",
        Ok(Hardware),
    ),
    (
        "unlocked.pem",
        20260706,
        b"5c096f0f-e998-4059-bdec-be36d928bd8d",
        Err("android_unlocked"),
    ),
    (
        "unlocked-factory.pem",
        20260706,
        b"challenge",
        Err("android_unlocked"),
    ),
    (
        "ml-dsa-leaf.pem",
        20260501,
        b"challenge",
        Err("android_unlocked"),
    ),
    (
        "rsa-leaf.pem",
        20241001,
        b"challenge",
        Err("android_unlocked"),
    ),
    (
        "no-authority.pem",
        20260501,
        b"",
        Err("android_not_authority"),
    ),
    ("software.pem", 20251201, b"", Err("android_root_unknown")),
    (
        "software-rsa-1024.pem",
        20251201,
        b"",
        Err("android_key_unsupported"),
    ),
    (
        "boolean-not-der.pem",
        20250101,
        b"",
        Err("android_description_malformed"),
    ),
];

#[test]
fn real_phones_earn_what_their_hardware_says() {
    for (file, at, challenge, outcome) in REAL {
        let judged = judge(&chain(file), challenge, &trust(), day(at));
        assert_eq!(judged, outcome, "{file}");
    }
}

#[test]
fn the_phones_app_is_vouched_for_and_its_key_is_the_leafs() {
    let (file, at, challenge, _) = REAL[0];
    let certificates = chain(file);
    let list = RevocationList::parse(br#"{"entries":{}}"#, day(at)).unwrap();
    let refs: Vec<&[u8]> = certificates.iter().map(Vec::as_slice).collect();
    let (vouched, key) = verify(&refs, challenge, &trust(), Some(&list), day(at)).unwrap();
    assert_eq!(
        vouched.app.as_str(),
        "android:com.google.android.attestation"
    );
    let leaf = Certificate::from_der(&certificates[0]).unwrap();
    assert!(leaf.public_key_info().ends_with(&key.to_sec1()));
}

#[test]
fn a_signature_that_real_hardware_made_holds_under_its_key() {
    use der::asn1::{AnyRef, BitString};
    use der::{Decode, Reader};
    let certificates = chain("tee.pem");
    let key = Certificate::from_der(&certificates[1]).unwrap().p256_key();
    let key = key.unwrap();
    let parts = AnyRef::from_der(&certificates[0]).unwrap();
    let mut parts = der::SliceReader::new(parts.value()).unwrap();
    let signed = parts.tlv_bytes().unwrap();
    let _algorithm = parts.tlv_bytes().unwrap();
    let signature: BitString = parts.decode().unwrap();
    let signature = signature.as_bytes().unwrap();
    assert!(key.verifies(signed, signature));
    assert!(!key.verifies(&signed[1..], signature));
}

#[test]
fn a_real_attestation_is_refused_outside_of_its_validity_and_for_another_challenge() {
    for (file, at, challenge, outcome) in REAL {
        if outcome.is_ok() {
            let chain = chain(file);
            let late = judge(&chain, challenge, &trust(), day(at + 10_000));
            assert_eq!(late, Err("android_validity"), "{file}");
            let other = judge(&chain, &[0; 32], &trust(), day(at));
            assert_eq!(other, Err("android_challenge"), "{file}");
        }
    }
}

#[test]
fn a_real_phone_with_an_attest_key_is_refused() {
    for (file, at) in [
        ("graphene-attest-key.pem", 20251110),
        ("factory-attest-key.pem", 20230628),
    ] {
        let judged = judge(&chain(file), &[], &trust(), day(at));
        assert_eq!(judged, Err("android_extension_above_leaf"), "{file}");
    }
}

/// The attestation of the attest key itself passes everything but the check of its purpose, which
/// stands behind those of the system: with GrapheneOS, only if its boot key is listed.
#[test]
fn graphene_os_is_believed_where_its_boot_key_is_listed() {
    let whole = chain("graphene-attest-key.pem");
    let challenge =
        hex::decode("7387551f024289bff8c37c8f3f5fe676b2949fcec23d391dc00ef40a02f64ea2").unwrap();
    let judged = |trust: &Trust| judge(&whole[1..], &challenge, trust, day(20251110));
    assert_eq!(judged(&trust()), Err("android_purpose"));
    let unlisted = trust_with(&[]);
    assert_eq!(judged(&unlisted), Err("android_boot_key"));
    let factory = chain("factory-attest-key.pem");
    let challenge =
        hex::decode("b7a1d1fcd86a569dd0092ebad054dad6799f1f7cc198495dfbea03928bd05a80").unwrap();
    let judged = judge(&factory[1..], &challenge, &unlisted, day(20230628));
    assert_eq!(judged, Err("android_purpose"));
}
