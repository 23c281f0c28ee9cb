//! `humanseal face models`: embedding models that an operator brings.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use humanseal_biometric::{
    Addition, AdditionError, Alignment, EmbedderCard, EmbeddingModel, OperatorModel,
    OperatorModels, Reference, manifest_digest,
};
use serde_json::{Value, json};

use crate::output::{self, Answer, Failure, Outcome, say};

/// Larger files are refused: the library's limits, and a byte.
const MAX_MODEL: u64 = (512 << 20) + 1;
const MAX_CALIBRATION: u64 = (4 << 20) + 1;
/// Five outputs of 512 numbers take a tenth of it.
const MAX_REFERENCE: u64 = 1 << 20;
/// The photograph that references are made with.
const PHOTO: &str = "astronaut.png";

/// The subcommands.
#[derive(Subcommand)]
pub enum Command {
    /// Adds a model: pins its digest and compares this runtime with onnxruntime on it.
    Add {
        /// The folder of own models; made if it is not there.
        #[arg(long, value_name = "DIR")]
        models: PathBuf,
        /// What it is called from now on: small letters, digits and hyphens.
        #[arg(long)]
        name: String,
        /// The model file.
        #[arg(long, value_name = "FILE")]
        onnx: PathBuf,
        /// What scripts/faces/onnxruntime_reference.py wrote: the model's input, and its outputs.
        #[arg(long, value_name = "FILE")]
        reference: PathBuf,
        /// Under which licence it is used.
        #[arg(long)]
        licence: String,
        /// Where it comes from.
        #[arg(long)]
        source: String,
        /// How faces are aligned for it.
        #[arg(long, value_enum)]
        alignment: Aligned,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Attaches the calibration that `face calibrate` made with a model: from then on it decides.
    Attach {
        /// The folder of own models.
        #[arg(long, value_name = "DIR")]
        models: PathBuf,
        /// The model's name.
        #[arg(long)]
        name: String,
        /// What `face calibrate` wrote with `--out`.
        #[arg(long, value_name = "FILE")]
        calibration: PathBuf,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lists the embedding models of this program, and those of a folder.
    List {
        /// The folder of own models.
        #[arg(long, value_name = "DIR")]
        models: Option<PathBuf>,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

/// The five-point alignments.
#[derive(Clone, Copy, ValueEnum)]
pub enum Aligned {
    /// ArcFace's template of 112 pixels, scaled to the model's side.
    Arcface112,
    /// The same points in 128 pixels, with 8 more on the left and right, scaled.
    Arcface128,
}

/// Runs one of them.
pub fn run(command: Command) -> Outcome {
    match command {
        Command::Add {
            models,
            name,
            onnx,
            reference,
            licence,
            source,
            alignment,
            json,
        } => {
            let addition = Addition {
                name: &name,
                licence: &licence,
                source: &source,
                alignment: match alignment {
                    Aligned::Arcface112 => Alignment::Arcface112,
                    Aligned::Arcface128 => Alignment::Arcface128,
                },
            };
            tell(&add(&models, addition, &onnx, &reference)?, json)
        }
        Command::Attach {
            models,
            name,
            calibration,
            json,
        } => {
            let bytes = output::read(&calibration, MAX_CALIBRATION)?;
            let attached = OperatorModels::attach(&models, &name, &bytes);
            let (own, _) = attached.map_err(refusal)?;
            tell(&own, json)
        }
        Command::List { models, json } => list(models.as_deref(), json),
    }
}

fn add(
    folder: &Path,
    addition: Addition<'_>,
    onnx: &Path,
    reference: &Path,
) -> Result<OperatorModels, Failure> {
    let reference = output::read(reference, MAX_REFERENCE)?;
    let reference = Reference::read(&reference).map_err(refusal)?;
    let onnx = output::read(onnx, MAX_MODEL)?;
    let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/faces");
    let photo = output::read(&photo.join(PHOTO), 4 << 20)?;
    // The file is parsed here for the first time, by a runtime that may fall over it.
    let added = catch_unwind(AssertUnwindSafe(|| {
        OperatorModels::add(folder, addition, &onnx, &reference, &photo)
    }));
    let sentence = "the runtime fell over the model file [model_unloadable]";
    added
        .map_err(|_| Failure::input(sentence))?
        .map_err(refusal)
}

fn refusal(error: AdditionError) -> Failure {
    Failure::input(format!("{error} [{}]", error.code()))
}

fn list(folder: Option<&Path>, as_json: bool) -> Outcome {
    if let Some(folder) = folder {
        let own = OperatorModels::open(folder).map_err(|error| refusal(error.into()))?;
        return tell(&own, as_json);
    }
    let cards = [EmbeddingModel::MobileFaceNet, EmbeddingModel::FrFeature]
        .map(|model| EmbedderCard::built_in(model).map_err(Failure::fault));
    let cards = cards.into_iter().collect::<Result<Vec<_>, _>>()?;
    if as_json {
        let models: Vec<_> = cards.iter().map(described).collect();
        output::json(&json!({
            "manifest_sha256": hex::encode(manifest_digest()),
            "models": models,
        }))?;
        return Ok(Answer::Yes);
    }
    let mut table = output::table(&["name", "length", "input", "licence", "SHA-256"]);
    for card in &cards {
        table.add_row(row(card));
    }
    say(table);
    say(format!("Manifest {}.", hex::encode(manifest_digest())));
    Ok(Answer::Yes)
}

/// The models of a folder, and the digest that an issuer names.
fn tell(own: &OperatorModels, as_json: bool) -> Outcome {
    let manifest = hex::encode(own.manifest_sha256());
    if as_json {
        let models: Vec<_> = own.models().map(|model| own_described(&model)).collect();
        output::json(&json!({ "manifest_sha256": manifest, "models": models }))?;
        return Ok(Answer::Yes);
    }
    let mut table = output::table(&[
        "name",
        "length",
        "input",
        "licence",
        "SHA-256",
        "parity",
        "calibration",
    ]);
    for model in own.models() {
        let parity = format!(
            "{}: cosine {:.6}, difference {:.1e}",
            model.parity.runtime, model.parity.least_cosine, model.parity.largest_difference
        );
        let calibration = match model.calibrated {
            true => "attached",
            false => "none: decides nothing",
        };
        let mut cells = row(&model.card).to_vec();
        cells.extend([parity, calibration.to_owned()]);
        table.add_row(cells);
    }
    say(table);
    say(format!(
        "Manifest {manifest}: an issuer that takes these models names it as model_manifest_sha256."
    ));
    Ok(Answer::Yes)
}

fn row(card: &EmbedderCard) -> [String; 5] {
    let input = &card.input;
    [
        card.name.clone(),
        card.dimension.to_string(),
        format!(
            "{} px, {}, {}, {}",
            input.side,
            word(&input.layout),
            word(&input.channels),
            word(&card.alignment)
        ),
        card.licence.clone(),
        hex::encode(card.sha256),
    ]
}

/// The word of JSON for one of a few.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn own_described(model: &OperatorModel) -> Value {
    let mut value = described(&model.card);
    value["parity"] = json!(model.parity);
    value["calibrated"] = json!(model.calibrated);
    value
}

fn described(card: &EmbedderCard) -> Value {
    json!({
        "name": card.name,
        "sha256": hex::encode(card.sha256),
        "licence": card.licence,
        "caveat": card.caveat,
        "input": card.input,
        "alignment": card.alignment,
        "dimension": card.dimension,
    })
}
