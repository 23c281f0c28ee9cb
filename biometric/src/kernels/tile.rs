//! The innermost loops: a few output channels of a few neighbouring elements at once, held in
//! registers while all inputs pass. Written so that a compiler makes vectors of it.

/// Vectors of one channel that are summed at once.
const VECTORS: usize = 3;
/// Elements of a full tile: three vectors of sixteen, or twice three of eight.
pub(super) const WIDTH: usize = 48;

/// `a · b + c`, rounded once where the machine does that in one step. Elsewhere the exact form would be a
/// call into a library.
#[inline(always)]
pub(super) fn multiply_add<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// A tile of one channel, where no vector lies in two lines of a cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Row(pub(super) [f32; WIDTH]);

impl Row {
    pub(super) const ZERO: Self = Self([0.0; WIDTH]);
}

/// What an output channel takes beside weights and inputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Channel {
    pub(super) bias: f32,
    /// Slopes of the activation above and below zero.
    pub(super) positive: f32,
    pub(super) negative: f32,
}

/// Output channels that are summed at once.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    pub(super) channels: Vec<Channel>,
    /// As many for each row of inputs as there are channels.
    pub(super) weights: Vec<f32>,
}

/// Which of the rows of all inputs are summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Which row the part begins with. With the first, the sums begin with the biases.
    pub(super) from: usize,
    /// The activation follows.
    pub(super) last: bool,
}

/// The most channels of a block. With vectors of eight: three channels of three vectors, the inputs and one
/// weight fill thirteen of the sixteen registers; with more, sums go to memory and back. Where vectors
/// have sixteen elements there are thirty-two registers, and this fills twenty-eight.
pub(super) const fn most_channels(lanes: usize) -> usize {
    if lanes == 16 { 8 } else { 3 }
}

/// Adds weight times input for each row of inputs, on the first `length` elements of a tile, in vectors of
/// `L`. What lies behind may be anything.
#[inline(always)]
pub(super) fn accumulate<const FUSED: bool, const L: usize>(
    block: &Block,
    panel: &[Row],
    part: Part,
    length: usize,
    sums: &mut [Row],
) {
    let more = most_channels(L) > 3;
    match block.channels.len() {
        1 => add::<FUSED, L, 1>(block, panel, part, length, sums),
        2 => add::<FUSED, L, 2>(block, panel, part, length, sums),
        3 => add::<FUSED, L, 3>(block, panel, part, length, sums),
        4 if more => add::<FUSED, L, 4>(block, panel, part, length, sums),
        5 if more => add::<FUSED, L, 5>(block, panel, part, length, sums),
        6 if more => add::<FUSED, L, 6>(block, panel, part, length, sums),
        7 if more => add::<FUSED, L, 7>(block, panel, part, length, sums),
        8 if more => add::<FUSED, L, 8>(block, panel, part, length, sums),
        _ => unreachable!("a block is made for its machine"),
    }
}

#[inline(always)]
fn add<const FUSED: bool, const L: usize, const R: usize>(
    block: &Block,
    panel: &[Row],
    part: Part,
    length: usize,
    sums: &mut [Row],
) {
    let (Some(channels), Some(sums)) = (block.channels.as_array(), sums.as_mut_array()) else {
        return;
    };
    let weights = &block.weights.as_chunks().0[part.from..][..panel.len()];
    let vectors = length.min(WIDTH).div_ceil(L);
    for first in (0..vectors).step_by(VECTORS) {
        match vectors - first {
            1 => add_vectors::<FUSED, L, 1, R>(channels, weights, panel, part, first, sums),
            2 => add_vectors::<FUSED, L, 2, R>(channels, weights, panel, part, first, sums),
            _ => add_vectors::<FUSED, L, VECTORS, R>(channels, weights, panel, part, first, sums),
        }
    }
    // From memory: among the sums in registers it would take the compiler's mind off them.
    if part.last {
        for (sums, channel) in sums.iter_mut().zip(channels) {
            for sum in &mut sums.0[..vectors * L] {
                *sum = activated(*sum, channel.positive, channel.negative);
            }
        }
    }
}

/// `V` vectors of a tile from one on.
// By index throughout: so the compiler unrolls all loops and keeps the sums in registers.
#[allow(clippy::needless_range_loop)]
#[inline(always)]
fn add_vectors<const FUSED: bool, const L: usize, const V: usize, const R: usize>(
    channels: &[Channel; R],
    weights: &[[f32; R]],
    panel: &[Row],
    part: Part,
    first: usize,
    sums: &mut [Row; R],
) {
    // Once here, so that no row is checked.
    assert!(first + V <= WIDTH / L);
    let mut made = [[[0f32; L]; V]; R];
    for row in 0..R {
        for vector in 0..V {
            made[row][vector] = if part.from == 0 {
                [channels[row].bias; L]
            } else {
                sums[row].0.as_chunks().0[first + vector]
            };
        }
    }
    for (weights, input) in weights.iter().zip(panel) {
        let input = input.0.as_chunks::<L>().0;
        for row in 0..R {
            for vector in 0..V {
                for lane in 0..L {
                    let sum = &mut made[row][vector][lane];
                    *sum = multiply_add::<FUSED>(weights[row], input[first + vector][lane], *sum);
                }
            }
        }
    }
    for row in 0..R {
        for vector in 0..V {
            sums[row].0.as_chunks_mut().0[first + vector] = made[row][vector];
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
pub(super) fn gather(values: &[f32], offsets: &[usize], panel: &mut [Row]) {
    for (row, offset) in panel.iter_mut().zip(offsets) {
        row.0.copy_from_slice(&values[*offset..][..WIDTH]);
    }
}
