//! Android Key Attestation as an issuer meets it.

#![allow(clippy::unwrap_used)]

mod attacks;
mod chains;
mod descriptions;
mod levels;
mod malformed;
mod phone;
mod trust;
mod vectors;
