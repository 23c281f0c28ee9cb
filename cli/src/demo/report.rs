//! How the story is shown: tables for people, JSON for machines.

use std::collections::BTreeMap;

use comfy_table::{Table, presets::UTF8_FULL_CONDENSED};
use serde_json::json;

use super::Story;
use crate::output::Failure;

/// Sizes of proofs and circuits.
pub struct Sizes {
    /// Bytes of a proof.
    pub proof_bytes: usize,
    /// Constraints of `enrol`.
    pub enrol: usize,
    /// Constraints of `present`.
    pub present: usize,
    /// Public inputs of `present`.
    pub public_inputs: usize,
    /// Threads of the prover.
    pub threads: usize,
}

/// Prints one JSON document.
pub fn json(story: &Story, sizes: &Sizes) -> Result<(), Failure> {
    let ms: BTreeMap<_, _> = story
        .times
        .iter()
        .map(|(step, time)| (step, time.as_secs_f64() * 1000.0))
        .collect();
    let document = json!({
        "verified": story.verified,
        "environment": "development",
        "gates": story.gates,
        "refusals": story.refusals,
        "proof_bytes": sizes.proof_bytes,
        "public_inputs": sizes.public_inputs,
        "constraints": { "enrol": sizes.enrol, "present": sizes.present },
        "ms": ms,
        "threads": sizes.threads,
    });
    let text = serde_json::to_string_pretty(&document).map_err(Failure::fault)?;
    println!("{text}");
    Ok(())
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_FULL_CONDENSED).set_header(header);
    table
}

/// Prints what happened and what each party saw.
pub fn tables(story: &Story, sizes: &Sizes) {
    println!("\nGates, as the device states them (stills cannot turn a head: the active one is");
    println!("staged, which no issuer outside development takes):");
    let mut gates = table(&["gate", "outcome", "reason"]);
    for row in &story.gates {
        gates.add_row(row);
    }
    println!("{gates}");

    println!("\nPresentations that verified:");
    let mut passes = table(&["account", "slot", "nullifier", "pass"]);
    for [account, slot, nullifier, pass] in &story.passes {
        let short = |text: &str| text.chars().take(16).chain(['…']).collect::<String>();
        passes.add_row([account.clone(), slot.clone(), short(nullifier), short(pass)]);
    }
    println!("{passes}");

    println!("\nRefusals, each by the part that must refuse:");
    let mut refusals = table(&["attempt", "refused with"]);
    for (attempt, code) in &story.refusals {
        refusals.add_row([attempt, code]);
    }
    println!("{refusals}");

    println!("\nWhat each party saw:");
    let mut seen = table(&["", "device", "issuer", "verifier"]);
    for row in [
        ["face, embedding, score", "yes", "never", "never"],
        [
            "name, birthdate, document number",
            "yes",
            "while it checks",
            "never",
        ],
        ["commitments to both templates", "yes", "yes", "never"],
        ["holder secret", "yes", "never", "never"],
        ["credential", "yes", "signs it", "never"],
        ["nullifier, account", "yes", "never", "yes"],
        ["\"human, at least 18, not revoked\"", "yes", "-", "yes"],
    ] {
        seen.add_row(row);
    }
    println!("{seen}");

    println!(
        "\nProof {} bytes, {} public inputs; constraints: enrol {}, present {}; {} threads.",
        sizes.proof_bytes, sizes.public_inputs, sizes.enrol, sizes.present, sizes.threads
    );
    let mut times = table(&["step", "ms"]);
    for (step, time) in &story.times {
        times.add_row([
            (*step).to_owned(),
            format!("{:.1}", time.as_secs_f64() * 1000.0),
        ]);
    }
    println!("{times}");
    println!(
        "{}",
        if story.verified {
            "All as it must be."
        } else {
            "NOT as it must be."
        }
    );
}
