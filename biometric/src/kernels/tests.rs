//! Every operation against tract's own, on shapes, strides, margins and activations at random.

use proptest::prelude::*;
use tract_core::ops::binary::TypedBinOp;
use tract_core::ops::cnn::{Conv, KernelFormat, PaddingSpec, PoolSpec};
use tract_core::ops::logic::{CompGT, Iff};
use tract_core::ops::math::{abs, add, max, mul, neg, sub};
use tract_core::ops::nn::{DataFormat, Softmax, leaky_relu};
use tract_core::prelude::*;

use super::machine::Machine;
use super::{substitute, substitute_for};

/// Largest difference from tract's result, in the result's own largest number.
const TOLERANCE: f32 = 1e-5;

/// How a converter writes the activation behind a convolution.
#[derive(Clone, Copy, Debug)]
enum Written {
    Nothing,
    Relu,
    Leaky(f32),
    /// PReLU as TensorFlow's converter has it.
    WithAbs,
    /// PReLU as PyTorch's old exporter has it.
    WithNeg,
    /// PReLU as ONNX has it.
    WithCondition,
    /// A ReLU of a leaky ReLU, negated: slopes of either sign.
    Chain,
}

#[derive(Clone, Debug)]
struct Case {
    inputs: usize,
    outputs: usize,
    depthwise: bool,
    size: [usize; 2],
    kernel: [usize; 2],
    stride: usize,
    padding: PaddingSpec,
    written: Written,
    seed: u32,
}

fn written() -> impl Strategy<Value = Written> {
    prop_oneof![
        Just(Written::Nothing),
        Just(Written::Relu),
        (0.01f32..0.9).prop_map(Written::Leaky),
        Just(Written::WithAbs),
        Just(Written::WithNeg),
        Just(Written::WithCondition),
        Just(Written::Chain),
    ]
}

prop_compose! {
    fn case()(
        inputs in 1usize..10,
        outputs in 1usize..14,
        depthwise in any::<bool>(),
        kernel in [1usize..5, 1usize..5],
        room in [0usize..40, 0usize..60],
        stride in 1usize..4,
        before in [0usize..6, 0usize..6],
        after in [0usize..6, 0usize..6],
        same in prop::option::weighted(0.3, any::<bool>()),
        pointwise in prop::bool::weighted(0.3),
        written in written(),
        seed in any::<u32>(),
    ) -> Case {
        let padding = match same {
            _ if pointwise => PaddingSpec::Valid,
            Some(true) => PaddingSpec::SameUpper,
            Some(false) => PaddingSpec::SameLower,
            None => PaddingSpec::Explicit(TVec::from_slice(&before), TVec::from_slice(&after)),
        };
        let kernel = if pointwise { [1, 1] } else { kernel };
        Case {
            inputs,
            outputs: if depthwise { inputs } else { outputs },
            depthwise,
            size: [kernel[0] + room[0], kernel[1] + room[1]],
            kernel,
            stride: if pointwise { 1 } else { stride },
            padding,
            written,
            seed,
        }
    }
}

/// Numbers in -1..=1.
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 23) as f32 - 1.0
    }

    fn tensor(&mut self, shape: &[usize]) -> Tensor {
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| self.next()).collect();
        Tensor::from_shape(shape, &values).unwrap()
    }
}

/// A model while it is written.
struct Draft {
    model: TypedModel,
    nodes: usize,
}

impl Draft {
    fn constant(&mut self, tensor: Tensor) -> OutletId {
        self.nodes += 1;
        self.model
            .add_const(format!("c{}", self.nodes), tensor)
            .unwrap()
    }

    fn wire(&mut self, op: impl Into<Box<dyn TypedOp>>, inputs: &[OutletId]) -> OutletId {
        self.nodes += 1;
        self.model
            .wire_node(format!("n{}", self.nodes), op, inputs)
            .unwrap()[0]
    }

