//! Twins of a true attestation: each differs in one thing, and the check that is there for it
//! refuses it; no other check is in the way.

#![allow(clippy::unwrap_used)]

use ciborium::Value;
use der::Encode;
use der::asn1::{ObjectIdentifier, OctetString};
use humanseal_documents::specimen::{SigningKey, raw_extension};

use super::specimen::{
    Blueprint, Distribution, attest, authority, device, device_key, encoded, nonce_content, root,
};
use super::*;
use crate::AppId;

const APP: &str = "ABCDE12345.example.seal";
const CHALLENGE: [u8; 32] = [0xc1; 32];
const SEED: [u8; 32] = [7; 32];

fn now() -> Moment {
    Moment::from_unix_seconds(1_800_000_000)
}

fn trust() -> Trust {
    let mut trust = Trust::new(false);
    trust.add_root(&root().unwrap()).unwrap();
    trust.add_app(APP).unwrap();
    trust
}

fn blueprint() -> Blueprint {
    Blueprint::new(APP, &CHALLENGE, &SEED, now()).unwrap()
}

fn refusal(blueprint: &Blueprint) -> AppleError {
    verify(&blueprint.build().unwrap(), &CHALLENGE, &trust(), now()).unwrap_err()
}

fn verified(object: &[u8], trust: &Trust) -> Result<Vouched, AppleError> {
    verify(object, &CHALLENGE, trust, now())
}

#[test]
fn a_true_attestation_is_hardware_of_its_app() {
    let vouched = Vouched {
        protection: KeyProtection::Hardware,
        app: AppId::apple(APP).unwrap(),
    };
    let object = blueprint().build().unwrap();
    assert_eq!(verified(&object, &trust()), Ok(vouched.clone()));
    // The same as devices from iOS 27 on make it.
    let made = attest(APP, &CHALLENGE, false, Distribution::AppStore, &SEED, now());
    assert_eq!(verified(&made.unwrap(), &trust()), Ok(vouched));
}

type Change = fn(&mut Blueprint);

/// No extension of Apple's.
const UNKNOWN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113635.100.8.99");

fn other_key() -> SigningKey {
    SigningKey::from_seed(&[9; 32], "somebody else").unwrap()
}

fn seconds_from_now(seconds: i64) -> Moment {
    Moment::from_unix_seconds(now().unix_seconds().checked_add_signed(seconds).unwrap())
}

