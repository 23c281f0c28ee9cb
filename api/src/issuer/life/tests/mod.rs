//! The rules of section 9 without a database: every edge of the state machine by itself, and random
//! histories with a network that lets whoever meets its demands take a place.

#![allow(clippy::unwrap_used)]

mod attacks;
mod collection;
mod edges;
mod farm;
pub mod history;
pub mod issuer;
mod network;
mod places;
pub mod player;
mod scene;
