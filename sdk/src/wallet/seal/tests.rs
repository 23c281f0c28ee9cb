//! Containers that are not what they were, and costs that nobody may demand.

use sha2::{Digest, Sha256};

use super::super::header::{
    DIGESTED, MAGIC, MAX_LANES, MAX_MEMORY_KIB, MAX_PASSES, MEMORY_KIB, PASSES,
};
use super::*;

fn words(text: &str) -> Passphrase {
    Passphrase::new(text.into()).unwrap()
}

fn seal(plaintext: &[u8], passphrase: &Passphrase, generation: u64) -> Result<Vec<u8>, SealError> {
    Key::new(passphrase)?.seal(plaintext, generation)
}

fn open(file: &[u8], passphrase: &Passphrase) -> Result<(u64, Vec<u8>), SealError> {
    Key::open(file, passphrase)
        .map(|(_, header, plaintext)| (header.generation, plaintext.to_vec()))
}

/// Mends the digest after an edit, as somebody who knows the format would.
fn mend(file: &mut [u8]) {
    let digest = Sha256::digest(&file[..DIGESTED]);
    file[DIGESTED..HEADER].copy_from_slice(digest.as_slice());
}

#[test]
fn opens_with_its_passphrase_and_no_other() {
    let file = seal(b"content", &words("right"), 7).unwrap();
    assert_eq!(
        open(&file, &words("right")).unwrap(),
        (7, b"content".to_vec())
    );
    assert_eq!(
        open(&file, &words("wrong")).unwrap_err(),
        SealError::WrongPassphrase
    );
    let again = seal(b"content", &words("right"), 7).unwrap();
    assert_ne!(file[40..80], again[40..80], "salt and nonce are fresh");
}

#[test]
fn a_bit_flip_in_any_header_byte_is_told_from_a_wrong_passphrase() {
    let file = seal(b"content", &words("right"), 1).unwrap();
    for at in 0..HEADER {
        let mut flipped = file.clone();
        flipped[at] ^= 1 << (at % 8);
        let expected = if at < MAGIC.len() {
            SealError::NotAWallet
        } else {
            SealError::HeaderDamaged
        };
        assert_eq!(
            open(&flipped, &words("right")).unwrap_err(),
            expected,
            "byte {at}"
        );
    }
}

#[test]
fn a_header_altered_with_its_digest_mended_still_does_not_open() {
    let file = seal(b"content", &words("right"), 1).unwrap();
    let cases: [(&str, usize, SealError); 10] = [
        ("version", 17, SealError::NotAWallet),
        ("key derivation", 18, SealError::DeviceMissing),
        ("cipher", 19, SealError::NotAWallet),
        ("memory", 23, SealError::WrongPassphrase),
        ("passes", 27, SealError::WrongPassphrase),
        ("lanes", 31, SealError::WrongPassphrase),
        ("generation", 39, SealError::Tampered),
        ("salt", 40, SealError::WrongPassphrase),
        ("nonce", 56, SealError::Tampered),
        ("check", 84, SealError::WrongPassphrase),
    ];
    for (name, at, expected) in cases {
        let mut altered = file.clone();
        // One more than before: inside the accepted range for the three costs.
        altered[at] = altered[at].wrapping_add(1);
        mend(&mut altered);
        assert_eq!(
            open(&altered, &words("right")).unwrap_err(),
            expected,
            "{name}"
        );
    }
}

#[test]
fn downgraded_or_exhausting_key_derivation_is_refused_before_it_runs() {
    let file = seal(b"content", &words("right"), 1).unwrap();
    for (at, value) in [
        (20, MEMORY_KIB - 1),
        (20, 8),
        (20, MAX_MEMORY_KIB + 1),
        (20, u32::MAX),
        (24, PASSES - 1),
        (24, 0),
        (24, MAX_PASSES + 1),
        (24, u32::MAX),
        (28, 0),
        (28, MAX_LANES + 1),
    ] {
        let mut altered = file.clone();
        altered[at..at + 4].copy_from_slice(&value.to_be_bytes());
        mend(&mut altered);
        assert_eq!(
            open(&altered, &words("right")).unwrap_err(),
            SealError::KeyDerivationRefused,
            "{at} {value}"
        );
    }
}

