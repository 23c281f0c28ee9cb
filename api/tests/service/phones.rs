//! Specimen phones, and the folder in which an operator lists what vouches for them.

use std::path::Path;

use humanseal_attestation::android::{PatchLevel, SecurityLevel, specimen as android};
use humanseal_attestation::apple::specimen as apple;
use humanseal_documents::{Fingerprint, Moment};
use humanseal_zk_credentials::exchange::{
    AndroidSignature, AppleAttestation, Base64, DeviceSignature, Sha256Digest, Timestamp,
    device_message,
};

pub const PACKAGE: &str = "com.example.seal";
pub const OTHER_PACKAGE: &str = "com.example.other";
pub const APP_ID: &str = "ABCDE12345.com.example.seal";
const PATCH_LEVEL: u32 = 202_601;

pub fn signer() -> Fingerprint {
    Fingerprint::of(b"the certificate that signs the app")
}

/// Writes the folder: specimen roots, two Android apps, one of Apple's, a list of this moment.
pub fn write_trust(folder: &Path, now: i64) {
    for name in ["android-roots", "apple-roots"] {
        std::fs::create_dir_all(folder.join(name)).unwrap();
    }
    let root = android::Maker::insecure().unwrap().root_der().unwrap();
    std::fs::write(folder.join("android-roots/specimen.der"), root).unwrap();
    let root = apple::root().unwrap();
    std::fs::write(folder.join("apple-roots/specimen.der"), root).unwrap();
    let signer = signer();
    let listed = format!(
        r#"
[android]
minimum_patch_level = {PATCH_LEVEL}
apps = [
    {{ package = "{PACKAGE}", signer = "{signer}" }},
    {{ package = "{OTHER_PACKAGE}", signer = "{signer}" }},
]

[apple]
app_ids = ["{APP_ID}"]
"#
    );
    std::fs::write(folder.join("devices.toml"), listed).unwrap();
    write_status(folder, now, "{\"entries\": {}}");
}

/// Puts a list of withdrawn certificates in place, as fetched at this moment.
pub fn write_status(folder: &Path, fetched: i64, list: &str) {
    let fetched = Timestamp::from_unix_seconds(fetched).unwrap();
    std::fs::write(
        folder.join("android-status"),
        format!("{fetched}\n{list}\n"),
    )
    .unwrap();
}

pub fn description(level: SecurityLevel, package: &str, challenge: &[u8]) -> android::Description {
    let patch_level = PatchLevel::from_yyyymm(PATCH_LEVEL).unwrap();
    android::Description::genuine(level, patch_level, challenge, package, signer()).unwrap()
}

/// What a phone with this description says of the statement of this digest.
pub fn android_with(
    description: android::Description,
    statement: &Sha256Digest,
    seed: u8,
) -> DeviceSignature {
    let maker = android::Maker::insecure().unwrap();
    let attestation = maker.attestation(&[seed; 32], description).unwrap();
    let chain = attestation.chain().unwrap().into_iter();
    let signature = attestation.sign(&device_message(statement)).unwrap();
    DeviceSignature::AndroidKey(AndroidSignature {
        chain: chain.map(|der| Base64::new(der).unwrap()).collect(),
        signature: Base64::new(signature).unwrap(),
    })
}

pub fn android(
    level: SecurityLevel,
    package: &str,
    statement: &Sha256Digest,
    seed: u8,
) -> DeviceSignature {
    let description = description(level, package, &statement.0);
    android_with(description, statement, seed)
}

pub fn apple(app_id: &str, statement: &Sha256Digest, now: i64, seed: u8) -> DeviceSignature {
    let now = Moment::from_unix_seconds(now.unsigned_abs());
    let distribution = apple::Distribution::AppStore;
    let object = apple::attest(app_id, &statement.0, false, distribution, &[seed; 32], now);
    DeviceSignature::AppleAppattest(AppleAttestation {
        attestation: Base64::new(object.unwrap()).unwrap(),
    })
}
