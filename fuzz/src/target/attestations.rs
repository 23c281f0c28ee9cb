//! Android's attestations: chains of certificates, and what the hardware says in the leaf.

use std::collections::BTreeSet;

use humanseal_attestation::android::specimen::{Attestation, Description, Maker};
use humanseal_attestation::android::{
    AndroidError, EXTENSION, LeafKey, PatchLevel, RevocationList, SecurityLevel, Trust, verify,
};
use humanseal_attestation::{AppId, Vouched};
use humanseal_documents::specimen::raw_extension;
use humanseal_documents::x509::Certificate;
use humanseal_documents::{Date, Fingerprint, Moment};

use super::{Case, Reached, Target, fixture};
use crate::bounds::Bounds;
use crate::secret::{SECRET, assert_silent};
use crate::structure::{Structure, inside};

/// Real chains that verify: file, day, challenge.
const REAL: [(&str, u32, &[u8]); 4] = [
    (
        "strongbox-2026-root",
        20260223,
        b"90578e1d-f5bf-4ccf-a27f-a4f4d89ee21f",
    ),
    (
        "tee-2026-root",
        20260223,
        b"6417f92c-daef-4cc1-8828-5bb39338ffd5",
    ),
    (
        "strongbox",
        20250927,
        b"7ccac1ea-4845-482e-858d-f6fa9aa8c295",
    ),
    ("tee", 20250927, b"d688d763-6118-4ca6-94b2-e6cd9ed7e4e4"),
];
const REAL_PACKAGE: &str = "com.google.android.attestation";
const REAL_SIGNER: &str = "103938ee4537e59e8ee792f654504fb8346fc6b346d0bbc4415fc339fcfc8ec1";

/// What specimens say.
const PACKAGE: &str = "com.example.seal";
const SPECIMEN_CHALLENGE: [u8; 32] = [0xc4; 32];

/// A chain that verifies.
struct Genuine {
    at: Moment,
    challenge: Vec<u8>,
    leaf: Vec<u8>,
    verified: (Vouched, LeafKey),
}

/// A changed chain verifies only if the signed part of its leaf is a genuine one of the same challenge,
/// byte for byte, and every signed part above it is that of some genuine certificate. A changed content that the
/// phone signs verifies only for an app that it says, under the same key.
pub(super) fn target() -> Target {
    let trust = trust();
    let mut seeds = Vec::new();
    let mut genuine = Vec::new();
    let mut signed = BTreeSet::new();
    let real = REAL.map(|(file, day, challenge)| (real(file), moment(day), challenge));
    let specimens = [SecurityLevel::TrustedEnvironment, SecurityLevel::StrongBox]
        .map(|level| (chain(&specimen(level)), moment(20_300_101)));
    let specimens = specimens.map(|(chain, at)| (chain, at, &SPECIMEN_CHALLENGE[..]));
    for (chain, at, challenge) in real.into_iter().chain(specimens) {
        signed.extend(chain.iter().map(|der| inside(der)[0].to_vec()));
        let verified = judge(&chain, challenge, &trust, at);
        genuine.push(Genuine {
            at,
            challenge: challenge.to_vec(),
            leaf: inside(&chain[0])[0].to_vec(),
            verified: verified.unwrap_or_else(|error| panic!("{error}")),
        });
        seeds.push(sequence(&chain));
    }
    let chains = seeds.len();
    for level in [SecurityLevel::TrustedEnvironment, SecurityLevel::StrongBox] {
        seeds.push(content(&specimen(level)));
    }
    let properties = move |case: &Case<'_>| match case.seed < chains {
        true => check_chain(&genuine, &signed, &trust, case),
        // In the order in which they were added, specimens last.
        false => check_content(&genuine[case.seed - 2], case, &trust),
    };
    Target::new(
        "attestations",
        Structure::Der,
        Bounds::mebibytes(4),
        seeds,
        properties,
    )
}

fn check_chain(
    genuine: &[Genuine],
    signed: &BTreeSet<Vec<u8>>,
    trust: &Trust,
    case: &Case<'_>,
) -> Reached {
    let chain: Vec<Vec<u8>> = inside(case.bytes).into_iter().map(<[u8]>::to_vec).collect();
    let Genuine { at, challenge, .. } = &genuine[case.seed];
    let judged = judge(&chain, challenge, trust, *at);
    if let Ok((vouched, key)) = &judged {
        // The specimens answer one challenge, so an exchange may bring in the other one's leaf.
        let leaf = inside(&chain[0])[0];
        let of_leaf = |known: &&Genuine| known.leaf == leaf && known.challenge == *challenge;
        let whole = genuine.iter().find(of_leaf);
        let Some(Genuine { verified, .. }) = whole else {
            panic!("the leaf was changed");
        };
        assert_eq!((&vouched.app, key), (&verified.0.app, &verified.1));
        // They have one key too, so the certificate above it of either may stand there.
        assert!(vouched.protection <= verified.0.protection);
        for certificate in &chain {
            let part = inside(certificate)[0];
            assert!(signed.contains(part), "a signed part was changed");
        }
    }
    reached(judged)
}

