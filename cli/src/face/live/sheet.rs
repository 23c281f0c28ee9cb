//! A contact sheet: small frames with their times and what was asked, as one SVG file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use humanseal_biometric::Photo;
use humanseal_biometric::live::Millis;
use image::{ImageEncoder, RgbImage, codecs::png::PngEncoder, imageops};

use crate::output::Failure;

/// At most this many frames are shown, evenly spread.
const MOST: usize = 60;
const COLUMNS: usize = 10;
/// Sides of a cell and of the frame in it, in pixels.
const CELL: (usize, usize) = (120, 150);
const FRAME: (u32, u32) = (112, 112);

/// The sheet being made.
pub struct Sheet {
    every: usize,
    seen: usize,
    shown: usize,
    body: String,
}

impl Sheet {
    /// A sheet of this many frames.
    pub fn of(frames: usize) -> Self {
        Self {
            every: frames.div_ceil(MOST).max(1),
            seen: 0,
            shown: 0,
            body: String::new(),
        }
    }

    /// Adds a frame; `asked` is plain words without markup.
    ///
    /// # Errors
    /// [`Failure::Fault`] if a picture cannot be encoded.
    pub fn add(&mut self, photo: &Photo, at: Millis, asked: &str) -> Result<(), Failure> {
        let show = self.seen.is_multiple_of(self.every);
        self.seen += 1;
        if !show {
            return Ok(());
        }
        let (width, height) = (photo.width(), photo.height());
        let share =
            (f64::from(FRAME.0) / f64::from(width)).min(f64::from(FRAME.1) / f64::from(height));
        let side = |side: u32| ((f64::from(side) * share) as u32).max(1);
        let picture = RgbImage::from_raw(width, height, photo.samples().to_vec())
            .ok_or_else(|| Failure::fault("a frame has no pixels"))?;
        let small = imageops::thumbnail(&picture, side(width), side(height));
        let mut png = Vec::new();
        PngEncoder::new(&mut png)
            .write_image(
                small.as_raw(),
                small.width(),
                small.height(),
                image::ExtendedColorType::Rgb8,
            )
            .map_err(Failure::fault)?;
        let (x, y) = (self.shown % COLUMNS * CELL.0, self.shown / COLUMNS * CELL.1);
        self.shown += 1;
        self.body += &format!(
            "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" href=\"data:image/png;base64,{}\"/>\n\
             <text x=\"{}\" y=\"{}\">{} ms</text>\n<text x=\"{}\" y=\"{}\">{asked}</text>\n",
            x + 4,
            y + 4,
            small.width(),
            small.height(),
            STANDARD.encode(&png),
            x + 4,
            y + 130,
            at.0,
            x + 4,
            y + 144,
        );
        Ok(())
    }

    /// The SVG.
    pub fn finish(self) -> String {
        let rows = self.shown.div_ceil(COLUMNS).max(1);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" \
             font-family=\"sans-serif\" font-size=\"11\">\n{}</svg>\n",
            COLUMNS * CELL.0,
            rows * CELL.1,
            self.body
        )
    }
}
