//! What is read here computes what tract's own reader makes of the same file, and the rest is refused.

use prost::Message;
use tract_onnx::pb::attribute_proto::AttributeType;
use tract_onnx::pb::tensor_proto::{DataLocation, DataType};
use tract_onnx::pb::type_proto::{Tensor as TensorType, Value as TypeValue};
use tract_onnx::pb::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto, TypeProto,
    ValueInfoProto,
};

use tract_onnx::prelude::{InferenceFact, InferenceModelExt};

use super::*;
use crate::kernels;

/// Relative to the largest element of an output: sums run in another order.
const TOLERANCE: f32 = 2e-5;

fn run(model: TypedModel, input: &Tensor) -> Vec<Vec<f32>> {
    let made = model
        .into_runnable()
        .unwrap()
        .run(tvec!(input.clone().into_tvalue()))
        .unwrap();
    let flat = |output: &TValue| {
        output
            .to_plain_array_view::<f32>()
            .unwrap()
            .iter()
            .copied()
            .collect()
    };
    made.iter().map(flat).collect()
}

fn by_tract(bytes: &[u8], shape: &[usize], input: &Tensor) -> Vec<Vec<f32>> {
    let mut model = tract_onnx::onnx().model_for_read(&mut &*bytes).unwrap();
    model
        .set_input_fact(0, InferenceFact::dt_shape(f32::datum_type(), shape))
        .unwrap();
    run(model.into_optimized().unwrap(), input)
}

/// Numbers between -1 and 1 in no order.
fn scattered(shape: &[usize]) -> Tensor {
    let mut state = 1u32;
    let numbers = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    });
    let values: Vec<f32> = numbers.take(shape.iter().product()).collect();
    Tensor::from_shape(shape, &values).unwrap()
}

fn assert_read_alike(bytes: &[u8], shape: &[usize], what: &str) {
    let input = scattered(shape);
    let stated = read(bytes, shape).unwrap();
    let theirs = by_tract(bytes, shape, &input);
    // As it is stated, and as it is run.
    for ours in [stated.clone(), kernels::substitute(&stated).unwrap()] {
        let ours = run(ours, &input);
        assert_eq!(theirs.len(), ours.len(), "{what}");
        for (theirs, ours) in theirs.iter().zip(&ours) {
            assert_eq!(theirs.len(), ours.len(), "{what}");
            let largest = theirs
                .iter()
                .fold(f32::MIN_POSITIVE, |most, value| most.max(value.abs()));
            for (theirs, ours) in theirs.iter().zip(ours) {
                assert!(
                    (theirs - ours).abs() <= TOLERANCE * largest,
                    "{what}: {theirs} {ours}"
                );
            }
        }
    }
}

#[test]
fn every_model_of_the_manifest_is_read_as_tract_reads_it() {
    let models = crate::models::Models::default_dir();
    for (file, shape) in [
        ("det_retinaface_mnet025.onnx", &[1, 3, 320, 320][..]),
        ("embed_mobilefacenet_192.onnx", &[1, 112, 112, 3]),
        ("embed_fr_feature_512.onnx", &[1, 3, 112, 112]),
        ("lm_mediapipe_468_192.onnx", &[1, 192, 192, 3]),
        ("pad_fr_liveness_128.onnx", &[1, 3, 128, 128]),
    ] {
        let bytes = std::fs::read(models.join(file)).unwrap();
        assert_read_alike(&bytes, shape, file);
    }
}

fn attribute(
    name: &str,
    of: AttributeType,
    fill: impl FnOnce(&mut AttributeProto),
) -> AttributeProto {
    let mut attribute = AttributeProto {
        name: name.to_owned(),
        r#type: of as i32,
        ..AttributeProto::default()
    };
    fill(&mut attribute);
    attribute
}

fn whole(name: &str, value: i64) -> AttributeProto {
    attribute(name, AttributeType::Int, |attribute| attribute.i = value)
}

fn number(name: &str, value: f32) -> AttributeProto {
    attribute(name, AttributeType::Float, |attribute| attribute.f = value)
}

fn wholes(name: &str, values: &[i64]) -> AttributeProto {
    attribute(name, AttributeType::Ints, |attribute| {
        attribute.ints = values.to_vec()
    })
}

fn word(name: &str, value: &str) -> AttributeProto {
    attribute(name, AttributeType::String, |attribute| {
        attribute.s = value.as_bytes().to_vec()
    })
}

