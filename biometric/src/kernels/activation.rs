//! An activation by itself, behind what is no convolution.

use tract_core::internal::*;

use super::machine;
use super::slopes::Slopes;
use super::tile::activated;

/// An activation of two slopes on `1 × channels × height × width`, instead of the several nodes of a converter's.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TwoSlopes {
    shape: [usize; 4],
    pub(super) slopes: Slopes,
}

impl Eq for TwoSlopes {}

impl TwoSlopes {
    /// On a tensor of that shape, with as many slopes as channels.
    pub(crate) fn new(shape: [usize; 4], slopes: Slopes) -> Self {
        Self { shape, slopes }
    }

    fn run(&self, input: &[f32], output: &mut [f32]) {
        let area = self.shape[2] * self.shape[3];
        let slopes = self.slopes.positive.iter().zip(&self.slopes.negative);
        let planes = input.chunks_exact(area).zip(output.chunks_exact_mut(area));
        for ((source, target), (positive, negative)) in planes.zip(slopes) {
            for (target, source) in target.iter_mut().zip(source) {
                *target = activated(*source, *positive, *negative);
            }
        }
    }
}

impl Op for TwoSlopes {
    fn name(&self) -> StaticName {
        "TwoSlopes".into()
    }
    op_as_typed_op!();
}

impl EvalOp for TwoSlopes {
    op_out_of_plan!();

    fn eval(&self, _ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        machine::evaluate(&inputs, &self.shape, &self.shape, |input, output| {
            self.run(input, output)
        })
    }
}

impl TypedOp for TwoSlopes {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].datum_type.fact(self.shape)))
    }

    as_op!();
}
