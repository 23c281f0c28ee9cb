//! Timing the same work several times, for the subcommands `bench`.

use std::fmt::Display;
use std::time::Instant;

use serde_json::{Value, json};

use crate::output::{self, Answer, Failure, Outcome, Steps};

/// Runs before those that count: caches and clocks settle.
const WARM_UP: usize = 2;
/// Runs that count.
pub const RUNS: usize = 15;

/// Milliseconds of several runs of one step, ascending; never empty.
pub struct Times(Vec<f64>);

impl Times {
    /// Sorts what was measured.
    pub fn of(mut ms: Vec<f64>) -> Self {
        ms.sort_by(f64::total_cmp);
        Self(ms)
    }

    fn median(&self) -> f64 {
        let (half, last) = (self.0.len() / 2, self.0.len() - 1);
        (self.0[half] + self.0[last - half]) / 2.0
    }

    fn row(&self) -> [f64; 3] {
        [self.0[0], self.median(), self.0[self.0.len() - 1]]
    }
}

/// Calls `work` several times and hands back what each call after the warm-up gave.
pub fn repeat<T, E: Display>(
    steps: &Steps,
    what: &str,
    mut work: impl FnMut() -> Result<T, E>,
) -> Result<Vec<T>, Failure> {
    let mut all = Vec::with_capacity(RUNS);
    for run in 0..WARM_UP + RUNS {
        steps.show(&format!("{what}: {} of {}", run + 1, WARM_UP + RUNS));
        let made = work().map_err(Failure::fault)?;
        if run >= WARM_UP {
            all.push(made);
        }
    }
    Ok(all)
}

/// Times several calls of `work`.
pub fn time<T, E: Display>(
    steps: &Steps,
    what: &str,
    mut work: impl FnMut() -> Result<T, E>,
) -> Result<Times, Failure> {
    let timed = || {
        let start = Instant::now();
        // Freeing the result counts too: whoever does the work has to do that as well.
        work().map(drop)?;
        Ok::<_, E>(start.elapsed().as_secs_f64() * 1e3)
    };
    repeat(steps, what, timed).map(Times::of)
}

/// Prints what was measured; `facts` are counts that belong to it.
pub fn print(rows: &[(&str, Times)], threads: usize, facts: Value, as_json: bool) -> Outcome {
    if as_json {
        let steps: serde_json::Map<_, _> = rows
            .iter()
            .map(|(step, times)| {
                let [fastest, median, slowest] = times.row();
                let row = json!({ "fastest": fastest, "median": median, "slowest": slowest });
                ((*step).to_owned(), row)
            })
            .collect();
        output::json(&json!({ "ms": steps, "runs": RUNS, "threads": threads, "counts": facts }))?;
        return Ok(Answer::Yes);
    }
    let mut table = output::table(&["step", "fastest, ms", "median, ms", "slowest, ms"]);
    for (step, times) in rows {
        let cells = times.row().map(|ms| format!("{ms:.2}"));
        table.add_row(std::iter::once((*step).to_owned()).chain(cells));
    }
    output::say(table);
    for (name, value) in facts.as_object().into_iter().flatten() {
        output::say(format!("{name}: {value}"));
    }
    output::say(format!("{RUNS} runs, {threads} threads."));
    Ok(Answer::Yes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_between_the_middle_two() {
        assert_eq!(Times::of(vec![9.0, 1.0, 4.0]).row(), [1.0, 4.0, 9.0]);
        assert_eq!(Times::of(vec![9.0, 1.0, 4.0, 2.0]).row(), [1.0, 3.0, 9.0]);
        assert_eq!(Times::of(vec![5.0]).row(), [5.0; 3]);
    }
}