fn node(operator: &str, inputs: &[&str], attributes: Vec<AttributeProto>) -> NodeProto {
    NodeProto {
        op_type: operator.to_owned(),
        input: inputs.iter().map(|name| (*name).to_owned()).collect(),
        output: vec!["y".to_owned()],
        attribute: attributes,
        ..NodeProto::default()
    }
}

fn weights(name: &str, dims: &[i64]) -> TensorProto {
    let shape: Vec<usize> = dims.iter().map(|dim| *dim as usize).collect();
    let values = scattered(&shape);
    TensorProto {
        name: name.to_owned(),
        dims: dims.to_vec(),
        data_type: DataType::Float as i32,
        float_data: values
            .to_plain_array_view::<f32>()
            .unwrap()
            .iter()
            .map(|value| value.abs() + 0.1)
            .collect(),
        ..TensorProto::default()
    }
}

fn row(name: &str, values: &[i64]) -> TensorProto {
    TensorProto {
        name: name.to_owned(),
        dims: vec![values.len() as i64],
        data_type: DataType::Int64 as i32,
        raw_data: values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect(),
        ..TensorProto::default()
    }
}

fn named(name: &str, shape: Option<&[usize]>) -> ValueInfoProto {
    let tensor = TensorType {
        elem_type: DataType::Float as i32,
        shape: None,
    };
    ValueInfoProto {
        name: name.to_owned(),
        r#type: shape.map(|_| TypeProto {
            value: Some(TypeValue::TensorType(tensor)),
            ..TypeProto::default()
        }),
        ..ValueInfoProto::default()
    }
}

/// A model of one node from `x` to `y`.
fn model(
    node: NodeProto,
    shape: &[usize],
    constants: Vec<TensorProto>,
    operator_set: i64,
) -> ModelProto {
    ModelProto {
        ir_version: 7,
        opset_import: vec![OperatorSetIdProto {
            version: operator_set,
            ..OperatorSetIdProto::default()
        }],
        graph: Some(GraphProto {
            node: vec![node],
            initializer: constants,
            input: vec![named("x", Some(shape))],
            output: vec![named("y", None)],
            ..GraphProto::default()
        }),
        ..ModelProto::default()
    }
}

