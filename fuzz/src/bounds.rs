//! What one input may cost.

use std::time::Duration;

use cpu_time::ThreadTime;

/// The most time and memory that one input may take, the checks of its properties included.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Processor time of the thread, so that other programs that run beside do not count. Many
    /// times what is needed.
    pub time: Duration,
    /// Bytes allocated at one moment by the thread.
    pub memory: u64,
}

impl Bounds {
    /// Two seconds and so many mebibytes.
    pub(crate) const fn mebibytes(memory: u64) -> Self {
        Self {
            time: Duration::from_secs(2),
            memory: memory << 20,
        }
    }

    /// Runs something and asserts that it keeps the bounds. A run that takes too long is tried
    /// twice more: processors differ from moment to moment, a slow input is slow each time. libFuzzer's
    /// builds are slower, and it has a time limit of its own.
    pub(crate) fn keep<T>(self, run: impl Fn() -> T) -> T {
        let (result, first) = self.measured(&run);
        let slow = first > self.time && !cfg!(fuzzing);
        if slow && (0..2).all(|_| self.measured(&run).1 > self.time) {
            panic!("an input takes {first:?}, the bound is {:?}", self.time);
        }
        result
    }

    fn measured<T>(self, run: &impl Fn() -> T) -> (T, Duration) {
        let start = ThreadTime::now();
        let mut result = None;
        let cost = allocation_counter::measure(|| result = Some(run()));
        let took = start.elapsed();
        assert!(
            cost.bytes_max <= self.memory,
            "an input takes {} bytes of memory, the bound is {}",
            cost.bytes_max,
            self.memory
        );
        let result = result.unwrap_or_else(|| unreachable!("the closure ran"));
        (result, took)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_much_memory_and_too_much_time_are_caught() {
        let bounds = Bounds {
            time: Duration::from_millis(5),
            memory: 1 << 20,
        };
        let allocate = |size| std::hint::black_box(vec![1_u8; size]).len();
        assert_eq!(bounds.keep(|| allocate(1000)), 1000);
        let large = || bounds.keep(|| allocate(2 << 20));
        assert!(std::panic::catch_unwind(large).is_err());
        let busy = || {
            let start = ThreadTime::now();
            while start.elapsed() < Duration::from_millis(10) {}
        };
        let slow = || bounds.keep(busy);
        assert!(std::panic::catch_unwind(slow).is_err());
    }
}
