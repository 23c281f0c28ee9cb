#![allow(clippy::unwrap_used)]

use ark_bn254::Fr;

use super::*;
use crate::calendar::{Date, Day, Today};
use crate::circuit::corruption::{self, Corruption, Edit};
use crate::circuit::system::Assigner;
use crate::circuit::{Circuit, shape};
use crate::credential::{Credential, SignedCredential};
use crate::eddsa::IssuerSecretKey;
use crate::entropy::OsEntropy;
use crate::holder::{HolderSecret, Scope, Slot};
use crate::policy::{Excluded, Policy};
use crate::status_list::StatusList;

fn assign(witness: &PresentWitness) -> Vec<Fr> {
    let mut assigner = Assigner::new();
    synthesize(&mut assigner, Some(witness));
    assigner.into_wires().to_vec()
}

/// Somebody born on 12 August 1974 with a valid credential, asked for everything at once.
fn honest() -> PresentWitness {
    with(|_| {}, 100_000)
}

fn with(change: impl Fn(&mut Credential), status_index: u32) -> PresentWitness {
    let issuer = IssuerSecretKey::from_seed([9; 32]);
    let secret = HolderSecret::generate(&mut OsEntropy);
    let mut credential = Credential {
        holder_key: secret.holder_key(),
        template: crate::template::TemplateCommitment(77u64.into()),
        birthdate: Date::new(1974, 8, 12).unwrap(),
        nationality: crate::nationality::Nationality::from_alpha3("NLD"),
        document: 2u8.try_into().unwrap(),
        device: 2u8.try_into().unwrap(),
        unique: 2u8.try_into().unwrap(),
        established_on: Day(20_000),
        verified_on: Day(20_600),
        expires_on: Day(21_000),
        status_index: status_index.try_into().unwrap(),
    };
    change(&mut credential);
    let mut list = StatusList::new();
    for other in [0, 1, 246, 247, 249, 99_999, 100_001] {
        if other != status_index {
            list.set(other.try_into().unwrap(), true);
        }
    }
    let path = list.path(credential.status_index);
    let signature = issuer.sign(credential.message());
    PresentWitness {
        signed: SignedCredential {
            credential,
            issuer: issuer.public(),
            signature,
        },
        path,
        secret,
        slot: Slot(1),
        scope: Scope::new("network.example", "register", 0),
        binding: 123u64.into(),
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
        excluded: Excluded::of([crate::nationality::Nationality::OTHER]),
    }
}

#[test]
fn an_honest_witness_satisfies_every_rule() {
    let witness = honest();
    assert_eq!(witness.check(), Ok(()));
    let matrices = shape(Circuit::Present);
    assert_eq!(
        corruption::broken(matrices, &assign(&witness)),
        Default::default()
    );
}

#[test]
fn it_fits_the_domain_of_two_to_the_thirteen() {
    let matrices = shape(Circuit::Present);
    assert_eq!(matrices.public_inputs, 8);
    assert_eq!(matrices.domain_size(), 1 << 13);
    let mut parts = std::collections::BTreeMap::<&str, usize>::new();
    for rule in &matrices.rules {
        *parts.entry(rule.split('/').next().unwrap()).or_default() += 1;
    }
    let counted: Vec<_> = parts.into_iter().collect();
    let pinned = [
        ("binding", 1),
        ("credential", 93),
        ("demand", 86),
        ("holder", 237),
        ("message", 501),
        ("nationality", 341),
        ("place", 311),
        ("policy", 61),
        ("signature", 3398),
        ("status", 2768),
        ("today", 42),
    ];
    assert_eq!((matrices.constraints(), counted), (7839, pinned.to_vec()));
}

#[test]
fn edge_indices_have_their_bit_read() {
    let matrices = shape(Circuit::Present);
    for index in [0, 247, 248, crate::status_list::STATUS_BITS - 1] {
        let witness = with(|_| {}, index);
        assert_eq!(witness.check(), Ok(()), "{index}");
        assert_eq!(
            corruption::broken(matrices, &assign(&witness)),
            Default::default(),
            "{index}"
        );
        let mut list = StatusList::new();
        list.set(index.try_into().unwrap(), true);
        let revoked = PresentWitness {
            path: list.path(index.try_into().unwrap()),
            ..witness
        };
        assert_eq!(revoked.check(), Err(PresentError::Revoked));
        let broken = corruption::broken(matrices, &assign(&revoked));
        assert_eq!(broken, ["status/not-revoked"].into(), "{index}");
    }
}
