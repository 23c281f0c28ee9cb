//! Convolution of each channel by itself, and the one over all channels of each place behind it.

use tract_core::internal::*;

use super::dense::Dense;
use super::depthwise::{Depthwise, ROWS};
use super::machine;

/// Both, a band of rows at a time: what is between them is read again while a core's second cache has it, and
/// never takes pages of memory, which the system would hand out and clear at every run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Separable {
    depthwise: Depthwise,
    pointwise: Dense,
}

impl Separable {
    /// `pointwise` is one, and reads what `depthwise` gives.
    pub(super) fn new(depthwise: Depthwise, pointwise: Dense) -> Self {
        Self {
            depthwise,
            pointwise,
        }
    }

    fn run(&self, input: &[f32], output: &mut [f32]) {
        let slide = &self.depthwise.slide;
        let [height, width] = slide.output;
        let (mut first_room, mut second_room) = (self.depthwise.room(), self.pointwise.room());
        let mut band = vec![0.0; self.depthwise.channels * ROWS.min(height) * width];
        for first in (0..height).step_by(ROWS) {
            let size = ROWS.min(height - first) * width;
            let band = &mut band[..self.depthwise.channels * size];
            let planes = input.chunks_exact(slide.input_area());
            for (channel, (plane, rows)) in planes.zip(band.chunks_exact_mut(size)).enumerate() {
                self.depthwise
                    .rows(channel, plane, first, rows, &mut first_room);
            }
            self.pointwise
                .pointwise(band, first * width, output, &mut second_room);
        }
    }
}

impl Op for Separable {
    fn name(&self) -> StaticName {
        "SeparableConv".into()
    }
    op_as_typed_op!();
}

impl EvalOp for Separable {
    op_out_of_plan!();

    fn eval(&self, _ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let (from, to) = (self.depthwise.input_shape(), self.pointwise.output_shape());
        machine::evaluate(&inputs, &from, &to, |input, output| self.run(input, output))
    }
}

impl TypedOp for Separable {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(
            inputs[0].datum_type.fact(self.pointwise.output_shape())
        ))
    }

    as_op!();
}
