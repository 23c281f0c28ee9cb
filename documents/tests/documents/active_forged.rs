//! Answers of active authentication that are forged in one part each, by somebody who even has the
//! chip's key: only the check of this part refuses.

use humanseal_documents::specimen::{ChipKind, SpecimenChip};
use humanseal_documents::{ActiveAuthError, ChipKey, Dg14, Dg15, DigestAlgorithm};
use rsa::BoxedUint;
use rsa::hazmat::rsa_decrypt_and_check;
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PublicKeyParts;

use crate::active::CHALLENGE;

const RSA: &str =
    include_str!("../../../fixtures/documents/keys/insecure-specimen-chip-rsa-2048.pem");

fn rsa_chip() -> (ChipKey, rsa::PrivateKey) {
    let chip = SpecimenChip::insecure(ChipKind::Rsa).unwrap();
    let key = ChipKey::new(&chip.dg15().unwrap(), None).unwrap();
    (key, rsa::PrivateKey::from_pkcs8_pem(RSA).unwrap())
}

/// The raw private operation.
fn sign(key: &rsa::PrivateKey, block: &[u8]) -> Vec<u8> {
    let number = BoxedUint::from_be_slice(block, key.n().bits_precision()).unwrap();
    let none = None::<&mut dyn rsa::rand_core::CryptoRng>;
    let signature = rsa_decrypt_and_check(key, none, &number).unwrap();
    signature.to_be_bytes().to_vec()
}

fn sha(algorithm: DigestAlgorithm, parts: &[&[u8]]) -> Vec<u8> {
    algorithm.hash(&parts.concat()).as_bytes().to_vec()
}

/// A genuine block of 256 bytes: header, M1, digest, trailer.
fn block(algorithm: DigestAlgorithm, trailer: &[u8]) -> Vec<u8> {
    let m1 = vec![0x5a; 255 - algorithm.length() - trailer.len()];
    let digest = sha(algorithm, &[&m1, &CHALLENGE.0]);
    [&[0x6a], &m1[..], &digest, trailer].concat()
}

#[test]
fn genuine_blocks_are_taken_with_every_trailer() {
    let (key, private) = rsa_chip();
    for (algorithm, trailer) in [
        (DigestAlgorithm::Sha1, &[0xbc][..]),
        (DigestAlgorithm::Sha1, &[0x33, 0xcc]),
        (DigestAlgorithm::Sha224, &[0x38, 0xcc]),
        (DigestAlgorithm::Sha256, &[0x34, 0xcc]),
        (DigestAlgorithm::Sha384, &[0x36, 0xcc]),
        (DigestAlgorithm::Sha512, &[0x35, 0xcc]),
    ] {
        let answer = sign(&private, &block(algorithm, trailer));
        assert_eq!(key.verify(CHALLENGE, &answer), Ok(()), "{algorithm:?}");
    }
}

/// Of a signature s the standard's signer may hand out n − s.
#[test]
fn the_complement_of_a_signature_is_taken() {
    let (key, private) = rsa_chip();
    let answer = sign(&private, &block(DigestAlgorithm::Sha256, &[0x34, 0xcc]));
    let modulus: &BoxedUint = private.n();
    let number = BoxedUint::from_be_slice(&answer, modulus.bits_precision()).unwrap();
    let complement = modulus.wrapping_sub(&number).to_be_bytes();
    assert_eq!(key.verify(CHALLENGE, &complement), Ok(()));
}

