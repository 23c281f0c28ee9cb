//! What attackers and careless clients send, and the vectors made by other implementations.
#![allow(clippy::unwrap_used, missing_docs)]

mod challenge;
mod check;
mod contract_request;
mod fixture;
mod pass;
mod present;
mod proof;
mod public_input;
mod refusal;
mod request;
mod toy;
mod vectors;
