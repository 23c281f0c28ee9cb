//! Reading a document's chip over the air (ICAO 9303 parts 10 and 11).

mod link;

pub use self::link::{LinkLost, Transceiver};
