//! Activations of two slopes: what follows a convolution as long as it is linear on either side of
//! zero. ReLU, leaky ReLU and PReLU are such, in whichever nodes a converter wrote them.

use std::collections::{BTreeMap, BTreeSet};

use tract_core::ops::binary::TypedBinOp;
use tract_core::ops::element_wise::ElementWiseOp;
use tract_core::ops::logic::{CompGT, Iff};
use tract_core::ops::math::{Abs, Add, Max, Mul, Neg, Sub};
use tract_core::ops::nn::LeakyRelu;
use tract_core::prelude::*;

use super::activation::TwoSlopes;

/// `x` to `positive · x` above zero and `negative · x` below, for each channel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Slopes {
    pub(crate) positive: Vec<f32>,
    pub(crate) negative: Vec<f32>,
}

impl Slopes {
    /// What changes nothing.
    pub(super) fn identity(channels: usize) -> Self {
        Self {
            positive: vec![1.0; channels],
            negative: vec![1.0; channels],
        }
    }

    fn map(&self, positive: impl Fn(f32) -> f32, negative: impl Fn(f32) -> f32) -> Self {
        Self {
            positive: self.positive.iter().map(|s| positive(*s)).collect(),
            negative: self.negative.iter().map(|s| negative(*s)).collect(),
        }
    }

    fn with(&self, other: &Self, join: impl Fn(f32, f32) -> f32) -> Self {
        let pairs = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| join(*a, *b)).collect();
        Self {
            positive: pairs(&self.positive, &other.positive),
            negative: pairs(&self.negative, &other.negative),
        }
    }

    fn scaled(&self, by: &[f32]) -> Self {
        let factors = Self {
            positive: by.to_vec(),
            negative: by.to_vec(),
        };
        self.with(&factors, |slope, factor| slope * factor)
    }
}

/// The activation behind a node, and the node whose output it is.
pub(super) struct Activation {
    pub(super) slopes: Slopes,
    pub(super) last: usize,
    /// The nodes that it takes the place of, `last` among them.
    pub(super) nodes: BTreeSet<usize>,
}

/// The longest activation that follows a node of `channels` channels. Where the node goes with it
/// (`root_goes`), nothing else may read the node.
pub(super) fn following(
    model: &TypedModel,
    root: usize,
    channels: usize,
    root_goes: bool,
) -> Option<Activation> {
    let mut known = BTreeMap::from([(root, Slopes::identity(channels))]);
    let mut best = None;
    // Nodes that read known ones only; a node's number says nothing of its place in the order.
    let mut frontier = vec![root];
    while let Some(node) = frontier.pop() {
        for reader in &model.node(node).outputs[0].successors {
            let id = reader.node;
            if known.contains_key(&id) {
                continue;
            }
            let Some(slopes) = slopes_of(model, id, &known, channels) else {
                continue;
            };
            known.insert(id, slopes);
            frontier.push(id);
            if is_condition(model, id) {
                continue;
            }
            if let Some(nodes) = closed(model, root, id, &known, root_goes) {
                best = Some(Activation {
                    slopes: known[&id].clone(),
                    last: id,
                    nodes,
                });
            }
        }
    }
    best
}

/// Whether a node says on which side of zero something lies. Its slopes are 1 on the sides where it does.
fn is_condition(model: &TypedModel, id: usize) -> bool {
    model.node(id).outputs[0].fact.datum_type == bool::datum_type()
}

