//! The crate as its users see it.

mod comparison;
mod malformed;
mod mrz;
mod openssl;
mod specimens;
