//! `document tap`: a specimen folder, read command by command.

use super::{answer, answered, fixture};

#[test]
fn a_specimen_is_read_through_every_door_and_a_lost_link_costs_few_commands() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let portrait = fixture("documents/portrait.jpg").display().to_string();
    let make = [
        "document",
        "make",
        "--portrait",
        &portrait,
        "--out",
        "specimen",
    ];
    answer(
        &[&make[..], &["--active-authentication", "rsa"]].concat(),
        folder,
    );
    for door in ["pace", "pace-p256", "bac"] {
        let tap = ["document", "tap", "specimen", "--door", door];
        let whole = answer(&tap, folder);
        assert_eq!((&whole["level"], &whole["taps"]), (&3.into(), &1.into()));
        let commands = whole["commands"].as_u64().expect("a number");
        let lost = (commands - 10).to_string();
        let again = answer(&[&tap[..], &["--lose", &lost]].concat(), folder);
        assert_eq!(again["taps"], 2);
        let more = again["commands"].as_u64().expect("a number") - commands;
        assert!(more < 15, "{more} more of {commands}");
    }
    let refused = answered(
        1,
        &["document", "tap", "specimen", "--can", "654321"],
        folder,
    );
    assert_eq!(refused["refusal"], "chip_access_key");
}
