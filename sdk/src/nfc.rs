//! Reading a document's chip over the air (ICAO 9303 parts 10 and 11; docs/documents.md, *Reading the
//! chip*).
//!
//! An app gives a [`Transceiver`] and what opens the chip ([`Access`]); a [`Tap`] is told how it goes and
//! asked for the document again when the link was lost. [`NfcChip`] is then a [`Chip`](crate::Chip) like
//! any other: [`crate::enrol()`] reads it, and asks it in the session. What was read stays in a [`Reading`],
//! so that another tap goes on where the last one ended.
//!
//! In the order in which data pass: [`Access`] opens a channel, commands and files go through it,
//! every file is compared with EF.SOD before it is given on. [`SecondPhone`] reads by another phone's
//! NFC, [`read_mrz`] asks for the lines that are printed.

mod access;
mod advice;
mod channel;
mod commands;
mod doors;
mod header;
mod link;
mod message;
mod mrz_reader;
mod reader;
mod tap;

pub use self::access::{Access, AccessError};
pub use self::advice::{advice, mrz_advice};
pub use self::link::{LinkLost, Transceiver};
pub use self::message::{Messenger, SecondPhone, serve};
pub use self::mrz_reader::{MrzReader, MrzReaderError, read_mrz};
pub use self::reader::{NfcChip, Reading, read_chip};
pub use self::tap::{ReadSoFar, Tap, Unattended};
