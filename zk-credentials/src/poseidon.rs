//! Poseidon over BN254 as circomlib defines it.
//!
//! `P(x_1, …, x_n)`, 1 ≤ n ≤ 12, width n + 1, S-box x^5, 8 full rounds. The constants of a width are drawn when it is first
//! asked for (a table of all of them is a megabyte in every app); the permutation is written out here so that the
//! state of a hash over secrets is wiped and nothing is allocated. A test holds both against
//! `light-poseidon`, and vectors of `circomlibjs` do.

mod grain;

use std::sync::OnceLock;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use zeroize::Zeroize;

use grain::Grain;

/// The most elements that one hash takes.
pub const MAX_INPUTS: usize = 12;
const MAX_WIDTH: usize = MAX_INPUTS + 1;
const FULL_ROUNDS: usize = 8;
/// By the number of inputs, as circomlib has them.
const PARTIAL_ROUNDS: [usize; MAX_INPUTS] = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65];

/// The constants of one width.
#[derive(Debug)]
pub struct Parameters {
    /// Width of the state: inputs + 1.
    pub width: usize,
    /// Rounds in which every element passes the S-box, half of them first, half of them last.
    pub full_rounds: usize,
    /// Rounds between them in which only the first element passes the S-box.
    pub partial_rounds: usize,
    /// Added before each round's S-boxes, `width` a round.
    pub round_constants: Vec<Fr>,
    /// The linear layer, by rows.
    pub mds: Vec<Vec<Fr>>,
}

/// The constants of `P` with so many inputs.
///
/// # Panics
/// If `inputs` is not in 1..=12.
pub fn parameters(inputs: usize) -> &'static Parameters {
    static ALL: [OnceLock<Parameters>; MAX_INPUTS] = [const { OnceLock::new() }; MAX_INPUTS];
    assert!(
        (1..=MAX_INPUTS).contains(&inputs),
        "Poseidon takes 1 to 12 elements, not {inputs}"
    );
    ALL[inputs - 1].get_or_init(|| {
        let width = inputs + 1;
        let partial_rounds = PARTIAL_ROUNDS[inputs - 1];
        let mut grain = Grain::new(width, FULL_ROUNDS, partial_rounds);
        let count = (FULL_ROUNDS + partial_rounds) * width;
        Parameters {
            width,
            full_rounds: FULL_ROUNDS,
            partial_rounds,
            round_constants: (0..count).map(|_| grain.element()).collect(),
            mds: grain.matrix(width),
        }
    })
}

/// `P(inputs…)`.
///
/// # Panics
/// If there are not 1 to 12 inputs: the number of inputs is part of the protocol, never data.
pub fn poseidon(inputs: &[Fr]) -> Fr {
    let parameters = parameters(inputs.len());
    let mut state = [Fr::ZERO; MAX_WIDTH];
    state[1..=inputs.len()].copy_from_slice(inputs);
    permute(parameters, &mut state[..parameters.width]);
    let hash = state[0];
    state.zeroize();
    hash
}

fn permute(parameters: &Parameters, state: &mut [Fr]) {
    let Parameters {
        width,
        full_rounds,
        partial_rounds,
        round_constants,
        mds,
    } = parameters;
    let partial = full_rounds / 2..full_rounds / 2 + partial_rounds;
    let mut next = [Fr::ZERO; MAX_WIDTH];
    for (round, constants) in round_constants.chunks_exact(*width).enumerate() {
        for (element, constant) in state.iter_mut().zip(constants) {
            *element += constant;
        }
        let boxes = if partial.contains(&round) { 1 } else { *width };
        for element in &mut state[..boxes] {
            *element *= element.square().square();
        }
        for (sum, row) in next.iter_mut().zip(mds) {
            *sum = row.iter().zip(state.iter()).map(|(m, x)| *m * x).sum();
        }
        state.copy_from_slice(&next[..*width]);
    }
    next.zeroize();
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use ark_std::UniformRand;
    use light_poseidon::parameters::bn254_x5::get_poseidon_parameters;
    use light_poseidon::{Poseidon, PoseidonHasher};

    use super::*;

    #[test]
    fn equals_light_poseidon_at_every_width() {
        let mut rng = ark_std::test_rng();
        for n in 1..=MAX_INPUTS {
            let mut reference = Poseidon::<Fr>::new_circom(n).unwrap();
            for _ in 0..4 {
                let inputs: Vec<Fr> = (0..n).map(|_| Fr::rand(&mut rng)).collect();
                assert_eq!(poseidon(&inputs), reference.hash(&inputs).unwrap());
            }
        }
    }

    #[test]
    fn every_constant_is_that_of_light_poseidon() {
        for n in 1..=MAX_INPUTS {
            let theirs = get_poseidon_parameters::<Fr>(n as u8 + 1).unwrap();
            let ours = parameters(n);
            assert_eq!(
                (ours.full_rounds, ours.partial_rounds),
                (theirs.full_rounds, theirs.partial_rounds)
            );
            assert_eq!(ours.round_constants, theirs.ark, "{n}");
            assert_eq!(ours.mds, theirs.mds, "{n}");
        }
    }

    #[test]
    fn there_is_a_constant_for_every_element_of_every_round() {
        for n in 1..=MAX_INPUTS {
            let p = parameters(n);
            assert_eq!(
                p.round_constants.len(),
                (p.full_rounds + p.partial_rounds) * p.width
            );
            assert!(p.mds.len() == p.width && p.mds.iter().all(|row| row.len() == p.width));
        }
    }

    #[test]
    #[should_panic(expected = "1 to 12")]
    fn no_input_is_refused() {
        poseidon(&[]);
    }

    #[test]
    #[should_panic(expected = "1 to 12")]
    fn thirteen_inputs_are_refused() {
        poseidon(&[Fr::ZERO; 13]);
    }
}
