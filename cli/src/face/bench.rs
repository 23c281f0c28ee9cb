//! `humanseal face bench`: what each stage costs on one photograph, models loaded.

use std::path::Path;
use std::time::Duration;

use humanseal_biometric::{Limits, Photo};
use serde_json::json;

use super::ModelChoice;
use crate::output::{self, Failure, Outcome, Steps};
use crate::timing::{self, Times};

/// The photograph that the goldens of the models are made from, too.
const PHOTO: &str = "astronaut.png";

/// Judges one photograph again and again. Every stage runs on one thread.
pub fn run(as_json: bool) -> Outcome {
    let steps = Steps::new(as_json);
    steps.show("loading the models");
    let pipeline = ModelChoice::default().pipeline()?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/faces");
    let file = output::read(&path.join(PHOTO), 4 << 20)?;
    let decode = || Photo::decode(&file, Limits::default());
    let photo = decode().map_err(Failure::fault)?;
    let face = *pipeline
        .faces(&photo)
        .map_err(Failure::fault)?
        .first()
        .ok_or_else(|| Failure::fault(format!("{PHOTO} shows no face")))?;

    let decoding = timing::time(&steps, "decode", decode)?;
    let stages = timing::repeat(&steps, "detect, embed, liveness", || {
        let capture = pipeline.live(std::slice::from_ref(&photo), None)?;
        Ok::<_, humanseal_biometric::PipelineError>(capture.frames()[0].timings)
    })?;
    let mesh = timing::time(&steps, "mesh", || pipeline.mesh(&photo, &face))?;
    let all = timing::time(&steps, "all gates", || {
        pipeline.live(std::slice::from_ref(&photo), None)
    })?;
    drop(steps);

    let stage = |of: fn(&humanseal_biometric::Timings) -> Duration| {
        Times::of(stages.iter().map(|t| of(t).as_secs_f64() * 1e3).collect())
    };
    timing::print(
        &[
            ("decode", decoding),
            ("detect", stage(|t| t.detect)),
            ("embed", stage(|t| t.embed)),
            ("liveness", stage(|t| t.liveness)),
            ("mesh", mesh),
            ("frame", all),
        ],
        1,
        json!({ "width": photo.width(), "height": photo.height() }),
        as_json,
    )
}