fn check_content(genuine: &Genuine, case: &Case<'_>, trust: &Trust) -> Reached {
    let level = match case.seed % 2 {
        0 => SecurityLevel::TrustedEnvironment,
        _ => SecurityLevel::StrongBox,
    };
    let mut attestation = specimen(level);
    attestation.description = None;
    let Ok(extension) = raw_extension(EXTENSION, false, case.bytes) else {
        return Reached::Refused;
    };
    attestation.links[0].certificate.extensions.push(extension);
    let judged = judge(&chain(&attestation), &genuine.challenge, trust, genuine.at);
    if let Ok((vouched, key)) = &judged {
        assert!(says(case.bytes, &vouched.app), "an app that is not in it");
        // What a phone says may be less than it is, not more.
        assert!(vouched.protection <= genuine.verified.0.protection);
        assert_eq!(*key, genuine.verified.1);
    }
    reached(judged)
}

/// Whether the content names this app and the certificate that signs it. Both may have come from a
/// real attestation by an exchange: a phone that says another listed app vouches for that one.
fn says(content: &[u8], app: &AppId) -> bool {
    let stands = |part: &[u8]| content.windows(part.len()).any(|window| window == part);
    apps().into_iter().any(|(package, signer)| {
        let signer = hex::decode(signer.to_string()).unwrap_or_else(|error| panic!("{error}"));
        *app == android(package) && stands(package.as_bytes()) && stands(&signer)
    })
}

fn reached(judged: Result<(Vouched, LeafKey), AndroidError>) -> Reached {
    use AndroidError as E;
    match judged {
        Ok(_) => Reached::Verified,
        Err(error) => {
            assert_silent(&error);
            match error {
                E::ChainLength | E::Certificate | E::Description => Reached::Refused,
                _ => Reached::Decoded,
            }
        }
    }
}

fn judge(
    chain: &[Vec<u8>],
    challenge: &[u8],
    trust: &Trust,
    at: Moment,
) -> Result<(Vouched, LeafKey), AndroidError> {
    let list = RevocationList::parse(br#"{"entries":{}}"#, at);
    let list = list.unwrap_or_else(|error| panic!("{error}"));
    let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
    verify(&chain, challenge, trust, Some(&list), at)
}

fn trust() -> Trust {
    let level = PatchLevel::from_yyyymm(202_501).unwrap_or_else(|| unreachable!("it is a month"));
    let mut trust = Trust::new(level);
    let maker = maker().root_der().unwrap_or_else(|error| panic!("{error}"));
    let roots = ["rsa-4096-2022", "p-384-2025"]
        .map(|name| fixture(&format!("vectors/android-attestation/roots/{name}.pem")));
    for root in roots.iter().chain([&maker]) {
        trust
            .add_root(root)
            .unwrap_or_else(|error| panic!("{error}"));
    }
    for (package, signer) in apps() {
        trust
            .add_app(android(package), signer)
            .unwrap_or_else(|error| panic!("{error}"));
    }
    trust
}

/// The listed apps.
fn apps() -> [(&'static str, Fingerprint); 2] {
    let real = Fingerprint::from_hex(REAL_SIGNER).unwrap_or_else(|| unreachable!("64 digits"));
    [(REAL_PACKAGE, real), (PACKAGE, signer())]
}

fn android(package: &str) -> AppId {
    AppId::android(package).unwrap_or_else(|error| panic!("{error}"))
}

fn maker() -> Maker {
    Maker::insecure().unwrap_or_else(|error| panic!("{error}"))
}

fn signer() -> Fingerprint {
    Fingerprint::of(SECRET.as_bytes())
}

/// A phone whose unique id is the planted secret.
fn specimen(level: SecurityLevel) -> Attestation {
    let month = PatchLevel::from_yyyymm(202_901).unwrap_or_else(|| unreachable!("it is a month"));
    let description = Description::genuine(level, month, &SPECIMEN_CHALLENGE, PACKAGE, signer());
    let mut description = description.unwrap_or_else(|error| panic!("{error}"));
    description.unique_id = SECRET.into();
    let attestation = maker().attestation(&[1; 32], description);
    attestation.unwrap_or_else(|error| panic!("{error}"))
}

fn chain(attestation: &Attestation) -> Vec<Vec<u8>> {
    attestation
        .chain()
        .unwrap_or_else(|error| panic!("{error}"))
}

fn content(attestation: &Attestation) -> Vec<u8> {
    let leaf = Certificate::from_der(&chain(attestation)[0]);
    let leaf = leaf.unwrap_or_else(|error| panic!("{error}"));
    let content = leaf.extension(EXTENSION).map(<[u8]>::to_vec);
    content.unwrap_or_else(|| panic!("a specimen has no extension"))
}

/// The certificates of a file in PEM.
fn real(name: &str) -> Vec<Vec<u8>> {
    let text = fixture(&format!("vectors/android-attestation/{name}.pem"));
    let text = String::from_utf8(text).unwrap_or_else(|error| panic!("{error}"));
    text.split_inclusive("-----END CERTIFICATE-----\n")
        .map(|pem| {
            let read = Certificate::from_der_or_pem(pem.as_bytes());
            read.unwrap_or_else(|error| panic!("{error}"))
                .der()
                .to_vec()
        })
        .collect()
}

/// One DER object that holds the certificates, so that edits find their parts.
fn sequence(certificates: &[Vec<u8>]) -> Vec<u8> {
    let body = certificates.concat();
    let length = body.len().to_be_bytes();
    [&[0x30, 0x83][..], &length[5..], &body].concat()
}

fn moment(yyyymmdd: u32) -> Moment {
    let date = Date::from_yyyymmdd(yyyymmdd).unwrap_or_else(|| unreachable!("it is a date"));
    Moment::start_of(date)
}
