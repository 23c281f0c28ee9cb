//! Points, boxes and the maps between image and crop coordinates.

/// A point in pixels, x to the right, y down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Pixels from the left edge.
    pub x: f32,
    /// Pixels from the top edge.
    pub y: f32,
}

impl Point {
    /// A point.
    pub fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// Euclidean distance in pixels.
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

/// A box in pixels. It may reach beyond the image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Left edge.
    pub left: f32,
    /// Top edge.
    pub top: f32,
    /// Right edge.
    pub right: f32,
    /// Bottom edge.
    pub bottom: f32,
}

impl Bounds {
    /// Width in pixels.
    pub fn width(&self) -> f32 {
        self.right - self.left
    }

    /// Height in pixels.
    pub fn height(&self) -> f32 {
        self.bottom - self.top
    }

    /// The middle.
    pub fn centre(&self) -> Point {
        Point::new(
            (self.left + self.right) / 2.0,
            (self.top + self.bottom) / 2.0,
        )
    }

    /// Area in square pixels.
    pub fn area(&self) -> f32 {
        self.width() * self.height()
    }

    /// Area of the intersection over area of the union, in 0..=1.
    pub fn overlap(&self, other: &Self) -> f32 {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        let shared = width.max(0.0) * height.max(0.0);
        shared / (self.area() + other.area() - shared)
    }
}

/// An affine map of the plane: `x' = xx·x + xy·y + x0`, `y' = yx·x + yy·y + y0`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Affine {
    pub(crate) xx: f32,
    pub(crate) xy: f32,
    pub(crate) x0: f32,
    pub(crate) yx: f32,
    pub(crate) yy: f32,
    pub(crate) y0: f32,
}

impl Affine {
    /// Scales and shifts along the axes.
    pub(crate) fn axes(scale_x: f32, scale_y: f32, x0: f32, y0: f32) -> Self {
        Self {
            xx: scale_x,
            xy: 0.0,
            x0,
            yx: 0.0,
            yy: scale_y,
            y0,
        }
    }

    /// The image of a point.
    pub(crate) fn apply(&self, p: Point) -> Point {
        Point::new(
            self.xx * p.x + self.xy * p.y + self.x0,
            self.yx * p.x + self.yy * p.y + self.y0,
        )
    }

    /// The inverse map; `None` for a map that flattens the plane.
    pub(crate) fn inverse(&self) -> Option<Self> {
        let determinant = self.xx * self.yy - self.xy * self.yx;
        if !determinant.is_normal() {
            return None;
        }
        let (xx, xy) = (self.yy / determinant, -self.xy / determinant);
        let (yx, yy) = (-self.yx / determinant, self.xx / determinant);
        Some(Self {
            xx,
            xy,
            x0: -(xx * self.x0 + xy * self.y0),
            yx,
            yy,
            y0: -(yx * self.x0 + yy * self.y0),
        })
    }

    /// The similarity (rotation, uniform scale, shift; no reflection) that takes `from` to `to`
    /// with the least sum of squares: Umeyama, "Least-squares estimation of transformation
    /// parameters between two point patterns", IEEE TPAMI 13(4), 1991. In the plane its
    /// singular value decomposition has the closed form used here, with a rotation and scale
    /// `a + bi = Σ conj(f)·t / Σ |f|²` over the centred points taken as complex numbers.
    ///
    /// `None` if all of `from` coincide or a coordinate is not finite.
    pub(crate) fn similarity<const N: usize>(from: &[Point; N], to: &[Point; N]) -> Option<Self> {
        let n = N as f64;
        let mean = |points: &[Point; N]| {
            let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), p| {
                (x + f64::from(p.x), y + f64::from(p.y))
            });
            (x / n, y / n)
        };
        let ((from_x, from_y), (to_x, to_y)) = (mean(from), mean(to));
        let (mut a, mut b, mut spread) = (0.0, 0.0, 0.0);
        for (f, t) in from.iter().zip(to) {
            let (fx, fy) = (f64::from(f.x) - from_x, f64::from(f.y) - from_y);
            let (tx, ty) = (f64::from(t.x) - to_x, f64::from(t.y) - to_y);
            a += fx * tx + fy * ty;
            b += fx * ty - fy * tx;
            spread += fx * fx + fy * fy;
        }
        let (a, b) = (a / spread, b / spread);
        let map = Self {
            xx: a as f32,
            xy: -b as f32,
            x0: (to_x - a * from_x + b * from_y) as f32,
            yx: b as f32,
            yy: a as f32,
            y0: (to_y - b * from_x - a * from_y) as f32,
        };
        (map.x0.is_finite() && map.y0.is_finite()).then_some(map)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FIVE: [Point; 5] = [
        Point { x: 38.3, y: 51.7 },
        Point { x: 73.5, y: 51.5 },
        Point { x: 56.0, y: 71.7 },
        Point { x: 41.5, y: 92.4 },
        Point { x: 70.7, y: 92.2 },
    ];

    #[test]
    fn coinciding_points_have_no_similarity() {
        assert_eq!(Affine::similarity(&[FIVE[0]; 5], &FIVE), None);
        let mut broken = FIVE;
        broken[2].x = f32::NAN;
        assert_eq!(Affine::similarity(&broken, &FIVE), None);
    }

    #[test]
    fn overlap_of_boxes() {
        let a = Bounds {
            left: 0.0,
            top: 0.0,
            right: 2.0,
            bottom: 2.0,
        };
        let b = Bounds {
            left: 1.0,
            right: 3.0,
            ..a
        };
        let apart = Bounds {
            left: 5.0,
            right: 6.0,
            ..a
        };
        assert!((a.overlap(&b) - 1.0 / 3.0).abs() < 1e-6);
        assert_eq!(a.overlap(&apart), 0.0);
        assert_eq!(a.overlap(&a), 1.0);
    }

    proptest! {
        #[test]
        fn a_similarity_is_found_again(
            angle in -3.1f32..3.1, scale in 0.1f32..10.0, x in -500f32..500.0, y in -500f32..500.0,
        ) {
            let (a, b) = (scale * angle.cos(), scale * angle.sin());
            let true_map = Affine { xx: a, xy: -b, x0: x, yx: b, yy: a, y0: y };
            let to = FIVE.map(|p| true_map.apply(p));
            let found = Affine::similarity(&FIVE, &to).unwrap();
            for p in FIVE {
                prop_assert!(found.apply(p).distance(true_map.apply(p)) < 0.01);
            }
        }

        /// Least squares: no small change of the four parameters lowers the error.
        #[test]
        fn no_neighbour_of_the_similarity_fits_better(
            noise in prop::collection::vec(-5f32..5.0, 10),
            step in prop::array::uniform4(-0.05f32..0.05),
        ) {
            let mut to = FIVE;
            for (p, n) in to.iter_mut().zip(noise.chunks(2)) {
                p.x += n[0];
                p.y += n[1];
            }
            let error = |map: &Affine| -> f64 {
                FIVE.iter().zip(&to).map(|(f, t)| f64::from(map.apply(*f).distance(*t)).powi(2)).sum()
            };
            let best = Affine::similarity(&FIVE, &to).unwrap();
            let (a, b) = (best.xx + step[0], best.yx + step[1]);
            let other = Affine { xx: a, xy: -b, x0: best.x0 + step[2], yx: b, yy: a, y0: best.y0 + step[3] };
            prop_assert!(error(&best) <= error(&other) + 1e-3);
        }
    }
}
