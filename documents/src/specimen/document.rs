//! A complete specimen: EF.SOD, EF.DG1, EF.DG2, and EF.DG14 and EF.DG15 where they are given.

use std::path::Path;

use zeroize::Zeroizing;

use super::authority::Authority;
use super::chip::SpecimenChip;
use super::holder::Holder;
use super::security_object::SodSpec;
use super::{SpecimenError, write_file};
use crate::active::Challenge;
use crate::chip::{CHIP_KEY_FILE, Chip, ChipError, ChipFiles, ElementaryFile};
use crate::data_group::{Dg1, Dg2, PortraitFormat};
use crate::digest::DigestAlgorithm;
use crate::time::{Date, Moment};

/// The files of a specimen with the chip that holds them, if it has a key, and ways to tamper with
/// them after they were signed.
#[derive(Clone, Debug)]
pub struct SpecimenDocument {
    holder: Holder,
    files: ChipFiles,
    chip: Option<SpecimenChip>,
}

impl SpecimenDocument {
    /// Makes and signs a document. The portrait's bytes, JPEG or JPEG 2000, are embedded as they
    /// are. The same arguments give the same bytes.
    ///
    /// # Errors
    /// [`SpecimenError`] for a portrait of another format, or fields that do not fit an MRZ.
    pub fn make(
        authority: &Authority,
        holder: &Holder,
        portrait: &[u8],
        digest: DigestAlgorithm,
        signed_at: Moment,
    ) -> Result<Self, SpecimenError> {
        Self::make_with_groups(authority, holder, portrait, digest, signed_at, None, None)
    }

    /// As [`Self::make`], with a chip whose key stands in the signed EF.DG15.
    ///
    /// # Errors
    /// As [`Self::make`].
    pub fn make_with_chip(
        authority: &Authority,
        holder: &Holder,
        portrait: &[u8],
        digest: DigestAlgorithm,
        signed_at: Moment,
        chip: &SpecimenChip,
    ) -> Result<Self, SpecimenError> {
        let (dg14, dg15) = (chip.dg14()?, chip.dg15()?);
        let dg14 = dg14.as_deref();
        let mut document = Self::make_with_groups(
            authority,
            holder,
            portrait,
            digest,
            signed_at,
            dg14,
            Some(&dg15),
        )?;
        document.chip = Some(chip.clone());
        Ok(document)
    }

    /// As [`Self::make`], with EF.DG14 and EF.DG15 of these bytes, which are signed but not looked
    /// at.
    ///
    /// # Errors
    /// As [`Self::make`].
    pub fn make_with_groups(
        authority: &Authority,
        holder: &Holder,
        portrait: &[u8],
        digest: DigestAlgorithm,
        signed_at: Moment,
        dg14: Option<&[u8]>,
        dg15: Option<&[u8]>,
    ) -> Result<Self, SpecimenError> {
        let dg1 = Dg1::encode(holder.mrz()?.as_bytes());
        let dg2 = dg2(portrait)?;
        let mut groups: Vec<(u8, &[u8])> = vec![(1, &dg1), (2, &dg2)];
        groups.extend(dg14.map(|bytes| (14, bytes)));
        groups.extend(dg15.map(|bytes| (15, bytes)));
        let sod = SodSpec::over(&groups, digest, signed_at)
            .sign(authority.dsc_key(), authority.dsc_der())?;
        let copy = |bytes: &[u8]| Zeroizing::new(bytes.to_vec());
        Ok(Self {
            holder: holder.clone(),
            files: ChipFiles {
                sod: Zeroizing::new(sod),
                dg1,
                dg2: Some(dg2),
                dg14: dg14.map(copy),
                dg15: dg15.map(copy),
            },
            chip: None,
        })
    }

    /// The files.
    #[must_use]
    pub fn files(&self) -> &ChipFiles {
        &self.files
    }

    /// The same with another date of birth in EF.DG1, its check digits right, EF.SOD as it was.
    ///
    /// # Errors
    /// [`SpecimenError`] does not occur for a holder that made a document.
    pub fn with_tampered_birthdate(&self, birthdate: Date) -> Result<Self, SpecimenError> {
        let mut tampered = self.clone();
        tampered.holder.birthdate = birthdate;
        tampered.files.dg1 = Dg1::encode(tampered.holder.mrz()?.as_bytes());
        Ok(tampered)
    }

    /// The same with another portrait in EF.DG2, EF.SOD as it was.
    ///
    /// # Errors
    /// [`SpecimenError::PortraitFormat`].
    pub fn with_swapped_portrait(&self, portrait: &[u8]) -> Result<Self, SpecimenError> {
        let mut swapped = self.clone();
        swapped.files.dg2 = Some(dg2(portrait)?);
        Ok(swapped)
    }

