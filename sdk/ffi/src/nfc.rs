//! A document's chip over the phone's NFC.

use std::sync::{Arc, Mutex, PoisonError};

use humanseal_biometric::Language;
use humanseal_documents::ChipFault;
use humanseal_sdk::nfc::{self, ReadSoFar};
use humanseal_sdk::{Access, LinkLost, NfcChip, Reading, Tap, Transceiver};
use zeroize::Zeroizing;

use crate::document::Reader;
use crate::error::{HumansealError, ProviderError, told};
use crate::watch::Watch;

/// The phone's NFC: `IsoDep` on Android, `NFCISO7816Tag` on iOS.
#[uniffi::export(with_foreign)]
pub trait NfcLink: Send + Sync {
    /// One command APDU out, the whole response APDU back, its status word last. What is thrown is a lost link; the
    /// next call tries the link anew.
    fn transceive(&self, command: Vec<u8>) -> Result<Vec<u8>, ProviderError>;
}

/// Whoever holds the document to the phone.
#[uniffi::export(with_foreign)]
pub trait NfcTap: Send + Sync {
    /// So many bytes of so many of a file were read; its name is `EF.DG2` or the like.
    fn read_so_far(&self, file: String, bytes: u32, of: u32) -> Result<(), ProviderError>;

    /// Something happened that another tap mends: tells the person the advice, waits, and says true once the
    /// document is back. What is thrown is a no.
    fn again(&self, code: String, advice: String) -> Result<bool, ProviderError>;
}

/// What opens a chip. It prints nothing.
#[derive(uniffi::Object)]
pub struct DocumentAccess(pub(crate) Access);

#[uniffi::export]
impl DocumentAccess {
    /// Fields of the MRZ: document number, birth and expiry as yymmdd, all in UTF-8 bytes that the app wipes.
    #[uniffi::constructor]
    pub fn from_fields(
        number: Vec<u8>,
        birthdate: Vec<u8>,
        expiry: Vec<u8>,
    ) -> Result<Arc<Self>, HumansealError> {
        let [number, birthdate, expiry] = [number, birthdate, expiry].map(Zeroizing::new);
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        let access = Access::from_fields(text(&number), text(&birthdate), text(&expiry));
        let access = access.map_err(|error| told!(Input, error))?;
        Ok(Arc::new(Self(access)))
    }

    /// The card access number, six digits.
    #[uniffi::constructor]
    pub fn from_can(can: Vec<u8>) -> Result<Arc<Self>, HumansealError> {
        let can = Zeroizing::new(can);
        let access = Access::from_can(std::str::from_utf8(&can).unwrap_or_default());
        Ok(Arc::new(Self(access.map_err(|error| told!(Input, error))?)))
    }
}

/// A chip that is read when it is shown. What was read is kept, so that another attempt goes on there.
pub(crate) struct OverNfc {
    pub(crate) link: Arc<dyn NfcLink>,
    pub(crate) access: Arc<DocumentAccess>,
    pub(crate) tap: Arc<dyn NfcTap>,
    pub(crate) language: Language,
    pub(crate) reading: Mutex<Reading>,
}

impl OverNfc {
    pub(crate) fn shown<T>(&self, watch: &Watch, work: impl FnOnce(&mut Reader<'_>) -> T) -> T {
        let mut link = Link(Arc::clone(&self.link));
        let tap = Telling { of: self, watch };
        // After a panic what was read is still compared with EF.SOD before it counts.
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let chip = NfcChip::new(&mut link, &self.access.0, &tap, &mut reading);
        work(&mut Reader::Nfc(chip))
    }
}

struct Link(Arc<dyn NfcLink>);

impl Transceiver for Link {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkLost> {
        self.0.transceive(command.to_vec()).map_err(|_| LinkLost)
    }
}

struct Telling<'a> {
    of: &'a OverNfc,
    watch: &'a Watch,
}

impl Tap for Telling<'_> {
    fn progress(&self, so_far: ReadSoFar) {
        let count = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        let file = so_far.file.file_name().to_owned();
        // Showing progress is no reason to stop.
        let _ = self
            .of
            .tap
            .read_so_far(file, count(so_far.bytes), count(so_far.of));
    }

    fn cancelled(&self) -> bool {
        self.watch.is_cancelled()
    }

    fn again(&self, fault: ChipFault) -> bool {
        let advice = nfc::advice(fault, self.of.language).to_owned();
        let again = self.of.tap.again(fault.code().to_owned(), advice);
        again.unwrap_or(false) && !self.watch.is_cancelled()
    }
}
