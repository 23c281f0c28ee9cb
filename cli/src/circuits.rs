//! `humanseal circuits`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, Subcommand, ValueEnum};
use comfy_table::Table;
use humanseal_zk_credentials::circuit::{Circuit, shape};
use humanseal_zk_credentials::groth16::snarkjs;
use humanseal_zk_credentials::{iden3, keys};
use serde_json::{Value, json};

use crate::output::{Answer, Failure, Outcome};

/// The subcommands.
#[derive(Subcommand)]
pub enum Command {
    /// Constraint counts and hashes of the development verifying keys.
    Info(Format),
    /// Makes or loads the INSECURE development proving keys and compares them with the pinned digests.
    Setup(Format),
    /// Writes a circuit as `.r1cs` and its development verifying key in snarkjs' form.
    Export {
        /// Which circuit.
        #[arg(long)]
        circuit: Which,
        /// The folder to write into.
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        format: Format,
    },
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
    fn name(self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::Present => "present",
        }
    }
}

/// Runs one of them.
pub fn run(command: Command) -> Outcome {
    match command {
        Command::Info(format) => info(&format),
        Command::Setup(format) => setup(&format),
        Command::Export {
            circuit,
            out,
            format,
        } => export(circuit, &out, &format),
    }
}

fn info(format: &Format) -> Outcome {
    let rows = [Which::Enrol, Which::Present].map(|which| {
        let matrices = shape(which.circuit());
        let hash = hex::encode(keys::development_verifying(which.circuit()).vk_hash());
        json!({
            "circuit": which.name(),
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
    for which in [Which::Enrol, Which::Present] {
        let start = Instant::now();
        let key = keys::development(which.circuit()).map_err(Failure::fault)?;
        rows.push(json!({
            "circuit": which.name(),
            "environment": "development, insecure",
            "sha256": keys::digest(key).map_err(Failure::fault)?,
            "ms": start.elapsed().as_millis() as u64,
        }));
    }
    print(&rows, format)
}

fn export(which: Which, out: &Path, format: &Format) -> Outcome {
    let unwritable = |error| {
        Failure::input(format!(
            "{}: {error}; name a folder that can be written",
            out.display()
        ))
    };
    fs::create_dir_all(out).map_err(unwritable)?;
    let key = keys::development_verifying(which.circuit());
    let r1cs = out.join(format!("{}.r1cs", which.name()));
    let vkey = out.join(format!("{}.development-insecure.vkey.json", which.name()));
    fs::write(&r1cs, iden3::write_r1cs(shape(which.circuit()))).map_err(unwritable)?;
    fs::write(&vkey, snarkjs::write_verifying_key(key)).map_err(unwritable)?;
    print(
        &[json!({ "circuit": which.name(), "r1cs": r1cs, "verifying_key": vkey })],
        format,
    )
}

/// Rows of the same members: as JSON, or as a table.
fn print(rows: &[Value], format: &Format) -> Outcome {
    if format.json {
        println!("{:#}", Value::from(rows));
        return Ok(Answer::Yes);
    }
    let mut table = Table::new();
    for row in rows.iter().filter_map(Value::as_object) {
        if table.header().is_none() {
            table.set_header(row.keys());
        }
        let cell = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        table.add_row(row.values().map(cell));
    }
    println!("{table}");
    Ok(Answer::Yes)
}
