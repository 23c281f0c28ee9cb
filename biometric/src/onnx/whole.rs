//! Operators on whole numbers: what a converter writes to compute shapes, all known before a model runs.

use tract_core::internal::*;

use super::attributes::Attributes;
use super::constants::{Constant, Whole};
use super::file::{Node, element};
use super::{Reader, Value, input, optional};

impl Reader {
    /// The whole numbers of that name.
    pub(super) fn wholes(&self, name: &str) -> TractResult<&Whole> {
        match self.value(name)? {
            Value::Constant(Constant::Whole(whole)) => Ok(whole),
            _ => bail!("{name} is not known to be whole numbers"),
        }
    }

    /// Whole numbers in a row.
    pub(super) fn row(&self, name: &str) -> TractResult<&[i64]> {
        let whole = self.wholes(name)?;
        ensure!(!whole.is_scalar, "{name} is one number");
        Ok(&whole.values)
    }

    /// Whether all that a node reads is whole numbers.
    pub(super) fn reads_wholes(&self, node: &Node) -> bool {
        !node.inputs.is_empty() && node.inputs.iter().all(|name| self.wholes(name).is_ok())
    }

    pub(super) fn shape_of(&self, node: &Node) -> TractResult<Value> {
        Attributes::of(node, &[])?;
        let shape = self.shape(self.wire(input(node, 0)?)?)?;
        Ok(row(shape.into_iter().map(|dim| dim as i64).collect()))
    }

    pub(super) fn gather(&self, node: &Node) -> TractResult<Value> {
        along_the_row(Attributes::of(node, &["axis"])?.whole("axis")?)?;
        let (values, places) = (self.row(input(node, 0)?)?, self.wholes(input(node, 1)?)?);
        let picked = places.values.iter().map(|place| {
            let place = from_the_end(*place, values.len());
            values
                .get(place)
                .copied()
                .context("a place is outside of the row")
        });
        Ok(whole(picked.collect::<TractResult<_>>()?, places.is_scalar))
    }

    /// One number to a row of one.
    pub(super) fn unsqueeze(&self, node: &Node) -> TractResult<Value> {
        let listed = Attributes::of(node, &["axes"])?.wholes("axes")?;
        let axes = match optional(node, 1) {
            Some(axes) => self.row(axes)?,
            None => listed.context("the axes are missing")?,
        };
        let number = self.wholes(input(node, 0)?)?;
        ensure!(
            number.is_scalar && axes == [0],
            "more than one axis is not listed"
        );
        Ok(row(number.values.clone()))
    }

    pub(super) fn concat_wholes(&self, node: &Node) -> TractResult<Value> {
        along_the_row(Attributes::of(node, &["axis"])?.whole("axis")?)?;
        let rows = node.inputs.iter().map(|name| self.row(name));
        Ok(row(rows.collect::<TractResult<Vec<_>>>()?.concat()))
    }

    pub(super) fn slice(&self, node: &Node) -> TractResult<Value> {
        Attributes::of(node, &[])?;
        let values = self.row(input(node, 0)?)?;
        let ([start], [end]) = (self.row(input(node, 1)?)?, self.row(input(node, 2)?)?) else {
            bail!("more than one slice is not listed");
        };
        let axis = optional(node, 3).map_or(Ok(&[0][..]), |axes| self.row(axes))?;
        let step = optional(node, 4).map_or(Ok(&[1][..]), |steps| self.row(steps))?;
        ensure!(axis == [0] && step == [1], "a slice by steps is not listed");
        let place = |at: i64| from_the_end(at, values.len()).min(values.len());
        Ok(row(values
            .get(place(*start)..place(*end))
            .context("a slice ends before it begins")?
            .to_vec()))
    }

    /// From whole numbers to whole numbers.
    pub(super) fn cast(&self, node: &Node) -> TractResult<Value> {
        let to = Attributes::of(node, &["to"])?.whole("to")?;
        ensure!(
            to == Some(i64::from(element::WHOLE)),
            "another type is not listed"
        );
        let Whole { values, is_scalar } = self.wholes(input(node, 0)?)?.clone();
        Ok(whole(values, is_scalar))
    }
}

fn row(values: Vec<i64>) -> Value {
    whole(values, false)
}

fn whole(values: Vec<i64>, is_scalar: bool) -> Value {
    Value::Constant(Constant::Whole(Whole { values, is_scalar }))
}

fn along_the_row(axis: Option<i64>) -> TractResult<()> {
    ensure!(matches!(axis, None | Some(0)), "a row has one axis");
    Ok(())
}

/// A place that counts from the end where it is negative. What lies before the beginning is no place.
fn from_the_end(place: i64, length: usize) -> usize {
    let place = if place < 0 {
        place.checked_add_unsigned(length as u64)
    } else {
        Some(place)
    };
    place
        .and_then(|place| usize::try_from(place).ok())
        .unwrap_or(usize::MAX)
}
