//! The engine of the tests: random inputs for a time.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use arbitrary::{Arbitrary, Unstructured};

use crate::input::Input;
use crate::target::{Reached, Target};

/// Random bytes that one input is made of.
const RAW_BYTES: usize = 512;
/// After this time without a result an input is taken for one that never ends. Long, since this is
/// time on the clock, and other programs may leave a target little of the processor.
const HANGS_AFTER: Duration = Duration::from_secs(600);

/// Runs every valid input as it is, which must be decoded, then random edits until the time is
/// over. Prints how many inputs came how far.
///
/// # Panics
/// With the first finding, after printing its raw bytes for `decoders TARGET HEX`. An input that
/// does not end ends the process.
pub fn drive(target: &Target, time: Duration) {
    let watch = watchdog(target.name());
    for seed in 0..target.seeds() {
        let valid = Input {
            seed: seed as u8,
            edits: Vec::new(),
        };
        let reached = target.run(&valid);
        assert_ne!(reached, Reached::Refused, "valid input {seed} is refused");
    }
    let start = Instant::now();
    let mut random = Random::from_system();
    let mut counts = [0_u64; 3];
    while start.elapsed() < time {
        let mut raw = [0; RAW_BYTES];
        random.fill(&mut raw);
        counts[one(target, &raw, &watch) as usize] += 1;
    }
    let [refused, decoded, verified] = counts;
    println!(
        "{}: {refused} inputs refused, {decoded} decoded, {verified} verified, in {:?}",
        target.name(),
        start.elapsed()
    );
}

fn one(target: &Target, raw: &[u8], watch: &Sender<Vec<u8>>) -> Reached {
    // The watchdog ends with the process at the latest.
    let _ = watch.send(raw.to_vec());
    // More bytes than the longest input needs, so that none is missing.
    let Ok(input) = Input::arbitrary(&mut Unstructured::new(raw)) else {
        return Reached::Refused;
    };
    match catch_unwind(AssertUnwindSafe(|| target.run(&input))) {
        Ok(reached) => reached,
        Err(finding) => {
            eprintln!("{}: {input:?}", target.name());
            eprintln!("again: decoders {} {}", target.name(), hex::encode(raw));
            resume_unwind(finding)
        }
    }
}

/// Hears of each input as it begins, and ends the process where none follows.
fn watchdog(name: &'static str) -> Sender<Vec<u8>> {
    let (sender, receiver) = channel::<Vec<u8>>();
    std::thread::spawn(move || {
        let mut last = Vec::new();
        loop {
            match receiver.recv_timeout(HANGS_AFTER) {
                Ok(raw) => last = raw,
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    eprintln!("{name}: an input does not end");
                    eprintln!("again: decoders {name} {}", hex::encode(last));
                    std::process::exit(101);
                }
            }
        }
    });
    sender
}

/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014):
/// enough to vary edits, and no more is asked of it.
struct Random(u64);

impl Random {
    fn from_system() -> Self {
        let state = getrandom::u64();
        Self(state.unwrap_or_else(|error| panic!("the system gives no random bytes: {error}")))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first outputs from the state 1234567, as published with the algorithm's reference code.
    #[test]
    fn the_generator_is_splitmix64() {
        let mut random = Random(1_234_567);
        let first = [(); 3].map(|()| random.next());
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!(first, published);
    }

    #[test]
    fn raw_bytes_are_enough_for_any_input() {
        let mut random = Random(7);
        for _ in 0..20_000 {
            let mut raw = [0; RAW_BYTES];
            random.fill(&mut raw);
            assert!(Input::arbitrary(&mut Unstructured::new(&raw)).is_ok());
        }
    }
}
