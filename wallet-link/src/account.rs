//! Accounts, as CAIP-10 names them.

use std::{fmt, str::FromStr};

use bech32::{Bech32, Hrp, primitives::decode::CheckedHrpstring};
use humanseal_zk_credentials::word::{Word, keccak256};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::chain::{Chain, ChainError};

/// An account on a chain.
///
/// Its canonical text, which is what is stored, compared and shown:
/// - `eip155`: the address with its EIP-55 checksum; all lower case is read too;
/// - `solana`: the 32-byte key in base58;
/// - `cosmos`: the bech32 address in lower case, 20 or 32 bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    chain: Chain,
    address: Address,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Address {
    Evm([u8; 20]),
    Solana([u8; 32]),
    Cosmos { prefix: String, bytes: Vec<u8> },
}

/// Why a text is not an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// Not `namespace:reference:address`.
    #[error("an account is written namespace:reference:address")]
    Malformed,
    /// The chain.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// Mixed case that is not the EIP-55 checksum.
    #[error("the address has a wrong EIP-55 checksum")]
    Checksum,
    /// An address of another form than its namespace's.
    #[error("the address is not in the form of its namespace")]
    Address,
}

impl AccountError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "account_malformed",
            Self::Chain(error) => error.code(),
            Self::Checksum => "account_checksum",
            Self::Address => "account_address_invalid",
        }
    }
}

impl Account {
    /// An EVM account.
    pub fn eip155(chain_id: u64, address: [u8; 20]) -> Result<Self, AccountError> {
        // Through the reader, so that there is one rule for chain ids.
        let chain = format!("eip155:{chain_id}").parse()?;
        Ok(Self {
            chain,
            address: Address::Evm(address),
        })
    }
    /// A Solana account; `Address` if the chain is not one of Solana's.
    pub fn solana(chain: Chain, key: [u8; 32]) -> Result<Self, AccountError> {
        match chain {
            Chain::Solana(_) => Ok(Self {
                chain,
                address: Address::Solana(key),
            }),
            _ => Err(AccountError::Address),
        }
    }
    /// The chain.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }
    /// `chain = keccak256(canonical CAIP-2 id)` (docs/protocol.md section 8).
    pub fn chain_word(&self) -> Word {
        self.chain.word()
    }
    /// `account32`: the EVM or Cosmos address bytes left-padded, or the Solana key
    /// (docs/protocol.md section 8).
    pub fn account_word(&self) -> Word {
        let bytes: &[u8] = match &self.address {
            Address::Evm(bytes) => bytes,
            Address::Solana(bytes) => bytes,
            Address::Cosmos { bytes, .. } => bytes,
        };
        let mut word = [0; 32];
        word[32 - bytes.len()..].copy_from_slice(bytes);
        Word::of_bytes(word)
    }
    /// The 20 bytes of an EVM account.
    pub fn evm_address(&self) -> Option<[u8; 20]> {
        match self.address {
            Address::Evm(bytes) => Some(bytes),
            _ => None,
        }
    }
    /// The 32 bytes of a Solana account.
    pub fn solana_key(&self) -> Option<[u8; 32]> {
        match self.address {
            Address::Solana(bytes) => Some(bytes),
            _ => None,
        }
    }
    /// The address alone, in its canonical form.
    pub fn address(&self) -> String {
        match &self.address {
            Address::Evm(bytes) => eip55(bytes),
            Address::Solana(bytes) => bs58::encode(bytes).into_string(),
            Address::Cosmos { prefix, bytes } => Hrp::parse(prefix)
                .ok()
                .and_then(|prefix| bech32::encode::<Bech32>(prefix, bytes).ok())
                .unwrap_or_default(),
        }
    }
}

/// The address in hexadecimal with the mixed-case checksum of EIP-55.
fn eip55(address: &[u8; 20]) -> String {
    let digits = hex::encode(address);
    let hash = hex::encode(keccak256(digits.as_bytes()));
    let cased = digits.chars().zip(hash.chars()).map(|(digit, nibble)| {
        if nibble >= '8' {
            digit.to_ascii_uppercase()
        } else {
            digit
        }
    });
    "0x".chars().chain(cased).collect()
}

fn evm(text: &str) -> Result<[u8; 20], AccountError> {
    let digits = text.strip_prefix("0x").ok_or(AccountError::Address)?;
    let mut bytes = [0; 20];
    hex::decode_to_slice(digits, &mut bytes).map_err(|_| AccountError::Address)?;
    let lower = !digits.bytes().any(|b| b.is_ascii_uppercase());
    if lower || eip55(&bytes) == text {
        Ok(bytes)
    } else {
        Err(AccountError::Checksum)
    }
}

fn solana(text: &str) -> Option<[u8; 32]> {
    // 32 bytes have 32 to 44 base58 digits; the decoder takes one spelling of a byte string only.
    let bytes = (32..=44)
        .contains(&text.len())
        .then(|| bs58::decode(text).into_vec().ok())??;
    bytes.try_into().ok()
}

