//! The device under attack: by whoever gets at its wallet file, by issuers and verifiers that lie.

#![allow(clippy::unwrap_used)]

mod answer;
mod contract;
mod document;
mod holder;
mod request;
mod scene;
mod server;
mod session;
mod status;
mod status_log;
mod wallet;
