//! KeyDescription: what the hardware and the system say about a key.
//!
//! The schema is Android's "Key and ID attestation", schemas of versions 1 to 400, with the tags
//! that KeyMint added since. It is read as DER and strictly: every tag has its type, tags rise, none
//! is unknown. Of tags that say nothing that is asked here, only the type is looked at.

use der::asn1::{AnyRef, Null, ObjectIdentifier, OctetStringRef};
use der::{Decode, Enumerated, Reader, Sequence, SliceReader, Tag, Tagged};

use super::tag;

/// The extension of the leaf that holds KeyDescription.
pub const EXTENSION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11129.2.1.17");

/// Who attests, or who keeps the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enumerated)]
#[repr(u8)]
pub enum SecurityLevel {
    /// The system itself.
    Software = 0,
    /// A trusted execution environment.
    TrustedEnvironment = 1,
    /// A chip of its own.
    StrongBox = 2,
}

/// What verified boot found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enumerated)]
#[repr(u8)]
pub enum VerifiedBootState {
    /// A system signed by the phone's maker.
    Verified = 0,
    /// A system signed by a key that the owner put in.
    SelfSigned = 1,
    /// Anything may have been started.
    Unverified = 2,
    /// Verification failed.
    Failed = 3,
}

/// The parts of KeyDescription.
pub(super) struct KeyDescription<'a> {
    pub(super) version: u32,
    pub(super) attestation_level: SecurityLevel,
    pub(super) key_level: SecurityLevel,
    pub(super) challenge: &'a [u8],
    pub(super) software: AuthorizationList<'a>,
    pub(super) hardware: AuthorizationList<'a>,
}

/// What one side answers for, as far as it is asked here.
#[derive(Default)]
pub(super) struct AuthorizationList<'a> {
    pub(super) purposes: Vec<u64>,
    pub(super) algorithm: Option<u64>,
    pub(super) key_size: Option<u64>,
    pub(super) all_applications: bool,
    pub(super) origin: Option<u64>,
    pub(super) root_of_trust: Option<RootOfTrust<'a>>,
    pub(super) os_patch_level: Option<u64>,
    pub(super) application: Option<Application<'a>>,
}

/// What was started. The hash of the system came with version 3 and is not looked at.
#[derive(Sequence)]
pub(super) struct RootOfTrust<'a> {
    pub(super) verified_boot_key: &'a OctetStringRef,
    pub(super) device_locked: bool,
    pub(super) verified_boot_state: VerifiedBootState,
    #[asn1(optional = "true")]
    pub(super) verified_boot_hash: Option<&'a OctetStringRef>,
}

/// Who asked for the key, in the words of the system: packages that share an identity, and the
/// SHA-256 of each certificate that signs them.
pub(super) struct Application<'a> {
    pub(super) packages: Vec<&'a [u8]>,
    pub(super) signers: Vec<&'a [u8]>,
}

#[derive(Sequence)]
struct Package<'a> {
    name: &'a OctetStringRef,
    version: u64,
}

impl<'a> KeyDescription<'a> {
    pub(super) fn from_der(extension: &'a [u8]) -> der::Result<Self> {
        let mut parts = inside(extension, Tag::Sequence)?;
        let version = parts.decode()?;
        let attestation_level = parts.decode()?;
        // The version of the hardware's software says nothing about the key.
        let _: u32 = parts.decode()?;
        let key_level = parts.decode()?;
        let challenge: &OctetStringRef = parts.decode()?;
        let _unique_id: &OctetStringRef = parts.decode()?;
        let software = AuthorizationList::from_der(parts.tlv_bytes()?)?;
        let hardware = AuthorizationList::from_der(parts.tlv_bytes()?)?;
        parts.finish()?;
        Ok(Self {
            version,
            attestation_level,
            key_level,
            challenge: challenge.as_bytes(),
            software,
            hardware,
        })
    }
}

impl<'a> AuthorizationList<'a> {
    fn from_der(list: &'a [u8]) -> der::Result<Self> {
        let mut entries = inside(list, Tag::Sequence)?;
        let mut read = Self::default();
        let mut last = None;
        while !entries.is_finished() {
            let entry: AnyRef<'a> = entries.decode()?;
            let Tag::ContextSpecific {
                constructed: true,
                number,
            } = entry.tag()
            else {
                return Err(malformed());
            };
            if last.is_some_and(|last| number <= last) {
                return Err(malformed());
            }
            last = Some(number);
            read.set(number.value(), entry.value())?;
        }
        Ok(read)
    }

    fn set(&mut self, number: u32, value: &'a [u8]) -> der::Result<()> {
        match number {
            tag::PURPOSE => self.purposes = integers(value)?,
            tag::ALGORITHM => self.algorithm = Some(u64::from_der(value)?),
            tag::KEY_SIZE => self.key_size = Some(u64::from_der(value)?),
            tag::ALL_APPLICATIONS => {
                Null::from_der(value)?;
                self.all_applications = true;
            }
            tag::ORIGIN => self.origin = Some(u64::from_der(value)?),
            tag::ROOT_OF_TRUST => self.root_of_trust = Some(RootOfTrust::from_der(value)?),
            tag::OS_PATCHLEVEL => self.os_patch_level = Some(u64::from_der(value)?),
            tag::ATTESTATION_APPLICATION_ID => {
                let content = <&OctetStringRef>::from_der(value)?;
                self.application = Some(Application::from_der(content.as_bytes())?);
            }
            _ => tag::check_type(number, value)?,
        }
        Ok(())
    }
}

impl<'a> Application<'a> {
    fn from_der(content: &'a [u8]) -> der::Result<Self> {
        let mut parts = inside(content, Tag::Sequence)?;
        let mut packages = inside(parts.tlv_bytes()?, Tag::Set)?;
        let mut signers = inside(parts.tlv_bytes()?, Tag::Set)?;
        parts.finish()?;
        let mut read = Self {
            packages: Vec::new(),
            signers: Vec::new(),
        };
        while !packages.is_finished() {
            let package: Package<'a> = packages.decode()?;
            read.packages.push(package.name.as_bytes());
        }
        while !signers.is_finished() {
            let signer: &'a OctetStringRef = signers.decode()?;
            read.signers.push(signer.as_bytes());
        }
        Ok(read)
    }
}

/// What stands inside of one constructed value that fills the bytes.
fn inside(whole: &[u8], tag: Tag) -> der::Result<SliceReader<'_>> {
    let value = AnyRef::from_der(whole)?;
    if value.tag() != tag {
        return Err(malformed());
    }
    SliceReader::new(value.value())
}

/// A SET OF INTEGER.
pub(super) fn integers(set: &[u8]) -> der::Result<Vec<u64>> {
    let mut items = inside(set, Tag::Set)?;
    let mut read = Vec::new();
    while !items.is_finished() {
        read.push(items.decode()?);
    }
    Ok(read)
}

fn malformed() -> der::Error {
    der::ErrorKind::Failed.into()
}
