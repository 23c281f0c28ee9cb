//! Counters for `/metrics`: how often each route answered with which status, and nothing else.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

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
    pub fn render(&self) -> String {
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
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_route() {
        let metrics = Metrics::default();
        metrics.count("GET", "/healthz", 200);
        metrics.count("GET", "/healthz", 200);
        assert!(metrics.render().contains(
            "humanseal_answers_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 2\n"
        ));
    }
}
