//! An error rate: counts, and what they leave open.

use statrs::function::beta::beta_reg;

/// A two-sided interval of 95 % for a rate; both ends in 0..=1.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Interval {
    /// The lower end.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
}

/// Errors among trials. There is at least one trial and no more errors than trials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ErrorRate {
    errors: u64,
    trials: u64,
}

impl ErrorRate {
    /// `None` without a trial, or with more errors than trials.
    pub fn new(errors: u64, trials: u64) -> Option<Self> {
        (trials > 0 && errors <= trials).then_some(Self { errors, trials })
    }

    /// How many trials ended in an error.
    pub fn errors(self) -> u64 {
        self.errors
    }

    /// How many trials there were.
    pub fn trials(self) -> u64 {
        self.trials
    }

    /// The share of errors, 0..=1.
    pub fn value(self) -> f64 {
        self.errors as f64 / self.trials as f64
    }

    /// The interval of Clopper and Pearson ("The use of confidence or fiducial limits illustrated
    /// in the case of the binomial", Biometrika 26, 1934). It holds for independent trials.
    pub fn interval(self) -> Interval {
        const TAIL: f64 = 0.025;
        let (errors, rest) = (self.errors as f64, (self.trials - self.errors) as f64);
        Interval {
            lower: match self.errors {
                0 => 0.0,
                _ => beta_quantile(errors, rest + 1.0, TAIL),
            },
            upper: match rest {
                0.0 => 1.0,
                _ => beta_quantile(errors + 1.0, rest, 1.0 - TAIL),
            },
        }
    }
}

/// The quantile of a beta distribution by bisection on its distribution function: slower than a
/// root finder and right to the last digits for counts of one in millions, too.
fn beta_quantile(a: f64, b: f64, probability: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    // Halving 200 times ends at neighbouring numbers anywhere above 1e-40.
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if beta_reg(a, b, middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_published_tables_and_closed_forms() {
        // 81 of 263: (0.2527, 0.3676), Agresti and Coull 1998 as quoted by Newcombe 1998,
        // "Two-sided confidence intervals for the single proportion", table I, method 5; from
        // the same table 15 of 148, 0 of 20 and 1 of 29.
        for (errors, trials, lower, upper) in [
            (81, 263, 0.2527, 0.3676),
            (15, 148, 0.0578, 0.1617),
            (0, 20, 0.0, 0.1684),
            (1, 29, 0.0009, 0.1776),
        ] {
            let interval = ErrorRate::new(errors, trials).unwrap().interval();
            assert!((interval.lower - lower).abs() < 5.1e-5, "{errors}/{trials}");
            assert!((interval.upper - upper).abs() < 5.1e-5, "{errors}/{trials}");
        }
        // Without an error the upper end is 1 - (a/2)^(1/n); with errors alone the mirror image.
        for trials in [1, 100, 30_000_000] {
            let none = ErrorRate::new(0, trials).unwrap().interval();
            let upper = -(0.025f64.ln() / trials as f64).exp_m1();
            assert!((none.upper / upper - 1.0).abs() < 1e-6);
            let all = ErrorRate::new(trials, trials).unwrap().interval();
            assert!((all.lower - (1.0 - upper)).abs() < 1e-9);
            assert_eq!((none.lower, all.upper), (0.0, 1.0));
        }
    }

    #[test]
    fn rare_errors_have_the_intervals_of_poisson_counts() {
        // 10 events: 4.795 to 18.39 (Garwood, "Fiducial limits for the Poisson distribution",
        // Biometrika 28, 1936), the limit of the binomial for many trials.
        let interval = ErrorRate::new(10, 30_000_000).unwrap().interval();
        assert!((interval.lower * 3e7 - 4.795).abs() < 1e-3);
        assert!((interval.upper * 3e7 - 18.39).abs() < 5e-3);
    }

    #[test]
    fn impossible_counts_are_no_rate() {
        assert_eq!(ErrorRate::new(0, 0), None);
        assert_eq!(ErrorRate::new(2, 1), None);
    }
}
