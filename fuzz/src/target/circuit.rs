//! Proofs of circuits that are small enough to make keys for in a moment. What the real circuits
//! enforce is tested where they live; the readers and the verifier are the same.

use humanseal_zk_credentials::circuit::Matrices;
use humanseal_zk_credentials::circuit::system::{Assigner, System};
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::groth16::{Proof, ProvingKey, VerifyingKey, prove};

/// A circuit with the eight public inputs of `present`, which squares each.
pub(super) struct Squares {
    matrices: Matrices,
    key: ProvingKey,
}

impl Squares {
    /// With a fresh key.
    pub(super) fn new() -> Self {
        let zero = [FieldElement::ZERO; 8];
        let matrices = Matrices::record(|recorder| squares(recorder, &zero));
        let key = ProvingKey::generate(&matrices, &mut OsEntropy);
        let key = key.unwrap_or_else(|error| panic!("{error}"));
        Self { matrices, key }
    }

    pub(super) fn verifying(&self) -> &VerifyingKey {
        self.key.verifying()
    }

    pub(super) fn prove(&self, public: &[FieldElement; 8]) -> Proof {
        let mut assigner = Assigner::new();
        squares(&mut assigner, public);
        let assignment = assigner.into_wires();
        prove(&self.key, &self.matrices, &assignment, &mut OsEntropy)
            .unwrap_or_else(|error| panic!("{error}"))
    }
}

fn squares<S: System>(system: &mut S, inputs: &[FieldElement; 8]) {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let inputs = names.iter().zip(inputs);
    let wires: Vec<_> = inputs
        .map(|(name, input)| system.public(name, input.fr()))
        .collect();
    for wire in wires {
        system.product("square", &wire, &wire);
    }
}

/// The matrices of the circuit in `fixtures/vectors/snarkjs`: `a = (x + 5)·(x − 2)` and
/// `b = a·x − 7` for a private x.
pub(super) fn toy() -> Matrices {
    Matrices::record(|system| {
        let number = |number: u64| FieldElement::from(number).fr();
        let x = number(1_000);
        let a = (x + number(5)) * (x - number(2));
        let (a, b) = (system.public("a", a), system.public("b", a * x - number(7)));
        let x = system.witness("x", x);
        let [five, two, seven] = [5, 2, 7].map(|n| system.constant(number(n)));
        let (left, right) = (system.add(&x, &five), system.sub(&x, &two));
        system.enforce("first", &left, &right, &a);
        let product = system.product("second", &a, &x);
        let shifted = system.sub(&product, &seven);
        system.equal("third", &shifted, &b);
    })
}
