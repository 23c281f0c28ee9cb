//! An issuer says which face models it takes, an operator's among them, and a device with others
//! does not begin.

use serde_json::json;

use super::server::{FaceModels, Humanseald};
use super::{Stage, face};
use crate::own_model::make;

#[test]
fn an_own_model_enrols_where_its_manifest_is_named_and_nowhere_else() {
    let stage = Stage::new(String::new());
    let made = make(stage.path());
    let digest = |value: &serde_json::Value| value.as_str().expect("a digest").to_owned();
    let compare = [
        "face",
        "compare",
        &face("obama.jpg"),
        &face("obama2.jpg"),
        "--models",
        "own",
        "--model",
        "mine",
    ];
    let threshold = stage.done(&compare)["threshold"]
        .as_f64()
        .expect("a number");
    let models = FaceModels {
        model: digest(&made["models"][0]["sha256"]),
        manifest: digest(&made["manifest_sha256"]),
        thousandths: (threshold * 1000.0).round() as u16,
    };
    let project = Humanseald::start();
    let own = Humanseald::start_with(&models);
    let portrait = face("obama.jpg");
    stage.done(&["document", "make", "--portrait", &portrait, "--out", "chip"]);
    let mine = ["--models", "own", "--model", "mine"];
    let enrol = |service: &Humanseald, more: &[&'static str]| -> Vec<String> {
        let common = [
            &["enrol", "--server", &service.origin, "--document", "chip"][..],
            &[
                "--frames",
                "frames",
                "--wallet",
                "wallet",
                "--passphrase-file",
                "words",
            ],
            &[
                "--environment",
                "development",
                "--stage-active-liveness",
                "--agree",
            ],
            more,
        ];
        common.concat().into_iter().map(str::to_owned).collect()
    };
    let refused = |arguments: Vec<String>| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        stage.refused(2, "model_mismatch", &arguments);
    };
    refused(enrol(&project, &mine));
    refused(enrol(&own, &[]));
    // The very model file, but under the manifest of the project.
    refused(enrol(&own, &["--model", "fr-feature"]));
    let enrolled = enrol(&own, &mine);
    let enrolled: Vec<&str> = enrolled.iter().map(String::as_str).collect();
    assert_eq!(stage.done(&enrolled)["enrolled"], json!(true));
    for service in [project, own] {
        service.stop();
    }
}
