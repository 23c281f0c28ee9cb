//! How the story is shown: as it happens, then in tables for people or JSON for machines.

use std::cell::Cell;
use std::collections::BTreeMap;

use humanseal_biometric::{GateOutcome as SeenOutcome, GateRecord};
use humanseal_zk_credentials::circuit::{Circuit, shape};
use humanseal_zk_credentials::exchange::{GateOutcome, Gates};
use humanseal_zk_credentials::groth16::PROOF_BYTES;
use serde_json::{Value, json};

use super::attempt::Attempt;
use super::simulation::Simulation;
use super::traces::PLACES;
use super::{Seat, Story};
use crate::output::{self, Failure, Steps, say};

/// Tells the story while it happens; silent for machines.
pub struct Teller {
    steps: Steps,
    json: bool,
    act: Cell<u8>,
}

impl Teller {
    /// Tells to people, or not at all.
    pub fn new(json: bool) -> Self {
        Self {
            steps: Steps::new(json),
            json,
            act: Cell::new(0),
        }
    }

    fn line(&self, text: &str) {
        if !self.json {
            self.steps.line(text);
        }
    }

    /// A new act begins.
    pub fn act(&self, title: &str) {
        self.act.set(self.act.get() + 1);
        self.line(&format!("\n{}  {title}", self.act.get()));
        self.steps.show(title);
    }

    /// Something worth saying in it.
    pub fn note(&self, text: &str) {
        self.line(&format!("   · {text}"));
    }

    /// How the gates came out.
    pub fn gates(&self, gates: &Gates) {
        let staged: Vec<_> = gates
            .as_slice()
            .iter()
            .filter(|gate| gate.outcome == GateOutcome::Staged)
            .map(|gate| gate.name.as_str())
            .collect();
        let ran = gates.as_slice().len() - staged.len();
        self.note(&format!(
            "{ran} gates ran and passed; staged, because stills cannot turn a head: {}",
            staged.join(", ")
        ));
    }

    /// How the simulation came out.
    pub fn simulation(&self, simulation: &Simulation) {
        let told = |gates: &[GateRecord]| {
            let words = gates
                .iter()
                .map(|gate| format!("{} {}", gate.name.as_str(), gate.outcome.as_str()));
            words.collect::<Vec<_>>().join(", ")
        };
        let by = simulation
            .picture
            .iter()
            .find(|gate| gate.outcome == SeenOutcome::Failed);
        self.note(&format!(
            "simulated, a rendered head that follows a plan: {}",
            told(&simulation.head)
        ));
        self.note(&format!(
            "simulated, a flat picture that comes closer: refused, {}",
            by.map_or("by nothing", |gate| gate.reason.code())
        ));
    }

    /// A seat was taken.
    pub fn seat(&self, seat: &Seat) {
        self.note(&format!(
            "slot {}: {} → pass of {} bytes",
            seat.slot,
            seat.account,
            seat.token.len()
        ));
    }

    /// Something was refused, or was not.
    pub fn attempt(&self, attempt: &Attempt) {
        let mark = if attempt.holds() { "✓" } else { "✗" };
        let code = attempt.code.as_deref().unwrap_or("ACCEPTED");
        self.line(&format!(
            "   {mark} {} → {}: {code}",
            attempt.what, attempt.by
        ));
    }
}

/// Prints the outcome.
pub fn print(story: &Story, as_json: bool) -> Result<(), Failure> {
    if as_json {
        output::json(&document(story))
    } else {
        tables(story)
    }
}

