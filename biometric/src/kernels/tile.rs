//! The innermost loops: a few output channels of a few neighbouring elements at once, held in
//! registers while all inputs pass. Written so that a compiler makes vectors of it.

/// Elements of a vector: what a register of AVX2 holds.
pub(super) const LANES: usize = 8;
/// Vectors of a full tile. Three channels of three vectors, the inputs and one weight fill thirteen
/// of the sixteen registers; with more, sums go to memory and back.
pub(super) const VECTORS: usize = 3;
/// Elements of a full tile.
pub(super) const WIDTH: usize = LANES * VECTORS;

/// `a · b + c`, rounded once where the machine does that in one step. Elsewhere the exact form would be a
/// call into a library.
#[inline(always)]
pub(super) fn multiply_add<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// Vectors of one channel.
pub(super) type Vectors<const V: usize> = [[f32; LANES]; V];

/// Sums of `R` channels on a tile.
pub(super) type Sums<const R: usize> = [Vectors<VECTORS>; R];

/// What `R` output channels take beside weights and inputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Channels<const R: usize> {
    pub(super) biases: [f32; R],
    /// Slopes of the activation above and below zero.
    pub(super) positive: [f32; R],
    pub(super) negative: [f32; R],
}

/// Which of the rows of all inputs are summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The first: the sums begin with the biases.
    pub(super) first: bool,
    /// The last: the activation follows.
    pub(super) last: bool,
}

/// Adds weight times input for each row of inputs, on the first `V` vectors of a tile.
// By index throughout: so the compiler unrolls all loops and keeps the sums in registers.
#[allow(clippy::needless_range_loop)]
#[inline(always)]
pub(super) fn accumulate<const FUSED: bool, const V: usize, const R: usize>(
    channels: &Channels<R>,
    weights: &[[f32; R]],
    panel: &[Vectors<VECTORS>],
    part: Part,
    sums: &mut Sums<R>,
) {
    let mut made = [[[0f32; LANES]; V]; R];
    for row in 0..R {
        for vector in 0..V {
            made[row][vector] = if part.first {
                [channels.biases[row]; LANES]
            } else {
                sums[row][vector]
            };
        }
    }
    for (weights, input) in weights.iter().zip(panel) {
        for row in 0..R {
            for vector in 0..V {
                for lane in 0..LANES {
                    let sum = &mut made[row][vector][lane];
                    *sum = multiply_add::<FUSED>(weights[row], input[vector][lane], *sum);
                }
            }
        }
    }
    if part.last {
        for row in 0..R {
            let (positive, negative) = (channels.positive[row], channels.negative[row]);
            for vector in 0..V {
                for lane in 0..LANES {
                    let sum = &mut made[row][vector][lane];
                    *sum = activated(*sum, positive, negative);
                }
            }
        }
    }
    for row in 0..R {
        for vector in 0..V {
            sums[row][vector] = made[row][vector];
        }
    }
}

/// The activation of two slopes on one element. What is not a number stays so.
#[inline(always)]
pub(super) fn activated(x: f32, positive: f32, negative: f32) -> f32 {
    let slope = if x > 0.0 { positive } else { negative };
    slope * x
}

/// Copies the tiles that begin at `offsets` together.
#[inline(always)]
pub(super) fn gather(values: &[f32], offsets: &[usize], panel: &mut [Vectors<VECTORS>]) {
    for (row, offset) in panel.iter_mut().zip(offsets) {
        row.as_flattened_mut()
            .copy_from_slice(&values[*offset..][..WIDTH]);
    }
}
