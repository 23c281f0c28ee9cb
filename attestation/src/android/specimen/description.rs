//! What a specimen says of a key.

use std::collections::BTreeMap;

use der::asn1::{ContextSpecific, OctetStringRef};
use der::{Any, Encode, Tag, TagMode, TagNumber};
use humanseal_documents::Fingerprint;
use humanseal_documents::specimen::SpecimenError;

use crate::android::{PatchLevel, SecurityLevel, VerifiedBootState, tag};

/// KeyDescription, open to change.
#[derive(Clone, Debug)]
pub struct Description {
    /// attestationVersion.
    pub version: u32,
    /// attestationSecurityLevel.
    pub attestation_level: SecurityLevel,
    /// keyMintVersion.
    pub key_mint_version: u32,
    /// keyMintSecurityLevel.
    pub key_level: SecurityLevel,
    /// attestationChallenge.
    pub challenge: Vec<u8>,
    /// uniqueId.
    pub unique_id: Vec<u8>,
    /// softwareEnforced.
    pub software: List,
    /// hardwareEnforced.
    pub hardware: List,
}

impl Description {
    /// What a locked phone with the maker's system says of a key of P-256 that one app asked for:
    /// `package` with version 1, signed by one certificate of that SHA-256.
    ///
    /// # Errors
    /// [`SpecimenError::Encoding`] does not occur with less than 256 MiB.
    pub fn genuine(
        level: SecurityLevel,
        patch_level: PatchLevel,
        challenge: &[u8],
        package: &str,
        signer: Fingerprint,
    ) -> Result<Self, SpecimenError> {
        let month = u64::from(patch_level.yyyymm());
        let root = Value::root_of_trust(&[0x5e; 32], true, VerifiedBootState::Verified)?;
        let application = Value::application(&[package.as_bytes()], &[signer.as_bytes()])?;
        let software = [
            (tag::CREATION_DATETIME, Value::integer(1_800_000_000_000)?),
            (tag::ATTESTATION_APPLICATION_ID, application),
        ];
        let hardware = [
            (tag::PURPOSE, Value::integers(&[2])?),
            (tag::ALGORITHM, Value::integer(3)?),
            (tag::KEY_SIZE, Value::integer(256)?),
            (tag::DIGEST, Value::integers(&[4])?),
            (tag::EC_CURVE, Value::integer(1)?),
            (tag::NO_AUTH_REQUIRED, Value::null()),
            (tag::ORIGIN, Value::integer(0)?),
            (tag::ROOT_OF_TRUST, root),
            (tag::OS_VERSION, Value::integer(160_000)?),
            (tag::OS_PATCHLEVEL, Value::integer(month)?),
            (tag::VENDOR_PATCHLEVEL, Value::integer(100 * month + 5)?),
            (tag::BOOT_PATCHLEVEL, Value::integer(100 * month + 5)?),
        ];
        Ok(Self {
            version: 400,
            attestation_level: level,
            key_mint_version: 400,
            key_level: level,
            challenge: challenge.to_vec(),
            unique_id: Vec::new(),
            software: List(software.into()),
            hardware: List(hardware.into()),
        })
    }

    pub(super) fn to_der(&self) -> Result<Vec<u8>, SpecimenError> {
        sequence(&[
            self.version.to_der()?,
            self.attestation_level.to_der()?,
            self.key_mint_version.to_der()?,
            self.key_level.to_der()?,
            OctetStringRef::new(&self.challenge)?.to_der()?,
            OctetStringRef::new(&self.unique_id)?.to_der()?,
            self.software.to_der()?,
            self.hardware.to_der()?,
        ])
    }
}

/// An authorization list: values by the numbers of [`tag`](crate::android::tag).
#[derive(Clone, Debug, Default)]
pub struct List(pub BTreeMap<u32, Value>);

impl List {
    fn to_der(&self) -> Result<Vec<u8>, SpecimenError> {
        let entries = self.0.iter().map(|(number, value)| {
            let entry = ContextSpecific {
                tag_number: TagNumber(*number),
                tag_mode: TagMode::Explicit,
                value: value.0.clone(),
            };
            Ok(entry.to_der()?)
        });
        sequence(&entries.collect::<Result<Vec<_>, SpecimenError>>()?)
    }
}

/// The value of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value(Any);

impl Value {
    /// An INTEGER.
    ///
    /// # Errors
    /// [`SpecimenError::Encoding`] does not occur.
    pub fn integer(number: u64) -> Result<Self, SpecimenError> {
        Ok(Self(Any::encode_from(&number)?))
    }

    /// A SET OF INTEGER.
    ///
    /// # Errors
    /// [`SpecimenError::Encoding`] does not occur.
    pub fn integers(numbers: &[u64]) -> Result<Self, SpecimenError> {
        let items = numbers.iter().map(|number| Ok(number.to_der()?));
        Self::set(&items.collect::<Result<Vec<_>, SpecimenError>>()?)
    }

    /// NULL, for tags that say something by standing there.
    #[must_use]
    pub fn null() -> Self {
        Self(Any::null())
    }

    /// RootOfTrust, with a hash of 32 bytes `5f`.
    ///
    /// # Errors
    /// [`SpecimenError::Encoding`] does not occur with less than 256 MiB.
    pub fn root_of_trust(
        verified_boot_key: &[u8],
        device_locked: bool,
        state: VerifiedBootState,
    ) -> Result<Self, SpecimenError> {
        let parts = [
            OctetStringRef::new(verified_boot_key)?.to_der()?,
            device_locked.to_der()?,
            state.to_der()?,
            OctetStringRef::new(&[0x5f; 32])?.to_der()?,
        ];
        Ok(Self(Any::new(Tag::Sequence, parts.concat())?))
    }

    /// AttestationApplicationId: packages, each of version 1, and digests of signers.
    ///
    /// # Errors
    /// [`SpecimenError::Encoding`] does not occur with less than 256 MiB.
    pub fn application(packages: &[&[u8]], signers: &[&[u8]]) -> Result<Self, SpecimenError> {
        let packages = packages.iter().map(|name| {
            let parts = [OctetStringRef::new(name)?.to_der()?, 1_u64.to_der()?];
            sequence(&parts)
        });
        let packages = packages.collect::<Result<Vec<_>, SpecimenError>>()?;
        let signers = signers
            .iter()
            .map(|digest| Ok(OctetStringRef::new(digest)?.to_der()?));
        let signers = signers.collect::<Result<Vec<_>, SpecimenError>>()?;
        let content = sequence(&[
            Self::set(&packages)?.0.to_der()?,
            Self::set(&signers)?.0.to_der()?,
        ])?;
        Self::octets(&content)
    }

    /// An OCTET STRING.
    ///
    /// # Errors
    /// [`SpecimenError::Encoding`] does not occur with less than 256 MiB.
    pub fn octets(content: &[u8]) -> Result<Self, SpecimenError> {
        Ok(Self(Any::new(Tag::OctetString, content)?))
    }

    fn set(items: &[Vec<u8>]) -> Result<Self, SpecimenError> {
        Ok(Self(Any::new(Tag::Set, items.concat())?))
    }
}

fn sequence(items: &[Vec<u8>]) -> Result<Vec<u8>, SpecimenError> {
    Ok(Any::new(Tag::Sequence, items.concat())?.to_der()?)
}
