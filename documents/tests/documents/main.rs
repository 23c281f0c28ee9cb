//! The crate as its users see it.

#![allow(clippy::unwrap_used)]

mod active;
mod active_forged;
mod authorities;
mod comparison;
mod malformed;
mod mrz;
mod mrz_checked;
mod openssl;
mod specimens;
mod x509;
