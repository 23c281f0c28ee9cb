//! Chains that are wrong in one place each: only the check of that place refuses.

use humanseal_attestation::android::specimen::{Attestation, Link, Maker};
use humanseal_attestation::android::{EXTENSION, RevocationList};
use humanseal_documents::specimen::{
    KeyKind, KeyUsages, SigningKey, basic_constraints, key_usage, raw_extension,
};
use humanseal_documents::x509::Certificate;
use humanseal_documents::{Date, Moment};

use crate::phone::{
    attestation, code, describe, empty_list, judge, judge_chain, judge_with, later, now, trust,
};

const LEAF: usize = 0;
const PHONE: usize = 1;
const AUTHORITY: usize = 2;
const ROOT: usize = 3;
const ABOVE: [usize; 3] = [PHONE, AUTHORITY, ROOT];

fn oid(text: &str) -> der::asn1::ObjectIdentifier {
    der::asn1::ObjectIdentifier::new_unwrap(text)
}

fn year(year: u16) -> Moment {
    Moment::start_of(Date::new(year, 1, 1).unwrap())
}

/// An attestation with one of its certificates changed.
fn with(place: usize, change: impl FnOnce(&mut Link)) -> Attestation {
    let mut attestation = attestation();
    change(&mut attestation.links[place]);
    attestation
}

/// An attestation in which this certificate's first extension, basicConstraints, is another one.
fn with_constraints(place: usize, ca: bool, path_length: Option<u8>) -> Attestation {
    with(place, |link| {
        link.certificate.extensions[0] = basic_constraints(ca, path_length).unwrap();
    })
}

#[test]
fn two_and_nine_certificates_are_no_chain() {
    let mut short = attestation();
    short.links.drain(PHONE..ROOT);
    short.links[LEAF].certificate.issuer = short.links[1].certificate.subject.clone();
    assert_eq!(code(judge(&short)), "android_chain_length");
    assert_eq!(code(judge_chain(&[])), "android_chain_length");

    let long = |authorities: usize| {
        let mut long = with_constraints(AUTHORITY, true, None);
        let mut further = long.links[AUTHORITY].clone();
        further.certificate.issuer = further.certificate.subject.clone();
        for _ in 1..authorities {
            long.links.insert(AUTHORITY, further.clone());
        }
        long
    };
    assert_eq!(code(judge(&long(5))), "passed");
    assert_eq!(code(judge(&long(6))), "android_chain_length");
}

#[test]
fn unknown_critical_extensions_are_refused_wherever_they_stand() {
    for place in [LEAF, PHONE, AUTHORITY, ROOT] {
        let unknown = |critical| raw_extension(oid("1.3.6.1.4.1.99999.1"), critical, &[5, 0]);
        let critical = with(place, |link| {
            link.certificate.extensions.push(unknown(true).unwrap());
        });
        assert_eq!(
            code(judge(&critical)),
            "android_critical_extension",
            "{place}"
        );
        let twice = with(place, |link| {
            link.certificate.extensions.push(unknown(false).unwrap());
            link.certificate.extensions.push(unknown(false).unwrap());
        });
        assert_eq!(code(judge(&twice)), "android_critical_extension", "{place}");
        let once = with(place, |link| {
            link.certificate.extensions.push(unknown(false).unwrap());
        });
        assert_eq!(code(judge(&once)), "passed", "{place}");
    }
}

#[test]
fn an_extension_in_an_intermediate_is_refused() {
    let extension = raw_extension(EXTENSION, false, &[0x30, 0]).unwrap();
    for place in ABOVE {
        let forged = with(place, |link| {
            link.certificate.extensions.push(extension.clone());
        });
        assert_eq!(
            code(judge(&forged)),
            "android_extension_above_leaf",
            "{place}"
        );
    }
}

#[test]
fn a_leaf_without_extension_is_refused() {
    let mut forged = attestation();
    forged.description = None;
    assert_eq!(code(judge(&forged)), "android_extension_missing");
}

#[test]
fn each_certificate_names_the_next_ones_subject() {
    for place in [LEAF, PHONE, AUTHORITY, ROOT] {
        let forged = with(place, |link| {
            link.certificate.issuer = "CN=Somebody else".into();
        });
        assert_eq!(code(judge(&forged)), "android_issuer_name", "{place}");
    }
}

