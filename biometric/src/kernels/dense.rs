//! Convolution over all channels, its activation with it.

use std::ops::Range;

use tract_core::internal::*;

use super::machine::{self, Machine};
use super::plane::Slide;
use super::slopes::Slopes;
use super::tile::{Block, Channel, Part, Row, WIDTH};

/// Bytes of the padded input that are worked on at once, to stay in a core's second cache.
const STRIP_BYTES: usize = 160 << 10;

/// Rows of inputs that are copied together at once: 24 kB, to stay in a core's first cache.
const PANEL_ROWS: usize = 128;

/// A convolution `1 × inputs × height × width` to `1 × outputs × height × width`, all of whose
/// outputs read all of its inputs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dense {
    slide: Slide,
    inputs: usize,
    outputs: usize,
    /// Rows of weights of an output channel: one for each input channel and tap.
    depth: usize,
    blocks: Vec<Block>,
    machine: Machine,
}

impl Eq for Dense {}

impl Dense {
    /// Of a kernel `outputs × inputs × height × width`.
    pub(super) fn new(
        slide: Slide,
        kernel: &[f32],
        biases: &[f32],
        slopes: &Slopes,
        machine: Machine,
    ) -> Self {
        let outputs = biases.len();
        let depth = kernel.len() / outputs;
        // As even as possible: four channels as two and two are faster than as three and one.
        let count = outputs.div_ceil(machine.most_channels());
        let bounds = |n: usize| n * outputs / count;
        let block = |n: usize| {
            let range = bounds(n)..bounds(n + 1);
            let weight = |k: usize| range.clone().map(move |row| kernel[row * depth + k]);
            Block {
                channels: range
                    .clone()
                    .map(|row| Channel {
                        bias: biases[row],
                        positive: slopes.positive[row],
                        negative: slopes.negative[row],
                    })
                    .collect(),
                weights: (0..depth).flat_map(weight).collect(),
            }
        };
        Self {
            inputs: depth / slide.kernel_area(),
            outputs,
            depth,
            blocks: (0..count).map(block).collect(),
            machine,
            slide,
        }
    }

    /// `1 × outputs × height × width`.
    pub(super) fn output_shape(&self) -> [usize; 4] {
        let [height, width] = self.slide.output;
        [1, self.outputs, height, width]
    }

    /// Whether every output element reads the inputs of its own place.
    pub(super) fn is_pointwise(&self) -> bool {
        self.slide.is_pointwise()
    }

    /// What [`Self::pointwise`] works with.
    pub(super) fn room(&self) -> Room {
        let group = (PANEL_ROWS / self.inputs).max(1);
        Room {
            packed: vec![Row::ZERO; group * self.inputs],
            sums: vec![Row::ZERO; self.outputs],
        }
    }

    /// A pointwise convolution of some neighbouring elements of all inputs, to those from `at` on of the
    /// outputs. Tiles are copied together once and read by all output channels: several at a time where
    /// there are few inputs, so that memory is read in longer runs.
    pub(super) fn pointwise(&self, input: &[f32], at: usize, output: &mut [f32], room: &mut Room) {
        let (area, count) = (self.slide.output_area(), input.len() / self.inputs);
        let Room { packed, sums } = room;
        let group = packed.len() / self.inputs * WIDTH;
        for first in (0..count).step_by(group) {
            let end = count.min(first + group);
            for (channel, plane) in input.chunks_exact(count).enumerate() {
                for (place, values) in plane[first..end].chunks(WIDTH).enumerate() {
                    let row = &mut packed[place * self.inputs + channel];
                    copy_tile(values, &mut row.0);
                }
            }
            let tiles = packed.chunks_exact(self.inputs);
            for (start, rows) in (first..end).step_by(WIDTH).zip(tiles) {
                let length = WIDTH.min(end - start);
                self.add(length, 0, rows, sums);
                for (channel, values) in sums.iter().enumerate() {
                    let to = channel * area + at + start;
                    copy_tile(&values.0, &mut output[to..][..length]);
                }
            }
        }
    }

