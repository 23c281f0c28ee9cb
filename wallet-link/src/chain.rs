//! Chains, as CAIP-2 names them.

use std::{fmt, str::FromStr};

use humanseal_zk_credentials::word::Word;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A chain in its only accepted spelling (CAIP-2 and its namespaces `eip155`, `solana`, `cosmos`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chain {
    /// `eip155:<chain id>`: decimal, not 0, no leading zero, below 2^63.
    Eip155(u64),
    /// `solana:<first 32 base58 characters of the genesis hash>`.
    Solana(SolanaGenesis),
    /// `cosmos:<chain id>`, or `cosmos:hashed-<16 hexadecimal digits>`.
    Cosmos(CosmosChainId),
}

/// The 32 base58 characters that name a Solana cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SolanaGenesis(String);

/// A Cosmos chain id of 1 to 32 characters, as CAIP-2 allows it in a reference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CosmosChainId(String);

/// Why a text is not a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Not `namespace:reference`.
    #[error("a chain is written namespace:reference")]
    Malformed,
    /// Another namespace than the three.
    #[error("chains of this namespace are not supported")]
    NamespaceUnsupported,
    /// A reference in another than the canonical form.
    #[error("the chain's reference is not in its canonical form")]
    Reference,
}

impl ChainError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "chain_malformed",
            Self::NamespaceUnsupported => "chain_namespace_unsupported",
            Self::Reference => "chain_reference_invalid",
        }
    }
}

impl Chain {
    /// `keccak256` of the canonical CAIP-2 id (docs/protocol.md section 8).
    pub fn word(&self) -> Word {
        Word::of_str(&self.to_string())
    }
    /// The namespace.
    pub fn namespace(&self) -> &'static str {
        match self {
            Self::Eip155(_) => "eip155",
            Self::Solana(_) => "solana",
            Self::Cosmos(_) => "cosmos",
        }
    }
    /// Solana's main cluster.
    pub fn solana_mainnet() -> Self {
        Self::Solana(SolanaGenesis("5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp".into()))
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Eip155(id) => write!(f, "eip155:{id}"),
            Self::Solana(SolanaGenesis(genesis)) => write!(f, "solana:{genesis}"),
            Self::Cosmos(CosmosChainId(id)) => write!(f, "cosmos:{id}"),
        }
    }
}

impl FromStr for Chain {
    type Err = ChainError;
    fn from_str(text: &str) -> Result<Self, ChainError> {
        let (namespace, reference) = text.split_once(':').ok_or(ChainError::Malformed)?;
        let chain = match namespace {
            "eip155" => eip155(reference).map(Self::Eip155),
            "solana" => solana(reference).map(Self::Solana),
            "cosmos" => cosmos(reference).map(Self::Cosmos),
            _ => return Err(ChainError::NamespaceUnsupported),
        };
        chain.ok_or(ChainError::Reference)
    }
}

fn eip155(reference: &str) -> Option<u64> {
    let digits = (1..=19).contains(&reference.len())
        && reference.bytes().all(|b| b.is_ascii_digit())
        && !reference.starts_with('0');
    let id: u64 = digits.then(|| reference.parse().ok())??;
    (id < 1 << 63).then_some(id)
}

fn solana(reference: &str) -> Option<SolanaGenesis> {
    let fits = reference.len() == 32 && bs58::decode(reference).into_vec().is_ok();
    fits.then(|| SolanaGenesis(reference.to_owned()))
}

fn cosmos(reference: &str) -> Option<CosmosChainId> {
    let direct = (1..=32).contains(&reference.len())
        && reference
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !reference.starts_with('-');
    let fits = match reference.strip_prefix("hashed-") {
        // CAIP-5: ids outside the character set stand as the start of their SHA-256.
        Some(hash) => {
            hash.len() == 16 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        }
        None => direct,
    };
    fits.then(|| CosmosChainId(reference.to_owned()))
}

impl Serialize for Chain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Chain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn canonical_names_round_trip() {
        for name in [
            "eip155:1",
            "eip155:9223372036854775807",
            "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
            "cosmos:cosmoshub-4",
            "cosmos:hashed-99df5cd68192b33e",
        ] {
            assert_eq!(name.parse::<Chain>().unwrap().to_string(), name);
        }
        assert_eq!(
            Chain::solana_mainnet().to_string().parse(),
            Ok(Chain::solana_mainnet())
        );
    }

    #[test]
    fn other_spellings_of_a_chain_are_refused() {
        for (name, error) in [
            ("", ChainError::Malformed),
            ("eip155", ChainError::Malformed),
            ("EIP155:1", ChainError::NamespaceUnsupported),
            (
                "bip122:000000000019d6689c085ae165831e93",
                ChainError::NamespaceUnsupported,
            ),
            ("eip155:", ChainError::Reference),
            ("eip155:0", ChainError::Reference),
            ("eip155:01", ChainError::Reference),
            ("eip155:+1", ChainError::Reference),
            ("eip155:0x1", ChainError::Reference),
            ("eip155:1 ", ChainError::Reference),
            ("eip155:9223372036854775808", ChainError::Reference),
            ("eip155:99999999999999999999", ChainError::Reference),
            ("solana:mainnet", ChainError::Reference),
            (
                "solana:0eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
                ChainError::Reference,
            ),
            ("cosmos:", ChainError::Reference),
            ("cosmos:a b", ChainError::Reference),
            ("cosmos:hashed-99DF5CD68192B33E", ChainError::Reference),
            ("cosmos:hashed-99", ChainError::Reference),
        ] {
            assert_eq!(name.parse::<Chain>(), Err(error), "{name}");
        }
    }
}
