//! What the service is built from: no image, no model, nothing biometric.

use std::collections::BTreeSet;
use std::process::Command;

/// The packages that `cargo tree` names, over normal, build and dev dependencies.
fn reached_from(package: &str) -> BTreeSet<String> {
    reached_over("normal,build,dev", package)
}

fn reached_over(edges: &str, package: &str) -> BTreeSet<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--prefix", "none"])
        .args(["--edges", edges, "--package", package])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        tree.status.success(),
        "{}",
        String::from_utf8_lossy(&tree.stderr)
    );
    String::from_utf8(tree.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}

/// Whether a package knows what a face, an image or a model is.
fn knows_faces(package: &str) -> bool {
    package.starts_with("tract")
        || matches!(
            package,
            "humanseal-biometric"
                | "humanseal-sdk"
                | "humanseal"
                | "image"
                | "hayro-jpeg2000"
                | "zune-jpeg"
                | "png"
        )
}

#[test]
fn nothing_that_knows_a_face_is_reachable_from_the_service() {
    let reached = reached_from("humanseal-api");
    // A tree that was not printed would hold nothing either.
    for expected in [
        "humanseal-api",
        "humanseal-documents",
        "humanseal-zk-credentials",
        "axum",
        "insta",
    ] {
        assert!(reached.contains(expected), "{expected} is not reached");
    }
    let forbidden: Vec<_> = reached.iter().filter(|name| knows_faces(name)).collect();
    assert!(forbidden.is_empty(), "{forbidden:?}");
    // The same question finds what it looks for where it is.
    assert!(
        reached_from("humanseal-sdk")
            .iter()
            .any(|name| knows_faces(name))
    );
}

/// An EVM is for tests: the service asks a node. And one TLS library is enough.
#[test]
fn the_program_has_no_evm_and_one_way_to_encrypt() {
    let reached = reached_over("normal,build", "humanseal-api");
    for expected in ["alloy", "ureq", "rustls", "ring"] {
        assert!(reached.contains(expected), "{expected} is not reached");
    }
    let strangers = ["revm", "reqwest", "aws-lc", "openssl", "native-tls"];
    let found = reached
        .iter()
        .find(|name| strangers.iter().any(|stranger| name.starts_with(stranger)));
    assert_eq!(found, None);
    assert!(reached_from("humanseal-api").contains("revm"));
}
