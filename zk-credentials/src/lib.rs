//! Field encodings, credentials, status lists, the two circuits, proofs and their verification.

pub mod circuit;