/// One field of an object each, and the only check that it does not pass.
const FIELDS: [(AppleError, Change); 42] = [
    (AppleError::Format, |b| b.format = "apple".into()),
    (AppleError::Object, |b| {
        b.format = Value::Bytes(b"apple-appattest".to_vec());
    }),
    (AppleError::Object, |b| b.receipt = "text".into()),
    (AppleError::Object, |b| {
        b.more = vec![("alg".into(), (-7).into())];
    }),
    (AppleError::Object, |b| {
        b.more = vec![("fmt".into(), "apple-appattest".into())];
    }),
    (AppleError::Object, |b| {
        b.receipt = Value::Bytes(vec![0; MAX_OBJECT]);
    }),
    (AppleError::ChainLength, |b| b.chain = Some(vec![])),
    (AppleError::ChainLength, |b| {
        b.chain = Some(vec![root().unwrap()]);
    }),
    (AppleError::ChainLength, |b| {
        b.chain = Some(vec![root().unwrap(); 3]);
    }),
    (AppleError::Certificate, |b| {
        b.chain = Some(vec![vec![0x30, 0], root().unwrap()]);
    }),
    (AppleError::Certificate, |b| {
        b.chain = Some(vec![root().unwrap(), vec![]]);
    }),
    (AppleError::Root, |b| {
        b.intermediate.issuer = "CN=Apple App Attestation Root CA".into();
    }),
    (AppleError::IntermediateSignature, |b| {
        b.root_key = other_key();
    }),
    (AppleError::LeafIssuer, |b| b.leaf.issuer = "CN=Else".into()),
    (AppleError::LeafSignature, |b| b.leaf_signer = other_key()),
    // Signed by the root itself, not by the intermediate.
    (AppleError::LeafSignature, |b| {
        b.leaf_signer = b.root_key.clone();
    }),
    (AppleError::IntermediateAuthority, |b| {
        b.intermediate.extensions = device().unwrap();
    }),
    (AppleError::IntermediateAuthority, |b| {
        b.intermediate.extensions.clear();
    }),
    (AppleError::LeafAuthority, |b| {
        b.leaf.extensions = authority().unwrap();
    }),
    (AppleError::CriticalExtension, |b| {
        let unknown = raw_extension(UNKNOWN, true, &[5, 0]).unwrap();
        b.leaf.extensions.push(unknown);
    }),
    (AppleError::CriticalExtension, |b| {
        let unknown = raw_extension(UNKNOWN, true, &[5, 0]).unwrap();
        b.intermediate.extensions.push(unknown);
    }),
    // The nonce twice: whoever reads the other one reads another challenge.
    (AppleError::CriticalExtension, |b| {
        let nonce = nonce_content(&[0; 32]).unwrap();
        let nonce = raw_extension(object::NONCE, false, &nonce).unwrap();
        b.leaf.extensions.push(nonce);
    }),
    (AppleError::IntermediateValidity, |b| {
        b.intermediate.not_after = seconds_from_now(-1);
    }),
    (AppleError::IntermediateValidity, |b| {
        b.intermediate.not_before = seconds_from_now(1);
    }),
    (AppleError::LeafValidity, |b| {
        b.leaf.not_after = seconds_from_now(-1);
    }),
    (AppleError::LeafValidity, |b| {
        b.leaf.not_before = seconds_from_now(1);
    }),
    (AppleError::NonceExtension, |b| b.nonce = Some(vec![])),
    (AppleError::NonceExtension, |b| {
        b.nonce = Some(OctetString::new([0; 32]).unwrap().to_der().unwrap());
    }),
    (AppleError::NonceExtension, |b| {
        b.nonce = Some(nonce_content(&[0; 31]).unwrap());
    }),
    (AppleError::Nonce, |b| {
        b.nonce = Some(nonce_content(&[0; 32]).unwrap());
    }),
    (AppleError::Nonce, |b| b.client_data_hash = vec![0; 32]),
    (AppleError::AuthenticatorData, |b| b.flags = 0),
    (AppleError::AuthenticatorData, |b| b.flags |= 1),
    // The flag of extensions without extensions, and something else behind the key.
    (AppleError::AuthenticatorData, |b| b.flags |= 0x80),
    (AppleError::AuthenticatorData, |b| b.extensions = vec![0]),
    (AppleError::App, |b| {
        b.rp_id_hash = Sha256::digest("ABCDE12345.example.else").to_vec();
    }),
    (AppleError::Counter, |b| b.counter = 1),
    (AppleError::DevelopmentEnvironment, |b| {
        b.aaguid = DEVELOPMENT;
    }),
    (AppleError::Environment, |b| b.aaguid = [0; 16]),
    (AppleError::Distribution, |b| b.state_category(3).unwrap()),
    (AppleError::KeyId, |b| b.credential_id[0] ^= 1),
    (AppleError::KeyId, |b| b.credential_id.push(0)),
];

#[test]
fn each_field_is_refused_by_its_own_check() {
    for (place, (check, change)) in FIELDS.iter().enumerate() {
        let mut twin = blueprint();
        change(&mut twin);
        assert_eq!(refusal(&twin), *check, "row {place}");
    }
}

#[test]
fn each_field_of_the_credential_key_is_read() {
    for place in 0..5 {
        let mut twin = blueprint();
        twin.credential_key.remove(place);
        assert_eq!(refusal(&twin), AppleError::AuthenticatorData, "{place}");
        let mut twin = blueprint();
        let doubled = twin.credential_key[place].clone();
        twin.credential_key[(place + 1) % 5] = doubled;
        assert_eq!(refusal(&twin), AppleError::AuthenticatorData, "{place}");
        let mut twin = blueprint();
        twin.credential_key[place].1 = 9.into();
        assert_eq!(refusal(&twin), AppleError::AuthenticatorData, "{place}");
    }
    // Another key than the leaf's: whoever kept it could sign later on.
    for place in [3, 4] {
        let mut twin = blueprint();
        twin.credential_key[place].1 = Value::Bytes(vec![9; 32]);
        assert_eq!(refusal(&twin), AppleError::CredentialKey, "{place}");
    }
}