/// The slopes of a node over those of its inputs.
fn slopes_of(
    model: &TypedModel,
    id: usize,
    known: &BTreeMap<usize, Slopes>,
    channels: usize,
) -> Option<Slopes> {
    let node = model.node(id);
    let input = |place: usize| {
        let outlet = node.inputs.get(place).filter(|outlet| outlet.slot == 0)?;
        known.get(&outlet.node)
    };
    let constant = |slot: usize| per_channel(model, *node.inputs.get(slot)?, channels);
    if let Some(ElementWiseOp(op, None)) = node.op_as::<ElementWiseOp>() {
        let x = input(0)?;
        if let Some(LeakyRelu { alpha }) = op.downcast_ref::<LeakyRelu>() {
            // What is negative on either side is what the leak takes.
            let leak = |negative: bool, slope: f32| if negative { alpha * slope } else { slope };
            return Some(x.map(|s| leak(s < 0.0, s), |s| leak(s > 0.0, s)));
        }
        if op.is::<Abs>() {
            return Some(x.map(f32::abs, |s| -s.abs()));
        }
        return op.is::<Neg>().then(|| x.map(|s| -s, |s| -s));
    }
    if let Some(TwoSlopes { slopes, .. }) = node.op_as::<TwoSlopes>() {
        let x = input(0)?;
        // What comes out on either side takes the slope of its own sign.
        let sides = |came: &[f32], above: bool| {
            let taken = came
                .iter()
                .zip(slopes.positive.iter().zip(&slopes.negative));
            taken
                .map(|(came, (positive, negative))| {
                    came * if (*came > 0.0) == above {
                        positive
                    } else {
                        negative
                    }
                })
                .collect()
        };
        return Some(Slopes {
            positive: sides(&x.positive, true),
            negative: sides(&x.negative, false),
        });
    }
    if node.op_is::<Iff>() {
        let (below, then, otherwise) = (input(0)?, input(1)?, input(2)?);
        let scaled = |slopes: &Slopes, by: &Slopes| slopes.with(by, |slope, factor| slope * factor);
        let above = below.map(|is| 1.0 - is, |is| 1.0 - is);
        return Some(scaled(then, below).with(&scaled(otherwise, &above), |a, b| a + b));
    }
    let TypedBinOp(op, None) = node.op_as::<TypedBinOp>()? else {
        return None;
    };
    if op.is::<Add>() {
        return Some(input(0)?.with(input(1)?, |a, b| a + b));
    }
    if op.is::<Sub>() {
        return Some(input(0)?.with(input(1)?, |a, b| a - b));
    }
    let (x, by) = match (input(0), input(1)) {
        (Some(x), None) => (x, constant(1)?),
        (None, Some(x)) => (x, constant(0)?),
        _ => return None,
    };
    if op.is::<Mul>() {
        return Some(x.scaled(&by));
    }
    if by.iter().any(|value| *value != 0.0) {
        return None;
    }
    if op.is::<CompGT>() && input(1).is_some() {
        // Zero is greater: what is negative above zero or has a positive slope below it.
        let one = |holds: bool| if holds { 1.0 } else { 0.0 };
        return Some(x.map(|s| one(s < 0.0), |s| one(s > 0.0)));
    }
    op.is::<Max>()
        .then(|| x.map(|s| s.max(0.0), |s| s.min(0.0)))
}

/// The nodes between `root` and `last`, where nothing else reads any of them.
fn closed(
    model: &TypedModel,
    root: usize,
    last: usize,
    known: &BTreeMap<usize, Slopes>,
    root_goes: bool,
) -> Option<BTreeSet<usize>> {
    let outputs = model.output_outlets().ok()?;
    let inside: BTreeSet<usize> = known.keys().copied().filter(|id| *id != root).collect();
    let hidden = |id: &usize| *id != last && (root_goes || *id != root);
    for id in known.keys().filter(|id| hidden(id)) {
        let node = model.node(*id);
        let read = &node.outputs[0].successors;
        let outside = read.iter().any(|reader| !inside.contains(&reader.node));
        if outside || outputs.iter().any(|outlet| outlet.node == *id) {
            return None;
        }
    }
    // A node that reads `last` and is known belongs to what comes behind it.
    let behind = model.node(last).outputs[0].successors.iter();
    if behind.clone().any(|reader| inside.contains(&reader.node)) {
        return None;
    }
    Some(inside)
}

/// A constant as one number for each channel of a tensor `1 × channels × height × width`.
fn per_channel(model: &TypedModel, outlet: OutletId, channels: usize) -> Option<Vec<f32>> {
    let constant = model.outlet_fact(outlet).ok()?.konst.clone()?;
    let values = super::numbers(&constant)?;
    match (constant.shape(), values.len()) {
        (_, 1) => Some(vec![values[0]; channels]),
        ([1, c, 1, 1] | [c, 1, 1], _) if *c == channels => Some(values),
        _ => None,
    }
}
