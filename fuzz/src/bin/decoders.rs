//! The targets for `cargo fuzz`, and single inputs again without it (docs/fuzzing.md).

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Unstructured};
use humanseal_fuzz::{Input, Target};

/// Runs the input that raw bytes stand for.
fn run(target: &Target, raw: &[u8]) -> Option<(Input, humanseal_fuzz::Reached)> {
    let input = Input::arbitrary(&mut Unstructured::new(raw)).ok()?;
    let reached = target.run(&input);
    Some((input, reached))
}

/// Under `cargo fuzz` the target is named by the environment.
#[cfg(fuzzing)]
mod engine {
    thread_local! {
        static TARGET: humanseal_fuzz::Target = {
            let name = std::env::var("HUMANSEAL_FUZZ_TARGET").unwrap_or_default();
            humanseal_fuzz::target(&name)
        };
    }

    libfuzzer_sys::fuzz_target!(|raw: &[u8]| {
        TARGET.with(|target| {
            super::run(target, raw);
        });
    });
}

/// `decoders TARGET HEX|FILE`: prints what the raw bytes stand for, and runs it.
#[cfg(not(fuzzing))]
fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, raw] = arguments.as_slice() else {
        eprintln!("usage: decoders TARGET HEX|FILE");
        return 2.into();
    };
    let raw = hex::decode(raw).or_else(|_| std::fs::read(raw));
    let Ok(raw) = raw else {
        eprintln!("neither hexadecimal digits nor a file that can be read");
        return 2.into();
    };
    let target = humanseal_fuzz::target(name);
    if let Ok(input) = Input::arbitrary(&mut Unstructured::new(&raw)) {
        println!("{input:?}");
        println!("{}", hex::encode(target.bytes(&input)));
    }
    match run(&target, &raw) {
        Some((_, reached)) => println!("{reached:?}"),
        None => println!("no input"),
    }
    0.into()
}
