//! Operators on what is computed from the input.

use tract_core::internal::*;
use tract_core::ops::array::{Pad, PadMode, TypedConcat};
use tract_core::ops::binary::TypedBinOp;
use tract_core::ops::change_axes::perm_to_ops;
use tract_core::ops::cnn::{Conv, KernelFormat, MaxPool, PaddingSpec, PoolSpec};
use tract_core::ops::nn::DataFormat;
use tract_core::ops::{math, nn};

use crate::kernels::{Convolution, RowSoftmax, Slopes, TwoSlopes, Upsample};

use super::attributes::{Attributes, lengths};
use super::constants::{Constant, Numbers, constant};
use super::file::Node;
use super::{Reader, Value, input, optional};

/// What a node's attributes say of a window that slides over planes.
const WINDOW: [&str; 6] = [
    "kernel_shape",
    "strides",
    "pads",
    "dilations",
    "group",
    "auto_pad",
];

impl Reader {
    /// What a node gives, whose output has this name.
    pub(super) fn layer(&mut self, node: &Node, name: &str) -> TractResult<Value> {
        ensure!(
            node.domain.is_empty() || node.domain == "ai.onnx",
            "the domain {} is not listed",
            node.domain
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

    fn convolution(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
        let said = Attributes::of(node, &WINDOW)?;
        let wire = self.wire(input(node, 0)?)?;
        let kernel = self.numbers(input(node, 1)?)?.clone();
        let [outputs, inputs, height, width] = kernel.shape[..] else {
            bail!("a convolution in other than two dimensions is not listed");
        };
        let group = said.whole("group")?.unwrap_or(1);
        let group = usize::try_from(group).context("group is negative")?;
        let biases = match optional(node, 2) {
            Some(biases) => self.numbers(biases)?.values.clone(),
            None => vec![0.0; outputs],
        };
        let mut pool = window(&said, &[height, width])?;
        pool.input_channels = inputs.checked_mul(group).context("too many channels")?;
        pool.output_channels = outputs;
        self.convolve(name, wire, pool, group, kernel.values, biases)
    }

    fn convolve(
        &mut self,
        name: &str,
        wire: OutletId,
        pool: PoolSpec,
        group: usize,
        kernel: Vec<f32>,
        biases: Vec<f32>,
    ) -> TractResult<OutletId> {
        // tract's convolution states this one and is never run, so that what runs it is not linked.
        let conv = Conv::new(pool, KernelFormat::OIHW, group, None);
        let op = Convolution::of(&conv, &self.shape(wire)?, kernel, biases);
        self.add(
            name,
            op.context("a convolution of this form is not listed")?,
            &[wire],
        )
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

    /// A row times a matrix: a convolution of one element.
    fn product(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
        let is_gemm = node.operator == "Gemm";
        let known: &[&str] = if is_gemm {
            &["alpha", "beta", "transA", "transB"]
        } else {
            &[]
        };
        let said = Attributes::of(node, known)?;
        let plain = [said.number("alpha")?, said.number("beta")?]
            .iter()
            .flatten()
            .all(|factor| *factor == 1.0);
        ensure!(
            plain && said.whole("transA")?.unwrap_or(0) == 0,
            "a scaled product is not listed"
        );
        let by_rows = said.whole("transB")?.unwrap_or(0) != 0;
        let wire = self.wire(input(node, 0)?)?;
        let matrix = self.numbers(input(node, 1)?)?.clone();
        let (&[1, inputs], &[rows, columns]) = (&*self.shape(wire)?, &*matrix.shape) else {
            bail!("a product of other than a row and a matrix is not listed");
        };
        let (depth, outputs) = if by_rows {
            (columns, rows)
        } else {
            (rows, columns)
        };
        ensure!(depth == inputs, "the matrix does not fit the row");
        let kernel = match by_rows {
            true => matrix.values,
            false => (0..outputs)
                .flat_map(|output| (0..depth).map(move |at| at * outputs + output))
                .map(|place| matrix.values[place])
                .collect(),
        };
        let biases = match optional(node, 2) {
            Some(biases) => self.numbers(biases)?.values.clone(),
            None => vec![0.0; outputs],
        };
        let (planes, flat) = self.planes(name, wire)?;
        let pool = slide(&[1, 1], inputs, outputs);
        let made = self.convolve(name, planes, pool, 1, kernel, biases)?;
        self.flat(name, made, flat)
    }

    fn largest(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
        let said = Attributes::of(node, &WINDOW[..3])?;
        let wire = self.wire(input(node, 0)?)?;
        let kernel = said
            .lengths("kernel_shape")?
            .context("there is no kernel")?;
        let [_, channels, _, _] = self.shape(wire)?[..] else {
            bail!("pooling in other than two dimensions is not listed");
        };
        ensure!(
            kernel.len() == 2,
            "pooling in other than two dimensions is not listed"
        );
        let mut pool = window(&said, &kernel)?;
        (pool.input_channels, pool.output_channels) = (channels, channels);
        self.add(name, MaxPool::new(pool, None), &[wire])
    }

    /// The mean of each plane: a kernel as large as the plane.
    fn mean(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
        Attributes::of(node, &[])?;
        let wire = self.wire(input(node, 0)?)?;
        let [1, channels, height, width] = self.shape(wire)?[..] else {
            bail!("the mean of other than planes is not listed");
        };
        let area = height * width;
        let kernel = vec![1.0 / area as f32; channels * area];
        let pool = slide(&[height, width], channels, channels);
        self.convolve(name, wire, pool, channels, kernel, vec![0.0; channels])
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

    /// Every element four times: of all that a resize can be, what the detector takes.
    fn doubled(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
        let said = Attributes::of(
            node,
            &[
                "coordinate_transformation_mode",
                "cubic_coeff_a",
                "mode",
                "nearest_mode",
            ],
        )?;
        let plain = said.word("coordinate_transformation_mode")? == Some(b"asymmetric")
            && said.word("mode")? == Some(b"nearest")
            && said.word("nearest_mode")? == Some(b"floor");
        let wire = self.wire(input(node, 0)?)?;
        let [1, channels, height, width] = self.shape(wire)?[..] else {
            bail!("a resize of other than planes is not listed");
        };
        let double = [1, channels, 2 * height, 2 * width].map(|length| length as i64);
        let doubles = match (
            optional(node, 2).map(|scales| self.numbers(scales)),
            optional(node, 3),
        ) {
            (Some(scales), None) => scales?.values == [1.0, 1.0, 2.0, 2.0],
            (None, Some(sizes)) => self.row(sizes)? == double,
            // Scales of no number are none.
            (Some(scales), Some(sizes)) => scales?.values.is_empty() && self.row(sizes)? == double,
            (None, None) => false,
        };
        ensure!(
            self.operator_set >= 11 && plain && doubles,
            "a resize of this form is not listed"
        );
        self.add(name, Upsample::new(channels, [height, width]), &[wire])
    }

    fn padded(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
        let mode = Attributes::of(node, &["mode"])?.word("mode")?;
        let wire = self.wire(input(node, 0)?)?;
        let rank = self.shape(wire)?.len();
        let with = match optional(node, 2) {
            Some(with) => self.numbers(with)?.values.clone(),
            None => vec![0.0],
        };
        let ([with], None | Some(b"constant"), 11..) = (&with[..], mode, self.operator_set) else {
            bail!("padding of this form is not listed");
        };
        let widths = lengths(self.row(input(node, 1)?)?)?;
        ensure!(
            widths.len() == 2 * rank && optional(node, 3).is_none(),
            "padding of some axes is not listed"
        );
        let (before, after) = widths.split_at(rank);
        let op = Pad {
            pads: before.iter().copied().zip(after.iter().copied()).collect(),
            mode: PadMode::Constant(rctensor0(*with)),
        };
        self.add(name, op, &[wire])
    }

    fn concat(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
        let axis = Attributes::of(node, &["axis"])?
            .whole("axis")?
            .context("there is no axis")?;
        let wires = node
            .inputs
            .iter()
            .map(|name| self.wire(name))
            .collect::<TractResult<Vec<_>>>()?;
        let rank = self
            .shape(*wires.first().context("nothing to join")?)?
            .len();
        let axis = axis_of(axis, rank)?;
        self.add(name, TypedConcat::new(axis), &wires)
    }

    fn transposed(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
        let said = Attributes::of(node, &["perm"])?;
        let mut wire = self.wire(input(node, 0)?)?;
        let order = said.lengths("perm")?.context("there is no order")?;
        let mut sorted = order.clone();
        sorted.sort_unstable();
        ensure!(
            sorted.into_iter().eq(0..self.shape(wire)?.len()),
            "an order names each axis once"
        );
        for op in perm_to_ops(&order) {
            wire = self.add(name, op, &[wire])?;
        }
        Ok(wire)
    }

    fn reshaped(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
        let wire = self.wire(input(node, 0)?)?;
        let from = self.shape(wire)?;
        let to = match &*node.operator {
            "Flatten" => {
                let axis = Attributes::of(node, &["axis"])?.whole("axis")?.unwrap_or(1);
                let (rows, columns) = from.split_at(axis_of(axis, from.len())?);
                vec![rows.iter().product(), columns.iter().product()]
            }
            _ => {
                Attributes::of(node, &[])?;
                filled(&from, self.row(input(node, 1)?)?)?
            }
        };
        self.reshape(name, wire, &from, &to)
    }

    fn reshape(
        &mut self,
        name: &str,
        wire: OutletId,
        from: &[usize],
        to: &[usize],
    ) -> TractResult<OutletId> {
        let dims = |shape: &[usize]| shape.iter().map(ToDim::to_dim).collect::<TVec<TDim>>();
        self.add(name, AxisOp::Reshape(0, dims(from), dims(to)), &[wire])
    }

    /// A row as planes of one element, which most operations of ours take, and its shape.
    fn planes(
        &mut self,
        name: &str,
        wire: OutletId,
    ) -> TractResult<(OutletId, Option<Vec<usize>>)> {
        let shape = self.shape(wire)?;
        match shape[..] {
            [1, _, _, _] => Ok((wire, None)),
            [1, channels] => {
                let planes = self.reshape(name, wire, &shape, &[1, channels, 1, 1])?;
                Ok((planes, Some(shape)))
            }
            _ => bail!("a tensor of this shape is not listed"),
        }
    }

    /// Planes of one element as a row again, where it was one.
    fn flat(
        &mut self,
        name: &str,
        wire: OutletId,
        shape: Option<Vec<usize>>,
    ) -> TractResult<OutletId> {
        let Some(_) = shape else { return Ok(wire) };
        let from = self.shape(wire)?;
        self.reshape(name, wire, &from, &from[..2])
    }

    fn numbers(&self, name: &str) -> TractResult<&Numbers> {
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

/// The window that the attributes say, of a kernel of this shape.
fn window(said: &Attributes<'_>, kernel: &[usize]) -> TractResult<PoolSpec> {
    let mut pool = slide(kernel, 0, 0);
    let stated = said.lengths("kernel_shape")?;
    let explicit = matches!(said.word("auto_pad")?, None | Some(b"NOTSET"));
    ensure!(
        stated.is_none_or(|stated| *stated == *kernel) && explicit,
        "a window of this form is not listed"
    );
    if let Some(pads) = said.lengths("pads")? {
        ensure!(
            pads.len() == 4,
            "a margin for other than two dimensions is not listed"
        );
        pool.padding = PaddingSpec::Explicit(pads[..2].into(), pads[2..].into());
    }
    pool.strides = said.lengths("strides")?;
    pool.dilations = said.lengths("dilations")?;
    let fits = |lengths: &Option<TVec<usize>>| {
        lengths
            .as_ref()
            .is_none_or(|l| l.len() == 2 && !l.contains(&0))
    };
    ensure!(
        fits(&pool.strides) && fits(&pool.dilations),
        "a window of this form is not listed"
    );
    Ok(pool)
}

/// A window without margins that moves by one.
fn slide(kernel: &[usize], inputs: usize, outputs: usize) -> PoolSpec {
    let padding = PaddingSpec::Valid;
    PoolSpec::new(
        DataFormat::NCHW,
        kernel.into(),
        padding,
        None,
        None,
        inputs,
        outputs,
    )
}

/// An axis, counted from the end where it is negative.
fn axis_of(axis: i64, rank: usize) -> TractResult<usize> {
    let axis = if axis < 0 { axis + rank as i64 } else { axis };
    let axis = usize::try_from(axis).ok().filter(|axis| *axis < rank);
    axis.context("there is no such axis")
}

/// The shape that a row says: 0 is the length that was, -1 is what is left.
fn filled(from: &[usize], to: &[i64]) -> TractResult<Vec<usize>> {
    let mut open = None;
    let mut shape = Vec::with_capacity(to.len());
    for (place, length) in to.iter().enumerate() {
        shape.push(match *length {
            -1 if open.replace(place).is_none() => 1,
            0 => *from.get(place).context("there is no such axis")?,
            length => usize::try_from(length).context("a length is negative")?,
        });
    }
    let size = |shape: &[usize]| {
        shape
            .iter()
            .try_fold(1usize, |size, length| size.checked_mul(*length))
    };
    let (whole, known) = (size(from), size(&shape));
    let left = whole
        .zip(known)
        .and_then(|(whole, known)| whole.checked_div(known));
    if let (Some(open), Some(left)) = (open, left) {
        shape[open] = left;
    }
    ensure!(size(&shape) == whole, "the shapes have different sizes");
    Ok(shape)
}
