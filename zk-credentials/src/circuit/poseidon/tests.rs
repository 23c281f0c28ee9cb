use ark_std::UniformRand;

use super::*;
use crate::circuit::corruption::broken;
use crate::circuit::matrices::Matrices;
use crate::circuit::system::Assigner;
use crate::poseidon::{MAX_INPUTS, poseidon};

fn circuit<S: System>(system: &mut S, tags: &[Fr], inputs: &[Fr]) -> S::Expr {
    let inputs: Vec<_> = inputs
        .iter()
        .map(|input| system.witness("input", *input))
        .collect();
    hash(system, "hash", tags, &inputs)
}

#[test]
fn it_equals_the_concrete_hash_at_every_width_with_and_without_a_tag() {
    let mut rng = ark_std::test_rng();
    for inputs in 1..=MAX_INPUTS {
        for tags in 0..=usize::from(inputs > 1) {
            let values: Vec<Fr> = (0..inputs).map(|_| Fr::rand(&mut rng)).collect();
            let (tag, rest) = values.split_at(tags);
            let mut system = Assigner::new();
            assert_eq!(circuit(&mut system, tag, rest), poseidon(&values));
            let matrices = Matrices::record(|recorder| {
                circuit(recorder, tag, &vec![Fr::ZERO; rest.len()]);
            });
            assert!(broken(&matrices, &system.into_wires()).is_empty());
            let partial = parameters(inputs).partial_rounds;
            assert_eq!(
                matrices.constraints(),
                3 * (8 * (inputs + 1) + partial - 1 - tags)
            );
        }
    }
}
