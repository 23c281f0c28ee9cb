//! Status roots and proofs.

use humanseal_wallet_link::{IssuedRoot, Refusal, prepare};
use humanseal_zk_credentials::{
    eddsa::IssuerId, exchange::Base64, field::FieldElement, status_list::StatusRoot,
};

use crate::fixture::{at, root};
use crate::toy::{Case, answer, case, inputs, proof};

#[test]
fn root_unknown() {
    let other = FieldElement::from(9);
    assert_eq!(
        case().with_input(3, other).check(),
        Err(Refusal::RootUnknown)
    );
    // Named by the request, never seen by the verifier.
    assert_eq!(
        Case {
            roots: vec![],
            ..case()
        }
        .check(),
        Err(Refusal::RootUnknown)
    );
    // Known, not named: the request names only newer ones.
    let older = IssuedRoot {
        root: StatusRoot(other),
        ..root()
    };
    let known = Case {
        roots: vec![root(), older],
        ..case()
    };
    assert_eq!(
        known.with_input(3, other).check(),
        Err(Refusal::RootUnknown)
    );
    // Of another issuer.
    let foreign = IssuedRoot {
        issuer: IssuerId(FieldElement::from(9)),
        ..root()
    };
    assert_eq!(
        Case {
            roots: vec![foreign],
            ..case()
        }
        .check(),
        Err(Refusal::RootUnknown)
    );
}

#[test]
fn root_stale() {
    let issued = |seconds: i64| {
        vec![IssuedRoot {
            issued_at: at(seconds),
            ..root()
        }]
    };
    let window = 72 * 3600;
    assert_eq!(
        Case {
            roots: issued(10 - window),
            ..case()
        }
        .check(),
        Ok(())
    );
    assert_eq!(
        Case {
            roots: issued(9 - window),
            ..case()
        }
        .check(),
        Err(Refusal::RootStale)
    );
    // The request's own word about the issue time changes nothing.
    let mut claimed = Case {
        roots: issued(9 - window),
        ..case()
    };
    claimed.request.roots[0].issued_at = at(0);
    claimed.presentation = answer(&claimed.request, inputs(&claimed.request), None);
    assert_eq!(claimed.check(), Err(Refusal::RootStale));
}

#[test]
fn proof_malformed() {
    let honest = case().presentation.proof.into_bytes();
    let with = |bytes: Vec<u8>| {
        let mut case = case();
        case.presentation.proof = Base64::new(bytes).unwrap();
        case.check()
    };
    for length in [0, 127, 129, 256] {
        let mut bytes = honest.clone();
        bytes.resize(length, 0);
        assert_eq!(with(bytes), Err(Refusal::ProofMalformed), "{length} bytes");
    }
    assert_eq!(with(vec![0; 128]), Err(Refusal::ProofMalformed));
    assert_eq!(with(vec![0xff; 128]), Err(Refusal::ProofMalformed));
    let mut infinity = honest.clone();
    infinity[..32].fill(0);
    infinity[31] = 0x40;
    assert_eq!(
        with(infinity),
        Err(Refusal::ProofMalformed),
        "A at infinity"
    );
    // B with x = 1, which is on the twist; nearly all of its points lie outside the subgroup.
    let mut outside = honest.clone();
    outside[32..96].fill(0);
    outside[32] = 1;
    assert_eq!(with(outside), Err(Refusal::ProofMalformed), "subgroup");
}

/// The field modulus of BN254 (EIP-197), little-endian.
const MODULUS: [u8; 32] = [
    0x47, 0xfd, 0x7c, 0xd8, 0x16, 0x8c, 0x20, 0x3c, 0x8d, 0xca, 0x71, 0x68, 0x91, 0x6a, 0x81, 0x97,
    0x5d, 0x58, 0x81, 0x81, 0xb6, 0x45, 0x50, 0xb8, 0x29, 0xa0, 0x31, 0xe1, 0x72, 0x4e, 0x64, 0x30,
];

/// x + p in place of A's x: bytes that would be read as the same point and written differently.
#[test]
fn a_second_spelling_of_a_proof_is_refused() {
    let public = inputs(&case().request);
    // The sum must leave the two flag bits free, which it does for one proof in three.
    let (mut bytes, spelled) = (0..64)
        .find_map(|_| {
            let bytes = proof(&public);
            let mut sum = [0u8; 32];
            let mut carry = 0;
            for (place, digit) in sum.iter_mut().enumerate() {
                let own = if place == 31 {
                    bytes[31] & 0x3f
                } else {
                    bytes[place]
                };
                let total = u16::from(own) + u16::from(MODULUS[place]) + carry;
                *digit = total.to_le_bytes()[0];
                carry = total >> 8;
            }
            (sum[31] & 0xc0 == 0).then_some((bytes, sum))
        })
        .unwrap();
    let mut case = case();
    case.presentation.proof = Base64::new(bytes.clone()).unwrap();
    assert_eq!(case.check(), Ok(()));
    let flags = bytes[31] & 0xc0;
    bytes[..32].copy_from_slice(&spelled);
    bytes[31] |= flags;
    case.presentation.proof = Base64::new(bytes).unwrap();
    assert_eq!(case.check(), Err(Refusal::ProofMalformed));
}

#[test]
fn proof_invalid() {
    let mut other = case();
    let mut public = inputs(&other.request);
    public[0] = FieldElement::from(6);
    other.presentation.proof = Base64::new(proof(&public)).unwrap();
    assert_eq!(
        other.check(),
        Err(Refusal::ProofInvalid),
        "a proof for another nullifier"
    );
    // A batch prepares such a proof and leaves the last check to the equation.
    assert!(prepare(&other.request, &other.presentation, &other.context()).is_ok());
}
