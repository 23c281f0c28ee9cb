//! Operations that stand in for tract's where its own are slow on x86-64.
//!
//! A model is loaded as its file says; then every two-dimensional convolution on single precision,
//! together with the activation behind it, becomes one operation of this module ([`substitute`]). The files
//! stay standard, and a model of an operator's gains as well.

mod activation;
mod convolution;
mod dense;
mod depthwise;
mod machine;
mod plane;
mod separable;
mod slopes;
mod softmax;
mod tile;
mod upsample;

use std::collections::{BTreeMap, BTreeSet};

use tract_core::ops::cast::Cast;
use tract_core::ops::cnn::Conv;
use tract_core::prelude::*;

use convolution::Kind;
use machine::Machine;
use separable::Separable;
use slopes::Activation;

pub(crate) use activation::TwoSlopes;
pub(crate) use convolution::Convolution;
pub(crate) use slopes::Slopes;
pub(crate) use softmax::RowSoftmax;
pub(crate) use upsample::Upsample;

/// The same model with its convolutions and their activations exchanged.
///
/// # Errors
/// Where tract cannot join the model again.
pub(crate) fn substitute(model: &TypedModel) -> TractResult<TypedModel> {
    substitute_for(model, Machine::here())
}

fn substitute_for(model: &TypedModel, machine: Machine) -> TractResult<TypedModel> {
    let mut target = TypedModel::default();
    let mut place: BTreeMap<OutletId, OutletId> = BTreeMap::new();
    // Convolutions that were exchanged: one that repeats another's input and weights is that one.
    let mut known: Vec<(OutletId, Box<dyn TypedOp>, OutletId)> = Vec::new();
    let mut gone = BTreeSet::new();
    for id in model.eval_order()? {
        let node = model.node(id);
        if gone.contains(&id) {
            continue;
        }
        if let Some(exchange) = Exchange::of(model, id, machine) {
            let input = place[&exchange.input];
            let same = known
                .iter()
                .find(|(from, op, _)| *from == input && *op == exchange.op);
            let output = match same {
                Some((_, _, output)) => *output,
                None => target.wire_node(&node.name, exchange.op.clone(), &[input])?[0],
            };
            known.push((input, exchange.op, output));
            place.insert(OutletId::new(exchange.last, 0), output);
            gone.extend(exchange.nodes);
            continue;
        }
        let inputs: TVec<OutletId> = node.inputs.iter().map(|input| place[input]).collect();
        let facts = node
            .outputs
            .iter()
            .map(|output| output.fact.clone())
            .collect();
        let new = target.add_node(&node.name, node.op.clone(), facts)?;
        for (slot, input) in inputs.into_iter().enumerate() {
            target.add_edge(input, InletId::new(new, slot))?;
        }
        for slot in 0..node.outputs.len() {
            place.insert(OutletId::new(id, slot), OutletId::new(new, slot));
        }
    }
    let moved = |outlets: &[OutletId]| {
        outlets
            .iter()
            .map(|outlet| place[outlet])
            .collect::<Vec<_>>()
    };
    target.inputs = moved(&model.inputs);
    target.outputs = moved(&model.outputs);
    target.symbols = model.symbols.clone();
    Ok(target)
}

/// A convolution and what becomes of it.
struct Exchange {
    input: OutletId,
    op: Box<dyn TypedOp>,
    /// The node whose output the operation gives.
    last: usize,
    /// The nodes behind the convolution that go with it.
    nodes: BTreeSet<usize>,
}

impl Exchange {
    fn of(model: &TypedModel, id: usize, machine: Machine) -> Option<Self> {
        let node = model.node(id);
        let input = *node.inputs.first()?;
        let alone = |op: Box<dyn TypedOp>| Self {
            input,
            op,
            last: id,
            nodes: BTreeSet::new(),
        };
        if let Some(softmax) = RowSoftmax::of(model, node) {
            return Some(alone(Box::new(softmax)));
        }
        if let Some(upsample) = Upsample::of(model, node) {
            return Some(alone(Box::new(upsample)));
        }
        Activated::of(model, id, machine)
            .map(|activated| activated.exchange(model, machine))
            .or_else(|| Self::of_activation(model, id))
    }

