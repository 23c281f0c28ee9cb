//! One made-up true statement of each circuit, the same at every run: what a tool proves that
//! checks circuits, keys and file formats. Its secrets are in this file, so it says nothing about
//! anybody.

use std::fmt::Debug;

use ark_bn254::Fr;
use zeroize::Zeroizing;

use crate::calendar::{Date, Day, Today};
use crate::circuit::system::Assigner;
use crate::circuit::{Circuit, enrol, present};
use crate::credential::{Credential, SignedCredential};
use crate::eddsa::IssuerSecretKey;
use crate::enrolment::EnrolWitness;
use crate::field::FieldElement;
use crate::holder::{HolderSecret, Scope, Slot};
use crate::nationality::Nationality;
use crate::policy::{Excluded, Policy};
use crate::presentation::PresentWitness;
use crate::status_list::StatusList;
use crate::template::{Blinding, ModelId, Tau, Template};

/// A statement as a proof system takes it.
pub struct Statement {
    /// The one, the public inputs, the private wires.
    pub assignment: Zeroizing<Vec<Fr>>,
    /// The public inputs, in the order of the protocol.
    pub public: Vec<Fr>,
}

/// The specimen statement of a circuit.
pub fn statement(circuit: Circuit) -> Statement {
    let mut system = Assigner::new();
    let public = match circuit {
        Circuit::Enrol => {
            let witness = enrol_witness();
            enrol::synthesize(&mut system, Some(&witness));
            witness.public().to_vec()
        }
        Circuit::Present => {
            let witness = present_witness();
            present::synthesize(&mut system, Some(&witness));
            witness.public().to_array().to_vec()
        }
    };
    Statement {
        assignment: system.into_wires(),
        public,
    }
}

/// A value that cannot fail, since everything that it is made from stands in this file.
fn fixed<T, E: Debug>(made: Result<T, E>) -> T {
    made.unwrap_or_else(|error| unreachable!("a test proves the specimen: {error:?}"))
}

/// 32 bytes that end in this one.
fn number(last: u8) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[31] = last;
    bytes
}

fn secret() -> HolderSecret {
    fixed(HolderSecret::from_bytes(&number(1)))
}

fn model() -> ModelId {
    ModelId::of_sha256([4; 32])
}

/// Two waves a little out of phase, at a threshold of 0.5.
pub fn enrol_witness() -> EnrolWitness {
    let wave = |phase: f32| -> Template {
        let values: Vec<f32> = (0..512u16)
            .map(|i| (f32::from(i) * 0.37 + phase).sin())
            .collect();
        fixed(Template::quantise(&values))
    };
    EnrolWitness {
        secret: secret(),
        portrait: wave(0.0),
        portrait_blinding: fixed(Blinding::from_bytes(&number(2))),
        live: wave(0.5),
        live_blinding: fixed(Blinding::from_bytes(&number(3))),
        tau: fixed(Tau::new(500)),
        model: model(),
        context: FieldElement::from(5),
    }
}

/// A holder born on 12 August 1974, in the second of two places, asked for everything at once.
pub fn present_witness() -> PresentWitness {
    let enrolled = enrol_witness();
    let credential = Credential {
        holder_key: enrolled.secret.holder_key(),
        template: enrolled
            .portrait
            .commit(enrolled.model, &enrolled.portrait_blinding),
        birthdate: fixed(Date::new(1974, 8, 12)),
        nationality: Nationality::OTHER,
        document: fixed(2u8.try_into()),
        device: fixed(2u8.try_into()),
        unique: fixed(2u8.try_into()),
        established_on: Day(20_000),
        verified_on: Day(20_600),
        expires_on: Day(21_000),
        status_index: fixed(100_000u32.try_into()),
    };
    let mut list = StatusList::new();
    for revoked in [0u32, 99_999, 100_001] {
        list.set(fixed(revoked.try_into()), true);
    }
    let issuer = IssuerSecretKey::from_seed([6; 32]);
    PresentWitness {
        path: list.path(credential.status_index),
        signed: SignedCredential {
            signature: issuer.sign(credential.message()),
            issuer: issuer.public(),
            credential,
        },
        secret: secret(),
        slot: Slot(1),
        scope: Scope::new("network.example", "provider", 0),
        binding: FieldElement::from(7),
        today: Today::from_day(Day(20_700)),
        policy: Policy {
            min_age: 18,
            min_document: 2,
            min_device: 2,
            min_unique: 2,
            max_slots: 2,
            max_verified_days: 120,
            min_established_days: 90,
        },
        excluded: Excluded::of([fixed(Nationality::new(1))]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::shape;

    #[test]
    fn the_specimens_are_true_statements() {
        assert_eq!(enrol_witness().check(), Ok(()));
        assert_eq!(present_witness().check(), Ok(()));
        for circuit in Circuit::ALL {
            let matrices = shape(circuit);
            let Statement { assignment, public } = statement(circuit);
            assert!(matrices.unsatisfied(&assignment).is_empty());
            assert_eq!(assignment[1..=matrices.public_inputs], public[..]);
        }
    }
}
