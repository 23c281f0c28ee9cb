//! Our half of the comparison with snarkjs that `scripts/outsiders/snarkjs.sh` runs.
//!
//! `export DIR` writes circuit and assignment of one made-up statement, `prove DIR` proves it under
//! the key `enrol.zkey` that snarkjs made meanwhile, `verify DIR` checks snarkjs' own proof.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use ark_bn254::Fr;
use humanseal_zk_credentials::circuit::enrol::{EnrolWitness, synthesize};
use humanseal_zk_credentials::circuit::system::Assigner;
use humanseal_zk_credentials::circuit::{Circuit, shape};
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::groth16::{prove, snarkjs, verify};
use humanseal_zk_credentials::holder::HolderSecret;
use humanseal_zk_credentials::iden3::{read_zkey, write_r1cs, write_wtns};
use humanseal_zk_credentials::template::{Blinding, ModelId, Tau, Template};

type Done<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["export", folder] => export(Path::new(folder)),
        ["prove", folder] => prove_with_their_key(Path::new(folder)),
        ["verify", folder] => verify_their_proof(Path::new(folder)),
        _ => Err("usage: snarkjs export|prove|verify DIR".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("snarkjs: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A statement about two made-up vectors with fixed secrets, so that every run gives one file.
fn statement() -> Done<EnrolWitness> {
    let wave = |phase: f32| -> Vec<f32> {
        (0..512u16)
            .map(|i| (f32::from(i) * 0.37 + phase).sin())
            .collect()
    };
    let number = |last: u8| {
        let mut bytes = [0; 32];
        bytes[31] = last;
        bytes
    };
    let witness = EnrolWitness {
        secret: HolderSecret::from_bytes(&number(1))?,
        portrait: Template::quantise(&wave(0.0))?,
        portrait_blinding: Blinding::from_bytes(&number(2))?,
        live: Template::quantise(&wave(0.5))?,
        live_blinding: Blinding::from_bytes(&number(3))?,
        tau: Tau::new(500)?,
        model: ModelId::of_sha256([4; 32]),
        context: FieldElement::from(Fr::from(5u64)),
    };
    witness.check()?;
    Ok(witness)
}

fn assignment(witness: &EnrolWitness) -> impl std::ops::Deref<Target = Vec<Fr>> {
    let mut system = Assigner::new();
    synthesize(&mut system, Some(witness));
    system.into_wires()
}

fn export(folder: &Path) -> Done<()> {
    let witness = statement()?;
    fs::write(folder.join("enrol.r1cs"), write_r1cs(shape(Circuit::Enrol)))?;
    fs::write(
        folder.join("enrol.wtns"),
        &*write_wtns(&assignment(&witness)),
    )?;
    Ok(())
}

fn prove_with_their_key(folder: &Path) -> Done<()> {
    let (shape, witness) = (shape(Circuit::Enrol), statement()?);
    let key = read_zkey(&fs::read(folder.join("enrol.zkey"))?, shape)?;
    let proof = prove(&key, shape, &assignment(&witness), &mut OsEntropy)?;
    let public = witness.public().to_vec();
    verify(key.verifying(), &proof, &public)?;
    fs::write(folder.join("ours.proof.json"), snarkjs::write_proof(&proof))?;
    fs::write(
        folder.join("ours.public.json"),
        snarkjs::write_public(&public),
    )?;
    fs::write(
        folder.join("ours.vkey.json"),
        snarkjs::write_verifying_key(key.verifying()),
    )?;
    Ok(())
}

fn verify_their_proof(folder: &Path) -> Done<()> {
    let key = read_zkey(&fs::read(folder.join("enrol.zkey"))?, shape(Circuit::Enrol))?;
    let read = |name| fs::read_to_string(folder.join(name));
    let proof = snarkjs::read_proof(&read("theirs.proof.json")?)?;
    let public = snarkjs::read_public(&read("theirs.public.json")?)?;
    if public != statement()?.public().to_vec() {
        return Err("theirs.public.json belongs to another statement".into());
    }
    if snarkjs::read_verifying_key(&read("vkey.json")?)? != *key.verifying() {
        return Err("vkey.json is not the key's".into());
    }
    Ok(verify(key.verifying(), &proof, &public)?)
}
