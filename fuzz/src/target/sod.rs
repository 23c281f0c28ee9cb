//! EF.SOD: read, and verified against the document's data groups and authority.

use humanseal_documents::{Fingerprint, Sod, TrustStore, authenticate, examine};

use super::world::{Document, documents, moment};
use super::{Case, Reached, Target, contains};
use crate::bounds::Bounds;
use crate::secret::{assert_hidden, assert_silent};
use crate::structure::{Structure, body, inside};

/// A document and what no change of its EF.SOD may touch.
struct Genuine {
    document: Document,
    trust: TrustStore,
    signed: Vec<Vec<u8>>,
    signer: Option<Fingerprint>,
}

/// A changed EF.SOD verifies only if each of its signed parts still stands in it byte for byte:
/// the security object's content, the signed attributes, the signature, and the signed part of
/// the signer's certificate. What may change is what nothing signs, such as the spelling of the
/// outermost length, unused certificates and unsigned attributes.
pub(super) fn target() -> Target {
    let genuine: Vec<Genuine> = documents()
        .into_iter()
        .map(|document| {
            let trust = document.trust();
            let sod = Sod::parse(&document.sod).unwrap_or_else(|error| panic!("{error}"));
            let known = authenticate(&sod, &document.groups(), &trust, moment());
            Genuine {
                signed: signed_parts(&document.sod),
                signer: known.ok().map(|known| known.signer),
                trust,
                document,
            }
        })
        .collect();
    let verified = genuine.iter().filter(|genuine| genuine.signer.is_some());
    // Two of OpenSSL's use curves that are refused.
    assert_eq!(verified.count() + 2, genuine.len());
    let seeds = genuine.iter().map(|g| g.document.sod.clone()).collect();
    let properties = move |case: &Case<'_>| check(&genuine[case.seed], case);
    Target::new(
        "sod",
        Structure::Der,
        Bounds::mebibytes(8),
        seeds,
        properties,
    )
}

fn check(genuine: &Genuine, case: &Case<'_>) -> Reached {
    let sod = match Sod::parse(case.bytes) {
        Ok(sod) => sod,
        Err(error) => {
            assert_silent(&error);
            return Reached::Refused;
        }
    };
    let groups = genuine.document.groups();
    // Every check that can run; seldom, since it runs all signatures.
    if case.bytes.iter().fold(0_u8, |sum, b| sum.wrapping_add(*b)) % 8 == 0 {
        let _ = examine(&sod, &groups, &genuine.trust, moment());
    }
    match authenticate(&sod, &groups, &genuine.trust, moment()) {
        Ok(known) => {
            for part in &genuine.signed {
                assert!(contains(case.bytes, part), "a signed part was changed");
            }
            assert_eq!(Some(known.signer), genuine.signer);
            assert_hidden(&known);
            Reached::Verified
        }
        Err(error) => {
            assert_silent(&error);
            Reached::Decoded
        }
    }
}

/// The parts of a genuine EF.SOD that a signature covers, and the signatures of the signer.
fn signed_parts(file: &[u8]) -> Vec<Vec<u8>> {
    // 77 { ContentInfo { type, [0] { SignedData } } }
    let info = inside(file)[0];
    let signed_data = inside(inside(info)[1])[0];
    // version, digests, content, [0] certificates, …, signers
    let parts = inside(signed_data);
    let content = inside(inside(parts[2])[1])[0];
    let certificate = inside(parts[3])[0];
    let signers = parts[parts.len() - 1];
    let signer = inside(inside(signers)[0]);
    let attributes = signer.iter().find(|part| part[0] == 0xa0);
    let signature = signer.iter().rfind(|part| part[0] == 0x04);
    let mut signed = vec![body(content).to_vec(), inside(certificate)[0].to_vec()];
    for part in [attributes, signature] {
        let part = part.unwrap_or_else(|| panic!("a fixture has no signed attributes"));
        signed.push(body(part).to_vec());
    }
    signed
}
