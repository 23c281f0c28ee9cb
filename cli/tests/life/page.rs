//! A printed page in front of the device: its lines, and a photograph that is rendered for the run.

use std::sync::Arc;

use humanseal_biometric::Photo;
use humanseal_documents::specimen::Holder;
use humanseal_documents::{Challenge, Date, Moment, MrzError};
use humanseal_sdk::{DeviceDocument, DocumentError, DocumentSource, MrzReader, PrintedPage};
use humanseal_zk_credentials::exchange::ChipAnswer;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use zeroize::Zeroizing;

use crate::stage::photograph;

/// Width of a portrait on the page, in pixels.
const WIDTH: u32 = 360;

/// A specimen's printed lines, typed one attempt after the other, and a photograph of its page.
pub struct Page {
    attempts: Vec<String>,
    photograph: Arc<Photo>,
}

impl Page {
    /// Of a holder of this number, in five years valid, showing this portrait.
    pub fn of(at: Moment, number: &str) -> Self {
        Self::holding(&holder(at, number))
    }

    pub fn holding(holder: &Holder) -> Self {
        let lines = holder.mrz().expect("lines");
        Self {
            attempts: vec![format!("{}\n{}", &lines[..44], &lines[44..])],
            photograph: picture(&["obama.jpg"], WIDTH, |_| {}),
        }
    }

    /// With a wrong digit in the number first.
    pub fn mistyped_first(mut self) -> Self {
        let mut wrong = self.attempts[0].clone();
        let digit = if wrong.as_bytes()[46] == b'7' {
            "8"
        } else {
            "7"
        };
        wrong.replace_range(46..47, digit);
        self.attempts.insert(0, wrong);
        self
    }

    /// Mistyped, and nothing after it.
    pub fn given_up(self) -> Self {
        let mut page = self.mistyped_first();
        page.attempts.truncate(1);
        page
    }

    pub fn photographed(mut self, photograph: Arc<Photo>) -> Self {
        self.photograph = photograph;
        self
    }
}

/// A specimen's holder without a personal number.
pub fn holder(at: Moment, number: &str) -> Holder {
    let mut holder = Holder::specimen(at.date());
    number.clone_into(&mut holder.number);
    holder.personal_number.clear();
    holder
}

/// The day before this moment's.
pub fn yesterday(at: Moment) -> Date {
    Moment::from_unix_seconds(at.unix_seconds() - 86_400).date()
}

struct Typist(Vec<String>);

impl MrzReader for Typist {
    fn lines(&mut self, _: Option<MrzError>) -> Option<Zeroizing<String>> {
        (!self.0.is_empty()).then(|| Zeroizing::new(self.0.remove(0)))
    }
}

impl DocumentSource for Page {
    fn document(&mut self, at: Moment) -> Result<DeviceDocument, DocumentError> {
        let mut typist = Typist(self.attempts.clone());
        PrintedPage::new(&mut typist, Arc::clone(&self.photograph)).document(at)
    }

    fn answer(
        &mut self,
        _: &DeviceDocument,
        _: Challenge,
    ) -> Result<Option<ChipAnswer>, DocumentError> {
        Ok(None)
    }
}

/// A page of 1200 × 850 pixels with portraits of this width side by side, as a camera sees it from above; then what
/// spoils it.
pub fn picture(portraits: &[&str], width: u32, spoil: impl FnOnce(&mut RgbImage)) -> Arc<Photo> {
    let mut page = RgbImage::from_pixel(1200, 850, Rgb([226, 222, 214]));
    // The background of a page is no plain colour.
    for (x, y, pixel) in page.enumerate_pixels_mut() {
        let shade = u8::try_from((x / 7 + y / 5) % 9).unwrap_or_default();
        pixel.0[1] -= shade;
    }
    for (place, name) in (0..).zip(portraits) {
        let portrait = image::load_from_memory(&photograph(name)).expect("a portrait");
        let portrait = portrait.resize(width, 700, FilterType::Triangle).to_rgb8();
        imageops::overlay(&mut page, &portrait, 60 + place * 560, 90);
    }
    spoil(&mut page);
    let (wide, high) = page.dimensions();
    Arc::new(Photo::from_rgb(wide, high, page.into_raw()).expect("a photograph"))
}