    fn activation(&mut self, written: Written, x: OutletId, slopes: Tensor) -> OutletId {
        let zero = self.constant(Tensor::zero::<f32>(&[1, 1, 1, 1]).unwrap());
        match written {
            Written::Nothing => x,
            Written::Relu => self.wire(max(), &[x, zero]),
            Written::Leaky(alpha) => self.wire(leaky_relu(alpha), &[x]),
            Written::WithAbs => {
                let slopes = self.constant(slopes);
                let size = self.wire(abs(), &[x]);
                let below = self.wire(sub(), &[x, size]);
                let scaled = self.wire(mul(), &[below, slopes]);
                let above = self.wire(max(), &[x, zero]);
                self.wire(add(), &[above, scaled])
            }
            Written::WithNeg => {
                let slopes = self.constant(slopes);
                let turned = self.wire(neg(), &[x]);
                let below = self.wire(max(), &[turned, zero]);
                let scaled = self.wire(mul(), &[slopes, below]);
                let above = self.wire(max(), &[zero, x]);
                self.wire(add(), &[scaled, above])
            }
            Written::WithCondition => {
                let slopes = self.constant(slopes);
                let scaled = self.wire(mul(), &[x, slopes]);
                let below = self.wire(TypedBinOp(Box::new(CompGT), None), &[zero, x]);
                self.wire(Iff, &[below, scaled, x])
            }
            Written::Chain => {
                let leaky = self.wire(leaky_relu(0.25), &[x]);
                let turned = self.wire(neg(), &[leaky]);
                self.wire(leaky_relu(0.5), &[turned])
            }
        }
    }

    /// The convolution and activation of a case.
    fn convolution(&mut self, case: &Case, x: OutletId, numbers: &mut Numbers) -> OutletId {
        let group = if case.depthwise { case.inputs } else { 1 };
        let kernel = [
            case.outputs,
            case.inputs / group,
            case.kernel[0],
            case.kernel[1],
        ];
        let kernel = self.constant(numbers.tensor(&kernel));
        let biases = self.constant(numbers.tensor(&[case.outputs]));
        let pool = PoolSpec {
            data_format: DataFormat::NCHW,
            kernel_shape: TVec::from_slice(&case.kernel),
            padding: case.padding.clone(),
            dilations: None,
            strides: Some(tvec!(case.stride, case.stride)),
            input_channels: case.inputs,
            output_channels: case.outputs,
        };
        let conv = Conv::new(pool, KernelFormat::OIHW, group, None);
        let made = self.wire(conv, &[x, kernel, biases]);
        let slopes = numbers.tensor(&[1, case.outputs, 1, 1]);
        self.activation(case.written, made, slopes)
    }
}

/// The cases, one behind the other, as a model of tract's, and an input.
fn chain(cases: &[&Case]) -> (TypedModel, Tensor) {
    let mut numbers = Numbers(cases[0].seed);
    let mut draft = Draft {
        model: TypedModel::default(),
        nodes: 0,
    };
    let [height, width] = cases[0].size;
    let shape = [1, cases[0].inputs, height, width];
    let mut y = draft.model.add_source("x", f32::fact(shape)).unwrap();
    for case in cases {
        y = draft.convolution(case, y, &mut numbers);
    }
    draft.model.select_output_outlets(&[y]).unwrap();
    (draft.model, numbers.tensor(&shape))
}

/// The case as a model of tract's, and an input.
fn model(case: &Case) -> (TypedModel, Tensor) {
    chain(&[case])
}

/// A pointwise case that reads what another gives.
fn pointwise_behind(case: &Case, outputs: usize, written: Written) -> Case {
    Case {
        inputs: case.outputs,
        outputs,
        depthwise: false,
        kernel: [1, 1],
        stride: 1,
        padding: PaddingSpec::Valid,
        written,
        ..case.clone()
    }
}

fn names(model: &TypedModel) -> Vec<String> {
    let ops = model.nodes.iter().map(|node| node.op.name().to_string());
    ops.filter(|name| name != "Source" && name != "Const")
        .collect()
}

fn run(model: TypedModel, input: &Tensor) -> Vec<f32> {
    let plan = model.into_optimized().unwrap().into_runnable().unwrap();
    let made = plan.run(tvec!(input.clone().into_tvalue())).unwrap();
    super::numbers(&made[0]).unwrap()
}

