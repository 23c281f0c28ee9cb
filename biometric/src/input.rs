//! What an embedding model is fed: the size of an aligned face, where its five points stand, the
//! order of its numbers and their scale.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::geometry::Point;

/// Where eyes, nose and mouth corners stand in an aligned face of 112 pixels: the template of
/// ArcFace (Deng et al., "ArcFace: Additive Angular Margin Loss for Deep Face Recognition", 2019).
const TEMPLATE: [Point; 5] = [
    Point {
        x: 38.2946,
        y: 51.6963,
    },
    Point {
        x: 73.5318,
        y: 51.5014,
    },
    Point {
        x: 56.0252,
        y: 71.7366,
    },
    Point {
        x: 41.5493,
        y: 92.3655,
    },
    Point {
        x: 70.7299,
        y: 92.2041,
    },
];

/// Which of the usual five-point alignments a model was trained with. Both are those of
/// InsightFace (`face_align.py`, `estimate_norm`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alignment {
    /// ArcFace's template in a square of 112 pixels, scaled to the model's side.
    Arcface112,
    /// The same points with 8 pixels more to the left and to the right, in a square of 128 pixels,
    /// scaled to the model's side.
    Arcface128,
}

impl Alignment {
    /// The five points in a square of `side` pixels.
    pub(crate) fn template(self, side: usize) -> [Point; 5] {
        let (room, square) = match self {
            Self::Arcface112 => (0.0, 112.0),
            Self::Arcface128 => (8.0, 128.0),
        };
        let scale = side as f32 / square;
        TEMPLATE.map(|p| Point::new((p.x + room) * scale, p.y * scale))
    }
}

/// The order of the colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channels {
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red.
    Bgr,
}

impl Channels {
    /// The place of a colour of RGB in this order, and the other way round.
    pub(crate) fn place(self, colour: usize) -> usize {
        match self {
            Self::Rgb => colour,
            Self::Bgr => 2 - colour,
        }
    }
}

/// The order of a tensor's axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// `[1, 3, side, side]`: a plane for each colour.
    Planes,
    /// `[1, side, side, 3]`: the colours of a pixel together.
    Pixels,
}

/// The input of an embedding model: `f32`, each colour 0..=255 less its mean over its divisor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmbedderInput {
    /// Height and width in pixels, 64..=256.
    pub side: usize,
    /// The order of the axes.
    pub layout: Layout,
    /// The order of the colours.
    pub channels: Channels,
    /// What is taken off each colour, in the order of `channels`, 0..=255.
    pub mean: [f32; 3],
    /// What it is divided by then, in the order of `channels`, .001..=1000.
    pub divisor: [f32; 3],
}

impl EmbedderInput {
    /// The first field that says what cannot be.
    #[cfg(feature = "any-model")]
    pub(crate) fn wrong(&self) -> Option<&'static str> {
        let checks = [
            ("side", (64..=256).contains(&self.side)),
            ("mean", self.mean.iter().all(|v| (0.0..=255.0).contains(v))),
            (
                "divisor",
                self.divisor.iter().all(|v| (1e-3..=1e3).contains(v)),
            ),
        ];
        checks
            .iter()
            .find(|(_, right)| !right)
            .map(|(name, _)| *name)
    }

    /// The shape of the tensor.
    pub(crate) fn shape(&self) -> [usize; 4] {
        match self.layout {
            Layout::Planes => [1, 3, self.side, self.side],
            Layout::Pixels => [1, self.side, self.side, 3],
        }
    }

    /// The tensor of pixels: RGB, 0..=255, line by line.
    pub(crate) fn tensor_of(&self, rgb: &[f32]) -> Zeroizing<Vec<f32>> {
        let mut tensor = Zeroizing::new(vec![0f32; rgb.len()]);
        let area = rgb.len() / 3;
        for (index, value) in rgb.iter().enumerate() {
            let (pixel, channel) = (index / 3, self.channels.place(index % 3));
            let at = match self.layout {
                Layout::Planes => channel * area + pixel,
                Layout::Pixels => 3 * pixel + channel,
            };
            tensor[at] = (value - self.mean[channel]) / self.divisor[channel];
        }
        tensor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUT: EmbedderInput = EmbedderInput {
        side: 112,
        layout: Layout::Planes,
        channels: Channels::Bgr,
        mean: [1.0, 2.0, 3.0],
        divisor: [1.0, 2.0, 4.0],
    };
    /// Two pixels, RGB.
    const PIXELS: [f32; 6] = [11.0, 12.0, 13.0, 21.0, 22.0, 23.0];

    #[test]
    fn a_tensor_has_the_stated_order_and_each_colour_its_own_mean() {
        let (layout, channels) = (Layout::Pixels, Channels::Rgb);
        for (input, tensor) in [
            (INPUT, [12.0, 22.0, 5.0, 10.0, 2.0, 4.5]),
            (
                EmbedderInput { layout, ..INPUT },
                [12.0, 5.0, 2.0, 22.0, 10.0, 4.5],
            ),
            (
                EmbedderInput { channels, ..INPUT },
                [10.0, 20.0, 5.0, 10.0, 2.5, 5.0],
            ),
        ] {
            assert_eq!(input.tensor_of(&PIXELS).as_slice(), tensor);
        }
    }

    #[test]
    fn the_wide_alignment_leaves_room_on_both_sides_and_scales() {
        let near = Alignment::Arcface112.template(112);
        let wide = Alignment::Arcface128.template(256);
        for (near, wide) in near.iter().zip(wide) {
            assert_eq!(wide, Point::new(2.0 * (near.x + 8.0), 2.0 * near.y));
        }
        assert_eq!(Alignment::Arcface112.template(224)[0].y, 2.0 * near[0].y);
    }

    #[test]
    fn what_cannot_be_is_named() {
        let nan = [f32::NAN, 0.0, 0.0];
        let zero = [1.0, 0.0, 1.0];
        for (input, wrong) in [
            (INPUT, None),
            (EmbedderInput { side: 63, ..INPUT }, Some("side")),
            (EmbedderInput { side: 257, ..INPUT }, Some("side")),
            (EmbedderInput { mean: nan, ..INPUT }, Some("mean")),
            (
                EmbedderInput {
                    divisor: zero,
                    ..INPUT
                },
                Some("divisor"),
            ),
        ] {
            assert_eq!(input.wrong(), wrong);
        }
    }
}
