//! Every element of a plane four times, two by two.

use tract_core::internal::*;

use super::machine;

/// `1 × channels × height × width` to the double height and width, by the nearest element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Upsample {
    channels: usize,
    /// Height and width of the input.
    size: [usize; 2],
}

impl Upsample {
    /// Of so many planes of this height and width.
    pub(crate) fn new(channels: usize, size: [usize; 2]) -> Self {
        Self { channels, size }
    }

    /// In place of a node that resizes, where it does just this. A resize has many ways to say so, and
    /// what counts is where each element comes from: the node is asked, with elements that say where they are.
    pub(super) fn of(model: &TypedModel, node: &TypedNode) -> Option<Self> {
        if node.op.name() != "Resize" {
            return None;
        }
        let fact = model.outlet_fact(*node.inputs.first()?).ok()?;
        let [1, channels, height, width] = *fact.shape.as_concrete()? else {
            return None;
        };
        let output = &node.outputs[0].fact;
        let doubled = *output.shape.as_concrete()? == [1, channels, 2 * height, 2 * width];
        // Numbers of that size are exact in single precision.
        let exact = height * width < 1 << f32::MANTISSA_DIGITS;
        let empty = channels * height * width == 0;
        if fact.datum_type != f32::datum_type() || !doubled || !exact || empty {
            return None;
        }
        let place = |index: usize| (index % (height * width)) as f32;
        let probe: Vec<f32> = (0..channels * height * width).map(place).collect();
        let mut inputs = tvec!(
            Tensor::from_shape(&[1, channels, height, width], &probe)
                .ok()?
                .into_tvalue()
        );
        for input in &node.inputs[1..] {
            inputs.push(model.outlet_fact(*input).ok()?.konst.clone()?.into_tvalue());
        }
        let said = node.op.eval_out_of_plan(inputs).ok()??;
        let upsample = Self::new(channels, [height, width]);
        let mut expected = vec![0.0; probe.len() * 4];
        upsample.run(&probe, &mut expected);
        (super::numbers(said.first()?)? == expected).then_some(upsample)
    }

    fn run(&self, input: &[f32], output: &mut [f32]) {
        let width = self.size[1];
        let lines = output.chunks_exact_mut(4 * width);
        for (source, target) in input.chunks_exact(width).zip(lines) {
            let (first, second) = target.split_at_mut(2 * width);
            for (pair, value) in first.as_chunks_mut::<2>().0.iter_mut().zip(source) {
                *pair = [*value; 2];
            }
            second.copy_from_slice(first);
        }
    }
}

impl Op for Upsample {
    fn name(&self) -> StaticName {
        "Upsample".into()
    }
    op_as_typed_op!();
}

impl EvalOp for Upsample {
    op_out_of_plan!();

    fn eval(&self, _ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let [height, width] = self.size;
        let shape = [1, self.channels, 2 * height, 2 * width];
        let from = [1, self.channels, height, width];
        machine::evaluate(&inputs, &from, &shape, |input, output| {
            self.run(input, output)
        })
    }
}

impl TypedOp for Upsample {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let [height, width] = self.size;
        let shape = [1, self.channels, 2 * height, 2 * width];
        Ok(tvec!(inputs[0].datum_type.fact(shape)))
    }

    as_op!();
}
