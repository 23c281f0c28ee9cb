//! The message in an ONNX file, as far as it is read: fields and their numbers as `onnx.proto` has them
//! (<https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>). What may change a model's meaning and is not followed is
//! here to be refused.

use prost::Message;

#[derive(Clone, PartialEq, Message)]
pub(super) struct Model {
    #[prost(message, optional, tag = "7")]
    pub(super) graph: Option<Graph>,
    #[prost(message, repeated, tag = "8")]
    pub(super) operator_sets: Vec<OperatorSet>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct OperatorSet {
    #[prost(string, tag = "1")]
    pub(super) domain: String,
    #[prost(int64, tag = "2")]
    pub(super) version: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Graph {
    #[prost(message, repeated, tag = "1")]
    pub(super) nodes: Vec<Node>,
    #[prost(message, repeated, tag = "5")]
    pub(super) constants: Vec<Tensor>,
    #[prost(message, repeated, tag = "11")]
    pub(super) inputs: Vec<Named>,
    #[prost(message, repeated, tag = "12")]
    pub(super) outputs: Vec<Named>,
    #[prost(message, repeated, tag = "15")]
    pub(super) sparse_constants: Vec<Unread>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Node {
    #[prost(string, repeated, tag = "1")]
    pub(super) inputs: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub(super) outputs: Vec<String>,
    #[prost(string, tag = "4")]
    pub(super) operator: String,
    #[prost(message, repeated, tag = "5")]
    pub(super) attributes: Vec<Attribute>,
    #[prost(string, tag = "7")]
    pub(super) domain: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Attribute {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(float, tag = "2")]
    pub(super) number: f32,
    #[prost(int64, tag = "3")]
    pub(super) whole: i64,
    #[prost(bytes = "vec", tag = "4")]
    pub(super) word: Vec<u8>,
    #[prost(message, optional, tag = "5")]
    pub(super) tensor: Option<Tensor>,
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub(super) wholes: Vec<i64>,
    #[prost(int32, tag = "20")]
    pub(super) kind: i32,
}

/// Kinds of attributes.
pub(super) mod kind {
    pub(in super::super) const NUMBER: i32 = 1;
    pub(in super::super) const WHOLE: i32 = 2;
    pub(in super::super) const WORD: i32 = 3;
    pub(in super::super) const TENSOR: i32 = 4;
    pub(in super::super) const WHOLES: i32 = 7;
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Tensor {
    #[prost(int64, repeated, packed = "false", tag = "1")]
    pub(super) shape: Vec<i64>,
    #[prost(int32, tag = "2")]
    pub(super) element: i32,
    #[prost(message, optional, tag = "3")]
    pub(super) segment: Option<Unread>,
    #[prost(float, repeated, tag = "4")]
    pub(super) numbers: Vec<f32>,
    #[prost(int64, repeated, tag = "7")]
    pub(super) wholes: Vec<i64>,
    #[prost(string, tag = "8")]
    pub(super) name: String,
    #[prost(bytes = "vec", tag = "9")]
    pub(super) bytes: Vec<u8>,
    /// 0 where the elements are in the file.
    #[prost(int32, tag = "14")]
    pub(super) location: i32,
}

/// Types of elements.
pub(super) mod element {
    pub(in super::super) const NUMBER: i32 = 1;
    pub(in super::super) const WHOLE: i32 = 7;
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Named {
    #[prost(string, tag = "1")]
    pub(super) name: String,
}

/// A message whose fields do not matter.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Unread {}
