//! The attributes of a node, each of a name and a type that its operator takes.

use tract_onnx::pb::attribute_proto::AttributeType;
use tract_onnx::pb::{AttributeProto, NodeProto, TensorProto};
use tract_onnx::prelude::*;
use tract_onnx::tract_core::internal::*;

pub(super) struct Attributes<'a>(&'a NodeProto);

impl<'a> Attributes<'a> {
    /// Of a node whose attributes all have one of these names.
    pub(super) fn of(node: &'a NodeProto, known: &[&str]) -> TractResult<Self> {
        for attribute in &node.attribute {
            let name = &*attribute.name;
            ensure!(known.contains(&name), "the attribute {name} is not listed");
        }
        Ok(Self(node))
    }

    fn find(&self, name: &str, of: AttributeType) -> TractResult<Option<&'a AttributeProto>> {
        let found = self.0.attribute.iter().find(|found| found.name == name);
        let right = found.is_none_or(|found| found.r#type == of as i32);
        ensure!(right, "the attribute {name} is of another type");
        Ok(found)
    }

    pub(super) fn whole(&self, name: &str) -> TractResult<Option<i64>> {
        Ok(self.find(name, AttributeType::Int)?.map(|found| found.i))
    }

    pub(super) fn number(&self, name: &str) -> TractResult<Option<f32>> {
        Ok(self.find(name, AttributeType::Float)?.map(|found| found.f))
    }

    pub(super) fn word(&self, name: &str) -> TractResult<Option<&'a [u8]>> {
        Ok(self
            .find(name, AttributeType::String)?
            .map(|found| &*found.s))
    }

    pub(super) fn wholes(&self, name: &str) -> TractResult<Option<&'a [i64]>> {
        Ok(self
            .find(name, AttributeType::Ints)?
            .map(|found| &*found.ints))
    }

    /// Lengths in elements.
    pub(super) fn lengths(&self, name: &str) -> TractResult<Option<TVec<usize>>> {
        let length =
            |value: &i64| usize::try_from(*value).with_context(|| format!("{name} is negative"));
        self.wholes(name)?
            .map(|values| values.iter().map(length).collect())
            .transpose()
    }

    pub(super) fn tensor(&self, name: &str) -> TractResult<Option<&'a TensorProto>> {
        Ok(self
            .find(name, AttributeType::Tensor)?
            .and_then(|found| found.t.as_ref()))
    }
}
