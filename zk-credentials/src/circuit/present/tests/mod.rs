//! Circuit `present` against its concrete twin and against those who cheat.

#![allow(clippy::unwrap_used)]

mod corruption;
mod issuer;
mod property;

use std::collections::BTreeMap;

use ark_bn254::Fr;

use self::issuer::Issuer;
use super::{PresentPublic, PresentWitness, synthesize};
use crate::calendar::{Date, Day, Today};
use crate::circuit::corruption::{CHANGES, boolean_wires, broken, unbound};
use crate::circuit::system::Assigner;
use crate::circuit::tangent::{Tangent, tangent};
use crate::circuit::{Circuit, shape};
use crate::credential::{Credential, SignedCredential};
use crate::holder::{HolderSecret, Scope, Slot};
use crate::nationality::Nationality;
use crate::policy::{Excluded, Policy};
use crate::status_list::{STATUS_BITS, StatusList};
use crate::template::TemplateCommitment;

/// The circuit as the corruption tables take it.
fn circuit(system: &mut Assigner, witness: &PresentWitness) {
    synthesize(system, Some(witness));
}

fn assignment(witness: &PresentWitness) -> Vec<Fr> {
    let mut system = Assigner::new();
    circuit(&mut system, witness);
    system.into_wires().to_vec()
}

fn broken_by(witness: &PresentWitness) -> Vec<&'static str> {
    broken(shape(Circuit::Present), &assignment(witness))
        .into_iter()
        .collect()
}

/// Names of the rules that a true statement breaks: none.
const NOTHING: [&str; 0] = [];

/// Somebody born on 12 August 1974 with a valid credential, asked for everything at once.
fn base() -> PresentWitness {
    signed(|_| {})
}

