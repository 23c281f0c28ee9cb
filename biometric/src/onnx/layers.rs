//! Operators on what is computed from the input.

use tract_core::internal::*;
use tract_core::ops::binary::TypedBinOp;
use tract_core::ops::{math, nn};

use crate::kernels::{RowSoftmax, Slopes, TwoSlopes};

use super::attributes::Attributes;
use super::constants::{Constant, Numbers, constant};
use super::file::Node;
use super::{Reader, Value, input};

impl Reader {
    /// What a node gives, whose output has this name.
    pub(super) fn layer(&mut self, node: &Node, name: &str) -> TractResult<Value> {
        ensure!(
            node.domain.is_empty() || node.domain == "ai.onnx",
            "the domain {} is not listed",
            node.domain
        );
        ensure!(
            node.inputs.len() <= most_inputs(&node.operator),
            "a further input is not listed"
        );
        let wire = match &*node.operator {
            "Identity" => {
                Attributes::of(node, &[])?;
                return self.value(input(node, 0)?).cloned();
            }
            "Constant" => {
                let tensor = Attributes::of(node, &["value"])?.tensor("value")?;
                return Ok(Value::Constant(constant(
                    tensor.context("there is no value")?,
                )?));
            }
            "Shape" => return self.shape_of(node),
            "Gather" => return self.gather(node),
            "Unsqueeze" => return self.unsqueeze(node),
            "Slice" => return self.slice(node),
            "Cast" => return self.cast(node),
            "Concat" if self.reads_wholes(node) => return self.concat_wholes(node),
            "Conv" => self.convolution(node, name)?,
            "Relu" | "LeakyRelu" | "PRelu" => self.activation(node, name)?,
            "Abs" => self.of_one(node, name, math::abs())?,
            "Neg" => self.of_one(node, name, math::neg())?,
            "Sigmoid" => self.of_one(node, name, nn::sigmoid())?,
            "Add" => self.of_two(node, name, math::add())?,
            "Sub" => self.of_two(node, name, math::sub())?,
            "Mul" => self.of_two(node, name, math::mul())?,
            "BatchNormalization" => self.normalization(node, name)?,
            "MatMul" | "Gemm" => self.product(node, name)?,
            "MaxPool" => self.largest(node, name)?,
            "GlobalAveragePool" => self.mean(node, name)?,
            "Softmax" => self.softmax(node, name)?,
            "Resize" => self.doubled(node, name)?,
            "Pad" => self.padded(node, name)?,
            "Concat" => self.concat(node, name)?,
            "Transpose" => self.transposed(node, name)?,
            "Reshape" | "Flatten" => self.reshaped(node, name)?,
            other => bail!("the operator {other} is not listed"),
        };
        Ok(Value::Wire(wire))
    }

    fn activation(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
        let known: &[&str] = if node.operator == "LeakyRelu" {
            &["alpha"]
        } else {
            &[]
        };
        let said = Attributes::of(node, known)?;
        let wire = self.wire(input(node, 0)?)?;
        let (planes, flat) = self.planes(name, wire)?;
        let channels = self.shape(planes)?[1];
        let negative = match &*node.operator {
            "PRelu" => {
                let slopes = self.numbers(input(node, 1)?)?;
                ensure!(
                    matches!(slopes.shape[..], [1, c, 1, 1] | [c, 1, 1] if c == channels)
                        || slopes.values.len() == 1,
                    "a slope for other than each channel is not listed"
                );
                slopes
                    .values
                    .iter()
                    .copied()
                    .cycle()
                    .take(channels)
                    .collect()
            }
            "LeakyRelu" => vec![said.number("alpha")?.unwrap_or(0.01); channels],
            _ => vec![0.0; channels],
        };
        let slopes = Slopes {
            positive: vec![1.0; channels],
            negative,
        };
        let shape = self.shape(planes)?.as_slice().try_into()?;
        let made = self.add(name, TwoSlopes::new(shape, slopes), &[planes])?;
        self.flat(name, made, flat)
    }

    fn of_one(
        &mut self,
        node: &Node,
        name: &str,
        op: impl Into<Box<dyn TypedOp>>,
    ) -> TractResult<OutletId> {
        Attributes::of(node, &[])?;
        let wire = self.wire(input(node, 0)?)?;
        self.add(name, op, &[wire])
    }