#[test]
fn every_operator_is_what_tract_takes_it_for() {
    const PLANES: [usize; 4] = [1, 6, 9, 8];
    const ROW: [usize; 2] = [1, 6];
    let conv = |group: i64, stride: i64, pads: &[i64]| {
        vec![
            whole("group", group),
            wholes("strides", &[stride, stride]),
            wholes("pads", pads),
            wholes("dilations", &[1, 1]),
        ]
    };
    let asymmetric = || {
        vec![
            word("coordinate_transformation_mode", "asymmetric"),
            word("mode", "nearest"),
            word("nearest_mode", "floor"),
        ]
    };
    let learnt = || {
        ["s", "b", "m", "v"]
            .map(|name| weights(name, &[6]))
            .to_vec()
    };
    for (what, shape, constants, set) in [
        (node("Identity", &["x"], vec![]), &PLANES[..], vec![], 9),
        (
            node("Conv", &["x", "w", "b"], conv(1, 2, &[1, 0, 1, 2])),
            &PLANES,
            vec![weights("w", &[5, 6, 3, 3]), weights("b", &[5])],
            11,
        ),
        (
            node("Conv", &["x", "w"], conv(6, 1, &[1, 1, 1, 1])),
            &PLANES,
            vec![weights("w", &[6, 1, 3, 3])],
            11,
        ),
        (
            node("Conv", &["x", "w"], vec![]),
            &PLANES,
            vec![weights("w", &[4, 6, 1, 1])],
            13,
        ),
        (node("Relu", &["x"], vec![]), &PLANES, vec![], 9),
        (node("Relu", &["x"], vec![]), &ROW, vec![], 9),
        (
            node("LeakyRelu", &["x"], vec![number("alpha", 0.3)]),
            &PLANES,
            vec![],
            9,
        ),
        (node("LeakyRelu", &["x"], vec![]), &PLANES, vec![], 9),
        (
            node("PRelu", &["x", "w"], vec![]),
            &PLANES,
            vec![weights("w", &[6, 1, 1])],
            9,
        ),
        (
            node("PRelu", &["x", "w"], vec![]),
            &PLANES,
            vec![weights("w", &[1, 6, 1, 1])],
            9,
        ),
        (node("Abs", &["x"], vec![]), &PLANES, vec![], 13),
        (node("Neg", &["x"], vec![]), &PLANES, vec![], 13),
        (node("Sigmoid", &["x"], vec![]), &PLANES, vec![], 13),
        (
            node("Add", &["x", "w"], vec![]),
            &PLANES,
            vec![weights("w", &[6, 1, 1])],
            9,
        ),
        (
            node("Sub", &["w", "x"], vec![]),
            &PLANES,
            vec![weights("w", &[8])],
            9,
        ),
        (node("Mul", &["x", "x"], vec![]), &PLANES, vec![], 9),
        (
            node("Mul", &["x", "w"], vec![]),
            &PLANES,
            vec![weights("w", &[])],
            9,
        ),
        (
            node(
                "BatchNormalization",
                &["x", "s", "b", "m", "v"],
                vec![number("epsilon", 0.01)],
            ),
            &PLANES,
            learnt(),
            9,
        ),
        (
            node("BatchNormalization", &["x", "s", "b", "m", "v"], vec![]),
            &ROW,
            learnt(),
            9,
        ),
        (
            node("MatMul", &["x", "w"], vec![]),
            &ROW,
            vec![weights("w", &[6, 4])],
            9,
        ),
        (
            node("Gemm", &["x", "w", "b"], vec![whole("transB", 1)]),
            &ROW,
            vec![weights("w", &[4, 6]), weights("b", &[4])],
            9,
        ),
        (
            node("Gemm", &["x", "w", "b"], vec![number("alpha", 1.0)]),
            &ROW,
            vec![weights("w", &[6, 4]), weights("b", &[4])],
            11,
        ),
        (
            node(
                "MaxPool",
                &["x"],
                vec![wholes("kernel_shape", &[2, 2]), wholes("strides", &[2, 2])],
            ),
            &PLANES,
            vec![],
            12,
        ),
        (
            node(
                "MaxPool",
                &["x"],
                vec![
                    wholes("kernel_shape", &[3, 3]),
                    wholes("pads", &[1, 1, 1, 1]),
                ],
            ),
            &PLANES,
            vec![],
            12,
        ),
        (
            node("GlobalAveragePool", &["x"], vec![]),
            &PLANES,
            vec![],
            9,
        ),
        (
            node("Softmax", &["x"], vec![whole("axis", 1)]),
            &ROW,
            vec![],
            11,
        ),
        (node("Softmax", &["x"], vec![]), &ROW, vec![], 11),
        (node("Softmax", &["x"], vec![]), &PLANES, vec![], 13),
        (
            node("Resize", &["x", "", "", "sizes"], asymmetric()),
            &PLANES,
            vec![row("sizes", &[1, 6, 18, 16])],
            13,
        ),
        (
            node("Pad", &["x", "pads"], vec![]),
            &PLANES,
            vec![row("pads", &[0, 1, 2, 0, 0, 3, 0, 1])],
            13,
        ),
        (
            node("Concat", &["x", "x"], vec![whole("axis", -1)]),
            &PLANES,
            vec![],
            13,
        ),
        (
            node("Transpose", &["x"], vec![wholes("perm", &[0, 2, 3, 1])]),
            &PLANES,
            vec![],
            13,
        ),
        (
            node("Transpose", &["x"], vec![wholes("perm", &[3, 1, 0, 2])]),
            &PLANES,
            vec![],
            13,
        ),
        (
            node("Reshape", &["x", "to"], vec![]),
            &PLANES,
            vec![row("to", &[0, -1, 12])],
            13,
        ),
        (node("Flatten", &["x"], vec![]), &PLANES, vec![], 13),
        (
            node("Flatten", &["x"], vec![whole("axis", 3)]),
            &PLANES,
            vec![],
            13,
        ),
    ] {
        let what_it_is = format!("{} {:?} {shape:?}", what.op_type, what.attribute);
        let bytes = model(what, shape, constants, set).encode_to_vec();
        assert_read_alike(&bytes, shape, &what_it_is);
    }
}

