//! The instructions of the machine at hand. The one place with `unsafe` code.
#![allow(unsafe_code)]

use tract_onnx::prelude::*;
use tract_onnx::tract_core::internal::*;

use super::depthwise::Line;
use super::tile::{self, Channels, Part, Sums, VECTORS, Vectors};

/// What the processor can do beyond its architecture's least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Machine {
    /// Only ever true where the processor was asked.
    has_avx2: bool,
}

/// Whether a multiplication and an addition are one step in code that is compiled for any machine of
/// this architecture.
const FUSED: bool = cfg!(any(target_arch = "aarch64", target_feature = "fma"));

impl Machine {
    /// The machine that this runs on.
    pub(super) fn here() -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            has_avx2: is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(not(target_arch = "x86_64"))]
            has_avx2: false,
        }
    }

    /// A machine that does what every one of its architecture does.
    #[cfg(test)]
    pub(super) fn least() -> Self {
        Self { has_avx2: false }
    }

    /// As [`tile::accumulate`].
    pub(super) fn accumulate<const V: usize, const R: usize>(
        self,
        channels: &Channels<R>,
        weights: &[[f32; R]],
        panel: &[Vectors<VECTORS>],
        part: Part,
        sums: &mut Sums<R>,
    ) {
        #[cfg(target_arch = "x86_64")]
        if self.has_avx2 {
            // SAFETY: the processor was asked for both features.
            return unsafe { wide::accumulate::<V, R>(channels, weights, panel, part, sums) };
        }
        tile::accumulate::<FUSED, V, R>(channels, weights, panel, part, sums);
    }

    /// As [`tile::gather`].
    pub(super) fn gather(self, values: &[f32], offsets: &[usize], panel: &mut [Vectors<VECTORS>]) {
        #[cfg(target_arch = "x86_64")]
        if self.has_avx2 {
            // SAFETY: the processor was asked for both features.
            return unsafe { wide::gather(values, offsets, panel) };
        }
        tile::gather(values, offsets, panel);
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
        #[cfg(target_arch = "x86_64")]
        if self.has_avx2 {
            // SAFETY: the processor was asked for both features.
            return unsafe { wide::fill(line, kernel, taps, from, out) };
        }
        line.fill::<FUSED>(kernel, taps, from, out);
    }
}

/// The same bodies, compiled for AVX2 and FMA.
#[cfg(target_arch = "x86_64")]
mod wide {
    use super::{Channels, Line, Part, Sums, VECTORS, Vectors, tile};

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn accumulate<const V: usize, const R: usize>(
        channels: &Channels<R>,
        weights: &[[f32; R]],
        panel: &[Vectors<VECTORS>],
        part: Part,
        sums: &mut Sums<R>,
    ) {
        tile::accumulate::<true, V, R>(channels, weights, panel, part, sums);
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn gather(values: &[f32], offsets: &[usize], panel: &mut [Vectors<VECTORS>]) {
        tile::gather(values, offsets, panel);
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn fill(line: &Line, kernel: &[f32], taps: &[usize], from: &[f32], out: &mut [f32]) {
        line.fill::<true>(kernel, taps, from, out);
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
