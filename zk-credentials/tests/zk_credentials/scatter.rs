//! Lists of which a share of the bits is set, the same in every run.

use humanseal_zk_credentials::credential::StatusIndex;
use humanseal_zk_credentials::status_list::{STATUS_BITS, StatusList};

/// A list of which about one bit in `every` is set.
pub fn scattered(every: u64) -> StatusList {
    let mut list = StatusList::new();
    // SplitMix64 (Steele, Lea, Flood 2014).
    let mut state = every;
    for number in 0..STATUS_BITS {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        if (mixed ^ mixed >> 31).is_multiple_of(every) {
            list.set(StatusIndex::new(number).expect("within the list"), true);
        }
    }
    list
}
