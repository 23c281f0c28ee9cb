//! Signed status roots, chained by hash (docs/protocol.md section 6).
//!
//! One statement, two signatures over its EIP-712 digest: Ed25519 for the log and REST, secp256k1
//! for chains. The domain holds name and version only, so one signature serves all chains.

use ed25519_dalek::{
    Signature as EdSignature, Signer, SigningKey as EdKey, VerifyingKey as EdPublic,
};
use k256::ecdsa::{
    RecoveryId, Signature as EcSignature, SigningKey as EcKey, VerifyingKey as EcPublic,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use crate::eddsa::IssuerId;
use crate::exchange::Timestamp;
use crate::status_list::StatusRoot;
use crate::word::{Word, keccak256};

const DOMAIN_TYPE: &str = "EIP712Domain(string name,string version)";
const NAME: &str = "Humanseal";
const VERSION: &str = "1";
const TYPE: &str = "StatusRoot(uint256 issuer,uint256 root,uint64 issuedAt,bytes32 previous)";
/// Stands before the digest under the Ed25519 signature, so that it is no other signed message.
const PREFIX: &[u8] = b"humanseal/v1/status-root";

/// Why a signed root is refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum StatusRootError {
    /// The Ed25519 signature does not fit the key and the statement.
    #[error("the status root's signature does not fit the issuer's key")]
    Signature,
    /// The secp256k1 signature is malformed or not in its low form.
    #[error("the status root's chain signature is malformed")]
    ChainSignature,
    /// The root does not name the one before it, or its issue time does not rise.
    #[error("the status root does not follow the one before it")]
    Chain,
}

impl StatusRootError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Signature => "root_signature_invalid",
            Self::ChainSignature => "root_chain_signature_invalid",
            Self::Chain => "root_chain_broken",
        }
    }
}

/// What an issuer says about its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusRootStatement {
    /// Whose list it is.
    pub issuer: IssuerId,
    /// The root of the list.
    pub root: StatusRoot,
    /// When it was issued; issue times of an issuer only rise.
    pub issued_at: Timestamp,
    /// Hash of the signed root before; none for the first.
    pub previous: Option<[u8; 32]>,
}

impl StatusRootStatement {
    /// The EIP-712 digest: what is signed, and what the next root names as `previous`.
    pub fn hash(&self) -> [u8; 32] {
        let domain = [
            Word::of_str(DOMAIN_TYPE),
            Word::of_str(NAME),
            Word::of_str(VERSION),
        ];
        let message = [
            Word::of_str(TYPE),
            Word::of_field(&self.issuer.0),
            Word::of_field(&self.root.0),
            Word::of_u64(self.issued_at.unix_seconds().unsigned_abs()),
            Word::of_bytes(self.previous.unwrap_or_default()),
        ];
        let [domain, message] = [&domain[..], &message]
            .map(|words| keccak256(&words.iter().flat_map(|word| word.0).collect::<Vec<_>>()));
        keccak256(&[&[0x19, 0x01], &domain[..], &message].concat())
    }
}

/// A statement with both signatures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedStatusRoot {
    issuer: IssuerId,
    root: StatusRoot,
    issued_at: Timestamp,
    #[serde(with = "hexadecimal::optional")]
    previous: Option<[u8; 32]>,
    #[serde(with = "hexadecimal")]
    signature: [u8; 64],
    #[serde(with = "hexadecimal")]
    chain_signature: [u8; 65],
}