/// The base statement with another credential, properly signed.
fn signed(change: impl FnOnce(&mut Credential)) -> PresentWitness {
    let secret = HolderSecret::from_bytes(&[3; 32]).unwrap();
    let mut credential = Credential {
        holder_key: secret.holder_key(),
        template: TemplateCommitment(77u64.into()),
        birthdate: Date::new(1974, 8, 12).unwrap(),
        nationality: Nationality::new(156).unwrap(),
        document: 2u8.try_into().unwrap(),
        device: 2u8.try_into().unwrap(),
        unique: 2u8.try_into().unwrap(),
        established_on: Day(20_000),
        verified_on: Day(20_600),
        expires_on: Day(21_000),
        status_index: 100_000.try_into().unwrap(),
    };
    change(&mut credential);
    let mut list = StatusList::new();
    let own = credential.status_index.get();
    let others = [own.wrapping_sub(1), own + 1, 0, 247, 248, STATUS_BITS - 1];
    for other in others
        .into_iter()
        .filter(|other| *other < STATUS_BITS && *other != own)
    {
        list.set(other.try_into().unwrap(), true);
    }
    let path = list.path(credential.status_index);
    let issuer = Issuer::new(9);
    let signature = issuer.sign(credential.message().fr());
    PresentWitness {
        signed: SignedCredential {
            credential,
            issuer: issuer.key(),
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
        excluded: Excluded::of([Nationality::OTHER]),
    }
}

/// The base statement with something changed that is not signed.
fn asked(change: impl FnOnce(&mut PresentWitness)) -> PresentWitness {
    let mut witness = base();
    change(&mut witness);
    witness
}

#[test]
fn an_honest_witness_satisfies_every_rule() {
    assert_eq!(base().check(), Ok(()));
    assert_eq!(broken_by(&base()), NOTHING);
}

#[test]
fn every_wire_alone_is_bound() {
    let matrices = shape(Circuit::Present);
    let honest = assignment(&base());
    for (name, change) in CHANGES {
        let free: Vec<_> = unbound(matrices, &honest, change)
            .into_iter()
            .map(|w| matrices.wires[w].as_str())
            .collect();
        // One square for two bindings: the proof system tells them apart (docs/circuits.md).
        let expected: &[&str] = if name == "-v" { &["binding"] } else { &[] };
        assert_eq!(free, expected, "{name}");
    }
}

/// Nothing but inputs is open, and what forbids no small step is the verdict of a rule: each of
/// these has its own row among the corruptions.
#[test]
fn all_but_the_inputs_follows_and_no_constraint_is_idle() {
    let matrices = shape(Circuit::Present);
    let Tangent { free, verdicts } = tangent(matrices, &assignment(&base()));
    let is_input = |name: &str| {
        PresentPublic::NAMES.contains(&name)
            || name.starts_with("status/level-") && name.ends_with("/child")
            || ["holder/secret", "template", "status/leaf"].contains(&name)
            || name.starts_with("signature/key-")
            || name.starts_with("signature/commitment-")
    };
    let other: Vec<_> = free.iter().filter(|name| !is_input(name)).collect();
    assert!(other.is_empty(), "{other:?}");
    let expected = [
        "status/position-limit/range",
        "status/byte-bits/range",
        "status/not-revoked",
        "demand/age/range",
        "demand/expiry/range",
        "demand/verified/range",
        "demand/established/range",
        "demand/document/range",
        "demand/device/range",
        "demand/unique/range",
        "nationality/limit/range",
        "nationality/byte-bits/range",
        "nationality/not-excluded",
        "place/slot-limit/range",
    ];
    assert_eq!(verdicts, expected);
    assert_eq!(
        free.len(),
        matrices.wires.len() - 1 - matrices.constraints() + verdicts.len()
    );
}

/// No bit of any gadget, first or last, goes without its constraint.
#[test]
fn every_bit_is_stated_to_be_0_or_1() {
    let matrices = shape(Circuit::Present);
    // The products of look-ups carry the name of the rule `bit`. Where r − 1 has a zero a bit of
    // the challenge is stated by `below-modulus`.
    let products = ["status/bit", "nationality/bit"];
    let challenge = "signature/challenge-bits/bit";
    let stated = boolean_wires(matrices);
    let (of_challenge, others): (Vec<_>, Vec<_>) = stated
        .into_iter()
        .map(|wire| (wire, matrices.wires[wire].as_str()))
        .partition(|(_, name)| *name == challenge);
    assert_eq!(of_challenge.len(), 99);
    let bits: Vec<_> = matrices
        .wires
        .iter()
        .map(String::as_str)
        .enumerate()
        .filter(|(_, name)| {
            let last = name.rsplit('/').next().unwrap();
            ["bit", "low", "high", "sign"].contains(&last)
                && !products.contains(name)
                && *name != challenge
        })
        .collect();
    assert_eq!(others, bits);
}

/// docs/circuits.md lists the constraints by group; its table is the golden.
#[test]
fn the_counts_are_those_of_the_docs() {
    let matrices = shape(Circuit::Present);
    let mut groups = BTreeMap::<String, usize>::new();
    for rule in &matrices.rules {
        // The signature and the status path are listed by their own parts.
        let deep = usize::from(
            ["signature/", "status/"]
                .iter()
                .any(|p| rule.starts_with(p)),
        );
        let name: Vec<_> = rule.split('/').take(1 + deep).collect();
        let name = match name.join("/") {
            level if level.starts_with("status/level-") => "status/level-0".into(),
            other => other,
        };
        *groups.entry(name).or_default() += 1;
    }
    assert_eq!(groups, documented());
    assert_eq!(matrices.constraints(), 7504);
    assert_eq!(
        (matrices.public_inputs, matrices.domain_size()),
        (8, 1 << 13)
    );
    // Terms of the matrices, which a prover walks for every proof.
    let terms: usize = [&matrices.a, &matrices.b, &matrices.c]
        .iter()
        .flat_map(|m| m.iter())
        .map(Vec::len)
        .sum();
    assert_eq!((matrices.wires.len(), terms), (7520, 136_653));
}

/// The table of `present`: rows of a name in backticks and a number.
fn documented() -> BTreeMap<String, usize> {
    let text = include_str!("../../../../../docs/circuits.md");
    let (_, text) = text.split_once("## `present`").unwrap();
    let (text, _) = text.split_once("| all |").unwrap();
    text.lines()
        .filter_map(|line| {
            let cells: Vec<_> = line.split('|').map(str::trim).collect();
            let name = cells.get(1)?.split('`').nth(1)?;
            Some((name.into(), cells.get(2)?.parse().ok()?))
        })
        .collect()
}
