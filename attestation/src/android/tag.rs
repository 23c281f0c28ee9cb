//! The tags of an authorization list: names and numbers of AOSP's `Tag.aidl` of KeyMint.

use der::Decode;
use der::asn1::{Null, OctetStringRef};

use super::description::integers;

/// What the key may be used for, a set.
pub const PURPOSE: u32 = 1;
/// Its algorithm.
pub const ALGORITHM: u32 = 2;
/// Its size in bits.
pub const KEY_SIZE: u32 = 3;
/// The digests that it signs, a set.
pub const DIGEST: u32 = 5;
/// Its curve.
pub const EC_CURVE: u32 = 10;
/// Nobody needs to unlock it.
pub const NO_AUTH_REQUIRED: u32 = 503;
/// Every app may use it.
pub const ALL_APPLICATIONS: u32 = 600;
/// When it was made, in milliseconds since the epoch.
pub const CREATION_DATETIME: u32 = 701;
/// Where it comes from.
pub const ORIGIN: u32 = 702;
/// What was started.
pub const ROOT_OF_TRUST: u32 = 704;
/// The version of the system.
pub const OS_VERSION: u32 = 705;
/// The month of the system's security patches, `yyyymm`.
pub const OS_PATCHLEVEL: u32 = 706;
/// Who asked for it.
pub const ATTESTATION_APPLICATION_ID: u32 = 709;
/// The day of the vendor's patches, `yyyymmdd`.
pub const VENDOR_PATCHLEVEL: u32 = 718;
/// The day of the boot loader's patches, `yyyymmdd`.
pub const BOOT_PATCHLEVEL: u32 = 719;

/// Reads the value of a tag that says nothing that is asked here: whether it has its type. An
/// unknown tag is malformed.
pub(super) fn check_type(tag: u32, value: &[u8]) -> der::Result<()> {
    match tag {
        // BLOCK_MODE, DIGEST, PADDING, RSA_OAEP_MGF_DIGEST
        4 | DIGEST | 6 | 203 => integers(value).map(drop),
        // MIN_MAC_LENGTH, EC_CURVE, ML_DSA_VARIANT, RSA_PUBLIC_EXPONENT, ACTIVE_DATETIME,
        // ORIGINATION_EXPIRE_DATETIME, USAGE_EXPIRE_DATETIME, USAGE_COUNT_LIMIT, USER_SECURE_ID,
        // USER_AUTH_TYPE, AUTH_TIMEOUT
        8 | EC_CURVE | 11 | 200 | 400 | 401 | 402 | 405 | 502 | 504 | 505 | CREATION_DATETIME
        | OS_VERSION | VENDOR_PATCHLEVEL | BOOT_PATCHLEVEL => u64::from_der(value).map(drop),
        // CALLER_NONCE, ROLLBACK_RESISTANCE, EARLY_BOOT_ONLY, ALLOW_WHILE_ON_BODY,
        // TRUSTED_USER_PRESENCE_REQUIRED, TRUSTED_CONFIRMATION_REQUIRED,
        // UNLOCKED_DEVICE_REQUIRED, rollbackResistant of versions 1 and 2,
        // DEVICE_UNIQUE_ATTESTATION
        7 | 303 | 305 | NO_AUTH_REQUIRED | 506..=509 | 703 | 720 => Null::from_der(value).map(drop),
        // APPLICATION_ID, ATTESTATION_ID_BRAND to ATTESTATION_ID_MODEL, ATTESTATION_ID_SECOND_IMEI,
        // MODULE_HASH
        601 | 710..=717 | 723 | 724 => <&OctetStringRef>::from_der(value).map(drop),
        _ => Err(der::ErrorKind::TagUnexpected {
            expected: None,
            actual: der::TagNumber(tag).context_specific(true),
        }
        .into()),
    }
}
