//! `humanseal circuits`.

mod bench;
mod check;
mod export;

use std::path::Path;
use std::time::Instant;

use clap::{Args, Subcommand, ValueEnum};
use humanseal_zk_credentials::circuit::{Circuit, shape};
use humanseal_zk_credentials::groth16::ProvingKey;
use humanseal_zk_credentials::{iden3, keys};
use serde_json::{Value, json};

use crate::output::{self, Answer, Failure, Outcome, say};

/// The subcommands.
#[derive(Subcommand)]
pub enum Command {
    /// Constraint counts and hashes of the development verifying keys.
    Info(Format),
    /// Makes or loads the INSECURE development proving keys and compares them with the pinned digests.
    Setup(Format),
    /// Writes a circuit, its verifying key, and witness, proof and public signals of a specimen
    /// statement in the formats of iden3 and snarkjs; or, with --solidity, a key's verifier contract.
    Export(export::Args),
    /// Checks keys, constraints, a witness or a proof against a circuit. Answers no if one is
    /// refused.
    Check(check::Args),
    /// Times proving and verifying on this machine, keys loaded.
    Bench(Format),
}

/// How the answer is printed.
#[derive(Args)]
pub struct Format {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// A circuit by name.
#[derive(Clone, Copy, ValueEnum)]
pub enum Which {
    /// Two committed faces are similar.
    Enrol,
    /// A credential satisfies a policy.
    Present,
}

impl Which {
    fn circuit(self) -> Circuit {
        match self {
            Self::Enrol => Circuit::Enrol,
            Self::Present => Circuit::Present,
        }
    }
}

/// Runs one of them.
pub fn run(command: Command) -> Outcome {
    match command {
        Command::Info(format) => info(&format),
        Command::Setup(format) => setup(&format),
        Command::Export(args) => export::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Bench(format) => bench::run(format.json),
    }
}

fn info(format: &Format) -> Outcome {
    let rows = Circuit::ALL.map(|circuit| {
        let matrices = shape(circuit);
        let hash = hex::encode(keys::development_verifying(circuit).vk_hash());
        json!({
            "circuit": circuit.name(),
            "constraints": matrices.constraints(),
            "wires": matrices.wires.len(),
            "public_inputs": matrices.public_inputs,
            "domain": matrices.domain_size(),
            "development_insecure_vk_hash": hash,
        })
    });
    print(&rows, format)
}

fn setup(format: &Format) -> Outcome {
    let mut rows = vec![];
    for circuit in Circuit::ALL {
        let start = Instant::now();
        let key = keys::development(circuit).map_err(Failure::fault)?;
        rows.push(json!({
            "circuit": circuit.name(),
            "environment": "development, insecure",
            "sha256": keys::digest(key).map_err(Failure::fault)?,
            "ms": start.elapsed().as_millis() as u64,
        }));
    }
    print(&rows, format)
}

/// The largest file that is read: a key of the larger circuit several times over.
const MAX_FILE: u64 = 64 << 20;

/// Reads a proving key that snarkjs made.
fn proving_key(file: &Path, circuit: Circuit) -> Result<ProvingKey, Failure> {
    iden3::read_zkey(&output::read(file, MAX_FILE)?, shape(circuit))
        .map_err(|error| Failure::input(format!("{}: {error} [{}]", file.display(), error.code())))
}

/// Rows of the same members: as JSON, or as a table.
fn print(rows: &[Value], format: &Format) -> Outcome {
    if format.json {
        output::json(&rows)?;
        return Ok(Answer::Yes);
    }
    let rows: Vec<_> = rows.iter().filter_map(Value::as_object).collect();
    let keys = rows.iter().take(1).flat_map(|row| row.keys());
    let header: Vec<String> = keys.map(|key| key.replace('_', " ")).collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = output::table(&header);
    let cell = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    for row in rows {
        table.add_row(row.values().map(cell));
    }
    say(table);
    Ok(Answer::Yes)
}
