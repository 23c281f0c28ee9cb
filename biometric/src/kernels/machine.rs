//! The instructions of the machine at hand. The one place with `unsafe` code.
#![allow(unsafe_code)]

use tract_core::internal::*;

use super::depthwise::Line;
use super::tile::{self, Block, Part, Row};

/// What the processor can do beyond its architecture's least. None but the least is ever made where the
/// processor was not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Machine {
    /// What every machine of its architecture does.
    Least,
    /// AVX2 and FMA: vectors of eight.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512: vectors of sixteen, and twice the registers.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// Whether a multiplication and an addition are one step in code that is compiled for any machine of
/// this architecture.
const FUSED: bool = cfg!(any(target_arch = "aarch64", target_feature = "fma"));

impl Machine {
    /// The machine that this runs on.
    pub(super) fn here() -> Self {
        Self::all().last().copied().unwrap_or(Self::Least)
    }

    /// All that this machine can be used as, the best last.
    pub(super) fn all() -> Vec<Self> {
        #[cfg(target_arch = "x86_64")]
        let has_avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        let all = [
            (Self::Least, true),
            #[cfg(target_arch = "x86_64")]
            (Self::Avx2, has_avx2),
            #[cfg(target_arch = "x86_64")]
            (
                Self::Avx512,
                has_avx2 && is_x86_feature_detected!("avx512f"),
            ),
        ];
        let can = |(machine, can): (Self, bool)| can.then_some(machine);
        all.into_iter().filter_map(can).collect()
    }

    /// The most output channels that [`Self::accumulate`] takes at once.
    pub(super) fn most_channels(self) -> usize {
        let lanes = match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => 16,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => 8,
            Self::Least => 8,
        };
        tile::most_channels(lanes)
    }

    /// As [`tile::accumulate`].
    pub(super) fn accumulate(
        self,
        block: &Block,
        panel: &[Row],
        part: Part,
        length: usize,
        sums: &mut [Row],
    ) {
        match self {
            // SAFETY: the processor was asked for these features.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { avx512::accumulate(block, panel, part, length, sums) },
            // SAFETY: the processor was asked for these features.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { avx2::accumulate(block, panel, part, length, sums) },
            Self::Least => tile::accumulate::<FUSED, 8>(block, panel, part, length, sums),
        }
    }

    /// As [`tile::gather`].
    pub(super) fn gather(self, values: &[f32], offsets: &[usize], panel: &mut [Row]) {
        match self {
            // SAFETY: the processor was asked for these features.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { avx512::gather(values, offsets, panel) },
            // SAFETY: the processor was asked for these features.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { avx2::gather(values, offsets, panel) },
            Self::Least => tile::gather(values, offsets, panel),
        }
    }

    /// As [`Line::fill`].
    pub(super) fn fill(
        self,
        line: &Line,
        kernel: &[f32],
        taps: &[usize],
        from: &[f32],
        out: &mut [f32],
    ) {
        match self {
            // SAFETY: the processor was asked for these features.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { avx512::fill(line, kernel, taps, from, out) },
            // SAFETY: the processor was asked for these features.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { avx2::fill(line, kernel, taps, from, out) },
            Self::Least => line.fill::<FUSED, 8>(kernel, taps, from, out),
        }
    }
}

/// The same bodies, compiled for AVX2 and FMA.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{Block, Line, Part, Row, tile};

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn accumulate(
        block: &Block,
        panel: &[Row],
        part: Part,
        length: usize,
        sums: &mut [Row],
    ) {
        tile::accumulate::<true, 8>(block, panel, part, length, sums);
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn gather(values: &[f32], offsets: &[usize], panel: &mut [Row]) {
        tile::gather(values, offsets, panel);
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn fill(line: &Line, kernel: &[f32], taps: &[usize], from: &[f32], out: &mut [f32]) {
        line.fill::<true, 8>(kernel, taps, from, out);
    }
}

/// The same bodies, compiled for AVX-512.
#[cfg(target_arch = "x86_64")]
mod avx512 {
    use super::{Block, Line, Part, Row, tile};

    #[target_feature(enable = "avx512f,avx2,fma")]
    pub(super) fn accumulate(
        block: &Block,
        panel: &[Row],
        part: Part,
        length: usize,
        sums: &mut [Row],
    ) {
        tile::accumulate::<true, 16>(block, panel, part, length, sums);
    }

    #[target_feature(enable = "avx512f,avx2,fma")]
    pub(super) fn gather(values: &[f32], offsets: &[usize], panel: &mut [Row]) {
        tile::gather(values, offsets, panel);
    }

    #[target_feature(enable = "avx512f,avx2,fma")]
    pub(super) fn fill(line: &Line, kernel: &[f32], taps: &[usize], from: &[f32], out: &mut [f32]) {
        line.fill::<true, 16>(kernel, taps, from, out);
    }
}

/// Runs an operation from its one input, of this shape, to a new output.
pub(super) fn evaluate(
    inputs: &[TValue],
    input_shape: &[usize],
    shape: &[usize],
    run: impl FnOnce(&[f32], &mut [f32]),
) -> TractResult<TVec<TValue>> {
    let [input] = inputs else {
        bail!("one input is expected");
    };
    // A shorter one would leave elements of the output unwritten.
    ensure!(
        input.shape() == input_shape,
        "the input is of another shape"
    );
    let input = input.try_as_plain_ram()?;
    // SAFETY: any bits are a number, and every operation here writes every element of its output where
    // its input has the shape that it was made for.
    let mut output = unsafe { Tensor::uninitialized::<f32>(shape)? };
    run(
        input.as_slice::<f32>()?,
        output.try_as_plain_ram_mut()?.as_slice_mut::<f32>()?,
    );
    Ok(tvec!(output.into_tvalue()))
}
