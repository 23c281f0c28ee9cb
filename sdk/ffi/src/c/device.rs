//! The device: its models, its keys, its one wallet.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::sync::Arc;

use super::boundary::{freed, given, kept, lent, optional_text, text, there, waited};
use super::error::Error;
use super::frame::Frame;
use super::keys::Keys;
use super::passphrase::Passphrase;
use super::wallet::Wallet;
use crate::device;
use crate::error::HumansealError;

/// Where a device, an issuer or a verifier belongs.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// None is said; a device that is set up so is refused (`environment_unknown`).
    None = 0,
    /// Real people, real keys.
    Production = 1,
    /// Real code, no real people.
    Sandbox = 2,
    /// Insecure keys; says nothing about anybody.
    Development = 3,
}

impl From<device::Environment> for Environment {
    fn from(environment: device::Environment) -> Self {
        match environment {
            device::Environment::Production => Self::Production,
            device::Environment::Sandbox => Self::Sandbox,
            device::Environment::Development => Self::Development,
        }
    }
}

fn environment(number: u32) -> Result<device::Environment, HumansealError> {
    use device::Environment as Of;
    let all = [Of::Production, Of::Sandbox, Of::Development];
    let meant = all
        .into_iter()
        .find(|&of| Environment::from(of) as u32 == number);
    meant.ok_or_else(|| {
        HumansealError::input("environment_unknown", "no environment has this number")
    })
}

/// How a device is set up.
#[repr(C)]
pub struct Settings {
    /// A folder of the app's own that others cannot read and that no backup copies: the wallet file and cached proving
    /// keys lie in it. It must exist.
    pub store: *const c_char,
    /// The folder with the model files as they come with this library. They are checked by their digest, and a wrong
    /// one is refused.
    pub models: *const c_char,
    /// Where the device belongs, a HumansealEnvironment.
    pub environment: u32,
    /// The language of advice, a BCP 47 tag: `de` is German, any other English, and so is NULL.
    pub language: *const c_char,
    /// 1 declares the gates of a followed plan staged, for stills. Development alone takes it; elsewhere the device
    /// refuses every session (`staging_refused`). 0 does not; anything else is refused (`settings_staged`).
    pub staged: i32,
}

/// A holder's device. Everything about face and proof is computed on it; a network is needed to talk to issuer and
/// verifier alone.
pub struct Device(pub(super) Arc<device::Device>);

/// Opens a device: checks and loads the models and asks the keys what they are. Takes less than a second.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_device_open(
    settings: Option<&Settings>,
    keys: Option<&Keys>,
    device: Option<&mut MaybeUninit<*mut Device>>,
) -> Option<Box<Error>> {
    given(device, || {
        let settings = there(settings)?;
        // SAFETY: the module asks that these are texts of C.
        let (store, models, language) = unsafe {
            (
                text(settings.store)?,
                text(settings.models)?,
                optional_text(settings.language)?,
            )
        };
        let staged = match settings.staged {
            0 => false,
            1 => true,
            _ => {
                let detail = "whether gates are staged is 0 or 1";
                return Err(HumansealError::input("settings_staged", detail));
            }
        };
        let settings = device::Settings {
            store,
            models,
            environment: environment(settings.environment)?,
            language: language.unwrap_or_else(|| "en".into()),
            staged,
        };
        let keys = Arc::clone(&there(keys)?.0);
        Ok(Device(waited(device::Device::open(settings, keys))?))
    })
}

/// Frees it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_device_free(device: Option<Box<Device>>) {
    freed(device);
}

/// What a frame of the preview shows, before a session begins.
pub struct Look {
    ready: bool,
    told: Vec<(CString, CString)>,
}

/// What to better about the preview before a session begins, whose time runs. No network.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_device_look(
    device: Option<&Device>,
    frame: Option<&Frame>,
    look: Option<&mut MaybeUninit<*mut Look>>,
) -> Option<Box<Error>> {
    given(look, || {
        let (device, frame) = (Arc::clone(&there(device)?.0), Arc::clone(&there(frame)?.0));
        let seen = waited(device.look(frame))?;
        let told = seen.reasons.iter().zip(&seen.advice);
        Ok(Look {
            ready: seen.ready,
            told: told
                .map(|(reason, advice)| (kept(reason), kept(advice)))
                .collect(),
        })
    })
}

/// Whether there is nothing to better.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_look_ready(look: Option<&Look>) -> bool {
    look.is_some_and(|look| look.ready)
}

/// How many things there are to better.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_look_count(look: Option<&Look>) -> usize {
    look.map_or(0, |look| look.told.len())
}

/// The stable code of one of them, what helps most first. NULL from the count on.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_look_reason(look: Option<&Look>, at: usize) -> *const c_char {
    lent(look.and_then(|look| Some(&look.told.get(at)?.0)))
}

/// What the person can do about it, a sentence. NULL from the count on.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_look_advice(look: Option<&Look>, at: usize) -> *const c_char {
    lent(look.and_then(|look| Some(&look.told.get(at)?.1)))
}

/// Frees it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_look_free(look: Option<Box<Look>>) {
    freed(look);
}

/// Whether there is a wallet in the store.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_device_has_wallet(device: Option<&Device>) -> bool {
    device.is_some_and(|device| device.0.has_wallet())
}

/// Opens the wallet in the store. `at_least` is the generation that the app remembers, 0 if none.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_device_wallet(
    device: Option<&Device>,
    passphrase: Option<&Passphrase>,
    at_least: u64,
    wallet: Option<&mut MaybeUninit<*mut Wallet>>,
) -> Option<Box<Error>> {
    given(wallet, || {
        let device = Arc::clone(&there(device)?.0);
        let passphrase = Arc::clone(&there(passphrase)?.0);
        Ok(Wallet(waited(device.wallet(passphrase, at_least))?))
    })
}

/// Makes the wallet of this store out of the backup in a file. There must be none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_device_import_wallet(
    device: Option<&Device>,
    backup: *const c_char,
    backup_passphrase: Option<&Passphrase>,
    passphrase: Option<&Passphrase>,
    wallet: Option<&mut MaybeUninit<*mut Wallet>>,
) -> Option<Box<Error>> {
    given(wallet, || {
        let device = Arc::clone(&there(device)?.0);
        // SAFETY: the module asks that it is text of C.
        let backup = unsafe { text(backup) }?;
        let theirs = Arc::clone(&there(backup_passphrase)?.0);
        let own = Arc::clone(&there(passphrase)?.0);
        Ok(Wallet(waited(device.import_wallet(backup, theirs, own))?))
    })
}