#[test]
fn a_block_forged_in_one_part_is_refused_by_its_check() {
    use ActiveAuthError::{Digest, Header, Trailer};
    let (key, private) = rsa_chip();
    let sha256 = DigestAlgorithm::Sha256;
    let explicit = [0x34, 0xcc];
    let good = block(sha256, &explicit);
    let edited = |place: usize, value: u8| {
        let mut block = good.clone();
        block[place] = value;
        block
    };
    let m1 = vec![0x5a; 255 - 32 - 2];
    let with_digest = |digest: Vec<u8>| [&[0x6a], &m1[..], &digest, &explicit].concat();
    let short = vec![0x5a; 100];
    let short_digest = sha(sha256, &[&short, &CHALLENGE.0]);
    let padding = [0xbb; 255 - 100 - 32 - 2 - 1];
    let leftover = vec![0; 255 - 100 - 32 - 2];

    let cases: Vec<(&str, Vec<u8>, ActiveAuthError)> = vec![
        ("header of total recovery", edited(0, 0x4a), Header),
        ("header with padding to come", edited(0, 0x6b), Header),
        ("header 00", edited(0, 0x00), Header),
        ("header 7A", edited(0, 0x7a), Header),
        (
            "a shorter M1 behind padding",
            [
                &[0x6b],
                &padding[..],
                &[0xba],
                &short,
                &short_digest,
                &explicit,
            ]
            .concat(),
            Header,
        ),
        (
            "a shorter M1 behind zeros",
            [&leftover[..], &[0x6a], &short, &short_digest, &explicit].concat(),
            Header,
        ),
        ("trailer of RIPEMD-160", edited(254, 0x31), Trailer),
        ("trailer of Whirlpool", edited(254, 0x37), Trailer),
        ("trailer 00CC", edited(254, 0x00), Trailer),
        ("trailer 34DC", edited(255, 0xdc), Trailer),
        ("trailer 34EC", edited(255, 0xec), Trailer),
        ("trailer of SHA-512", edited(254, 0x35), Digest),
        ("trailer of SHA-1", edited(254, 0x33), Digest),
        ("trailer BC", edited(255, 0xbc), Digest),
        ("another digest", edited(253, good[253] ^ 1), Digest),
        ("the digest of zeros", with_digest(vec![0; 32]), Digest),
        ("another M1", edited(1, 0x5b), Digest),
        (
            "a digest without the challenge",
            with_digest(sha(sha256, &[&m1])),
            Digest,
        ),
        (
            "a digest of the challenge alone",
            with_digest(sha(sha256, &[&CHALLENGE.0])),
            Digest,
        ),
        (
            "the challenge before M1",
            with_digest(sha(sha256, &[&CHALLENGE.0, &m1])),
            Digest,
        ),
        (
            "the challenge twice",
            with_digest(sha(sha256, &[&m1, &CHALLENGE.0, &CHALLENGE.0])),
            Digest,
        ),
        (
            "a leftover between digest and trailer",
            [&[0x6a], &short[..], &short_digest, &leftover, &explicit].concat(),
            Digest,
        ),
        (
            "a leftover between M1 and digest",
            [&[0x6a], &short[..], &leftover, &short_digest, &explicit].concat(),
            Digest,
        ),
    ];
    for (name, block, refusal) in cases {
        assert_eq!(block.len(), 256, "{name}");
        let answer = sign(&private, &block);
        assert_eq!(key.verify(CHALLENGE, &answer), Err(refusal), "{name}");
    }
}

/// Answers for which nobody needs a key.
#[test]
fn numbers_out_of_range_are_refused() {
    let (key, private) = rsa_chip();
    let modulus: &BoxedUint = private.n();
    let bytes = |number: &BoxedUint| number.to_be_bytes().to_vec();
    let one = BoxedUint::one_with_precision(modulus.bits_precision());
    let mut last = vec![0; 256];
    last[255] = 1;
    for (answer, refusal) in [
        (vec![0; 256], ActiveAuthError::Header),
        (last, ActiveAuthError::Header),
        (bytes(&modulus.wrapping_sub(&one)), ActiveAuthError::Header),
        (bytes(modulus), ActiveAuthError::AnswerRange),
        (
            bytes(&modulus.wrapping_add(&one)),
            ActiveAuthError::AnswerRange,
        ),
        (vec![0xff; 256], ActiveAuthError::AnswerRange),
    ] {
        assert_eq!(key.verify(CHALLENGE, &answer), Err(refusal));
    }
}

/// Order of P-256 (FIPS 186-4, appendix D.1.2.3).
const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

