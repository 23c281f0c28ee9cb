//! The life of a credential on the device, against a real service whose clock the tests move: real
//! models, real proofs, specimen documents and phones.

mod followed;
mod following;
mod page;
mod printed;
mod recovering;
mod stage;
mod tapping;