impl SignedStatusRoot {
    /// Signs a statement with both keys. Both signatures are deterministic (RFC 8032, RFC 6979).
    pub fn sign(statement: StatusRootStatement, key: &EdKey, chain_key: &EcKey) -> Self {
        let hash = statement.hash();
        let (chain, recovery) = chain_key.sign_prehash_recoverable(&hash);
        let mut chain_signature = [0; 65];
        chain_signature[..64].copy_from_slice(&chain.to_bytes());
        chain_signature[64] = 27 + recovery.to_byte();
        let StatusRootStatement {
            issuer,
            root,
            issued_at,
            previous,
        } = statement;
        let signature = key.sign(&signed_bytes(&hash)).to_bytes();
        Self {
            issuer,
            root,
            issued_at,
            previous,
            signature,
            chain_signature,
        }
    }
    /// Checks the Ed25519 signature, strictly: no key of small order, no second spelling.
    ///
    /// # Errors
    /// [`StatusRootError::Signature`].
    pub fn verify(&self, key: &EdPublic) -> Result<(), StatusRootError> {
        let signature = EdSignature::from_bytes(&self.signature);
        key.verify_strict(&signed_bytes(&self.hash()), &signature)
            .map_err(|_| StatusRootError::Signature)
    }
    /// The address that made the chain signature, as `ecrecover` finds it.
    ///
    /// # Errors
    /// [`StatusRootError::ChainSignature`], also for a high s, which contracts refuse.
    pub fn chain_signer(&self) -> Result<[u8; 20], StatusRootError> {
        let recovered = || {
            let signature = EcSignature::from_slice(&self.chain_signature[..64]).ok()?;
            let recovery = RecoveryId::from_byte(self.chain_signature[64].checked_sub(27)?)?;
            if signature.normalize_s() != signature {
                return None;
            }
            EcPublic::recover_from_prehash(&self.hash(), &signature, recovery).ok()
        };
        recovered()
            .map(|key| address(&key))
            .ok_or(StatusRootError::ChainSignature)
    }
    /// Checks that this root comes after another: it names its hash, and its time is later.
    ///
    /// # Errors
    /// [`StatusRootError::Chain`].
    pub fn follows(&self, before: &Self) -> Result<(), StatusRootError> {
        let follows = self.issuer == before.issuer
            && self.previous == Some(before.hash())
            && self.issued_at > before.issued_at;
        if follows {
            Ok(())
        } else {
            Err(StatusRootError::Chain)
        }
    }
    /// Whose list it is.
    pub fn issuer(&self) -> IssuerId {
        self.issuer
    }
    /// The root of the list.
    pub fn root(&self) -> StatusRoot {
        self.root
    }
    /// When it was issued.
    pub fn issued_at(&self) -> Timestamp {
        self.issued_at
    }
    /// Hash of the signed root before; none for the first.
    pub fn previous(&self) -> Option<[u8; 32]> {
        self.previous
    }
    /// The signature for chains: `r ‖ s ‖ v`, v 27 or 28.
    pub fn chain_signature(&self) -> &[u8; 65] {
        &self.chain_signature
    }
    /// The hash of the statement, which the next root names.
    pub fn hash(&self) -> [u8; 32] {
        let Self {
            issuer,
            root,
            issued_at,
            previous,
            ..
        } = *self;
        StatusRootStatement {
            issuer,
            root,
            issued_at,
            previous,
        }
        .hash()
    }
}

fn signed_bytes(hash: &[u8; 32]) -> Vec<u8> {
    [PREFIX, hash].concat()
}

/// The Ethereum address of a secp256k1 key: the last 20 bytes of the hash of its point.
pub fn address(key: &EcPublic) -> [u8; 20] {
    let point = key.to_sec1_point(false);
    let mut address = [0; 20];
    address.copy_from_slice(&keccak256(&point.as_bytes()[1..])[12..]);
    address
}

/// Byte strings as `0x` and lower-case hexadecimal digits.
pub(crate) mod hexadecimal {
    use super::*;