    /// The first node of an activation, of more nodes than one, behind something else than a convolution.
    fn of_activation(model: &TypedModel, id: usize) -> Option<Self> {
        let roots = model.node(id).inputs.iter().filter(|input| input.slot == 0);
        for root in roots {
            let fact = model.outlet_fact(*root).ok()?;
            let shape: Option<[usize; 4]> = fact
                .shape
                .as_concrete()
                .and_then(|shape| shape.try_into().ok());
            let Some([1, channels, height, width]) =
                shape.filter(|shape| fact.datum_type == f32::datum_type() && !shape.contains(&0))
            else {
                continue;
            };
            let found = slopes::following(model, root.node, channels, false);
            let Some(activation) =
                found.filter(|found| found.nodes.len() > 1 && found.nodes.contains(&id))
            else {
                continue;
            };
            return Some(Self {
                input: *root,
                op: Box::new(TwoSlopes::new(
                    [1, channels, height, width],
                    activation.slopes,
                )),
                last: activation.last,
                nodes: activation.nodes,
            });
        }
        None
    }
}

/// A convolution and its activation, of either kind.
struct Activated {
    input: OutletId,
    kind: Kind,
    last: usize,
    nodes: BTreeSet<usize>,
}

impl Activated {
    fn of(model: &TypedModel, id: usize, machine: Machine) -> Option<Self> {
        let node = model.node(id);
        let input = *node.inputs.first()?;
        let convolution = match node.op_as::<Convolution>() {
            Some(convolution) => convolution.clone(),
            None => convolution(model, node)?,
        };
        let channels = convolution.outputs();
        let activation =
            slopes::following(model, id, channels, true).unwrap_or_else(|| Activation {
                slopes: Slopes::identity(channels),
                last: id,
                nodes: BTreeSet::new(),
            });
        Some(Self {
            input,
            kind: convolution.with(activation.slopes, machine),
            last: activation.last,
            nodes: activation.nodes,
        })
    }

    /// By itself, or a depthwise one together with the pointwise one behind it.
    fn exchange(self, model: &TypedModel, machine: Machine) -> Exchange {
        let behind = self.pointwise_behind(model, machine);
        let (mut last, mut nodes) = (self.last, self.nodes);
        let op: Box<dyn TypedOp> = match (self.kind, behind) {
            (
                Kind::Depthwise(depthwise),
                Some((
                    id,
                    Self {
                        kind: Kind::Dense(pointwise),
                        last: end,
                        nodes: more,
                        ..
                    },
                )),
            ) => {
                last = end;
                nodes.insert(id);
                nodes.extend(more);
                Box::new(Separable::new(depthwise, pointwise))
            }
            (Kind::Depthwise(depthwise), _) => Box::new(depthwise),
            (Kind::Dense(dense), _) => Box::new(dense),
        };
        Exchange {
            input: self.input,
            op,
            last,
            nodes,
        }
    }

    /// The pointwise convolution behind a depthwise one, where nothing else reads that.
    fn pointwise_behind(&self, model: &TypedModel, machine: Machine) -> Option<(usize, Self)> {
        let outputs = model.output_outlets().ok()?;
        let read = &model.node(self.last).outputs[0].successors;
        let ([reader], Kind::Depthwise(_)) = (&read[..], &self.kind) else {
            return None;
        };
        if reader.slot != 0 || outputs.iter().any(|outlet| outlet.node == self.last) {
            return None;
        }
        let next = Self::of(model, reader.node, machine)?;
        matches!(&next.kind, Kind::Dense(dense) if dense.is_pointwise())
            .then_some((reader.node, next))
    }
}

/// A convolution of tract's, its kernel and biases known.
fn convolution(model: &TypedModel, node: &TypedNode) -> Option<Convolution> {
    let conv = node.op_as::<Conv>()?;
    let [input, kernel, bias] = *node.inputs else {
        return None;
    };
    let fact = model.outlet_fact(input).ok()?;
    let shape = fact.shape.as_concrete()?;
    let single = fact.datum_type == f32::datum_type();
    let kernel = numbers(&*constant(model, kernel)?).filter(|_| single)?;
    let biases = numbers(&*constant(model, bias)?)?;
    Convolution::of(conv, shape, kernel, biases)
}

/// The tensor behind a constant, or behind a cast of one to its own type.
fn constant(model: &TypedModel, outlet: OutletId) -> Option<Arc<Tensor>> {
    let konst = |outlet: OutletId| model.outlet_fact(outlet).ok()?.konst.clone();
    konst(outlet).or_else(|| {
        let node = model.node(outlet.node);
        let tensor = konst(*node.inputs.first()?)?;
        let same = node.op_as::<Cast>()?.to == tensor.datum_type();
        same.then_some(tensor)
    })
}

/// The numbers of a tensor of single precision.
fn numbers(tensor: &Tensor) -> Option<Vec<f32>> {
    let view = tensor.to_plain_array_view::<f32>().ok()?;
    view.to_slice().map(<[f32]>::to_vec)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
