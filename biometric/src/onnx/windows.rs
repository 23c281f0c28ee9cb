//! Operators whose kernel slides over planes, and those that can be stated so.

use tract_core::internal::*;
use tract_core::ops::cnn::{Conv, KernelFormat, MaxPool, PaddingSpec, PoolSpec};
use tract_core::ops::nn::DataFormat;

use crate::kernels::Convolution;

use super::attributes::Attributes;
use super::file::Node;
use super::{Reader, input, optional};

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
    pub(super) fn convolution(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
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

    /// A row times a matrix: a convolution of one element.
    pub(super) fn product(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
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

    pub(super) fn largest(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
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
    pub(super) fn mean(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
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
