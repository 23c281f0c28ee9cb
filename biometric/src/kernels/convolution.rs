//! A convolution as a model states it, before it is known what follows and how it is run.

use tract_core::internal::*;
use tract_core::ops::cnn::{Conv, KernelFormat};

use super::dense::Dense;
use super::depthwise::Depthwise;
use super::machine::Machine;
use super::plane::Slide;
use super::slopes::Slopes;

/// A two-dimensional convolution over all channels, or of each channel by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Convolution {
    slide: Slide,
    inputs: usize,
    is_depthwise: bool,
    kernel: Vec<f32>,
    biases: Vec<f32>,
}

impl Eq for Convolution {}

impl Convolution {
    /// Of tract's convolution on an input of this shape; none where it is of a kind that has no operation here.
    pub(crate) fn of(
        conv: &Conv,
        shape: &[usize],
        kernel: Vec<f32>,
        mut biases: Vec<f32>,
    ) -> Option<Self> {
        let plain = conv.q_params.is_none() && conv.kernel_fmt == KernelFormat::OIHW;
        let slide = Slide::of(conv, shape).filter(|_| plain)?;
        let (inputs, outputs) = (conv.input_channels(), conv.output_channels());
        if biases.len() == 1 {
            biases.resize(outputs, biases[0]);
        }
        let is_depthwise = conv.group == outputs && conv.group == inputs;
        let depth = if is_depthwise { 1 } else { inputs } * slide.kernel_area();
        let sound = outputs > 0
            && inputs > 0
            && biases.len() == outputs
            && kernel.len() == outputs * depth
            && shape.get(1) == Some(&inputs);
        let known = sound && (conv.group == 1 || is_depthwise);
        known.then_some(Self {
            slide,
            inputs,
            is_depthwise,
            kernel,
            biases,
        })
    }

    pub(super) fn outputs(&self) -> usize {
        self.biases.len()
    }

    /// What runs it with an activation.
    pub(super) fn with(self, slopes: Slopes, machine: Machine) -> Kind {
        let (slide, kernel, biases) = (self.slide, self.kernel, self.biases);
        if self.is_depthwise {
            Kind::Depthwise(Depthwise::new(slide, kernel, biases, slopes, machine))
        } else {
            Kind::Dense(Dense::new(slide, &kernel, &biases, &slopes, machine))
        }
    }
}

/// The operation of a convolution.
pub(super) enum Kind {
    Depthwise(Depthwise),
    Dense(Dense),
}

impl Op for Convolution {
    fn name(&self) -> StaticName {
        "Convolution".into()
    }
    op_as_typed_op!();
}

impl EvalOp for Convolution {
    op_out_of_plan!();

    fn eval(&self, ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let slopes = Slopes::identity(self.outputs());
        match self.clone().with(slopes, Machine::here()) {
            Kind::Depthwise(depthwise) => depthwise.eval(ctx, inputs),
            Kind::Dense(dense) => dense.eval(ctx, inputs),
        }
    }
}

impl TypedOp for Convolution {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let [height, width] = self.slide.output;
        Ok(tvec!(inputs[0].datum_type.fact([
            1,
            self.outputs(),
            height,
            width
        ])))
    }

    as_op!();
}
