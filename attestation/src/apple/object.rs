//! The attestation object: CBOR around certificates and authenticator data.

use ciborium::Value;
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Decode, Sequence};
use humanseal_documents::x509::Certificate;

use super::{AppleError, MAX_OBJECT};

/// Apple's extension with the nonce.
pub(super) const NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113635.100.8.2");

/// Deepest nesting of CBOR that is read: an object has 4 levels.
const MAX_DEPTH: usize = 8;

/// An attestation object (W3C Web Authentication section 6.5.4, as Apple fills it).
pub(super) struct AttestationObject {
    /// The certificate of the attested key.
    pub(super) leaf: Vec<u8>,
    /// That of the authority which signed it.
    pub(super) intermediate: Vec<u8>,
    /// The authenticator data as it is hashed.
    pub(super) authenticator_data: Vec<u8>,
}

impl AttestationObject {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, AppleError> {
        let malformed = || AppleError::Object;
        if bytes.len() > MAX_OBJECT {
            return Err(malformed());
        }
        let (value, rest) = item(bytes).ok_or_else(malformed)?;
        if !rest.is_empty() {
            return Err(malformed());
        }
        let [format, statement, authenticator_data] =
            members(value, ["fmt", "attStmt", "authData"]).ok_or_else(malformed)?;
        let [chain, receipt] = members(statement, ["x5c", "receipt"]).ok_or_else(malformed)?;
        if !receipt.is_bytes() {
            return Err(malformed());
        }
        let authenticator_data = authenticator_data.into_bytes().map_err(|_| malformed())?;
        let chain = chain.into_array().map_err(|_| malformed())?;
        let chain: Vec<Vec<u8>> = chain
            .into_iter()
            .map(Value::into_bytes)
            .collect::<Result<_, _>>()
            .map_err(|_| malformed())?;
        if format.into_text().map_err(|_| malformed())? != "apple-appattest" {
            return Err(AppleError::Format);
        }
        let [leaf, intermediate] =
            <[Vec<u8>; 2]>::try_from(chain).map_err(|_| AppleError::ChainLength)?;
        Ok(Self {
            leaf,
            intermediate,
            authenticator_data,
        })
    }
}

/// The first item of the bytes and what stands behind it. It must be in the one encoding with the
/// shortest heads and definite lengths (RFC 8949 section 4.2.1, key order aside), so that nothing
/// can be read in two ways.
pub(super) fn item(bytes: &[u8]) -> Option<(Value, &[u8])> {
    let mut rest = bytes;
    let value: Value = ciborium::de::from_reader_with_recursion_limit(&mut rest, MAX_DEPTH).ok()?;
    let read = bytes.get(..bytes.len() - rest.len())?;
    let mut again = Vec::with_capacity(read.len());
    ciborium::into_writer(&value, &mut again).ok()?;
    (again == read).then_some((value, rest))
}

/// The values of a map that has these keys, each once, and no others.
fn members<const N: usize>(value: Value, keys: [&str; N]) -> Option<[Value; N]> {
    let mut entries = value.into_map().ok()?;
    if entries.len() != N {
        return None;
    }
    let mut values = Vec::with_capacity(N);
    for key in keys {
        let place = entries
            .iter()
            .position(|(name, _)| name.as_text() == Some(key))?;
        values.push(entries.swap_remove(place).1);
    }
    values.try_into().ok()
}

/// The extension's content: a sequence with one octet string of 32 bytes under the tag `[1]`.
#[derive(Sequence)]
pub(super) struct Nonce {
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT")]
    pub(super) nonce: OctetString,
}

/// The nonce that the leaf states.
pub(super) fn nonce_extension(leaf: &Certificate) -> Option<[u8; 32]> {
    let content = Nonce::from_der(leaf.extension(NONCE)?).ok()?;
    content.nonce.as_bytes().try_into().ok()
}
