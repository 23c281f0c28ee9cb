//! The device's keys, which the app provides.

use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;
use std::sync::Arc;

use super::boundary::{Context, bytes, callback, done, freed, given, text, there};
use super::error::Error;
use super::reply::{Attestation, Reply, failed};
use crate::error::{HumansealError, ProviderError};
use crate::keys;

/// What a device's keys are hoped to be worth. An issuer may find them worth less.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceLevel {
    /// A key of the program itself, for which nobody vouches.
    Software = 1,
    /// A key in a phone's secure hardware (TEE or Secure Enclave), in a listed app.
    Hardware = 2,
    /// The same in StrongBox or better.
    StrongBox = 3,
}

/// The keys of a device: Android Keystore, Secure Enclave, or another. They may wait for their owner's finger.
#[repr(C)]
pub struct KeyProvider {
    /// Given back to the functions.
    pub context: *mut c_void,
    /// What `attest` is hoped to be worth, a HumansealDeviceLevel; anything else is a failure. Asked once, when the
    /// device is opened.
    pub level: Option<unsafe extern "C" fn(context: *mut c_void) -> u32>,
    /// Makes a fresh key, so that nothing links two sessions, has it vouch for the statement of this SHA-256 (32 bytes;
    /// what a key signs is humanseal_device_message of it), and puts that into `attestation`.
    pub attest: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            digest: *const u8,
            attestation: &mut Attestation,
        ) -> i32,
    >,
    /// Puts the device's secret for one wallet file into `secret` (humanseal_reply): 32 bytes, the same for the same salt
    /// (16 bytes), and not to be had without the device.
    pub wallet_secret: Option<
        unsafe extern "C" fn(context: *mut c_void, salt: *const u8, secret: &mut Reply) -> i32,
    >,
}

struct Provider {
    context: Context,
    level: unsafe extern "C" fn(*mut c_void) -> u32,
    attest: unsafe extern "C" fn(*mut c_void, *const u8, &mut Attestation) -> i32,
    wallet_secret: unsafe extern "C" fn(*mut c_void, *const u8, &mut Reply) -> i32,
}

impl keys::KeyProvider for Provider {
    fn level(&self) -> Result<keys::DeviceLevel, ProviderError> {
        // SAFETY: the app's function of this type, called as the module says.
        let level = unsafe { (self.level)(self.context.0) };
        [
            (DeviceLevel::Software, keys::DeviceLevel::Software),
            (DeviceLevel::Hardware, keys::DeviceLevel::Hardware),
            (DeviceLevel::StrongBox, keys::DeviceLevel::StrongBox),
        ]
        .into_iter()
        .find_map(|(number, meant)| (number as u32 == level).then_some(meant))
        .ok_or_else(failed)
    }

    fn attest(&self, digest: Vec<u8>) -> Result<keys::Attestation, ProviderError> {
        let digest: [u8; 32] = digest.try_into().map_err(|_| failed())?;
        let mut attestation = Attestation::default();
        // SAFETY: as above; digest and attestation are there while it runs.
        let said = unsafe { (self.attest)(self.context.0, digest.as_ptr(), &mut attestation) };
        attestation.said(said)
    }

    fn wallet_secret(&self, salt: Vec<u8>) -> Result<Vec<u8>, ProviderError> {
        let salt: [u8; 16] = salt.try_into().map_err(|_| failed())?;
        let mut secret = Reply::default();
        // SAFETY: as above; salt and reply are there while it runs.
        let said = unsafe { (self.wallet_secret)(self.context.0, salt.as_ptr(), &mut secret) };
        secret.said(said)
    }
}

/// The keys of a device.
pub struct Keys(pub(super) Arc<dyn keys::KeyProvider>);

/// Keys that the app provides. Its context is used as long as a device has the keys.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_keys_new(
    provider: Option<&KeyProvider>,
    keys: Option<&mut MaybeUninit<*mut Keys>>,
) -> Option<Box<Error>> {
    given(keys, || {
        let provider = there(provider)?;
        Ok(Keys(Arc::new(Provider {
            context: Context(provider.context),
            level: callback(provider.level)?,
            attest: callback(provider.attest)?,
            wallet_secret: callback(provider.wallet_secret)?,
        })))
    })
}

/// Keys of the program itself, for tests, desktops and servers: level 1. `file` keeps 32 random bytes for the wallet,
/// readable by its owner alone; it is made on first use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_keys_software(
    file: *const c_char,
    keys: Option<&mut MaybeUninit<*mut Keys>>,
) -> Option<Box<Error>> {
    given(keys, || {
        // SAFETY: the module asks that it is text of C.
        let file = unsafe { text(file) }?;
        Ok(Keys(keys::software_keys(file)))
    })
}

/// Frees them; NULL is nothing to free. A device that has them keeps them.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_keys_free(keys: Option<Box<Keys>>) {
    freed(keys);
}

/// Writes the 54 bytes that a device key signs for a statement of this SHA-256 (32 bytes).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_device_message(
    digest: *const u8,
    message: Option<&mut MaybeUninit<[u8; 54]>>,
) -> Option<Box<Error>> {
    done(|| {
        // SAFETY: the module asks that 32 bytes can be read here.
        let digest = unsafe { bytes(digest, 32, 32) }?;
        let written = keys::device_message(digest.to_vec())?;
        let written = <[u8; 54]>::try_from(written);
        let written = written.map_err(|_| HumansealError::fault("internal", "another message"))?;
        there(message)?.write(written);
        Ok(())
    })
}
