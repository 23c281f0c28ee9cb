//! Reads the ONNX files of the face models.
//!
//! tract's own reader knows some two hundred operators, and all that a reader knows is linked into an app. The face
//! models take two dozen, on one input whose shape is known, and nearly all that they compute is an operation of
//! [`crate::kernels`]. An operator, an attribute or a form that is not listed here is refused, never guessed. An
//! operator's embedding model, which may be anything, goes through tract's reader.

mod attributes;
mod constants;
mod file;
mod layers;
mod shapes;
mod whole;
mod windows;

use std::collections::BTreeMap;

use prost::Message;
use tract_core::internal::*;

use constants::{Constant, constant};
use file::{Graph, Model, Node};

/// Versions of the operator set whose rules are followed.
const OPERATOR_SETS: std::ops::RangeInclusive<i64> = 9..=17;

/// No tensor between operations is larger: 256 MiB, many times what the detector needs.
const MOST_ELEMENTS: usize = 64 << 20;

/// The model in a file, on one input of single precision and this shape.
///
/// # Errors
/// Bytes that are no model, or a model that takes what is not listed.
pub(crate) fn read(bytes: &[u8], shape: &[usize]) -> TractResult<TypedModel> {
    let file = Model::decode(bytes)?;
    Reader::new(&file)?.model(&file, shape)
}

/// What a name of a graph stands for.
#[derive(Clone)]
enum Value {
    /// What is computed from the input.
    Wire(OutletId),
    /// What is known.
    Constant(Constant),
}

/// A graph as far as it is read.
struct Reader {
    model: TypedModel,
    values: BTreeMap<String, Value>,
    operator_set: i64,
}

impl Reader {
    fn new(file: &Model) -> TractResult<Self> {
        let own = |domain: &str| domain.is_empty() || domain == "ai.onnx";
        let set = file.operator_sets.iter().find(|set| own(&set.domain));
        let operator_set = set.map_or(0, |set| set.version);
        ensure!(
            OPERATOR_SETS.contains(&operator_set),
            "the operator set {operator_set} is not listed"
        );
        Ok(Self {
            model: TypedModel::default(),
            values: BTreeMap::new(),
            operator_set,
        })
    }

    fn model(mut self, file: &Model, shape: &[usize]) -> TractResult<TypedModel> {
        let graph = file.graph.as_ref().context("there is no graph")?;
        ensure!(
            graph.sparse_constants.is_empty(),
            "sparse constants are not listed"
        );
        for tensor in &graph.constants {
            self.name(&tensor.name, Value::Constant(constant(tensor)?))?;
        }
        self.source(graph, shape)?;
        for node in &graph.nodes {
            let [output] = &*node.outputs else {
                bail!("a node of several outputs is not listed");
            };
            let value = self
                .layer(node, output)
                .with_context(|| format!("in the node of {output}"))?;
            self.name(output, value)?;
        }
        let outputs = graph.outputs.iter().map(|output| self.wire(&output.name));
        let outputs = outputs.collect::<TractResult<Vec<_>>>()?;
        self.model.select_output_outlets(&outputs)?;
        Ok(self.model)
    }

    /// The one input that is no constant.
    fn source(&mut self, graph: &Graph, shape: &[usize]) -> TractResult<()> {
        let known = |name: &str| self.values.contains_key(name);
        let open: Vec<&str> = graph.inputs.iter().map(|input| &*input.name).collect();
        let [name] = open
            .into_iter()
            .filter(|name| !known(name))
            .collect::<Vec<_>>()[..]
        else {
            bail!("the model has not one input");
        };
        let source = self.model.add_source(name, f32::fact(shape))?;
        self.name(name, Value::Wire(source))
    }

    fn name(&mut self, name: &str, value: Value) -> TractResult<()> {
        let before = self.values.insert(name.to_owned(), value);
        ensure!(before.is_none(), "{name} is named twice");
        Ok(())
    }

    fn value(&self, name: &str) -> TractResult<&Value> {
        self.values
            .get(name)
            .with_context(|| format!("nothing is named {name}"))
    }

    fn wire(&self, name: &str) -> TractResult<OutletId> {
        match self.value(name)? {
            Value::Wire(wire) => Ok(*wire),
            Value::Constant(_) => bail!("{name} does not depend on the input"),
        }
    }

    /// The shape of what is computed.
    fn shape(&self, wire: OutletId) -> TractResult<Vec<usize>> {
        let shape = self.model.outlet_fact(wire)?.shape.as_concrete();
        Ok(shape.context("a shape is open")?.to_vec())
    }

    /// An operation, under the first name that is free.
    fn add(
        &mut self,
        name: &str,
        op: impl Into<Box<dyn TypedOp>>,
        inputs: &[OutletId],
    ) -> TractResult<OutletId> {
        let name = format!("{name}.{}", self.model.nodes.len());
        let wire = self.model.wire_node(name, op, inputs)?[0];
        let size = elements(&self.shape(wire)?);
        let holds = size.is_some_and(|size| (1..=MOST_ELEMENTS).contains(&size));
        ensure!(holds, "a tensor without elements, or of too many");
        Ok(wire)
    }
}

/// Elements of a tensor, if they can be counted.
fn elements(shape: &[usize]) -> Option<usize> {
    shape
        .iter()
        .try_fold(1usize, |size, length| size.checked_mul(*length))
}

/// An input of a node that must be there.
fn input(node: &Node, place: usize) -> TractResult<&str> {
    optional(node, place).with_context(|| format!("input {place} is missing"))
}

/// An input of a node that may be left out.
fn optional(node: &Node, place: usize) -> Option<&str> {
    let name = node.inputs.get(place)?;
    (!name.is_empty()).then_some(&**name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
