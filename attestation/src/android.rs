//! Android Key Attestation: a chain of certificates in which the hardware of a phone says what key
//! it made, for which app, on which system (docs/protocol.md sections 5 and 11).
//!
//! Sources: developer.android.com, "Verify hardware-backed key pairs with key attestation";
//! source.android.com, "Key and ID attestation"; RFC 5280.
//!
//! # What an operator needs
//! - **Roots.** Google publishes them at `https://android.googleapis.com/attestation/root`. There
//!   are two keys: one of RSA with 4096 bits, subject `serialNumber=f92009e853b6b045`, in several
//!   certificates (2016, 2019, 2021, 2022), and since 2026 one on P-384, subject `CN=Key
//!   Attestation CA1`. A root is known by subject and key, so the latest certificate of each
//!   suffices ([`Trust::add_root`]). `fixtures/vectors/android-attestation/roots/` has both.
//! - **Status list.** `https://android.googleapis.com/attestation/status`, fetched over TLS, since it
//!   has no signature ([`RevocationList`]), as often as `Cache-Control` of the answer says and at
//!   least once a day. Without one, or with one older than 24 hours, every attestation is refused.
//! - **Apps.** Package name and the SHA-256 of the certificate that signs it, as
//!   `apksigner verify --print-certs` shows it ([`Trust::add_app`]).
//! - **Boot keys** of systems that an owner installs and locks again, such as GrapheneOS, which
//!   publishes one for each model ([`Trust::add_boot_key`]).
//!
//! # Validity periods
//! Certificates above the leaf must be valid now. Google's own verifier lets an expired chain pass
//! if its key came from the factory, since such a key cannot be changed. Here it is refused: an
//! entry of the status list may be dropped when its certificate expires (the list's member
//! `expires` is for that), so of an expired certificate nobody says any more that its key was
//! stolen. The root is asked as it is configured, not as the phone brings it: phones carry the
//! certificate of 2016, expired in May 2026, for a key that is still in use. The leaf's period is
//! not asked: the app chooses it, and the phone's clock; the challenge says that the leaf is new.
//!
//! # What passes all the same
//! A phone whose hardware was broken and whose key is not on the list yet; a system that was
//! verified at its start and taken over since; an app that is listed and shows a recording to its
//! camera's place. Which app holds the key is the word of the system, so it is worth what verified
//! boot is worth.

mod description;
mod error;
mod revocation;
pub mod specimen;
pub mod tag;
mod trust;

use humanseal_documents::Moment;
use humanseal_documents::x509::{Certificate, P256Key};
use subtle::ConstantTimeEq;

pub use self::description::{EXTENSION, SecurityLevel, VerifiedBootState};
pub use self::error::AndroidError;
pub use self::revocation::RevocationList;
pub use self::trust::{PatchLevel, Trust, TrustError};

use self::description::KeyDescription;
use crate::{AppId, KeyProtection, Vouched};

/// Certificates of a chain: the leaf, the key that attests, the root, and what stands between. From
/// the factory there are 4, with keys that are changed over the network 5.
pub const CHAIN_LENGTHS: std::ops::RangeInclusive<usize> = 3..=8;

/// The least version: Android 9, the first with StrongBox and a hash of what was started.
const LEAST_VERSION: u32 = 3;

/// Values of AOSP's `KeyPurpose.aidl`, `Algorithm.aidl` and `KeyOrigin.aidl`.
const PURPOSE_SIGN: u64 = 2;
const PURPOSE_VERIFY: u64 = 3;
const ALGORITHM_EC: u64 = 3;
const ORIGIN_GENERATED: u64 = 0;

/// The key that was attested. Whoever signs with it has the phone.
pub type LeafKey = P256Key;

