//! Attestation objects of Apple's own guide and of real devices, from elsewhere
//! (fixtures/vectors/apple-appattest/README.md).

#![allow(clippy::unwrap_used)]

use humanseal_attestation::apple::{AppleError, Trust, verify};
use humanseal_attestation::{AppId, KeyProtection};
use humanseal_documents::Moment;
use sha2::{Digest, Sha256};

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../fixtures/vectors/apple-appattest/"
    );
    std::fs::read(format!("{folder}{name}")).unwrap()
}

struct Vector {
    name: &'static str,
    app: &'static str,
    client_data_hash: Vec<u8>,
    /// Within the leaf's validity.
    at: u64,
    /// What the production trust says; the development trust takes all.
    production: Result<(), AppleError>,
}

fn vectors() -> [Vector; 4] {
    // Apple's guide passes the challenge itself where its text says its SHA-256.
    [
        Vector {
            name: "guide-2024.cbor",
            app: "0352187391.com.apple.example_app_attest",
            client_data_hash: b"test_server_challenge".to_vec(),
            at: 1_713_441_600,
            production: Ok(()),
        },
        // Its extensions say "part of the operating system", as no app of a store does.
        Vector {
            name: "guide-2026.cbor",
            app: "1234567890.com.example.myapp",
            client_data_hash: b"example_server_challenge".to_vec(),
            at: 1_776_800_000,
            production: Err(AppleError::Distribution),
        },
        Vector {
            name: "ios-17-production.cbor",
            app: "V8H6LQ9448.io.uebelacker.AppAttestExample",
            client_data_hash: Sha256::digest(b"de5e0359-84f7-4dd7-a98d-5363e9415fb1").to_vec(),
            at: 1_707_400_000,
            production: Ok(()),
        },
        Vector {
            name: "ios-17-development.cbor",
            app: "V8H6LQ9448.io.uebelacker.AppAttestExample",
            client_data_hash: Sha256::digest(b"6f46aaeb-3989-45db-8c24-6cc88a76e789").to_vec(),
            at: 1_707_100_000,
            production: Err(AppleError::DevelopmentEnvironment),
        },
    ]
}

fn apples(app: &str, development: bool) -> Trust {
    let mut trust = Trust::new(development);
    let root = fixture("Apple_App_Attestation_Root_CA.pem");
    trust.add_root(&root).unwrap();
    trust.add_app(app).unwrap();
    assert!(!trust.is_specimen());
    trust
}

#[test]
fn objects_from_elsewhere_are_read_as_they_are_meant() {
    for vector in vectors() {
        let object = fixture(vector.name);
        let check = |development| {
            let trust = apples(vector.app, development);
            let at = Moment::from_unix_seconds(vector.at);
            verify(&object, &vector.client_data_hash, &trust, at)
        };
        let production = check(false).map(|_| ());
        assert_eq!(production, vector.production, "{}", vector.name);
        let vouched = check(true).unwrap();
        assert_eq!(vouched.protection, KeyProtection::Hardware);
        assert_eq!(vouched.app, AppId::apple(vector.app).unwrap());
    }
}

#[test]
fn their_challenge_app_time_and_root_are_checked() {
    for vector in vectors() {
        let object = fixture(vector.name);
        let trust = apples(vector.app, true);
        let at = Moment::from_unix_seconds(vector.at);
        let refused =
            |hash: &[u8], trust: &Trust, at| verify(&object, hash, trust, at).unwrap_err();
        let hash = &vector.client_data_hash;
        assert_eq!(refused(&[0; 32], &trust, at), AppleError::Nonce);
        let other = apples("V8H6LQ9448.io.uebelacker.Other", true);
        assert_eq!(refused(hash, &other, at), AppleError::App);
        // The leaf of a year ago at most, the intermediate until 2030, the root until 2045.
        for (seconds, check) in [
            (1_600_000_000, AppleError::LeafValidity),
            (1_893_000_000, AppleError::LeafValidity),
            (1_900_000_000, AppleError::IntermediateValidity),
            (2_400_000_000, AppleError::RootValidity),
        ] {
            let at = Moment::from_unix_seconds(seconds);
            assert_eq!(
                refused(hash, &trust, at),
                check,
                "{} {seconds}",
                vector.name
            );
        }
    }
}

/// Every byte of what is signed or hashed counts: no object with one bit changed outside of the
/// receipt is taken.
#[test]
fn no_bit_of_a_real_object_can_be_changed() {
    let vector = &vectors()[0];
    let object = fixture(vector.name);
    let trust = apples(vector.app, true);
    let at = Moment::from_unix_seconds(vector.at);
    let receipt = object.windows(7).position(|w| w == b"receipt").unwrap();
    let data = object.windows(8).position(|w| w == b"authData").unwrap();
    let places = (0..receipt + 10).chain(data - 1..object.len());
    // A step that meets every part of the object, and each bit of a byte in turn.
    for place in places.step_by(7) {
        let mut changed = object.clone();
        changed[place] ^= 1 << (place % 8);
        let refused = verify(&changed, &vector.client_data_hash, &trust, at);
        assert!(refused.is_err(), "byte {place}");
    }
}
