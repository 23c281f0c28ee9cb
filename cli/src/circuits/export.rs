//! `humanseal circuits export`: a circuit and a specimen statement of it in the formats of iden3
//! and snarkjs, so that a tool that this project did not write can check them; or the contract that
//! checks a circuit's proofs on a chain.

use std::fs;
use std::path::PathBuf;

use humanseal_contracts::verifier::{INTERFACE, Verifier};
use humanseal_zk_credentials::circuit::{Circuit, shape};
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
    /// Which circuit. Only `present` has a contract.
    #[arg(long, required_unless_present = "solidity")]
    circuit: Option<Which>,
    /// The folder to write into; no file is replaced.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// A proving key made by snarkjs for this circuit; without it the INSECURE development key.
    #[arg(long, value_name = "FILE")]
    zkey: Option<PathBuf>,
    /// Write the key's verifier contract for chains, and nothing else. That of the development key
    /// reverts on every chain that is not local.
    #[arg(long)]
    solidity: bool,
    #[command(flatten)]
    format: Format,
}

/// Runs it.
pub fn run(args: &Args) -> Outcome {
    let circuit = args.circuit.unwrap_or(Which::Present).circuit();
    if args.solidity && circuit != Circuit::Present {
        return Err(Failure::input(
            "only circuit present has a contract; leave --circuit out",
        ));
    }
    let own = match &args.zkey {
        Some(file) => Some(proving_key(file, circuit)?),
        None => None,
    };
    fs::create_dir_all(&args.out).map_err(|error| {
        Failure::input(format!(
            "{}: {error}; name a folder that can be written",
            args.out.display()
        ))
    })?;
    if args.solidity {
        contract(args, own.as_ref())
    } else {
        specimen(args, circuit, own.as_ref())
    }
}

/// The contract needs the verifying key alone.
fn contract(args: &Args, own: Option<&ProvingKey>) -> Outcome {
    let development = || keys::development_verifying(Circuit::Present);
    let key = own.map_or_else(development, ProvingKey::verifying);
    let verifier = Verifier::of_key(key).map_err(Failure::fault)?;
    let interface = args.out.join("IPresentVerifier.sol");
    let contract = args.out.join(format!("{}.sol", verifier.name));
    write_new(&interface, INTERFACE.as_bytes())?;
    write_new(&contract, verifier.source.as_bytes())?;
    print(
        &[json!({
            "contract": contract,
            "interface": interface,
            "vk_hash": hex::encode(key.vk_hash()),
        })],
        &args.format,
    )
}

fn specimen(args: &Args, circuit: Circuit, own: Option<&ProvingKey>) -> Outcome {
    let (key, name) = match own {
        Some(key) => (key, circuit.name().to_owned()),
        None => (
            keys::development(circuit).map_err(Failure::fault)?,
            format!("{}.development-insecure", circuit.name()),
        ),
    };
    let specimen = statement(circuit);
    let proof = prove(key, shape(circuit), &specimen.assignment, &mut OsEntropy);
    let proof = proof.map_err(Failure::fault)?;

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
