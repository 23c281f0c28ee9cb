//! What the service is built from: no image, no model, nothing biometric.

use std::collections::{BTreeSet, HashMap};

use cargo_metadata::{MetadataCommand, PackageId};

/// Follows normal, build and dev dependencies from `humanseal-api`, as the resolver wired them.
#[test]
fn nothing_that_knows_a_face_is_reachable_from_the_service() {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .other_options(["--locked".into(), "--offline".into()])
        .exec()
        .unwrap();
    let names: HashMap<&PackageId, &str> = metadata
        .packages
        .iter()
        .map(|package| (&package.id, package.name.as_str()))
        .collect();
    let resolve = metadata.resolve.as_ref().unwrap();
    let nodes: HashMap<&PackageId, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let start = names
        .iter()
        .find(|(_, name)| **name == "humanseal-api")
        .unwrap()
        .0;

    let mut seen = BTreeSet::new();
    let mut waiting = vec![*start];
    while let Some(id) = waiting.pop() {
        if seen.insert(id) {
            waiting.extend(nodes[id].deps.iter().map(|dependency| &dependency.pkg));
        }
    }
    let reached: BTreeSet<&str> = seen.iter().map(|id| names[id]).collect();
    // A walk that did not walk would find nothing either.
    for expected in [
        "humanseal-api",
        "humanseal-documents",
        "humanseal-zk-credentials",
        "axum",
        "insta",
    ] {
        assert!(reached.contains(expected), "{expected} is not reached");
    }
    let forbidden: Vec<_> = reached
        .iter()
        .filter(|name| {
            name.starts_with("tract")
                || matches!(
                    **name,
                    "humanseal-biometric"
                        | "humanseal-sdk"
                        | "humanseal"
                        | "image"
                        | "hayro-jpeg2000"
                        | "zune-jpeg"
                        | "png"
                )
        })
        .collect();
    assert!(forbidden.is_empty(), "{forbidden:?}");
    // The same question finds what it looks for where it is.
    assert!(names.values().any(|name| *name == "humanseal-biometric"));
}
