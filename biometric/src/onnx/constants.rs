//! The constants of a file: weights, and whole numbers that say shapes and places.

use tract_core::internal::*;

use super::elements;
use super::file::{Tensor, element};

#[derive(Clone)]
pub(super) enum Constant {
    Numbers(Numbers),
    Whole(Whole),
}

/// Numbers of single precision.
#[derive(Clone)]
pub(super) struct Numbers {
    pub(super) shape: Vec<usize>,
    pub(super) values: Vec<f32>,
}

/// Whole numbers in a row, or one.
#[derive(Clone)]
pub(super) struct Whole {
    pub(super) values: Vec<i64>,
    /// One number without an axis.
    pub(super) is_scalar: bool,
}

/// The tensor of a file, whose bytes are in the file.
pub(super) fn constant(tensor: &Tensor) -> TractResult<Constant> {
    let elsewhere = tensor.location != 0;
    ensure!(
        !elsewhere && tensor.segment.is_none(),
        "a constant lies outside of the file"
    );
    let length = |dim: &i64| usize::try_from(*dim).context("a length is negative");
    let shape = tensor
        .shape
        .iter()
        .map(length)
        .collect::<TractResult<Vec<_>>>()?;
    let size = elements(&shape);
    if tensor.element == element::NUMBER {
        let values = numbers(&tensor.bytes, &tensor.numbers, f32::from_le_bytes)?;
        ensure!(
            Some(values.len()) == size,
            "a constant is not as long as its shape"
        );
        return Ok(Constant::Numbers(Numbers { shape, values }));
    }
    ensure!(
        tensor.element == element::WHOLE && shape.len() <= 1,
        "a constant is of another type"
    );
    let values = numbers(&tensor.bytes, &tensor.wholes, i64::from_le_bytes)?;
    ensure!(
        Some(values.len()) == size,
        "a constant is not as long as its shape"
    );
    Ok(Constant::Whole(Whole {
        values,
        is_scalar: shape.is_empty(),
    }))
}

/// Numbers stand in a file as their bytes or one by one.
fn numbers<T: Copy, const N: usize>(
    raw: &[u8],
    listed: &[T],
    of: fn([u8; N]) -> T,
) -> TractResult<Vec<T>> {
    let (whole, rest) = raw.as_chunks::<N>();
    ensure!(
        rest.is_empty() && (raw.is_empty() || listed.is_empty()),
        "a constant is cut"
    );
    Ok(whole
        .iter()
        .map(|bytes| of(*bytes))
        .chain(listed.iter().copied())
        .collect())
}
