//! Softmax over the last axis, of few classes: a row's numbers are neighbours.

use tract_core::internal::*;
use tract_core::ops::nn::{Softmax, SoftmaxKind};

use super::machine;

/// More classes than this are left to tract, whose vectors pay there.
const MAX_CLASSES: usize = 8;

/// Softmax of rows of `classes` numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RowSoftmax {
    shape: Vec<usize>,
    classes: usize,
}

impl RowSoftmax {
    /// In place of a node that does just this.
    pub(super) fn of(model: &TypedModel, node: &TypedNode) -> Option<Self> {
        let softmax = node.op_as::<Softmax>()?;
        let fact = model.outlet_fact(*node.inputs.first()?).ok()?;
        let shape = fact.shape.as_concrete()?;
        let fits = softmax.kind == SoftmaxKind::Softmax
            && softmax.quant_output_dt.is_none()
            && *softmax.axes == [shape.len().checked_sub(1)?]
            && fact.datum_type == f32::datum_type();
        Self::new(shape).filter(|_| fits)
    }

    /// Over the last axis of this shape, if it is short.
    pub(crate) fn new(shape: &[usize]) -> Option<Self> {
        let classes = *shape.last()?;
        (1..=MAX_CLASSES).contains(&classes).then(|| Self {
            shape: shape.to_vec(),
            classes,
        })
    }

    fn run(&self, input: &[f32], output: &mut [f32]) {
        let rows = output.chunks_exact_mut(self.classes);
        for (row, out) in input.chunks_exact(self.classes).zip(rows) {
            let highest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let mut sum = 0.0;
            for (value, out) in row.iter().zip(&mut *out) {
                *out = (value - highest).exp();
                sum += *out;
            }
            for out in out {
                *out /= sum;
            }
        }
    }
}

impl Op for RowSoftmax {
    fn name(&self) -> StaticName {
        "RowSoftmax".into()
    }
    op_as_typed_op!();
}

impl EvalOp for RowSoftmax {
    op_out_of_plan!();

    fn eval(&self, _ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        machine::evaluate(&inputs, &self.shape, &self.shape, |input, output| {
            self.run(input, output)
        })
    }
}

impl TypedOp for RowSoftmax {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].datum_type.fact(&self.shape)))
    }

    as_op!();
}
