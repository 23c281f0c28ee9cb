//! The holder's device: read a document, prove a match, hold a credential, present it.
//!
//! [`enrol()`] turns a document and a live face into a credential of an issuer that never sees the
//! face. [`refresh()`] and [`renew()`] follow it by a newer one, [`recover()`] replaces a lost secret. [`present()`] answers a verifier's request with a zero-knowledge proof that is bound to
//! one account, [`present_to_contract()`] a contract's. Between the two the credential lives in a [`WalletFile`], sealed under a
//! passphrase. What a device must refuse, it refuses here (docs/protocol.md section 8).
//!
//! Whoever embeds this crate gives it a camera ([`Camera`]), a document ([`Chip`], over NFC a [`Transceiver`], without one a [`PrintedPage`]), a key that vouches
//! for the device ([`DeviceKey`]), an account's key ([`AccountSigner`]), somebody to ask ([`Owner`]) and somebody to tell ([`Progress`]).
//!
//! ```
//! use humanseal_sdk::Passphrase;
//!
//! let passphrase = Passphrase::new("correct horse".into())?;
//! // Secrets do not print.
//! assert_eq!(format!("{passphrase:?}"), "Passphrase(..)");
//! # Ok::<(), humanseal_sdk::SealError>(())
//! ```
//!
//! In the order in which data passes: [`client`] and [`service`] reach issuer and verifier,
//! [`nfc`], [`document`] and [`capture`] read what is proved, a [`session`] proves it and sends it under
//! the word of a [`device_key`]: to [`enrol`](mod@enrol), in the [`life`] of a credential, for a
//! [`recovery`]. [`answer`] checks what comes back, [`arrival`] brings it into the [`wallet`],
//! [`status`] and [`present`](mod@present) show it.

pub mod answer;
pub mod arrival;
pub mod capture;
pub mod client;
pub mod device_key;
pub mod document;
pub mod enrol;
pub mod life;
pub mod nfc;
pub mod owner;
pub mod present;
pub mod progress;
pub mod recovery;
pub mod service;
pub mod session;
pub mod specimen;
pub mod status;
pub mod wallet;

pub use humanseal_documents::Chip;

pub use answer::{AnswerError, Expected};
pub use arrival::{Arrival, resume};
pub use capture::{
    Camera, CameraError, Captured, FolderCamera, FolderFrames, Following, steps, still,
};
pub use client::{Client, ClientError};
pub use device_key::{DeviceKey, DeviceKeyError, SoftwareKey};
pub use document::{DeviceDocument, DocumentError, DocumentSource, PrintedPage};
pub use enrol::{EnrolError, Enrolled, NewWallet, enrol};
pub use life::{refresh, refresh_with_document, renew};
pub use nfc::{Access, LinkLost, MrzReader, NfcChip, Reading, Tap, Transceiver, read_chip};
pub use owner::{Owner, Question};
pub use present::{
    AccountSigner, PresentError, Presented, PresentedToContract, Presenting, count_seen,
    network_document, present, present_to_contract,
};
pub use progress::{Cancelled, Progress, Silent, Step};
pub use recovery::{Recovering, call_off, collect, recover, withdraw};
pub use service::Outcome;
pub use session::{Equipment, ProofError, SessionError};
pub use status::StatusError;
pub use wallet::{
    Counted, DeviceSecret, DeviceSecretError, Disclosure, Ledger, Passphrase, SealError, Standing,
    Wallet, WalletError, WalletFile,
};
