//! Phones that do not exist, for tests and the development demo.
//!
//! Their attestations lead to roots whose keys everybody has. Only an issuer that was told to trust
//! the roots of specimens believes them, and a production issuer refuses to start with such a root.

use humanseal_attestation::android::specimen::{Description, Maker};
use humanseal_attestation::android::{PatchLevel, SecurityLevel};
use humanseal_attestation::apple::specimen::{Distribution, attest};
use humanseal_documents::specimen::SpecimenError;
use humanseal_documents::{Fingerprint, Moment};
use humanseal_zk_credentials::credential::DeviceLevel;
use humanseal_zk_credentials::exchange::{
    AndroidSignature, AppleAttestation, Base64, DeviceSignature, Sha256Digest, device_message,
};

use crate::device_key::{DeviceKey, DeviceKeyError};

/// A phone that does not exist. It makes a key for each session as a real one does.
#[derive(Debug, Clone)]
pub enum SpecimenPhone {
    /// One of Android, locked, with its maker's system.
    Android {
        /// The app's package.
        package: String,
        /// The SHA-256 of the certificate that signs the app.
        signer: Fingerprint,
        /// The month of its security patches.
        patch_level: PatchLevel,
        /// Whether it has a StrongBox.
        strong_box: bool,
    },
    /// One of Apple's, with an app from its store.
    Apple {
        /// The App ID.
        app_id: String,
        /// The moment: Apple's certificates stand for few days.
        now: Moment,
    },
}

impl DeviceKey for SpecimenPhone {
    fn level(&self) -> DeviceLevel {
        match self {
            Self::Android {
                strong_box: true, ..
            } => DeviceLevel::StrongBox,
            _ => DeviceLevel::Hardware,
        }
    }

    fn attest(&self, statement: &Sha256Digest) -> Result<DeviceSignature, DeviceKeyError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| DeviceKeyError(error.to_string()))?;
        self.signature(statement, &seed)
            .map_err(|error| DeviceKeyError(error.to_string()))
    }
}

impl SpecimenPhone {
    fn signature(
        &self,
        statement: &Sha256Digest,
        seed: &[u8; 32],
    ) -> Result<DeviceSignature, SpecimenError> {
        match self {
            Self::Android {
                package,
                signer,
                patch_level,
                strong_box,
            } => {
                let level = match strong_box {
                    true => SecurityLevel::StrongBox,
                    false => SecurityLevel::TrustedEnvironment,
                };
                let description =
                    Description::genuine(level, *patch_level, &statement.0, package, *signer)?;
                let attestation = Maker::insecure()?.attestation(seed, description)?;
                let signature = attestation.sign(&device_message(statement))?;
                let chain = attestation.chain()?.into_iter().map(bytes);
                Ok(DeviceSignature::AndroidKey(AndroidSignature {
                    chain: chain.collect::<Result<_, _>>()?,
                    signature: bytes(signature)?,
                }))
            }
            Self::Apple { app_id, now } => {
                let distribution = Distribution::AppStore;
                let object = attest(app_id, &statement.0, false, distribution, seed, *now)?;
                Ok(DeviceSignature::AppleAppattest(AppleAttestation {
                    attestation: bytes(object)?,
                }))
            }
        }
    }
}

fn bytes<const MAX: usize>(bytes: Vec<u8>) -> Result<Base64<MAX>, SpecimenError> {
    Base64::new(bytes).ok_or(SpecimenError::Field)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use humanseal_attestation::{AppId, KeyProtection, android, apple};

    use super::*;

    const APP_ID: &str = "ABCDE12345.com.example.seal";

    #[test]
    fn specimen_phones_are_believed_by_those_who_trust_specimens() {
        let digest = Sha256Digest::of(b"statement");
        let now = Moment::from_unix_seconds(1_800_000_000);
        let patch_level = PatchLevel::from_yyyymm(202_601).unwrap();
        let signer = Fingerprint::of(b"signer");
        let mut trust = android::Trust::new(patch_level);
        trust
            .add_root(&Maker::insecure().unwrap().root_der().unwrap())
            .unwrap();
        let app = AppId::android("com.example.seal").unwrap();
        trust.add_app(app.clone(), signer).unwrap();
        let list = android::RevocationList::parse(b"{\"entries\":{}}", now).unwrap();
        for (strong_box, protection, level) in [
            (true, KeyProtection::StrongBox, DeviceLevel::StrongBox),
            (false, KeyProtection::Hardware, DeviceLevel::Hardware),
        ] {
            let phone = SpecimenPhone::Android {
                package: "com.example.seal".into(),
                signer,
                patch_level,
                strong_box,
            };
            assert_eq!(phone.level(), level);
            let DeviceSignature::AndroidKey(signed) = phone.attest(&digest).unwrap() else {
                panic!("another kind");
            };
            let chain: Vec<_> = signed.chain.iter().map(Base64::as_bytes).collect();
            let (vouched, key) =
                android::verify(&chain, &digest.0, &trust, Some(&list), now).unwrap();
            assert_eq!((vouched.protection, vouched.app), (protection, app.clone()));
            assert!(key.verifies(&device_message(&digest), signed.signature.as_bytes()));
        }

        let mut trust = apple::Trust::new(false);
        trust.add_root(&apple::specimen::root().unwrap()).unwrap();
        trust.add_app(APP_ID).unwrap();
        let phone = SpecimenPhone::Apple {
            app_id: APP_ID.into(),
            now,
        };
        let objects: Vec<_> = (0..2)
            .map(|_| match phone.attest(&digest).unwrap() {
                DeviceSignature::AppleAppattest(sent) => sent.attestation,
                _ => panic!("another kind"),
            })
            .collect();
        for object in &objects {
            let vouched = apple::verify(object.as_bytes(), &digest.0, &trust, now).unwrap();
            assert_eq!(vouched.app, AppId::apple(APP_ID).unwrap());
        }
        assert_ne!(objects[0], objects[1], "the key is not fresh");
    }
}