    pub(crate) fn serialize<S: Serializer, const N: usize>(
        bytes: &[u8; N],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("0x{}", hex::encode(bytes)))
    }
    pub(crate) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(
        deserializer: D,
    ) -> Result<[u8; N], D::Error> {
        parse(&String::deserialize(deserializer)?)
            .ok_or_else(|| de::Error::custom("expected 0x and lower-case hexadecimal digits"))
    }
    fn parse<const N: usize>(text: &str) -> Option<[u8; N]> {
        let digits = text
            .strip_prefix("0x")
            .filter(|digits| digits.len() == 2 * N)?;
        let lower = digits
            .bytes()
            .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        lower
            .then(|| hex::decode(digits).ok()?.try_into().ok())
            .flatten()
    }

    pub(crate) mod optional {
        use super::*;

        pub(in crate::status_root) fn serialize<S: Serializer>(
            bytes: &Option<[u8; 32]>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            bytes
                .map(|bytes| format!("0x{}", hex::encode(bytes)))
                .serialize(serializer)
        }
        pub(in crate::status_root) fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<[u8; 32]>, D::Error> {
            let wrong = || de::Error::custom("expected 0x and lower-case hexadecimal digits");
            let text = Option::<String>::deserialize(deserializer)?;
            // Zero stands for none under the signature, and none has one spelling: null.
            let named = |text: String| parse(&text).filter(|hash| *hash != [0; 32]);
            text.map(|text| named(text).ok_or_else(wrong)).transpose()
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::field::FieldElement;

    fn statement(seconds: i64, previous: Option<[u8; 32]>) -> StatusRootStatement {
        StatusRootStatement {
            issuer: IssuerId(FieldElement::from(7)),
            root: StatusRoot(FieldElement::from(9)),
            issued_at: Timestamp::from_unix_seconds(seconds).unwrap(),
            previous,
        }
    }
    fn keys() -> (EdKey, EcKey) {
        (
            EdKey::from_bytes(&[5; 32]),
            EcKey::from_slice(&[6; 32]).unwrap(),
        )
    }

    #[test]
    fn a_signed_root_travels_and_both_signatures_hold() {
        let (ed, ec) = keys();
        let signed = SignedStatusRoot::sign(statement(1_700_000_000, None), &ed, &ec);
        let json = serde_json::to_string(&signed).unwrap();
        let again: SignedStatusRoot = serde_json::from_str(&json).unwrap();
        assert_eq!(again, signed);
        assert_eq!(again.verify(&ed.verifying_key()), Ok(()));
        assert_eq!(again.chain_signer(), Ok(address(ec.verifying_key())));
        let other = EdKey::from_bytes(&[8; 32]).verifying_key();
        assert_eq!(again.verify(&other), Err(StatusRootError::Signature));
        assert!(serde_json::from_str::<SignedStatusRoot>(&json.replace("0x", "0X")).is_err());
        // A second spelling of the first root, under the same signatures.
        let zero = format!("\"0x{}\"", "00".repeat(32));
        let spelled = json.replace("null", &zero);
        assert!(spelled != json && serde_json::from_str::<SignedStatusRoot>(&spelled).is_err());
    }

    #[test]
    fn every_changed_member_breaks_both_signatures() {
        let (ed, ec) = keys();
        let signed = SignedStatusRoot::sign(statement(1_700_000_000, Some([1; 32])), &ed, &ec);
        let changes: [fn(&mut SignedStatusRoot); 5] = [
            |s| s.issuer = IssuerId(FieldElement::from(8)),
            |s| s.root = StatusRoot(FieldElement::from(8)),
            |s| s.issued_at = s.issued_at.plus_seconds(1).unwrap(),
            |s| s.previous = None,
            |s| s.previous = Some([2; 32]),
        ];
        for change in changes {
            let mut forged = signed.clone();
            change(&mut forged);
            assert_eq!(
                forged.verify(&ed.verifying_key()),
                Err(StatusRootError::Signature)
            );
            assert_ne!(forged.chain_signer(), Ok(address(ec.verifying_key())));
        }
    }

    #[test]
    fn roots_are_chained_and_times_rise() {
        let (ed, ec) = keys();
        let sign =
            |seconds, previous| SignedStatusRoot::sign(statement(seconds, previous), &ed, &ec);
        let first = sign(100, None);
        assert_eq!(sign(101, Some(first.hash())).follows(&first), Ok(()));
        for broken in [
            sign(101, None),
            sign(101, Some([0; 32])),
            sign(100, Some(first.hash())),
        ] {
            assert_eq!(broken.follows(&first), Err(StatusRootError::Chain));
        }
    }
}
