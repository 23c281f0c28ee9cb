//! What attackers and careless clients send, and the vectors made by other implementations.
#![allow(clippy::unwrap_used, missing_docs)]

mod challenge;
mod check;
mod fixture;
mod pass;
mod refusal;
mod request;
mod vectors;
