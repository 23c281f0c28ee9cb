//! What somebody does who wants to pass as a phone, by name.

use humanseal_attestation::android::specimen::{Attestation, Description, Link, Maker};
use humanseal_attestation::android::{RevocationList, SecurityLevel, VerifiedBootState, tag};
use humanseal_documents::Fingerprint;
use humanseal_documents::specimen::{SigningKey, basic_constraints};

use crate::phone::{
    CHALLENGE, PACKAGE, attestation, code, describe, judge, judge_with, later, now, set,
    set_application, signer, trust,
};

/// Below an attested leaf, a leaf that the holder of that key signed: it claims whatever he likes.
fn appended(with_extension: bool) -> Attestation {
    let victim = attestation();
    let mut forged = victim.clone();
    let mut own = victim.links[0].clone();
    own.certificate.issuer = victim.links[0].certificate.subject.clone();
    own.key = SigningKey::from_seed(&[6; 32], "a key in software").unwrap();
    forged.links.insert(0, own);
    if !with_extension {
        forged.description = None;
    }
    forged
}

/// The chain of an appended leaf in which the attested leaf keeps its extension.
fn extended(with_extension: bool) -> Vec<Vec<u8>> {
    let mut chain = appended(with_extension).chain().unwrap();
    chain[1] = attestation().chain().unwrap().swap_remove(0);
    chain
}

#[test]
fn a_leaf_appended_below_the_attested_leaf() {
    for with_extension in [true, false] {
        let chain = extended(with_extension);
        let judged = crate::phone::judge_chain(&chain);
        assert_eq!(code(judged), "android_extension_above_leaf");
    }
}

#[test]
fn a_leaf_appended_below_a_key_that_was_certified_without_attestation() {
    // Were there such a certificate, basicConstraints would tell.
    let forged = appended(true);
    assert_eq!(code(judge(&forged)), "android_not_authority");
}

#[test]
fn an_attest_key_of_the_phone_that_attests_a_key_of_the_app() {
    // KeyMint knows keys of apps that attest other keys (purpose 7). Whoever has root can use one.
    let mut chain = extended(true);
    let mut attests = attestation();
    set(
        &mut describe(&mut attests).hardware,
        tag::PURPOSE,
        humanseal_attestation::android::specimen::Value::integers(&[7]).unwrap(),
    );
    attests.links[0].certificate.extensions = vec![basic_constraints(true, None).unwrap()];
    chain[1] = attests.chain().unwrap().swap_remove(0);
    let judged = crate::phone::judge_chain(&chain);
    assert_eq!(code(judged), "android_extension_above_leaf");
}

#[test]
fn an_attestation_of_another_app() {
    let mut other = attestation();
    set_application(&mut other, &[b"com.example.fake"], &[signer().as_bytes()]);
    assert_eq!(code(judge(&other)), "android_package_unlisted");
    let mut repackaged = attestation();
    let own = Fingerprint::of(b"the attacker's signing certificate");
    set_application(&mut repackaged, &[PACKAGE.as_bytes()], &[own.as_bytes()]);
    assert_eq!(code(judge(&repackaged)), "android_signer_unlisted");
}

#[test]
fn an_attestation_for_another_statement() {
    let mut old = attestation();
    describe(&mut old).challenge = vec![0xc5; 32];
    assert_eq!(code(judge(&old)), "android_challenge");
}

#[test]
fn an_unlocked_bootloader() {
    let mut unlocked = attestation();
    let root = humanseal_attestation::android::specimen::Value::root_of_trust(
        &[0; 32],
        false,
        VerifiedBootState::Unverified,
    );
    set(
        &mut describe(&mut unlocked).hardware,
        tag::ROOT_OF_TRUST,
        root.unwrap(),
    );
    assert_eq!(code(judge(&unlocked)), "android_unlocked");
}

#[test]
fn an_expired_list() {
    let chain = attestation().chain().unwrap();
    let list = RevocationList::parse(br#"{"entries":{}}"#, later(-100_000)).unwrap();
    let judged = judge_with(&chain, &trust(), Some(&list), now());
    assert_eq!(code(judged), "android_revocation_list_stale");
}

#[test]
fn a_software_attestation_of_a_key_that_is_said_to_be_in_hardware() {
    let mut forged = attestation();
    describe(&mut forged).attestation_level = SecurityLevel::Software;
    assert_eq!(
        describe(&mut forged).key_level,
        SecurityLevel::TrustedEnvironment
    );
    assert_eq!(code(judge(&forged)), "android_attestation_level");
}

#[test]
fn a_root_of_trust_that_the_system_states_itself() {
    let mut forged = attestation();
    let description = describe(&mut forged);
    let root = description.hardware.0.remove(&tag::ROOT_OF_TRUST).unwrap();
    set(&mut description.software, tag::ROOT_OF_TRUST, root);
    assert_eq!(code(judge(&forged)), "android_root_of_trust_in_software");
}

#[test]
fn a_root_of_the_right_name_with_another_key() {
    let stranger = Maker::from_seed(&[3; 32]).unwrap();
    let description: Description = describe(&mut attestation()).clone();
    let forged = stranger.attestation(&[1; 32], description).unwrap();
    let chain = forged.chain().unwrap();
    let genuine = attestation().chain().unwrap();
    assert_eq!(
        code(crate::phone::judge_chain(&chain)),
        "android_root_unknown"
    );
    // With the genuine root put in the place of his own.
    let spliced = [&chain[..3], &genuine[3..]].concat();
    assert_eq!(
        code(crate::phone::judge_chain(&spliced)),
        "android_signature"
    );
}

#[test]
fn a_root_that_is_trusted_signs_for_nobody_who_only_copies_it() {
    // A leaf under a self-made authority, followed by the genuine authority and root.
    let genuine = attestation();
    let mut forged = genuine.clone();
    let own: Link = Link {
        key: SigningKey::from_seed(&[8; 32], "a phone in software").unwrap(),
        ..genuine.links[1].clone()
    };
    forged.links[1] = own;
    let mut chain = forged.chain().unwrap();
    chain[1] = genuine.chain().unwrap().swap_remove(1);
    assert_eq!(code(crate::phone::judge_chain(&chain)), "android_signature");
}

#[test]
fn a_statement_signed_with_another_key() {
    let phone = attestation();
    let (_, key) = judge(&phone).unwrap();
    let statement = b"a statement";
    let signature = phone.sign(statement).unwrap();
    assert!(key.verifies(statement, &signature));
    assert!(!key.verifies(b"another statement", &signature));
    assert!(!key.verifies(statement, &signature[..signature.len() - 1]));
    assert!(!key.verifies(statement, &[]));
    let description = describe(&mut attestation()).clone();
    let other = Maker::insecure().unwrap();
    let other = other.attestation(&[2; 32], description).unwrap();
    assert!(!key.verifies(statement, &other.sign(statement).unwrap()));
    assert_eq!(
        judge(&other).unwrap().0.app.as_str(),
        "android:com.example.seal"
    );
    assert_eq!(describe(&mut attestation()).challenge, CHALLENGE);
}
