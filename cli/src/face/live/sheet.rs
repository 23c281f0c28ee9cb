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

/// A frame of the sheet.
struct Cell {
    png: String,
    size: (u32, u32),
    at: Millis,
    asked: String,
}

/// The sheet being made, of a number of frames that nobody knows before the last.
pub struct Sheet {
    cells: Vec<Cell>,
    /// Of so many frames one is shown.
    every: usize,
    seen: usize,
}

impl Default for Sheet {
    fn default() -> Self {
        Self {
            cells: Vec::new(),
            every: 1,
            seen: 0,
        }
    }
}

impl Sheet {
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
        self.cells.push(Cell {
            png: STANDARD.encode(&png),
            size: small.dimensions(),
            at,
            asked: asked.to_owned(),
        });
        if self.cells.len() > MOST {
            let mut place = 0;
            self.cells.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.every *= 2;
        }
        Ok(())
    }

    /// The SVG.
    pub fn finish(self) -> String {
        let cells = self.cells.iter().enumerate().map(|(place, cell)| {
            let (x, y) = (place % COLUMNS * CELL.0, place / COLUMNS * CELL.1);
            format!(
                "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" href=\"data:image/png;base64,{}\"/>\n\
                 <text x=\"{}\" y=\"{}\">{} ms</text>\n<text x=\"{}\" y=\"{}\">{}</text>\n",
                x + 4,
                y + 4,
                cell.size.0,
                cell.size.1,
                cell.png,
                x + 4,
                y + 130,
                cell.at.0,
                x + 4,
                y + 144,
                cell.asked,
            )
        });
        let body: String = cells.collect();
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" \
             font-family=\"sans-serif\" font-size=\"11\">\n{body}</svg>\n",
            COLUMNS * CELL.0,
            self.cells.len().div_ceil(COLUMNS).max(1) * CELL.1,
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_frames_is_spread_evenly_over_few_cells() {
        for count in [1, 59, 60, 61, 500] {
            let mut sheet = Sheet::default();
            for frame in 0..count {
                let photo = Photo::from_rgb(64, 64, vec![7; 3 * 64 * 64]).unwrap();
                sheet.add(&photo, Millis(frame), "look straight").unwrap();
            }
            let times: Vec<u32> = sheet.cells.iter().map(|cell| cell.at.0).collect();
            assert!(
                times.len() <= MOST && 2 * times.len() >= MOST.min(count as usize),
                "{count}"
            );
            let step = sheet.every as u32;
            assert!(
                times
                    .iter()
                    .zip(0..)
                    .all(|(time, place)| *time == place * step)
            );
            assert_eq!(sheet.finish().matches("<image").count(), times.len());
        }
    }
}