/// What a converter writes to reshape: lengths picked, cut and joined.
#[test]
fn computed_shapes_are_known_when_a_model_is_read() {
    let shape = [1, 6, 4, 4];
    let at = |mut node: NodeProto, name: &str| {
        node.output = vec![name.to_owned()];
        node
    };
    let mut proto = model(node("Reshape", &["x", "to"], vec![]), &shape, vec![], 11);
    let graph = proto.graph.as_mut().unwrap();
    let scalar = TensorProto {
        dims: vec![],
        ..row("zero", &[0])
    };
    graph.initializer = vec![
        scalar,
        row("one", &[1]),
        row("last", &[i64::MAX]),
        row("rest", &[-1]),
    ];
    graph.node.splice(
        ..0,
        [
            at(node("Shape", &["x"], vec![]), "shape"),
            at(
                node("Gather", &["shape", "zero"], vec![whole("axis", 0)]),
                "batch",
            ),
            at(
                node("Unsqueeze", &["batch"], vec![wholes("axes", &[0])]),
                "row",
            ),
            at(node("Slice", &["shape", "rest", "last"], vec![]), "width"),
            at(node("Cast", &["width"], vec![whole("to", 7)]), "cast"),
            at(
                node("Concat", &["row", "rest", "cast"], vec![whole("axis", 0)]),
                "to",
            ),
        ],
    );
    assert_read_alike(&proto.encode_to_vec(), &shape, "shapes");
    let read = read(&proto.encode_to_vec(), &shape).unwrap();
    assert_eq!(
        *read.output_fact(0).unwrap().shape,
        [1.to_dim(), 24.to_dim(), 4.to_dim()]
    );
}

#[test]
fn what_is_not_listed_is_refused_and_not_guessed() {
    const SHAPE: [usize; 4] = [1, 4, 6, 6];
    let pool = |more: AttributeProto| vec![wholes("kernel_shape", &[2, 2]), more];
    let resize = |mode: &str| vec![word("mode", mode), word("nearest_mode", "floor")];
    for (node, constants, set, word) in [
        (node("Loop", &["x"], vec![]), vec![], 13, "Loop"),
        (
            node("Relu", &["x", "x"], vec![]),
            vec![],
            13,
            "further input",
        ),
        (
            node(
                "LeakyRelu",
                &["x"],
                vec![number("alpha", 0.1), number("alpha", 0.9)],
            ),
            vec![],
            13,
            "twice",
        ),
        (
            node("MaxPool", &["x"], vec![wholes("kernel_shape", &[9, 9])]),
            vec![],
            13,
            "elements",
        ),
        (
            node("Pad", &["x", "w"], vec![]),
            vec![row("w", &[0, 0, 0, 0, 1 << 14, 1 << 14, 1 << 14, 1 << 14])],
            13,
            "elements",
        ),
        (
            node("Relu", &["x"], vec![number("alpha", 1.0)]),
            vec![],
            13,
            "alpha",
        ),
        (
            node("LeakyRelu", &["x"], vec![whole("alpha", 1)]),
            vec![],
            13,
            "another type",
        ),
        (node("Relu", &["x"], vec![]), vec![], 8, "operator set"),
        (node("Relu", &["x"], vec![]), vec![], 18, "operator set"),
        (
            node("Relu", &["z"], vec![]),
            vec![],
            13,
            "nothing is named z",
        ),
        (node("Relu", &[""], vec![]), vec![], 13, "missing"),
        (
            NodeProto {
                domain: "com.example".to_owned(),
                ..node("Relu", &["x"], vec![])
            },
            vec![],
            13,
            "domain",
        ),
        (
            NodeProto {
                output: vec!["x".to_owned()],
                ..node("Relu", &["x"], vec![])
            },
            vec![],
            13,
            "named twice",
        ),
        (
            NodeProto {
                output: vec!["y".to_owned(), "z".to_owned()],
                ..node("MaxPool", &["x"], vec![])
            },
            vec![],
            13,
            "several outputs",
        ),
        (
            node("Conv", &["x", "w"], vec![whole("group", 2)]),
            vec![weights("w", &[4, 2, 3, 3])],
            13,
            "form",
        ),
        (
            node("Conv", &["x", "w"], vec![wholes("dilations", &[2, 2])]),
            vec![weights("w", &[4, 4, 3, 3])],
            13,
            "form",
        ),
        (
            node("Conv", &["x", "w"], vec![word("auto_pad", "SAME_UPPER")]),
            vec![weights("w", &[4, 4, 3, 3])],
            13,
            "form",
        ),
        (
            node(
                "Conv",
                &["x", "w"],
                vec![wholes("pads", &[0, i64::MAX, 0, i64::MAX])],
            ),
            vec![weights("w", &[4, 4, 3, 3])],
            13,
            "too long",
        ),
        (
            node("Conv", &["x", "w"], vec![wholes("pads", &[-1, 0, 0, 0])]),
            vec![weights("w", &[4, 4, 3, 3])],
            13,
            "negative",
        ),
        (
            node("Conv", &["x", "w"], vec![wholes("strides", &[0, 0])]),
            vec![weights("w", &[4, 4, 3, 3])],
            13,
            "form",
        ),
        (
            node("Conv", &["x", "w"], vec![whole("group", i64::MAX)]),
            vec![weights("w", &[4, 4, 3, 3])],
            13,
            "channels",
        ),
        (
            node("Conv", &["x", "w"], vec![]),
            vec![weights("w", &[4, 4, 9, 9])],
            13,
            "form",
        ),
        (node("Conv", &["x", "x"], vec![]), vec![], 13, "not known"),
        (
            node("MaxPool", &["x"], pool(whole("ceil_mode", 1))),
            vec![],
            13,
            "ceil_mode",
        ),
        (
            node("Add", &["w", "w"], vec![]),
            vec![weights("w", &[4])],
            13,
            "nothing is computed",
        ),
        (
            node("Gemm", &["x", "w"], vec![number("alpha", 2.0)]),
            vec![weights("w", &[4, 4])],
            13,
            "scaled",
        ),
        (
            node("MatMul", &["x", "w"], vec![]),
            vec![weights("w", &[6, 4])],
            13,
            "row",
        ),
        (
            node("Softmax", &["x"], vec![whole("axis", 1)]),
            vec![],
            13,
            "axis",
        ),
        (
            node("Resize", &["x", "", "", "w"], resize("linear")),
            vec![row("w", &[1, 4, 12, 12])],
            13,
            "resize",
        ),
        (
            node("Resize", &["x", "", "", "w"], resize("nearest")),
            vec![row("w", &[1, 4, 12, 12])],
            13,
            "resize",
        ),
        (
            node("Pad", &["x", "w"], vec![word("mode", "reflect")]),
            vec![row("w", &[0; 8])],
            13,
            "padding",
        ),
        (
            node("Pad", &["x", "w"], vec![]),
            vec![row("w", &[0, 0, 0, 0, 0, 0, 0, -1])],
            13,
            "negative or too long",
        ),
        (
            node("Pad", &["x"], vec![wholes("pads", &[0; 8])]),
            vec![],
            9,
            "pads",
        ),
        (
            node("Transpose", &["x"], vec![wholes("perm", &[0, 1, 2, 2])]),
            vec![],
            13,
            "each axis once",
        ),
        (
            node("Reshape", &["x", "w"], vec![]),
            vec![row("w", &[-1, -1])],
            13,
            "negative",
        ),
        (
            node("Reshape", &["x", "w"], vec![]),
            vec![row("w", &[5, -1])],
            13,
            "sizes",
        ),
        (
            node("Reshape", &["x", "w"], vec![]),
            vec![row("w", &[0, 0, 0, 0, 0])],
            13,
            "no such axis",
        ),
        (
            node("Flatten", &["x"], vec![whole("axis", 4)]),
            vec![],
            13,
            "no such axis",
        ),
        (
            node("Concat", &["x", "x"], vec![whole("axis", i64::MIN)]),
            vec![],
            13,
            "no such axis",
        ),
    ] {
        let what = format!("{} {:?}", node.op_type, node.attribute);
        let error = read(&model(node, &SHAPE, constants, set).encode_to_vec(), &SHAPE).unwrap_err();
        assert!(format!("{error:?}").contains(word), "{what}: {error:?}");
    }
}

