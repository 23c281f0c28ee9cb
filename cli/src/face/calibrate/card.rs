//! The page that goes with a calibration, for people.

use std::fmt::Write;

use comfy_table::Table;
use humanseal_biometric::calibration::{ErrorRate, Interval, OperatingPoint};

use super::{DRAWS, Report, Row, refusal};
use crate::output::{self, Failure};

/// The table of the terminal.
pub fn table(rows: &[Row]) -> Table {
    let mut table = output::table(&["FMR", "threshold", "false matches", "FNMR", "95 %"]);
    for row in rows {
        match &row.point {
            Err(error) => table.add_row([format!("{:e}", row.rate), error.code().to_owned()]),
            Ok(point) => table.add_row([
                format!("{:e}", row.rate),
                threshold(point),
                of(point.false_match),
                percent(point.false_non_match.value()),
                interval(point.false_non_match.interval()),
            ]),
        };
    }
    table
}

/// The page, in Markdown.
pub fn markdown(report: &Report) -> Result<String, Failure> {
    let mut page = String::new();
    let equal = report.counts.equal_error().map_err(refusal)?;
    let refused: u64 = report.refused.values().sum();
    let people = match report.subjects {
        Some(people) => format!("{people} people"),
        None => "people unknown".to_owned(),
    };
    // Writing to a string does not fail.
    let mut line = |text: String| _ = writeln!(page, "{text}");
    line(format!("# Calibration of {}\n", report.model.name));
    line(format!("Set: {}\n", report.set));
    line(format!(
        "Model file SHA-256 {}. Licence: {}. {}\n",
        hex::encode(report.model.sha256),
        report.model.licence,
        report.model.caveat
    ));
    line(format!(
        "{} images, {refused} refused, {people}; {} pairs of one person, {} of different people.\n",
        report.images,
        report.counts.genuine.total(),
        report.counts.impostor.total()
    ));
    for (code, count) in &report.refused {
        line(format!("- refused as `{code}`: {count}"));
    }
    line(format!(
        "\nEqual error rate {} at {}.\n",
        percent(equal.rate),
        threshold(&equal.at)
    ));
    line("| FMR at most | threshold | false matches | 95 % | over people | false non-matches | FNMR | 95 % | over people |".to_owned());
    line("|---|---|---|---|---|---|---|---|---|".to_owned());
    for row in &report.rows {
        line(match &row.point {
            Err(error) => format!("| {:e} | `{}` | | | | | | | |", row.rate, error.code()),
            Ok(point) => {
                let over = |pick: fn(&super::Resampled) -> Interval| {
                    row.resampled
                        .as_ref()
                        .map(pick)
                        .map_or(String::new(), interval)
                };
                format!(
                    "| {:e} | {} | {} | {} | {} | {} | {} | {} | {} |",
                    row.rate,
                    threshold(point),
                    of(point.false_match),
                    interval(point.false_match.interval()),
                    over(|r| r.false_match),
                    of(point.false_non_match),
                    percent(point.false_non_match.value()),
                    interval(point.false_non_match.interval()),
                    over(|r| r.false_non_match),
                )
            }
        });
    }
    line(format!(
        "\nThe first interval of a rate is Clopper and Pearson's over pairs, as if they were \
         independent; the second draws people with replacement ({DRAWS} draws) and is the one to \
         go by. A row with a code instead of a threshold has too few pairs behind it.\n"
    ));
    if !report.rejects.is_empty() {
        line("## What the quality measure is worth\n".to_owned());
        line("| threshold | worst pairs rejected | false non-matches left |".to_owned());
        line("|---|---|---|".to_owned());
        for (point, curve) in &report.rejects {
            for at in curve {
                let rejected = percent(at.rejected);
                let left = shown(at.false_non_match);
                line(format!("| {} | {rejected} | {left} |", threshold(point)));
            }
        }
        line(String::new());
    }
    for (name, counts) in &report.groups {
        line(format!("## Group {name}\n"));
        line("| threshold | false matches | 95 % | false non-matches | 95 % |".to_owned());
        line("|---|---|---|---|---|".to_owned());
        for point in report.rows.iter().filter_map(|row| row.point.ok()) {
            line(match counts.at(point.thousandths) {
                Err(error) => format!("| {} | `{}` | | | |", threshold(&point), error.code()),
                Ok(here) => format!(
                    "| {} | {} | {} | {} | {} |",
                    threshold(&here),
                    of(here.false_match),
                    interval(here.false_match.interval()),
                    of(here.false_non_match),
                    interval(here.false_non_match.interval()),
                ),
            });
        }
        line(String::new());
    }
    line(
        "Thresholds hold for captures like those of the set. Other cameras, rooms and groups of \
         people shift false match rates by a factor of ten and more. Children, twins and \
         look-alikes are not told apart reliably."
            .to_owned(),
    );
    Ok(page)
}

fn threshold(point: &OperatingPoint) -> String {
    format!("{:.3}", f64::from(point.thousandths) / 1000.0)
}

/// A rate as people read it: the counts, the share and the interval.
pub fn shown(rate: ErrorRate) -> String {
    format!(
        "{}: {} ({})",
        of(rate),
        percent(rate.value()),
        interval(rate.interval())
    )
}

fn of(rate: ErrorRate) -> String {
    format!("{} of {}", rate.errors(), rate.trials())
}

fn interval(interval: Interval) -> String {
    format!("{}–{}", percent(interval.lower), percent(interval.upper))
}

/// Three digits that count, whatever the size.
fn percent(rate: f64) -> String {
    let percent = 100.0 * rate;
    let digits = if percent > 0.0 {
        (2.0 - percent.log10().floor()).clamp(0.0, 8.0) as usize
    } else {
        0
    };
    format!("{percent:.digits$} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_keep_three_digits() {
        let shown = [0.0, 1.0, 0.0462, 9.9e-6, 1.234e-9].map(percent);
        assert_eq!(
            shown,
            ["0 %", "100 %", "4.62 %", "0.000990 %", "0.00000012 %"]
        );
    }
}
