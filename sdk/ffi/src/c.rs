//! The C API of the device SDK, for C11 and C++, and for every language that can call C.
//!
//! Objects are opaque. What makes one writes it to its last argument and sets that to NULL where it fails; the object's
//! `_free` ends it, once, and takes NULL. Whatever a call was given may be freed as soon as it returned: objects keep what
//! they need.
//!
//! Every function that can fail returns a HumansealError, NULL if it did what it says. Free it with humanseal_error_free.
//! NULL where something must be, text that is no UTF-8 and too long a text are refused by code, like everything
//! else. A defect of the library ends as the code `internal`, never in the caller.
//!
//! Text is UTF-8 and ends with a zero byte, up to 4096 bytes of it on the way in. Text and bytes that come out belong to
//! the object they were asked of, and are gone with it; there is no text to free.
//!
//! Calls block, those that use the network for long: call them on a thread of their own, and stop them from another by
//! humanseal_watch_cancel. Objects may be used from any thread, where nothing else is said, and freed when no call has them.
//!
//! Callbacks are structs of functions with a context, which the library gives back and never looks at. They are called on
//! threads of the library, so the context must be good there. A call is over when its callbacks are: none of a
//! camera, an owner or a signer comes after the call returned that they were given to; those of keys, progress, NFC link,
//! tap and reader of printed lines come while a call uses the object that was made of them. A callback that answers by an int says 1 for a yes or for
//! done; anything else is a no or a failure. It must not throw a C++ exception, nor jump out. A camera's `begin` that waits for
//! something else than the session keeps its call waiting, stopped or not.
//!
//! Numbers asked of NULL are 0, which for a demand means that nothing is asked: look at the object first.
//!
//! Nothing here prints, but for a defect, which says its place in the library. Secrets are overwritten when they are
//! freed; what the caller gave, the caller wipes.

// The functions themselves, and what C says of memory, cannot be safe Rust. Each use has its reason; most arguments
// are references, which C sees as pointers.
#![allow(unsafe_code)]
// What is asked of a caller is said once, above.
#![allow(clippy::missing_safety_doc)]
// In C a long list of arguments is how a call looks.
#![allow(clippy::too_many_arguments)]

mod boundary;

// What everything else is told with.
pub mod error;
pub mod reply;

// What a device is made of.
pub mod keys;
pub mod passphrase;
pub mod watch;

pub mod device;

// What it is shown, and who is asked.
pub mod document;
pub mod frame;
pub mod liveness;
pub mod nfc;
pub mod owner;
pub mod printed;

pub mod enrol;
pub mod wallet;

// What it answers.
pub mod account;
pub mod demand;
pub mod present;
pub mod present_contract;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