#[test]
fn truncated_lengthened_and_changed_content_is_refused() {
    let file = seal(b"content", &words("right"), 1).unwrap();
    for length in [0, 15, 16, HEADER - 1, HEADER, file.len() - 1] {
        let expected = if length < MAGIC.len() {
            SealError::NotAWallet
        } else {
            SealError::Truncated
        };
        assert_eq!(
            open(&file[..length], &words("right")).unwrap_err(),
            expected,
            "{length}"
        );
    }
    let mut longer = file.clone();
    longer.push(0);
    assert_eq!(
        open(&longer, &words("right")).unwrap_err(),
        SealError::Truncated
    );
    let mut changed = file.clone();
    changed[HEADER] ^= 1;
    assert_eq!(
        open(&changed, &words("right")).unwrap_err(),
        SealError::Tampered
    );
}

#[test]
fn an_empty_passphrase_is_refused_and_none_is_printed() {
    assert_eq!(
        Passphrase::new(String::new()).unwrap_err(),
        SealError::EmptyPassphrase
    );
    assert_eq!(format!("{:?}", words("secret")), "Passphrase(..)");
}

/// Gives the same secret for the same salt; broken, what a key store gives that lost its key.
struct Phone {
    seed: u8,
    broken: Option<Result<[u8; 32], DeviceSecretError>>,
}

impl Phone {
    fn new(seed: u8) -> Self {
        Self { seed, broken: None }
    }
}

impl DeviceSecret for Phone {
    fn secret(&self, salt: &[u8; 16]) -> Result<Zeroizing<[u8; 32]>, DeviceSecretError> {
        match self.broken {
            Some(broken) => broken.map(Zeroizing::new),
            None => Ok(Zeroizing::new(
                Sha256::digest([&[self.seed], &salt[..]].concat()).into(),
            )),
        }
    }
}

fn on(phone: Phone, text: &str) -> Passphrase {
    words(text).on_device(std::sync::Arc::new(phone))
}

#[test]
fn a_file_of_a_device_takes_the_device_and_the_words() {
    let file = seal(b"content", &on(Phone::new(1), "right"), 3).unwrap();
    let opened = open(&file, &on(Phone::new(1), "right")).unwrap();
    assert_eq!(opened, (3, b"content".to_vec()));
    for (name, with, expected) in [
        ("no device", words("right"), SealError::DeviceMissing),
        (
            "another device",
            on(Phone::new(2), "right"),
            SealError::WrongPassphrase,
        ),
        (
            "other words",
            on(Phone::new(1), "wrong"),
            SealError::WrongPassphrase,
        ),
    ] {
        assert_eq!(open(&file, &with).unwrap_err(), expected, "{name}");
    }
    // Saying that no device is needed does not make it so.
    let mut altered = file;
    altered[18] = 1;
    mend(&mut altered);
    assert_eq!(
        open(&altered, &words("right")).unwrap_err(),
        SealError::WrongPassphrase
    );
}

#[test]
fn a_device_takes_no_file_that_is_not_bound_to_one() {
    let file = seal(b"content", &words("right"), 1).unwrap();
    assert_eq!(
        open(&file, &on(Phone::new(1), "right")).unwrap_err(),
        SealError::DeviceNotBound
    );
}

#[test]
fn a_device_without_its_secret_seals_and_opens_nothing() {
    let file = seal(b"content", &on(Phone::new(1), "right"), 1).unwrap();
    for broken in [Err(DeviceSecretError), Ok([0; 32])] {
        let phone = || Phone {
            seed: 1,
            broken: Some(broken),
        };
        let refused = SealError::Device(DeviceSecretError);
        assert_eq!(open(&file, &on(phone(), "right")).unwrap_err(), refused);
        let sealed = seal(b"content", &on(phone(), "right"), 1);
        assert_eq!(sealed.unwrap_err(), refused);
    }
}
