//! `humanseal circuits check`: an auditor's files against a circuit.
//!
//! What was not given is listed as not checked, and so is what could not be checked because
//! something else was refused: neither is a pass.

use std::path::{Path, PathBuf};

use humanseal_zk_credentials::circuit::{Circuit, Matrices, shape};
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::groth16::{ProvingKey, VerifyingKey, prove, snarkjs, verify};
use humanseal_zk_credentials::iden3::{check_r1cs, read_wtns, read_zkey};
use humanseal_zk_credentials::specimen::statement;
use serde::Serialize;

use super::{Format, MAX_FILE, Which};
use crate::output::{self, Answer, Failure, Outcome, Steps, json, read, say, table};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Which circuit.
    #[arg(long)]
    circuit: Which,
    /// A proving key made by snarkjs.
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    zkey: Option<PathBuf>,
    /// A proving key as this program stores it.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// A verifying key in the JSON of snarkjs.
    #[arg(long, value_name = "FILE")]
    vkey: Option<PathBuf>,
    /// Constraints.
    #[arg(long, value_name = "FILE")]
    r1cs: Option<PathBuf>,
    /// A full assignment.
    #[arg(long, value_name = "FILE")]
    wtns: Option<PathBuf>,
    /// A proof in the JSON of snarkjs, checked under each key that is given.
    #[arg(long, value_name = "FILE", requires = "public")]
    proof: Option<PathBuf>,
    /// Its public signals.
    #[arg(long, value_name = "FILE", requires = "proof")]
    public: Option<PathBuf>,
    #[command(flatten)]
    format: Format,
}

/// What became of one check.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Passed,
    Refused,
    NotChecked,
}

