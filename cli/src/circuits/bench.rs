//! `humanseal circuits bench`: what proving and verifying cost on this machine, keys loaded.

use humanseal_zk_credentials::circuit::{Circuit, shape};
use humanseal_zk_credentials::enrolment::{prove_enrol, verify_enrol};
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::groth16::PROOF_BYTES;
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::presentation::{prove_present, verify_present, verify_present_batch};
use humanseal_zk_credentials::specimen::{enrol_witness, present_witness};
use serde_json::json;

use crate::output::{Failure, Outcome, Steps};
use crate::timing;

/// Presentations in the batch.
const BATCH: usize = 64;

/// Proves and verifies the specimen statements. Proving includes the computation of the witness.
pub fn run(as_json: bool) -> Outcome {
    let steps = Steps::new(as_json);
    steps.show("loading the INSECURE development keys");
    let load = |circuit| keys::development(circuit).map_err(Failure::fault);
    let (enrol, present) = (load(Circuit::Enrol)?, load(Circuit::Present)?);

    let witness = enrol_witness();
    let prove = || prove_enrol(enrol, &witness, &mut OsEntropy);
    let enrol_prove = timing::time(&steps, "enrol, prove", prove)?;
    let (proof, public) = prove().map_err(Failure::fault)?;
    let verify = || verify_enrol(enrol.verifying(), &proof, &public);
    let enrol_verify = timing::time(&steps, "enrol, verify", verify)?;

    let witness = present_witness();
    let prove = || prove_present(present, &witness, &mut OsEntropy);
    let present_prove = timing::time(&steps, "present, prove", prove)?;
    let (proof, public) = prove().map_err(Failure::fault)?;
    let verify = || verify_present(present.verifying(), &proof, &public);
    let present_verify = timing::time(&steps, "present, verify", verify)?;

    steps.show("making a batch");
    let entries = (0..BATCH)
        .map(|_| prove())
        .collect::<Result<Vec<_>, _>>()
        .map_err(Failure::fault)?;
    let verify = || verify_present_batch(present.verifying(), entries.clone(), &mut OsEntropy);
    let batch_verify = timing::time(&steps, "present, verify a batch", verify)?;
    drop(steps);

    let counts = |circuit| {
        let matrices = shape(circuit);
        json!({
            "constraints": matrices.constraints(),
            "public_inputs": matrices.public_inputs,
            "domain": matrices.domain_size(),
        })
    };
    timing::print(
        &[
            ("enrol_prove", enrol_prove),
            ("enrol_verify", enrol_verify),
            ("present_prove", present_prove),
            ("present_verify", present_verify),
            ("present_verify_batch", batch_verify),
        ],
        rayon::current_num_threads(),
        json!({
            "enrol": counts(Circuit::Enrol),
            "present": counts(Circuit::Present),
            "proof_bytes": PROOF_BYTES,
            "batch": BATCH,
        }),
        as_json,
    )
}