#[test]
fn only_authorities_stand_above_the_leaf() {
    for place in ABOVE {
        let none = with(place, |link| drop(link.certificate.extensions.remove(0)));
        let no_ca = with_constraints(place, false, None);
        let other_usage = with(place, |link| {
            link.certificate.extensions[1] = key_usage(&[KeyUsages::DigitalSignature]).unwrap();
        });
        let malformed_usage = with(place, |link| {
            link.certificate.extensions[1] =
                raw_extension(oid("2.5.29.15"), true, &[5, 0]).unwrap();
        });
        let malformed = with(place, |link| {
            link.certificate.extensions[0] =
                raw_extension(oid("2.5.29.19"), true, &[5, 0]).unwrap();
        });
        for forged in [none, no_ca, other_usage, malformed_usage, malformed] {
            assert_eq!(code(judge(&forged)), "android_not_authority", "{place}");
        }
        let no_usage = with(place, |link| drop(link.certificate.extensions.remove(1)));
        assert_eq!(code(judge(&no_usage)), "passed", "{place}");
    }
}

#[test]
fn an_authority_bounds_the_chain_below_it() {
    for (place, below) in [(AUTHORITY, 1), (ROOT, 2)] {
        let forged = with_constraints(place, true, Some(below - 1));
        assert_eq!(code(judge(&forged)), "android_path_length", "{place}");
        let fits = with_constraints(place, true, Some(below));
        assert_eq!(code(judge(&fits)), "passed", "{place}");
    }
    assert_eq!(
        code(judge(&with_constraints(PHONE, true, Some(0)))),
        "passed"
    );
}

#[test]
fn each_certificate_is_signed_by_the_next() {
    let genuine = attestation().chain().unwrap();
    for place in [LEAF, PHONE, AUTHORITY] {
        let mut other = attestation();
        other.links[place + 1].key = SigningKey::from_seed(&[9; 32], "another").unwrap();
        let mut forged = genuine.clone();
        forged[place] = other.chain().unwrap().swap_remove(place);
        assert_eq!(code(judge_chain(&forged)), "android_signature", "{place}");
    }
    let mut forged = genuine.clone();
    *forged[ROOT].last_mut().unwrap() ^= 1;
    assert_eq!(code(judge_chain(&forged)), "android_signature");
}

#[test]
fn a_root_is_known_by_name_and_key() {
    let stranger = Maker::from_seed(&[2; 32]).unwrap();
    let description = describe(&mut attestation()).clone();
    let forged = stranger.attestation(&[1; 32], description).unwrap();
    assert_eq!(code(judge(&forged)), "android_root_unknown");

    let mut renamed = attestation();
    let name = "CN=Another root,O=Humanseal insecure specimen";
    renamed.links[ROOT].certificate.subject = name.into();
    renamed.links[ROOT].certificate.issuer = name.into();
    renamed.links[AUTHORITY].certificate.issuer = name.into();
    assert_eq!(code(judge(&renamed)), "android_root_unknown");

    // A known root followed by itself is one.
    let mut doubled = attestation();
    doubled.links.push(doubled.links[ROOT].clone());
    assert_eq!(code(judge(&doubled)), "passed");
    let without = &attestation().chain().unwrap()[..ROOT];
    assert_eq!(code(judge_chain(without)), "android_issuer_name");
}

#[test]
fn certificates_above_the_leaf_are_valid_now() {
    for place in [PHONE, AUTHORITY] {
        let expired = with(place, |link| link.certificate.not_after = later(-1));
        assert_eq!(code(judge(&expired)), "android_validity", "{place}");
        let early = with(place, |link| link.certificate.not_before = later(1));
        assert_eq!(code(judge(&early)), "android_validity", "{place}");
        let just = with(place, |link| {
            link.certificate.not_before = now();
            link.certificate.not_after = now();
        });
        assert_eq!(code(judge(&just)), "passed", "{place}");
    }
    // The app and the phone's clock set the leaf's period.
    let leaf = with(LEAF, |link| link.certificate.not_after = later(-1));
    assert_eq!(code(judge(&leaf)), "passed");
}

