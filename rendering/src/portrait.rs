//! A photograph with its mesh, framed as the camera of a telephone held upright sees it.

use crate::landmark::{EYE_CORNERS, POINTS};

/// Width of a rendered frame in pixels.
pub const FRAME_WIDTH: u32 = 480;
/// Height of a rendered frame in pixels.
pub const FRAME_HEIGHT: u32 = 640;
/// Distance of the eyes' middles in a frame at rest, in pixels.
pub const EYE_DISTANCE: f32 = 78.0;
/// Room of texture around the frame, as a share of its sides, for surfaces that turn.
pub(crate) const MARGIN: f32 = 0.2;

/// Why a photograph cannot be rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The samples are not three a pixel.
    #[error("the photograph's samples do not fit its size")]
    Samples,
    /// There are not 468 finite landmarks.
    #[error("a mesh has 468 points of finite coordinates")]
    Landmarks,
    /// The points span no triangles.
    #[error("the mesh's points lie on a line")]
    Degenerate,
}

impl RenderError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Samples => "render_samples",
            Self::Landmarks => "render_landmarks",
            Self::Degenerate => "render_degenerate",
        }
    }
}

/// A photograph resampled so that the eyes are [`EYE_DISTANCE`] apart, level and central, with its
/// landmarks in the same pixels. What lies beyond the photograph repeats its edge.
#[derive(Clone)]
pub struct Portrait {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) rgb: Vec<f32>,
    /// x and y from the frame's middle, z away from the camera; pixels of the frame.
    pub(crate) points: Vec<[f32; 3]>,
}

impl std::fmt::Debug for Portrait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Portrait(..)")
    }
}

impl Portrait {
    /// Frames a photograph of `width` × `height` packed RGB pixels, row by row, with the 468
    /// landmarks of its face in the photograph's pixels (z away from the camera, same unit).
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn new(
        width: u32,
        height: u32,
        rgb: Vec<u8>,
        landmarks: &[[f32; 3]],
    ) -> Result<Self, RenderError> {
        let (from_width, from_height) = (width as usize, height as usize);
        if rgb.is_empty() || rgb.len() != 3 * from_width * from_height {
            return Err(RenderError::Samples);
        }
        if landmarks.len() != POINTS || landmarks.iter().flatten().any(|v| !v.is_finite()) {
            return Err(RenderError::Landmarks);
        }
        let middle = |a: usize, b: usize| -> [f32; 2] {
            [0, 1].map(|k| (landmarks[a][k] + landmarks[b][k]) / 2.0)
        };
        let [a, b, c, d] = EYE_CORNERS;
        let (left, right) = (middle(a, b), middle(c, d));
        let (dx, dy) = (right[0] - left[0], right[1] - left[1]);
        let apart = dx.hypot(dy);
        if apart < 1.0 {
            return Err(RenderError::Degenerate);
        }
        let (scale, cos, sin) = (EYE_DISTANCE / apart, dx / apart, dy / apart);
        let centre = [
            landmarks.iter().map(|p| p[0]).sum::<f32>() / POINTS as f32,
            landmarks.iter().map(|p| p[1]).sum::<f32>() / POINTS as f32,
        ];
        let points = landmarks.iter().map(|p| {
            let (x, y) = (p[0] - centre[0], p[1] - centre[1]);
            [
                scale * (cos * x + sin * y),
                scale * (cos * y - sin * x),
                scale * p[2],
            ]
        });
        let points = points.collect();
        let width = (FRAME_WIDTH as f32 * (1.0 + 2.0 * MARGIN)) as usize;
        let height = (FRAME_HEIGHT as f32 * (1.0 + 2.0 * MARGIN)) as usize;
        let subsamples = (1.0 / scale).round().clamp(1.0, 8.0) as usize;
        let mut framed = Vec::with_capacity(3 * width * height);
        for row in 0..height {
            for column in 0..width {
                let mut sum = [0.0; 3];
                for sub in 0..subsamples * subsamples {
                    let part = |k: usize| (k as f32 + 0.5) / subsamples as f32 - 0.5;
                    let x = column as f32 + part(sub % subsamples) - width as f32 / 2.0;
                    let y = row as f32 + part(sub / subsamples) - height as f32 / 2.0;
                    let at = [
                        centre[0] + (cos * x - sin * y) / scale,
                        centre[1] + (sin * x + cos * y) / scale,
                    ];
                    let sample = bilinear(&rgb, from_width, from_height, at);
                    sum.iter_mut().zip(sample).for_each(|(sum, v)| *sum += v);
                }
                framed.extend(sum.map(|v| v / (subsamples * subsamples) as f32));
            }
        }
        Ok(Self {
            width,
            height,
            rgb: framed,
            points,
        })
    }
}

/// Bilinear sample at a point counted from the first pixel's centre; the edge repeats.
fn bilinear(rgb: &[u8], width: usize, height: usize, at: [f32; 2]) -> [f32; 3] {
    let x = at[0].clamp(0.0, width as f32 - 1.0);
    let y = at[1].clamp(0.0, height as f32 - 1.0);
    let (left, top) = (x as usize, y as usize);
    let (right, bottom) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
    let (u, v) = (x - left as f32, y - top as f32);
    std::array::from_fn(|k| {
        let at = |column: usize, row: usize| f32::from(rgb[3 * (row * width + column) + k]);
        let upper = at(left, top) * (1.0 - u) + at(right, top) * u;
        let lower = at(left, bottom) * (1.0 - u) + at(right, bottom) * u;
        upper * (1.0 - v) + lower * v
    })
}