#[test]
fn curve_numbers_out_of_range_are_refused() {
    let chip = SpecimenChip::from_seed(&[1; 32]).unwrap();
    let dg14 = chip.dg14().unwrap();
    let key = ChipKey::new(&chip.dg15().unwrap(), dg14.as_deref()).unwrap();
    let good = chip.answer(CHALLENGE).unwrap();
    assert_eq!(key.verify(CHALLENGE, &good), Ok(()));
    let (r, s) = good.split_at(32);
    let order = hex::decode(ORDER).unwrap();
    let mut above = order.clone();
    above[31] += 1;
    for bad in [&[0; 32][..], &order, &above, &[0xff; 32]] {
        for answer in [[bad, s].concat(), [r, bad].concat(), [bad, bad].concat()] {
            let refusal = key.verify(CHALLENGE, &answer);
            assert_eq!(refusal, Err(ActiveAuthError::AnswerRange));
        }
    }
    let swapped = [s, r].concat();
    let refusal = key.verify(CHALLENGE, &swapped);
    assert_eq!(refusal, Err(ActiveAuthError::Signature));

    // DER, strictly: a negative number, a zero too many, a number that is too long, trailing bytes.
    let pair = |parts: &[&[u8]]| {
        let body = parts.concat();
        [&[0x30, u8::try_from(body.len()).unwrap()], &body[..]].concat()
    };
    for (answer, refusal) in [
        (
            pair(&[&[2, 1, 0], &[2, 1, 1]]),
            ActiveAuthError::AnswerRange,
        ),
        (
            pair(&[&[2, 1, 1], &[2, 1, 0]]),
            ActiveAuthError::AnswerRange,
        ),
        (pair(&[&[2, 1, 1], &[2, 1, 1]]), ActiveAuthError::Signature),
        (
            pair(&[&[2, 1, 0x80], &[2, 1, 1]]),
            ActiveAuthError::AnswerForm,
        ),
        (
            pair(&[&[2, 2, 0, 1], &[2, 1, 1]]),
            ActiveAuthError::AnswerForm,
        ),
        (
            pair(&[&[2, 1, 1], &[2, 1, 1], &[5, 0]]),
            ActiveAuthError::AnswerForm,
        ),
        (pair(&[&[2, 1, 1]]), ActiveAuthError::AnswerForm),
        (
            pair(&[&[2, 33, 1], &[7; 32], &[2, 1, 1]]),
            ActiveAuthError::AnswerRange,
        ),
    ] {
        assert_eq!(
            key.verify(CHALLENGE, &answer),
            Err(refusal),
            "{answer:02x?}"
        );
    }
}

/// EF.DG14 with these security infos.
fn dg14(infos: &[&str]) -> Vec<u8> {
    let infos: Vec<u8> = infos
        .iter()
        .flat_map(|info| hex::decode(info).unwrap())
        .collect();
    let length = u8::try_from(infos.len()).unwrap();
    [&[0x6e, length + 2, 0x31, length], &infos[..]].concat()
}

/// `ActiveAuthenticationInfo` of this version with a plain ECDSA algorithm of TR-03111.
fn info(version: u8, arc: u8) -> String {
    format!("301706066781080101050201{version:02x}060a04007f000701010401{arc:02x}")
}

#[test]
fn a_dg14_that_states_a_weak_or_long_digest_is_refused() {
    let chip = SpecimenChip::from_seed(&[1; 32]).unwrap();
    let dg15 = chip.dg15().unwrap();
    let answer = chip.answer(CHALLENGE).unwrap();
    let verdict = |dg14: &[u8]| ChipKey::new(&dg15, Some(dg14))?.verify(CHALLENGE, &answer);
    // SHA-224, SHA-256.
    assert_eq!(verdict(&dg14(&[&info(1, 3)])), Ok(()));
    assert_eq!(
        verdict(&dg14(&[&info(1, 2)])),
        Err(ActiveAuthError::Signature)
    );
    // SHA-1, RIPEMD-160, and SHA-384 and SHA-512, which are longer than the key.
    for arc in [1, 6, 4, 5, 7, 0] {
        let refusal = verdict(&dg14(&[&info(1, arc)]));
        assert_eq!(refusal, Err(ActiveAuthError::Hash), "{arc}");
    }
    // ecdsa-with-SHA1, ecdsa-with-SHA256, sha256WithRSAEncryption.
    for (oid, expected) in [
        ("06072a8648ce3d0401", Err(ActiveAuthError::Hash)),
        ("06082a8648ce3d040302", Ok(())),
        ("06092a864886f70d01010b", Err(ActiveAuthError::Hash)),
    ] {
        let body = format!("0606678108010105020101{oid}");
        let info = format!("30{:02x}{body}", body.len() / 2);
        assert_eq!(verdict(&dg14(&[&info])), expected, "{oid}");
    }
}

