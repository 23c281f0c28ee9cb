//! The crate as its users see it.

#![allow(clippy::unwrap_used)]

mod comparison;
mod malformed;
mod mrz;
mod openssl;
mod specimens;
