//! Bytes that are no attestation: a refusal each, never a panic.

use humanseal_attestation::android::EXTENSION;
use humanseal_attestation::android::specimen::Attestation;
use humanseal_documents::specimen::raw_extension;
use humanseal_documents::x509::Certificate;

use crate::phone::{attestation, code, judge, judge_chain};

#[test]
fn certificates_cut_at_every_byte() {
    let genuine = attestation().chain().unwrap();
    for place in 0..genuine.len() {
        for end in 0..genuine[place].len() {
            let mut cut = genuine.clone();
            cut[place].truncate(end);
            assert_eq!(code(judge_chain(&cut)), "android_certificate_malformed");
        }
        let mut longer = genuine.clone();
        longer[place].push(0);
        assert_eq!(code(judge_chain(&longer)), "android_certificate_malformed");
    }
}

#[test]
fn a_certificate_of_more_than_16_kib() {
    let with_padding = |length: usize| {
        let mut padded = attestation();
        let oid = der::asn1::ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");
        let extension = raw_extension(oid, false, &vec![0; length]).unwrap();
        padded.links[0].certificate.extensions.push(extension);
        padded
    };
    assert_eq!(code(judge(&with_padding(15_000))), "passed");
    assert_eq!(
        code(judge(&with_padding(16_384))),
        "android_certificate_malformed"
    );
}

/// What the leaf's extension holds.
fn content() -> Vec<u8> {
    let leaf = attestation().chain().unwrap().swap_remove(0);
    let leaf = Certificate::from_der(&leaf).unwrap();
    leaf.extension(EXTENSION).unwrap().to_vec()
}

/// An attestation that the phone signed over this content.
fn signed(content: &[u8]) -> Attestation {
    let mut signed = attestation();
    signed.description = None;
    let extension = raw_extension(EXTENSION, false, content).unwrap();
    signed.links[0].certificate.extensions.push(extension);
    signed
}

#[test]
fn an_extension_cut_at_every_byte() {
    let genuine = content();
    assert_eq!(code(judge(&signed(&genuine))), "passed");
    for end in 0..genuine.len() {
        let judged = judge(&signed(&genuine[..end]));
        assert_eq!(code(judged), "android_description_malformed", "{end}");
    }
    let longer = [&genuine[..], &[0]].concat();
    assert_eq!(
        code(judge(&signed(&longer))),
        "android_description_malformed"
    );
}

#[test]
fn an_extension_with_any_byte_changed_says_the_same_or_is_refused() {
    let genuine = content();
    let (vouched, _) = judge(&attestation()).unwrap();
    let mut passed = 0;
    for place in 0..genuine.len() {
        for bit in 0..8 {
            let mut changed = genuine.clone();
            changed[place] ^= 1 << bit;
            if let Ok((other, _)) = judge(&signed(&changed)) {
                assert_eq!(other, vouched);
                passed += 1;
            }
        }
    }
    // Of what is not asked: the time of making, digests, versions, patch days, the boot hash.
    assert!((1..genuine.len() * 4).contains(&passed), "{passed}");
}

/// DER with another length or another spelling in one place of the extension.
#[test]
fn an_extension_that_is_not_der() {
    let genuine = content();
    let replaced = |from: &[u8], to: &[u8]| {
        let places = genuine.windows(from.len()).filter(|window| *window == from);
        assert_eq!(places.count(), 1, "{from:02x?}");
        let at = genuine
            .windows(from.len())
            .position(|window| window == from);
        let mut changed = genuine.clone();
        changed.splice(at.unwrap()..at.unwrap() + from.len(), to.iter().copied());
        code(judge(&signed(&changed)))
    };
    let malformed = "android_description_malformed";
    // deviceLocked, BOOLEAN true, in BER's spelling; as an INTEGER.
    assert_eq!(replaced(&[1, 1, 0xff, 10], &[1, 1, 1, 10]), malformed);
    assert_eq!(replaced(&[1, 1, 0xff, 10], &[2, 1, 0x7f, 10]), malformed);
    // Purpose 2 with a leading zero would need a longer length; as ENUMERATED; twice the tag.
    assert_eq!(
        replaced(&[0xa1, 5, 0x31, 3, 2, 1, 2], &[0xa1, 5, 0x31, 3, 10, 1, 2]),
        malformed
    );
    // noAuthRequired [503] as [502] (a type of its own), as the unknown [510], and out of order.
    assert_eq!(
        replaced(&[0xbf, 0x83, 0x77, 2, 5, 0], &[0xbf, 0x83, 0x76, 2, 5, 0]),
        malformed
    );
    assert_eq!(
        replaced(&[0xbf, 0x83, 0x77, 2, 5, 0], &[0xbf, 0x83, 0x7e, 2, 5, 0]),
        malformed
    );
    assert_eq!(
        replaced(&[0xbf, 0x83, 0x77, 2, 5, 0], &[0xbf, 0x86, 0x1f, 2, 5, 0]),
        malformed
    );
    // Implicit in place of explicit.
    assert_eq!(
        replaced(&[0xbf, 0x83, 0x77, 2, 5, 0], &[0x9f, 0x83, 0x77, 2, 5, 0]),
        malformed
    );
    // A level that does not exist.
    assert_eq!(
        replaced(&[10, 1, 1, 2, 2, 1], &[10, 1, 3, 2, 2, 1]),
        malformed
    );
}

#[test]
fn nothing_of_what_a_refusal_saw_is_in_its_words() {
    let judged = judge(&signed(b"ERIKSSON")).unwrap_err();
    assert!(!format!("{judged} {judged:?}").contains("ERIKSSON"));
}
