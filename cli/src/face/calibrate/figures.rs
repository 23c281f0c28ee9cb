//! The detection error trade-off and the scores, as SVG without a script or a font of its own.

use std::fmt::Write;

use super::{Report, refusal};
use crate::output::Failure;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 420.0;
/// Left, top, right and bottom of the plot.
const PLOT: [f64; 4] = [70.0, 40.0, 620.0, 370.0];
const GENUINE: &str = "#1b6ca8";
const IMPOSTOR: &str = "#c0392b";

/// FNMR over FMR, both logarithmic.
pub fn trade_off(report: &Report) -> Result<String, Failure> {
    let curve = report.counts.trade_off().map_err(refusal)?;
    let (horizontal, vertical) = (
        Axis::decades(-7, 0, PLOT[0], PLOT[2]),
        Axis::decades(-4, 0, PLOT[3], PLOT[1]),
    );
    let points = curve.iter().filter_map(|point| {
        let x = horizontal.logarithmic(point.false_match.value())?;
        Some((x, vertical.logarithmic(point.false_non_match.value())?))
    });
    let mut svg = Figure::new(&format!("DET, {}", report.model.name), "FMR", "FNMR");
    for decade in -7..=0 {
        svg.tick_x(horizontal.place(f64::from(decade)), &format!("1e{decade}"));
    }
    for decade in -4..=0 {
        svg.tick_y(vertical.place(f64::from(decade)), &format!("1e{decade}"));
    }
    svg.line(points, GENUINE);
    for point in report.rows.iter().filter_map(|row| row.point.ok()) {
        let place = horizontal
            .logarithmic(point.false_match.value())
            .zip(vertical.logarithmic(point.false_non_match.value()));
        if let Some((x, y)) = place {
            svg.mark(
                x,
                y,
                &format!("{:.3}", f64::from(point.thousandths) / 1000.0),
            );
        }
    }
    Ok(svg.finish())
}

/// Share of scores in each hundredth, by kind.
pub fn histogram(report: &Report) -> String {
    let horizontal = Axis::linear(-0.5, 1.0, PLOT[0], PLOT[2]);
    let vertical = Axis::decades(-7, 0, PLOT[3], PLOT[1]);
    let mut svg = Figure::new(&format!("Scores, {}", report.model.name), "cosine", "share");
    for step in -5..=10 {
        let at = f64::from(step) / 10.0;
        svg.tick_x(horizontal.place(at), &format!("{at:.1}"));
    }
    for decade in -7..=0 {
        svg.tick_y(vertical.place(f64::from(decade)), &format!("1e{decade}"));
    }
    let kinds = [
        (&report.counts.impostor, IMPOSTOR, "different people"),
        (&report.counts.genuine, GENUINE, "one person"),
    ];
    for (row, (scores, colour, name)) in kinds.into_iter().enumerate() {
        let mut shares = [0u64; 201];
        for (thousandths, count) in scores.bins() {
            shares[(thousandths + 1000) as usize / 10] += count;
        }
        let total = scores.total().max(1) as f64;
        let points = shares.iter().enumerate().filter_map(|(bin, count)| {
            let middle = bin as f64 / 100.0 - 0.995;
            let y = vertical.logarithmic(*count as f64 / total)?;
            (middle >= -0.5).then(|| (horizontal.place(middle), y))
        });
        svg.line(points, colour);
        svg.legend(row, name, colour);
    }
    for point in report.rows.iter().filter_map(|row| row.point.ok()) {
        svg.upright(horizontal.place(f64::from(point.thousandths) / 1000.0));
    }
    svg.finish()
}

/// From values to places in the drawing.
struct Axis {
    from: f64,
    scale: f64,
    start: f64,
}

impl Axis {
    fn linear(from: f64, to: f64, start: f64, end: f64) -> Self {
        Self {
            from,
            scale: (end - start) / (to - from),
            start,
        }
    }

    /// An axis of powers of ten.
    fn decades(from: i32, to: i32, start: f64, end: f64) -> Self {
        Self::linear(f64::from(from), f64::from(to), start, end)
    }

    fn place(&self, value: f64) -> f64 {
        self.start + (value - self.from) * self.scale
    }

    /// The place of a share on an axis of decades; `None` below its first.
    fn logarithmic(&self, share: f64) -> Option<f64> {
        (share > 0.0 && share.log10() >= self.from).then(|| self.place(share.log10()))
    }
}

struct Figure {
    svg: String,
}

impl Figure {
    fn new(title: &str, horizontal: &str, vertical: &str) -> Self {
        let [left, top, right, bottom] = PLOT;
        let mut figure = Self { svg: String::new() };
        figure.add(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             font-family=\"sans-serif\" font-size=\"12\">\n\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n\
             <text x=\"{left}\" y=\"24\" font-size=\"15\">{title}</text>\n\
             <rect x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#888\"/>\n\
             <text x=\"{right}\" y=\"{}\" text-anchor=\"end\">{horizontal}</text>\n\
             <text x=\"{left}\" y=\"{}\" text-anchor=\"end\">{vertical}</text>",
            right - left,
            bottom - top,
            bottom + 36.0,
            top - 6.0,
        ));
        figure
    }

    fn add(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        _ = writeln!(self.svg, "{element}");
    }

    fn tick_x(&mut self, x: f64, label: &str) {
        let [_, top, _, bottom] = PLOT;
        self.add(format_args!(
            "<path d=\"M{x:.1} {top}V{bottom}\" stroke=\"#eee\"/>\
             <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text>",
            bottom + 18.0
        ));
    }

    fn tick_y(&mut self, y: f64, label: &str) {
        let [left, _, right, _] = PLOT;
        self.add(format_args!(
            "<path d=\"M{left} {y:.1}H{right}\" stroke=\"#eee\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
            left - 6.0,
            y + 4.0
        ));
    }

    fn line(&mut self, points: impl Iterator<Item = (f64, f64)>, colour: &str) {
        let points: Vec<String> = points.map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        self.add(format_args!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>",
            points.join(" ")
        ));
    }

    fn mark(&mut self, x: f64, y: f64, label: &str) {
        self.add(format_args!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\" fill=\"{IMPOSTOR}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\">{label}</text>",
            x + 6.0,
            y - 6.0
        ));
    }

    fn upright(&mut self, x: f64) {
        let [_, top, _, bottom] = PLOT;
        self.add(format_args!(
            "<path d=\"M{x:.1} {top}V{bottom}\" stroke=\"#333\" stroke-dasharray=\"3 3\"/>"
        ));
    }

    fn legend(&mut self, row: usize, name: &str, colour: &str) {
        let y = PLOT[1] + 18.0 + 16.0 * row as f64;
        self.add(format_args!(
            "<text x=\"{}\" y=\"{y}\" fill=\"{colour}\">{name}</text>",
            PLOT[0] + 10.0
        ));
    }

    fn finish(mut self) -> String {
        self.svg.push_str("</svg>\n");
        self.svg
    }
}