fn assert_same(theirs: &[f32], ours: &[f32]) {
    assert_eq!(theirs.len(), ours.len());
    let largest = theirs
        .iter()
        .fold(1.0, |largest: f32, value| largest.max(value.abs()));
    for (place, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
        assert!(
            (theirs - ours).abs() <= TOLERANCE * largest,
            "{place}: {theirs} {ours}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_convolution_and_its_activation_are_what_tract_computes(case in case()) {
        let (model, input) = model(&case);
        let theirs = run(model.clone(), &input);
        // One channel to one is either.
        let is_depthwise = case.depthwise || case.inputs * case.outputs == 1;
        let name = if is_depthwise { "DepthwiseConv" } else { "DenseConv" };
        // Also as lesser machines compute it.
        for machine in Machine::all() {
            let ours = substitute_for(&model, machine).unwrap();
            // The activation is in it, in whichever nodes it was written.
            prop_assert_eq!(names(&ours), [name]);
            assert_same(&theirs, &run(ours, &input));
        }
    }

    #[test]
    fn a_depthwise_and_a_pointwise_convolution_are_what_tract_computes(
        case in case(),
        outputs in 2usize..30,
        written in written(),
    ) {
        let first = Case { depthwise: true, outputs: case.inputs, ..case };
        let (model, input) = chain(&[&first, &pointwise_behind(&first, outputs, written)]);
        let theirs = run(model.clone(), &input);
        for machine in Machine::all() {
            let ours = substitute_for(&model, machine).unwrap();
            prop_assert_eq!(names(&ours), ["SeparableConv"]);
            assert_same(&theirs, &run(ours, &input));
        }
    }

    #[test]
    fn an_activation_alone_is_what_tract_computes(
        written in written(),
        shape in [1usize..6, 1usize..20, 1usize..20],
        seed in any::<u32>(),
    ) {
        let mut numbers = Numbers(seed);
        let mut draft = Draft { model: TypedModel::default(), nodes: 0 };
        let shape = [1, shape[0], shape[1], shape[2]];
        let x = draft.model.add_source("x", f32::fact(shape)).unwrap();
        let slopes = numbers.tensor(&[1, shape[1], 1, 1]);
        let y = draft.activation(written, x, slopes);
        draft.model.select_output_outlets(&[y]).unwrap();
        let ours = substitute(&draft.model).unwrap();
        if !matches!(written, Written::Nothing | Written::Relu | Written::Leaky(_)) {
            prop_assert_eq!(names(&ours), ["TwoSlopes"]);
        }
        let input = numbers.tensor(&shape);
        assert_same(&run(draft.model, &input), &run(ours, &input));
    }

    #[test]
    fn a_softmax_of_few_classes_is_what_tract_computes(
        rows in 1usize..50,
        classes in 1usize..12,
        scale in 0.1f32..80.0,
        seed in any::<u32>(),
    ) {
        let mut model = TypedModel::default();
        let shape = [1, rows, classes];
        let x = model.add_source("x", f32::fact(shape)).unwrap();
        let softmax = Softmax { axes: tvec!(2), ..Softmax::default() };
        let y = model.wire_node("y", softmax, &[x]).unwrap();
        model.select_output_outlets(&y).unwrap();
        let ours = substitute(&model).unwrap();
        prop_assert_eq!(names(&ours), [if classes <= 8 { "RowSoftmax" } else { "Softmax" }]);
        let mut numbers = Numbers(seed);
        let values: Vec<f32> = (0..rows * classes).map(|_| scale * numbers.next()).collect();
        let input = Tensor::from_shape(&shape, &values).unwrap();
        assert_same(&run(model, &input), &run(ours, &input));
    }
}

/// What is read by somebody else stays.
#[test]
fn an_activation_whose_inside_is_read_elsewhere_is_left_alone() {
    let mut numbers = Numbers(7);
    let mut draft = Draft {
        model: TypedModel::default(),
        nodes: 0,
    };
    let shape = [1, 3, 5, 5];
    let x = draft.model.add_source("x", f32::fact(shape)).unwrap();
    let kernel = draft.constant(numbers.tensor(&[4, 3, 1, 1]));
    let biases = draft.constant(numbers.tensor(&[4]));
    let pool = PoolSpec {
        data_format: DataFormat::NCHW,
        kernel_shape: tvec!(1, 1),
        input_channels: 3,
        output_channels: 4,
        ..PoolSpec::default()
    };
    let conv = Conv::new(pool, KernelFormat::OIHW, 1, None);
    let made = draft.wire(conv, &[x, kernel, biases]);
    let y = draft.activation(Written::WithAbs, made, numbers.tensor(&[1, 4, 1, 1]));
    // The convolution's own output is asked for as well.
    draft.model.select_output_outlets(&[y, made]).unwrap();
    let ours = substitute(&draft.model).unwrap();
    assert!(
        names(&ours).contains(&"TwoSlopes".to_owned()),
        "{:?}",
        names(&ours)
    );
    let input = numbers.tensor(&shape).into_tvalue();
    let both = |model: TypedModel| {
        let plan = model.into_optimized().unwrap().into_runnable().unwrap();
        let made = plan.run(tvec!(input.clone())).unwrap();
        [0, 1].map(|place| super::numbers(&made[place]).unwrap())
    };
    for (theirs, ours) in both(draft.model).iter().zip(both(ours)) {
        assert_same(theirs, &ours);
    }
}

/// A depthwise convolution that is asked for itself does not go into the one behind it.
#[test]
fn a_depthwise_convolution_that_is_read_elsewhere_stays() {
    let case = Case {
        inputs: 3,
        outputs: 3,
        depthwise: true,
        size: [9, 9],
        kernel: [3, 3],
        stride: 1,
        padding: PaddingSpec::SameUpper,
        written: Written::Nothing,
        seed: 3,
    };
    let (mut model, input) = chain(&[&case, &pointwise_behind(&case, 4, Written::Relu)]);
    let conv = model
        .nodes
        .iter()
        .find(|node| node.op_is::<Conv>())
        .unwrap()
        .id;
    let y = model.outputs[0];
    model
        .select_output_outlets(&[y, OutletId::new(conv, 0)])
        .unwrap();
    let ours = substitute(&model).unwrap();
    assert_eq!(names(&ours), ["DepthwiseConv", "DenseConv"]);
    assert_same(&run(model, &input), &run(ours, &input));
}

/// Two convolutions of one input with the same weights are one.
#[test]
fn a_repeated_convolution_runs_once() {
    let case = Case {
        inputs: 3,
        outputs: 5,
        depthwise: false,
        size: [9, 9],
        kernel: [3, 3],
        stride: 1,
        padding: PaddingSpec::SameUpper,
        written: Written::Nothing,
        seed: 3,
    };
    let (mut model, input) = model(&case);
    let conv = model
        .nodes
        .iter()
        .find(|node| node.op_is::<Conv>())
        .unwrap()
        .clone();
    let again = model
        .wire_node("again", conv.op.clone(), &conv.inputs)
        .unwrap()[0];
    let sum = model
        .wire_node("sum", add(), &[OutletId::new(conv.id, 0), again])
        .unwrap();
    model.select_output_outlets(&sum).unwrap();
    let ours = substitute(&model).unwrap();
    assert_eq!(names(&ours), ["DenseConv", "Add"]);
    assert_same(&run(model, &input), &run(ours, &input));
}

/// Infinity less infinity inside of a network must not end as a finite embedding.
#[test]
fn what_is_not_a_number_stays_so() {
    for (depthwise, written) in [
        (false, Written::Nothing),
        (false, Written::Relu),
        (true, Written::WithAbs),
    ] {
        let case = Case {
            inputs: 2,
            outputs: 2,
            depthwise,
            size: [4, 9],
            kernel: [3, 3],
            stride: 1,
            padding: PaddingSpec::SameUpper,
            written,
            seed: 5,
        };
        let (model, _) = model(&case);
        let input = Tensor::from_shape(&[1, 2, 4, 9], &[f32::NAN; 72]).unwrap();
        for machine in Machine::all() {
            let made = run(substitute_for(&model, machine).unwrap(), &input);
            assert!(made.iter().all(|value| value.is_nan()), "{case:?}");
        }
    }
}

/// No element of the output would be left unwritten by a shorter input.
#[test]
fn an_input_of_another_shape_is_refused() {
    for depthwise in [false, true] {
        let case = Case {
            inputs: 2,
            outputs: 2,
            depthwise,
            size: [5, 5],
            kernel: [3, 3],
            stride: 1,
            padding: PaddingSpec::Valid,
            written: Written::Nothing,
            seed: 5,
        };
        let ours = substitute(&model(&case).0).unwrap();
        let node = ours
            .nodes
            .iter()
            .find(|node| node.op.name().ends_with("Conv"))
            .unwrap();
        for shape in [[1, 2, 5, 4], [1, 1, 5, 5]] {
            let input = Tensor::zero::<f32>(&shape).unwrap().into_tvalue();
            assert!(node.op.eval_out_of_plan(tvec!(input)).is_err(), "{shape:?}");
        }
    }
}