    /// The input is padded and split by phases, a strip of rows at a time; a tile runs over the
    /// strip's rows without regard to their ends, and what falls between two rows is left out.
    fn strips(&self, input: &[f32], output: &mut [f32]) {
        let [height, width] = self.slide.output;
        let area = height * width;
        let reach = (self.slide.kernel[0] - 1) / self.slide.stride;
        let row_bytes = self.slide.phases(1).size() / (reach + 1) * self.inputs * size_of::<f32>();
        let rows = (STRIP_BYTES / row_bytes)
            .saturating_sub(reach)
            .clamp(1, height);
        let phases = self.slide.phases(rows);
        let (columns, size) = (phases.columns, phases.size());
        let taps = self.slide.taps(&phases);
        let offsets: Vec<usize> = (0..self.inputs)
            .flat_map(|channel| taps.iter().map(move |tap| channel * size + tap))
            .collect();
        // The last tile reads beyond the last row.
        let mut strip = vec![0f32; self.inputs * size + WIDTH];
        let mut sums = vec![Row::ZERO; self.outputs];
        let mut panel = vec![Row::ZERO; self.depth.min(PANEL_ROWS)];
        let mut pieces = Vec::with_capacity(WIDTH);
        for first in (0..height).step_by(rows) {
            let rows = rows.min(height - first);
            let planes = input.chunks_exact(self.slide.input_area());
            for (plane, part) in planes.zip(strip.chunks_exact_mut(size)) {
                self.slide.split(plane, first, &phases, part);
            }
            let end = rows * columns - (columns - width);
            for start in (0..end).step_by(WIDTH) {
                let length = WIDTH.min(end - start);
                Piece::all(start..start + length, columns, width, &mut pieces);
                for from in (0..self.depth).step_by(panel.len()) {
                    let offsets = &offsets[from..];
                    let panel = &mut panel[..offsets.len().min(PANEL_ROWS)];
                    self.machine.gather(&strip[start..], offsets, panel);
                    self.add(length, from, panel, &mut sums);
                }
                for (channel, values) in sums.iter().enumerate() {
                    let plane = &mut output[channel * area + first * width..];
                    for piece in &pieces {
                        plane[piece.to..][..piece.count]
                            .copy_from_slice(&values.0[piece.from..][..piece.count]);
                    }
                }
            }
        }
    }

    /// Adds the rows of inputs from a row on to the sums of all output channels, on the first `length`
    /// elements of a tile.
    fn add(&self, length: usize, from: usize, panel: &[Row], sums: &mut [Row]) {
        let part = Part {
            from,
            last: from + panel.len() == self.depth,
        };
        let mut rest = sums;
        for block in &self.blocks {
            let sums;
            (sums, rest) = rest.split_at_mut(block.channels.len());
            self.machine.accumulate(block, panel, part, length, sums);
        }
    }
}

/// Tiles of inputs and of sums.
pub(super) struct Room {
    packed: Vec<Row>,
    sums: Vec<Row>,
}

/// Copies what both have; a full tile at once, without a call.
fn copy_tile(from: &[f32], to: &mut [f32]) {
    let length = from.len().min(to.len());
    match (
        from[..length].as_array::<WIDTH>(),
        to[..length].as_mut_array::<WIDTH>(),
    ) {
        (Some(from), Some(to)) => *to = *from,
        _ => to[..length].copy_from_slice(&from[..length]),
    }
}

/// Elements of a tile that are neighbours in the output.
struct Piece {
    from: usize,
    to: usize,
    count: usize,
}

impl Piece {
    /// Of the places in rows of `columns` elements, those in the first `width` of each row.
    fn all(places: Range<usize>, columns: usize, width: usize, pieces: &mut Vec<Self>) {
        pieces.clear();
        let mut place = places.start;
        while place < places.end {
            let (row, column) = (place / columns, place % columns);
            let next = (place - column + columns).min(places.end);
            if column < width {
                pieces.push(Self {
                    from: place - places.start,
                    to: row * width + column,
                    count: (width - column).min(next - place),
                });
            }
            place = next;
        }
    }
}

impl Op for Dense {
    fn name(&self) -> StaticName {
        "DenseConv".into()
    }
    op_as_typed_op!();
}

impl EvalOp for Dense {
    op_out_of_plan!();

    fn eval(&self, _ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let [height, width] = self.slide.input;
        let shape = [1, self.inputs, height, width];
        machine::evaluate(&inputs, &shape, &self.output_shape(), |input, output| {
            if self.slide.is_pointwise() {
                self.pointwise(input, 0, output, &mut self.room());
            } else {
                self.strips(input, output);
            }
        })
    }
}

impl TypedOp for Dense {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].datum_type.fact(self.output_shape())))
    }

    as_op!();
}
