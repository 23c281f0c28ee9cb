//! The 128 bytes of a proof.

use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::groth16::{PROOF_BYTES, Proof, snarkjs, verify};

use super::circuit::Squares;
use super::{Case, Reached, Target};
use crate::bounds::Bounds;
use crate::secret::assert_silent;
use crate::structure::Structure;

/// What is read is written again as the same bytes, also by way of snarkjs' form; a changed proof
/// never verifies.
pub(super) fn target() -> Target {
    let circuit = Squares::new();
    let statements = [[5_u64; 8], [1, 2, 3, 4, 5, 6, 7, 8], [0; 8]];
    let statements = statements.map(|numbers| numbers.map(FieldElement::from));
    let seeds = statements
        .iter()
        .map(|public| circuit.prove(public).to_bytes().to_vec())
        .collect();
    let properties = move |case: &Case<'_>| {
        let proof = match Proof::from_bytes(case.bytes) {
            Ok(proof) => proof,
            Err(error) => {
                assert_silent(&error);
                return Reached::Refused;
            }
        };
        assert_eq!(case.bytes.len(), PROOF_BYTES);
        assert_eq!(
            proof.to_bytes()[..],
            *case.bytes,
            "a second spelling was read"
        );
        let again = snarkjs::read_proof(&snarkjs::write_proof(&proof));
        assert_eq!(again, Ok(proof.clone()));
        let public = statements[case.seed].map(|input| input.fr());
        let verdict = verify(circuit.verifying(), &proof, &public);
        assert_eq!(verdict.is_ok(), !case.changed, "a changed proof verifies");
        match verdict {
            Ok(()) => Reached::Verified,
            Err(error) => {
                assert_silent(&error);
                Reached::Decoded
            }
        }
    };
    Target::new(
        "proofs",
        Structure::Plain,
        Bounds::mebibytes(2),
        seeds,
        properties,
    )
}