fn document(story: &Story) -> Value {
    let ms: BTreeMap<_, _> = story
        .times
        .iter()
        .map(|(step, time)| (step, millis(*time)))
        .collect();
    let refusals: BTreeMap<_, _> = story
        .attempts
        .iter()
        .map(|attempt| (attempt.name, attempt.code.as_deref()))
        .collect();
    let gates: BTreeMap<_, _> = story
        .gates
        .as_slice()
        .iter()
        .map(|gate| (gate.name.as_str(), gate.outcome))
        .collect();
    let seen: BTreeMap<_, _> = story
        .seen
        .iter()
        .map(|row| {
            (
                row.name,
                PLACES.iter().zip(row.at).collect::<BTreeMap<_, _>>(),
            )
        })
        .collect();
    let seats: Vec<_> = story
        .seats
        .iter()
        .map(|seat| json!({ "account": seat.account, "slot": seat.slot, "nullifier": seat.nullifier, "pass": seat.pass }))
        .collect();
    json!({
        "verified": story.verified,
        "holds": story.holds(),
        "environment": "development",
        "gates": gates,
        "simulation": {
            "head": story.simulation.head,
            "picture": story.simulation.picture,
        },
        "presentations": seats,
        "refusals": refusals,
        "seen": seen,
        "proof_bytes": PROOF_BYTES,
        "public_inputs": shape(Circuit::Present).public_inputs,
        "constraints": {
            "enrol": shape(Circuit::Enrol).constraints(),
            "present": shape(Circuit::Present).constraints(),
        },
        "gas": story.gas,
        "ms": ms,
        "total_ms": millis(story.total),
        "threads": rayon::current_num_threads(),
    })
}

fn millis(time: std::time::Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

fn tables(story: &Story) -> Result<(), Failure> {
    if let Some(seat) = story.seats.first() {
        say(
            "\nThe pass of the first seat, decoded; its signature holds under the verifier's keys:",
        );
        output::json(&seat.pass)?;
    }
    say("\nGates, as the device's statement carried them:");
    let mut gates = output::table(&["gate", "outcome", "reason"]);
    for gate in story.gates.as_slice() {
        let outcome = serde_json::to_value(gate.outcome).map_err(Failure::fault)?;
        gates.add_row([
            gate.name.as_str(),
            outcome.as_str().unwrap_or_default(),
            gate.reason.as_str(),
        ]);
    }
    say(gates);
    say("\nRefusals:");
    let mut refusals = output::table(&["attempt", "refused by", "code"]);
    for attempt in &story.attempts {
        refusals.add_row([
            attempt.what,
            attempt.by,
            attempt.code.as_deref().unwrap_or("ACCEPTED"),
        ]);
    }
    say(refusals);
    say(
        "\nWhat each party saw. The device saw everything. Looked for in its sealed wallet file, in every",
    );
    say(
        "body that left it, decoded, and in the databases and the log that the service left behind:",
    );
    let mut header = vec![""];
    header.extend(PLACES);
    let mut seen = output::table(&header);
    for row in &story.seen {
        seen.add_row(
            [if row.holds() {
                row.name.to_owned()
            } else {
                format!("✗ {}", row.name)
            }]
            .into_iter()
            .chain(row.at.map(|at| if at { "yes" } else { "–" }.to_owned())),
        );
    }
    say(seen);
    say("The issuer reads the data page while it checks it, sealed until the device acknowledges.");
    let constraints = |circuit| shape(circuit).constraints();
    say(format!(
        "\nProof {PROOF_BYTES} bytes, {} public inputs; constraints: enrol {}, present {}; {} threads.",
        shape(Circuit::Present).public_inputs,
        constraints(Circuit::Enrol),
        constraints(Circuit::Present),
        rayon::current_num_threads(),
    ));
    say("\nGas of the contracts, calldata included but for verify and is_verified:");
    let mut gas = output::table(&["call", "gas"]);
    for (call, used) in &story.gas {
        gas.add_row([(*call).to_owned(), used.to_string()]);
    }
    say(gas);
    let mut times = output::table(&["step", "ms"]);
    for (step, time) in &story.times {
        times.add_row([(*step).to_owned(), format!("{:.1}", millis(*time))]);
    }
    times.add_row([
        "the whole demo".to_owned(),
        format!("{:.0}", millis(story.total)),
    ]);
    say(times);
    say(if story.holds() {
        "All as it must be."
    } else {
        "NOT as it must be."
    });
    Ok(())
}
