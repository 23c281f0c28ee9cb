//! `humanseal circuits export`: a circuit and a specimen statement of it in the formats of iden3
//! and snarkjs, so that a tool that this project did not write can check them.

use std::fs;
use std::path::PathBuf;

use humanseal_zk_credentials::circuit::shape;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::groth16::{ProvingKey, prove, snarkjs};
use humanseal_zk_credentials::specimen::statement;
use humanseal_zk_credentials::{iden3, keys};
use serde_json::json;

use super::{Format, Which, print, proving_key};
use crate::output::{Failure, Outcome, write_new};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Which circuit.
    #[arg(long)]
    circuit: Which,
    /// The folder to write into; no file is replaced.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// A proving key made by snarkjs for this circuit; without it the INSECURE development key.
    #[arg(long, value_name = "FILE")]
    zkey: Option<PathBuf>,
    #[command(flatten)]
    format: Format,
}

/// Runs it.
pub fn run(args: &Args) -> Outcome {
    let circuit = args.circuit.circuit();
    let own;
    let (key, name): (&ProvingKey, _) = match &args.zkey {
        Some(file) => {
            own = proving_key(file, circuit)?;
            (&own, circuit.name().to_owned())
        }
        None => (
            keys::development(circuit).map_err(Failure::fault)?,
            format!("{}.development-insecure", circuit.name()),
        ),
    };
    let specimen = statement(circuit);
    let proof = prove(key, shape(circuit), &specimen.assignment, &mut OsEntropy);
    let proof = proof.map_err(Failure::fault)?;

    fs::create_dir_all(&args.out).map_err(|error| {
        Failure::input(format!(
            "{}: {error}; name a folder that can be written",
            args.out.display()
        ))
    })?;
    let file = |ending: &str| args.out.join(format!("{}.{ending}", circuit.name()));
    let (r1cs, wtns, public) = (file("r1cs"), file("wtns"), file("public.json"));
    // What depends on the key says which key it was.
    let of_key = |ending: &str| args.out.join(format!("{name}.{ending}"));
    let (vkey, proved) = (of_key("vkey.json"), of_key("proof.json"));
    write_new(&r1cs, &iden3::write_r1cs(shape(circuit)))?;
    write_new(&wtns, &iden3::write_wtns(&specimen.assignment))?;
    write_new(&public, snarkjs::write_public(&specimen.public).as_bytes())?;
    write_new(
        &vkey,
        snarkjs::write_verifying_key(key.verifying()).as_bytes(),
    )?;
    write_new(&proved, snarkjs::write_proof(&proof).as_bytes())?;
    print(
        &[json!({
            "circuit": circuit.name(),
            "r1cs": r1cs,
            "witness": wtns,
            "public": public,
            "verifying_key": vkey,
            "proof": proved,
        })],
        &args.format,
    )
}
