//! What a second phone replies that reads the chip for the first.

use std::cell::RefCell;
use std::rc::Rc;

use humanseal_documents::{ChipFiles, ElementaryFile};
use humanseal_sdk::nfc::{LinkLost, Messenger, SecondPhone, serve};
use zeroize::Zeroizing;

use super::world::chip_files;
use super::{Case, Reached, Target};
use crate::bounds::Bounds;
use crate::secret::assert_silent;
use crate::structure::Structure;

/// What is read is written again as the same bytes, and every file keeps its limit.
pub(super) fn target() -> Target {
    let whole = chip_files();
    let without = ChipFiles {
        dg2: None,
        ..chip_files()
    };
    let seeds = [&whole, &without].map(|files| reply(files, &request()).to_vec());
    Target::new(
        "phones",
        Structure::Cbor,
        Bounds::mebibytes(8),
        seeds.to_vec(),
        check,
    )
}

fn check(case: &Case<'_>) -> Reached {
    let mut phone = SecondPhone::new(Replying(case.bytes.to_vec()));
    match ChipFiles::read(&mut phone) {
        Ok(files) => {
            let limits = [
                (ElementaryFile::Sod, Some(&files.sod)),
                (ElementaryFile::Dg1, Some(&files.dg1)),
                (ElementaryFile::Dg2, files.dg2.as_ref()),
                (ElementaryFile::Dg14, files.dg14.as_ref()),
                (ElementaryFile::Dg15, files.dg15.as_ref()),
            ];
            for (file, bytes) in limits {
                let length = bytes.map_or(0, |bytes| bytes.len());
                assert!(
                    length <= file.limit(),
                    "{} has {length} bytes",
                    file.file_name()
                );
            }
            let again = reply(&files, &request());
            assert_eq!(again.as_slice(), case.bytes, "another spelling is taken");
            Reached::Decoded
        }
        Err(error) => {
            assert_silent(&error);
            Reached::Refused
        }
    }
}

fn reply(mut files: &ChipFiles, request: &[u8]) -> Zeroizing<Vec<u8>> {
    serve(request, &mut files).unwrap_or_else(|error| panic!("{error}"))
}

/// What the first phone sends to be given the files.
fn request() -> Vec<u8> {
    let sent = Rc::new(RefCell::new(Vec::new()));
    let mut phone = SecondPhone::new(Listening(Rc::clone(&sent)));
    assert!(ChipFiles::read(&mut phone).is_err());
    sent.take()
}

struct Replying(Vec<u8>);

impl Messenger for Replying {
    fn exchange(&mut self, _: &[u8]) -> Result<Zeroizing<Vec<u8>>, LinkLost> {
        Ok(Zeroizing::new(self.0.clone()))
    }
}

struct Listening(Rc<RefCell<Vec<u8>>>);

impl Messenger for Listening {
    fn exchange(&mut self, request: &[u8]) -> Result<Zeroizing<Vec<u8>>, LinkLost> {
        *self.0.borrow_mut() = request.to_vec();
        Err(LinkLost)
    }
}