#[derive(Serialize)]
struct Row {
    check: &'static str,
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Checked {
    circuit: &'static str,
    passed: bool,
    /// `vk_hash` of docs/protocol.md section 12, of the key that was given.
    vk_hash: Option<String>,
    checks: Vec<Row>,
}

/// A refusal: stable code and sentence.
type Refusal = (&'static str, String);

/// The checks that were made, in order.
#[derive(Default)]
struct Report(Vec<Row>);

impl Report {
    /// Notes a check; gives what it found, if it passed.
    fn note<T>(&mut self, check: &'static str, outcome: Result<T, Refusal>) -> Option<T> {
        let (found, refusal) = match outcome {
            Ok(found) => (Some(found), None),
            Err(refusal) => (None, Some(refusal)),
        };
        let (code, reason) = refusal.unzip();
        self.0.push(Row {
            check,
            verdict: if found.is_some() {
                Verdict::Passed
            } else {
                Verdict::Refused
            },
            code,
            reason,
        });
        found
    }

    fn not_checked(&mut self, check: &'static str, reason: &str) {
        self.0.push(Row {
            check,
            verdict: Verdict::NotChecked,
            code: None,
            reason: Some(reason.into()),
        });
    }

    /// Checks a file, or says that none was given.
    fn file<T>(
        &mut self,
        check: &'static str,
        file: Option<&Path>,
        judge: impl FnOnce(&[u8]) -> Result<T, Refusal>,
    ) -> Result<Option<T>, Failure> {
        let Some(file) = file else {
            self.not_checked(check, "not given");
            return Ok(None);
        };
        Ok(self.note(check, judge(&read(file, MAX_FILE)?)))
    }
}

/// Runs it.
pub fn run(args: &Args) -> Outcome {
    let given = [&args.zkey, &args.key, &args.vkey, &args.r1cs, &args.wtns];
    let keys = given[..3].iter().any(|file| file.is_some());
    if given.iter().all(|file| file.is_none()) && args.proof.is_none() {
        return Err(Failure::input("give at least one file to check"));
    }
    if args.proof.is_some() && !keys {
        return Err(Failure::input(
            "a proof is checked under a key: give --vkey, --zkey or --key",
        ));
    }
    let steps = Steps::new(args.format.json);
    steps.show("checking");
    let circuit = args.circuit.circuit();
    let matrices = shape(circuit);
    let mut report = Report::default();

    report.file("r1cs", args.r1cs.as_deref(), |bytes| {
        check_r1cs(bytes, matrices).map_err(|error| (error.code(), error.to_string()))
    })?;
    report.file("witness", args.wtns.as_deref(), |bytes| {
        satisfied(bytes, matrices)
    })?;
    let proving = args.zkey.as_deref().or(args.key.as_deref());
    let key = report.file("proving_key", proving, |bytes| match &args.zkey {
        Some(_) => read_zkey(bytes, matrices).map_err(|error| (error.code(), error.to_string())),
        None => ProvingKey::from_bytes(bytes, matrices)
            .map_err(|error| (error.code(), error.to_string())),
    })?;
    match &key {
        Some(key) => {
            report.note("proving_key_proves", proves(key, circuit));
        }
        None => report.not_checked("proving_key_proves", "there is no proving key to try"),
    }
    let vkey = report.file("verifying_key", args.vkey.as_deref(), |bytes| {
        verifying_key(bytes, matrices)
    })?;
    match (&key, &vkey) {
        (Some(key), Some(vkey)) => {
            let same = key.verifying() == vkey;
            let refusal = || ("key_pair_mismatch", "it is not the proving key's".into());
            report.note("keys_are_a_pair", same.then_some(()).ok_or_else(refusal));
        }
        _ => report.not_checked("keys_are_a_pair", "there are not both keys"),
    }
    let under: Vec<&VerifyingKey> = [key.as_ref().map(ProvingKey::verifying), vkey.as_ref()]
        .into_iter()
        .flatten()
        .collect();
    match (&args.proof, &args.public) {
        (Some(_), Some(_)) if under.is_empty() => {
            report.not_checked("proof", "its key was refused");
        }
        (Some(proof), Some(public)) => {
            let (proof, public) = (text(proof)?, text(public)?);
            report.note("proof", holds(&proof, &public, &under));
        }
        _ => report.not_checked("proof", "not given"),
    }
    drop(steps);

    let passed = report.0.iter().all(|row| row.verdict != Verdict::Refused);
    let checked = Checked {
        circuit: circuit.name(),
        passed,
        vk_hash: under.first().map(|key| hex::encode(key.vk_hash())),
        checks: report.0,
    };
    told(&checked, &args.format)?;
    Ok(if passed { Answer::Yes } else { Answer::No })
}

fn text(file: &Path) -> Result<String, Failure> {
    // One byte over the limit is enough to be refused with the right code.
    output::read_text(file, snarkjs::MAX_BYTES as u64 + 1)
}

/// Whether an assignment satisfies the circuit; the refusal names the first rule that it breaks.
fn satisfied(bytes: &[u8], matrices: &Matrices) -> Result<(), Refusal> {
    let assignment = read_wtns(bytes).map_err(|error| (error.code(), error.to_string()))?;
    if assignment.len() != matrices.wires.len() {
        let sentence = "the witness has not one value for each wire of the circuit";
        return Err(("wtns_other_size", sentence.into()));
    }
    match matrices.unsatisfied(&assignment).first() {
        None => Ok(()),
        Some(row) => Err((
            "wtns_unsatisfied",
            format!("the witness breaks rule {}", matrices.rules[*row]),
        )),
    }
}

/// A key whose parts do not fit together gives proofs that do not verify. One true statement
/// shows that; it cannot show that nobody knows the secrets that the key was made from.
fn proves(key: &ProvingKey, circuit: Circuit) -> Result<(), Refusal> {
    let specimen = statement(circuit);
    let proof = prove(key, shape(circuit), &specimen.assignment, &mut OsEntropy)
        .map_err(|error| (error.code(), error.to_string()))?;
    verify(key.verifying(), &proof, &specimen.public).map_err(|_| {
        let sentence = "a proof of the specimen statement under this key does not verify";
        ("key_inconsistent", sentence.into())
    })
}

fn verifying_key(bytes: &[u8], matrices: &Matrices) -> Result<VerifyingKey, Refusal> {
    let malformed = snarkjs::SnarkjsError::Malformed;
    let text = std::str::from_utf8(bytes).map_err(|_| (malformed.code(), malformed.to_string()))?;
    let key =
        snarkjs::read_verifying_key(text).map_err(|error| (error.code(), error.to_string()))?;
    key.fits(matrices)
        .map_err(|error| (error.code(), error.to_string()))?;
    Ok(key)
}

fn holds(proof: &str, public: &str, under: &[&VerifyingKey]) -> Result<(), Refusal> {
    let proof = snarkjs::read_proof(proof).map_err(|error| (error.code(), error.to_string()))?;
    let public = snarkjs::read_public(public).map_err(|error| (error.code(), error.to_string()))?;
    for key in under {
        verify(key, &proof, &public).map_err(|error| (error.code(), error.to_string()))?;
    }
    Ok(())
}

fn told(checked: &Checked, format: &Format) -> Result<(), Failure> {
    if format.json {
        return json(checked);
    }
    let mut rows = table(&["check", "verdict", "code", "why"]);
    for row in &checked.checks {
        rows.add_row([
            row.check,
            match row.verdict {
                Verdict::Passed => "passed",
                Verdict::Refused => "REFUSED",
                Verdict::NotChecked => "not checked",
            },
            row.code.unwrap_or_default(),
            row.reason.as_deref().unwrap_or_default(),
        ]);
    }
    say(rows);
    if let Some(hash) = &checked.vk_hash {
        say(format!("hash of the verifying key: {hash}"));
    }
    Ok(())
}