#[test]
fn a_constant_that_is_cut_or_lies_elsewhere_is_refused() {
    let odd: [fn(&mut TensorProto); 8] = [
        |tensor| tensor.data_location = Some(DataLocation::External as i32),
        |tensor| tensor.dims = vec![-4],
        |tensor| tensor.dims = vec![i64::MAX, i64::MAX],
        |tensor| tensor.dims = vec![5],
        |tensor| tensor.data_type = DataType::Double as i32,
        |tensor| tensor.raw_data = vec![0; 16],
        |tensor| (tensor.raw_data, tensor.float_data) = (vec![0; 15], vec![]),
        |tensor| tensor.name = "x".to_owned(),
    ];
    for change in odd {
        let mut tensor = weights("w", &[4]);
        change(&mut tensor);
        let proto = model(node("Add", &["x", "w"], vec![]), &[1, 4], vec![tensor], 13);
        read(&proto.encode_to_vec(), &[1, 4]).unwrap_err();
    }
    let sound = model(
        node("Add", &["x", "w"], vec![]),
        &[1, 4],
        vec![weights("w", &[4])],
        13,
    );
    read(&sound.encode_to_vec(), &[1, 4]).unwrap();
    read(b"not a model", &[1, 4]).unwrap_err();
    read(b"", &[1, 4]).unwrap_err();
}
