//! Authenticator data of a fresh key (W3C Web Authentication section 6.1, as Apple fills it).

use ciborium::Value;

use super::AppleError;
use super::object::item;

/// Length of what stands before the credential's id: SHA-256 of the App ID, flags, counter,
/// AAGUID, the id's length.
const HEAD: usize = 32 + 1 + 4 + 16 + 2;

/// Flag "attested credential data included".
pub(super) const ATTESTED: u8 = 0x40;
/// Flag "extension data included".
pub(super) const EXTENDED: u8 = 0x80;

/// Apple's extensions from iOS 27 on: how the app was distributed, a number of four bytes, the
/// least significant first, and the bundle's version.
pub(super) const CATEGORY: &str = "apple_validation_category_01";
pub(super) const VERSION: &str = "apple_bundle_version_01";
/// Most entries that extensions may have.
const MAX_EXTENSIONS: usize = 16;

pub(super) struct AuthenticatorData {
    /// SHA-256 of the App ID.
    pub(super) rp_id_hash: [u8; 32],
    /// How often the key was used.
    pub(super) counter: u32,
    /// The environment.
    pub(super) aaguid: [u8; 16],
    /// The key's id.
    pub(super) credential_id: Vec<u8>,
    /// The key: 04, x, y.
    pub(super) public_key: Vec<u8>,
    /// How the app was distributed, where the device states it.
    pub(super) category: Option<u32>,
}

impl AuthenticatorData {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, AppleError> {
        read(bytes).ok_or(AppleError::AuthenticatorData)
    }
}

fn read(bytes: &[u8]) -> Option<AuthenticatorData> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let (rp_id_hash, head) = head.split_first_chunk::<32>()?;
    let (&[flags], head) = head.split_first_chunk::<1>()?;
    let (counter, head) = head.split_first_chunk::<4>()?;
    let (aaguid, head) = head.split_first_chunk::<16>()?;
    let length = u16::from_be_bytes(head.try_into().ok()?);
    if flags & ATTESTED == 0 || flags & !(ATTESTED | EXTENDED) != 0 {
        return None;
    }
    let (credential_id, rest) = rest.split_at_checked(length.into())?;
    let (key, rest) = item(rest)?;
    // Apple's own sample of 2026 has extensions without their flag; the flag without extensions is
    // malformed.
    let category = if rest.is_empty() && flags & EXTENDED == 0 {
        None
    } else {
        extensions(rest)?
    };
    Some(AuthenticatorData {
        rp_id_hash: *rp_id_hash,
        counter: u32::from_be_bytes(*counter),
        aaguid: *aaguid,
        credential_id: credential_id.to_vec(),
        public_key: point(key)?,
        category,
    })
}

/// A COSE key of P-256 for ES256 (RFC 9053 sections 2.1 and 7.1.1): 1 → 2, 3 → −7, −1 → 1, −2 → x,
/// −3 → y.
fn point(key: Value) -> Option<Vec<u8>> {
    let entries = key.into_map().ok()?;
    let of = |label: i8| {
        let mut found = entries.iter().filter(|(key, _)| *key == Value::from(label));
        let (_, value) = found.next()?;
        found.next().is_none().then_some(value)
    };
    let constants = [(1, 2), (3, -7), (-1, 1)];
    let fits = entries.len() == 5
        && constants
            .iter()
            .all(|(label, value)| of(*label) == Some(&Value::from(*value)));
    let coordinate = |label| of(label)?.as_bytes().filter(|bytes| bytes.len() == 32);
    let (x, y) = (coordinate(-2)?, coordinate(-3)?);
    fits.then(|| [&[4], &x[..], &y[..]].concat())
}

/// The category, if the extensions name one.
fn extensions(bytes: &[u8]) -> Option<Option<u32>> {
    let (value, rest) = item(bytes)?;
    let entries = value.into_map().ok()?;
    if !rest.is_empty() || entries.len() > MAX_EXTENSIONS {
        return None;
    }
    let mut category = None;
    for (place, (name, value)) in entries.iter().enumerate() {
        let name = name.as_text()?;
        let twice = entries[..place]
            .iter()
            .any(|(earlier, _)| earlier.as_text() == Some(name));
        if twice {
            return None;
        }
        if name == CATEGORY {
            let bytes: [u8; 4] = value.as_bytes()?.as_slice().try_into().ok()?;
            category = Some(u32::from_le_bytes(bytes));
        }
    }
    Some(category)
}
