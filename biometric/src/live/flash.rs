//! Flash: whether the screen's colours come back from the skin, in their order.
//!
//! The screen lights what is near it. Each channel's brightness of the skin over that of what stands
//! behind is compared with the colours shown, for every lag of the camera up to a third of a second;
//! exposure and white balance change both alike and fall out. A picture that fills the frame returns
//! the light evenly and shows nothing; a recording shows the colours that it was recorded under.

// A value that is not a number fails every gate, so limits are written as "not at least".
#![allow(clippy::neg_cmp_op_on_partial_ord)]

use super::step::{FlashColour, Millis};
use crate::gate::Reason;
use crate::mesh::Landmarks;
use crate::photo::Photo;

/// How long each colour is shown, milliseconds. Two changes a second stay under the three flashes of
/// WCAG 2.2, success criterion 2.3.1.
pub const FLASH_MILLIS: u32 = 500;
/// Longest lag between screen and frame that is tried, milliseconds, and the step between two.
const MAX_LAG: u32 = 320;
const LAG_STEP: u32 = 20;
/// Correlation of colours and response from which on the order is the plan's.
const MIN_CORRELATION: f64 = 0.75;
/// Logarithm of the least gain of the skin over its surroundings: 1.5 %.
const MIN_GAIN: f64 = 0.015;
/// The same spread from which on the skin was lit, but not by the screen.
const OTHER_LIGHT: f64 = 0.08;
/// Cheeks and forehead, and half the side of the patch that is averaged at each, in pixels.
const SKIN: [usize; 10] = [50, 280, 101, 330, 36, 266, 205, 425, 151, 9];
const PATCH: i64 = 3;
/// Share of the frame's width at either side, and of its height from the top, that is taken for the
/// surroundings.
const SIDE: f32 = 0.06;
const TOP: f32 = 0.6;

/// Logarithm of the skin's brightness over its surroundings', for each channel.
type Ratio = [f64; 3];

/// The frames of a flash.
#[derive(Default)]
pub(crate) struct Flash {
    dark: Vec<Ratio>,
    shown: Vec<(Millis, FlashColour)>,
    lit: Vec<(Millis, Ratio)>,
}

impl Flash {
    /// A frame before a dark screen.
    pub(crate) fn dark(&mut self, photo: &Photo, landmarks: &Landmarks) {
        self.dark.push(ratio(photo, landmarks));
    }

    /// A frame while colours are shown.
    pub(crate) fn lit(&mut self, photo: &Photo, landmarks: &Landmarks, at: Millis) {
        self.lit.push((at, ratio(photo, landmarks)));
    }

    /// From now on the screen shows this.
    pub(crate) fn show(&mut self, colour: FlashColour, at: Millis) {
        if self.shown.last().is_none_or(|(_, last)| *last != colour) {
            self.shown.push((at, colour));
        }
    }

    /// What speaks against a face that the screen lit.
    pub(crate) fn judge(&self) -> Option<Reason> {
        let count = self.dark.len().max(1) as f64;
        let base: Ratio =
            std::array::from_fn(|k| self.dark.iter().map(|ratio| ratio[k]).sum::<f64>() / count);
        let best = (0..=MAX_LAG / LAG_STEP)
            .map(|lag| self.response(&base, lag * LAG_STEP))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let (correlation, spread) = best.unwrap_or((f64::NAN, f64::NAN));
        let answers = correlation >= MIN_CORRELATION && correlation * spread >= MIN_GAIN;
        match answers {
            true => None,
            false if spread >= OTHER_LIGHT => Some(Reason::FlashMismatch),
            false => Some(Reason::FlashUnseen),
        }
    }

    /// For one lag, correlation over all frames and channels, and how much the skin's light varied over
    /// how much the screen's did.
    fn response(&self, base: &Ratio, lag: u32) -> (f64, f64) {
        let pairs = self.lit.iter().flat_map(|(at, ratio)| {
            let then = Millis(at.0.saturating_sub(lag));
            let shown = self.shown.iter().rev().find(|(since, _)| *since <= then);
            let colour = shown.map_or([0.0; 3], |(_, colour)| colour.rgb());
            (0..3).map(move |k| (f64::from(colour[k]), ratio[k] - base[k]))
        });
        let pairs: Vec<_> = pairs.collect();
        let n = pairs.len() as f64;
        let mean = |part: fn(&(f64, f64)) -> f64| pairs.iter().map(part).sum::<f64>() / n;
        let (x, y) = (mean(|pair| pair.0), mean(|pair| pair.1));
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for (shown, seen) in &pairs {
            xx += (shown - x).powi(2);
            xy += (shown - x) * (seen - y);
            yy += (seen - y).powi(2);
        }
        (xy / (xx * yy).sqrt(), (yy / xx).sqrt())
    }
}

fn ratio(photo: &Photo, landmarks: &Landmarks) -> Ratio {
    let (width, height) = (i64::from(photo.width()), i64::from(photo.height()));
    let pixel = |x: i64, y: i64| {
        let start = 3 * (y.clamp(0, height - 1) * width + x.clamp(0, width - 1)) as usize;
        [0, 1, 2].map(|k| f64::from(photo.samples()[start + k]))
    };
    let mean = |places: &mut dyn Iterator<Item = (i64, i64)>| {
        let (mut sum, mut count) = ([0.0; 3], 0.0);
        for (x, y) in places {
            sum.iter_mut()
                .zip(pixel(x, y))
                .for_each(|(sum, v)| *sum += v);
            count += 1.0;
        }
        sum.map(|sum| (sum + 1.0) / (count + 1.0))
    };
    let skin = mean(&mut SKIN.iter().flat_map(|index| {
        let at = landmarks.flat(*index);
        let side = -PATCH..=PATCH;
        side.clone().flat_map(move |dy| {
            side.clone()
                .map(move |dx| (at.x as i64 + dx, at.y as i64 + dy))
        })
    }));
    let strip = ((width as f32 * SIDE) as i64).max(1);
    let rows = ((height as f32 * TOP) as i64).max(1);
    let ground = mean(
        &mut (0..rows).flat_map(|y| (0..strip).flat_map(move |x| [(x, y), (width - 1 - x, y)])),
    );
    std::array::from_fn(|k| (skin[k] / ground[k]).ln())
}
