//! Every target for ten seconds, or as long as `HUMANSEAL_FUZZ_SECONDS` says.

use std::time::Duration;

use humanseal_fuzz::{NAMES, drive, target};

fn fuzz(name: &str) {
    assert!(NAMES.contains(&name));
    let seconds = std::env::var("HUMANSEAL_FUZZ_SECONDS").ok();
    let seconds = seconds.map_or(Ok(10), |text| text.parse());
    let seconds = seconds.expect("HUMANSEAL_FUZZ_SECONDS is a whole number of seconds");
    drive(&target(name), Duration::from_secs(seconds));
}

macro_rules! fuzz {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                fuzz(stringify!($name));
            }
        )*

        #[test]
        fn no_target_is_left_out() {
            assert_eq!([$(stringify!($name)),*], NAMES);
        }
    };
}

fuzz! {
    sod trust dg1 dg2 active images models proofs snarkjs zkeys requests presentations status_lists
    statements messages attestations apple chips phones
}