    fn of_two(&mut self, node: &Node, name: &str, op: TypedBinOp) -> TractResult<OutletId> {
        Attributes::of(node, &[])?;
        let (left, right) = (input(node, 0)?, input(node, 1)?);
        let wires = [left, right].map(|name| self.wire(name).ok());
        let rank = |wire: OutletId| self.shape(wire).map(|shape| shape.len());
        let ranks = wires
            .iter()
            .flatten()
            .map(|wire| rank(*wire))
            .collect::<TractResult<Vec<_>>>()?;
        let (rank, other) = (*ranks.first().context("nothing is computed")?, ranks.last());
        ensure!(
            Some(&rank) == other,
            "tensors of different ranks are not listed"
        );
        let operand = |reader: &mut Self, wire: Option<OutletId>, name: &str| match wire {
            Some(wire) => Ok(wire),
            None => reader.operand(name, rank),
        };
        let inputs = [
            operand(self, wires[0], left)?,
            operand(self, wires[1], right)?,
        ];
        self.add(name, op, &inputs)
    }

    /// Slope and shift for each channel, of what was learnt.
    fn normalization(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
        let said = Attributes::of(node, &["epsilon", "momentum"])?;
        let epsilon = said.number("epsilon")?.unwrap_or(1e-5);
        let wire = self.wire(input(node, 0)?)?;
        let mut shape = vec![1; self.shape(wire)?.len()];
        let channels = *self.shape(wire)?.get(1).context("there are no channels")?;
        shape[1] = channels;
        let mut learnt = [const { Vec::new() }; 4];
        for (place, values) in learnt.iter_mut().enumerate() {
            *values = self.numbers(input(node, 1 + place)?)?.values.clone();
            ensure!(
                values.len() == channels,
                "a number for other than each channel is not listed"
            );
        }
        let [scale, shift, mean, variance] = learnt;
        let slopes: Vec<f32> = scale
            .iter()
            .zip(variance)
            .map(|(scale, v)| scale / (v + epsilon).sqrt())
            .collect();
        let shifts = shift
            .iter()
            .zip(mean)
            .zip(&slopes)
            .map(|((shift, mean), slope)| shift - mean * slope);
        let shifts = Numbers {
            values: shifts.collect(),
            shape: shape.clone(),
        };
        let slopes = self.hold(&Numbers {
            values: slopes,
            shape,
        })?;
        let scaled = self.add(name, math::mul(), &[wire, slopes])?;
        let shifts = self.hold(&shifts)?;
        self.add(name, math::add(), &[scaled, shifts])
    }

    fn softmax(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
        // Before version 13 all axes behind the given one went with it: the same at the last.
        let unsaid = if self.operator_set < 13 { 1 } else { -1 };
        let axis = Attributes::of(node, &["axis"])?
            .whole("axis")?
            .unwrap_or(unsaid);
        let wire = self.wire(input(node, 0)?)?;
        let shape = self.shape(wire)?;
        let last = shape.len() as i64 - 1;
        ensure!(
            axis == last || axis == -1,
            "softmax along another axis is not listed"
        );
        let op = RowSoftmax::new(&shape).context("softmax of many classes is not listed")?;
        self.add(name, op, &[wire])
    }

    pub(super) fn numbers(&self, name: &str) -> TractResult<&Numbers> {
        match self.value(name)? {
            Value::Constant(Constant::Numbers(numbers)) => Ok(numbers),
            _ => bail!("{name} is not known to be numbers"),
        }
    }

    /// Known numbers beside what is computed, of its rank.
    fn operand(&mut self, name: &str, rank: usize) -> TractResult<OutletId> {
        let mut numbers = self.numbers(name)?.clone();
        let missing = rank
            .checked_sub(numbers.shape.len())
            .context("a constant of a higher rank is not listed")?;
        numbers.shape.splice(..0, std::iter::repeat_n(1, missing));
        self.hold(&numbers)
    }

    fn hold(&mut self, numbers: &Numbers) -> TractResult<OutletId> {
        let name = format!("constant.{}", self.model.nodes.len());
        self.model
            .add_const(name, Tensor::from_shape(&numbers.shape, &numbers.values)?)
    }
}

/// More inputs than this say something that is not read.
fn most_inputs(operator: &str) -> usize {
    match operator {
        "Concat" => usize::MAX,
        "Slice" | "BatchNormalization" => 5,
        "Resize" => 4,
        "Conv" | "Gemm" | "Pad" => 3,
        "Add" | "Gather" | "MatMul" | "Mul" | "PRelu" | "Reshape" | "Sub" | "Unsqueeze" => 2,
        _ => 1,
    }
}