/// Checks an attestation: `chain` in DER, leaf first and root last, made for this challenge.
///
/// The challenge is the SHA-256 of the statement. The caller still checks the statement's signature
/// with the [`LeafKey`].
///
/// # Errors
/// The [`AndroidError`] of the first check that the attestation does not pass.
pub fn verify(
    chain: &[&[u8]],
    challenge: &[u8],
    trust: &Trust,
    revocations: Option<&RevocationList>,
    now: Moment,
) -> Result<(Vouched, LeafKey), AndroidError> {
    use AndroidError as E;
    let unless = |fits: bool, error: E| if fits { Ok(()) } else { Err(error) };

    // The chain, from its shape to its root.
    unless(CHAIN_LENGTHS.contains(&chain.len()), E::ChainLength)?;
    let chain = chain.iter().map(|der| Certificate::from_der(der));
    let chain: Vec<Certificate> = chain
        .collect::<Result<_, _>>()
        .map_err(|_| E::Certificate)?;
    let [leaf, above @ ..] = &chain[..] else {
        return Err(E::ChainLength);
    };
    let Some(last) = above.last() else {
        return Err(E::ChainLength);
    };
    for certificate in &chain {
        unless(
            !certificate.has_unknown_critical_extension(),
            E::CriticalExtension,
        )?;
    }
    // With an attested key of an ordinary app anybody can sign a certificate that claims anything.
    // The attested leaf then stands above it, and its extension gives it away.
    for certificate in above {
        unless(
            certificate.extension(EXTENSION).is_none(),
            E::ExtensionAboveLeaf,
        )?;
    }
    let extension = leaf.extension(EXTENSION).ok_or(E::ExtensionMissing)?;
    for (below, issuer) in above.iter().enumerate() {
        unless(issuer.is_authority(), E::NotAuthority)?;
        let allowed = issuer.path_length().map_or(usize::MAX, usize::from);
        unless(below <= allowed, E::PathLength)?;
    }
    for (certificate, issuer) in chain.iter().zip(above.iter().chain([last])) {
        unless(certificate.names_as_issuer(issuer), E::IssuerName)?;
        let signed = certificate.is_signed_by(issuer);
        unless(signed.map_err(|_| E::KeyUnsupported)?, E::Signature)?;
    }
    let root_is_valid = trust.root_validity(last, now).ok_or(E::RootUnknown)?;
    unless(root_is_valid, E::Validity)?;
    for certificate in &above[..above.len() - 1] {
        unless(certificate.is_valid_at(now), E::Validity)?;
    }
    let revocations = revocations.ok_or(E::RevocationListMissing)?;
    unless(revocations.is_current_at(now), E::RevocationListStale)?;
    for certificate in &chain {
        unless(!revocations.names(certificate), E::Revoked)?;
    }

    // What the hardware says.
    let description = KeyDescription::from_der(extension).map_err(|_| E::Description)?;
    let KeyDescription {
        software, hardware, ..
    } = &description;
    unless(description.version >= LEAST_VERSION, E::Version)?;
    unless(description.challenge.ct_eq(challenge).into(), E::Challenge)?;
    unless(
        description.attestation_level != SecurityLevel::Software,
        E::AttestationLevel,
    )?;
    unless(
        description.key_level != SecurityLevel::Software,
        E::KeyLevel,
    )?;

    // The system that was started.
    unless(software.root_of_trust.is_none(), E::RootOfTrustInSoftware)?;
    let root = hardware.root_of_trust.as_ref();
    let root = root.ok_or(E::RootOfTrustMissing)?;
    unless(root.device_locked, E::Unlocked)?;
    match root.verified_boot_state {
        VerifiedBootState::Verified => {}
        VerifiedBootState::SelfSigned => {
            let key = root.verified_boot_key.as_bytes();
            unless(trust.has_boot_key(key), E::BootKey)?;
        }
        VerifiedBootState::Unverified | VerifiedBootState::Failed => return Err(E::BootState),
    }
    let level = hardware
        .os_patch_level
        .and_then(|level| u32::try_from(level).ok());
    let level = level
        .and_then(PatchLevel::from_yyyymm)
        .ok_or(E::PatchLevel)?;
    unless(level >= trust.minimum_patch_level(), E::PatchLevel)?;

    // The app, in the words of that system.
    let application = software.application.as_ref().ok_or(E::AppMissing)?;
    let [package] = application.packages[..] else {
        return Err(E::PackageCount);
    };
    let package = std::str::from_utf8(package).map_err(|_| E::PackageUnlisted)?;
    let app = AppId::android(package).map_err(|_| E::PackageUnlisted)?;
    let listed = trust.signers(&app).ok_or(E::PackageUnlisted)?;
    let [signer] = application.signers[..] else {
        return Err(E::SignerCount);
    };
    let is_listed = listed.iter().any(|listed| listed.as_bytes() == signer);
    unless(is_listed, E::SignerUnlisted)?;

    // The key.
    let allowed = |purpose: &u64| [PURPOSE_SIGN, PURPOSE_VERIFY].contains(purpose);
    let signs = hardware.purposes.contains(&PURPOSE_SIGN);
    unless(signs && hardware.purposes.iter().all(allowed), E::Purpose)?;
    let is_p256 = hardware.algorithm == Some(ALGORITHM_EC) && hardware.key_size == Some(256);
    unless(is_p256, E::Algorithm)?;
    let shared = software.all_applications || hardware.all_applications;
    unless(!shared, E::AllApplications)?;
    unless(hardware.origin == Some(ORIGIN_GENERATED), E::Origin)?;
    let leaf_key = leaf.p256_key().ok_or(E::LeafKey)?;

    let strong = [description.attestation_level, description.key_level];
    let is_strong = strong == [SecurityLevel::StrongBox; 2] && names_strong_box(above);
    let protection = match is_strong {
        true => KeyProtection::StrongBox,
        false => KeyProtection::Hardware,
    };
    Ok((Vouched { protection, app }, leaf_key))
}

/// Whether the root or what it certified says that a key above the leaf is a StrongBox's: in
/// `title` for keys from the factory, in `O` for others. A key stolen from a trusted execution
/// environment can claim StrongBox in the leaf, not there.
fn names_strong_box(above: &[Certificate]) -> bool {
    let mut texts = above.iter().flat_map(Certificate::subject_texts);
    texts.any(|text| text.to_ascii_lowercase().contains("strongbox"))
}