#[test]
fn dg14_is_read_strictly() {
    let chip = SpecimenChip::from_seed(&[1; 32]).unwrap();
    let dg15 = chip.dg15().unwrap();
    let other = "300f060a04007f00070202030202020101";
    let good = info(1, 3);
    let parsed = |bytes: &[u8]| ChipKey::new(&dg15, Some(bytes)).map(|_| ());
    for infos in [
        vec![&good[..]],
        vec![other, &good],
        vec![&good, other],
        vec![other],
        vec![],
    ] {
        assert_eq!(parsed(&dg14(&infos)), Ok(()), "{infos:?}");
        assert!(Dg14::parse(&dg14(&infos)).is_ok());
    }
    let refused = Err(ActiveAuthError::Dg14Structure);
    let (two, version) = (info(1, 2), info(2, 3));
    for infos in [
        vec![&good[..], &good],
        vec![&good, &two],
        vec![&version[..]],
        vec!["3000"],
        vec!["0500"],
        vec!["30030101ff"],
        vec!["300b0606678108010105020101"],
        vec!["30190606678108010105020101060a04007f000701010401030500"],
    ] {
        assert_eq!(parsed(&dg14(&infos)), refused, "{infos:?}");
    }
    let many = vec![other; 65];
    let many: Vec<u8> = many.iter().flat_map(|i| hex::decode(i).unwrap()).collect();
    let set = [
        &[0x31, 0x82],
        &u16::try_from(many.len()).unwrap().to_be_bytes()[..],
        &many,
    ]
    .concat();
    let file = [
        &[0x6e, 0x82],
        &u16::try_from(set.len()).unwrap().to_be_bytes()[..],
        &set,
    ]
    .concat();
    assert_eq!(parsed(&file), refused);
    for bytes in [
        &[][..],
        &[0x6e, 0],
        &[0x6f, 2, 0x31, 0],
        &[0x6e, 2, 0x30, 0],
        &[0x6e, 2, 0x31, 0, 0],
    ] {
        assert_eq!(parsed(bytes), refused, "{bytes:02x?}");
    }
    assert_eq!(parsed(&vec![0x6e; 16 * 1024 + 1]), refused);
    // An RSA key does not ask.
    let rsa = SpecimenChip::insecure(ChipKind::Rsa)
        .unwrap()
        .dg15()
        .unwrap();
    assert!(ChipKey::new(&rsa, Some(&[])).is_ok());
}

#[test]
fn dg15_is_read_strictly() {
    let code = |bytes: &[u8]| ChipKey::new(bytes, None).unwrap_err();
    let structure = ActiveAuthError::Dg15Structure;
    let chip = SpecimenChip::from_seed(&[1; 32]).unwrap();
    let good = chip.dg15().unwrap();
    for bytes in [
        &[][..],
        &[0x6f, 0],
        &good[..good.len() - 1],
        &[&good[..], &[0]].concat(),
        &[&[0x6e], &good[1..]].concat(),
        &vec![0x6f; 16 * 1024 + 1],
    ] {
        assert_eq!(code(bytes), structure);
    }
    // 6F 59, SubjectPublicKeyInfo of 91 bytes, whose last 65 are the point.
    let spki = &good[2..];
    let (head, point) = spki.split_at(spki.len() - 65);
    assert_eq!(point[0], 4);
    let off_curve = [head, &point[..64], &[point[64] ^ 1]].concat();
    assert_eq!(
        code(&Dg15::encode(&off_curve)),
        ActiveAuthError::KeyMalformed
    );
    // Compressed, which is a key of this curve but in a form that ICAO forbids.
    let mut compressed = spki[..25].to_vec();
    assert_eq!(spki[24], 66);
    (compressed[1], compressed[24]) = (57, 34);
    compressed.extend_from_slice(&[0, 2 + (point[64] & 1)]);
    compressed.extend_from_slice(&point[1..33]);
    assert_eq!(
        code(&Dg15::encode(&compressed)),
        ActiveAuthError::KeyMalformed
    );
    // An Ed25519 key (RFC 8410), and RSA marked for PSS.
    let ed25519 = [
        &hex::decode("302a300506032b6570032100").unwrap()[..],
        &[7; 32],
    ]
    .concat();
    assert_eq!(
        code(&Dg15::encode(&ed25519)),
        ActiveAuthError::KeyUnsupported
    );
    let mut pss = SpecimenChip::insecure(ChipKind::Rsa)
        .unwrap()
        .dg15()
        .unwrap();
    let place = pss.windows(3).position(|w| w == [1, 1, 1]).unwrap();
    pss[place + 2] = 10;
    assert_eq!(code(&pss), ActiveAuthError::KeyUnsupported);
}
