//! Proofs that snarkjs made of both circuits' specimen statements, from our constraints and our
//! witness, under keys of its own: `scripts/outsiders/snarkjs.sh --store`.

use std::fs;
use std::path::Path;

use ark_bn254::Fr;
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::groth16::{VerifyError, snarkjs, verify};
use humanseal_zk_credentials::specimen::statement;

fn stored(circuit: Circuit, what: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/vectors/snarkjs");
    fs::read_to_string(folder.join(format!("{}.{what}.json", circuit.name()))).unwrap()
}

#[test]
fn its_proofs_of_both_circuits_hold_for_their_statements_alone() {
    for circuit in Circuit::ALL {
        let key = snarkjs::read_verifying_key(&stored(circuit, "vkey")).unwrap();
        let proof = snarkjs::read_proof(&stored(circuit, "proof")).unwrap();
        let public = snarkjs::read_public(&stored(circuit, "public")).unwrap();
        assert_eq!(public, statement(circuit).public);
        assert_eq!(verify(&key, &proof, &public), Ok(()));
        for place in 0..public.len() {
            let mut other = public.clone();
            other[place] += Fr::from(1u64);
            assert_eq!(verify(&key, &proof, &other), Err(VerifyError::Invalid));
        }
    }
}
