//! Convolution over all channels, its activation with it.

use std::ops::Range;

use tract_onnx::prelude::*;
use tract_onnx::tract_core::internal::*;

use super::machine::{self, Machine};
use super::plane::Slide;
use super::slopes::Slopes;
use super::tile::{Channels, LANES, Part, Sums, VECTORS, Vectors, WIDTH};

/// Bytes of the padded input that are worked on at once, to stay in a core's second cache.
const STRIP_BYTES: usize = 160 << 10;

/// Rows of inputs that are copied together at once: 24 kB, to stay in a core's first cache.
const PANEL_ROWS: usize = 256;

/// Output channels that are summed at once: their weights have a row for each input channel and tap.
#[derive(Clone, Debug, PartialEq)]
struct Block<const R: usize> {
    channels: Channels<R>,
    weights: Vec<[f32; R]>,
}

impl<const R: usize> Block<R> {
    /// Of the channels from `first` on.
    fn new(first: usize, kernel: &[f32], depth: usize, biases: &[f32], slopes: &Slopes) -> Self {
        let of = |values: &[f32]| std::array::from_fn(|row| values[first + row]);
        let weight = |row: usize, k: usize| kernel[(first + row) * depth + k];
        Self {
            channels: Channels {
                biases: of(biases),
                positive: of(&slopes.positive),
                negative: of(&slopes.negative),
            },
            weights: (0..depth)
                .map(|k| std::array::from_fn(|row| weight(row, k)))
                .collect(),
        }
    }
}

/// A convolution `1 × inputs × height × width` to `1 × outputs × height × width`, all of whose
/// outputs read all of its inputs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dense {
    slide: Slide,
    inputs: usize,
    outputs: usize,
    /// Rows of weights of an output channel: one for each input channel and tap.
    depth: usize,
    /// In this order.
    threes: Vec<Block<3>>,
    twos: Vec<Block<2>>,
    ones: Vec<Block<1>>,
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
        // Two and two are faster than three and one.
        let twos = match outputs % 3 {
            1 if outputs > 3 => 2,
            2 => 1,
            _ => 0,
        };
        let threes = (outputs - 2 * twos) / 3;
        let ones = outputs - 2 * twos - 3 * threes;
        let (second, third) = (3 * threes, 3 * threes + 2 * twos);
        Self {
            inputs: depth / slide.kernel_area(),
            outputs,
            depth,
            threes: (0..threes)
                .map(|n| Block::new(3 * n, kernel, depth, biases, slopes))
                .collect(),
            twos: (0..twos)
                .map(|n| Block::new(second + 2 * n, kernel, depth, biases, slopes))
                .collect(),
            ones: (0..ones)
                .map(|n| Block::new(third + n, kernel, depth, biases, slopes))
                .collect(),
            machine,
            slide,
        }
    }

    /// `1 × outputs × height × width`.
    fn output_shape(&self) -> [usize; 4] {
        let [height, width] = self.slide.output;
        [1, self.outputs, height, width]
    }

    /// Tiles of elements are copied together once and read by all output channels: several at a time where
    /// there are few inputs, so that memory is read in longer runs.
    fn pointwise(&self, input: &[f32], output: &mut [f32]) {
        let area = self.slide.output_area();
        let mut tile = Tile::new(self);
        let group = (PANEL_ROWS / self.inputs).max(1);
        let mut packed = vec![Vectors::default(); group * self.inputs];
        for first in (0..area).step_by(group * WIDTH) {
            let end = area.min(first + group * WIDTH);
            for (channel, plane) in input.chunks_exact(area).enumerate() {
                for (place, values) in plane[first..end].chunks(WIDTH).enumerate() {
                    let row = &mut packed[place * self.inputs + channel];
                    copy_tile(values, row.as_flattened_mut());
                }
            }
            let tiles = packed.chunks_exact(self.inputs);
            for (start, rows) in (first..end).step_by(WIDTH).zip(tiles) {
                let length = WIDTH.min(end - start);
                tile.add(self, length, 0, rows);
                tile.each(|channel, values| {
                    copy_tile(values, &mut output[channel * area + start..][..length]);
                });
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
        let mut tile = Tile::new(self);
        let mut panel = vec![Vectors::default(); self.depth.min(PANEL_ROWS)];
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
                    tile.add(self, length, from, panel);
                }
                tile.each(|channel, values| {
                    let plane = &mut output[channel * area + first * width..];
                    for piece in &pieces {
                        plane[piece.to..][..piece.count]
                            .copy_from_slice(&values[piece.from..][..piece.count]);
                    }
                });
            }
        }
    }
}

/// The sums of all output channels on a tile of elements.
struct Tile {
    threes: Vec<Sums<3>>,
    twos: Vec<Sums<2>>,
    ones: Vec<Sums<1>>,
}

impl Tile {
    fn new(op: &Dense) -> Self {
        Self {
            threes: vec![Sums::default(); op.threes.len()],
            twos: vec![Sums::default(); op.twos.len()],
            ones: vec![Sums::default(); op.ones.len()],
        }
    }

    /// Adds the rows of inputs from a row on, on the first `length` elements.
    fn add(&mut self, op: &Dense, length: usize, from: usize, panel: &[Vectors<VECTORS>]) {
        let step = Step {
            panel,
            from,
            vectors: length.div_ceil(LANES),
            part: Part {
                first: from == 0,
                last: from + panel.len() == op.depth,
            },
            machine: op.machine,
        };
        step.add(&op.threes, &mut self.threes);
        step.add(&op.twos, &mut self.twos);
        step.add(&op.ones, &mut self.ones);
    }

    /// Every channel and its sums, in order.
    fn each(&self, mut store: impl FnMut(usize, &[f32])) {
        let threes = self.threes.iter().flatten();
        let rows = threes
            .chain(self.twos.iter().flatten())
            .chain(self.ones.iter().flatten());
        for (channel, row) in rows.enumerate() {
            store(channel, row.as_flattened());
        }
    }
}

/// Rows of inputs that are added to the sums.
struct Step<'a> {
    panel: &'a [Vectors<VECTORS>],
    /// Which row of all is the panel's first.
    from: usize,
    vectors: usize,
    part: Part,
    machine: Machine,
}

impl Step<'_> {
    fn add<const R: usize>(&self, blocks: &[Block<R>], sums: &mut [Sums<R>]) {
        for (block, sums) in blocks.iter().zip(sums) {
            let weights = &block.weights[self.from..][..self.panel.len()];
            let (channels, panel, part) = (&block.channels, self.panel, self.part);
            match self.vectors {
                1 => self
                    .machine
                    .accumulate::<1, R>(channels, weights, panel, part, sums),
                2 => self
                    .machine
                    .accumulate::<2, R>(channels, weights, panel, part, sums),
                _ => self
                    .machine
                    .accumulate::<VECTORS, R>(channels, weights, panel, part, sums),
            }
        }
    }
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
                self.pointwise(input, output);
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