#[test]
fn the_root_is_valid_as_it_is_configured() {
    let chain = attestation().chain().unwrap();
    let old = with(ROOT, |link| link.certificate.not_after = later(-1));
    let old = old.chain().unwrap();
    // The phone brings an expired certificate of a key whose newer certificate is configured.
    assert_eq!(code(judge_chain(&old)), "passed");

    let mut trusts_old = trust_without_root();
    trusts_old.add_root(&old[ROOT]).unwrap();
    let judged = judge_with(&chain, &trusts_old, Some(&empty_list()), now());
    assert_eq!(code(judged), "android_validity");
    // One valid certificate of the key suffices.
    trusts_old.add_root(&chain[ROOT]).unwrap();
    let judged = judge_with(&chain, &trusts_old, Some(&empty_list()), now());
    assert_eq!(code(judged), "passed");
    let at_end = year(2061);
    let list = RevocationList::parse(br#"{"entries":{}}"#, at_end).unwrap();
    assert_eq!(
        code(judge_with(&chain, &trust(), Some(&list), at_end)),
        "android_validity"
    );
}

fn trust_without_root() -> humanseal_attestation::android::Trust {
    use humanseal_attestation::AppId;
    use humanseal_attestation::android::{PatchLevel, Trust};
    let mut trust = Trust::new(PatchLevel::from_yyyymm(202_901).unwrap());
    let app = AppId::android(crate::phone::PACKAGE).unwrap();
    trust.add_app(app, crate::phone::signer()).unwrap();
    trust
}

#[test]
fn no_list_and_an_old_list_are_refusals() {
    let chain = attestation().chain().unwrap();
    let judged =
        |list: Option<RevocationList>| code(judge_with(&chain, &trust(), list.as_ref(), now()));
    let at = |fetched| RevocationList::parse(br#"{"entries":{}}"#, fetched).ok();
    assert_eq!(judged(None), "android_revocation_list_missing");
    assert_eq!(judged(at(later(-86_400))), "passed");
    assert_eq!(judged(at(later(-86_401))), "android_revocation_list_stale");
    assert_eq!(judged(at(later(1))), "android_revocation_list_stale");
}

#[test]
fn a_listed_serial_anywhere_in_the_chain_is_refused() {
    let chain = attestation().chain().unwrap();
    for der in &chain {
        let certificate = Certificate::from_der(der).unwrap();
        let serial = hex::encode(certificate.serial());
        let serial = serial.trim_start_matches('0');
        for status in ["REVOKED", "SUSPENDED", "WHATEVER COMES"] {
            let json = format!(r#"{{"entries":{{"{serial}":{{"status":"{status}"}}}}}}"#);
            let list = RevocationList::parse(json.as_bytes(), now()).unwrap();
            let judged = judge_with(&chain, &trust(), Some(&list), now());
            assert_eq!(code(judged), "android_revoked", "{status}");
        }
    }
    let other =
        br#"{"entries":{"4142434445464748":{"status":"REVOKED","reason":"CA_COMPROMISE"}}}"#;
    let list = RevocationList::parse(other, now()).unwrap();
    assert_eq!(
        code(judge_with(&chain, &trust(), Some(&list), now())),
        "passed"
    );
}

#[test]
fn a_serial_with_a_high_bit_is_found() {
    // DER puts a zero byte before it, the list does not.
    let high = with(PHONE, |link| link.certificate.serial = vec![0xd0, 1, 2, 3]);
    let chain = high.chain().unwrap();
    assert_eq!(Certificate::from_der(&chain[PHONE]).unwrap().serial()[0], 0);
    let json = br#"{"entries":{"d0010203":{"status":"REVOKED"}}}"#;
    let list = RevocationList::parse(json, now()).unwrap();
    let judged = judge_with(&chain, &trust(), Some(&list), now());
    assert_eq!(code(judged), "android_revoked");
}

#[test]
fn the_leafs_key_is_on_p_256_whatever_the_hardware_says() {
    let pem = include_str!("../../../fixtures/documents/keys/insecure-specimen-dsc-rsa-2048.pem");
    let forged = with(LEAF, |link| {
        link.key = SigningKey::from_pem(pem, KeyKind::Rsa2048).unwrap();
    });
    assert_eq!(code(judge(&forged)), "android_leaf_key");
}
