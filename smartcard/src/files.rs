//! Where the files of a chip stand (ICAO 9303 part 10, sections 3.11 and 4).

use humanseal_documents::ChipFiles;

/// The eMRTD application.
pub(crate) const APPLICATION: [u8; 7] = [0xa0, 0, 0, 2, 0x47, 0x10, 1];
pub(crate) const MASTER: u16 = 0x3f00;
pub(crate) const CARD_ACCESS: u16 = 0x011c;

/// One file.
pub(crate) struct File {
    pub(crate) id: u16,
    pub(crate) bytes: Vec<u8>,
}

/// The files of the application, by their identifiers; the last byte is the short one.
pub(crate) fn application(files: &ChipFiles) -> Vec<File> {
    let optional = |id, bytes: Option<&Vec<u8>>| {
        Some(File {
            id,
            bytes: bytes?.clone(),
        })
    };
    let all = [
        optional(0x0101, Some(&files.dg1)),
        optional(0x0102, files.dg2.as_deref()),
        optional(0x010e, files.dg14.as_deref()),
        optional(0x010f, files.dg15.as_deref()),
        optional(0x011d, Some(&files.sod)),
    ];
    all.into_iter().flatten().collect()
}
