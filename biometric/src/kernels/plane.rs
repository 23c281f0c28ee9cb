//! How a kernel slides over a plane.

use tract_core::ops::cnn::Conv;
use tract_core::ops::nn::DataFormat;

/// A two-dimensional convolution's sizes, in elements: height before width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slide {
    pub(super) input: [usize; 2],
    pub(super) kernel: [usize; 2],
    pub(super) stride: usize,
    /// Rows above and columns left of the input that read as zero.
    pub(super) before: [usize; 2],
    pub(super) output: [usize; 2],
}

impl Slide {
    /// Of tract's convolution on an input `1 × channels × height × width`; none where it is of another
    /// kind: dilated, of unequal strides, with channels last, in other than two dimensions.
    pub(super) fn of(conv: &Conv, shape: &[usize]) -> Option<Self> {
        let [1, _, height, width] = *shape else {
            return None;
        };
        let pool = &conv.pool_spec;
        let kernel: [usize; 2] = pool.kernel_shape.as_slice().try_into().ok()?;
        let strides: [usize; 2] = pool.strides().as_ref().try_into().ok()?;
        let plain = pool.data_format == DataFormat::NCHW
            && pool.dilations().iter().all(|d| *d == 1)
            && strides[0] == strides[1];
        // What is empty, or never moves, is left to tract to judge.
        if !plain
            || [kernel, strides, [height, width]]
                .as_flattened()
                .contains(&0)
        {
            return None;
        }
        let axes = pool.computed_padding(&[height, width]);
        let output = [axes[0].convoluted, axes[1].convoluted];
        (!output.contains(&0)).then(|| Self {
            input: [height, width],
            kernel,
            stride: strides[0],
            before: [axes[0].pad_before, axes[1].pad_before],
            output,
        })
    }

    /// Elements of the kernel between one input channel and one output channel.
    pub(super) fn kernel_area(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    /// Whether every output element reads one input element, that of its own place.
    pub(super) fn is_pointwise(&self) -> bool {
        self.kernel == [1, 1] && self.stride == 1 && self.input == self.output
    }

    pub(super) fn output_area(&self) -> usize {
        self.output[0] * self.output[1]
    }

    pub(super) fn input_area(&self) -> usize {
        self.input[0] * self.input[1]
    }

    /// Copies what output rows `first .. first + rows` read of a plane, zeros around it, into
    /// `values`, as `phases` says: the elements of every `stride`-th row and column together, so that
    /// neighbours of an output row are neighbours there whatever the stride.
    pub(super) fn split(&self, plane: &[f32], first: usize, phases: &Phases, values: &mut [f32]) {
        let (step, [height, width]) = (self.stride, self.input);
        let (stride, columns) = (phases.stride, phases.columns);
        for (phase, part) in values.chunks_exact_mut(phases.rows * columns).enumerate() {
            let (down, right) = (phase / stride, phase % stride);
            // The first column of this phase that lies in the plane, and where that is.
            let skip = self.before[1].saturating_sub(right).div_ceil(step);
            let from = (skip * step + right) - self.before[1];
            let held = width
                .saturating_sub(from)
                .div_ceil(step)
                .min(columns - skip.min(columns));
            for (row, line) in part.chunks_exact_mut(columns).enumerate() {
                let y = (first + row) * step + down;
                let Some(y) = y.checked_sub(self.before[0]).filter(|y| *y < height) else {
                    line.fill(0.0);
                    continue;
                };
                if held == 0 {
                    line.fill(0.0);
                    continue;
                }
                let source = &plane[y * width..][..width];
                line[..skip].fill(0.0);
                let (middle, rest) = line[skip..].split_at_mut(held);
                rest.fill(0.0);
                match step {
                    1 => middle.copy_from_slice(&source[from..][..held]),
                    2 => every_second(&source[from..], middle),
                    _ => {
                        for (value, x) in middle.iter_mut().zip(source[from..].iter().step_by(step))
                        {
                            *value = *x;
                        }
                    }
                }
            }
        }
    }

    /// The parts of what `rows` output rows read of one plane.
    pub(super) fn phases(&self, rows: usize) -> Phases {
        let reach = |axis: usize| (self.kernel[axis] - 1) / self.stride;
        let columns = self.output[1] + reach(1);
        let rows = rows + reach(0);
        let stride = self.stride;
        Phases {
            stride,
            rows,
            columns,
        }
    }

    /// Where each tap of the kernel finds its element in [`Phases`], relative to that of the output.
    pub(super) fn taps(&self, phases: &Phases) -> Vec<usize> {
        let size = phases.rows * phases.columns;
        let [height, width] = self.kernel;
        let step = self.stride;
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (y, x)));
        let place = |(y, x): (usize, usize)| {
            ((y % step) * step + x % step) * size + (y / step) * phases.columns + x / step
        };
        places.map(place).collect()
    }
}

/// Copies the first, the third, the fifth element and so on, in a form that vectors do.
fn every_second(source: &[f32], target: &mut [f32]) {
    let (pairs, last) = source.as_chunks::<2>();
    for (value, [first, _]) in target.iter_mut().zip(pairs) {
        *value = *first;
    }
    if let (Some(value), Some(last)) = (target.get_mut(pairs.len()), last.first()) {
        *value = *last;
    }
}

/// A plane by rows and columns of equal remainder, each part `rows × columns`.
pub(super) struct Phases {
    stride: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

impl Phases {
    /// Elements of all parts.
    pub(super) fn size(&self) -> usize {
        self.stride * self.stride * self.rows * self.columns
    }
}
