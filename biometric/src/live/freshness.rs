//! Freshness: whether frames come from a camera that runs, one after the other.
//!
//! A sensor's noise never repeats. A frame that equals an earlier one was injected (a loop, a
//! recording that runs backwards after it ran forwards), and a frame that is the mean of its
//! neighbours was computed. A recording filmed anew has noise of its own and passes here; the drawn
//! plan is what it does not answer.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::step::Millis;
use crate::gate::Reason;
use crate::photo::Photo;

/// Longest time between two frames, milliseconds: in a longer one a person steps aside.
const MAX_GAP: u32 = 500;
/// Shortest: no camera of a telephone gives more than 240 frames a second.
const MIN_GAP: u32 = 4;
/// Places along either side at which two frames are compared.
const GRID: u32 = 64;
/// Mean difference in levels of 255 under which a frame is an earlier one.
const SAME: f32 = 0.35;
/// The middle's distance from the mean of its neighbours over the neighbours' distance, under which the
/// middle was computed: independent noise alone leaves .87.
const COMPUTED: f32 = 0.3;

/// Pixels of a frame at the places of the grid.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Print(Vec<u8>);

impl Print {
    fn of(photo: &Photo) -> Self {
        let place =
            |k: u32, side: u32| u64::from(2 * k + 1) * u64::from(side) / u64::from(2 * GRID);
        let width = u64::from(photo.width());
        let green = (0..GRID * GRID).map(|k| {
            let (x, y) = (
                place(k % GRID, photo.width()),
                place(k / GRID, photo.height()),
            );
            photo.samples()[(3 * (y * width + x) + 1) as usize]
        });
        Self(green.collect())
    }

    fn distance(&self, other: impl Iterator<Item = f32>) -> f32 {
        let sum: f32 = self
            .0
            .iter()
            .zip(other)
            .map(|(a, b)| (f32::from(*a) - b).abs())
            .sum();
        sum / self.0.len() as f32
    }

    fn levels(&self) -> impl Iterator<Item = f32> {
        self.0.iter().map(|v| f32::from(*v))
    }
}

/// The frames so far.
#[derive(Default)]
pub(crate) struct Freshness {
    prints: Vec<Print>,
    size: Option<(u32, u32)>,
    last: Option<Millis>,
}

impl Freshness {
    /// Takes the next frame; a reason if it is none of a running camera.
    pub(crate) fn judge(&mut self, photo: &Photo, at: Millis) -> Option<Reason> {
        if let Some(last) = self.last
            && (at <= last || !(MIN_GAP..=MAX_GAP).contains(&at.since(last)))
        {
            return Some(Reason::TimestampsJump);
        }
        self.last = Some(at);
        let size = (photo.width(), photo.height());
        if *self.size.get_or_insert(size) != size {
            return Some(Reason::CameraChanged);
        }
        let print = Print::of(photo);
        if self
            .prints
            .iter()
            .any(|earlier| print.distance(earlier.levels()) < SAME)
        {
            return Some(Reason::RepeatedFrame);
        }
        if let [.., before, middle] = self.prints.as_slice() {
            let mean = before
                .levels()
                .zip(print.levels())
                .map(|(a, b)| (a + b) / 2.0);
            if middle.distance(mean) < COMPUTED * before.distance(print.levels()) {
                return Some(Reason::InterpolatedFrame);
            }
        }
        self.prints.push(print);
        None
    }
}