#[test]
fn a_leaf_with_a_key_of_another_curve_is_refused() {
    // Apple's own root has one of P-384.
    let apples = include_bytes!(
        "../../../fixtures/vectors/apple-appattest/Apple_App_Attestation_Root_CA.pem"
    );
    let mut twin = blueprint();
    twin.leaf_info = Certificate::from_der_or_pem(apples)
        .unwrap()
        .public_key_info();
    assert_eq!(refusal(&twin), AppleError::LeafKey);
}

#[test]
fn an_expired_root_is_refused() {
    let later = Moment::from_unix_seconds(2_900_000_000);
    let mut twin = Blueprint::new(APP, &CHALLENGE, &SEED, later).unwrap();
    twin.intermediate.not_after = Moment::from_unix_seconds(3_000_000_000);
    let object = twin.build().unwrap();
    assert_eq!(
        verify(&object, &CHALLENGE, &trust(), later),
        Err(AppleError::RootValidity)
    );
}

#[test]
fn every_check_has_a_twin_and_a_code_of_its_own() {
    let elsewhere = [
        AppleError::RootValidity,
        AppleError::LeafKey,
        AppleError::CredentialKey,
    ];
    let mut codes = std::collections::BTreeSet::new();
    for check in AppleError::ALL {
        let has_twin = FIELDS.iter().any(|(refused, _)| refused == check);
        assert!(has_twin || elsewhere.contains(check), "{check:?}");
        assert!(check.code().starts_with("apple_"));
        assert!(codes.insert(check.code()));
    }
}

#[test]
fn only_one_encoding_of_an_object_is_read() {
    let object = blueprint().build().unwrap();
    assert!(verified(&object, &trust()).is_ok());
    // {"fmt": …} has a head of one byte each: longer heads, an indefinite map, a byte behind it.
    let long_map = [&[0xb8, 3], &object[1..]].concat();
    let long_key = [&[object[0], 0x78, 3], &object[2..]].concat();
    let indefinite = [&[0xbf], &object[1..], &[0xff]].concat();
    let tagged = [&[0xd9, 0xd9, 0xf7], &object[..]].concat();
    let longer = [&object[..], &[0]].concat();
    let shorter = object[..object.len() - 1].to_vec();
    for other in [
        long_map,
        long_key,
        indefinite,
        tagged,
        longer,
        shorter,
        vec![],
    ] {
        assert_eq!(verified(&other, &trust()), Err(AppleError::Object));
    }
}

#[test]
fn extensions_are_read_strictly() {
    let entry = |name: &str, value: Value| (Value::from(name), value);
    let category = |bytes: &[u8]| Value::Bytes(bytes.to_vec());
    let name = authenticator::CATEGORY;
    let app_store = || entry(name, category(&[4, 0, 0, 0]));
    let checked = |entries: Vec<(Value, Value)>| {
        let mut twin = blueprint();
        twin.extensions = encoded(&Value::Map(entries)).unwrap();
        verified(&twin.build().unwrap(), &trust()).map(|_| ())
    };
    // Apple's own sample of 2026 leaves the flag out.
    assert_eq!(checked(vec![app_store()]), Ok(()));
    assert_eq!(checked(vec![entry(name, category(&[2, 0, 0, 0]))]), Ok(()));
    let later = entry("apple_something_02", 1.into());
    assert_eq!(checked(vec![later, app_store()]), Ok(()));
    for number in [0u32, 1, 3, 5, 6, 10, 0x0400_0000] {
        let entries = vec![entry(name, category(&number.to_le_bytes()))];
        assert_eq!(checked(entries), Err(AppleError::Distribution), "{number}");
    }
    for malformed in [
        vec![entry(name, 4.into())],
        vec![entry(name, category(&[4]))],
        vec![app_store(), app_store()],
        vec![(1.into(), 1.into())],
        (0..17)
            .map(|n| entry(&format!("apple_{n}"), n.into()))
            .collect(),
    ] {
        assert_eq!(checked(malformed), Err(AppleError::AuthenticatorData));
    }
}

/// The development environment is taken where the trust says so, and then an app from anywhere.
#[test]
fn a_development_trust_takes_the_development_environment() {
    let mut development = Trust::new(true);
    development.add_root(&root().unwrap()).unwrap();
    development.add_app(APP).unwrap();
    let made = |distribution| attest(APP, &CHALLENGE, true, distribution, &SEED, now()).unwrap();
    for distribution in [Distribution::Unstated, Distribution::Development] {
        assert!(verified(&made(distribution), &development).is_ok());
        assert_eq!(
            verified(&made(distribution), &trust()),
            Err(AppleError::DevelopmentEnvironment)
        );
    }
    let mut twin = blueprint();
    twin.aaguid = [0; 16];
    assert_eq!(
        verified(&twin.build().unwrap(), &development),
        Err(AppleError::Environment)
    );
}

