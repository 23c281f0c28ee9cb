//! Keys and ciphers of ICAO 9303 part 11: key derivation (section 9.7.1), 3DES and AES in CBC, retail
//! MAC and CMAC (section 9.8).

use aes::Aes128;
use aes::cipher::{
    Block, BlockCipherDecrypt, BlockCipherEncrypt, BlockSizeUser, KeyInit, array::Array,
};
use cmac::{Cmac, Mac};
use des::{Des, TdesEde2};
use sha1::{Digest, Sha1};

/// A key for 3DES with two keys, or for AES-128.
pub(crate) type Key = [u8; 16];

/// The counters of the key derivation function (section 9.7.1).
pub(crate) const ENCRYPTION: u32 = 1;
pub(crate) const AUTHENTICATION: u32 = 2;
pub(crate) const PASSWORD: u32 = 3;

/// The first 16 bytes of SHA-1 over seed and counter. DES ignores the bits of parity.
pub(crate) fn derive(seed: &[u8], counter: u32) -> Key {
    let digest = Sha1::new()
        .chain_update(seed)
        .chain_update(counter.to_be_bytes())
        .finalize();
    std::array::from_fn(|place| digest[place])
}

/// ISO/IEC 9797-1 padding method 2.
pub(crate) fn pad(bytes: &[u8], block: usize) -> Vec<u8> {
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    while !padded.len().is_multiple_of(block) {
        padded.push(0);
    }
    padded
}

/// Takes the padding away, or none if there is none.
pub(crate) fn unpad(bytes: &[u8]) -> Option<Vec<u8>> {
    let end = bytes.iter().rposition(|byte| *byte != 0)?;
    (bytes[end] == 0x80).then(|| bytes[..end].to_vec())
}

/// The ciphers that a channel has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suite {
    TripleDes,
    Aes128,
}

/// A pair of keys and what they are for.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) suite: Suite,
    pub(crate) encryption: Key,
    pub(crate) authentication: Key,
}

impl Keys {
    pub(crate) fn from_seed(suite: Suite, seed: &[u8]) -> Self {
        Self {
            suite,
            encryption: derive(seed, ENCRYPTION),
            authentication: derive(seed, AUTHENTICATION),
        }
    }

    pub(crate) fn block(&self) -> usize {
        match self.suite {
            Suite::TripleDes => 8,
            Suite::Aes128 => 16,
        }
    }

    /// Encrypts whole blocks.
    pub(crate) fn encrypt(&self, iv: &[u8], bytes: &[u8]) -> Vec<u8> {
        match self.suite {
            Suite::TripleDes => encrypt(&TdesEde2::new(&Array(self.encryption)), iv, bytes),
            Suite::Aes128 => encrypt(&Aes128::new(&Array(self.encryption)), iv, bytes),
        }
    }

    /// Decrypts whole blocks, none for a part of one.
    pub(crate) fn decrypt(&self, iv: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
        if bytes.is_empty() || !bytes.len().is_multiple_of(self.block()) {
            return None;
        }
        Some(match self.suite {
            Suite::TripleDes => decrypt(&TdesEde2::new(&Array(self.encryption)), iv, bytes),
            Suite::Aes128 => decrypt(&Aes128::new(&Array(self.encryption)), iv, bytes),
        })
    }

    /// The eight bytes that authenticate this message. 3DES takes whole blocks.
    pub(crate) fn mac(&self, message: &[u8]) -> [u8; 8] {
        match self.suite {
            Suite::TripleDes => retail_mac(&self.authentication, message),
            Suite::Aes128 => {
                let mut mac = <Cmac<Aes128> as KeyInit>::new(&Array(self.authentication));
                mac.update(message);
                let tag = mac.finalize().into_bytes();
                std::array::from_fn(|place| tag[place])
            }
        }
    }
}

