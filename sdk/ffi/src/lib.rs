//! The device SDK for Kotlin, Swift and Python, by UniFFI, and for C, by [`mod@c`]: the `humanseal-sdk` crate behind both.
//!
//! An app opens a [`Device`] on a store folder with its own [`KeyProvider`], shows a
//! [`Document`] and a camera that feeds a [`LivenessSession`], and gets a [`Wallet`]. The wallet answers a
//! verifier's [`Request`] with a [`Presentation`]. What a device must refuse it refuses as the SDK does, by the same
//! codes ([`HumansealError`]). docs/sdk.md leads through it for every platform.
//!
//! ```
//! use humanseal::{HumansealError, Passphrase, Rotation, Frame};
//!
//! // What is sensitive is an object without a printed form, here as in the languages above.
//! let words = Passphrase::new(b"correct horse".to_vec());
//! // A frame that is not what it says is refused by its code.
//! let frame = Frame::rgb(&[0; 10], 640, 480, 1920, Rotation::None);
//! assert_eq!(frame.err().map(|error| error.code().to_owned()).as_deref(), Some("frame_length"));
//! # drop(words);
//! # Ok::<(), HumansealError>(())
//! ```
//!
//! Long work is `async` and runs on a thread of its own; whoever stops waiting for it cancels it. The app's
//! callbacks are called on that thread. Everything freed is overwritten first, the boundary's own buffers
//! among it: passphrases, frames and device secrets pass through them.
//!
//! In the order in which data passes: [`mod@error`], [`watch`], [`mod@keys`], [`secret`] are what everything else is
//! told with; [`device`] opens, [`frame`] and [`liveness`] see, [`document`] shows, over [`nfc`] or as it is [`printed`] too, [`owner`] is asked, [`enrol`] earns,
//! [`wallet`] keeps, [`account`] signs, [`present`] answers. [`mod@c`] is all of it once more, for C.

pub mod account;
mod background;
pub mod c;
mod clock;
pub mod device;
pub mod document;
pub mod enrol;
pub mod error;
pub mod frame;
pub mod keys;
pub mod liveness;
pub mod nfc;
pub mod owner;
pub mod present;
pub mod printed;
pub mod secret;
pub mod wallet;
pub mod watch;

pub use account::AccountSigner;
pub use device::{Device, Environment, Look, Settings};
pub use document::Document;
pub use error::{HumansealError, ProviderError};
pub use frame::{Frame, Rotation};
pub use keys::{Attestation, DeviceLevel, KeyProvider, device_message, software_keys};
pub use liveness::{Camera, FlashColour, Guidance, Instruction, LivenessSession};
pub use nfc::{DocumentAccess, NfcLink, NfcTap};
pub use owner::{Demand, Kind, Owner, Question, ShownAccount, Terms};
pub use present::{Accepted, ContractPresentation, ContractRequest, Presentation, Request};
pub use printed::{MrzReader, WrongLines};
pub use secret::Passphrase;
pub use wallet::{Disclosure, Levels, Standing, Summary, Wallet};
pub use watch::{Progress, Step, Watch};

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

/// Overwrites what is freed.
#[global_allocator]
static WIPED: ZeroAlloc<System> = ZeroAlloc(System);

uniffi::setup_scaffolding!("humanseal");
