//! Rule 5: slot, nullifier, binding.

use ark_bn254::Fr;
use ark_ff::Field;

use super::super::{asked, base};
use super::{Row, carried, lie, republished, row, s_boxes};
use crate::circuit::corruption::Edit;
use crate::holder::Slot;

pub(super) fn rows() -> Vec<Row> {
    let mut rows = vec![
        lie(
            "the slot after the last",
            asked(|w| w.slot = Slot(2)),
            "place/slot-limit/range",
        ),
        lie(
            "slot 255",
            asked(|w| w.slot = Slot(255)),
            "place/slot-limit/range",
        ),
        lie(
            "no slot at all",
            asked(|w| w.policy.max_slots = 0),
            "place/slot-limit/range",
        ),
    ];
    for rule in ["place/slot/bit", "place/slot-limit/bit"] {
        rows.push(row(
            "a number whose bits are not bits",
            base(),
            carried(rule),
            rule,
        ));
    }
    for public in ["nullifier", "scope"] {
        let edits = vec![Edit::add(public, 0, Fr::ONE)];
        rows.push(row(
            "a nullifier of another scope",
            base(),
            edits,
            "place/opens",
        ));
    }
    for rule in s_boxes("place/nullifier") {
        let edits = vec![Edit::add(&*rule, 0, Fr::ONE)];
        let edits = republished(&base(), edits, "nullifier", "place/opens");
        rows.push(row("a nullifier out of a wrong S-box", base(), edits, rule));
    }

    // A proof moved to another binding: everything else stays as it was.
    let bound = base().binding.fr().square();
    let edits = vec![
        Edit::add("binding", 0, Fr::ONE),
        Edit::set("binding/bound", 0, bound),
    ];
    rows.push(row("another binding", base(), edits, "binding/bound"));
    rows
}