fn cosmos(text: &str) -> Option<Address> {
    let lower = !text.bytes().any(|b| b.is_ascii_uppercase());
    let parsed = CheckedHrpstring::new::<Bech32>(text)
        .ok()
        .filter(|_| lower)?;
    let bytes: Vec<u8> = parsed.byte_iter().collect();
    // Accounts are 20 bytes (secp256k1 keys) or 32 (module and contract accounts).
    matches!(bytes.len(), 20 | 32).then(|| Address::Cosmos {
        prefix: parsed.hrp().to_string(),
        bytes,
    })
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.chain, self.address())
    }
}

impl FromStr for Account {
    type Err = AccountError;
    fn from_str(text: &str) -> Result<Self, AccountError> {
        if text.len() > 180 {
            return Err(AccountError::Malformed);
        }
        let (chain, address) = text.rsplit_once(':').ok_or(AccountError::Malformed)?;
        if !chain.contains(':') {
            return Err(AccountError::Malformed);
        }
        let chain: Chain = chain.parse()?;
        let address = match chain {
            Chain::Eip155(_) => Address::Evm(evm(address)?),
            Chain::Solana(_) => Address::Solana(solana(address).ok_or(AccountError::Address)?),
            Chain::Cosmos(_) => cosmos(address).ok_or(AccountError::Address)?,
        };
        Ok(Self { chain, address })
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Account {
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
    use proptest::prelude::*;

    const SOLANA: &str = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp";

    #[test]
    fn checksums_of_eip55() {
        // The test cases of EIP-55.
        for address in [
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
            "0xde709f2102306220921060314715629080e2fb77",
            "0x27b1fdb04752bbc536007a920d24acb045561c26",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            let text = format!("eip155:1:{address}");
            assert_eq!(text.parse::<Account>().unwrap().to_string(), text);
            let lower: Account = text.to_lowercase().parse().unwrap();
            assert_eq!(
                lower.to_string(),
                text,
                "lower case is read and written with its checksum"
            );
        }
    }

    #[test]
    fn a_wrong_checksum_and_other_forms_are_refused() {
        for (address, error) in [
            (
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed",
                AccountError::Checksum,
            ),
            (
                "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED",
                AccountError::Checksum,
            ),
            (
                "0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
                AccountError::Address,
            ),
            (
                "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
                AccountError::Address,
            ),
            (
                "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae",
                AccountError::Address,
            ),
            (
                "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed00",
                AccountError::Address,
            ),
            ("", AccountError::Address),
            (
                " 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
                AccountError::Address,
            ),
        ] {
            assert_eq!(
                format!("eip155:1:{address}").parse::<Account>(),
                Err(error),
                "{address}"
            );
        }
        assert_eq!("".parse::<Account>(), Err(AccountError::Malformed));
        assert_eq!("eip155:1".parse::<Account>(), Err(AccountError::Malformed));
        assert_eq!(
            "x".repeat(200).parse::<Account>(),
            Err(AccountError::Malformed)
        );
    }

    #[test]
    fn solana_keys_have_32_bytes_in_one_spelling() {
        // The system program: 32 zero bytes are 32 ones.
        let system = format!("{SOLANA}:{}", "1".repeat(32));
        assert_eq!(
            system.parse::<Account>().unwrap().solana_key(),
            Some([0; 32])
        );
        for bad in [
            "1".repeat(31),
            "1".repeat(33),
            "z".repeat(44),
            "0".repeat(32),
            "l".repeat(44),
        ] {
            assert!(
                format!("{SOLANA}:{bad}").parse::<Account>().is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn cosmos_addresses_are_lower_case_bech32() {
        let word = Account::account_word;
        let prefix = Hrp::parse("cosmos").unwrap();
        let address = bech32::encode::<Bech32>(prefix, &[7; 20]).unwrap();
        let account: Account = format!("cosmos:cosmoshub-4:{address}").parse().unwrap();
        assert_eq!(account.address(), address);
        assert_eq!(word(&account).0[12..], [7; 20]);
        assert_eq!(word(&account).0[..12], [0; 12]);
        let read = |text: &str| format!("cosmos:cosmoshub-4:{text}").parse::<Account>();
        assert!(read(&address.to_uppercase()).is_err());
        assert!(
            read(&address.replace("cosmos", "osmosi")).is_err(),
            "the checksum covers the prefix"
        );
        let modified = bech32::encode::<bech32::Bech32m>(prefix, &[7; 20]).unwrap();
        assert!(read(&modified).is_err());
        for length in [0, 19, 21, 33] {
            assert!(read(&bech32::encode::<Bech32>(prefix, &vec![7; length]).unwrap()).is_err());
        }
    }

    proptest! {
        #[test]
        fn canonical_texts_round_trip(address: [u8; 20], key: [u8; 32], id in 1_u64..1 << 63) {
            let evm = Account::eip155(id, address).unwrap();
            prop_assert_eq!(evm.to_string().parse::<Account>(), Ok(evm));
            let solana = Account::solana(Chain::solana_mainnet(), key).unwrap();
            prop_assert_eq!(solana.to_string().parse::<Account>(), Ok(solana));
        }

        #[test]
        fn arbitrary_text_never_panics(text in ".{0,200}") {
            let _ = text.parse::<Account>();
            let _ = format!("cosmos:cosmoshub-4:{text}").parse::<Account>();
            let _ = format!("{SOLANA}:{text}").parse::<Account>();
        }
    }
}