/// ISO/IEC 9797-1 MAC algorithm 3: CBC with DES under the first half of the key, then the last block
/// decrypted under the second half and encrypted under the first.
fn retail_mac(key: &Key, message: &[u8]) -> [u8; 8] {
    let half = |from: usize| Des::new(&Array(std::array::from_fn(|place| key[from + place])));
    let (first, second) = (half(0), half(8));
    let chained = encrypt(&first, &[0; 8], message);
    let mut block: Block<Des> = Array(std::array::from_fn(|place| {
        chained[chained.len() - 8 + place]
    }));
    second.decrypt_block(&mut block);
    first.encrypt_block(&mut block);
    block.0
}

fn encrypt<C: BlockCipherEncrypt + BlockSizeUser>(cipher: &C, iv: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let mut before = iv.to_vec();
    for chunk in out.chunks_exact_mut(C::block_size()) {
        chunk.iter_mut().zip(&before).for_each(|(a, b)| *a ^= b);
        if let Ok(block) = <&mut Block<C>>::try_from(&mut *chunk) {
            cipher.encrypt_block(block);
        }
        before.copy_from_slice(chunk);
    }
    out
}

fn decrypt<C: BlockCipherDecrypt + BlockSizeUser>(cipher: &C, iv: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let mut before = iv.to_vec();
    for (chunk, sealed) in out
        .chunks_exact_mut(C::block_size())
        .zip(bytes.chunks_exact(C::block_size()))
    {
        if let Ok(block) = <&mut Block<C>>::try_from(&mut *chunk) {
            cipher.decrypt_block(block);
        }
        chunk.iter_mut().zip(&before).for_each(|(a, b)| *a ^= b);
        before.copy_from_slice(sealed);
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn bytes(text: &str) -> Vec<u8> {
        hex::decode(text).unwrap()
    }

    /// With odd parity in every byte, as the appendix prints keys.
    fn with_parity(key: Key) -> Vec<u8> {
        let odd = |byte: u8| (byte & 0xfe) | u8::from((byte & 0xfe).count_ones().is_multiple_of(2));
        key.into_iter().map(odd).collect()
    }

    /// ICAO 9303 part 11, appendix D.2 and D.3.
    #[test]
    fn keys_are_those_of_appendix_d() {
        for (seed, encryption, authentication) in [
            (
                "239AB9CB282DAF66231DC5A4DF6BFBAE",
                "AB94FDECF2674FDFB9B391F85D7F76F2",
                "7962D9ECE03D1ACD4C76089DCE131543",
            ),
            (
                "0036D272F5C350ACAC50C3F572D23600",
                "979EC13B1CBFE9DCD01AB0FED307EAE5",
                "F1CB1F1FB5ADF208806B89DC579DC1F8",
            ),
        ] {
            let seed = bytes(seed);
            assert_eq!(with_parity(derive(&seed, ENCRYPTION)), bytes(encryption));
            let derived = derive(&seed, AUTHENTICATION);
            assert_eq!(with_parity(derived), bytes(authentication));
        }
    }

    /// Appendix D.3: the cryptogram of the reader and its MAC.
    #[test]
    fn ciphers_are_those_of_appendix_d() {
        let keys = Keys::from_seed(Suite::TripleDes, &bytes("239AB9CB282DAF66231DC5A4DF6BFBAE"));
        let plain = bytes("781723860C06C2264608F919887022120B795240CB7049B01C19B33E32804F0B");
        let sealed = bytes("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2");
        assert_eq!(keys.encrypt(&[0; 8], &plain), sealed);
        assert_eq!(keys.decrypt(&[0; 8], &sealed).unwrap(), plain);
        assert_eq!(
            keys.mac(&pad(&sealed, 8)).to_vec(),
            bytes("5F1448EEA8AD90A7")
        );
        assert_eq!(keys.decrypt(&[0; 8], &sealed[..20]), None);
    }

    #[test]
    fn padding_comes_off_only_where_it_is() {
        for length in 0..20 {
            let message = vec![0x80; length];
            let padded = pad(&message, 16);
            assert!(padded.len().is_multiple_of(16));
            assert_eq!(unpad(&padded), Some(message));
        }
        assert_eq!(unpad(&[0; 16]), None);
        assert_eq!(unpad(&[1, 2, 3, 0]), None);
    }
}