    /// Writes the files into a folder that [`crate::FolderChip`] reads, and the private key of the
    /// chip beside them, so that the folder can answer for it.
    ///
    /// # Errors
    /// [`SpecimenError::Unwritable`].
    pub fn write(&self, folder: &Path) -> Result<(), SpecimenError> {
        let files = [
            (ElementaryFile::Sod, Some(&self.files.sod)),
            (ElementaryFile::Dg1, Some(&self.files.dg1)),
            (ElementaryFile::Dg2, self.files.dg2.as_ref()),
            (ElementaryFile::Dg14, self.files.dg14.as_ref()),
            (ElementaryFile::Dg15, self.files.dg15.as_ref()),
        ];
        for (file, bytes) in files {
            if let Some(bytes) = bytes {
                write_file(folder, file.file_name(), bytes)?;
            }
        }
        if let Some(chip) = &self.chip {
            write_file(folder, CHIP_KEY_FILE, chip.to_pem()?.as_bytes())?;
        }
        Ok(())
    }
}

/// The document itself, chip and all. A copy of it is its [`ChipFiles`].
impl Chip for &SpecimenDocument {
    fn read(&mut self, file: ElementaryFile) -> Result<Option<Zeroizing<Vec<u8>>>, ChipError> {
        (&self.files).read(file)
    }

    fn answers(&self) -> bool {
        self.chip.is_some()
    }

    fn authenticate(&mut self, challenge: Challenge) -> Result<Zeroizing<Vec<u8>>, ChipError> {
        let chip = self.chip.as_ref().ok_or(ChipError::Absent)?;
        let answer = chip.answer(challenge).map_err(std::io::Error::other);
        answer.map(Zeroizing::new).map_err(ChipError::Silent)
    }
}

fn dg2(portrait: &[u8]) -> Result<Zeroizing<Vec<u8>>, SpecimenError> {
    let format = PortraitFormat::of(portrait).ok_or(SpecimenError::PortraitFormat)?;
    let (width, height) = match format {
        PortraitFormat::Jpeg => jpeg_size(portrait),
        PortraitFormat::Jpeg2000 => codestream_size(portrait),
    }
    .unwrap_or((0, 0));
    let file = Dg2::encode(portrait, format, width, height);
    if file.len() > ElementaryFile::Dg2.limit() {
        return Err(SpecimenError::PortraitTooLong);
    }
    Ok(file)
}

fn word(bytes: &[u8], place: usize) -> Option<u16> {
    let pair = bytes.get(place..place + 2)?;
    Some(u16::from_be_bytes([pair[0], pair[1]]))
}

/// Width and height out of a JPEG's frame header (ISO/IEC 10918-1, section B.2.2).
fn jpeg_size(bytes: &[u8]) -> Option<(u16, u16)> {
    let mut place = 2;
    loop {
        let marker = word(bytes, place)?;
        let is_frame =
            matches!(marker, 0xffc0..=0xffcf) && !matches!(marker, 0xffc4 | 0xffc8 | 0xffcc);
        if is_frame {
            return Some((word(bytes, place + 7)?, word(bytes, place + 5)?));
        }
        if marker >> 8 != 0xff {
            return None;
        }
        place += 2 + usize::from(word(bytes, place + 2)?);
    }
}

/// Width and height out of a JPEG 2000 codestream's SIZ segment (ISO/IEC 15444-1, section A.5.1),
/// for images of less than 65,536 pixels a side.
fn codestream_size(bytes: &[u8]) -> Option<(u16, u16)> {
    let start = bytes
        .windows(4)
        .position(|w| w == [0xff, 0x4f, 0xff, 0x51])?;
    let number = |place: usize| {
        let digits = bytes.get(start + place..start + place + 4)?;
        Some(u32::from_be_bytes(digits.try_into().ok()?))
    };
    let side =
        |end: usize, offset: usize| u16::try_from(number(end)?.checked_sub(number(offset)?)?).ok();
    Some((side(8, 16)?, side(12, 20)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_come_out_of_the_headers() {
        let jpeg = [
            0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 17, 8, 0x02, 0x13, 0x01, 0x9d,
        ];
        assert_eq!(jpeg_size(&jpeg), Some((413, 531)));
        assert_eq!(jpeg_size(&jpeg[..12]), None);
        let mut siz = vec![0xff, 0x4f, 0xff, 0x51, 0, 47, 0, 0];
        for number in [415u32, 534, 2, 3] {
            siz.extend_from_slice(&number.to_be_bytes());
        }
        assert_eq!(codestream_size(&siz), Some((413, 531)));
        assert_eq!(codestream_size(&siz[..20]), None);
    }
}
