//! Textured triangles with a depth buffer: what lies nearer hides what lies behind it.

/// A vertex as the camera sees it.
#[derive(Clone, Copy)]
pub(crate) struct Seen {
    /// Pixels of the frame, and depth.
    pub(crate) at: [f32; 3],
    /// Pixels of the texture.
    pub(crate) texture: [f32; 2],
    /// How near to the screen's light, 0 to 1.
    pub(crate) near: f32,
}

/// The picture being drawn: colour and light a pixel.
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) rgb: Vec<[f32; 3]>,
    pub(crate) near: Vec<f32>,
    depth: Vec<f32>,
}

impl Canvas {
    /// A wall of one grey, far from the light.
    pub(crate) fn wall(width: usize, height: usize, grey: f32) -> Self {
        Self {
            width,
            height,
            rgb: vec![[grey; 3]; width * height],
            near: vec![0.0; width * height],
            depth: vec![f32::INFINITY; width * height],
        }
    }

    /// Draws one triangle, darkened to `shade` of its texture.
    pub(crate) fn draw(
        &mut self,
        [a, b, c]: [Seen; 3],
        texture: &(impl Fn([f32; 2]) -> [f32; 3] + ?Sized),
        shade: f32,
    ) {
        let cross = |p: [f32; 2], q: [f32; 3], r: [f32; 3]| {
            (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
        };
        let flat = |p: [f32; 3]| [p[0], p[1]];
        let area = cross(flat(a.at), b.at, c.at);
        if area.abs() < 1e-6 {
            return;
        }
        let range = |k: usize, side: usize| {
            let low = a.at[k].min(b.at[k]).min(c.at[k]).ceil().max(0.0);
            let high = a.at[k].max(b.at[k]).max(c.at[k]).floor();
            (low as usize, high.min(side as f32 - 1.0))
        };
        let ((left, right), (top, bottom)) = (range(0, self.width), range(1, self.height));
        if right < 0.0 || bottom < 0.0 {
            return;
        }
        for row in top..=bottom as usize {
            for column in left..=right as usize {
                let p = [column as f32, row as f32];
                let shares = [
                    cross(p, b.at, c.at),
                    cross(p, c.at, a.at),
                    cross(p, a.at, b.at),
                ]
                .map(|part| part / area);
                if shares.iter().any(|share| *share < -1e-4) {
                    continue;
                }
                let mix = |x: f32, y: f32, z: f32| x * shares[0] + y * shares[1] + z * shares[2];
                let depth = mix(a.at[2], b.at[2], c.at[2]);
                let index = row * self.width + column;
                if depth >= self.depth[index] {
                    continue;
                }
                self.depth[index] = depth;
                let at = [0, 1].map(|k| mix(a.texture[k], b.texture[k], c.texture[k]));
                self.rgb[index] = texture(at).map(|v| shade * v);
                self.near[index] = mix(a.near, b.near, c.near);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn triangle(depth: f32) -> [Seen; 3] {
        [[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]].map(|[x, y]| Seen {
            at: [x, y, depth],
            texture: [x, y],
            near: 1.0,
        })
    }

    #[test]
    fn the_nearer_triangle_hides_the_other_in_either_order() {
        for order in [[1.0, 2.0], [2.0, 1.0]] {
            let mut canvas = Canvas::wall(10, 10, 0.0);
            for depth in order {
                canvas.draw(triangle(depth), &|_| [depth; 3], 1.0);
            }
            assert_eq!(canvas.rgb[11], [1.0; 3], "{order:?}");
            assert_eq!(canvas.rgb[99], [0.0; 3], "outside");
        }
    }

    #[test]
    fn texture_follows_the_corners() {
        let mut canvas = Canvas::wall(10, 10, 0.0);
        canvas.draw(triangle(1.0), &|at| [at[0], at[1], 0.0], 1.0);
        let [x, y, _] = canvas.rgb[3 * 10 + 4];
        assert!((x - 4.0).abs() < 1e-3 && (y - 3.0).abs() < 1e-3);
    }
}
