//! Reading a specimen's chip over commands: every way in, every attack on the air, every moment at which
//! the document can be taken away.

#![allow(clippy::unwrap_used)]

mod attacks;
mod limits;
mod second_phone;
mod table;
mod taps;
mod ways_in;
