//! A first credential, and those that follow it (docs/protocol.md section 9).

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::sync::Arc;

use super::boundary::{done, given, text, there, waited};
use super::device::Device;
use super::document::Document;
use super::error::Error;
use super::liveness::{Camera, before};
use super::owner::{Owner, asking};
use super::passphrase::Passphrase;
use super::wallet::Wallet;
use super::watch::{Watch, watching};

/// Enrols with the issuer at `server` (`https://issuer.example`) and seals the credential into the wallet of the device's
/// store, of which there must be none. Where the line broke after the evidence was made, the wallet waits for its
/// answer: open it and go on with humanseal_device_resume. `watch` may be NULL, here and below.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_device_enrol(
    device: Option<&Device>,
    server: *const c_char,
    document: Option<&Document>,
    camera: Option<&Camera>,
    owner: Option<&Owner>,
    passphrase: Option<&Passphrase>,
    watch: Option<&Watch>,
    wallet: Option<&mut MaybeUninit<*mut Wallet>>,
) -> Option<Box<Error>> {
    given(wallet, || {
        let device = Arc::clone(&there(device)?.0);
        // SAFETY: the module asks that it is text of C.
        let server = unsafe { text(server) }?;
        let document = Arc::clone(&there(document)?.0);
        let (owner, watch) = (asking(owner)?, watching(watch));
        let words = Arc::clone(&there(passphrase)?.0);
        let enrolled = before(camera, |camera| {
            waited(device.enrol(server, document, camera, owner, words, watch))
        });
        Ok(Wallet(enrolled?))
    })
}

/// A newer credential after a new live match alone (`document` is NULL), or with a document of the same line. It also
/// cancels a recovery that somebody announced.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_device_refresh(
    device: Option<&Device>,
    wallet: Option<&Wallet>,
    camera: Option<&Camera>,
    owner: Option<&Owner>,
    document: Option<&Document>,
    watch: Option<&Watch>,
) -> Option<Box<Error>> {
    done(|| {
        let device = Arc::clone(&there(device)?.0);
        let wallet = Arc::clone(&there(wallet)?.0);
        let (owner, watch) = (asking(owner)?, watching(watch));
        let document = document.map(|document| Arc::clone(&document.0));
        before(camera, |camera| {
            waited(device.refresh(wallet, camera, owner, document, watch))
        })
    })
}

/// A newer credential with a new document of the same person.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_device_renew(
    device: Option<&Device>,
    wallet: Option<&Wallet>,
    document: Option<&Document>,
    camera: Option<&Camera>,
    owner: Option<&Owner>,
    watch: Option<&Watch>,
) -> Option<Box<Error>> {
    done(|| {
        let device = Arc::clone(&there(device)?.0);
        let wallet = Arc::clone(&there(wallet)?.0);
        let document = Arc::clone(&there(document)?.0);
        let (owner, watch) = (asking(owner)?, watching(watch));
        before(camera, |camera| {
            waited(device.renew(wallet, document, camera, owner, watch))
        })
    })
}

/// Announces that the secret of this document's holder is lost, under a new secret in the wallet of the device's store,
/// of which there must be none. It takes a device key of level 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_device_recover(
    device: Option<&Device>,
    server: *const c_char,
    document: Option<&Document>,
    camera: Option<&Camera>,
    owner: Option<&Owner>,
    passphrase: Option<&Passphrase>,
    watch: Option<&Watch>,
    wallet: Option<&mut MaybeUninit<*mut Wallet>>,
) -> Option<Box<Error>> {
    given(wallet, || {
        let device = Arc::clone(&there(device)?.0);
        // SAFETY: the module asks that it is text of C.
        let server = unsafe { text(server) }?;
        let document = Arc::clone(&there(document)?.0);
        let (owner, watch) = (asking(owner)?, watching(watch));
        let words = Arc::clone(&there(passphrase)?.0);
        let announced = before(camera, |camera| {
            waited(device.recover(server, document, camera, owner, words, watch))
        });
        Ok(Wallet(announced?))
    })
}

/// Fetches the credential of a recovery that took effect, with the document it was announced with.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_device_collect(
    device: Option<&Device>,
    wallet: Option<&Wallet>,
    document: Option<&Document>,
    watch: Option<&Watch>,
) -> Option<Box<Error>> {
    done(|| {
        let device = Arc::clone(&there(device)?.0);
        let wallet = Arc::clone(&there(wallet)?.0);
        let document = Arc::clone(&there(document)?.0);
        waited(device.collect(wallet, document, watching(watch)))
    })
}

/// Takes an announced recovery back. The wallet, which never had a credential, goes; its object is to be freed as ever.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_device_withdraw(
    device: Option<&Device>,
    wallet: Option<&Wallet>,
) -> Option<Box<Error>> {
    done(|| {
        let device = Arc::clone(&there(device)?.0);
        waited(device.withdraw(Arc::clone(&there(wallet)?.0)))
    })
}

/// Goes on with a wallet that waits for an answer: the same evidence is sent again. `issued` becomes true where a
/// credential came, false where a recovery is announced.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_device_resume(
    device: Option<&Device>,
    wallet: Option<&Wallet>,
    watch: Option<&Watch>,
    issued: Option<&mut MaybeUninit<bool>>,
) -> Option<Box<Error>> {
    done(|| {
        let device = Arc::clone(&there(device)?.0);
        let wallet = Arc::clone(&there(wallet)?.0);
        let issued = there(issued)?.write(false);
        *issued = waited(device.resume(wallet, watching(watch)))?;
        Ok(())
    })
}
