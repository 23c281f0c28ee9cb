//! Convolution of each channel by itself, its activation with it.

use tract_core::internal::*;

use super::machine::{self, Machine};
use super::plane::{Phases, Slide};
use super::slopes::Slopes;
use super::tile::{activated, multiply_add};

/// Output rows whose input is padded and split at once, to stay in a core's first cache.
pub(super) const ROWS: usize = 8;

/// Elements of the longest vector.
const MAX_LANES: usize = 16;

/// A convolution `1 × channels × height × width` whose output channels each read their own input
/// channel.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Depthwise {
    pub(super) slide: Slide,
    pub(super) channels: usize,
    /// `channels × height × width` of the kernel.
    kernel: Vec<f32>,
    biases: Vec<f32>,
    slopes: Slopes,
    machine: Machine,
}

impl Eq for Depthwise {}

impl Depthwise {
    /// Of a kernel `channels × 1 × height × width`.
    pub(super) fn new(
        slide: Slide,
        kernel: Vec<f32>,
        biases: Vec<f32>,
        slopes: Slopes,
        machine: Machine,
    ) -> Self {
        Self {
            slide,
            channels: biases.len(),
            kernel,
            biases,
            slopes,
            machine,
        }
    }

    /// `1 × channels × height × width`.
    fn output_shape(&self) -> [usize; 4] {
        let [height, width] = self.slide.output;
        [1, self.channels, height, width]
    }

    /// `1 × channels × height × width` of the input.
    pub(super) fn input_shape(&self) -> [usize; 4] {
        let [height, width] = self.slide.input;
        [1, self.channels, height, width]
    }

    /// The convolution of an input of the shape that it was made for.
    fn run(&self, input: &[f32], output: &mut [f32]) {
        let mut room = self.room();
        let planes = input.chunks_exact(self.slide.input_area());
        let outputs = output.chunks_exact_mut(self.slide.output_area());
        for (channel, (plane, output)) in planes.zip(outputs).enumerate() {
            let bands = output.chunks_mut(ROWS * self.slide.output[1]);
            for (first, band) in (0..).step_by(ROWS).zip(bands) {
                self.rows(channel, plane, first, band, &mut room);
            }
        }
    }

    /// What [`Self::rows`] works with.
    pub(super) fn room(&self) -> Room {
        let phases = self.slide.phases(ROWS.min(self.slide.output[0]));
        Room {
            taps: self.slide.taps(&phases),
            // Whoever reads the last elements reads a vector.
            values: vec![0f32; phases.size() + MAX_LANES],
            phases,
        }
    }

    /// Output rows of a channel, from the plane that it reads; at most [`ROWS`] of them.
    pub(super) fn rows(
        &self,
        channel: usize,
        plane: &[f32],
        first: usize,
        output: &mut [f32],
        room: &mut Room,
    ) {
        let size = self.slide.kernel_area();
        let kernel = &self.kernel[channel * size..][..size];
        let line = Line {
            bias: self.biases[channel],
            positive: self.slopes.positive[channel],
            negative: self.slopes.negative[channel],
        };
        self.slide
            .split(plane, first, &room.phases, &mut room.values);
        let lines = output.chunks_exact_mut(self.slide.output[1]);
        for (row, out) in lines.enumerate() {
            let from = &room.values[row * room.phases.columns..];
            self.machine.fill(&line, kernel, &room.taps, from, out);
        }
    }
}

/// What a few rows of a plane read, and where each tap finds it.
pub(super) struct Room {
    phases: Phases,
    taps: Vec<usize>,
    values: Vec<f32>,
}

/// What one row of an output channel takes beside its inputs.
pub(super) struct Line {
    bias: f32,
    positive: f32,
    negative: f32,
}

impl Line {
    #[inline(always)]
    pub(super) fn fill<const FUSED: bool, const L: usize>(
        &self,
        kernel: &[f32],
        taps: &[usize],
        from: &[f32],
        out: &mut [f32],
    ) {
        // The sizes of nearly all kernels, known where it is compiled.
        match (kernel.as_array::<9>(), taps.as_array::<9>()) {
            (Some(kernel), Some(taps)) => self.fill_nine::<FUSED, L>(kernel, taps, from, out),
            _ => self.fill_any::<FUSED, L>(kernel, taps, from, out),
        }
    }

    #[inline(always)]
    fn fill_nine<const FUSED: bool, const L: usize>(
        &self,
        kernel: &[f32; 9],
        taps: &[usize; 9],
        from: &[f32],
        out: &mut [f32],
    ) {
        let count = out.len().div_ceil(L);
        // All of one length, each in a name of its own: so no element is checked again.
        let line = |tap: usize| &from[taps[tap]..][..count * L].as_chunks::<L>().0[..count];
        let lines = [
            line(0),
            line(1),
            line(2),
            line(3),
            line(4),
            line(5),
            line(6),
            line(7),
            line(8),
        ];
        let (whole, rest) = out.as_chunks_mut::<L>();
        let whole = &mut whole[..count - usize::from(!rest.is_empty())];
        for (at, out) in whole.iter_mut().enumerate() {
            *out = self.nine::<FUSED, L>(kernel, lines, at);
        }
        if !rest.is_empty() {
            rest.copy_from_slice(&self.nine::<FUSED, L>(kernel, lines, count - 1)[..rest.len()]);
        }
    }

    #[inline(always)]
    fn nine<const FUSED: bool, const L: usize>(
        &self,
        kernel: &[f32; 9],
        lines: [&[[f32; L]]; 9],
        at: usize,
    ) -> [f32; L] {
        let mut sums = [self.bias; L];
        for tap in 0..9 {
            for lane in 0..L {
                sums[lane] = multiply_add::<FUSED>(kernel[tap], lines[tap][at][lane], sums[lane]);
            }
        }
        self.activated(sums)
    }

    #[inline(always)]
    fn fill_any<const FUSED: bool, const L: usize>(
        &self,
        kernel: &[f32],
        taps: &[usize],
        from: &[f32],
        out: &mut [f32],
    ) {
        for (place, out) in out.chunks_mut(L).enumerate() {
            let mut sums = [self.bias; L];
            for (weight, tap) in kernel.iter().zip(taps) {
                let inputs = &from[place * L + tap..][..L];
                for (sum, input) in sums.iter_mut().zip(inputs) {
                    *sum = multiply_add::<FUSED>(*weight, *input, *sum);
                }
            }
            out.copy_from_slice(&self.activated(sums)[..out.len()]);
        }
    }

    #[inline(always)]
    fn activated<const L: usize>(&self, sums: [f32; L]) -> [f32; L] {
        let mut made = sums;
        for made in &mut made {
            *made = activated(*made, self.positive, self.negative);
        }
        made
    }
}

impl Op for Depthwise {
    fn name(&self) -> StaticName {
        "DepthwiseConv".into()
    }
    op_as_typed_op!();
}

impl EvalOp for Depthwise {
    op_out_of_plan!();

    fn eval(&self, _ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let (from, to) = (self.input_shape(), self.output_shape());
        machine::evaluate(&inputs, &from, &to, |input, output| self.run(input, output))
    }
}

impl TypedOp for Depthwise {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].datum_type.fact(self.output_shape())))
    }

    as_op!();
}
