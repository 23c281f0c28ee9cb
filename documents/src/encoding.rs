//! The bytes of nested DER values as they stand. Signatures are checked over these, never over a
//! value that was decoded and encoded again.

use der::asn1::AnyRef;
use der::{Decode, Reader, SliceReader};

/// The encodings of the values inside one constructed value.
pub(crate) fn items(constructed: &[u8]) -> der::Result<Vec<&[u8]>> {
    let value = AnyRef::from_der(constructed)?.value();
    let mut reader = SliceReader::new(value)?;
    let mut items = Vec::new();
    while !reader.is_finished() {
        items.push(reader.tlv_bytes()?);
    }
    Ok(items)
}

/// The first value inside one constructed value: of a certificate or revocation list, the part that
/// is signed.
pub(crate) fn first_item(constructed: &[u8]) -> der::Result<&[u8]> {
    let value = AnyRef::from_der(constructed)?.value();
    SliceReader::new(value)?.tlv_bytes()
}
