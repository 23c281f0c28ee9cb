//! The attributes of a node, each of a name and a type that its operator takes.

use tract_core::internal::*;

use super::file::{Attribute, Node, Tensor, kind};

/// No side of a picture, a kernel or a margin is longer; sums and products of two are far from what a number holds.
const LONGEST: usize = 1 << 14;

/// Lengths in elements, none beyond [`LONGEST`].
pub(super) fn lengths(values: &[i64]) -> TractResult<TVec<usize>> {
    let length = |value: &i64| {
        let length = usize::try_from(*value).ok();
        length
            .filter(|length| *length <= LONGEST)
            .context("a length is negative or too long")
    };
    values.iter().map(length).collect()
}

pub(super) struct Attributes<'a>(&'a Node);

impl<'a> Attributes<'a> {
    /// Of a node whose attributes each have one of these names, no two the same.
    pub(super) fn of(node: &'a Node, known: &[&str]) -> TractResult<Self> {
        for (place, attribute) in node.attributes.iter().enumerate() {
            let name = &*attribute.name;
            ensure!(known.contains(&name), "the attribute {name} is not listed");
            let before = node.attributes.iter().take(place);
            let twice = before.into_iter().any(|before| before.name == name);
            ensure!(!twice, "the attribute {name} stands twice");
        }
        Ok(Self(node))
    }

    fn find(&self, name: &str, of: i32) -> TractResult<Option<&'a Attribute>> {
        let found = self.0.attributes.iter().find(|found| found.name == name);
        let right = found.is_none_or(|found| found.kind == of);
        ensure!(right, "the attribute {name} is of another type");
        Ok(found)
    }

    pub(super) fn whole(&self, name: &str) -> TractResult<Option<i64>> {
        Ok(self.find(name, kind::WHOLE)?.map(|found| found.whole))
    }

    pub(super) fn number(&self, name: &str) -> TractResult<Option<f32>> {
        Ok(self.find(name, kind::NUMBER)?.map(|found| found.number))
    }

    pub(super) fn word(&self, name: &str) -> TractResult<Option<&'a [u8]>> {
        Ok(self.find(name, kind::WORD)?.map(|found| &*found.word))
    }

    pub(super) fn wholes(&self, name: &str) -> TractResult<Option<&'a [i64]>> {
        Ok(self.find(name, kind::WHOLES)?.map(|found| &*found.wholes))
    }

    /// Lengths in elements.
    pub(super) fn lengths(&self, name: &str) -> TractResult<Option<TVec<usize>>> {
        self.wholes(name)?.map(lengths).transpose()
    }

    pub(super) fn tensor(&self, name: &str) -> TractResult<Option<&'a Tensor>> {
        Ok(self
            .find(name, kind::TENSOR)?
            .and_then(|found| found.tensor.as_ref()))
    }
}
