//! Counts of what the gates said, by label, and the tables of rates.

use std::collections::BTreeMap;

use humanseal_biometric::calibration::ErrorRate;
use humanseal_biometric::{GateName, GateOutcome, GateRecord};
use serde_json::{Value, json};

use super::{Judged, LIVE, PASSIVE, measured, refusals};
use crate::face::rate;
use crate::output::{self, Failure, say};

/// The counts of a list, by label.
#[derive(Default)]
pub struct Report {
    labels: BTreeMap<String, Counts>,
}

/// Which gates decide.
#[derive(Clone, Copy)]
enum Rule {
    /// Every gate that pictures can answer.
    All,
    /// The passive gates; one that did not run refuses.
    Passive,
    /// The passive gates that ran, of captures that the model judged at all.
    PassiveThatRan,
}

impl Rule {
    const EVERY: [Self; 3] = [Self::All, Self::Passive, Self::PassiveThatRan];

    fn name(self) -> &'static str {
        match self {
            Self::All => "all_gates",
            Self::Passive => "passive_gates",
            Self::PassiveThatRan => "passive_gates_that_ran",
        }
    }

    fn accepts(self, gates: &[GateRecord]) -> bool {
        gates.iter().all(|gate| {
            let passed = gate.outcome == GateOutcome::Passed;
            match self {
                Self::All => passed || !measured(gate),
                Self::Passive => passed || !PASSIVE.contains(&gate.name),
                Self::PassiveThatRan => match gate.name {
                    GateName::PassiveLiveness => passed,
                    name => gate.outcome != GateOutcome::Failed || !PASSIVE.contains(&name),
                },
            }
        })
    }
}

/// The captures of one label.
#[derive(Default)]
struct Counts {
    tried: u64,
    /// Of these, the captures with a single face in every frame, which the model judged.
    with_face: u64,
    /// By the rules of [`Rule::EVERY`].
    accepted: [u64; 3],
    /// Passed, failed, not run, by the gates of [`PASSIVE`].
    passive: [[u64; 3]; 4],
    /// How many each refusal, `gate:reason` or the code of a picture, was given.
    reasons: BTreeMap<String, u64>,
    /// Gates that pictures cannot answer.
    unmeasured: BTreeMap<&'static str, u64>,
}

impl Report {
    /// Counts one capture. A picture that cannot be judged counts as refused.
    pub fn count(&mut self, label: &str, judged: &Judged) {
        let counts = self.labels.entry(label.to_owned()).or_default();
        counts.tried += 1;
        let gates = match judged {
            Ok(gates) => gates,
            Err(code) => {
                *counts.reasons.entry((*code).to_owned()).or_default() += 1;
                return;
            }
        };
        for (accepted, rule) in counts.accepted.iter_mut().zip(Rule::EVERY) {
            *accepted += u64::from(rule.accepts(gates));
        }
        for gate in gates {
            let ran = gate.outcome != GateOutcome::NotRun;
            counts.with_face += u64::from(gate.name == GateName::PassiveLiveness && ran);
            if !measured(gate) {
                *counts.unmeasured.entry(gate.name.as_str()).or_default() += 1;
            }
            let place = PASSIVE.iter().position(|name| *name == gate.name);
            if let Some(row) = place.and_then(|place| counts.passive.get_mut(place)) {
                row[match gate.outcome {
                    GateOutcome::Passed => 0,
                    GateOutcome::Failed => 1,
                    GateOutcome::NotRun | GateOutcome::Staged => 2,
                }] += 1;
            }
        }
        for reason in refusals(gates) {
            *counts.reasons.entry(reason).or_default() += 1;
        }
    }

    /// Prints everything.
    pub fn print(&self, as_json: bool) -> Result<(), Failure> {
        if as_json {
            let labels: BTreeMap<_, _> = self
                .labels
                .iter()
                .map(|(label, counts)| (label, counts.json(label)))
                .collect();
            return output::json(&json!({ "labels": labels }));
        }
        let header = [
            "label",
            "error",
            "all gates",
            "passive gates",
            "passive gates that ran",
        ];
        let mut rates = output::table(&header);
        let mut gates = output::table(&["label", "gate", "passed", "failed", "not run"]);
        let mut reasons = output::table(&["label", "not passed for", "captures"]);
        for (label, counts) in &self.labels {
            let error = if label == LIVE { "BPCER" } else { "APCER" };
            let shown = counts
                .errors(label)
                .map(|rate| rate.map_or_else(|| "not measured".to_owned(), share));
            let [all, passive, ran] = shown;
            rates.add_row([label.clone(), error.to_owned(), all, passive, ran]);
            for (name, row) in PASSIVE.iter().zip(counts.passive) {
                let [passed, failed, not_run] = row.map(|count| count.to_string());
                let name = name.as_str().to_owned();
                gates.add_row([label.clone(), name, passed, failed, not_run]);
            }
            for (reason, count) in &counts.reasons {
                reasons.add_row([label.clone(), reason.clone(), count.to_string()]);
            }
        }
        say(rates);
        say("Accepted attacks (APCER) and refused live people (BPCER), with 95 % bounds.");
        say(gates);
        say(reasons);
        let unmeasured = self.labels.values().flat_map(|counts| &counts.unmeasured);
        let unmeasured: BTreeMap<_, _> = unmeasured.collect();
        let names: Vec<&str> = unmeasured.into_keys().copied().collect();
        say(format!(
            "Not measured on all captures: {}.",
            names.join(", ")
        ));
        Ok(())
    }
}

impl Counts {
    /// The rate of wrong answers by each rule: of live people the refused, else the accepted.
    fn errors(&self, label: &str) -> [Option<ErrorRate>; 3] {
        let mut rates = [None; 3];
        for ((rate, rule), accepted) in rates.iter_mut().zip(Rule::EVERY).zip(self.accepted) {
            let trials = match rule {
                Rule::All | Rule::Passive => self.tried,
                Rule::PassiveThatRan => self.with_face,
            };
            let wrong = match label {
                LIVE => trials - accepted,
                _ => accepted,
            };
            *rate = ErrorRate::new(wrong, trials);
        }
        rates
    }

    fn json(&self, label: &str) -> Value {
        let error = if label == LIVE { "bpcer" } else { "apcer" };
        let rates = Rule::EVERY.iter().zip(self.errors(label));
        let rates: BTreeMap<_, _> = rates
            .map(|(rule, errors)| (rule.name(), errors.map(rate)))
            .collect();
        let gates = PASSIVE.iter().zip(self.passive);
        let gates: BTreeMap<&str, _> = gates
            .map(|(name, [passed, failed, not_run]): (&GateName, _)| {
                let counts = json!({ "passed": passed, "failed": failed, "not_run": not_run });
                (name.as_str(), counts)
            })
            .collect();
        json!({
            "tried": self.tried,
            "with_face": self.with_face,
            error: rates,
            "gates": gates,
            "reasons": self.reasons,
            "not_measured": self.unmeasured,
        })
    }
}

/// A rate for people.
fn share(rate: ErrorRate) -> String {
    let interval = rate.interval();
    let [value, lower, upper] =
        [rate.value(), interval.lower, interval.upper].map(|share| share * 100.0);
    format!(
        "{} of {}: {value:.1} % ({lower:.1}–{upper:.1})",
        rate.errors(),
        rate.trials()
    )
}
