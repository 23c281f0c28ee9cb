//! Rule 4: the path, the place, the bit.

use ark_bn254::Fr;
use ark_ff::Field;

use super::super::{asked, assignment, base, signed};
use super::{Row, carried, lie, republished, row, s_boxes};
use crate::circuit::corruption::{Edit, place};
use crate::circuit::present::PresentWitness;
use crate::circuit::{Circuit, shape};
use crate::status_list::{DEPTH, StatusList};

pub(super) fn rows() -> Vec<Row> {
    let mut rows = vec![lie("a revoked credential", revoked(), "status/not-revoked")];

    // The root of a list in which the credential's bit is set, with the path from before.
    let newest = revoked().path.root().0.fr();
    let edits = vec![Edit::set("status_root", 0, newest)];
    rows.push(row(
        "a path from before the revocation",
        base(),
        edits,
        "status/root",
    ));

    // Under an empty list, where everything that such bits can choose is 0.
    for rule in ["status/leaf-index/bit", "status/position/bit"] {
        rows.push(row(
            "a place whose bits are not bits",
            empty(),
            carried(rule),
            rule,
        ));
    }
    let rule = "status/position-limit/bit";
    rows.push(row(
        "a difference whose bits are not bits",
        base(),
        carried(rule),
        rule,
    ));
    rows.push(lie(
        "a leaf of 249 bits under a root that was signed",
        asked(|w| w.path.leaf = Fr::from(2u64).pow([248]).into()),
        "status/leaf-bits/range",
    ));
    rows.push(alias());
    hidden(&mut rows);
    for level in 0..DEPTH {
        climbing(&mut rows, &format!("status/level-{level}"));
    }
    rows
}

/// The base statement after its credential was revoked. 100,000 = 248·403 + 56: bit 0 of byte 7.
fn revoked() -> PresentWitness {
    asked(|w| {
        let mut list = StatusList::new();
        list.set(w.signed.credential.status_index, true);
        w.path = list.path(w.signed.credential.status_index);
    })
}

/// The base statement with an empty list.
fn empty() -> PresentWitness {
    asked(|w| w.path = StatusList::new().path(w.signed.credential.status_index))
}

/// Index 248·403 + 3, revoked, spelled as position 251 of leaf 402.
fn alias() -> Row {
    let mut statement = signed(|c| c.status_index = (248 * 403u32 + 3).try_into().unwrap());
    let mut list = StatusList::new();
    list.set(statement.signed.credential.status_index, true);
    statement.path = list.path((248 * 402u32).try_into().unwrap());
    let wire = "status/position/bit";
    let edits = (0..8)
        .map(|i| Edit::set(wire, i, Fr::from(251u64 >> i & 1)))
        .collect();
    row(
        "the place in the leaf before",
        statement,
        edits,
        "status/position-limit/range",
    )
}

/// The revoked who hide their bit, position 56.
fn hidden(rows: &mut Vec<Row>) {
    let two = Fr::from(2u64);
    // 2^56 moves to the byte below, as 2 · 2^55.
    let wire = "status/leaf-bits/bit";
    let edits = vec![Edit::add(wire, 56, -Fr::ONE), Edit::add(wire, 55, two)];
    rows.push(row(
        "a leaf spelled without one's bit",
        revoked(),
        edits,
        wire,
    ));
    let edits = vec![Edit::add(wire, 56, -Fr::ONE)];
    rows.push(row(
        "a leaf cut by one's bit",
        revoked(),
        edits,
        "status/leaf-bits/range",
    ));

    let wire = "status/byte-bits/bit";
    let half = two.inverse().unwrap();
    let edits = vec![Edit::add(wire, 0, -Fr::ONE), Edit::add(wire, 1, half)];
    rows.push(row(
        "a byte spelled without one's bit",
        revoked(),
        edits,
        wire,
    ));
    let edits = vec![Edit::add(wire, 0, -Fr::ONE)];
    rows.push(row(
        "a byte cut by one's bit",
        revoked(),
        edits,
        "status/byte-bits/range",
    ));

    // Byte 7 of 31: the fourth product chooses between bytes 6 and 7.
    let wire = "status/byte";
    rows.push(row(
        "another byte",
        revoked(),
        vec![Edit::add(wire, 3, -Fr::ONE)],
        wire,
    ));
    // Bit 0 of the byte: the first product chooses between bits 0 and 1.
    let wire = "status/bit";
    rows.push(row(
        "another bit",
        revoked(),
        vec![Edit::add(wire, 0, -Fr::ONE)],
        wire,
    ));
}

/// One level of the path, under a root that was made to fit.
fn climbing(rows: &mut Vec<Row>, level: &str) {
    let rooted = |edits| republished(&first(), edits, "status_root", "status/root");
    // Leaf 0: the node below is the first child on every level.
    let child = format!("{level}/child");
    let edits = rooted(vec![Edit::add(&*child, 0, Fr::ONE)]);
    rows.push(row(
        "a node that is none of the children",
        first(),
        edits,
        format!("{level}/node"),
    ));

    // The node below as the second child, and a product that claims digit 1.
    let honest = assignment(&first());
    let at = place(shape(Circuit::Present), &child, 0);
    let (node, sibling) = (honest[at], honest[at + 1]);
    assert_ne!(node, sibling);
    let choice = format!("{level}/choice");
    let edits = rooted(vec![
        Edit::set(&*child, 0, sibling),
        Edit::set(&*child, 1, node),
        Edit::set(&*choice, 0, node - sibling),
    ]);
    rows.push(row("a node in another's place", first(), edits, choice));

    for rule in s_boxes(&format!("{level}/hash")) {
        let edits = rooted(vec![Edit::add(&*rule, 0, Fr::ONE)]);
        rows.push(row("a node out of a wrong S-box", first(), edits, rule));
    }
}

/// A credential with a bit of the first leaf.
fn first() -> PresentWitness {
    signed(|c| c.status_index = 5u32.try_into().unwrap())
}
