//! Apple's attestation objects: CBOR around certificates and authenticator data.

use humanseal_attestation::apple::specimen::{Distribution, attest, root};
use humanseal_attestation::apple::{AppleError, Trust, verify};
use humanseal_documents::Moment;

use super::{Case, Reached, Target, fixture};
use crate::bounds::Bounds;
use crate::secret::assert_silent;
use crate::structure::Structure;

/// Real objects: file, App ID, client data hash, seconds.
const REAL: [(&str, &str, &[u8], u64); 2] = [
    (
        "guide-2024",
        "0352187391.com.apple.example_app_attest",
        b"test_server_challenge",
        1_713_441_600,
    ),
    (
        "guide-2026",
        "1234567890.com.example.myapp",
        b"example_server_challenge",
        1_776_800_000,
    ),
];

/// What specimens say.
const APP_ID: &str = "ABCDE12345.com.example.seal";
/// Two, so that neither specimen is the answer to the other's.
const CHALLENGES: [[u8; 32]; 2] = [[0xc4; 32], [0xc5; 32]];
const SPECIMEN_AT: u64 = 1_900_000_000;

/// An object that verifies, with everything in it that is signed or hashed.
struct Genuine {
    app: &'static str,
    challenge: Vec<u8>,
    at: Moment,
    /// From the first certificate to the receipt's name, and the authenticator data.
    bound: [Vec<u8>; 2],
}

/// A changed object verifies only if certificates and authenticator data stand in it byte for byte,
/// and then for the same app.
pub(super) fn target() -> Target {
    let trust = trust();
    let real = REAL.map(|(file, app, challenge, at)| {
        let object = fixture(&format!("vectors/apple-appattest/{file}.cbor"));
        (object, app, challenge, at)
    });
    let specimens = [
        (&CHALLENGES[0], Distribution::Unstated),
        (&CHALLENGES[1], Distribution::AppStore),
    ];
    let specimens = specimens.map(|(challenge, distribution)| {
        let at = Moment::from_unix_seconds(SPECIMEN_AT);
        let object = attest(APP_ID, challenge, false, distribution, &[1; 32], at);
        let object = object.unwrap_or_else(|error| panic!("{error}"));
        (object, APP_ID, &challenge[..], SPECIMEN_AT)
    });
    let mut seeds = Vec::new();
    let mut genuine = Vec::new();
    for (object, app, challenge, at) in real.into_iter().chain(specimens) {
        genuine.push(Genuine {
            app,
            challenge: challenge.to_vec(),
            at: Moment::from_unix_seconds(at),
            bound: bound(&object),
        });
        seeds.push(object);
    }
    let properties = move |case: &Case<'_>| {
        let genuine = &genuine[case.seed];
        match verify(case.bytes, &genuine.challenge, &trust, genuine.at) {
            Ok(vouched) => {
                assert_eq!(vouched.app.as_str(), format!("apple:{}", genuine.app));
                for part in &genuine.bound {
                    let stands = case.bytes.windows(part.len()).any(|window| window == part);
                    assert!(stands, "what is signed was changed");
                }
                Reached::Verified
            }
            Err(error) => {
                assert_silent(&error);
                match error {
                    AppleError::Object | AppleError::Certificate => Reached::Refused,
                    _ => Reached::Decoded,
                }
            }
        }
    };
    Target::new(
        "apple",
        Structure::Cbor,
        Bounds::mebibytes(4),
        seeds,
        properties,
    )
}

/// The certificates, each with its head, and the authenticator data.
fn bound(object: &[u8]) -> [Vec<u8>; 2] {
    let after = |name: &[u8]| {
        let place = object.windows(name.len()).position(|window| window == name);
        place.unwrap_or_else(|| panic!("a member is missing")) + name.len()
    };
    // Behind `x5c` stands the head of a list of two.
    let receipt = after(b"receipt") - b"receipt".len() - 1;
    let chain = object[after(b"x5c") + 1..receipt].to_vec();
    // Behind `authData` stands a head of two bytes.
    let data = object[after(b"authData") + 2..].to_vec();
    [chain, data]
}

fn trust() -> Trust {
    // Apple's sample of 2026 says that it is a part of the system, which only development takes.
    let mut trust = Trust::new(true);
    let apples = fixture("vectors/apple-appattest/Apple_App_Attestation_Root_CA.pem");
    let specimen = root().unwrap_or_else(|error| panic!("{error}"));
    for root in [apples, specimen] {
        trust
            .add_root(&root)
            .unwrap_or_else(|error| panic!("{error}"));
    }
    for (_, app, ..) in REAL {
        trust.add_app(app).unwrap_or_else(|error| panic!("{error}"));
    }
    trust
        .add_app(APP_ID)
        .unwrap_or_else(|error| panic!("{error}"));
    trust
}
