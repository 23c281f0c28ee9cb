//! Counters for `/metrics`: how often each route answered with which status, and nothing else.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use crate::verifier::RegistryHealth;

/// Answers counted by method, route pattern and status. Patterns and methods are the program's
/// own, so the number of counters is bounded and none names an account, a session or an address.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Arc<Mutex<Counters>>);

/// Method, route pattern, status; and how often.
type Counters = BTreeMap<(String, String, u16), u64>;

impl Metrics {
    /// Counts one answer.
    pub fn count(&self, method: &str, route: &str, status: u16) {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counters
            .entry((method.to_owned(), route.to_owned(), status))
            .or_default() += 1;
    }

    /// Prometheus' text format, version 0.0.4.
    pub fn render(&self, registries: &[RegistryHealth]) -> String {
        let counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::from(
            "# HELP humanseal_answers_total Answers by method, route and status.\n\
             # TYPE humanseal_answers_total counter\n",
        );
        for ((method, route, status), count) in counters.iter() {
            let _ = writeln!(
                text,
                "humanseal_answers_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}} {count}"
            );
        }
        drop(counters);
        for (name, kind, help, value) in GAUGES {
            if registries.is_empty() {
                break;
            }
            let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
            for registry in registries {
                let RegistryHealth {
                    network,
                    action,
                    epoch,
                    ..
                } = registry;
                let value = value(registry);
                let _ = writeln!(
                    text,
                    "{name}{{network=\"{network}\",action=\"{action}\",epoch=\"{epoch}\"}} {value}"
                );
            }
        }
        text
    }
}

/// Name, type, help and value of what is counted of a contract.
type Gauge = (
    &'static str,
    &'static str,
    &'static str,
    fn(&RegistryHealth) -> i64,
);

const GAUGES: [Gauge; 5] = [
    (
        "humanseal_registry_fresh",
        "gauge",
        "Whether accounts of the contract are answered for.",
        |registry| registry.fresh.into(),
    ),
    (
        "humanseal_registry_block",
        "gauge",
        "Block up to which the contract was read.",
        |registry| {
            registry
                .block
                .and_then(|block| block.try_into().ok())
                .unwrap_or(-1)
        },
    ),
    (
        "humanseal_registry_block_time_seconds",
        "gauge",
        "Time of that block.",
        |registry| registry.block_time.unwrap_or(0),
    ),
    (
        "humanseal_registry_failures_total",
        "counter",
        "Looks at the chain that came to nothing.",
        |registry| registry.failures.try_into().unwrap_or(i64::MAX),
    ),
    (
        "humanseal_registry_roll_backs_total",
        "counter",
        "Reorganisations that were rolled back.",
        |registry| registry.roll_backs.try_into().unwrap_or(i64::MAX),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_route() {
        let metrics = Metrics::default();
        metrics.count("GET", "/healthz", 200);
        metrics.count("GET", "/healthz", 200);
        assert!(metrics.render(&[]).contains(
            "humanseal_answers_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 2\n"
        ));
    }
}