/// The attested key is one that its owner keeps outside: it signs a leaf of its own.
#[test]
fn an_attested_key_cannot_attest_another_one() {
    let attested = blueprint();
    let mut forged = Blueprint::new(APP, &CHALLENGE, &[8; 32], now()).unwrap();
    forged.leaf_signer = device_key(&SEED).unwrap();
    forged.leaf.issuer = attested.leaf.subject.clone();
    let leaf_of = |b: &Blueprint| {
        let object = b.build().unwrap();
        AttestationObject::read(&object).unwrap().leaf
    };
    let chain = vec![leaf_of(&forged), leaf_of(&attested)];
    forged.chain = Some(chain);
    assert_eq!(refusal(&forged), AppleError::Root);
}

/// Two true objects: the certificates of one around the authenticator data of the other.
#[test]
fn authenticator_data_of_another_attestation_is_refused() {
    let mut other = Blueprint::new(APP, &CHALLENGE, &[8; 32], now()).unwrap();
    let object = AttestationObject::read(&blueprint().build().unwrap()).unwrap();
    other.chain = Some(vec![object.leaf, object.intermediate]);
    assert_eq!(refusal(&other), AppleError::Nonce);
}

#[test]
fn an_attestation_serves_no_other_challenge() {
    let object = blueprint().build().unwrap();
    for challenge in [&[0xc0; 32][..], &CHALLENGE[..31], &[]] {
        let refused = verify(&object, challenge, &trust(), now());
        assert_eq!(refused, Err(AppleError::Nonce));
    }
}

#[test]
fn nothing_is_trusted_that_was_not_added() {
    let object = blueprint().build().unwrap();
    assert_eq!(verified(&object, &Trust::new(true)), Err(AppleError::Root));
    let mut rootless = Trust::new(true);
    rootless.add_app(APP).unwrap();
    assert_eq!(verified(&object, &rootless), Err(AppleError::Root));
    let mut appless = Trust::new(true);
    appless.add_root(&root().unwrap()).unwrap();
    assert_eq!(verified(&object, &appless), Err(AppleError::App));
}

/// Of two roots of one name the one whose key fits is taken, wherever it stands in the list.
#[test]
fn a_second_root_of_the_same_name_is_in_nobodys_way() {
    let mut impostor = blueprint().intermediate;
    impostor.subject = impostor.issuer.clone();
    let impostor = impostor
        .sign(&other_key().public_key().unwrap(), &other_key())
        .unwrap();
    let object = blueprint().build().unwrap();
    for roots in [[&impostor, &root().unwrap()], [&root().unwrap(), &impostor]] {
        let mut both = Trust::new(false);
        roots
            .into_iter()
            .for_each(|der| both.add_root(der).unwrap());
        both.add_app(APP).unwrap();
        assert!(verified(&object, &both).is_ok());
    }
    let mut wrong = Trust::new(false);
    wrong.add_root(&impostor).unwrap();
    assert_eq!(
        verified(&object, &wrong),
        Err(AppleError::IntermediateSignature)
    );
}

#[test]
fn roots_and_app_ids_are_looked_at_when_they_are_added() {
    let mut trust = Trust::new(false);
    assert_eq!(trust.add_root(b"root"), Err(TrustError::Root));
    let object = AttestationObject::read(&blueprint().build().unwrap()).unwrap();
    for der in [&object.leaf, &object.intermediate] {
        assert_eq!(trust.add_root(der), Err(TrustError::NotARoot));
    }
    for wrong in [
        "",
        "ABCDE12345",
        "ABCDE12345.",
        "ABCDE1234.x",
        "ABCDE1234-.x",
        "ABCDE12345.ä",
    ] {
        assert_eq!(trust.add_app(wrong), Err(TrustError::App), "{wrong}");
    }
    assert_eq!((trust.roots().count(), trust.apps().count()), (0, 0));
    trust.add_root(&root().unwrap()).unwrap();
    assert!(trust.is_specimen());
}
