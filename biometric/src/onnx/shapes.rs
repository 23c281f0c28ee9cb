//! Operators that move elements and compute nothing.

use tract_core::internal::*;
use tract_core::ops::array::{Pad, PadMode, TypedConcat};
use tract_core::ops::change_axes::perm_to_ops;

use crate::kernels::Upsample;

use super::attributes::{Attributes, lengths};
use super::file::Node;
use super::{Reader, elements, input, optional};

impl Reader {
    /// Every element four times: of all that a resize can be, what the detector takes.
    pub(super) fn doubled(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
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

    pub(super) fn padded(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
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
            widths.len() == 2 * rank,
            "padding of some axes is not listed"
        );
        let (before, after) = widths.split_at(rank);
        let op = Pad {
            pads: before.iter().copied().zip(after.iter().copied()).collect(),
            mode: PadMode::Constant(rctensor0(*with)),
        };
        self.add(name, op, &[wire])
    }

    pub(super) fn concat(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
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

    pub(super) fn transposed(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
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

    pub(super) fn reshaped(&mut self, node: &Node, name: &str) -> TractResult<OutletId> {
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
    pub(super) fn planes(
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
    pub(super) fn flat(
        &mut self,
        name: &str,
        wire: OutletId,
        shape: Option<Vec<usize>>,
    ) -> TractResult<OutletId> {
        let Some(_) = shape else { return Ok(wire) };
        let from = self.shape(wire)?;
        self.reshape(name, wire, &from, &from[..2])
    }
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
    let (whole, known) = (elements(from), elements(&shape));
    let left = whole
        .zip(known)
        .and_then(|(whole, known)| whole.checked_div(known));
    if let (Some(open), Some(left)) = (open, left) {
        shape[open] = left;
    }
    ensure!(elements(&shape) == whole, "the shapes have different sizes");
    Ok(shape)
}
