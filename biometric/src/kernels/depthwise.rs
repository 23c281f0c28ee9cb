//! Convolution of each channel by itself, its activation with it.

use tract_onnx::prelude::*;
use tract_onnx::tract_core::internal::*;

use super::machine::{self, Machine};
use super::plane::Slide;
use super::slopes::Slopes;
use super::tile::{LANES, activated, multiply_add};

/// Output rows whose input is padded and split at once, to stay in a core's first cache.
const ROWS: usize = 8;

/// A convolution `1 × channels × height × width` whose output channels each read their own input
/// channel.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Depthwise {
    slide: Slide,
    channels: usize,
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

    /// The convolution of an input of the shape that it was made for.
    fn run(&self, input: &[f32], output: &mut [f32]) {
        let size = self.slide.kernel_area();
        let rows = ROWS.min(self.slide.output[0]);
        let phases = self.slide.phases(rows);
        // Whoever reads the last elements reads a vector.
        let mut values = vec![0f32; phases.size() + LANES];
        let taps = self.slide.taps(&phases);
        let planes = input.chunks_exact(self.slide.input_area());
        let outputs = output.chunks_exact_mut(self.slide.output_area());
        for (channel, (plane, output)) in planes.zip(outputs).enumerate() {
            let kernel = &self.kernel[channel * size..][..size];
            let line = Line {
                bias: self.biases[channel],
                positive: self.slopes.positive[channel],
                negative: self.slopes.negative[channel],
            };
            for first in (0..self.slide.output[0]).step_by(rows) {
                self.slide.split(plane, first, &phases, &mut values);
                let lines = output.chunks_exact_mut(self.slide.output[1]);
                for (row, out) in lines.skip(first).take(rows).enumerate() {
                    let from = &values[row * phases.columns..];
                    self.machine.fill(&line, kernel, &taps, from, out);
                }
            }
        }
    }
}

/// What one row of an output channel takes beside its inputs.
pub(super) struct Line {
    bias: f32,
    positive: f32,
    negative: f32,
}

impl Line {
    #[inline(always)]
    pub(super) fn fill<const FUSED: bool>(
        &self,
        kernel: &[f32],
        taps: &[usize],
        from: &[f32],
        out: &mut [f32],
    ) {
        // The sizes of nearly all kernels, known where it is compiled.
        match (kernel.as_array::<9>(), taps.as_array::<9>()) {
            (Some(kernel), Some(taps)) => self.fill_nine::<FUSED>(kernel, taps, from, out),
            _ => self.fill_any::<FUSED>(kernel, taps, from, out),
        }
    }

    #[inline(always)]
    fn fill_nine<const FUSED: bool>(
        &self,
        kernel: &[f32; 9],
        taps: &[usize; 9],
        from: &[f32],
        out: &mut [f32],
    ) {
        let count = out.len().div_ceil(LANES);
        // All of one length, each in a name of its own: so no element is checked again.
        let line = |tap: usize| &from[taps[tap]..][..count * LANES].as_chunks::<LANES>().0[..count];
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
        let (whole, rest) = out.as_chunks_mut::<LANES>();
        let whole = &mut whole[..count - usize::from(!rest.is_empty())];
        for (at, out) in whole.iter_mut().enumerate() {
            *out = self.nine::<FUSED>(kernel, lines, at);
        }
        if !rest.is_empty() {
            rest.copy_from_slice(&self.nine::<FUSED>(kernel, lines, count - 1)[..rest.len()]);
        }
    }

    #[inline(always)]
    fn nine<const FUSED: bool>(
        &self,
        kernel: &[f32; 9],
        lines: [&[[f32; LANES]]; 9],
        at: usize,
    ) -> [f32; LANES] {
        let mut sums = [self.bias; LANES];
        for tap in 0..9 {
            for lane in 0..LANES {
                sums[lane] = multiply_add::<FUSED>(kernel[tap], lines[tap][at][lane], sums[lane]);
            }
        }
        self.activated(sums)
    }

    #[inline(always)]
    fn fill_any<const FUSED: bool>(
        &self,
        kernel: &[f32],
        taps: &[usize],
        from: &[f32],
        out: &mut [f32],
    ) {
        for (place, out) in out.chunks_mut(LANES).enumerate() {
            let mut sums = [self.bias; LANES];
            for (weight, tap) in kernel.iter().zip(taps) {
                let inputs = &from[place * LANES + tap..][..LANES];
                for (sum, input) in sums.iter_mut().zip(inputs) {
                    *sum = multiply_add::<FUSED>(*weight, *input, *sum);
                }
            }
            out.copy_from_slice(&self.activated(sums)[..out.len()]);
        }
    }

    #[inline(always)]
    fn activated(&self, sums: [f32; LANES]) -> [f32; LANES] {
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
        let [height, width] = self.slide.input;
        let shape = [1, self.channels, height, width];
        machine::evaluate(&inputs, &shape, &self.output_shape(), |input, output| {
            self.run(input, output)
        })
    }
}

impl TypedOp for Depthwise {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].datum_type.fact(self.output_shape())))
    }

    as_op!();
}
